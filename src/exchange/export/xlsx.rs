//! XLSX, written as it goes: a sheet is a stream of rows in a ZIP that is never sought in, so that
//! nothing waits in memory or in a file. Where a sheet is full another one begins; the last one says
//! what the file is.

use std::io::Write;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::cell::{Cell, neutralised};
use super::{Column, Encoder, ExportError, Out, Record, Source};

/// Rows of a sheet with its header, as Excel has it.
const ROWS: usize = 1_048_576;
/// Bytes of a sheet: a part of four gigabytes would need what not every reader of a ZIP takes.
const BYTES: u64 = 3_500_000_000;
/// Characters of a cell.
const CHARACTERS: usize = 32_767;
/// Bytes that are compressed at once.
const GATHERED: usize = 64 * 1024;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

pub struct Xlsx<'w> {
    columns: Vec<&'static Column>,
    /// `A`, `B` and so on, as many as there are columns.
    letters: Vec<String>,
    about: Vec<[String; 2]>,
    /// Names of the sheets that were begun.
    sheets: Vec<String>,
    /// Rows and bytes of the present one.
    rows: usize,
    bytes: u64,
    most_rows: usize,
    gathered: Vec<u8>,
    zip: ZipWriter<StreamWriter<Fused<'w>>>,
}

/// A ZIP that breaks off writes its end when it is dropped: to nowhere, once a write has failed.
struct Fused<'w> {
    out: Out<'w>,
    failed: bool,
}

impl Write for Fused<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.failed = written.is_err();
        written
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.failed { Ok(()) } else { self.out.flush() }
    }
}

impl<'w> Xlsx<'w> {
    /// # Errors
    /// What writing fails with.
    pub fn new(
        columns: Vec<&'static Column>,
        about: Vec<[String; 2]>,
        out: Out<'w>,
    ) -> Result<Self, ExportError> {
        Self::with_rows(columns, about, ROWS, out)
    }

    /// The same with so many rows of a sheet at most.
    pub(super) fn with_rows(
        columns: Vec<&'static Column>,
        about: Vec<[String; 2]>,
        most_rows: usize,
        out: Out<'w>,
    ) -> Result<Self, ExportError> {
        let mut xlsx = Self {
            letters: (0..columns.len().max(2)).map(letters).collect(),
            columns,
            about,
            sheets: Vec::new(),
            rows: 0,
            bytes: 0,
            most_rows,
            gathered: Vec::new(),
            zip: ZipWriter::new_stream(Fused { out, failed: false }),
        };
        xlsx.begin_data()?;
        Ok(xlsx)
    }

    fn begin_data(&mut self) -> Result<(), ExportError> {
        let name = match self.sheets.len() {
            0 => "Data".to_owned(),
            before => format!("Data {}", before + 1),
        };
        self.begin_sheet(name)?;
        let names: Vec<Cell> = self.columns.iter().map(|column| column.name.into()).collect();
        self.row(&names)
    }

    /// Begins a sheet whose first row stays in view.
    fn begin_sheet(&mut self, name: String) -> Result<(), ExportError> {
        self.sheets.push(name);
        let part = format!("xl/worksheets/sheet{}.xml", self.sheets.len());
        self.part(&part)?;
        (self.rows, self.bytes) = (0, 0);
        let start = format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><sheetData>"
        );
        self.gathered.extend_from_slice(start.as_bytes());
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), ExportError> {
        self.gathered.extend_from_slice(b"</sheetData></worksheet>");
        self.compress()
    }

    /// Begins a part of the package.
    fn part(&mut self, name: &str) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1));
        Ok(self.zip.start_file(name, options).map_err(std::io::Error::other)?)
    }

    fn compress(&mut self) -> Result<(), ExportError> {
        self.bytes += self.gathered.len() as u64;
        self.zip.write_all(&self.gathered)?;
        self.gathered.clear();
        Ok(())
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.rows += 1;
        let row = self.rows.to_string();
        let to = &mut self.gathered;
        put(to, &["<row r=\"", &row, "\">"]);
        for (letters, cell) in self.letters.iter().zip(cells) {
            write_cell(to, letters, &row, cell);
        }
        to.extend_from_slice(b"</row>");
        if self.gathered.len() > GATHERED { self.compress() } else { Ok(()) }
    }

    /// A part that is there at once.
    fn whole_part(&mut self, name: &str, text: &str) -> Result<(), ExportError> {
        self.part(name)?;
        self.gathered.extend_from_slice(DECLARATION.as_bytes());
        self.gathered.extend_from_slice(text.as_bytes());
        self.compress()
    }
}

impl Encoder for Xlsx<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        if self.rows >= self.most_rows || self.bytes > BYTES {
            self.end_sheet()?;
            self.begin_data()?;
        }
        let record = Record::read(source)?;
        let cells: Vec<Cell> = self.columns.iter().map(|column| column.of(&record)).collect();
        self.row(&cells)
    }

    fn finish(mut self: Box<Self>, _: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        self.end_sheet()?;
        self.begin_sheet("Metadata".to_owned())?;
        for [name, text] in std::mem::take(&mut self.about) {
            self.row(&[name.into(), text.into()])?;
        }
        self.end_sheet()?;
        let relationship = "application/vnd.openxmlformats-package.relationships+xml";
        let numbered = || (1_usize..).zip(&self.sheets);
        let parts = numbered().map(|(number, _)| {
            format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" \
                 ContentType=\"{KIND}.worksheet+xml\"/>"
            )
        });
        let types = format!(
            "<Types xmlns=\"{PACKAGE}/content-types\">\
             <Default Extension=\"rels\" ContentType=\"{relationship}\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
             {}</Types>",
            parts.collect::<Vec<_>>().concat()
        );
        let sheets = numbered().map(|(number, name)| {
            format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>")
        });
        let sheets = sheets.collect::<Vec<_>>().concat();
        let links = numbered().map(|(number, _)| {
            format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" \
                 Target=\"worksheets/sheet{number}.xml\"/>"
            )
        });
        let links = links.collect::<Vec<_>>().concat();
        let of = |links: &str| {
            format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{links}</Relationships>")
        };
        let workbook = format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"
        );
        let root = format!(
            "<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>"
        );
        self.whole_part("xl/workbook.xml", &workbook)?;
        self.whole_part("xl/_rels/workbook.xml.rels", &of(&links))?;
        self.whole_part("_rels/.rels", &of(&root))?;
        self.whole_part("[Content_Types].xml", &types)?;
        let Self { zip, .. } = *self;
        Ok(zip.finish().map_err(std::io::Error::other)?.into_inner().flush()?)
    }
}

/// The letters of a column: `A` to `Z`, `AA` and on.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]);
    match column / 26 {
        0 => letter(column).to_string(),
        more => format!("{}{}", letter(more - 1), letter(column)),
    }
}

fn put(to: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        to.extend_from_slice(text.as_bytes());
    }
}

/// Text stands in its cell: a table of shared ones would have to be kept to the end.
fn write_cell(to: &mut Vec<u8>, letters: &str, row: &str, cell: &Cell) {
    let value = |to: &mut Vec<u8>, kind: &str, value: &str| {
        put(to, &["<c r=\"", letters, row, kind, "><v>", value, "</v></c>"]);
    };
    match cell {
        Cell::Empty => {}
        Cell::Whole(number) => value(to, "\"", &number.to_string()),
        Cell::Number(number) => value(to, "\"", &number.to_string()),
        Cell::Flag(flag) => value(to, "\" t=\"b\"", if *flag { "1" } else { "0" }),
        Cell::Time(text) => write_text(to, letters, row, text),
        Cell::Text(text) => write_text(to, letters, row, &neutralised(text)),
    }
}

fn write_text(to: &mut Vec<u8>, letters: &str, row: &str, text: &str) {
    let kept = text.trim() != text || text.contains('\n');
    let space = if kept { " xml:space=\"preserve\"" } else { "" };
    put(to, &["<c r=\"", letters, row, "\" t=\"inlineStr\"><is><t", space, ">"]);
    let mut end = text.len();
    if end > CHARACTERS {
        end = text.char_indices().nth(CHARACTERS).map_or(end, |(place, _)| place);
    }
    let mut plain = 0;
    let bytes = &text.as_bytes()[..end];
    for (place, byte) in bytes.iter().enumerate() {
        let escaped: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            // XML has none of these, however written.
            0..=8 | 11 | 12 | 14..=31 => b" ",
            _ => continue,
        };
        to.extend_from_slice(&bytes[plain..place]);
        to.extend_from_slice(escaped);
        plain = place + 1;
    }
    to.extend_from_slice(&bytes[plain..]);
    to.extend_from_slice(b"</t></is></c>");
}
