//! Who acts, and of which records the internal tier is theirs. What a role may do stands in
//! [`super::access`]; every list, read, count, tile, search, export and feed asks
//! [`Actor::visibility`], every write [`Actor::may_write`].

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};
use utoipa::ToSchema;
use uuid::Uuid;

use super::access::Right;
use super::region::RegionCode;

/// What a signed-in person is to the registry (contract.md, "Who may do what").
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
    VariantArray,
    VariantNames,
    ToSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Role {
    /// Accounts, service clients and settings; reads the internal tier in their area.
    Admin,
    /// Reads the internal tier and writes, verifies and publishes, in their area.
    Verifier,
    /// Reads and exports the internal tier in their area.
    Analyst,
    /// Reads the internal tier in their area.
    Viewer,
    /// Submits records in their area and sees those that they submitted.
    Enumerator,
    /// Submits members of their cooperative and sees them.
    CooperativeOfficer,
    /// The logs of reads and changes.
    Auditor,
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub email: String,
    pub role: Role,
    /// None: the whole province.
    pub area: Option<RegionCode>,
    /// Whose members a cooperative officer looks after.
    pub cooperative: Option<Uuid>,
    /// The grant `restricted` is in force, and this session gave a second factor.
    pub restricted: bool,
}

/// A service client: another agency's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    pub id: String,
    pub scopes: Scopes,
    /// How much it may ask for, where it is not what everybody may.
    pub requests_per_second: Option<u32>,
}

/// What a service client was given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes {
    /// `internal:AREA`: the internal tier in this area. None: the public tier only.
    pub internal: Option<RegionCode>,
    /// `changes`: the change feed.
    pub changes: bool,
}

/// An owner who opened a link to their record. It gives no right: to every other use case they are
/// as anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHolder {
    /// As it stands in the logs: `owner:` and the link's id.
    pub name: String,
    /// The one record that the link is of.
    pub enterprise: Uuid,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    User(User),
    Client(Client),
    Owner(LinkHolder),
    /// Someone with a shell on the server.
    Operator,
}

/// Of which records an actor sees the internal tier; of the others, the public one.
#[derive(Debug, Clone, PartialEq)]
pub enum Visibility {
    /// Of none.
    Public,
    /// Of those in the area; everywhere without one.
    Internal { area: Option<RegionCode> },
    /// Of those that this person made, and of the members of this cooperative.
    Own { author: String, cooperative: Option<Uuid> },
}

/// As much of a record as tells whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whose<'a> {
    pub responsible_region: &'a RegionCode,
    /// Who made what is under review.
    pub author: Option<&'a str>,
    /// The cooperative that it is a member of, or is.
    pub cooperative: Option<Uuid>,
}

impl<'a> Whose<'a> {
    /// Of something that has neither author nor cooperative.
    pub fn of_region(responsible_region: &'a RegionCode) -> Self {
        Self { responsible_region, author: None, cooperative: None }
    }
}

impl Visibility {
    /// Whether the internal tier of a record is theirs.
    pub fn sees_internal(&self, whose: Whose) -> bool {
        match self {
            Self::Public => false,
            Self::Internal { area } => {
                area.as_ref().is_none_or(|area| area.contains(whose.responsible_region))
            }
            Self::Own { author, cooperative } => {
                whose.author == Some(author)
                    || (cooperative.is_some() && *cooperative == whose.cooperative)
            }
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
            Self::Anonymous
            | Self::Owner(_)
            | Self::Client(Client { scopes: Scopes { internal: None, .. }, .. }) => {
                Visibility::Public
            }
            Self::Client(Client { scopes: Scopes { internal: Some(area), .. }, .. }) => {
                Visibility::Internal { area: Some(area.clone()) }
            }
            Self::User(user) => match user.role {
                Role::Admin | Role::Verifier | Role::Analyst | Role::Viewer => {
                    Visibility::Internal { area: user.area.clone() }
                }
                Role::Enumerator => {
                    Visibility::Own { author: user.email.clone(), cooperative: None }
                }
                Role::CooperativeOfficer => {
                    Visibility::Own { author: user.email.clone(), cooperative: user.cooperative }
                }
                Role::Auditor => Visibility::Public,
            },
            Self::Operator => Visibility::Internal { area: None },
        }
    }

    /// Of which records' changes they may know who made them, beyond those that they see: an
    /// auditor's area.
    pub fn audits(&self) -> Option<Visibility> {
        match self {
            Self::User(user) if self.may(Right::ReadLog) => {
                Some(Visibility::Internal { area: user.area.clone() })
            }
            _ => None,
        }
    }

    /// Whether they may create or change a record: their role writes, and the record is one of
    /// theirs.
    pub fn may_write(&self, whose: Whose) -> bool {
        if !self.may(Right::WriteRecords) {
            return false;
        }
        let Self::User(user) = self else { return true };
        let inside = user.area.as_ref().is_none_or(|area| area.contains(whose.responsible_region));
        let theirs = match user.role {
            Role::CooperativeOfficer => {
                user.cooperative.is_some() && user.cooperative == whose.cooperative
            }
            _ => self.visibility().sees_internal(whose),
        };
        inside && theirs
    }

    /// Whether a record is of a member of the cooperative that they look after: they speak for the
    /// member, whoever entered the record.
    pub fn looks_after(&self, whose: Whose) -> bool {
        let officer = matches!(self, Self::User(user) if user.role == Role::CooperativeOfficer);
        officer && self.may_write(whose)
    }

    /// Whether they decide what becomes of a record: beyond being its author.
    pub fn may_decide(&self, whose: Whose) -> bool {
        self.may(Right::Decide) && self.visibility().sees_internal(whose)
    }

    /// Their name in the logs.
    pub fn name(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User(user) => &user.email,
            Self::Client(client) => &client.id,
            Self::Owner(holder) => &holder.name,
            Self::Operator => "operator",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role, area: Option<&str>) -> Actor {
        let area = area.map(|code| code.parse().expect("a code"));
        let email = "a@b.id".into();
        Actor::User(User { email, role, area, cooperative: None, restricted: false })
    }

    #[test]
    fn an_area_bounds_what_is_seen_and_written() {
        let (own, other) = ("35.15".parse().expect("a code"), "35.16".parse().expect("a code"));
        let (own, other) = (Whose::of_region(&own), Whose::of_region(&other));
        let verifier = user(Role::Verifier, Some("35.15"));
        assert!(verifier.visibility().sees_internal(own) && verifier.may_write(own));
        assert!(!verifier.visibility().sees_internal(other) && !verifier.may_write(other));
        let viewer = user(Role::Viewer, None);
        assert!(viewer.visibility().sees_internal(other) && !viewer.may_write(other));
        let admin = user(Role::Admin, None);
        assert!(admin.visibility().sees_internal(other) && !admin.may_write(other));
        assert!(!Actor::Anonymous.visibility().sees_internal(own));
        assert!(!Actor::Anonymous.may_write(own));
    }

    #[test]
    fn an_enumerator_sees_and_changes_what_they_made_in_their_area() {
        let region = "35.15".parse().expect("a code");
        let enumerator = user(Role::Enumerator, Some("35.15"));
        let whose = |author| Whose { author, ..Whose::of_region(&region) };
        assert!(enumerator.may_write(whose(Some("a@b.id"))));
        assert!(!enumerator.may_write(whose(Some("c@d.id"))) && !enumerator.may_write(whose(None)));
        assert!(!enumerator.may_decide(whose(Some("a@b.id"))));
        let elsewhere = user(Role::Enumerator, Some("35.16"));
        assert!(!elsewhere.may_write(whose(Some("a@b.id"))));
    }

    #[test]
    fn a_link_gives_no_right() {
        let holder = LinkHolder { name: "owner:1".into(), enterprise: Uuid::from_u128(1) };
        let owner = Actor::Owner(holder);
        for right in Right::VARIANTS {
            assert!(!owner.may(*right), "{right:?}");
        }
        let region = "35.15".parse().expect("a code");
        let own = Whose { author: Some("owner:1"), ..Whose::of_region(&region) };
        assert!(!owner.may_write(own) && !owner.may_decide(own) && !owner.looks_after(own));
        assert_eq!(owner.visibility(), Visibility::Public);
    }

    #[test]
    fn an_officer_sees_and_writes_members_of_the_own_cooperative_only() {
        let region = "35.15".parse().expect("a code");
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let officer = Actor::User(User {
            email: "a@b.id".into(),
            role: Role::CooperativeOfficer,
            area: None,
            cooperative: Some(own),
            restricted: false,
        });
        let of = |cooperative| Whose { cooperative, ..Whose::of_region(&region) };
        assert!(
            officer.may_write(of(Some(own))) && officer.visibility().sees_internal(of(Some(own)))
        );
        for other in [Some(other), None] {
            assert!(
                !officer.may_write(of(other)) && !officer.visibility().sees_internal(of(other))
            );
        }
    }
}
