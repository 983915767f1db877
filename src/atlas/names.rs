//! Names of rows, kept as numbers of their words, so that ten million fit.

use std::io;

use super::chunked::{Chunked, Dictionary};
use super::columns::{Source, end};
use super::file::{Reading, Saved, Writing, broken};

/// Names between two remembered places.
const STRIDE: usize = 16;

/// Names as numbers of their words, each number as a varint of one more, each name ended by 0.
#[derive(Debug, Default)]
pub struct Names {
    bytes: Vec<u8>,
    /// Where every sixteenth name begins.
    starts: Vec<u32>,
    count: usize,
}

/// The words of names by number.
pub type Words = Chunked<Box<str>>;

impl Names {
    pub fn push(&mut self, name: &str, words: &mut Dictionary<Box<str>>) {
        self.begin();
        for word in name.split(' ') {
            let mut number = u64::from(words.number(word, || word.into())) + 1;
            while number >= 0x80 {
                self.bytes.push(number.to_le_bytes()[0] | 0x80);
                number >>= 7;
            }
            self.bytes.push(number.to_le_bytes()[0]);
        }
        self.bytes.push(0);
    }

    fn begin(&mut self) {
        if self.count.is_multiple_of(STRIDE) {
            self.starts.push(end(self.bytes.len()));
        }
        self.count += 1;
    }

    /// The name of a row.
    pub fn get(&self, row: usize, words: &Words) -> String {
        Name(self.encoded(row)).text(words)
    }

    /// The numbers of a row's words.
    pub fn words(&self, row: usize) -> impl Iterator<Item = usize> {
        Name(self.encoded(row)).words()
    }

    /// The names of the rows from one on: to go through many costs less than to look up each.
    pub fn from(&self, row: usize) -> impl Iterator<Item = Name<'_>> {
        let rest = &self.bytes[self.starts[row / STRIDE] as usize..];
        rest.split(|byte| *byte == 0).skip(row % STRIDE).map(Name)
    }

    /// A name's bytes without its end. No byte of a number is 0.
    fn encoded(&self, row: usize) -> &[u8] {
        let mut rest = &self.bytes[self.starts[row / STRIDE] as usize..];
        for _ in 0..row % STRIDE {
            let length = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
            rest = &rest[length + 1..];
        }
        &rest[..rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len())]
    }

    pub fn gather(sources: &[&Self], order: &[Source]) -> Self {
        let mut all = Self::default();
        for at in order {
            all.begin();
            all.bytes.extend_from_slice(sources[at.of as usize].encoded(at.row as usize));
            all.bytes.push(0);
        }
        all.bytes.shrink_to_fit();
        all
    }

    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * size_of::<u32>()
    }
}

/// A name as the numbers of its words.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a>(&'a [u8]);

impl Name<'_> {
    pub fn text(self, words: &Words) -> String {
        let mut name = String::new();
        for (place, word) in self.words().enumerate() {
            if place > 0 {
                name.push(' ');
            }
            name.push_str(words.get(word).map_or("", |word| word));
        }
        name
    }

    /// The numbers of its words.
    pub fn words(self) -> impl Iterator<Item = usize> {
        let mut bytes = self.0.iter();
        std::iter::from_fn(move || {
            let (mut number, mut shift) = (0_usize, 0);
            loop {
                let byte = *bytes.next()?;
                number |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    return Some(number - 1);
                }
            }
        })
    }
}

impl Saved for Names {
    fn save(&self, file: &mut Writing) -> io::Result<()> {
        file.column(&self.bytes)?;
        file.column(&self.starts)?;
        file.column(&[self.count as u64])
    }

    fn load(file: &mut Reading) -> io::Result<Self> {
        let (bytes, starts) = (file.column()?, file.column()?);
        let count = file.column::<u64>()?.first().copied().unwrap_or_default();
        let count = usize::try_from(count).map_err(|_| broken("too many names"))?;
        Ok(Self { bytes, starts, count })
    }
}
