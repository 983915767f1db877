//! What can be wrong with a cell or a row of a list.

use super::fault::{Fault, Lang};

/// A fact about a cell or row as somebody wrote it. Values of the restricted tier are never in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellFault {
    DateUnreadable {
        value: String,
    },
    /// A year of two digits that may be of two centuries.
    TwoDigitYear {
        value: String,
    },
    MoneyUnreadable,
    MoneyRange,
    /// So little that its unit cannot be the rupiah.
    MoneyTooSmall,
    MoneyDigitsLost,
    MoneyApproximate,
    /// An amount of a month was counted twelve times.
    MonthMadeYear,
    /// An amount of a day or week: how many are worked is not said.
    PeriodUnclear,
    /// Sales are of a year, and none is said.
    SalesYearUnknown,
    CountUnreadable {
        value: String,
    },
    YearUnreadable {
        value: String,
    },
    SexUnknown {
        value: String,
    },
    LegalFormUnknown {
        value: String,
    },
    KbliUnreadable {
        value: String,
    },
    EmailUnusable {
        value: String,
    },
    YesNoUnclear {
        value: String,
    },
    /// A code says one region, the names beside it another.
    RegionContradicts {
        value: String,
        named: String,
    },
    /// The row says nothing of its place: the list's regency is taken.
    RegionFromList {
        taken: String,
    },
    PointFromMetres {
        zone: u8,
    },
    /// A latitude without its sign.
    PointMadeSouthern,
    /// Restricted values of somebody who is not named.
    PersonUnnamed,
    /// What should be the registry's id of a record is none.
    RecordIdUnreadable {
        value: String,
    },
    /// There is no such record, or none that the importer sees.
    RecordUnknown,
    /// An earlier row is of the same record and says something else.
    RecordTwice {
        row: usize,
    },
    /// The record was closed, moved or merged.
    RecordNotActive,
    /// The record is not for the importer to write.
    RecordNotYours,
    /// The record's life cycle does not let the list publish it.
    NotPublished,
    /// Somebody has changed the record since an import that is undone.
    EditedSince,
    /// The row's place is not for the importer to write in.
    OutsideArea {
        place: String,
    },
    /// The importer looks after the members of another cooperative.
    OtherCooperative,
    ColumnNumbers,
    Subtotal,
    SectionRow {
        region: String,
    },
    HeaderAgain,
    NotARecord,
    /// The whole sheet counts enterprises instead of listing them.
    Recapitulation,
    /// The sheet has no column of names.
    NoNames,
    HiddenSheet,
    /// The example that the template came with.
    ExampleRow,
    /// Another row was faulty, and all or nothing was asked for.
    HeldBack,
}

impl From<CellFault> for Fault {
    fn from(fault: CellFault) -> Self {
        Self::Cell(fault)
    }
}

impl CellFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DateUnreadable { .. } => "date_unreadable",
            Self::TwoDigitYear { .. } => "two_digit_year",
            Self::MoneyUnreadable => "money_unreadable",
            Self::MoneyRange => "money_range",
            Self::MoneyTooSmall => "money_too_small",
            Self::MoneyDigitsLost => "digits_lost",
            Self::MoneyApproximate => "money_approximate",
            Self::MonthMadeYear => "month_made_year",
            Self::PeriodUnclear => "period_unclear",
            Self::SalesYearUnknown => "sales_year_unknown",
            Self::CountUnreadable { .. } => "count_unreadable",
            Self::YearUnreadable { .. } => "year_unreadable",
            Self::SexUnknown { .. } => "sex_unknown",
            Self::LegalFormUnknown { .. } => "legal_form_unknown",
            Self::KbliUnreadable { .. } => "kbli_unreadable",
            Self::EmailUnusable { .. } => "email_unusable",
            Self::YesNoUnclear { .. } => "yes_no_unclear",
            Self::RegionContradicts { .. } => "region_contradicts",
            Self::RegionFromList { .. } => "region_from_list",
            Self::PointFromMetres { .. } => "point_from_metres",
            Self::PointMadeSouthern => "point_made_southern",
            Self::PersonUnnamed => "person_unnamed",
            Self::RecordIdUnreadable { .. } => "record_id_unreadable",
            Self::RecordUnknown => "record_unknown",
            Self::RecordTwice { .. } => "record_twice",
            Self::RecordNotActive => "record_not_active",
            Self::RecordNotYours => "record_not_yours",
            Self::NotPublished => "not_published",
            Self::EditedSince => "edited_since",
            Self::OutsideArea { .. } => "outside_area",
            Self::OtherCooperative => "other_cooperative",
            Self::ColumnNumbers => "column_numbers",
            Self::Subtotal => "subtotal",
            Self::SectionRow { .. } => "section_row",
            Self::HeaderAgain => "header_again",
            Self::NotARecord => "not_a_record",
            Self::Recapitulation => "recapitulation",
            Self::NoNames => "no_names",
            Self::HiddenSheet => "hidden_sheet",
            Self::ExampleRow => "example_row",
            Self::HeldBack => "held_back",
        }
    }

    /// One sentence that says what is wrong and, where it can, what to do.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.indonesian(),
            Lang::En => self.english(),
        }
    }

    fn indonesian(&self) -> String {
        match self {
            Self::DateUnreadable { value } => {
                format!("Tanggal \"{value}\" tidak terbaca; tulis seperti 31/01/2026.")
            }
            Self::TwoDigitYear { value } => {
                format!("Tahun pada \"{value}\" hanya dua angka; tulis lengkap.")
            }
            Self::MoneyUnreadable => "Nilai uang tidak terbaca; tulis angka rupiah saja.".into(),
            Self::MoneyRange => "Nilai uang berupa rentang; tulis satu angka.".into(),
            Self::MoneyTooSmall => {
                "Nilai uang terlalu kecil untuk rupiah: dalam ribuan atau jutaan? Sebutkan satuannya pada judul kolom.".into()
            }
            Self::MoneyDigitsLost => {
                "Nilai uang ditulis dengan notasi ilmiah: angkanya terpotong dan tidak ditebak.".into()
            }
            Self::MoneyApproximate => "Nilai uang ditulis sebagai perkiraan; dicatat apa adanya.".into(),
            Self::MonthMadeYear => "Nilai per bulan; dicatat dua belas kali lipat sebagai nilai setahun.".into(),
            Self::PeriodUnclear => {
                "Nilai per hari atau minggu tidak dapat dijadikan setahun; tulis nilai per bulan atau tahun.".into()
            }
            Self::SalesYearUnknown => {
                "Omzet tahun berapa? Sebutkan tahunnya pada judul kolom atau judul daftar.".into()
            }
            Self::CountUnreadable { value } => format!("\"{value}\" bukan bilangan bulat."),
            Self::YearUnreadable { value } => format!("Tahun \"{value}\" tidak terbaca."),
            Self::SexUnknown { value } => {
                format!("Jenis kelamin \"{value}\" tidak dikenal; tulis L atau P.")
            }
            Self::LegalFormUnknown { value } => format!(
                "Badan usaha \"{value}\" tidak dikenal; tulis PO, UD, CV, PT, firma, koperasi atau yayasan."
            ),
            Self::KbliUnreadable { value } => format!("Kode KBLI \"{value}\" tidak terbaca; tulis lima angka."),
            Self::EmailUnusable { value } => format!("Alamat surel \"{value}\" tidak sah."),
            Self::YesNoUnclear { value } => format!("\"{value}\" bukan ya atau tidak."),
            Self::RegionContradicts { value, named } => format!(
                "Kode wilayah {value} adalah {named}, berbeda dari nama yang tertulis; nama yang dipakai."
            ),
            Self::RegionFromList { taken } => format!("Wilayah tidak disebut; dicatat pada {taken}, wilayah daftar ini."),
            Self::PointFromMetres { zone } => format!("Koordinat dalam meter UTM dibaca dalam zona {zone}S; periksa."),
            Self::PointMadeSouthern => "Lintang tanpa tanda minus; dibaca sebagai lintang selatan.".into(),
            Self::PersonUnnamed => "NIK atau tanggal lahir tanpa nama pemilik; tidak dicatat.".into(),
            Self::RecordIdUnreadable { value } => {
                format!("\"{value}\" bukan ID Sentra; salin kembali dari berkas koreksi atau kosongkan.")
            }
            Self::RecordUnknown => "Tidak ada usaha dengan ID Sentra ini.".into(),
            Self::RecordTwice { row } => {
                format!("ID Sentra ini sudah dipakai pada baris {row}; satu usaha satu baris.")
            }
            Self::RecordNotActive => {
                "Usaha ini sudah ditutup, pindah, atau digabungkan; buka kembali dulu bila masih berjalan.".into()
            }
            Self::RecordNotYours => "Usaha ini di luar wewenang Anda; tanyakan kepada dinas setempat.".into(),
            Self::NotPublished => {
                "Tidak diterbitkan bersama daftar ini: belum diverifikasi, dikembalikan, atau pernah ditarik; putuskan satu per satu.".into()
            }
            Self::EditedSince => "Sudah diubah setelah impor ini; dibiarkan seperti sekarang.".into(),
            Self::OutsideArea { place } => format!("Di luar wilayah Anda: {place}; tidak dicatat."),
            Self::OtherCooperative => "Anggota koperasi lain; tidak dicatat.".into(),
            Self::ColumnNumbers => "Baris nomor kolom; dilewati.".into(),
            Self::Subtotal => "Baris jumlah; dilewati.".into(),
            Self::SectionRow { region } => format!("Baris judul wilayah: baris di bawahnya dibaca di {region}."),
            Self::HeaderAgain => "Judul kolom diulang; dilewati.".into(),
            Self::NotARecord => "Catatan atau judul, bukan data usaha; dilewati.".into(),
            Self::Recapitulation => {
                "Lembar ini rekapitulasi (jumlah per wilayah atau per jenis), bukan daftar usaha; kirim daftar usahanya satu per satu.".into()
            }
            Self::NoNames => {
                "Lembar ini tidak mempunyai kolom nama usaha atau nama pemilik; perbaiki pemetaan kolomnya bila ada.".into()
            }
            Self::HiddenSheet => "Lembar tersembunyi; tidak dibaca. Tampilkan dulu bila perlu.".into(),
            Self::ExampleRow => "Baris contoh dari templat; tidak diimpor.".into(),
            Self::HeldBack => "Ditahan karena ada baris lain yang ditolak (semua atau tidak sama sekali).".into(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::DateUnreadable { value } => {
                format!("The date \"{value}\" cannot be read; write it as 31/01/2026.")
            }
            Self::TwoDigitYear { value } => {
                format!("The year in \"{value}\" has two digits only; write it in full.")
            }
            Self::MoneyUnreadable => "The amount cannot be read; write a number of rupiah.".into(),
            Self::MoneyRange => "The amount is a range; write one number.".into(),
            Self::MoneyTooSmall => {
                "Too small an amount for rupiah: in thousands or millions? Say so in the column's header.".into()
            }
            Self::MoneyDigitsLost => {
                "The amount is in scientific notation: its digits are cut off and not guessed.".into()
            }
            Self::MoneyApproximate => "The amount is written as an estimate; recorded as it stands.".into(),
            Self::MonthMadeYear => "An amount of a month; recorded twelve times as that of a year.".into(),
            Self::PeriodUnclear => {
                "An amount of a day or week cannot be made a year's; write that of a month or year.".into()
            }
            Self::SalesYearUnknown => {
                "Sales of which year? Say it in the column's header or the list's title.".into()
            }
            Self::CountUnreadable { value } => format!("\"{value}\" is not a whole number."),
            Self::YearUnreadable { value } => format!("The year \"{value}\" cannot be read."),
            Self::SexUnknown { value } => format!("The sex \"{value}\" is not known; write L or P."),
            Self::LegalFormUnknown { value } => format!(
                "The legal form \"{value}\" is not known; write PO, UD, CV, PT, firma, koperasi or yayasan."
            ),
            Self::KbliUnreadable { value } => format!("The KBLI code \"{value}\" cannot be read; write five digits."),
            Self::EmailUnusable { value } => format!("The e-mail address \"{value}\" is not valid."),
            Self::YesNoUnclear { value } => format!("\"{value}\" is neither yes nor no."),
            Self::RegionContradicts { value, named } => {
                format!("The region code {value} is {named}, other than the names say; the names are taken.")
            }
            Self::RegionFromList { taken } => format!("No region stated; recorded in {taken}, which the list is about."),
            Self::PointFromMetres { zone } => format!("UTM metres were read in zone {zone}S; please check."),
            Self::PointMadeSouthern => "A latitude without its sign; read as south.".into(),
            Self::PersonUnnamed => "A NIK or birth date without an owner's name; not recorded.".into(),
            Self::RecordIdUnreadable { value } => {
                format!("\"{value}\" is no ID Sentra; copy it again from the corrected file or leave it empty.")
            }
            Self::RecordUnknown => "There is no enterprise with this ID Sentra.".into(),
            Self::RecordTwice { row } => {
                format!("This ID Sentra was used in row {row} already; one row an enterprise.")
            }
            Self::RecordNotActive => {
                "This enterprise was closed, moved or merged; reopen it first if it still works.".into()
            }
            Self::RecordNotYours => "This enterprise is not yours to change; ask the local office.".into(),
            Self::NotPublished => {
                "Not published with this list: not verified, returned, or withdrawn before; decide of it by itself.".into()
            }
            Self::EditedSince => "Changed since this import; left as it is.".into(),
            Self::OutsideArea { place } => format!("Outside your area: {place}; not recorded."),
            Self::OtherCooperative => "A member of another cooperative; not recorded.".into(),
            Self::ColumnNumbers => "A row of column numbers; skipped.".into(),
            Self::Subtotal => "A row of sums; skipped.".into(),
            Self::SectionRow { region } => format!("A heading: the rows below are read in {region}."),
            Self::HeaderAgain => "The header again; skipped.".into(),
            Self::NotARecord => "A note or heading, no enterprise; skipped.".into(),
            Self::Recapitulation => {
                "This sheet is a recapitulation (counts by region or kind), not a list of enterprises; send the list itself.".into()
            }
            Self::NoNames => {
                "This sheet has no column of business or owner names; correct its mapping if it has.".into()
            }
            Self::HiddenSheet => "A hidden sheet; not read. Show it first if it is needed.".into(),
            Self::ExampleRow => "The template's example row; not taken in.".into(),
            Self::HeldBack => "Held back because another row was rejected (all or nothing).".into(),
        }
    }
}
