//! How much long work does in one transaction, so that people who write meanwhile get through.

use std::time::{Duration, Instant};

/// A transaction is kept to about this long.
const TRANSACTION: Duration = Duration::from_millis(100);
/// Between transactions, for those people.
const PAUSE: Duration = Duration::from_millis(2);
const SMALLEST_BATCH: usize = 16;
/// Keeps what is asked of a batch's rows under SQLite's number of variables.
const LARGEST_BATCH: usize = 2_000;

/// The size of the next batch, learnt from how long the last took.
pub struct Pace {
    size: usize,
}

impl Pace {
    pub fn new() -> Self {
        Self { size: SMALLEST_BATCH }
    }

    /// Does a batch of at most so many.
    pub fn batch<T>(&mut self, work: impl FnOnce(usize) -> T) -> T {
        let started = Instant::now();
        let done = work(self.size);
        self.learn(started.elapsed());
        done
    }

    fn learn(&mut self, took: Duration) {
        let size = if took < TRANSACTION / 2 {
            self.size * 2
        } else if took > TRANSACTION {
            self.size / 2
        } else {
            self.size
        };
        self.size = size.clamp(SMALLEST_BATCH, LARGEST_BATCH);
    }
}

/// Lets others through between two batches.
pub fn pause() {
    std::thread::sleep(PAUSE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_grow_while_they_are_short_and_shrink_when_they_are_long() {
        let mut pace = Pace::new();
        let mut next = |millis| {
            pace.learn(Duration::from_millis(millis));
            pace.size
        };
        assert_eq!(
            [next(1), next(1), next(70), next(500), next(500), next(500)],
            [32, 64, 64, 32, 16, 16]
        );
        assert_eq!((0..10).map(|_| next(1)).max(), Some(LARGEST_BATCH));
    }
}
