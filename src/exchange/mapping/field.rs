//! What a column can be.

use serde::{Deserialize, Serialize};

/// A field of the registry that a column of a list fills.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// The registry's own id of the record that the row revises: corrected workbooks carry it.
    Id,
    Name,
    Owner,
    /// A person or a phone number: each cell tells.
    Contact,
    OwnerSex,
    BirthDate,
    NationalId,
    Phone,
    Email,
    Website,
    Kind,
    /// Day or month of the entry in an office's list.
    RegisteredOn,
    LegalForm,
    FoundedYear,
    Nib,
    Kbli,
    Sector,
    Commodity,
    Product,
    /// A category of products: a commodity or a sector in other words.
    ProductType,
    RawMaterial,
    Capacity,
    CapacityUnit,
    CapacityPeriod,
    Region,
    Village,
    District,
    Regency,
    Address,
    AddressDetail,
    Lon,
    Lat,
    /// Both in one cell.
    Coordinates,
    WorkersMale,
    WorkersFemale,
    WorkersTotal,
    InvestmentValue,
    BusinessCapital,
    AnnualSales,
    ProductionValue,
    Halal,
    Pirt,
    Bpom,
    Sni,
    Trademark,
    /// How far it sells, or where: only exports and platforms are taken of it.
    Channel,
    /// Of the restricted tier, and not stored: assets, value of raw materials.
    RestrictedOther,
    /// A number of enterprises: there is none in a list, only in a recapitulation.
    UnitCount,
    /// Known to be of no use: a running number, an icon, what the registry computes itself.
    Ignored,
}

impl Field {
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether several columns may be it, each filling what the one before leaves open.
    pub fn may_repeat(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::AddressDetail
                | Self::Phone
                | Self::Product
                | Self::Channel
                | Self::RestrictedOther
                | Self::UnitCount
                | Self::Ignored
        )
    }

    /// Whether its values are not to be shown in messages.
    pub fn is_restricted(self) -> bool {
        matches!(
            self,
            Self::BirthDate
                | Self::NationalId
                | Self::InvestmentValue
                | Self::BusinessCapital
                | Self::AnnualSales
                | Self::ProductionValue
                | Self::RestrictedOther
        )
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Id => "ID Sentra",
            Self::Name => "nama usaha",
            Self::Owner => "nama pemilik",
            Self::Contact => "kontak (orang atau telepon)",
            Self::OwnerSex => "jenis kelamin pemilik",
            Self::BirthDate => "tanggal lahir pemilik",
            Self::NationalId => "NIK pemilik",
            Self::Phone => "telepon",
            Self::Email => "surel",
            Self::Website => "situs atau media sosial",
            Self::Kind => "jenis pelaku usaha",
            Self::RegisteredOn => "tanggal terdaftar",
            Self::LegalForm => "badan usaha",
            Self::FoundedYear => "tahun berdiri",
            Self::Nib => "NIB",
            Self::Kbli => "kode KBLI",
            Self::Sector => "sektor",
            Self::Commodity => "komoditas",
            Self::Product => "produk",
            Self::ProductType => "jenis produk",
            Self::RawMaterial => "bahan baku",
            Self::Capacity => "kapasitas produksi",
            Self::CapacityUnit => "satuan",
            Self::CapacityPeriod => "periode kapasitas",
            Self::Region => "kode wilayah",
            Self::Village => "desa/kelurahan",
            Self::District => "kecamatan",
            Self::Regency => "kabupaten/kota",
            Self::Address => "alamat",
            Self::AddressDetail => "dusun/RT/RW",
            Self::Lon => "bujur",
            Self::Lat => "lintang",
            Self::Coordinates => "koordinat",
            Self::WorkersMale => "tenaga kerja laki-laki",
            Self::WorkersFemale => "tenaga kerja perempuan",
            Self::WorkersTotal => "jumlah tenaga kerja",
            Self::InvestmentValue => "nilai investasi",
            Self::BusinessCapital => "modal usaha",
            Self::AnnualSales => "omzet",
            Self::ProductionValue => "nilai produksi",
            Self::Halal => "sertifikat halal",
            Self::Pirt => "PIRT",
            Self::Bpom => "BPOM",
            Self::Sni => "SNI",
            Self::Trademark => "merek terdaftar (HKI)",
            Self::Channel => "pemasaran",
            Self::RestrictedOther => "nilai terbatas yang tidak disimpan",
            Self::UnitCount => "jumlah unit usaha",
            Self::Ignored => "tidak dipakai",
        }
    }

    /// The same in English.
    pub fn label_en(self) -> &'static str {
        match self {
            Self::Id => "ID Sentra",
            Self::Name => "name of the business",
            Self::Owner => "owner's name",
            Self::Contact => "contact (person or phone)",
            Self::OwnerSex => "owner's sex",
            Self::BirthDate => "owner's birth date",
            Self::NationalId => "owner's NIK",
            Self::Phone => "phone",
            Self::Email => "e-mail",
            Self::Website => "website or social media",
            Self::Kind => "kind of enterprise",
            Self::RegisteredOn => "registered on",
            Self::LegalForm => "legal form",
            Self::FoundedYear => "founded in",
            Self::Nib => "NIB",
            Self::Kbli => "KBLI code",
            Self::Sector => "sector",
            Self::Commodity => "commodity",
            Self::Product => "product",
            Self::ProductType => "kind of product",
            Self::RawMaterial => "raw material",
            Self::Capacity => "production capacity",
            Self::CapacityUnit => "unit",
            Self::CapacityPeriod => "period of the capacity",
            Self::Region => "region code",
            Self::Village => "village",
            Self::District => "district",
            Self::Regency => "regency or city",
            Self::Address => "address",
            Self::AddressDetail => "hamlet, RT, RW",
            Self::Lon => "longitude",
            Self::Lat => "latitude",
            Self::Coordinates => "coordinates",
            Self::WorkersMale => "male workers",
            Self::WorkersFemale => "female workers",
            Self::WorkersTotal => "workers",
            Self::InvestmentValue => "investment",
            Self::BusinessCapital => "business capital",
            Self::AnnualSales => "annual sales",
            Self::ProductionValue => "value of production",
            Self::Halal => "halal certificate",
            Self::Pirt => "PIRT",
            Self::Bpom => "BPOM",
            Self::Sni => "SNI",
            Self::Trademark => "trademark",
            Self::Channel => "sales channels",
            Self::RestrictedOther => "restricted value that is not stored",
            Self::UnitCount => "number of enterprises",
            Self::Ignored => "not used",
        }
    }
}
