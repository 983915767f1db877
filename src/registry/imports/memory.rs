//! How much of uploaded files requests hold in memory at a time: who reads one waits for a place.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::db::DbError;
use crate::registry::RegistryError;

/// Files that are held at a time.
const FILES: usize = 4;
/// Bytes of them together; one file alone may be of any size.
const BYTES: usize = 1 << 30;
/// How long somebody waits.
const WAIT: Duration = Duration::from_secs(60);

/// What is held now.
#[derive(Default)]
pub(in crate::registry) struct Memory {
    held: Mutex<Held>,
    freed: Condvar,
}

#[derive(Default)]
struct Held {
    files: usize,
    bytes: usize,
}

/// A place for a file, until it is dropped.
pub(super) struct Place<'a> {
    memory: &'a Memory,
    bytes: usize,
}

impl Memory {
    /// A place for a file of that size. Blocks until there is one.
    pub(super) fn place(&self, bytes: usize) -> Result<Place<'_>, RegistryError> {
        self.place_within(bytes, WAIT)
    }

    fn place_within(&self, bytes: usize, wait: Duration) -> Result<Place<'_>, RegistryError> {
        let until = Instant::now() + wait;
        let mut held = self.held.lock();
        while held.files > 0 && (held.files >= FILES || held.bytes + bytes > BYTES) {
            if self.freed.wait_until(&mut held, until).timed_out() {
                return Err(DbError::Busy.into());
            }
        }
        held.files += 1;
        held.bytes += bytes;
        drop(held);
        Ok(Place { memory: self, bytes })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut held = self.memory.held.lock();
        held.files -= 1;
        held.bytes -= self.bytes;
        drop(held);
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_together_are_held_to_a_size_and_one_alone_is_not() {
        let memory = Memory::default();
        let soon = Duration::from_millis(1);
        let whole = memory.place_within(BYTES * 2, soon).expect("a place");
        assert!(memory.place_within(1, soon).is_err());
        drop(whole);
        let many: Vec<Place> =
            (0..FILES).map(|_| memory.place_within(1, soon).expect("a place")).collect();
        assert!(memory.place_within(1, soon).is_err());
        drop(many);
        let _small = memory.place_within(1, soon).expect("a place");
        assert!(memory.place_within(BYTES, soon).is_err());
        memory.place_within(BYTES - 1, soon).expect("a place");
    }
}
