//! `GeoParquet` 1.1: the position as WKB, its box beside it as the covering, so that readers pass over
//! groups of rows that lie elsewhere. Without Arrow: the columns are written as they are.

use std::sync::Arc;

use bytes::Bytes;
use chrono::DateTime;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::cell::Cell;
use super::columns::ColumnKind;
use super::{Column, Encoder, ExportError, Out, Record, Source};

/// Rows of a group, and bytes of text after which a group is full before that.
const ROWS: usize = 50_000;
const BYTES: usize = 48_000_000;
/// Bytes of a point: byte order, kind, two numbers.
const WKB_POINT: usize = 21;
const EDGES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

pub struct GeoParquet<'w> {
    columns: Vec<(&'static Column, Gathered)>,
    places: Vec<(f64, f64)>,
    /// Of texts that are gathered.
    bytes: usize,
    most_rows: usize,
    /// West, south, east, north of all that was written.
    extent: Option<[f64; 4]>,
    writer: SerializedFileWriter<Out<'w>>,
}

/// Values of a column in the group that is being gathered.
struct Gathered {
    values: Values,
    /// 1 where there is a value, else 0.
    levels: Vec<i16>,
}

enum Values {
    /// One after the other, with where each ends.
    Text(Vec<u8>, Vec<usize>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

impl Gathered {
    fn of(kind: ColumnKind) -> Self {
        let values = match kind {
            ColumnKind::Text => Values::Text(Vec::new(), Vec::new()),
            ColumnKind::Whole | ColumnKind::Time => Values::Whole(Vec::new()),
            ColumnKind::Number => Values::Number(Vec::new()),
            ColumnKind::Flag => Values::Flag(Vec::new()),
        };
        Self { values, levels: Vec::new() }
    }

    /// Adds a cell; the bytes of text that it has.
    fn push(&mut self, cell: &Cell) -> usize {
        let mut bytes = 0;
        let held = match (&mut self.values, cell) {
            (Values::Text(all, ends), Cell::Text(text)) => {
                all.extend_from_slice(text.as_bytes());
                ends.push(all.len());
                bytes = text.len();
                true
            }
            (Values::Whole(all), Cell::Whole(number)) => {
                all.push(*number);
                true
            }
            (Values::Whole(all), Cell::Time(time)) => {
                let read = DateTime::parse_from_rfc3339(time).ok();
                all.extend(read.map(|time| time.timestamp_micros()));
                read.is_some()
            }
            (Values::Number(all), Cell::Number(number)) => {
                all.push(*number);
                true
            }
            (Values::Flag(all), Cell::Flag(flag)) => {
                all.push(*flag);
                true
            }
            _ => false,
        };
        self.levels.push(i16::from(held));
        bytes
    }

    /// Writes the values as the next column of a group, and forgets them.
    fn write(&mut self, group: &mut Group) -> Result<(), ParquetError> {
        let levels = std::mem::take(&mut self.levels);
        let mut column = group.next_column()?.ok_or_else(no_column)?;
        match &mut self.values {
            Values::Text(all, ends) => {
                let all = Bytes::from(std::mem::take(all));
                let mut start = 0;
                let text = |end: usize| {
                    let text = all.slice(start..end);
                    start = end;
                    ByteArray::from(text)
                };
                let texts: Vec<ByteArray> = ends.drain(..).map(text).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
            }
            Values::Whole(all) => {
                let all = std::mem::take(all);
                column.typed::<Int64Type>().write_batch(&all, Some(&levels), None)?;
            }
            Values::Number(all) => {
                let all = std::mem::take(all);
                column.typed::<DoubleType>().write_batch(&all, Some(&levels), None)?;
            }
            Values::Flag(all) => {
                let all = std::mem::take(all);
                column.typed::<BoolType>().write_batch(&all, Some(&levels), None)?;
            }
        }
        column.close()
    }
}

type Group<'g, 'w> = SerializedRowGroupWriter<'g, Out<'w>>;

fn no_column() -> ParquetError {
    ParquetError::General("a group has a column for each of the schema".to_owned())
}

fn io(error: ParquetError) -> ExportError {
    ExportError::Io(std::io::Error::other(error))
}

impl<'w> GeoParquet<'w> {
    /// # Errors
    /// What writing fails with.
    pub fn new(columns: Vec<&'static Column>, out: Out<'w>) -> Result<Self, ExportError> {
        Self::with_rows(columns, ROWS, out)
    }

    /// The same with so many rows of a group at most.
    pub(super) fn with_rows(
        columns: Vec<&'static Column>,
        most_rows: usize,
        out: Out<'w>,
    ) -> Result<Self, ExportError> {
        let schema = schema(&columns).map_err(io)?;
        let geometry = ColumnPath::from("geometry");
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(io)?))
            .set_created_by(concat!("sentra ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_column_dictionary_enabled(geometry.clone(), false)
            .set_column_statistics_enabled(geometry, EnabledStatistics::None)
            .set_column_dictionary_enabled(ColumnPath::from("id"), false);
        for edge in EDGES {
            let path = ColumnPath::from(vec!["bbox".to_owned(), edge.to_owned()]);
            properties = properties.set_column_dictionary_enabled(path, false);
        }
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties.build()));
        let gathered = |column: &'static Column| (column, Gathered::of(column.kind));
        Ok(Self {
            columns: columns.into_iter().map(gathered).collect(),
            places: Vec::new(),
            bytes: 0,
            most_rows,
            extent: None,
            writer: writer.map_err(io)?,
        })
    }

    /// Writes the group that is gathered.
    fn write_group(&mut self) -> Result<(), ParquetError> {
        self.bytes = 0;
        let places = std::mem::take(&mut self.places);
        if places.is_empty() {
            return Ok(());
        }
        for (x, y) in &places {
            let [west, south, east, north] = self.extent.unwrap_or([*x, *y, *x, *y]);
            self.extent = Some([west.min(*x), south.min(*y), east.max(*x), north.max(*y)]);
        }
        let mut group = self.writer.next_row_group()?;
        for (_, gathered) in &mut self.columns {
            gathered.write(&mut group)?;
        }
        let wkb = Bytes::from(places.iter().flat_map(|place| wkb(*place)).collect::<Vec<u8>>());
        let point = |at: usize| ByteArray::from(wkb.slice(at * WKB_POINT..(at + 1) * WKB_POINT));
        let points: Vec<ByteArray> = (0..places.len()).map(point).collect();
        let mut column = group.next_column()?.ok_or_else(no_column)?;
        column.typed::<ByteArrayType>().write_batch(&points, None, None)?;
        column.close()?;
        let (x, y): (Vec<f64>, Vec<f64>) = places.into_iter().unzip();
        for edge in [&x, &y, &x, &y] {
            let mut column = group.next_column()?.ok_or_else(no_column)?;
            column.typed::<DoubleType>().write_batch(edge, None, None)?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl Encoder for GeoParquet<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        let record = Record::read(source)?;
        for (column, gathered) in &mut self.columns {
            self.bytes += gathered.push(&column.of(&record));
        }
        self.places.push((source.lon, source.lat));
        if self.places.len() == self.most_rows || self.bytes > BYTES {
            self.write_group().map_err(io)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, _: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        self.write_group().map_err(io)?;
        let geo = KeyValue::new("geo".to_owned(), geo(self.extent).to_string());
        self.writer.append_key_value_metadata(geo);
        self.writer.close().map_err(io)?;
        Ok(())
    }
}

fn schema(columns: &[&Column]) -> Result<TypePtr, ParquetError> {
    let mut fields = Vec::new();
    for column in columns {
        let (physical, logical) = match column.kind {
            ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ColumnKind::Whole => (Physical::INT64, None),
            ColumnKind::Number => (Physical::DOUBLE, None),
            ColumnKind::Flag => (Physical::BOOLEAN, None),
            ColumnKind::Time => {
                (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS)))
            }
        };
        fields.push(field(column.name, physical, Repetition::OPTIONAL, logical)?);
    }
    fields.push(field("geometry", Physical::BYTE_ARRAY, Repetition::REQUIRED, None)?);
    let edge = |name| field(name, Physical::DOUBLE, Repetition::REQUIRED, None);
    let edges = EDGES.into_iter().map(edge).collect::<Result<Vec<_>, _>>()?;
    let bbox = Type::group_type_builder("bbox").with_repetition(Repetition::REQUIRED);
    fields.push(Arc::new(bbox.with_fields(edges).build()?));
    Ok(Arc::new(Type::group_type_builder("enterprises").with_fields(fields).build()?))
}

fn field(
    name: &str,
    physical: Physical,
    repetition: Repetition,
    logical: Option<LogicalType>,
) -> Result<TypePtr, ParquetError> {
    let field = Type::primitive_type_builder(name, physical).with_repetition(repetition);
    Ok(Arc::new(field.with_logical_type(logical).build()?))
}

/// Little-endian, a point.
fn wkb((x, y): (f64, f64)) -> [u8; WKB_POINT] {
    let mut point = [0; WKB_POINT];
    (point[0], point[1]) = (1, 1);
    point[5..13].copy_from_slice(&x.to_le_bytes());
    point[13..].copy_from_slice(&y.to_le_bytes());
    point
}

/// What the file says of its geometry. Longitude and latitude (OGC:CRS84) go without saying.
fn geo(extent: Option<[f64; 4]>) -> serde_json::Value {
    let covering = |edge: &str| serde_json::json!(["bbox", edge]);
    let mut geometry = serde_json::json!({
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "covering": {"bbox": {
            "xmin": covering("xmin"), "ymin": covering("ymin"),
            "xmax": covering("xmax"), "ymax": covering("ymax"),
        }},
    });
    if let Some(extent) = extent {
        geometry["bbox"] = serde_json::json!(extent);
    }
    serde_json::json!({
        "version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry},
    })
}
