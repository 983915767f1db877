//! CSV in any delimiter, UTF-8 or Windows-1252, with or without a byte order mark or `sep=;`.

use super::{Sheet, TableError};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub fn read(bytes: &[u8]) -> Result<Sheet, TableError> {
    super::sheet(None, rows(bytes)?).ok_or(TableError::Empty)
}

/// All rows as they stand, each with its line, from 1.
pub fn rows(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, TableError> {
    let text = decode(bytes);
    let (told, text, skipped) =
        match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
            Some((delimiter, rest)) => (delimiter.bytes().next(), rest, 1),
            None => (None, text.as_str(), 0),
        };
    let delimiter = told.unwrap_or_else(|| guess_delimiter(text));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1 + skipped, 0);
    while reader
        .read_record(&mut record)
        .map_err(|error| TableError::Malformed(error.to_string()))?
    {
        // The reader's own line number lags behind where lines end in CR LF: it starts the record
        // at the LF, or at blank lines. So the line feeds are counted here, those included.
        let start =
            record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let blank =
            text.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start + blank.count();
        line += text[counted..start].matches('\n').count();
        counted = start;
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

/// UTF-8 where it is valid, UTF-16 where a byte order mark says so, else Windows-1252, which any
/// bytes are.
fn decode(bytes: &[u8]) -> String {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// The delimiter that parts the leading lines into the most columns, the same number in each.
fn guess_delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let widths: Vec<usize> = reader.records().take(30).flatten().map(|row| row.len()).collect();
        let widest = widths.iter().max().copied().unwrap_or_default();
        let steady = widths.iter().filter(|width| **width == widest && widest > 1).count();
        (steady.min(5), widest)
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter));
    best.unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = read(bytes).expect("a sheet");
        std::iter::once(sheet.header).chain(sheet.rows.into_iter().map(|row| row.cells)).collect()
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
    fn windows_1252_and_a_byte_order_mark_are_read() {
        assert_eq!(cells(b"nama;desa\nCaf\xe9;X\n")[1][0], "Café");
        assert_eq!(cells("\u{feff}nama;desa\nCafé;X\n".as_bytes())[0][0], "nama");
    }

    #[test]
    fn rows_are_counted_as_a_person_counts_them() {
        for text in
            ["sep=;\nnama;desa\n\"a\nb\";X\nc;Y\n", "sep=;\r\nnama;desa\r\n\"a\r\nb\";X\r\nc;Y"]
        {
            let sheet = read(text.as_bytes()).expect("a sheet");
            let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
            assert_eq!(numbers, [3, 5], "{text:?}");
        }
    }
}
