//! The fields of the registry that a form may ask for: their words, what an answer may be, and what a
//! phone shows of a known enterprise beforehand.

use super::lists::List;
use crate::domain::enterprise::Enterprise;
use crate::domain::validate::{MAX_ADDRESS, MAX_TEXT};

/// What an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A line; with a regular expression of the XForm and what it asks for, where there is one.
    Text(Option<(&'static str, &'static str)>),
    Integer {
        min: i64,
        max: i64,
    },
    Date,
    One(List),
    Many(List),
    /// A position taken in place.
    Point,
    Photo,
    /// A decimal number above zero.
    Quantity,
    /// Any number of products, each with its capacity: [`PRODUCT_PARTS`].
    Products,
}

/// A field of the registry as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub code: &'static str,
    pub label: &'static str,
    pub label_en: &'static str,
    pub hint: Option<&'static str>,
    pub answer: Answer,
    /// Kept encrypted, never sent to a phone.
    pub restricted: bool,
}

const fn asked(code: &'static str, label: &'static str, en: &'static str, answer: Answer) -> Field {
    Field { code, label, label_en: en, hint: None, answer, restricted: false }
}

const fn hinted(mut field: Field, hint: &'static str) -> Field {
    field.hint = Some(hint);
    field
}

const fn sealed(mut field: Field) -> Field {
    field.restricted = true;
    field
}

const PHONE: Answer =
    Answer::Text(Some((r"(\+62|62|0)[0-9 .\-]{7,15}", "Nomor telepon seperti 081234567890")));
const RUPIAH: Answer = Answer::Integer { min: 0, max: 1_000_000_000_000_000 };
const HEADS: Answer = Answer::Integer { min: 0, max: 100_000 };

/// The list.
pub const FIELDS: &[Field] = &[
    asked("name", "Nama usaha", "Name of the business", Answer::Text(None)),
    asked("sector", "Sektor utama", "Main sector", Answer::One(List::Sector)),
    asked("kinds", "Terdaftar sebagai", "Registered as", Answer::Many(List::Kind)),
    asked("legal_form", "Bentuk usaha", "Legal form", Answer::One(List::LegalForm)),
    asked(
        "founded_year",
        "Tahun berdiri",
        "Year of founding",
        Answer::Integer { min: 1800, max: 2100 },
    ),
    hinted(
        asked("nib", "NIB", "NIB", Answer::Text(Some((r"[0-9]{13}", "NIB terdiri atas 13 angka")))),
        "Kosongkan bila belum punya.",
    ),
    asked(
        "kbli",
        "Kode KBLI 2020",
        "KBLI 2020 code",
        Answer::Text(Some((r"[0-9]{5}", "Lima angka KBLI"))),
    ),
    asked("products", "Produk", "Products", Answer::Products),
    asked("address", "Alamat (jalan, dusun, RT/RW)", "Address", Answer::Text(None)),
    hinted(
        asked("point", "Titik lokasi", "Position", Answer::Point),
        "Berdirilah di tempat usaha, di bawah langit terbuka.",
    ),
    asked("owner_name", "Nama pemilik", "Owner's name", Answer::Text(None)),
    asked("owner_sex", "Jenis kelamin pemilik", "Owner's sex", Answer::One(List::Sex)),
    asked("owner_phone", "Telepon pemilik", "Owner's phone", PHONE),
    sealed(asked(
        "owner_nik",
        "NIK pemilik",
        "Owner's NIK",
        Answer::Text(Some((r"[0-9]{16}", "NIK terdiri atas 16 angka"))),
    )),
    sealed(asked("owner_birth_date", "Tanggal lahir pemilik", "Owner's birth date", Answer::Date)),
    asked("workers_male", "Tenaga kerja laki-laki", "Male workers", HEADS),
    asked("workers_female", "Tenaga kerja perempuan", "Female workers", HEADS),
    hinted(
        asked("contact_phone", "Telepon usaha untuk umum", "Business phone for the public", PHONE),
        "Ditampilkan hanya dengan persetujuan.",
    ),
    asked(
        "certificates",
        "Sertifikat yang dimiliki",
        "Certificates",
        Answer::Many(List::Certificate),
    ),
    asked("platforms", "Tempat menjual", "Sales channels", Answer::Many(List::Platform)),
    asked("needs", "Kebutuhan", "Needs", Answer::Many(List::Need)),
    asked(
        "practices",
        "Limbah dan keselamatan kerja",
        "Waste and safety",
        Answer::Many(List::Practice),
    ),
    sealed(asked(
        "business_capital",
        "Modal usaha tanpa tanah dan bangunan (Rp)",
        "Business capital (Rp)",
        RUPIAH,
    )),
    sealed(asked("annual_sales", "Omzet tahun lalu (Rp)", "Last year's sales (Rp)", RUPIAH)),
    hinted(
        asked("consents", "Persetujuan pemilik", "Owner's consents", Answer::Many(List::Consent)),
        "Bacakan satu per satu; pilih hanya yang disetujui pemilik.",
    ),
    asked("photo_place", "Foto tempat usaha", "Photo of the place", Answer::Photo),
    asked("photo_product", "Foto produk", "Photo of a product", Answer::Photo),
];

/// What each product is asked.
pub const PRODUCT_PARTS: &[Field] = &[
    asked("product_name", "Nama produk", "Name of the product", Answer::Text(None)),
    asked("product_commodity", "Komoditas", "Commodity", Answer::One(List::Commodity)),
    asked("capacity_quantity", "Kapasitas (jumlah)", "Capacity (quantity)", Answer::Quantity),
    asked("capacity_unit", "Satuan", "Unit", Answer::One(List::Unit)),
    asked("capacity_period", "Per", "Per", Answer::One(List::Period)),
    asked(
        "working_days",
        "Hari kerja sebulan",
        "Working days a month",
        Answer::Integer { min: 1, max: 31 },
    ),
    asked(
        "utilisation",
        "Terpakai (persen)",
        "Used (per cent)",
        Answer::Integer { min: 0, max: 100 },
    ),
];

impl Field {
    /// What a number is in.
    pub fn unit(&self) -> Option<&'static str> {
        match self.code {
            "business_capital" | "annual_sales" => Some("Rp"),
            "workers_male" | "workers_female" => Some("orang"),
            "working_days" => Some("hari"),
            "utilisation" => Some("%"),
            _ => None,
        }
    }

    /// Most characters of a text.
    pub fn max_length(&self) -> Option<usize> {
        match (self.answer, self.code) {
            (Answer::Text(_), "kbli") => Some(5),
            (Answer::Text(_), "nib") => Some(13),
            (Answer::Text(_), "owner_nik") => Some(16),
            // As the pattern of a telephone number lets in.
            (Answer::Text(_), "owner_phone" | "contact_phone") => Some(18),
            (Answer::Text(_), "address") => Some(MAX_ADDRESS),
            (Answer::Text(_), _) => Some(MAX_TEXT),
            _ => None,
        }
    }
}

/// The field of a code.
pub fn field(code: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.code == code)
}

/// What a phone shows of a known enterprise before the question is asked; nothing that is
/// restricted.
pub fn known(field: &Field, enterprise: &Enterprise) -> String {
    let draft = &enterprise.draft;
    let owner = draft.owners.first();
    let words = |codes: Vec<&'static str>| codes.join(" ");
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let number = |value: Option<String>| value.unwrap_or_default();
    match field.code {
        "name" => draft.name.clone(),
        "sector" => {
            draft.sectors.first().map(|sector| sector.code().to_owned()).unwrap_or_default()
        }
        "kinds" => words(draft.registrations.iter().map(|entry| entry.kind.into()).collect()),
        "legal_form" => draft.legal_form.map(<&'static str>::from).unwrap_or_default().to_owned(),
        "founded_year" => number(draft.founded_year.map(|year| year.to_string())),
        "nib" => draft.nib.as_ref().map(|nib| nib.as_str().to_owned()).unwrap_or_default(),
        "kbli" => draft.kbli.first().map(|kbli| kbli.code.clone()).unwrap_or_default(),
        "address" => text(draft.address.as_ref()),
        "owner_name" => owner.map(|owner| owner.name.clone()).unwrap_or_default(),
        "owner_sex" => owner
            .and_then(|owner| owner.sex)
            .map(<&'static str>::from)
            .unwrap_or_default()
            .to_owned(),
        "owner_phone" => text(owner.and_then(|owner| owner.phone.as_ref())),
        "workers_male" => {
            number(draft.workers.as_ref().and_then(|all| all.male).map(|n| n.to_string()))
        }
        "workers_female" => {
            number(draft.workers.as_ref().and_then(|all| all.female).map(|n| n.to_string()))
        }
        "contact_phone" => text(draft.contact.as_ref().and_then(|contact| contact.phone.as_ref())),
        "certificates" => words(draft.certificates.iter().map(|one| one.kind.into()).collect()),
        "platforms" => words(draft.channels.iter().map(|one| one.platform.into()).collect()),
        "needs" => words(draft.needs.iter().map(|need| (*need).into()).collect()),
        "practices" => words(draft.practices.iter().map(|one| (*one).into()).collect()),
        "consents" => words(draft.consents.iter().map(|consent| consent.to.into()).collect()),
        // Shown in one line, asked for anew as a list.
        "products" => draft
            .products
            .iter()
            .map(|product| product.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        _ => String::new(),
    }
}
