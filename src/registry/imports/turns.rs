//! How many imports this process works on at a time: two, of which one at most may take long, so that
//! nobody's preview waits for somebody's import.

use parking_lot::Mutex;

/// Imports that one process works on at a time.
const AT_ONCE: usize = 2;
/// Of those so many that store or take back rows.
const LONG: usize = AT_ONCE - 1;

/// Threads at work, and how many of them at what may take long.
#[derive(Default)]
pub(in crate::registry) struct AtWork {
    all: Mutex<usize>,
    long: Mutex<usize>,
}

/// A turn to work, until it is dropped.
pub(super) struct Turn<'a>(&'a Mutex<usize>);

impl AtWork {
    /// A thread's turn, if there is one left.
    pub(super) fn turn(&self) -> Option<Turn<'_>> {
        Turn::take(&self.all, AT_ONCE)
    }

    /// The same for what may take long.
    pub(super) fn long(&self) -> Option<Turn<'_>> {
        Turn::take(&self.long, LONG)
    }
}

impl<'a> Turn<'a> {
    fn take(at_work: &'a Mutex<usize>, most: usize) -> Option<Self> {
        let mut taken = at_work.lock();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        drop(taken);
        Some(Self(at_work))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
    }
}
