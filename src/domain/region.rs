//! Region codes of the Ministry of Home Affairs (Kemendagri), dotted: `35`, `35.15`, `35.15.06`,
//! `35.15.06.2001`. BPS codes also have ten digits at village level: the scheme is never inferred
//! from the length, it is the dots that tell.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

/// The code of East Java, the province this registry is for.
pub const PROVINCE: &str = "35";
/// Its name as written in messages.
pub const PROVINCE_NAME: &str = "Jawa Timur";

/// Administrative level, from the widest.
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
pub enum Level {
    Province,
    /// Kabupaten or kota.
    Regency,
    /// Kecamatan.
    District,
    /// Desa or kelurahan.
    Village,
}

/// A well-formed Kemendagri code of any level. Whether the region exists is the gazetteer's word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(value_type = String, example = "35.15.06.2001")]
pub struct RegionCode(String);

impl RegionCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn level(&self) -> Level {
        match self.0.len() {
            2 => Level::Province,
            5 => Level::Regency,
            8 => Level::District,
            _ => Level::Village,
        }
    }

    /// This region, or the region of a wider level that it lies in.
    pub fn at(&self, level: Level) -> Option<RegionCode> {
        let length = match level {
            Level::Province => 2,
            Level::Regency => 5,
            Level::District => 8,
            Level::Village => 13,
        };
        self.0.get(..length).map(|code| Self(code.to_owned()))
    }

    /// The region of the next wider level; None above the province.
    pub fn parent(&self) -> Option<RegionCode> {
        let parent = self.0.rsplit_once('.')?.0;
        Some(Self(parent.to_owned()))
    }

    /// Reads a code as other systems write it too: with or without the dots. Undotted codes of the
    /// statistics office look alike: it is for the caller to know that this is none.
    pub fn from_digits(text: &str) -> Option<RegionCode> {
        let text = text.trim();
        let cuts: &[usize] = match text.len() {
            _ if !text.bytes().all(|byte| byte.is_ascii_digit()) => return text.parse().ok(),
            2 => &[],
            4 => &[2],
            6 => &[2, 4],
            10 => &[2, 4, 6],
            _ => return None,
        };
        let mut dotted = text.to_owned();
        for &cut in cuts.iter().rev() {
            dotted.insert(cut, '.');
        }
        Some(Self(dotted))
    }

    /// Whether `other` is this region or lies in it.
    pub fn contains(&self, other: &RegionCode) -> bool {
        other.0.starts_with(&self.0)
            && (other.0.len() == self.0.len() || other.0.as_bytes()[self.0.len()] == b'.')
    }
}

impl FromStr for RegionCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let lengths: Vec<usize> = text.split('.').map(str::len).collect();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let shape = matches!(lengths.as_slice(), [2] | [2, 2] | [2, 2, 2] | [2, 2, 2, 4]);
        if digits && shape { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RegionCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|()| serde::de::Error::custom("not a region code such as 35.15.06.2001"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a code")
    }

    #[test]
    fn levels_follow_the_dots() {
        assert_eq!(code("35").level(), Level::Province);
        assert_eq!(code("35.15.06.2001").level(), Level::Village);
        assert_eq!(code("35.15.06.2001").at(Level::Regency), Some(code("35.15")));
        assert_eq!(code("35.15").at(Level::Village), None);
    }

    #[test]
    fn a_bps_code_is_not_a_region_code() {
        for text in ["3515062001", "3515", "35.1", "35.15.06.201", "", "35.", "ab.cd"] {
            assert!(text.parse::<RegionCode>().is_err(), "{text}");
        }
    }

    #[test]
    fn dots_may_be_missing_where_the_scheme_is_known() {
        let read = |text| RegionCode::from_digits(text).map(|code| code.to_string());
        assert_eq!(read("3576012001").as_deref(), Some("35.76.01.2001"));
        assert_eq!(read(" 35.76.01 ").as_deref(), Some("35.76.01"));
        assert_eq!(read("3576").as_deref(), Some("35.76"));
        assert_eq!(read("3576010"), None);
        assert_eq!(read("357é"), None);
        assert_eq!(code("35.76.01").parent(), Some(code("35.76")));
        assert_eq!(code("35").parent(), None);
    }

    #[test]
    fn containment_is_by_whole_parts() {
        assert!(code("35.15").contains(&code("35.15.06")));
        assert!(code("35.15").contains(&code("35.15")));
        assert!(!code("35.15.06").contains(&code("35.15")));
    }
}
