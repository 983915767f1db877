//! Links for owners: staff who may write a record make one, see them and end them. What an owner
//! does with one is in [`super::own_record`].

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access_log::{Change, OWNER_LINK};
use super::enterprises::ENTITY;
use super::reads::{Reader, Reading};
use super::secrets::{digest, token};
use super::writing::{IfMatch, locked, new_id, writable};
use super::{Registry, RegistryError};
use crate::db;
use crate::db::owner_links::LinkRow;
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::Existence;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::own_changes::place_of;
use crate::domain::own_record::is_named;
use crate::domain::reading::{Detail, ReadKind};

/// Days that a link is good for.
pub const DEFAULT_DAYS: u32 = 30;
pub const MAX_DAYS: u32 = 90;
/// Most links of a record that are good at a time.
pub const MAX_GOOD: usize = 5;

/// What a link is to be.
pub struct NewLink {
    pub enterprise: Uuid,
    /// Name of one of the owners.
    pub owner: String,
    /// None: [`DEFAULT_DAYS`].
    pub days: Option<u32>,
}

/// A link as staff know it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerLink {
    pub id: Uuid,
    pub enterprise_id: Uuid,
    pub owner: String,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub uses: i32,
    /// Neither over nor revoked.
    pub good: bool,
}

impl Registry {
    /// Makes a link for one of a record's owners. The token is told here and never again.
    ///
    /// # Errors
    /// Not allowed; not found; not one that is active; no owner, or more than one, of that name; too
    /// many links already.
    pub fn create_owner_link(
        &self,
        actor: &Actor,
        new: &NewLink,
    ) -> Result<(OwnerLink, String), RegistryError> {
        actor.require(Right::WriteRecords)?;
        let days = new.days.unwrap_or(DEFAULT_DAYS);
        if !(1..=MAX_DAYS).contains(&days) {
            let (value, min, max) = (days.to_string(), "1".into(), MAX_DAYS.to_string());
            return Err(invalid("days", Fault::OutOfRange { value, min, max }));
        }
        let token = token()?;
        let link = self.db.write(|tx| {
            let (row, current) = locked(tx, actor, new.enterprise, IfMatch::Any)?;
            if current.existence != Existence::Active {
                let (action, field) = ("link", "existence");
                let value = current.existence.into();
                return Err(RegistryError::WrongTransition { action, field, value });
            }
            let owners = &current.draft.owners;
            let Some(at) = place_of(&current.draft, &new.owner) else {
                let several = owners.iter().any(|owner| is_named(&owner.name, &new.owner));
                // The name given is personal: it is not repeated.
                let none = Fault::Together { with: "owners[].name" };
                return Err(invalid("owner", if several { Fault::Ambiguous } else { none }));
            };
            let now = self.clock.now();
            let good = db::owner_links::count_good(tx, &row.id, now.naive_utc())?;
            if usize::try_from(good).unwrap_or(usize::MAX) >= MAX_GOOD {
                return Err(invalid("enterprise", Fault::TooMany { max: MAX_GOOD }));
            }
            let link = LinkRow {
                id: new_id(now).to_string(),
                token_hash: digest(&token),
                enterprise_id: row.id.clone(),
                owner: owners[at].name.clone(),
                created_by: actor.name().to_owned(),
                created_at: now.naive_utc(),
                expires_at: (now + TimeDelta::days(days.into())).naive_utc(),
                revoked_at: None,
                revoked_by: None,
                last_used_at: None,
                uses: 0,
            };
            db::owner_links::insert(tx, &link)?;
            let change = Change::new("create").because(&row.id);
            self.log_access(tx, actor, (OWNER_LINK, &link.id), &change)?;
            Ok::<_, RegistryError>(link)
        })?;
        self.catch_up_after_write();
        Ok((self.told(link)?, token))
    }

    /// The links of a record, the newest first; their tokens nobody knows.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn owner_links<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        enterprise: Uuid,
    ) -> Result<Vec<OwnerLink>, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        reader.actor.require(Right::WriteRecords)?;
        let (row, links) = self.db.read(|connection| {
            let row = db::enterprises::by_id(connection, &enterprise.to_string())?;
            let (row, _) = writable(reader.actor, enterprise, row)?;
            let links = db::owner_links::of(connection, &row.id)?;
            Ok::<_, RegistryError>((row, links))
        })?;
        // They name its owners.
        let reading = Reading {
            detail: Detail { revision: Some(row.revision), ..Detail::default() },
            ..Reading::of_one(ReadKind::Record, ENTITY, &row.id, &row.document)
        };
        self.log_read(reader, began, reading)?;
        links.into_iter().map(|link| self.told(link)).collect()
    }

    /// Ends a link at once.
    ///
    /// # Errors
    /// Not allowed; not found, also where its record is not theirs to write.
    pub fn revoke_owner_link(&self, actor: &Actor, id: Uuid) -> Result<OwnerLink, RegistryError> {
        actor.require(Right::WriteRecords)?;
        let none = || RegistryError::DocumentNotFound { entity: OWNER_LINK, id: id.to_string() };
        let id = id.to_string();
        let link = self.db.write(|tx| {
            let link = db::owner_links::by_id(tx, &id)?.ok_or_else(none)?;
            let enterprise = enterprise_of(&link)?;
            locked(tx, actor, enterprise, IfMatch::Any).map_err(|error| match error {
                RegistryError::Forbidden | RegistryError::EnterpriseNotFound(_) => none(),
                other => other,
            })?;
            db::owner_links::revoke(tx, &id, self.clock.now_naive(), actor.name())?;
            let ended = db::owner_links::by_id(tx, &id)?.ok_or_else(none)?;
            if ended != link {
                let change = Change::new("revoke").because(&link.enterprise_id);
                self.log_access(tx, actor, (OWNER_LINK, &id), &change)?;
            }
            Ok::<_, RegistryError>(ended)
        })?;
        self.catch_up_after_write();
        self.told(link)
    }

    fn told(&self, link: LinkRow) -> Result<OwnerLink, RegistryError> {
        let unknown = |_| RegistryError::Internal("a stored id is a UUID");
        Ok(OwnerLink {
            id: link.id.parse().map_err(unknown)?,
            enterprise_id: enterprise_of(&link)?,
            good: link.revoked_at.is_none() && link.expires_at > self.clock.now_naive(),
            owner: link.owner,
            created_by: link.created_by,
            created_at: link.created_at.and_utc(),
            expires_at: link.expires_at.and_utc(),
            revoked_at: link.revoked_at.map(|at| at.and_utc()),
            last_used_at: link.last_used_at.map(|at| at.and_utc()),
            uses: link.uses,
        })
    }
}

/// The record that a link is of.
pub(super) fn enterprise_of(link: &LinkRow) -> Result<Uuid, RegistryError> {
    let unknown = |_| RegistryError::Internal("a stored id is a UUID");
    link.enterprise_id.parse().map_err(unknown)
}

fn invalid(field: &str, fault: Fault) -> RegistryError {
    RegistryError::Invalid(vec![FieldFault::new(field, fault)])
}
