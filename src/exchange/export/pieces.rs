//! Bytes gathered into pieces that are worth sending.

use std::io::{self, Write};

/// Bytes of a piece.
const PIECE: usize = 256 * 1024;

/// Hands on what is written a piece at a time; only the last one may be small. A piece of nothing
/// asks whether anybody is there still.
pub struct Pieces<F: FnMut(Vec<u8>) -> io::Result<()>> {
    gathered: Vec<u8>,
    send: F,
}

impl<F: FnMut(Vec<u8>) -> io::Result<()>> Pieces<F> {
    pub fn new(send: F) -> Self {
        Self { gathered: Vec::with_capacity(PIECE), send }
    }

    /// Sends what is left.
    ///
    /// # Errors
    /// What sending fails with.
    pub fn finish(mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            Ok(())
        } else {
            (self.send)(std::mem::take(&mut self.gathered))
        }
    }
}

impl<F: FnMut(Vec<u8>) -> io::Result<()>> Write for Pieces<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.gathered.len());
        self.gathered.extend_from_slice(&bytes[..taken]);
        if self.gathered.len() == PIECE {
            let piece = std::mem::replace(&mut self.gathered, Vec::with_capacity(PIECE));
            (self.send)(piece)?;
        }
        Ok(taken)
    }

    /// Writers flush whenever they please; a piece is sent when it is full.
    fn flush(&mut self) -> io::Result<()> {
        (self.send)(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_full_but_for_the_last_and_hold_what_was_written() {
        let mut sent: Vec<Vec<u8>> = Vec::new();
        let mut pieces = Pieces::new(|piece| {
            sent.extend((!piece.is_empty()).then_some(piece));
            Ok(())
        });
        let written: Vec<u8> =
            (0..PIECE * 2 + 1000).map(|at| u8::try_from(at % 251).expect("small")).collect();
        for some in written.chunks(777) {
            pieces.write_all(some).expect("written");
            pieces.flush().expect("flushed");
        }
        pieces.finish().expect("finished");
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [PIECE, PIECE, 1000]);
        assert!(sent.concat() == written);
    }

    #[test]
    fn a_reader_who_left_ends_the_writing() {
        let mut pieces = Pieces::new(|_| Err(io::ErrorKind::BrokenPipe.into()));
        let written = pieces.write_all(&vec![0; 3 * PIECE]);
        assert_eq!(written.err().map(|error| error.kind()), Some(io::ErrorKind::BrokenPipe));
    }
}
