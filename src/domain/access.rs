//! Who may do what: the table of roles and rights (contract.md), and nothing else decides it. A
//! use case begins with [`Actor::require`]; of *which* records a right is theirs, the area and the
//! authorship tell ([`super::actor`]).

use strum::{IntoStaticStr, VariantArray};

use super::actor::{Actor, Role};

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Right {
    /// Read the internal tier of some records.
    ReadInternal,
    /// Use internal filters, groups and measures; without it they are refused by name.
    FilterInternal,
    /// Have the internal tier in an export; without it an export is of the public tier.
    ExportInternal,
    /// Create, change and submit records.
    WriteRecords,
    /// Verify, return, publish, merge, close and move records.
    Decide,
    /// Take in lists, and see, stop and undo what was taken in.
    ImportLists,
    /// Create and change cooperatives, sentra and observations.
    WriteDocuments,
    /// Follow the change log.
    FollowChanges,
    /// Read who read what.
    ReadLog,
    /// Accounts and service clients.
    ManageAccess,
    /// Read restricted values, each time with a purpose: the grant, not the role, gives it.
    ReadRestricted,
    /// Plan and lead campaigns of the mapping exercise in their area, and give phones their keys.
    ManageCampaigns,
    /// Send in what they found in the field.
    SubmitVisits,
    /// Answer a person's request: what is kept of them, its correction and its erasure.
    AnswerPersons,
    /// Make and withdraw official figures: of the whole province, so for nobody of a part of it.
    MakeReleases,
    /// Search for possible sentra, and see what was found.
    FindSentra,
    /// Say what came of looking again at records that a desk has verified.
    CheckRecords,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in.
    NotSignedIn,
    /// Somebody is, and it is not theirs.
    Forbidden,
}

/// The table.
fn given(role: Role) -> &'static [Right] {
    use Right as R;
    match role {
        Role::Viewer => &[R::ReadInternal, R::FilterInternal, R::FollowChanges],
        Role::Analyst => &[
            R::ReadInternal,
            R::FilterInternal,
            R::ExportInternal,
            R::FollowChanges,
            R::ManageCampaigns,
            R::MakeReleases,
            R::FindSentra,
            R::CheckRecords,
        ],
        Role::Verifier => &[
            R::ReadInternal,
            R::FilterInternal,
            R::ExportInternal,
            R::WriteRecords,
            R::Decide,
            R::ImportLists,
            R::WriteDocuments,
            R::FollowChanges,
            R::AnswerPersons,
            R::ManageCampaigns,
            R::FindSentra,
            R::CheckRecords,
        ],
        Role::Admin => &[R::ReadInternal, R::FilterInternal, R::FollowChanges, R::ManageAccess],
        Role::Enumerator => &[R::ReadInternal, R::FilterInternal, R::WriteRecords, R::SubmitVisits],
        Role::CooperativeOfficer => {
            &[R::ReadInternal, R::FilterInternal, R::WriteRecords, R::ImportLists, R::SubmitVisits]
        }
        Role::Auditor => &[R::FollowChanges, R::ReadLog],
    }
}

impl Actor {
    /// Whether a right is theirs.
    pub fn may(&self, right: Right) -> bool {
        match self {
            Self::Anonymous | Self::Owner(_) => false,
            Self::Operator => true,
            Self::User(user) if right == Right::ReadRestricted => user.restricted,
            Self::User(user) if right == Right::MakeReleases && user.area.is_some() => false,
            Self::User(user) => given(user.role).contains(&right),
            Self::Client(client) => match right {
                Right::ReadInternal | Right::FilterInternal | Right::ExportInternal => {
                    client.scopes.internal.is_some()
                }
                Right::FollowChanges => client.scopes.changes,
                _ => false,
            },
        }
    }

    /// # Errors
    /// If a right is not theirs.
    pub fn require(&self, right: Right) -> Result<(), Denied> {
        if self.may(right) {
            return Ok(());
        }
        Err(if *self == Self::Anonymous { Denied::NotSignedIn } else { Denied::Forbidden })
    }
}
