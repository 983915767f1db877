//! GeoJSON (RFC 7946): a collection, or a feature a line. Positions have seven decimals at most, as
//! they are stored.

use std::io::Write;

use super::cell::Cell;
use super::{Column, Encoder, ExportError, Out, Record, Source};

/// How a stored document begins with its tier, and the rest of it.
pub fn tier_first(document: &str, internal: bool) -> (&'static str, &str) {
    let start = if internal { "{\"tier\":\"internal\"," } else { "{\"tier\":\"public\"," };
    (start, document.strip_prefix('{').unwrap_or_default())
}

/// Writes a record as a feature, its properties the stored document with its tier said.
pub fn write_feature(to: &mut Vec<u8>, source: &Source) {
    begin_feature(to, source);
    let (start, rest) = tier_first(source.document, source.internal);
    to.extend_from_slice(start.as_bytes());
    to.extend_from_slice(rest.as_bytes());
    to.push(b'}');
}

/// As far as to its properties.
fn begin_feature(to: &mut Vec<u8>, source: &Source) {
    let mut id = uuid::Uuid::encode_buffer();
    to.extend_from_slice(b"{\"type\":\"Feature\",\"id\":\"");
    to.extend_from_slice(source.id.hyphenated().encode_lower(&mut id).as_bytes());
    to.extend_from_slice(b"\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    number(to, source.lon);
    to.push(b',');
    number(to, source.lat);
    to.extend_from_slice(b"]},\"properties\":");
}

/// The shortest text that reads back as the number. Writing to memory does not fail, and a position
/// is a number.
fn number(to: &mut Vec<u8>, number: f64) {
    let _ = serde_json::to_writer(to, &number);
}

pub struct GeoJson<'w> {
    /// With how the name of each is written; None: the whole document.
    columns: Option<Vec<(&'static Column, Vec<u8>)>>,
    out: Out<'w>,
    is_collection: bool,
    is_first: bool,
    feature: Vec<u8>,
}

impl<'w> GeoJson<'w> {
    /// # Errors
    /// What writing fails with.
    pub fn collection(
        columns: Option<Vec<&'static Column>>,
        mut out: Out<'w>,
    ) -> Result<Self, ExportError> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
        Ok(Self { is_collection: true, ..Self::lines(columns, out) })
    }

    pub fn lines(columns: Option<Vec<&'static Column>>, out: Out<'w>) -> Self {
        let named =
            |column: &'static Column| (column, format!("\"{}\":", column.name).into_bytes());
        let columns = columns.map(|columns| columns.into_iter().map(named).collect());
        Self { columns, out, is_collection: false, is_first: true, feature: Vec::new() }
    }
}

impl Encoder for GeoJson<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        let to = &mut self.feature;
        to.clear();
        if !std::mem::take(&mut self.is_first) {
            let between: &[u8] = if self.is_collection { b",\n" } else { b"\n" };
            to.extend_from_slice(between);
        }
        match &self.columns {
            None => write_feature(to, source),
            Some(columns) => {
                let record = Record::read(source)?;
                begin_feature(to, source);
                to.push(b'{');
                for (place, (column, name)) in columns.iter().enumerate() {
                    if place > 0 {
                        to.push(b',');
                    }
                    to.extend_from_slice(name);
                    write_value(to, &column.of(&record))?;
                }
                to.extend_from_slice(b"}}");
            }
        }
        Ok(self.out.write_all(to)?)
    }

    fn finish(mut self: Box<Self>, _: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        match (self.is_collection, self.is_first) {
            (true, _) => self.out.write_all(b"\n]}\n")?,
            (false, false) => self.out.write_all(b"\n")?,
            (false, true) => {}
        }
        Ok(self.out.flush()?)
    }
}

fn write_value(to: &mut Vec<u8>, cell: &Cell) -> Result<(), serde_json::Error> {
    match cell {
        Cell::Empty => to.extend_from_slice(b"null"),
        Cell::Text(text) => serde_json::to_writer(to, text)?,
        Cell::Time(time) => serde_json::to_writer(to, time)?,
        Cell::Whole(number) => serde_json::to_writer(to, number)?,
        Cell::Number(number) => serde_json::to_writer(to, number)?,
        Cell::Flag(flag) => serde_json::to_writer(to, flag)?,
    }
    Ok(())
}
