//! A file as grids of cells, whatever its format: XLSX, XLS, ODS, CSV, GeoJSON. What the cells mean
//! is not for here.

pub(super) mod delimited;
mod geojson;
mod grid;
mod limits;
mod workbook;

pub use self::grid::{Cell, CellKind, Grid, RowCells, column_letters, one_line};
pub use self::limits::Limits;

/// Why a file cannot be read as a list.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReadError {
    #[error("the file is empty")]
    Empty,
    #[error("{0}")]
    Malformed(String),
    #[error("the file has a password; save it without one")]
    Password,
    #[error("this kind of workbook (.xlsb) is not read; save it as .xlsx")]
    BinaryWorkbook,
    #[error("the file unpacks to more than {max} bytes; it may be damaged or made to do harm")]
    UnpacksTooLarge { max: u64 },
    #[error("more than {max} {what}")]
    TooMany { what: &'static str, max: usize },
}

/// Reads a file; its format is told by its first bytes, not by its name.
///
/// # Errors
/// If it is empty, not of the format that it begins like, or beyond the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    if bytes.len() > limits.file_bytes {
        return Err(ReadError::TooMany { what: "bytes", max: limits.file_bytes });
    }
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace()).ok_or(ReadError::Empty)?;
    // A zip file (XLSX, ODS), or an OLE file (XLS).
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::zipped(bytes, limits);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return workbook::xls(bytes, limits);
    }
    let bom = bytes.starts_with("\u{feff}{".as_bytes());
    if *first == b'{' || bom {
        return Ok(vec![geojson::read(bytes, limits)?]);
    }
    Ok(vec![delimited::read(bytes, limits)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_told_so() {
        assert_eq!(read(b"  \n", &Limits::default()), Err(ReadError::Empty));
    }

    #[test]
    fn rubbish_is_refused_and_does_not_panic() {
        let limits = Limits::default();
        for bytes in [
            b"PK\x03\x04 not a zip".as_slice(),
            b"{\"type\":",
            &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 1, 2, 3],
        ] {
            assert!(matches!(read(bytes, &limits), Err(ReadError::Malformed(_))));
        }
    }

    #[test]
    fn a_file_beyond_the_limits_is_refused() {
        let limits = Limits { rows: 2, columns: 3, text_bytes: 40, ..Limits::default() };
        let refused = |text: &str| read(text.as_bytes(), &limits).expect_err("refused");
        assert_eq!(refused("a\nb\nc\n"), ReadError::TooMany { what: "rows", max: 2 });
        assert_eq!(refused("a,b,c,d\n"), ReadError::TooMany { what: "columns", max: 3 });
        let long = "x".repeat(50);
        assert_eq!(refused(&long), ReadError::TooMany { what: "bytes of text", max: 40 });
        let limits = Limits { file_bytes: 3, ..Limits::default() };
        assert!(matches!(read(b"abcd", &limits), Err(ReadError::TooMany { .. })));
    }
}
