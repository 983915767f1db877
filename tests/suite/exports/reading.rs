//! Files read back, by other readers than those that wrote them: rows of named values.

use std::collections::BTreeMap;
use std::io::Cursor;

use bytes::Bytes;
use calamine::{Data, Reader, Xlsx};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

/// Values by their columns; those that are not there are left out. `geometry` is the position.
pub type Row = BTreeMap<String, String>;

pub const FORMATS: [&str; 6] = ["geojson", "geojsonl", "csv", "xlsx", "parquet", "fgb"];

/// The rows of a file with flat columns.
pub fn rows(format: &str, bytes: &[u8]) -> Vec<Row> {
    match format {
        "geojson" => {
            let file: Value = serde_json::from_slice(bytes).expect("JSON");
            assert_eq!(file["type"], "FeatureCollection");
            file["features"].as_array().expect("features").iter().map(feature).collect()
        }
        "geojsonl" => {
            let text = std::str::from_utf8(bytes).expect("UTF-8");
            text.lines().map(|line| feature(&serde_json::from_str(line).expect("JSON"))).collect()
        }
        "csv" => delimited(bytes, b','),
        "xlsx" => workbook(bytes),
        "parquet" => parquet_rows(bytes),
        "fgb" => flatgeobuf_rows(bytes),
        other => panic!("{other}"),
    }
}

/// All that a file tells anybody, as text.
pub fn text(format: &str, bytes: &[u8]) -> String {
    let text = format!("{:?}", rows(format, bytes));
    if format != "xlsx" {
        return text;
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    format!("{text}{:?}", book.worksheet_range("Metadata").expect("a sheet"))
}

fn put(row: &mut Row, name: &str, value: String) {
    if !value.is_empty() {
        row.insert(name.to_owned(), value);
    }
}

fn position(row: &mut Row, lon: f64, lat: f64) {
    put(row, "geometry", format!("{lon} {lat}"));
}

fn feature(feature: &Value) -> Row {
    let mut row = Row::new();
    let at = &feature["geometry"]["coordinates"];
    position(&mut row, at[0].as_f64().expect("a longitude"), at[1].as_f64().expect("a latitude"));
    for (name, value) in feature["properties"].as_object().expect("properties") {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        put(&mut row, name, text);
    }
    row
}

pub fn delimited(bytes: &[u8], delimiter: u8) -> Vec<Row> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
    let header = reader.headers().expect("a header").clone();
    let row = |cells: csv::StringRecord| {
        let mut row = Row::new();
        for (name, cell) in header.iter().zip(&cells) {
            put(&mut row, name, cell.to_owned());
        }
        row
    };
    reader.records().map(|cells| row(cells.expect("a row"))).collect()
}

fn workbook(bytes: &[u8]) -> Vec<Row> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = book.sheet_names().clone();
    let mut all = Vec::new();
    for sheet in sheets.iter().filter(|name| name.starts_with("Data")) {
        let range = book.worksheet_range(sheet).expect("a sheet");
        let mut lines = range.rows();
        let header: Vec<String> =
            lines.next().expect("a header").iter().map(ToString::to_string).collect();
        for line in lines {
            let mut row = Row::new();
            for (name, cell) in header.iter().zip(line) {
                let text = match cell {
                    Data::Empty => String::new(),
                    Data::String(text) => text.clone(),
                    Data::Float(number) => number.to_string(),
                    Data::Bool(flag) => flag.to_string(),
                    other => panic!("{other:?}"),
                };
                put(&mut row, name, text);
            }
            all.push(row);
        }
    }
    all
}

fn parquet_rows(bytes: &[u8]) -> Vec<Row> {
    let file = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).expect("a file");
    let row = |line: parquet::record::Row| {
        let mut row = Row::new();
        for (name, field) in line.get_column_iter() {
            let text = match field {
                Field::Str(text) => text.clone(),
                Field::Long(number) => number.to_string(),
                Field::Double(number) => number.to_string(),
                Field::Bool(flag) => flag.to_string(),
                Field::TimestampMicros(micros) => {
                    let at = chrono::DateTime::from_timestamp_micros(*micros).expect("a time");
                    at.to_rfc3339()
                }
                Field::Bytes(point) if name == "geometry" => {
                    let point = point.data();
                    let number = |from: usize| {
                        f64::from_le_bytes(point[from..from + 8].try_into().expect("eight"))
                    };
                    format!("{} {}", number(5), number(13))
                }
                Field::Null => String::new(),
                Field::Group(_) if name == "bbox" => String::new(),
                other => panic!("{name}: {other:?}"),
            };
            put(&mut row, name, text);
        }
        row
    };
    file.get_row_iter(None).expect("rows").map(|line| row(line.expect("a row"))).collect()
}

fn flatgeobuf_rows(bytes: &[u8]) -> Vec<Row> {
    let reader = FgbReader::open(Cursor::new(bytes)).expect("a file");
    let mut features = reader.select_all().expect("features");
    let mut all = Vec::new();
    while let Some(feature) = features.next().expect("a feature") {
        let mut row: Row = feature.properties().expect("properties").into_iter().collect();
        let geometry = feature.geometry().expect("a geometry");
        let at: Vec<f64> = geometry.xy().expect("a position").iter().collect();
        position(&mut row, at[0], at[1]);
        all.push(row);
    }
    all
}

/// Values as they can be compared across formats: numbers and times in one spelling, without what
/// keeps a spreadsheet from running a text.
pub fn comparable(rows: Vec<Row>) -> BTreeMap<String, Row> {
    let value = |text: String| {
        let plain = text.strip_prefix('\'').unwrap_or(&text);
        if let Ok(number) = plain.parse::<f64>() {
            return number.to_string();
        }
        match chrono::DateTime::parse_from_rfc3339(plain) {
            Ok(at) => at.timestamp_micros().to_string(),
            Err(_) => plain.to_owned(),
        }
    };
    let row = |row: Row| row.into_iter().map(|(name, text)| (name, value(text))).collect::<Row>();
    rows.into_iter().map(row).map(|row| (row["id"].clone(), row)).collect()
}
