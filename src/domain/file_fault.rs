//! What can be wrong with a file that should be a list.

use super::fault::{Fault, Lang};

/// A fact about a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    Empty,
    /// It begins like its format and goes on otherwise; with its reader's words, for who repairs it.
    Damaged {
        format: &'static str,
        detail: String,
    },
    Password,
    /// `.xlsb`.
    BinaryWorkbook,
    /// A document, a picture, a web page.
    OtherKind {
        found: &'static str,
    },
    UnpacksTooLarge {
        max: u64,
    },
    TooMany {
        of: Bound,
        max: usize,
    },
}

/// What a file may hold only so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Bytes,
    Rows,
    Columns,
    Cells,
    /// Bytes of the text in the cells.
    Text,
    /// Parts in a workbook's zip file.
    Parts,
}

impl Bound {
    fn text(self, lang: Lang) -> &'static str {
        let (id, en) = match self {
            Self::Bytes => ("bita", "bytes"),
            Self::Rows => ("baris", "rows"),
            Self::Columns => ("kolom", "columns"),
            Self::Cells => ("sel", "cells"),
            Self::Text => ("bita teks", "bytes of text"),
            Self::Parts => ("bagian di dalam berkas", "parts in the file"),
        };
        match lang {
            Lang::Id => id,
            Lang::En => en,
        }
    }
}

impl From<FileFault> for Fault {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

impl FileFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::Damaged { .. } => "file_damaged",
            Self::Password => "file_password",
            Self::BinaryWorkbook => "file_xlsb",
            Self::OtherKind { .. } => "file_other_kind",
            Self::UnpacksTooLarge { .. } => "file_unpacks_too_large",
            Self::TooMany { .. } => "file_too_large",
        }
    }

    /// One sentence that says what is wrong and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.indonesian(),
            Lang::En => self.english(),
        }
    }

    fn indonesian(&self) -> String {
        match self {
            Self::Empty => "Berkas ini kosong.".into(),
            Self::Damaged { format, .. } => format!(
                "Berkas {format} ini rusak atau tidak lengkap; buka di program asalnya, simpan ulang, lalu kirim lagi."
            ),
            Self::Password => {
                "Berkas ini berkata sandi; simpan tanpa kata sandi, lalu kirim lagi.".into()
            }
            Self::BinaryWorkbook => {
                "Buku kerja biner (.xlsb) tidak dibaca; simpan sebagai .xlsx, lalu kirim lagi."
                    .into()
            }
            Self::OtherKind { found } => format!(
                "Berkas ini sebenarnya {found}, bukan daftar; buka, simpan sebagai .xlsx atau .csv, lalu kirim lagi."
            ),
            Self::UnpacksTooLarge { max } => format!(
                "Isi berkas ini lebih dari {max} bita setelah dibuka; mungkin rusak atau dibuat untuk mengganggu."
            ),
            Self::TooMany { of, max } => {
                format!(
                    "Berkas ini lebih dari {max} {}; bagi menjadi beberapa berkas.",
                    of.text(Lang::Id)
                )
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Empty => "The file is empty.".into(),
            Self::Damaged { format, detail } => format!(
                "The {format} file is damaged or incomplete ({detail}); open it in its program, save it anew and send it again."
            ),
            Self::Password => {
                "The file has a password; save it without one and send it again.".into()
            }
            Self::BinaryWorkbook => {
                "A binary workbook (.xlsb) is not read; save it as .xlsx and send it again.".into()
            }
            Self::OtherKind { found } => format!(
                "The file is a {found}, no list; open it, save it as .xlsx or .csv and send it again."
            ),
            Self::UnpacksTooLarge { max } => format!(
                "The file unpacks to more than {max} bytes; it may be damaged or made to do harm."
            ),
            Self::TooMany { of, max } => {
                format!(
                    "The file has more than {max} {}; divide it into several.",
                    of.text(Lang::En)
                )
            }
        }
    }
}
