//! A file as grids of cells, whatever its format: XLSX, XLS, ODS, CSV, GeoJSON. What the cells mean
//! is not for here.

mod compound;
pub(super) mod delimited;
mod geojson;
mod grid;
mod limits;
mod workbook;

use crate::domain::fault::{FieldFault, Lang};
use crate::domain::file_fault::{Bound, FileFault};

pub use self::grid::{Cell, CellKind, Grid, RowCells, column_letters, one_line};
pub use self::limits::Limits;

/// Why a file cannot be read as a list, in English; [`ReadError::fault`] says it to people.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", .0.text(Lang::En))]
pub struct ReadError(pub FileFault);

impl ReadError {
    fn too_many(of: Bound, max: usize) -> Self {
        Self(FileFault::TooMany { of, max })
    }

    fn damaged(format: &'static str, detail: impl std::fmt::Display) -> Self {
        Self(FileFault::Damaged { format, detail: detail.to_string() })
    }

    /// The fault of the field `file`.
    pub fn fault(self) -> FieldFault {
        FieldFault::new("file", self.0.into())
    }
}

/// Reads a file; its format is told by its first bytes, not by its name.
///
/// # Errors
/// If it is empty, not of the format that it begins like, or beyond the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::too_many(Bound::Bytes, limits.file_bytes));
    }
    if let Some(found) = other_kind(bytes) {
        return Err(ReadError(FileFault::OtherKind { found }));
    }
    let first =
        bytes.iter().find(|byte| !byte.is_ascii_whitespace()).ok_or(ReadError(FileFault::Empty))?;
    let bom = bytes.starts_with("\u{feff}{".as_bytes());
    // A zip file (XLSX, ODS), or an OLE file (XLS).
    let mut grids = if bytes.starts_with(b"PK\x03\x04") {
        workbook::zipped(bytes, limits)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        workbook::xls(bytes, limits)?
    } else if *first == b'{' || bom {
        vec![geojson::read(bytes, limits)?]
    } else {
        vec![delimited::read(bytes, limits)?]
    };
    grids.iter_mut().for_each(Grid::shrink);
    Ok(grids)
}

/// What is often sent in a list's place. Web pages come as `.xls` out of offices' own systems.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.trim_ascii_start();
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    let begins = |signs: &[&[u8]]| signs.iter().any(|sign| start.starts_with(sign));
    match () {
        () if begins(&[b"%PDF-"]) => Some("PDF"),
        () if begins(&[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8"]) => Some("PNG/JPEG/GIF"),
        () if begins(&[b"{\\rtf"]) => Some("RTF"),
        () if begins(&[b"Rar!", b"7z\xBC\xAF"]) => Some("RAR/7z"),
        () if begins(&[b"<"]) => Some("HTML/XML"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_told_so() {
        assert_eq!(read(b"  \n", &Limits::default()), Err(ReadError(FileFault::Empty)));
    }

    #[test]
    fn rubbish_is_refused_and_does_not_panic() {
        let limits = Limits::default();
        for bytes in [
            b"PK\x03\x04 not a zip".as_slice(),
            b"{\"type\":",
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 1, 2, 3],
        ] {
            assert!(matches!(read(bytes, &limits), Err(ReadError(FileFault::Damaged { .. }))));
        }
    }

    #[test]
    fn a_file_beyond_the_limits_is_refused() {
        let limits = Limits { rows: 2, columns: 3, text_bytes: 40, ..Limits::default() };
        let refused = |text: &str| read(text.as_bytes(), &limits).expect_err("refused");
        assert_eq!(refused("a\nb\nc\n"), ReadError::too_many(Bound::Rows, 2));
        assert_eq!(refused("a,b,c,d\n"), ReadError::too_many(Bound::Columns, 3));
        let long = "x".repeat(50);
        assert_eq!(refused(&long), ReadError::too_many(Bound::Text, 40));
        let limits = Limits { file_bytes: 3, ..Limits::default() };
        assert!(matches!(read(b"abcd", &limits), Err(ReadError(FileFault::TooMany { .. }))));
    }

    #[test]
    fn what_is_no_list_is_named() {
        let found = |bytes: &[u8]| read(bytes, &Limits::default()).expect_err("refused").0;
        let other = |found| FileFault::OtherKind { found };
        assert_eq!(found(b"%PDF-1.7\n"), other("PDF"));
        assert_eq!(found(b"\xEF\xBB\xBF\n<html><table><tr><td>Nama"), other("HTML/XML"));
        assert_eq!(found(b"\x89PNG\r\n"), other("PNG/JPEG/GIF"));
    }

    #[test]
    fn a_fault_of_a_file_speaks_both_languages_and_names_the_field() {
        let fault = read(b"", &Limits::default()).expect_err("refused").fault();
        assert_eq!((fault.field.as_str(), fault.fault.code()), ("file", "file_empty"));
        assert_eq!(fault.fault.text(Lang::Id), "Berkas ini kosong.");
        assert_eq!(fault.fault.text(Lang::En), "The file is empty.");
        let damaged = read(b"PK\x03\x04 no zip", &Limits::default()).expect_err("refused").fault();
        assert!(damaged.fault.text(Lang::Id).contains("rusak"));
        assert!(!damaged.fault.text(Lang::Id).contains("zip"), "a reader's words are English");
    }
}
