//! Records by their keys, as a search answers them.

/// A set of record keys: a bit for each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeySet {
    bits: Vec<u64>,
}

impl KeySet {
    pub fn insert(&mut self, key: i64) {
        let Ok(key) = usize::try_from(key) else { return };
        if self.bits.len() <= key / 64 {
            self.bits.resize(key / 64 + 1, 0);
        }
        self.bits[key / 64] |= 1 << (key % 64);
    }

    pub fn contains(&self, key: i64) -> bool {
        let Ok(key) = usize::try_from(key) else { return false };
        self.bits.get(key / 64).is_some_and(|word| word >> (key % 64) & 1 == 1)
    }
}

impl FromIterator<i64> for KeySet {
    fn from_iter<I: IntoIterator<Item = i64>>(keys: I) -> Self {
        let mut set = Self::default();
        keys.into_iter().for_each(|key| set.insert(key));
        set
    }
}
