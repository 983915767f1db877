//! CSV, UTF-8 with a byte order mark.

use std::io::Write;

use super::cell::{Cell, neutralised};
use super::{Column, Delimiter, Encoder, ExportError, Out, Record, Source};

/// Excel takes UTF-8 for what it is only with it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub struct Csv<'w> {
    columns: Vec<&'static Column>,
    out: Out<'w>,
    delimiter: u8,
    row: Vec<u8>,
}

impl<'w> Csv<'w> {
    /// # Errors
    /// What writing fails with.
    pub fn new(
        columns: Vec<&'static Column>,
        delimiter: Delimiter,
        mut out: Out<'w>,
    ) -> Result<Self, ExportError> {
        let delimiter = if delimiter == Delimiter::Semicolon { b';' } else { b',' };
        let mut row = BYTE_ORDER_MARK.to_vec();
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                row.push(delimiter);
            }
            row.extend_from_slice(column.name.as_bytes());
        }
        row.push(b'\n');
        out.write_all(&row)?;
        Ok(Self { columns, out, delimiter, row })
    }
}

impl Encoder for Csv<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        let record = Record::read(source)?;
        let to = &mut self.row;
        to.clear();
        for (place, column) in self.columns.iter().enumerate() {
            if place > 0 {
                to.push(self.delimiter);
            }
            write_cell(to, &column.of(&record), self.delimiter);
        }
        // A line of nothing would be no row to most readers.
        if to.is_empty() {
            to.extend_from_slice(b"\"\"");
        }
        to.push(b'\n');
        Ok(self.out.write_all(to)?)
    }

    fn finish(mut self: Box<Self>, _: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}

fn write_cell(to: &mut Vec<u8>, cell: &Cell, delimiter: u8) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => write_text(to, &neutralised(text), delimiter),
        Cell::Time(time) => to.extend_from_slice(time.as_bytes()),
        Cell::Flag(flag) => {
            to.extend_from_slice(if *flag { b"true".as_slice() } else { b"false".as_slice() });
        }
        Cell::Whole(number) => to.extend_from_slice(number.to_string().as_bytes()),
        Cell::Number(number) => {
            let start = to.len();
            to.extend_from_slice(number.to_string().as_bytes());
            if delimiter == b';'
                && let Some(point) = to[start..].iter_mut().find(|byte| **byte == b'.')
            {
                *point = b',';
            }
        }
    }
}

/// In quotes where it would be taken for more than one cell (RFC 4180).
fn write_text(to: &mut Vec<u8>, text: &str, delimiter: u8) {
    let splits = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !text.as_bytes().iter().any(splits) {
        return to.extend_from_slice(text.as_bytes());
    }
    to.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            to.push(b'"');
        }
        to.push(byte);
    }
    to.push(b'"');
}
