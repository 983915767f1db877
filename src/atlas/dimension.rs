//! What records are counted by.

use strum::VariantNames;

use crate::domain::region::Level;
use crate::domain::tier::{self, Tier};

/// What is counted by.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    strum::EnumString,
    strum::IntoStaticStr,
    VariantNames,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = GroupDimension)]
pub enum Dimension {
    Province,
    Regency,
    District,
    Village,
    Kind,
    Sector,
    SizeClass,
    WomenLed,
    Commodity,
    Certificate,
    Year,
    // From here on of the internal tier.
    Review,
    Publication,
    Need,
    Practice,
    /// Rules that a record breaks.
    Quality,
    /// Commodities of which its products are made.
    RawMaterial,
    /// Where they come from, as stated: regions of any level, or `import`.
    Origin,
}

impl Dimension {
    /// Whether a record may be in several of its groups, so that their counts add up to more.
    pub fn overlaps(self) -> bool {
        let public =
            matches!(self, Self::Kind | Self::Sector | Self::Commodity | Self::Certificate);
        let internal = matches!(
            self,
            Self::Need | Self::Practice | Self::Quality | Self::RawMaterial | Self::Origin
        );
        public || internal
    }

    /// Whether only internal rows have values in it.
    pub fn is_internal(self) -> bool {
        tier::of_name(tier::GROUPS, self.into()) != Tier::Public
    }

    /// The level of regions that it is.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Province => Some(Level::Province),
            Self::Regency => Some(Level::Regency),
            Self::District => Some(Level::District),
            Self::Village => Some(Level::Village),
            _ => None,
        }
    }
}
