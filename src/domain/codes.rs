//! Closed sets of codes. Their spelling is the API's; names for people stand in `seed/`.

use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

/// On which office's list an enterprise stands. Overlap is normal: a footwear IKM is often a UKM
/// of the cooperatives office too.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// Industri kecil dan menengah: small and medium industry (Disperindag).
    Ikm,
    /// Usaha mikro, kecil dan menengah: micro, small and medium business.
    Ukm,
    /// Koperasi wanita: women's cooperative; every kopwan is a koperasi.
    Kopwan,
    /// Cooperative.
    Koperasi,
}

/// Legal form (*badan usaha*).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LegalForm {
    Perorangan,
    Ud,
    Cv,
    Firma,
    Pt,
    PtPerorangan,
    Koperasi,
    Yayasan,
    Lainnya,
}

/// Where a record stands in its review.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Review {
    Draft,
    Submitted,
    Returned,
    Verified,
}

/// Whether the public may see the record's public tier. Separate from the review.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Publication {
    Unpublished,
    Published,
}

/// Whether the enterprise exists as recorded.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Existence {
    Active,
    Closed,
    Moved,
    Duplicate,
}

/// How a position came to be known.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PointMethod {
    Gps,
    Map,
    Geocoded,
    Village,
}

/// The period that a capacity is counted over.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// Sex of an owner as stated.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
}

/// What an owner may agree to.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConsentTo {
    Publish,
    ExactPoint,
    Contact,
    Capacity,
    PersonalName,
}

/// On what ground a record is public (UU 27/2022, UU 14/2008).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BasisKind {
    /// The owner agreed.
    Consent,
    /// A public duty, with its decree.
    PublicDuty,
    /// Already public, with the source.
    AlreadyPublic,
}

/// A coarse sector tag; the set is closed (`seed/sectors.csv`). One byte: its place in that file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, example = "kulit-alas-kaki")]
pub struct Sector(u8);

/// A sector with its names and the KBLI prefixes that fall under it.
#[derive(Debug, Clone)]
pub struct SectorEntry {
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// KBLI prefixes of two or three digits; the longest that fits wins.
    pub kbli: Vec<String>,
}

static SECTORS: LazyLock<Vec<SectorEntry>> = LazyLock::new(|| {
    rows(include_str!("../../seed/sectors.csv"))
        .map(|row| SectorEntry {
            code: row[0].clone(),
            name: row[1].clone(),
            name_en: row[2].clone(),
            kbli: list(&row[3]),
        })
        .collect()
});

impl Sector {
    /// All sectors in the order of the contract.
    pub fn all() -> &'static [SectorEntry] {
        &SECTORS
    }

    /// The sector of a code, if the code is one.
    pub fn from_code(code: &str) -> Option<Self> {
        let place = SECTORS.iter().position(|sector| sector.code == code)?;
        u8::try_from(place).ok().map(Self)
    }

    /// The sector that a KBLI code falls under, by its longest known prefix.
    pub fn from_kbli(code: &str) -> Option<Self> {
        let (place, _) = SECTORS
            .iter()
            .enumerate()
            .flat_map(|(place, sector)| sector.kbli.iter().map(move |prefix| (place, prefix)))
            .filter(|(_, prefix)| code.starts_with(prefix.as_str()))
            .max_by_key(|(_, prefix)| prefix.len())?;
        u8::try_from(place).ok().map(Self)
    }

    /// Place in the order of the contract, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    pub fn code(self) -> &'static str {
        &SECTORS[self.index()].code
    }
}

impl Serialize for Sector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Sector {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| {
            serde::de::Error::custom(format!("unknown variant `{code}`, expected a sector code"))
        })
    }
}

impl FromStr for Sector {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, ()> {
        Self::from_code(code).ok_or(())
    }
}

/// A business identification number (*Nomor Induk Berusaha*): 13 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{13}$", example = "9120001234567")]
pub struct Nib(String);

impl Nib {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nib {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let thirteen_digits = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
        if thirteen_digits { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl<'de> Deserialize<'de> for Nib {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|()| serde::de::Error::custom("a NIB has 13 digits"))
    }
}

/// The rows of a seed file below its header.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Vec<String>> {
    csv::ReaderBuilder::new()
        .from_reader(text.as_bytes())
        .into_records()
        .map(|row| row.expect("a seed file is well-formed CSV"))
        .map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>())
        .collect::<Vec<_>>()
        .into_iter()
}

/// A `|`-separated list in a seed file's cell.
pub(crate) fn list(cell: &str) -> Vec<String> {
    cell.split('|').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sectors_stand_in_the_order_of_the_contract() {
        assert_eq!(Sector::all().len(), 14);
        assert_eq!(Sector::all()[0].code, "pangan");
        assert_eq!(Sector::all()[13].code, "simpan-pinjam");
    }

    #[test]
    fn the_longest_kbli_prefix_names_the_sector() {
        assert_eq!(Sector::from_kbli("15201").map(Sector::code), Some("kulit-alas-kaki"));
        assert_eq!(Sector::from_kbli("10710").map(Sector::code), Some("pangan"));
        assert_eq!(Sector::from_kbli("00"), None);
    }

    #[test]
    fn a_nib_has_thirteen_digits() {
        assert!("9120001234567".parse::<Nib>().is_ok());
        assert!("912000123456".parse::<Nib>().is_err());
        assert!("91200O1234567".parse::<Nib>().is_err());
    }
}
