//! What the features of each collection can be asked by in an expression ([`super::filter`]): the
//! names are those of their properties. All of it is public; ids of cooperatives and sentra are not
//! among them, since they may be of documents that nobody published.

use strum::VariantNames;

use super::codes::{Existence, Kind, LegalForm, Sector};
use super::cooperative::CooperativeKind;
use super::reference::Reference;
use super::region::Level;
use super::size::SizeClass;
use super::trade::{CertificateType, Platform};

/// A property that can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Queryable {
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    pub kind: QueryableKind,
}

/// What values a property has.
#[derive(Debug, Clone, Copy)]
pub enum QueryableKind {
    Text,
    /// Text out of a closed list.
    Codes(fn(&Reference) -> Vec<String>),
    Whole,
    Number,
    Flag,
    /// A day.
    Date,
    /// A moment; a day, where it is held against one, is that of Asia/Jakarta.
    Time,
    Geometry,
}

/// The geometry of every collection.
pub const GEOMETRY: &str = "geometry";
/// Names of the properties of which a feature may have several values; one of them that passes is
/// enough.
const LISTS: &[&str] = &["kind", "sector", "commodity", "kbli", "certificate", "channel"];

impl Queryable {
    /// Whether a feature may have several values.
    pub fn is_list(&self) -> bool {
        LISTS.contains(&self.name)
    }

    /// Finds one by its name.
    pub fn of<'a>(queryables: &'a [Queryable], name: &str) -> Option<&'a Queryable> {
        queryables.iter().find(|queryable| queryable.name == name)
    }
}

/// Enterprises. The atlas holds all of it in memory (`atlas/expression.rs`).
pub const ENTERPRISES: &[Queryable] = &[
    text("id", "Nomor pengenal"),
    text("name", "Nama"),
    codes("kind", "Jenis daftar", |_| all(Kind::VARIANTS)),
    codes("sector", "Sektor", |_| sectors()),
    codes("main_sector", "Sektor utama", |_| sectors()),
    codes("commodity", "Komoditas", commodities),
    text("kbli", "Kode KBLI"),
    text("region", "Kode wilayah sebagaimana tercatat"),
    codes("regency", "Kode kabupaten/kota", regencies),
    text("district", "Kode kecamatan"),
    text("village", "Kode desa/kelurahan"),
    codes("size_class", "Skala usaha (PP 7/2021)", |_| all(SizeClass::VARIANTS)),
    codes("legal_form", "Badan usaha", |_| all(LegalForm::VARIANTS)),
    flag("women_led", "Dipimpin perempuan"),
    whole("founded_year", "Tahun berdiri"),
    codes("existence", "Keberadaan", |_| all(Existence::VARIANTS)),
    date("ceased_on", "Tanggal tutup atau pindah"),
    codes("certificate", "Sertifikat", |_| all(CertificateType::VARIANTS)),
    codes("channel", "Saluran penjualan", |_| all(Platform::VARIANTS)),
    flag("sample", "Data contoh"),
    time("updated_at", "Terakhir diubah"),
    geometry("Lokasi"),
];

/// Regencies, districts and villages.
pub const REGIONS: &[Queryable] = &[
    text("code", "Kode wilayah"),
    text("name", "Nama"),
    codes("level", "Tingkat", |_| all(Level::VARIANTS)),
    text("parent", "Kode wilayah di atasnya"),
    text("bps_code", "Kode BPS"),
    geometry("Batas"),
];

/// Sentra.
pub const SENTRA: &[Queryable] = &[
    text("id", "Nomor pengenal"),
    text("name", "Nama"),
    codes("commodity", "Komoditas", commodities),
    text("region", "Kode wilayah"),
    whole("founded_year", "Tahun berdiri"),
    flag("sample", "Data contoh"),
    time("updated_at", "Terakhir diubah"),
    geometry("Kawasan"),
];

/// Cooperatives.
pub const COOPERATIVES: &[Queryable] = &[
    text("id", "Nomor pengenal"),
    text("name", "Nama"),
    codes("kind", "Jenis koperasi", |_| all(CooperativeKind::VARIANTS)),
    text("region", "Kode wilayah"),
    text("legal_entity_number", "Nomor badan hukum"),
    codes("commodity", "Komoditas", commodities),
    whole("founded_year", "Tahun berdiri"),
    date("active_until", "Aktif sampai dengan"),
    flag("sample", "Data contoh"),
    time("updated_at", "Terakhir diubah"),
    geometry("Lokasi"),
];

const fn text(name: &'static str, title: &'static str) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Text }
}

const fn codes(
    name: &'static str,
    title: &'static str,
    all: fn(&Reference) -> Vec<String>,
) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Codes(all) }
}

const fn whole(name: &'static str, title: &'static str) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Whole }
}

const fn flag(name: &'static str, title: &'static str) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Flag }
}

const fn date(name: &'static str, title: &'static str) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Date }
}

const fn time(name: &'static str, title: &'static str) -> Queryable {
    Queryable { name, title, kind: QueryableKind::Time }
}

const fn geometry(title: &'static str) -> Queryable {
    Queryable { name: GEOMETRY, title, kind: QueryableKind::Geometry }
}

fn all(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn sectors() -> Vec<String> {
    Sector::all().iter().map(|sector| sector.code.clone()).collect()
}

fn commodities(reference: &Reference) -> Vec<String> {
    reference.commodities().iter().map(|commodity| commodity.code.clone()).collect()
}

fn regencies(reference: &Reference) -> Vec<String> {
    let regions = reference.gazetteer.regions().iter();
    let regencies = regions.filter(|region| region.level == Level::Regency);
    regencies.map(|region| region.code.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tier::{Tier, of_field};

    #[test]
    fn a_name_stands_once_in_a_collection_and_each_has_a_geometry() {
        for collection in [ENTERPRISES, REGIONS, SENTRA, COOPERATIVES] {
            let mut names: Vec<&str> = collection.iter().map(|queryable| queryable.name).collect();
            assert_eq!(names.last(), Some(&GEOMETRY));
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), collection.len());
        }
    }

    /// What a property is called in the documents, where that is not its own name.
    fn field(name: &str) -> &str {
        match name {
            "kind" => "registrations[].kind",
            "sector" | "main_sector" => "sectors",
            "commodity" => "commodities",
            "regency" | "district" | "village" => "region",
            "certificate" => "certificates",
            "channel" => "channels",
            GEOMETRY => "public_place",
            name => name,
        }
    }

    #[test]
    fn all_that_enterprises_can_be_asked_by_is_public() {
        for queryable in ENTERPRISES {
            let tier = of_field("enterprise", field(queryable.name));
            assert_eq!(tier, Some(Tier::Public), "{}", queryable.name);
        }
    }
}
