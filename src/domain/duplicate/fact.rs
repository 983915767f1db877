//! What speaks for and against two records being one, as facts, and the one table of their texts.
//! A fact holds no value of either record: it is stored and outlives an erasure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fault::Lang;

/// A fact about two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
#[schema(as = DuplicateFact)]
pub enum Fact {
    SameName,
    /// The same name, which many have.
    CommonName,
    SimilarName {
        /// Per cent.
        alike: u8,
    },
    OtherName,
    SameOwner,
    SimilarOwner {
        /// Per cent.
        alike: u8,
    },
    OtherOwner,
    SamePhone,
    OtherPhone,
    SameNib,
    OtherNib,
    SameNationalId,
    OtherNationalId,
    SameProduct,
    OtherProduct,
    SameVillage,
    SameDistrict,
    SameRegency,
    OtherRegency,
    Near {
        metres: u32,
    },
    Far {
        metres: u32,
    },
}

/// A fact and how much it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DuplicateWeight)]
pub struct Reason {
    #[serde(flatten)]
    pub fact: Fact,
    /// Bits: each doubles the odds that the two are one; below 0 it halves them.
    pub weight: f64,
}

impl Fact {
    /// Whether it tells no more than the public tier of both does.
    pub fn is_public(self) -> bool {
        matches!(
            self,
            Self::SameProduct
                | Self::OtherProduct
                | Self::SameVillage
                | Self::SameDistrict
                | Self::SameRegency
                | Self::OtherRegency
        )
    }

    /// For people.
    pub fn text(self, lang: Lang) -> String {
        let [id, en] = self.texts();
        if lang == Lang::Id { id } else { en }
    }

    fn texts(self) -> [String; 2] {
        let fixed = |id: &str, en: &str| [id.to_owned(), en.to_owned()];
        match self {
            Self::SameName => fixed("Nama usaha sama", "Same business name"),
            Self::CommonName => {
                fixed("Nama usaha sama, tetapi umum", "Same business name, but a common one")
            }
            Self::SimilarName { alike } => [
                format!("Nama usaha mirip ({alike} %)"),
                format!("Similar business name ({alike} %)"),
            ],
            Self::OtherName => fixed("Nama usaha berbeda", "Different business name"),
            Self::SameOwner => fixed("Pemilik sama", "Same owner"),
            Self::SimilarOwner { alike } => [
                format!("Nama pemilik mirip ({alike} %)"),
                format!("Similar name of the owner ({alike} %)"),
            ],
            Self::OtherOwner => fixed("Pemilik berbeda", "Different owner"),
            Self::SamePhone => fixed("Nomor telepon sama", "Same phone number"),
            Self::OtherPhone => fixed("Nomor telepon berbeda", "Different phone number"),
            Self::SameNib => fixed("NIB sama", "Same NIB"),
            Self::OtherNib => fixed("NIB berbeda", "Different NIB"),
            Self::SameNationalId => fixed("NIK pemilik sama", "Same NIK of the owner"),
            Self::OtherNationalId => fixed("NIK pemilik berbeda", "Different NIK of the owner"),
            Self::SameProduct => fixed("Produk atau komoditas sama", "Same product or commodity"),
            Self::OtherProduct => {
                fixed("Produk dan komoditas berbeda", "Different products and commodities")
            }
            Self::SameVillage => fixed("Desa atau kelurahan sama", "Same village"),
            Self::SameDistrict => fixed("Kecamatan sama", "Same district"),
            Self::SameRegency => fixed("Kabupaten atau kota sama", "Same regency"),
            Self::OtherRegency => fixed("Kabupaten atau kota berbeda", "Different regency"),
            Self::Near { metres } => {
                [format!("Titik berjarak {metres} m"), format!("Points {metres} m apart")]
            }
            Self::Far { metres } => {
                [format!("Titik berjauhan: {metres} m"), format!("Points far apart: {metres} m")]
            }
        }
    }
}
