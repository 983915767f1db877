//! Lists that only grow at their end, shared between snapshots, and dictionaries over them.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::{Equivalent, HashMap};

const CHUNK_BITS: usize = 12;
const CHUNK: usize = 1 << CHUNK_BITS;

/// A list in chunks: a copy shares all of them, and a change copies the one it touches.
#[derive(Debug, Clone)]
pub struct Chunked<T> {
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Clone> Chunked<T> {
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index >> CHUNK_BITS)?.get(index & (CHUNK - 1))
    }

    /// Puts a value at its place; places before it that were never filled hold `blank`.
    pub fn set(&mut self, index: usize, value: T, blank: &T) {
        let (chunk, at) = (index >> CHUNK_BITS, index & (CHUNK - 1));
        while self.chunks.len() <= chunk {
            if let Some(last) = self.chunks.last_mut().filter(|last| last.len() < CHUNK) {
                Arc::make_mut(last).resize(CHUNK, blank.clone());
            }
            self.chunks.push(Arc::new(Vec::new()));
        }
        let chunk = Arc::make_mut(&mut self.chunks[chunk]);
        if chunk.len() <= at {
            chunk.resize(at + 1, blank.clone());
        }
        chunk[at] = value;
    }

    pub fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

/// Values by number and numbers by value. The numbers stay as they are, so that what was packed
/// with an earlier state of it is read with any later one.
#[derive(Debug, Clone)]
pub struct Dictionary<T> {
    numbers: HashMap<T, u32>,
    values: Chunked<T>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Chunked::default() }
    }
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// The number of a value that is made only where it has none yet.
    pub fn number<Q>(&mut self, of: &Q, make: impl FnOnce() -> T) -> u32
    where
        Q: Hash + Equivalent<T> + ?Sized,
    {
        if let Some(number) = self.numbers.get(of) {
            return *number;
        }
        let value = make();
        let place = self.values.len();
        let number = u32::try_from(place).expect("a dictionary has fewer than 2^32 values");
        self.values.set(place, value.clone(), &value);
        self.numbers.insert(value, number);
        number
    }

    /// All values by number, as of now.
    pub fn values(&self) -> Chunked<T> {
        self.values.clone()
    }
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// A dictionary of these values in the order of their numbers.
    pub fn of(values: impl IntoIterator<Item = T>) -> Self {
        let mut all = Self::default();
        for value in values {
            all.number(&value.clone(), || value);
        }
        all
    }
}
