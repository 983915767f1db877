//! From a layout to the bytes of a workbook, and the truth of it.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use rust_xlsxwriter::{Format as CellFormat, Workbook};
use sentra::domain::gazetteer::Gazetteer;
use sentra::exchange::mapping::Field;
use serde_json::json;

use super::layouts::{Format, Layout};
use super::made::{Dice, Expected, Maker, Written, makers};

/// What should be understood of a workbook.
#[derive(Default)]
pub struct Truth {
    /// By the column's place: what it is. Columns that nobody need know are left out.
    pub mapping: BTreeMap<usize, Field>,
    /// By sheet and row.
    pub rows: Rows,
    /// Rows below the headers that hold no record.
    pub others: usize,
}

impl Truth {
    pub fn json(&self) -> serde_json::Value {
        let mapping: BTreeMap<String, &str> =
            self.mapping.iter().map(|(column, field)| (column.to_string(), field.name())).collect();
        let rows = self.rows.iter().map(|((sheet, row), values)| {
            let values: Vec<_> =
                values.iter().map(|(field, value)| json!([field, value])).collect();
            json!({"sheet": sheet, "row": row, "values": values})
        });
        json!({"mapping": mapping, "rows": rows.collect::<Vec<_>>(), "other_rows": self.others})
    }
}

type Row = Vec<Written>;

/// A sheet's rows from the first, and places that are merged in an XLSX file.
#[derive(Default)]
struct Page {
    name: String,
    rows: Vec<Row>,
    merged: Vec<(usize, usize, usize, usize)>,
}

/// Makes a workbook.
pub fn workbook(layout: &Layout, gazetteer: &Gazetteer, seed: u64) -> (Vec<u8>, Truth) {
    let mut dice = Dice::new(seed);
    let mut all = makers(gazetteer, layout.regency, layout.rows, &mut dice);
    all.sort_by(|a, b| a.district.code.cmp(&b.district.code));
    let mut truth = Truth::default();
    for (place, column) in layout.columns.iter().enumerate() {
        if let Some(field) = column.field {
            truth.mapping.insert(place + layout.indent, field);
        }
    }
    let mut pages = Vec::new();
    if layout.by_district {
        for group in all.chunk_by(|a, b| a.district.code == b.district.code) {
            pages.push(page(layout, &group[0].district.name, group, &mut dice, &mut truth));
        }
    } else {
        pages.push(page(layout, "Sheet1", &all, &mut dice, &mut truth));
    }
    let bytes = match layout.format {
        Format::Xlsx => xlsx(&pages),
        Format::Ods => ods(&pages),
        Format::Csv(delimiter) => {
            let (text, lines) = delimited(&pages[0], delimiter);
            truth.rows = by_line(std::mem::take(&mut truth.rows), &lines);
            encoding_of(&text)
        }
        Format::Utf16 => {
            let (text, lines) = delimited(&pages[0], '\t');
            truth.rows = by_line(std::mem::take(&mut truth.rows), &lines);
            let units = std::iter::once(0xFEFF_u16).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
    };
    (bytes, truth)
}

type Rows = BTreeMap<(String, usize), Vec<Expected>>;

/// In a text, a row's number is its line's.
fn by_line(rows: Rows, lines: &[usize]) -> Rows {
    rows.into_iter().map(|((sheet, row), values)| ((sheet, lines[row - 1]), values)).collect()
}

fn page(layout: &Layout, name: &str, makers: &[Maker], dice: &mut Dice, truth: &mut Truth) -> Page {
    let mut page = Page { name: name.to_owned(), ..Page::default() };
    let width = layout.columns.len();
    let indented = |cells: Vec<Written>| -> Row {
        std::iter::repeat_n(Written::Empty, layout.indent).chain(cells).collect()
    };
    for title in layout.titles {
        page.rows.push(indented(vec![Written::Text((*title).to_owned())]));
    }
    let top = page.rows.len();
    let header: Vec<Row> = (0..layout.depth())
        .map(|depth| {
            let head = |column: &super::columns::Column| match column.heads.get(depth) {
                Some(head) if !head.is_empty() => Written::Text((*head).to_owned()),
                _ => Written::Empty,
            };
            indented(layout.columns.iter().map(head).collect())
        })
        .collect();
    page.merged = merged(layout, top);
    page.rows.extend(header.clone());
    if layout.numbered {
        let number = |place| Written::Number(f64::from(u32::try_from(place + 1).expect("small")));
        page.rows.push(indented((0..width).map(number).collect()));
        truth.others += 1;
    }
    for (place, maker) in makers.iter().enumerate() {
        if layout.header_again && place == makers.len() / 2 {
            page.rows.extend(header.clone());
            truth.others += header.len();
        }
        let new = place == 0 || makers[place - 1].district.code != maker.district.code;
        if layout.sections && new {
            let named = format!("KECAMATAN {}", maker.district.name.to_uppercase());
            page.rows.push(indented(vec![Written::Empty, Written::Text(named)]));
            truth.others += 1;
        }
        let mut expected = Vec::new();
        let cells = layout.columns.iter().map(|column| {
            let (cell, values) = (column.write)(maker, dice, place);
            expected.extend(values);
            cell
        });
        page.rows.push(indented(cells.collect()));
        let sheet = if layout.by_district { name } else { "" };
        truth.rows.insert((sheet.to_owned(), page.rows.len()), expected);
    }
    if layout.by_district {
        let mut sums = vec![Written::Empty; width];
        sums[1] = Written::Text("JUMLAH".to_owned());
        sums[width - 1] = Written::Number(123.0);
        page.rows.push(indented(sums));
        truth.others += 1;
    }
    page
}

/// Cells of the header that stand over several: to the right where those are empty, downward where
/// there is no second.
fn merged(layout: &Layout, top: usize) -> Vec<(usize, usize, usize, usize)> {
    let mut merged = Vec::new();
    let depth = layout.depth();
    for (place, column) in layout.columns.iter().enumerate().filter(|_| depth > 1) {
        let at = place + layout.indent;
        if column.heads.len() == 1 {
            merged.push((top, at, top + depth - 1, at));
        } else if !column.heads[0].is_empty() {
            let over = layout.columns[place + 1..]
                .iter()
                .take_while(|next| next.heads.first() == Some(&""));
            let over = over.count();
            if over > 0 {
                merged.push((top, at, top, at + over));
            }
        }
    }
    merged
}

fn xlsx(pages: &[Page]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for page in pages {
        let sheet = workbook.add_worksheet().set_name(&page.name).expect("a sheet");
        let index = |place: usize| u32::try_from(place).expect("small");
        let column = |place: usize| u16::try_from(place).expect("small");
        for &(top, left, bottom, right) in &page.merged {
            let Written::Text(text) = &page.rows[top][left] else { panic!("a header's text") };
            let format = CellFormat::new();
            sheet
                .merge_range(index(top), column(left), index(bottom), column(right), text, &format)
                .expect("merged");
        }
        for (row, cells) in page.rows.iter().enumerate() {
            for (place, cell) in cells.iter().enumerate() {
                match cell {
                    Written::Empty => {}
                    Written::Text(text) if text.is_empty() => {}
                    Written::Text(text) => {
                        sheet.write_string(index(row), column(place), text).expect("a cell");
                    }
                    Written::Number(number) => {
                        sheet.write_number(index(row), column(place), *number).expect("a cell");
                    }
                }
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn ods(pages: &[Page]) -> Vec<u8> {
    let mut content = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>",
    );
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let cell = |cell: &Written| match cell {
        Written::Empty => "<table:table-cell/>".to_owned(),
        Written::Text(text) => {
            let line = |line| format!("<text:p>{}</text:p>", escaped(line));
            let lines: String = text.lines().map(line).collect();
            format!("<table:table-cell office:value-type=\"string\">{lines}</table:table-cell>")
        }
        Written::Number(number) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\">\
             <text:p>{number}</text:p></table:table-cell>"
        ),
    };
    // As office programs end each row.
    let end = "<table:table-cell table:number-columns-repeated=\"16000\"/>";
    for page in pages {
        let name = escaped(&page.name);
        let row = |row: &Row| {
            let cells: String = row.iter().map(cell).collect();
            ["<table:table-row>", &cells, end, "</table:table-row>"].concat()
        };
        let rows: String = page.rows.iter().map(row).collect();
        content += &["<table:table table:name=\"", &name, "\">", &rows, "</table:table>"].concat();
    }
    content += "</office:spreadsheet></office:body></office:document-content>";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", &content),
    ] {
        zip.start_file(name, options).expect("an entry");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a file").into_inner()
}

/// As a program in Indonesian writes it: a decimal comma where the delimiter leaves it free. With it
/// the line that each row begins in.
fn delimited(page: &Page, delimiter: char) -> (String, Vec<usize>) {
    let mut text = if delimiter == ';' { "sep=;\r\n".to_owned() } else { String::new() };
    let width = page.rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut lines = Vec::new();
    for row in &page.rows {
        lines.push(1 + text.matches('\n').count());
        let cells = (0..width).map(|place| match row.get(place) {
            None | Some(Written::Empty) => String::new(),
            Some(Written::Number(number)) if delimiter == ';' => {
                number.to_string().replace('.', ",")
            }
            Some(Written::Number(number)) => number.to_string(),
            Some(Written::Text(text)) => {
                let quoted = text.contains([delimiter, '"', '\n', '\r']);
                if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() }
            }
        });
        text += &cells.collect::<Vec<_>>().join(&delimiter.to_string());
        text += "\r\n";
    }
    (text, lines)
}

/// Windows-1252, of which these texts need `±` and `°` only.
fn encoding_of(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(u32::from(character)).expect("Latin-1")).collect()
}
