//! How much a file may hold. A small file can unpack to more than the machine has: it is refused
//! before anything is built of it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::ReadError;
use crate::domain::file_fault::{Bound, FileFault};

/// Entries of a workbook's zip file.
const MAX_ENTRIES: usize = 10_000;

/// Bounds of what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub file_bytes: usize,
    /// All that a zipped workbook unpacks to.
    pub unpacked_bytes: u64,
    /// Rows that hold something, in one sheet.
    pub rows: usize,
    pub columns: usize,
    /// Cells that hold something, in one sheet.
    pub cells: usize,
    /// Text of one sheet.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            unpacked_bytes: 2 << 30,
            rows: 2_000_000,
            columns: 1_000,
            cells: 64_000_000,
            text_bytes: 1 << 30,
        }
    }
}

/// Which workbook a zip file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zipped {
    Xlsx,
    Ods,
}

/// Looks into a zip file and unpacks it once to nowhere: sizes that it declares are not believed.
pub(super) fn zipped(bytes: &[u8], limits: &Limits) -> Result<Zipped, ReadError> {
    let malformed = |error: String| ReadError::damaged("XLSX/ODS", error);
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| malformed(error.to_string()))?;
    if archive.len() > MAX_ENTRIES {
        return Err(ReadError::too_many(Bound::Parts, MAX_ENTRIES));
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.bin") {
        return Err(ReadError(FileFault::BinaryWorkbook));
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(ReadError(FileFault::OtherKind { found: "DOCX/PPTX" }));
    }
    if !archive.file_names().flatten().any(|name| name.ends_with(".xml")) {
        return Err(ReadError(FileFault::OtherKind { found: "ZIP" }));
    }
    let content = archive.index_for_name("content.xml");
    let kind = if content.is_some() { Zipped::Ods } else { Zipped::Xlsx };
    let max = limits.unpacked_bytes;
    let mut left = max;
    for place in 0..archive.len() {
        let is_content = kind == Zipped::Ods && content == Some(place);
        let entry = archive.by_index(place).map_err(|error| malformed(error.to_string()))?;
        let mut entry = entry.take(left.saturating_add(1));
        let unpacked = if is_content {
            ods_content(&mut entry, limits)?
        } else {
            std::io::copy(&mut entry, &mut std::io::sink())
                .map_err(|error| malformed(error.to_string()))?
        };
        left = left.checked_sub(unpacked).ok_or(ReadError(FileFault::UnpacksTooLarge { max }))?;
    }
    Ok(kind)
}

/// Reads the content of an ODS file for what it would become: one cell may say that it stands in
/// 16,384 columns, and its row that it stands a million times. The reader holds a sheet as a full
/// rectangle, so that is what is bounded.
fn ods_content(content: &mut impl Read, limits: &Limits) -> Result<u64, ReadError> {
    let mut unpacked = 0;
    let mut cells = OdsCells::default();
    let (mut kept, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let count = content.read(&mut piece).map_err(|error| ReadError::damaged("ODS", error))?;
        if count == 0 {
            // Its reader would look for the end for ever.
            let ends = !cells.open;
            return ends.then_some(unpacked).ok_or_else(|| ReadError::damaged("ODS", UNENDED));
        }
        unpacked += count as u64;
        kept.extend_from_slice(&piece[..count]);
        let mut start = 0;
        while let Some(open) = kept[start..].iter().position(|byte| *byte == b'<') {
            start += open;
            let Some(length) = tag_length(&kept[start..])? else { break };
            cells.take(&kept[start..start + length]);
            start += length;
        }
        if !kept[start..].starts_with(b"<") {
            start = kept.len();
        }
        kept.drain(..start);
        if kept.len() > 1 << 20 || cells.rectangle() > limits.rectangle() {
            return Err(ReadError::too_many(Bound::Cells, limits.rectangle()));
        }
    }
}

const UNENDED: &str = "a table never ends";

/// How long the tag is that a text begins with; None where its end is still to come. Comments and
/// the like could hide tags from this look that the reader sees, or the other way round: no program
/// writes them there.
fn tag_length(text: &[u8]) -> Result<Option<usize>, ReadError> {
    let mut quote = None;
    if text.starts_with(b"<!") {
        return Err(ReadError::damaged("ODS", "comments or declarations in its content"));
    }
    for (place, byte) in text.iter().enumerate().skip(1) {
        match (quote, *byte) {
            (_, b'<') => return Err(ReadError::damaged("ODS", "a tag inside a tag")),
            (Some(open), byte) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return Ok(Some(place + 1)),
            _ => {}
        }
    }
    Ok(None)
}

impl Limits {
    /// No bounds of a sheet.
    pub(super) fn none(self) -> Self {
        let most = usize::MAX;
        Self { rows: most, columns: most, cells: most, text_bytes: most, ..self }
    }

    /// A rectangle of cells costs 32 bytes for each, filled or not.
    pub(super) fn rectangle(&self) -> usize {
        self.cells.min(20_000_000)
    }
}

/// The rectangle that the sheets read so far need, at most.
#[derive(Debug, Default)]
struct OdsCells {
    done: usize,
    width: usize,
    rows: usize,
    /// Empty rows, which count only where a full one follows: sheets end in empty ones.
    empty_rows: usize,
    /// Of the present row: how often it stands, how wide it is, whether it holds anything.
    repeats: usize,
    column: usize,
    full: bool,
    /// A table was opened, and not closed yet.
    open: bool,
}

impl OdsCells {
    fn take(&mut self, tag: &[u8]) {
        let is = |name: &[u8]| {
            let ends = |byte: &u8| !byte.is_ascii_alphabetic() && *byte != b'-';
            tag.starts_with(name) && tag.get(name.len()).is_some_and(ends)
        };
        if is(b"</table:table") {
            self.open = false;
        } else if is(b"<table:table") {
            let open = self.open || !tag.ends_with(b"/>");
            *self = Self { done: self.rectangle(), open, ..Self::default() };
        } else if is(b"<table:table-row") {
            if !self.full {
                self.empty_rows = self.empty_rows.saturating_add(self.repeats);
            }
            self.repeats = repeated(tag, b"number-rows-repeated=\"").min(1_048_576);
            (self.column, self.full) = (0, false);
        } else if is(b"<table:table-cell") || is(b"<table:covered-table-cell") {
            let repeats = repeated(tag, b"number-columns-repeated=\"").min(16_384);
            self.column = (self.column + repeats).min(16_384);
            if tag.ends_with(b"/>") && find(tag, b"office:").is_none() {
                return;
            }
            self.width = self.width.max(self.column);
            if !self.full {
                let rows = self.empty_rows.saturating_add(self.repeats);
                self.rows = self.rows.saturating_add(rows);
                (self.empty_rows, self.full) = (0, true);
            }
        }
    }

    fn rectangle(&self) -> usize {
        self.done.saturating_add(self.width.saturating_mul(self.rows))
    }
}

fn repeated(tag: &[u8], attribute: &[u8]) -> usize {
    let Some(at) = find(tag, attribute) else { return 1 };
    let digits = tag[at + attribute.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_usize, |number, digit| {
        number.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            writer.write_all(bytes).expect("written");
        }
        writer.finish().expect("a zip file").into_inner()
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let bomb = zip(&[("xl/workbook.xml", &vec![b' '; 300_000])]);
        assert!(bomb.len() < 2_000);
        let limits = Limits { unpacked_bytes: 200_000, ..Limits::default() };
        assert_eq!(
            zipped(&bomb, &limits),
            Err(ReadError(FileFault::UnpacksTooLarge { max: 200_000 }))
        );
        assert_eq!(zipped(&bomb, &Limits::default()), Ok(Zipped::Xlsx));
        assert_eq!(
            zipped(&zip(&[("xl/workbook.bin", b"x")]), &limits),
            Err(ReadError(FileFault::BinaryWorkbook))
        );
    }

    fn ods(rows: &str) -> Result<Zipped, ReadError> {
        let content = format!("<x><table:table table:name=\"a\">{rows}</table:table></x>");
        zipped(&zip(&[("content.xml", content.as_bytes())]), &Limits::default())
    }

    /// Its reader would look for the table's end for ever.
    #[test]
    fn a_table_that_never_ends_is_refused() {
        let row = "<table:table-row><table:table-cell office:value=\"1\"/></table:table-row>";
        let read = |content: &str| {
            let bytes = zip(&[("content.xml", content.as_bytes())]);
            zipped(&bytes, &Limits::default())
        };
        assert_eq!(read(&format!("<x><table:table>{row}</table:table></x>")), Ok(Zipped::Ods));
        for unended in [
            format!("<x><table:table>{row}"),
            format!("<x><table:table>{row}</table:tab"),
            format!("<x><table:table>{row}<!--</table:table>--></x>"),
            format!("<x><table:table>{row}<a b=\"</table:table>\"/></x>"),
            format!("<x><table:table>{row}</table:table><table:table>{row}</x>"),
        ] {
            let refused = read(&unended);
            assert!(matches!(refused, Err(ReadError(FileFault::Damaged { .. }))), "{unended}");
        }
    }

    #[test]
    fn a_cell_that_says_it_stands_everywhere_is_refused() {
        let cell = "<table:table-cell table:number-columns-repeated=\"16384\" office:value=\"1\"/>";
        let everywhere = format!(
            "<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>"
        );
        assert!(matches!(
            ods(&everywhere),
            Err(ReadError(FileFault::TooMany { of: Bound::Cells, .. }))
        ));
        let many = format!("<table:table-row>{cell}</table:table-row>").repeat(5_000);
        assert!(matches!(ods(&many), Err(ReadError(FileFault::TooMany { of: Bound::Cells, .. }))));
        // As every office program ends a sheet.
        let usual = "<table:table-row><table:table-cell office:value=\"1\"/>\
            <table:table-cell table:number-columns-repeated=\"16383\"/></table:table-row>\
            <table:table-row table:number-rows-repeated=\"1048575\">\
            <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        assert_eq!(ods(usual), Ok(Zipped::Ods));
    }
}
