//! What a search answers.

use std::sync::Arc;

use super::keys::KeySet;
use super::text::Asked;

/// The records that some words find, for each audience.
#[derive(Debug, Clone)]
pub struct Found {
    pub asked: Asked,
    pub(super) public: Option<Arc<KeySet>>,
    pub(super) internal: Option<Arc<KeySet>>,
    /// By key: the public ones, the internal ones.
    pub(super) ranks: Option<[Arc<[u8]>; 2]>,
}

impl Found {
    /// What was found, as keys and ranks.
    #[cfg(test)]
    pub fn of(asked: Asked, public: &[(i64, u8)], internal: &[(i64, u8)]) -> Self {
        let keys =
            |found: &[(i64, u8)]| Some(Arc::new(found.iter().map(|(key, _)| *key).collect()));
        let ranks = |found: &[(i64, u8)]| {
            let mut ranks = Vec::new();
            for (key, rank) in found {
                super::segment::set_rank(&mut ranks, *key, *rank);
            }
            ranks.into()
        };
        let both = Some([ranks(public), ranks(internal)]);
        Self { asked, public: keys(public), internal: keys(internal), ranks: both }
    }

    /// Keys of the records that are found by what an audience may know of them; None where it was
    /// not asked.
    pub fn keys(&self, internal: bool) -> Option<Arc<KeySet>> {
        if internal { self.internal.clone() } else { self.public.clone() }
    }

    /// Whether a record is found by what an audience may know of it.
    pub fn contains(&self, key: i64, internal: bool) -> bool {
        self.keys(internal).is_some_and(|keys| keys.contains(key))
    }

    /// How well a record answers, the less the better; where it was asked for.
    pub fn rank(&self, key: i64, internal: bool) -> u8 {
        let ranks = self.ranks.as_ref().map(|ranks| &ranks[usize::from(internal)]);
        let place = usize::try_from(key).unwrap_or(usize::MAX);
        ranks.and_then(|ranks| ranks.get(place)).copied().unwrap_or(u8::MAX)
    }
}
