//! The properties of features, as `/schema` describes them and [`super::flat`] writes them: flat, so
//! that every GIS client has a column for each. Of what has several codes, one text with commas.

/// A property of a feature.
pub struct Property {
    pub name: &'static str,
    /// In Indonesian and in English.
    pub title: [&'static str; 2],
    pub kind: PropertyKind,
    /// Of the internal tier: there for those who see it, and for them null in public features.
    pub internal: bool,
}

/// The form of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyKind {
    Text,
    /// Codes by comma, the main one first.
    Codes,
    Whole,
    Number,
    Flag,
    Date,
    Time,
    Id,
}

use PropertyKind as K;

const fn of(name: &'static str, title: [&'static str; 2], kind: PropertyKind) -> Property {
    Property { name, title, kind, internal: false }
}

const fn internal(name: &'static str, title: [&'static str; 2], kind: PropertyKind) -> Property {
    Property { name, title, kind, internal: true }
}

const TIER: Property = of("tier", ["Tingkat data", "Tier: public or internal"], K::Text);
const NAME: Property = of("name", ["Nama", "Name"], K::Text);
const REGION: Property = of("region", ["Kode wilayah", "Region code (Kemendagri)"], K::Text);
const REGION_NAME: Property = of("region_name", ["Wilayah", "Region, narrowest first"], K::Text);
const RESPONSIBLE: Property =
    of("responsible_region", ["Kode kabupaten/kota", "Code of the regency"], K::Text);
const PRECISION: Property = of(
    "precision",
    [
        "Ketelitian lokasi: exact, area, village, district, regency, province",
        "What the geometry stands for: exact, area, village, district, regency, province",
    ],
    K::Text,
);
const FOUNDED: Property = of("founded_year", ["Tahun berdiri", "Year of founding"], K::Whole);
const PHONE: Property = of("phone", ["Telepon usaha", "Business telephone"], K::Text);
const EMAIL: Property = of("email", ["Surel usaha", "Business e-mail"], K::Text);
const URL: Property = of("url", ["Situs usaha", "Business web site"], K::Text);
const ABOUT: Property = of("about", ["Keterangan", "About"], K::Text);
const EXISTENCE: Property = of("existence", ["Keberadaan", "Existence"], K::Text);
const SAMPLE: Property = of("sample", ["Data contoh", "Sample data, not real"], K::Flag);
const REVISION: Property = of("revision", ["Revisi", "Revision"], K::Whole);
const CREATED: Property = of("created_at", ["Dibuat", "Created"], K::Time);
const UPDATED: Property = of("updated_at", ["Diubah", "Last changed"], K::Time);

pub const ENTERPRISES: &[Property] = &[
    TIER,
    NAME,
    of("kind", ["Jenis: ikm, ukm, kopwan, koperasi", "Kinds of registration"], K::Codes),
    of("legal_form", ["Badan usaha", "Legal form"], K::Text),
    FOUNDED,
    of("sector", ["Sektor", "Sectors, the main one first"], K::Codes),
    of("main_sector", ["Sektor utama", "Main sector"], K::Text),
    of("kbli", ["KBLI", "KBLI codes"], K::Codes),
    of("commodity", ["Komoditas", "Commodities"], K::Codes),
    of("product", ["Produk", "Products"], K::Text),
    REGION,
    REGION_NAME,
    of("regency", ["Kode kabupaten/kota", "Code of the regency"], K::Text),
    of("district", ["Kode kecamatan", "Code of the district"], K::Text),
    of("village", ["Kode desa/kelurahan", "Code of the village"], K::Text),
    PRECISION,
    of("women_led", ["Dipimpin perempuan", "Led by a woman"], K::Flag),
    of("size_class", ["Skala usaha (PP 7/2021)", "Size (PP 7/2021)"], K::Text),
    of("ikm_class", ["Skala IKM (Permenperin 64/2016)", "IKM size (Permenperin 64/2016)"], K::Text),
    of("bps_class", ["Skala BPS", "BPS size"], K::Text),
    of("size_rule", ["Versi aturan skala", "Version of the size rules"], K::Text),
    of("certificate", ["Sertifikat", "Types of certificates"], K::Codes),
    of("channel", ["Saluran penjualan", "Sales channels"], K::Codes),
    of("cooperative", ["Id koperasi", "Id of its cooperative"], K::Id),
    of("sentra", ["Id sentra", "Id of its sentra"], K::Id),
    PHONE,
    EMAIL,
    URL,
    EXISTENCE,
    of("ceased_on", ["Berhenti pada", "Ceased on"], K::Date),
    SAMPLE,
    REVISION,
    CREATED,
    UPDATED,
    internal("review", ["Status pemeriksaan", "Review"], K::Text),
    internal("publication", ["Status publikasi", "Publication"], K::Text),
    internal("nib", ["NIB", "NIB"], K::Text),
    internal("address", ["Alamat", "Address"], K::Text),
    internal("workers", ["Tenaga kerja", "Workers"], K::Whole),
];

pub const REGIONS: &[Property] = &[
    of("code", ["Kode (Kemendagri)", "Code (Kemendagri)"], K::Text),
    NAME,
    of("level", ["Tingkat", "Level: regency, district, village"], K::Text),
    of("parent", ["Kode induk", "Code of the region above"], K::Text),
    of("bps_code", ["Kode BPS", "BPS code"], K::Text),
    of("postal_code", ["Kode pos", "Postal code"], K::Text),
    of("lon", ["Bujur titik wakil", "Longitude of its point"], K::Number),
    of("lat", ["Lintang titik wakil", "Latitude of its point"], K::Number),
    of(
        "approximate",
        ["Batas perkiraan; kosong bila tanpa batas", "Boundary is approximate; null without one"],
        K::Flag,
    ),
    of("source", ["Sumber batas", "Origin and licence of the boundary"], K::Text),
    of("edition", ["Edisi kode", "Edition of the codes"], K::Text),
    of("valid_from", ["Berlaku sejak", "In force from"], K::Date),
    of("valid_to", ["Berlaku sampai sebelum", "In force until before"], K::Date),
];

pub const SENTRA: &[Property] = &[
    TIER,
    NAME,
    of("commodity", ["Komoditas", "Commodity"], K::Text),
    REGION,
    REGION_NAME,
    RESPONSIBLE,
    PRECISION,
    of("villages", ["Kode desa/kelurahan", "Codes of the villages it covers"], K::Codes),
    of("ground", ["Dasar", "On what ground it is one"], K::Text),
    of("decree_number", ["Nomor SK", "Number of the decree"], K::Text),
    FOUNDED,
    of("cooperative", ["Id koperasi", "Id of its cooperative"], K::Id),
    ABOUT,
    EXISTENCE,
    SAMPLE,
    REVISION,
    CREATED,
    UPDATED,
];

pub const COOPERATIVES: &[Property] = &[
    TIER,
    NAME,
    of("kind", ["Jenis: koperasi, kopwan", "Kind: koperasi, kopwan"], K::Text),
    of("legal_entity_number", ["Nomor badan hukum", "Legal entity number"], K::Text),
    of("coop_registration_number", ["Nomor induk koperasi", "Registration number"], K::Text),
    FOUNDED,
    REGION,
    REGION_NAME,
    RESPONSIBLE,
    PRECISION,
    of("parent", ["Id koperasi induk", "Id of the cooperative above"], K::Id),
    of("members", ["Anggota", "Members"], K::Whole),
    of("women", ["Anggota perempuan", "Women among them"], K::Whole),
    of("commodity", ["Komoditas", "Commodities"], K::Codes),
    of("active_until", ["Aktif sampai", "Dormant after this day"], K::Date),
    ABOUT,
    PHONE,
    EMAIL,
    URL,
    EXISTENCE,
    SAMPLE,
    REVISION,
    CREATED,
    UPDATED,
];
