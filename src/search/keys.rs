//! A set of records by their keys, which are dense: a bit each.

/// Keys of records.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    bits: Vec<u64>,
}

fn place(key: i64) -> Option<(usize, u64)> {
    let key = usize::try_from(key).ok()?;
    Some((key / 64, 1 << (key % 64)))
}

impl KeySet {
    pub fn insert(&mut self, key: i64) {
        let Some((word, bit)) = place(key) else { return };
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= bit;
    }

    pub fn remove(&mut self, key: i64) {
        if let Some((word, bit)) = place(key)
            && let Some(bits) = self.bits.get_mut(word)
        {
            *bits &= !bit;
        }
    }

    /// Adds all of another set.
    pub fn unite(&mut self, other: &Self) {
        if other.bits.len() > self.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        self.bits.iter_mut().zip(&other.bits).for_each(|(own, others)| *own |= others);
    }

    pub fn contains(&self, key: i64) -> bool {
        place(key)
            .is_some_and(|(word, bit)| self.bits.get(word).is_some_and(|bits| bits & bit != 0))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bits.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|bits| *bits == 0)
    }
}

impl FromIterator<i64> for KeySet {
    fn from_iter<T: IntoIterator<Item = i64>>(keys: T) -> Self {
        let mut set = Self::default();
        keys.into_iter().for_each(|key| set.insert(key));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_in_and_out() {
        let mut set: KeySet = [1, 64, 1_000].into_iter().collect();
        assert!(set.contains(64) && !set.contains(63) && !set.contains(-1));
        set.remove(64);
        set.remove(5_000);
        assert!(!set.contains(64) && set.len() == 2 && !set.is_empty());
        set.unite(&[1, 5_000].into_iter().collect());
        assert!(set.contains(5_000) && set.contains(1_000) && set.len() == 3);
    }
}
