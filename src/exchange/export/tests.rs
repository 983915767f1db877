//! Files read back by other readers than ours.

use std::io::{Cursor, Write};

use ::flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use bytes::Bytes;
use calamine::{Data, Reader, Xlsx as Workbook};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use uuid::Uuid;

use super::{
    Choice, Column, Delimiter, Encoder, ExportFormat, Layout, Source, encoder, geoparquet, xlsx,
};
use strum::VariantArray;

/// A public document; every hundredth name begins like a formula.
fn document(number: u32) -> String {
    let name =
        if number.is_multiple_of(100) { "=cmd|' /C calc'!A0" } else { "Tas <Melati> & \\\"Co\\\"" };
    format!(
        "{{\"id\":\"{}\",\"revision\":1,\"created_at\":\"2026-01-02T03:04:05.000006Z\",\
         \"updated_at\":\"2026-01-02T03:04:05.000006Z\",\"sample\":false,\"name\":\"{name}\",\
         \"registrations\":[{{\"kind\":\"ikm\"}},{{\"kind\":\"ukm\"}}],\"founded_year\":1999,\
         \"sectors\":[\"kulit-alas-kaki\"],\"commodities\":[],\"products\":[{{\"name\":\"Tas\",\
         \"capacity\":{{\"min\":20.5,\"max\":30,\"unit\":\"kodi\",\"period\":\"month\"}}}}],\
         \"region\":\"35.15.06.2001\",\
         \"region_name\":\"Kedensari, Tanggulangin, Kabupaten Sidoarjo\",\
         \"responsible_region\":\"35.15\",\
         \"public_place\":{{\"lon\":112.5,\"lat\":-7.25,\"precision\":\"village\"}},\
         \"size_class\":\"micro\",\"ikm_class\":\"unknown\",\"bps_class\":\"unknown\",\
         \"size_rule\":\"2026-1\",\"existence\":\"active\"}}",
        id(number)
    )
}

fn id(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

/// Positions along a line, far enough from each other to be told apart.
fn place(number: u32) -> (f64, f64) {
    (110.0 + f64::from(number) / 1000.0, -7.25)
}

fn write(layout: &Layout, count: u32) -> (Vec<u8>, Option<u64>) {
    let mut bytes = Vec::new();
    let mut size = None;
    let mut encoder = encoder(layout, Box::new(&mut bytes)).expect("an encoder");
    add(&mut *encoder, count);
    encoder.finish(&mut |told| size = Some(told)).expect("finished");
    (bytes, size)
}

fn add(encoder: &mut dyn Encoder, count: u32) {
    for number in 0..count {
        let document = document(number);
        let (lon, lat) = place(number);
        let source = Source { id: id(number), internal: false, document: &document, lon, lat };
        encoder.add(&source).expect("added");
    }
}

fn columns(names: &str) -> Option<Vec<&'static Column>> {
    Choice::parse(names).expect("columns").columns(true)
}

fn layout(format: ExportFormat, names: &str) -> Layout {
    Layout { columns: columns(names), ..Layout::new(format) }
}

#[test]
fn every_format_of_nothing_is_a_file_of_nothing() {
    for format in ExportFormat::VARIANTS {
        let (bytes, size) = write(&Layout::new(*format), 0);
        assert_eq!(size.is_some(), format.is_spooled(), "{format:?}");
        match format {
            ExportFormat::Geojson => {
                let file: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
                assert_eq!(file["features"], serde_json::json!([]));
            }
            ExportFormat::Geojsonl => assert!(bytes.is_empty()),
            ExportFormat::Csv => {
                let rows = ::csv::Reader::from_reader(&bytes[3..]).into_records().count();
                assert_eq!(rows, 0);
            }
            ExportFormat::Xlsx => {
                let mut book = Workbook::new(Cursor::new(bytes)).expect("a workbook");
                assert_eq!(book.sheet_names(), ["Data", "Metadata"]);
                assert_eq!(book.worksheet_range("Data").expect("a sheet").height(), 1);
            }
            ExportFormat::Parquet => {
                let file = SerializedFileReader::new(Bytes::from(bytes)).expect("a file");
                assert_eq!(file.metadata().file_metadata().num_rows(), 0);
            }
            ExportFormat::Fgb => {
                let file = FgbReader::open(Cursor::new(&bytes)).expect("a file");
                assert_eq!(
                    (file.header().features_count(), file.header().index_node_size()),
                    (0, 0)
                );
                assert_eq!(size, Some(bytes.len() as u64));
            }
        }
    }
}

#[test]
fn a_full_sheet_is_followed_by_another_and_texts_stay_texts() {
    let mut bytes = Vec::new();
    let about = vec![["Judul".to_owned(), "Uji".to_owned()]];
    let all = columns("id,name,founded_year,capacity.min,women_led,sample").expect("columns");
    let mut book =
        Box::new(xlsx::Xlsx::with_rows(all, about, 101, Box::new(&mut bytes)).expect("a workbook"));
    add(&mut *book, 250);
    book.finish(&mut |_| {}).expect("finished");
    let mut book = Workbook::new(Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Data", "Data 2", "Data 3", "Metadata"]);
    let mut number = 0;
    for (sheet, height) in [("Data", 101), ("Data 2", 101), ("Data 3", 51)] {
        let range = book.worksheet_range(sheet).expect("a sheet");
        assert_eq!(range.height(), height, "{sheet}");
        assert_eq!(range.rows().next().expect("a row")[0], Data::String("id".into()));
        for row in range.rows().skip(1) {
            let name =
                if number % 100 == 0 { "'=cmd|' /C calc'!A0" } else { "Tas <Melati> & \"Co\"" };
            assert_eq!(row[0], Data::String(id(number).to_string()));
            assert_eq!(row[1], Data::String(name.into()));
            assert_eq!((&row[2], &row[3]), (&Data::Float(1999.0), &Data::Float(20.5)));
            assert_eq!((&row[4], &row[5]), (&Data::Empty, &Data::Bool(false)));
            number += 1;
        }
    }
    assert_eq!(number, 250);
    let said = book.worksheet_range("Metadata").expect("a sheet");
    assert_eq!(said.rows().next().expect("a row")[1], Data::String("Uji".into()));
}

#[test]
fn a_semicolon_comes_with_a_decimal_comma() {
    let names = "name,capacity.min,place.lat,registrations,capacities";
    let layout = Layout { delimiter: Delimiter::Semicolon, ..layout(ExportFormat::Csv, names) };
    let (bytes, _) = write(&layout, 1);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(lines.next(), Some("name;capacity.min;place.lat;registrations;capacities"));
    assert_eq!(
        lines.next(),
        Some("'=cmd|' /C calc'!A0;20,5;-7,25;\"ikm; ukm\";Tas: 20.5-30 kodi/month")
    );
}

#[test]
fn geoparquet_has_groups_with_boxes_and_says_what_its_geometry_is() {
    let names = "id,name,founded_year,capacity.min,sample,updated_at,nib,workers.total";
    let count = 201;
    let mut bytes = Vec::new();
    let all = columns(names).expect("columns");
    let made = geoparquet::GeoParquet::with_rows(all, 200, Box::new(&mut bytes));
    let mut made = Box::new(made.expect("a file"));
    add(&mut *made, count);
    made.finish(&mut |_| {}).expect("finished");
    let file = SerializedFileReader::new(Bytes::from(bytes)).expect("a file");
    let metadata = file.metadata();
    assert_eq!(metadata.num_row_groups(), 2);
    let keys = metadata.file_metadata().key_value_metadata().expect("keys");
    let geo = keys.iter().find(|pair| pair.key == "geo").and_then(|pair| pair.value.as_deref());
    let geo: serde_json::Value = serde_json::from_str(geo.expect("geo")).expect("JSON");
    assert_eq!(geo["version"], "1.1.0");
    let geometry = &geo["columns"]["geometry"];
    assert_eq!(geometry["covering"]["bbox"]["ymax"], serde_json::json!(["bbox", "ymax"]));
    assert_eq!(geometry["bbox"], serde_json::json!([110.0, -7.25, 110.2, -7.25]));
    // The box of a group is known from its statistics.
    let of_group = metadata.row_group(1).columns();
    let west = of_group.iter().find(|column| column.column_path().string() == "bbox.xmin");
    let least = west.and_then(|column| column.statistics()).and_then(|all| all.min_bytes_opt());
    assert_eq!(least, Some(110.2_f64.to_le_bytes().as_slice()));
    let mut number = 0;
    for row in file.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        assert_eq!(row.get_string(0).expect("an id"), &id(number).to_string());
        assert_eq!(fields[2], &Field::Long(1999));
        assert_eq!(fields[3], &Field::Double(20.5));
        assert_eq!(fields[4], &Field::Bool(false));
        assert_eq!(fields[5], &Field::TimestampMicros(1_767_323_045_000_006));
        assert_eq!((fields[6], fields[7]), (&Field::Null, &Field::Null));
        let point = row.get_bytes(8).expect("a point").data();
        assert_eq!(&point[..5], [1, 1, 0, 0, 0]);
        assert_eq!(point[5..13], place(number).0.to_le_bytes());
        number += 1;
    }
    assert_eq!(number, count);
}

#[test]
fn flatgeobuf_finds_by_its_index_what_lies_in_a_box() {
    for count in [1, 16, 17, 300, 5_000] {
        let layout = layout(ExportFormat::Fgb, "id,founded_year,sample,updated_at,nib");
        let (bytes, size) = write(&layout, count);
        assert_eq!(size, Some(bytes.len() as u64));
        let mut all =
            FgbReader::open(Cursor::new(&bytes)).expect("a file").select_all().expect("all");
        let mut number = 0;
        while let Some(feature) = all.next().expect("a feature") {
            let properties = feature.properties().expect("properties");
            assert_eq!(properties["id"], id(number).to_string());
            assert_eq!(properties["founded_year"], "1999");
            assert_eq!(properties.get("nib"), None);
            let geometry = feature.geometry().expect("a geometry");
            let xy: Vec<f64> = geometry.xy().expect("a position").iter().collect();
            assert_eq!(xy, [place(number).0, place(number).1]);
            number += 1;
        }
        assert_eq!(number, count);
        // From the middle of one to the middle of another.
        let (first, last) = (count / 3, count / 2);
        let (west, east) = (place(first).0 - 0.0005, place(last).0 + 0.0005);
        let mut some = FgbReader::open(Cursor::new(&bytes))
            .expect("a file")
            .select_bbox(west, -8.0, east, -7.0)
            .expect("some");
        let mut number = first;
        while let Some(feature) = some.next().expect("a feature") {
            assert_eq!(feature.properties().expect("properties")["id"], id(number).to_string());
            number += 1;
        }
        assert_eq!(number, last + 1);
    }
}

#[test]
fn chosen_columns_are_the_properties_of_features_and_none_the_whole_document() {
    let (bytes, _) = write(&layout(ExportFormat::Geojsonl, "id,nib,founded_year,village_name"), 2);
    let lines: Vec<serde_json::Value> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[1],
        serde_json::json!({
            "type": "Feature", "id": id(1), "geometry": {"type": "Point", "coordinates": [110.001, -7.25]},
            "properties": {"id": id(1), "nib": null, "founded_year": 1999, "village_name": "Kedensari"},
        })
    );
    let (bytes, _) = write(&Layout::new(ExportFormat::Geojson), 2);
    let file: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let mut whole: serde_json::Value = serde_json::from_str(&document(1)).expect("JSON");
    whole["tier"] = "public".into();
    assert_eq!(file["features"][1]["properties"], whole);
}

/// Takes so many bytes, then no more.
struct Leaving(usize);

impl Write for Leaving {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_who_leaves_is_noticed_in_every_format() {
    for format in ExportFormat::VARIANTS {
        let begun = encoder(&Layout::new(*format), Box::new(Leaving(60_000)));
        let mut encoder = begun.expect("an encoder");
        let written = (0..51_000).try_for_each(|number| {
            let document = document(number);
            let (lon, lat) = place(number);
            encoder.add(&Source { id: id(number), internal: false, document: &document, lon, lat })
        });
        assert_eq!(written.is_ok(), format.is_spooled(), "{format:?}");
        assert!(written.is_err() || encoder.finish(&mut |_| {}).is_err(), "{format:?}");
    }
}
