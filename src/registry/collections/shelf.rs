//! Public properties of enterprises as they were last made, in a bounded part of the memory. A page
//! is put together from them where the atlas knows that their records are unchanged.

use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::Mutex;
use uuid::Uuid;

/// Most bytes that are kept.
const MOST: usize = 192_000_000;
/// Parts that are locked by themselves.
const PARTS: usize = 16;
/// Of each part's two generations.
const MOST_OF_ONE: usize = MOST / PARTS / 2;
/// What a line takes beside its text.
const OVERHEAD: usize = 120;

/// The properties of one record.
#[derive(Debug, Clone)]
pub struct Line {
    /// When the record was last changed, in microseconds: of another state there is another line.
    pub updated_at_micros: i64,
    pub id: Uuid,
    pub revision: i32,
    pub properties: Arc<str>,
}

/// Two generations: what is asked for moves to the young one; when that is full, the old one goes.
#[derive(Default)]
struct Part {
    young: HashMap<i64, Line>,
    old: HashMap<i64, Line>,
    bytes: usize,
}

impl Part {
    fn put(&mut self, key: i64, line: Line) {
        self.bytes += line.properties.len() + OVERHEAD;
        if let Some(before) = self.young.insert(key, line) {
            self.bytes -= before.properties.len() + OVERHEAD;
        }
        if self.bytes > MOST_OF_ONE {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

/// What is kept, by the records' keys.
pub struct Shelf([Mutex<Part>; PARTS]);

impl Default for Shelf {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Shelf {
    fn part(&self, key: i64) -> &Mutex<Part> {
        #[expect(
            clippy::cast_sign_loss,
            clippy::cast_possible_truncation,
            reason = "only its lowest bits are looked at"
        )]
        let place = key as usize % PARTS;
        &self.0[place]
    }

    /// The line of a record that was last changed then.
    pub fn find(&self, key: i64, updated_at_micros: i64) -> Option<Line> {
        let mut part = self.part(key).lock();
        let current = |line: &&Line| line.updated_at_micros == updated_at_micros;
        if let Some(line) = part.young.get(&key).filter(current) {
            return Some(line.clone());
        }
        let line = part.old.remove(&key).filter(|line| current(&line))?;
        part.put(key, line.clone());
        Some(line)
    }

    pub fn keep(&self, key: i64, line: Line) {
        self.part(key).lock().put(key, line);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for part in &self.0 {
            *part.lock() = Part::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(updated_at_micros: i64, length: usize) -> Line {
        let properties = "x".repeat(length).into();
        Line { updated_at_micros, id: Uuid::nil(), revision: 1, properties }
    }

    #[test]
    fn a_line_is_found_as_long_as_its_record_is_unchanged() {
        let shelf = Shelf::default();
        shelf.keep(7, line(1, 10));
        assert!(shelf.find(7, 1).is_some());
        assert!(shelf.find(7, 2).is_none() && shelf.find(8, 1).is_none());
        shelf.keep(7, line(2, 10));
        assert!(shelf.find(7, 2).is_some() && shelf.find(7, 1).is_none());
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let shelf = Shelf::default();
        let many = i64::try_from(3 * MOST_OF_ONE / 100_000).expect("a number");
        let step = i64::try_from(PARTS).expect("a number");
        shelf.keep(0, line(1, 1_000));
        // All in one part, several times what it may hold.
        for n in 1..=many {
            shelf.keep(n * step, line(1, 100_000));
            assert!(shelf.find(0, 1).is_some(), "{n}");
        }
        assert!(shelf.find(step, 1).is_none());
        let part = shelf.part(0).lock();
        let kept: usize =
            part.young.values().chain(part.old.values()).map(|line| line.properties.len()).sum();
        assert!(kept <= 2 * MOST_OF_ONE + 100_000, "{kept}");
    }
}
