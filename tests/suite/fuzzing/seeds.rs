//! Sound files that damage is done to.

use sentra::domain::gazetteer::Gazetteer;

use crate::workbooks::layouts::{self, Format};
use crate::workbooks::{offices, write};

/// Every layout in every format, small; the old workbook; features.
pub fn all(gazetteer: &Gazetteer) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for mut layout in layouts::known().into_iter().chain(offices::layouts()) {
        layout.rows = 5;
        let formats =
            [Format::Xlsx, Format::Ods, Format::Csv(','), Format::Csv(';'), Format::Utf16];
        for format in formats {
            layout.format = format;
            seeds.push(write::workbook(&layout, gazetteer, 3).0);
        }
    }
    // There is no writer of the old format: the one file counts for several.
    seeds.extend(std::iter::repeat_n(include_bytes!("../../workbooks/ikm.xls").to_vec(), 20));
    for format in ["nama,lat", "telepon"] {
        seeds.extend(std::iter::repeat_n(features(format).into_bytes(), 10));
    }
    seeds
}

fn features(more: &str) -> String {
    let feature = |number: usize| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[112.7{number},-7.5]}},\
             \"properties\":{{\"nama_usaha\":\"Tas Ayu {number}\",\"desa\":\"Kalitengah\",\"kecamatan\":\
             \"Tanggulangin\",\"produk\":[\"Tas\",\"Dompet\"],\"{more}\":\"0812345678{number}\",\
             \"nib\":9120001234567,\"tk_l\":{number},\"omzet 2024\":\"1,5 jt\",\"public_place\":\
             {{\"precision\":\"village\"}}}}}}"
        )
    };
    let all: Vec<String> = (0..5).map(feature).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", all.join(","))
}
