//! A file as sheets of rows of text, whatever its format.

pub(super) mod delimited;
mod geojson;
mod workbook;

use super::columns::Field;

/// Rows in which a header is looked for.
const HEADER_WITHIN: usize = 20;

/// A sheet, or a whole file where its format has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub name: Option<String>,
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row below the header that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As a person counts it in the file, from 1; for GeoJSON the feature's place.
    pub number: usize,
    /// As many as the header has, trimmed.
    pub cells: Vec<String>,
}

/// Why a file cannot be read as a list.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("{0}")]
    Malformed(String),
}

/// Reads a file; its format is told by its first bytes, not by its name.
///
/// # Errors
/// If it is empty or not of the format that it begins like.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, TableError> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace()).ok_or(TableError::Empty)?;
    // A zip file (XLSX, ODS), or an OLE file (XLS).
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return workbook::read(bytes);
    }
    let bom = bytes.starts_with("\u{feff}{".as_bytes());
    if *first == b'{' || bom {
        return geojson::read(bytes);
    }
    Ok(vec![delimited::read(bytes)?])
}

/// Makes a sheet of raw rows: the header is the first of the leading rows that knows the most
/// columns; what stands above it is a title.
fn sheet(name: Option<String>, rows: Vec<(usize, Vec<String>)>) -> Option<Sheet> {
    let rows: Vec<(usize, Vec<String>)> = rows
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    let known =
        |cells: &[String]| cells.iter().filter(|cell| Field::of_header(cell).is_some()).count();
    let (at, _) = rows
        .iter()
        .take(HEADER_WITHIN)
        .enumerate()
        .map(|(at, (_, cells))| (at, known(cells)))
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let header: Vec<String> = rows[at].1.iter().map(|cell| clean(cell)).collect();
    let rows = rows
        .into_iter()
        .skip(at + 1)
        .map(|(number, mut cells)| {
            cells.resize(header.len(), String::new());
            Row { number, cells: cells.iter().map(|cell| clean(cell)).collect() }
        })
        .collect();
    Some(Sheet { name, header, rows })
}

/// A cell without the dirt that its program left: `_x000D_`, line breaks, spaces around it.
fn clean(cell: &str) -> String {
    let cell = cell.replace("_x000D_", " ").replace('\u{a0}', " ");
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_above_the_header_is_not_the_header() {
        let text = "DATA IKM KABUPATEN X;;\n;;\nNo;Nama IKM;Kecamatan\n1;Sari;Mayangan\n";
        let sheets = read(text.as_bytes()).expect("a table");
        assert_eq!(sheets[0].header, ["No", "Nama IKM", "Kecamatan"]);
        assert_eq!(
            sheets[0].rows,
            [Row { number: 4, cells: vec!["1".into(), "Sari".into(), "Mayangan".into()] }]
        );
    }

    #[test]
    fn an_empty_file_is_told_so() {
        assert!(matches!(read(b"  \n"), Err(TableError::Empty)));
    }

    #[test]
    fn rubbish_is_refused_and_does_not_panic() {
        assert!(matches!(read(b"PK\x03\x04 not a zip"), Err(TableError::Malformed(_))));
        assert!(matches!(read(b"{\"type\":"), Err(TableError::Malformed(_))));
    }
}
