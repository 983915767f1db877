//! Telling the records below a header from the rows that are none: numbers of columns, sub-totals, a
//! district's name above its rows, the header again, notes and signatures. None of them is lost:
//! each says what it is.

use crate::domain::gazetteer::Gazetteer;
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::fold;
use crate::exchange::mapping::{Field, Mapping};
use crate::exchange::sheet::{Cell, RowCells};
use crate::exchange::template::is_example;
use crate::exchange::values;

use super::Table;

/// What a row below a header is.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKind {
    Record,
    /// `1 2 3 4 …` below the header.
    ColumnNumbers,
    /// JUMLAH, TOTAL and the like.
    Subtotal,
    /// Names the district or village of the rows below it.
    Section(RegionCode),
    /// The header once more, as on every printed page.
    HeaderAgain,
    /// A note, a signature, a heading.
    Note,
    /// The example of our own template.
    Example,
}

/// Tells the rows of one table apart, in their order.
#[derive(Debug)]
pub struct Body<'a> {
    /// The field of each column, by its place in the sheet.
    fields: Vec<Option<Field>>,
    headers: Vec<String>,
    /// Columns that the corrected file added: they say nothing of what a row is.
    added: Vec<usize>,
    gazetteer: &'a Gazetteer,
    regency: Option<RegionCode>,
    /// How many cells a record has, about.
    usual: usize,
}

impl<'a> Body<'a> {
    pub fn of(
        table: &Table,
        mapping: &Mapping,
        gazetteer: &'a Gazetteer,
        regency: Option<&RegionCode>,
    ) -> Self {
        let width = table.columns().iter().map(|head| head.column + 1).max().unwrap_or_default();
        let mut fields = vec![None; width];
        let mut headers = vec![String::new(); width];
        for (head, column) in table.columns().iter().zip(&mapping.columns) {
            fields[head.column] = column.field;
            headers[head.column] = fold(&head.header);
        }
        let heads = table.columns().iter();
        let added: Vec<usize> =
            heads.filter(|head| super::is_added(&head.header)).map(|head| head.column).collect();
        let mut lengths: Vec<usize> = table.spread(200).map(|row| length(&row, &added)).collect();
        lengths.sort_unstable();
        // Above the middle: what is no record is shorter.
        let usual = lengths.get(lengths.len() * 3 / 4).copied().unwrap_or_default();
        Self { fields, headers, added, gazetteer, regency: regency.cloned(), usual }
    }

    /// What a row is.
    pub fn kind(&self, row: &RowCells) -> RowKind {
        let mut cells = row
            .iter()
            .filter(|(column, cell)| !values::is_blank(cell.text) && !self.added.contains(column));
        let Some(first) = cells.next() else { return RowKind::Note };
        // Most rows are records: two looks tell.
        if self.is_example(row) {
            return RowKind::Example;
        }
        let length = length(row, &self.added);
        if length > 2 && self.is_plainly_a_record(row, length) {
            return RowKind::Record;
        }
        let cells: Vec<(usize, Cell)> = std::iter::once(first).chain(cells).collect();
        if is_numbering(&cells) {
            return RowKind::ColumnNumbers;
        }
        if self.is_header(&cells) {
            return RowKind::HeaderAgain;
        }
        if self.is_subtotal(&cells) {
            return RowKind::Subtotal;
        }
        let texts: Vec<&(usize, Cell)> =
            cells.iter().filter(|(_, cell)| cell.text.chars().any(char::is_alphabetic)).collect();
        let long = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).count() > 3;
        let names: Vec<&&(usize, Cell)> =
            texts.iter().filter(|(_, cell)| long(cell.text)).collect();
        // Beside its number, which may be a letter: `A. | KEC. CANDI`.
        if let [(_, only)] = names.as_slice()
            && cells.len() <= 2
            && let Some(region) = section(only.text, self.gazetteer, self.regency.as_ref())
        {
            return RowKind::Section(region);
        }
        let names = cells.iter().any(|(column, _)| self.names_somebody(*column));
        let is_note = cells.len() <= 2 && self.usual >= 4 && (!names || is_remark(&cells));
        if is_note || texts.is_empty() && !names && cells.len() * 2 < self.usual {
            return RowKind::Note;
        }
        RowKind::Record
    }

    fn names_somebody(&self, column: usize) -> bool {
        let field = self.fields.get(column).copied().flatten();
        matches!(field, Some(Field::Name | Field::Owner | Field::Contact))
    }

    fn is_example(&self, row: &RowCells) -> bool {
        let mut names = row.iter().filter(|(column, _)| self.names_somebody(*column));
        names.next().is_some_and(|(_, cell)| is_example(cell.text))
    }

    /// A name that is none of the words of other rows, and half the usual cells.
    fn is_plainly_a_record(&self, row: &RowCells, length: usize) -> bool {
        let name = row.iter().find(|(column, _)| self.names_somebody(*column));
        let Some((column, name)) = name else { return false };
        let text = name.text;
        text.len() > 2
            && length * 2 > self.usual
            && !values::is_blank(text)
            && total_word(text).is_none()
            && self.headers.get(column).is_none_or(|header| !header.eq_ignore_ascii_case(text))
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
    }

    fn is_header(&self, cells: &[(usize, Cell)]) -> bool {
        let same = cells.iter().filter(|(column, cell)| {
            let header = self.headers.get(*column).filter(|header| !header.is_empty());
            header.is_some_and(|header| {
                let folded = fold(cell.text);
                !folded.is_empty()
                    && (*header == folded
                        || header.split(' ').any(|word| word == folded) && header.len() < 40)
            })
        });
        cells.len() >= 2 && same.count() * 3 >= cells.len() * 2
    }

    fn is_subtotal(&self, cells: &[(usize, Cell)]) -> bool {
        let words = cells.iter().filter(|(_, cell)| cell.text.chars().any(char::is_alphabetic));
        let words: Vec<&(usize, Cell)> = words.collect();
        let Some(place) = words.iter().position(|(_, cell)| total_word(cell.text).is_some()) else {
            return false;
        };
        // A business may be called Total; it has an owner, a place, a product.
        let (column, cell) = words[place];
        let plain = total_word(cell.text) == Some(true);
        place == 0
            && words.len() <= if plain { 3 } else { 2 }
            && (plain || !self.names_somebody(*column) || words.len() == 1)
    }
}

/// How many cells of a row its office wrote.
fn length(row: &RowCells, added: &[usize]) -> usize {
    if added.is_empty() {
        return row.len();
    }
    row.iter().filter(|(column, _)| !added.contains(column)).count()
}

/// The one district or village that a heading or a sheet is named after: `Kec. Candi`, `CANDI`,
/// `Desa Kalitengah`.
pub fn section(
    text: &str,
    gazetteer: &Gazetteer,
    regency: Option<&RegionCode>,
) -> Option<RegionCode> {
    if text.len() > 100 {
        return None;
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let after = |ranks: &[&str]| {
        let at = words.iter().position(|word| ranks.contains(word)).filter(|at| *at <= 2)?;
        Some(words[at + 1..].join(" ")).filter(|name| !name.is_empty())
    };
    let district = after(&["kecamatan", "kec"]);
    let village = after(&["desa", "kelurahan", "kel", "ds"]);
    let (level, name) = match (district, village) {
        (Some(name), _) => (Level::District, name),
        (None, Some(name)) => (Level::Village, name),
        (None, None) => (Level::District, folded.clone()),
    };
    let inside = |code: &RegionCode| regency.is_none_or(|regency| regency.contains(code));
    let named = gazetteer.named(level, &name);
    let mut found = named.iter().map(|region| &region.code).filter(|code| inside(code));
    let first = found.next()?;
    found.next().is_none().then(|| first.clone())
}

/// Whether a cell begins with a word of sums; Some(true) where it says nothing else of note.
fn total_word(text: &str) -> Option<bool> {
    let first = text.trim_start().as_bytes().first()?.to_ascii_lowercase();
    if !matches!(first, b'j' | b't' | b's' | b'g' | b'r') || text.len() > 80 {
        return None;
    }
    let folded = fold(text);
    let mut words = folded.split(' ').skip_while(|word| matches!(*word, "sub" | "grand"));
    let word = words.next()?;
    let sums = matches!(
        word,
        "jumlah" | "jml" | "total" | "subtotal" | "rekap" | "rekapitulasi" | "jumlahtotal"
    );
    let also = |word: &str| {
        matches!(
            word,
            "total"
                | "jumlah"
                | "seluruh"
                | "keseluruhan"
                | "semua"
                | "akhir"
                | "kecamatan"
                | "kec"
                | "desa"
                | "kabupaten"
                | "kelurahan"
                | "besar"
                | "halaman"
        )
    };
    sums.then(|| words.next().is_none_or(also))
}

fn is_numbering(cells: &[(usize, Cell)]) -> bool {
    let number =
        |text: &str| -> Option<usize> { text.trim_matches(['(', ')', '.', ' ']).parse().ok() };
    let numbers: Vec<usize> = cells.iter().filter_map(|(_, cell)| number(cell.text)).collect();
    cells.len() >= 3
        && numbers.len() == cells.len()
        && numbers[0] <= 2
        && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

fn is_remark(cells: &[(usize, Cell)]) -> bool {
    cells.iter().any(|(_, cell)| {
        let folded = fold(cell.text);
        let first = folded.split(' ').next().unwrap_or_default();
        matches!(
            first,
            "catatan"
                | "keterangan"
                | "sumber"
                | "mengetahui"
                | "kepala"
                | "nip"
                | "ket"
                | "note"
                | "dicetak"
                | "pembina"
                | "tertanda"
                | "ttd"
        )
    })
}
