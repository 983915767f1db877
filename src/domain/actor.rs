//! Who acts, and what they may see and do. Every list, read, count, tile, search and export asks
//! [`Actor::visibility`]; every write asks [`Actor::may_write`].

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use super::region::RegionCode;

/// What a signed-in person may do.
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
pub enum Role {
    /// Reads the internal tier and writes, in their area.
    Admin,
    /// Reads the internal tier and writes, verifies and publishes, in their area.
    Verifier,
    /// Reads the internal tier in their area.
    Viewer,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    /// A signed-in person; without an area the whole province is theirs.
    User { email: String, role: Role, area: Option<RegionCode> },
    /// Someone with a shell on the server.
    Operator,
}

/// What of the record an actor sees.
#[derive(Debug, Clone, PartialEq)]
pub enum Visibility {
    /// The public tier of published records.
    Public,
    /// The internal tier inside the area (everywhere without one), the public tier elsewhere.
    Internal { area: Option<RegionCode> },
}

impl Visibility {
    /// Whether the internal tier of a record of this regency is theirs.
    pub fn sees_internal(&self, responsible_region: &RegionCode) -> bool {
        match self {
            Self::Public => false,
            Self::Internal { area: None } => true,
            Self::Internal { area: Some(area) } => area.contains(responsible_region),
        }
    }

    /// Whether the internal tier of everything is theirs, also of what has no region.
    pub fn is_unbounded(&self) -> bool {
        matches!(self, Self::Internal { area: None })
    }
}

impl Actor {
    pub fn visibility(&self) -> Visibility {
        match self {
            Self::Anonymous => Visibility::Public,
            Self::User { area, .. } => Visibility::Internal { area: area.clone() },
            Self::Operator => Visibility::Internal { area: None },
        }
    }

    /// Whether they may create or change a record of this regency.
    pub fn may_write(&self, responsible_region: &RegionCode) -> bool {
        match self {
            Self::Operator => true,
            Self::User { role: Role::Admin | Role::Verifier, .. } => {
                self.visibility().sees_internal(responsible_region)
            }
            Self::User { role: Role::Viewer, .. } | Self::Anonymous => false,
        }
    }

    /// Whether they may write anywhere at all: asked before a body is looked at.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Operator | Self::User { role: Role::Admin | Role::Verifier, .. })
    }

    /// Their name in the change log.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { email, .. } => email,
            Self::Operator => "operator",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role, area: Option<&str>) -> Actor {
        let area = area.map(|code| code.parse().expect("a code"));
        Actor::User { email: "a@b.id".into(), role, area }
    }

    #[test]
    fn an_area_bounds_what_is_seen_and_written() {
        let (own, other) = ("35.15".parse().expect("a code"), "35.16".parse().expect("a code"));
        let admin = user(Role::Admin, Some("35.15"));
        assert!(admin.visibility().sees_internal(&own) && admin.may_write(&own));
        assert!(!admin.visibility().sees_internal(&other) && !admin.may_write(&other));
        let viewer = user(Role::Viewer, None);
        assert!(viewer.visibility().sees_internal(&other) && !viewer.may_write(&other));
        assert!(!Actor::Anonymous.visibility().sees_internal(&own));
        assert!(!Actor::Anonymous.may_write(&own));
    }
}
