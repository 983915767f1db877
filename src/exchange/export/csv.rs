//! CSV, UTF-8 with a byte order mark.

use std::io::Write;

use super::cell::{Cell, neutralised};
use super::{Column, Delimiter, Encoder, ExportError, Out, Record, Source};

/// Excel takes UTF-8 for what it is only with it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub struct Csv<'w> {
    columns: Vec<&'static Column>,
    rows: ::csv::Writer<Out<'w>>,
    decimal_comma: bool,
    number: String,
}

impl<'w> Csv<'w> {
    /// # Errors
    /// What writing fails with.
    pub fn new(
        columns: Vec<&'static Column>,
        delimiter: Delimiter,
        mut out: Out<'w>,
    ) -> Result<Self, ExportError> {
        out.write_all(BYTE_ORDER_MARK)?;
        let decimal_comma = delimiter == Delimiter::Semicolon;
        let between = if decimal_comma { b';' } else { b',' };
        let mut rows = ::csv::WriterBuilder::new().delimiter(between).from_writer(out);
        rows.write_record(columns.iter().map(|column| column.name)).map_err(io)?;
        Ok(Self { columns, rows, decimal_comma, number: String::new() })
    }
}

fn io(error: ::csv::Error) -> std::io::Error {
    error.into()
}

impl Encoder for Csv<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        use std::fmt::Write;
        let record = Record::read(source)?;
        for column in &self.columns {
            let written = match column.of(&record) {
                Cell::Empty => self.rows.write_field(""),
                Cell::Text(text) => self.rows.write_field(&*neutralised(&text)),
                Cell::Time(time) => self.rows.write_field(time),
                Cell::Flag(flag) => self.rows.write_field(if flag { "true" } else { "false" }),
                cell @ (Cell::Whole(_) | Cell::Number(_)) => {
                    self.number.clear();
                    // Writing to a String does not fail.
                    let _ = match cell {
                        Cell::Number(number) => write!(self.number, "{number}"),
                        Cell::Whole(number) => write!(self.number, "{number}"),
                        _ => Ok(()),
                    };
                    if self.decimal_comma
                        && let Some(point) = self.number.find('.')
                    {
                        self.number.replace_range(point..=point, ",");
                    }
                    self.rows.write_field(&self.number)
                }
            };
            written.map_err(io)?;
        }
        Ok(self.rows.write_record(None::<&[u8]>).map_err(io)?)
    }

    fn finish(mut self: Box<Self>, _: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        Ok(self.rows.flush()?)
    }
}
