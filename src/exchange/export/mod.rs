//! Records as files for other programs: GeoJSON, CSV, XLSX, `GeoParquet`, `FlatGeobuf`.
//!
//! An [`Encoder`] takes one record after the other and writes as it goes: what it holds has a bound
//! that does not grow with the number of records. All flat formats have their columns from one table
//! ([`columns`]), filled from a document that is read once ([`record`]).

pub mod cell;
pub mod columns;
mod csv;
mod filter_words;
mod flatgeobuf;
pub mod geojson;
mod geoparquet;
pub mod metadata;
mod pieces;
mod record;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io::{self, Write};

use uuid::Uuid;

pub use self::columns::{Choice, Column};
pub use self::pieces::Pieces;
use self::record::Record;

/// Where an export is written to.
pub type Out<'w> = Box<dyn Write + Send + 'w>;

/// The formats of an export, by the ends of their files' names.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum ExportFormat {
    /// A `FeatureCollection` (RFC 7946).
    Geojson,
    /// A feature a line.
    Geojsonl,
    Csv,
    Xlsx,
    /// `GeoParquet` 1.1.
    Parquet,
    /// `FlatGeobuf`, with its index.
    Fgb,
}

impl ExportFormat {
    pub fn extension(self) -> &'static str {
        self.into()
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Geojson => "application/geo+json",
            // Not `geo+json-seq`, whose lines begin with a record separator: readers of plain lines
            // (DuckDB, jq, most scripts) stumble over it, and GDAL reads either.
            Self::Geojsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Fgb => "application/vnd.flatgeobuf",
        }
    }

    /// Whether it is text, which compression makes much smaller.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Geojson | Self::Geojsonl | Self::Csv)
    }

    /// Whether its records must come along the curve: their index, or the boxes of their groups, are
    /// worth something only then.
    pub fn is_spatial(self) -> bool {
        matches!(self, Self::Parquet | Self::Fgb)
    }

    /// Whether nothing of it can be written before all of it is known.
    pub fn is_spooled(self) -> bool {
        self == Self::Fgb
    }
}

/// Between the cells of a CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delimiter {
    #[default]
    Comma,
    /// With a decimal comma, as spreadsheets set to Indonesian read it.
    Semicolon,
}

/// How a file is to look.
#[derive(Debug, Clone)]
pub struct Layout {
    pub format: ExportFormat,
    /// None: the columns of old, and in GeoJSON the whole document.
    pub columns: Option<Vec<&'static Column>>,
    pub delimiter: Delimiter,
    /// What a workbook says of itself, line by line.
    pub about: Vec<[String; 2]>,
}

impl Layout {
    pub fn new(format: ExportFormat) -> Self {
        Self { format, columns: None, delimiter: Delimiter::default(), about: Vec::new() }
    }

    fn flat_columns(&self) -> Vec<&'static Column> {
        self.columns.clone().unwrap_or_else(columns::default_columns)
    }
}

/// A record to be written.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub id: Uuid,
    /// Which tier the document is of.
    pub internal: bool,
    /// The stored document.
    pub document: &'a str,
    /// The position that its reader may see.
    pub lon: f64,
    pub lat: f64,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
}

/// Writes a file, record by record.
pub trait Encoder {
    /// # Errors
    /// A document that cannot be read, and what writing fails with.
    fn add(&mut self, source: &Source) -> Result<(), ExportError>;

    /// Writes what is left. A format that begins with what only its end tells says how many bytes
    /// there are before the first one goes out.
    ///
    /// # Errors
    /// What writing fails with.
    fn finish(self: Box<Self>, sized: &mut dyn FnMut(u64)) -> Result<(), ExportError>;
}

/// The encoder of a format; the beginning of the file is written.
///
/// # Errors
/// What writing fails with.
pub fn encoder<'w>(layout: &Layout, out: Out<'w>) -> Result<Box<dyn Encoder + 'w>, ExportError> {
    let columns = || layout.flat_columns();
    Ok(match layout.format {
        ExportFormat::Geojson => {
            Box::new(geojson::GeoJson::collection(layout.columns.clone(), out)?)
        }
        ExportFormat::Geojsonl => Box::new(geojson::GeoJson::lines(layout.columns.clone(), out)),
        ExportFormat::Csv => Box::new(csv::Csv::new(columns(), layout.delimiter, out)?),
        ExportFormat::Xlsx => Box::new(xlsx::Xlsx::new(columns(), layout.about.clone(), out)?),
        ExportFormat::Parquet => Box::new(geoparquet::GeoParquet::new(columns(), out)?),
        ExportFormat::Fgb => Box::new(flatgeobuf::FlatGeobuf::new(columns(), out)?),
    })
}
