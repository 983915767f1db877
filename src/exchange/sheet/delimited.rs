//! CSV in any delimiter, UTF-8, UTF-16 or an old code page, with or without a byte order mark or
//! `sep=;`.

use std::borrow::Cow;

use super::{CellKind, Grid, Limits, ReadError};
use crate::domain::file_fault::FileFault;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of a file its encoding is guessed from.
const SAMPLE: usize = 1 << 20;

pub fn read(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    let mut grid = Grid::new(None);
    each(bytes, |line, record| {
        let mut cells = record.iter().enumerate();
        cells.try_for_each(|(column, text)| grid.push(line, column, text, CellKind::Text, limits))
    })?;
    if grid.is_empty() { Err(ReadError(FileFault::Empty)) } else { Ok(grid) }
}

/// All rows as they stand, each with its line, from 1.
pub fn rows(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, ReadError> {
    let mut rows = Vec::new();
    each(bytes, |line, record| {
        rows.push((line, record.iter().map(str::to_owned).collect()));
        Ok(())
    })?;
    Ok(rows)
}

fn each(
    bytes: &[u8],
    mut take: impl FnMut(usize, &csv::StringRecord) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let text = decode(bytes);
    let (told, text, skipped) =
        match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
            Some((delimiter, rest)) => (delimiter.bytes().next(), rest, 1),
            None => (None, text.as_ref(), 0),
        };
    let delimiter = told.unwrap_or_else(|| guess_delimiter(text));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1 + skipped, 0);
    while reader.read_record(&mut record).map_err(|error| ReadError::damaged("CSV", error))? {
        // The reader's own line number lags behind where lines end in CR LF: it starts the record
        // at the LF, or at blank lines. So the line feeds are counted here, those included.
        let start =
            record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let blank =
            text.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start + blank.count();
        line += text[counted..start].matches('\n').count();
        counted = start;
        take(line, &record)?;
    }
    Ok(())
}

/// UTF-8 where it is valid, UTF-16 where a byte order mark says so or it looks like it, else
/// Windows-1252, which any bytes are.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    let encoding = match utf16_unmarked(bytes) {
        Some(encoding) => encoding,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => return Cow::Borrowed(text),
            Err(_) => encoding_rs::WINDOWS_1252,
        },
    };
    encoding.decode_without_bom_handling(bytes).0
}

/// Text of Latin letters in two bytes each has a nought in every other place.
fn utf16_unmarked(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let noughts =
        |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = sample.len() / 2 * 4 / 5;
    match (noughts(0), noughts(1)) {
        (_, low) if low > most && most > 0 => Some(encoding_rs::UTF_16LE),
        (high, _) if high > most && most > 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// The delimiter that parts the leading lines into the most columns, the same number in most; a
/// title of one cell above them says nothing.
fn guess_delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut widths: Vec<usize> =
            reader.records().take(60).flatten().map(|row| row.len()).filter(|w| *w > 1).collect();
        widths.sort_unstable();
        let usual = widths.get(widths.len() / 2).copied().unwrap_or_default();
        let steady = widths.iter().filter(|width| **width == usual).count();
        (steady.min(5), usual)
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter));
    best.unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let grid = read(bytes, &Limits::default()).expect("a sheet");
        let row = |place| grid.row(place).iter().map(|(_, cell)| cell.text.to_owned()).collect();
        (0..grid.len()).map(row).collect()
    }

    #[test]
    fn the_delimiter_is_found_by_looking() {
        let expected = vec![vec!["nama", "alamat"], vec!["Sari", "Jl. A, No. 1"]];
        assert_eq!(cells(b"nama,alamat\nSari,\"Jl. A, No. 1\"\n"), expected);
        assert_eq!(cells(b"nama;alamat\r\nSari;Jl. A, No. 1\r\n"), expected);
        assert_eq!(cells(b"nama\talamat\nSari\tJl. A, No. 1\n"), expected);
        assert_eq!(cells(b"sep=|\nnama|alamat\nSari|Jl. A, No. 1\n"), expected);
    }

    #[test]
    fn a_title_with_commas_does_not_settle_the_delimiter() {
        let text = b"DATA IKM, KAB. SIDOARJO, 2025\nnama;desa;lat\nA;B;-7,4\nC;D;-7,5\nE;F;-7,6\n";
        assert_eq!(cells(text)[1], ["nama", "desa", "lat"]);
        assert_eq!(cells(text)[2], ["A", "B", "-7,4"]);
    }

    #[test]
    fn old_code_pages_and_byte_order_marks_are_read() {
        assert_eq!(cells(b"nama;desa\nCaf\xe9;X\n")[1][0], "Café");
        assert_eq!(cells("\u{feff}nama;desa\nCafé;X\n".as_bytes())[0][0], "nama");
        let two_bytes = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let text: Vec<u8> = two_bytes("nama;desa\nCafé;Xyz\nTas;Candi\n");
        assert_eq!(cells(&[&[0xFF, 0xFE], text.as_slice()].concat())[1][0], "Café");
        // A nought in every other place, and an odd byte so that it is no UTF-8.
        let unmarked = two_bytes("nama;desa\nCafé;Xyz\nTas;Candi\n");
        assert_eq!(cells(&unmarked)[1][0], "Café");
    }

    #[test]
    fn rows_are_counted_as_a_person_counts_them() {
        for text in
            ["sep=;\nnama;desa\n\"a\nb\";X\nc;Y\n", "sep=;\r\nnama;desa\r\n\"a\r\nb\";X\r\nc;Y"]
        {
            let grid = read(text.as_bytes(), &Limits::default()).expect("a sheet");
            let numbers: Vec<usize> = (0..grid.len()).map(|place| grid.row(place).number).collect();
            assert_eq!(numbers, [2, 3, 5], "{text:?}");
        }
    }
}
