//! What an owner does by a link: sees their own record, corrects it, gives and withdraws consents.
//! A link is looked up in one question; whatever is wrong with it is told in the same words.

use uuid::Uuid;

use super::enterprises::ENTITY;
use super::owner_links::enterprise_of;
use super::reads::{Reader, Reading};
use super::secrets::digest;
use super::writing::{IfMatch, NewState};
use super::{AccessError, Registry, RegistryError};
use crate::db::enterprises::EnterpriseRow;
use crate::db::owner_links::LinkRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, LinkHolder};
use crate::domain::codes::Existence;
use crate::domain::enterprise::Enterprise;
use crate::domain::lifecycle::{self, Action, Doer, Grounds};
use crate::domain::own_changes::{HOW, OwnChanges, place_of, under_form};
use crate::domain::own_record::OwnRecord;
use crate::domain::projection::{Standing, jakarta_date};
use crate::domain::reading::{Detail, ReadKind};

/// Somebody who showed a link that was good.
pub struct Opened {
    link: String,
    enterprise: Uuid,
    actor: Actor,
}

/// A link that is good, with its record.
struct Own {
    link: LinkRow,
    row: EnterpriseRow,
    current: Enterprise,
    /// Place of the link's owner among the owners.
    at: usize,
}

impl Registry {
    /// Looks at a link's token.
    ///
    /// # Errors
    /// [`AccessError::LinkNotGood`], whatever the reason.
    pub fn open_link(&self, token: &str) -> Result<Opened, RegistryError> {
        let (shown, now) = (digest(token), self.clock.now_naive());
        let found = self.db.read(|connection| db::owner_links::good(connection, &shown, now))?;
        let link = found.ok_or(AccessError::LinkNotGood)?;
        let enterprise = enterprise_of(&link)?;
        let holder = LinkHolder { name: format!("owner:{}", link.id), enterprise };
        Ok(Opened { link: link.token_hash, enterprise, actor: Actor::Owner(holder) })
    }

    /// The record of a link as its owner is shown it. The reading is logged before it is answered.
    ///
    /// # Errors
    /// If the link is no longer good; the vault's.
    pub fn own_record(
        &self,
        opened: &Opened,
        request_id: Option<&str>,
    ) -> Result<OwnRecord, RegistryError> {
        let began = self.clock.now_naive();
        let reference = self.reference();
        self.db.write(|tx| {
            let Own { link, row, current, at } = self.own(tx, opened)?;
            let one = |kind, detail| Reading {
                detail: Detail { revision: Some(row.revision), ..detail },
                ..Reading::of_one(kind, ENTITY, &row.id, &row.document)
            };
            let mut readings = vec![one(ReadKind::Record, Detail::default())];
            let parts = db::restricted::of(tx, &row.id)?.into_iter().map(|part| part.part);
            let parts: Vec<String> = parts.collect();
            if !parts.is_empty() {
                let detail = Detail { parts, ..Detail::default() };
                let purpose = Some(HOW.to_owned());
                readings.push(Reading { purpose, ..one(ReadKind::Restricted, detail) });
            }
            let restricted = self.vault.of_enterprise(tx, &row.id)?;
            db::owner_links::used(tx, &link.id, began)?;
            let reader = Reader { actor: &opened.actor, request_id };
            self.log_reads_in(tx, reader, began, readings)?;
            let owner = &current.draft.owners[at].name;
            let until = link.expires_at.and_utc();
            Ok(OwnRecord::new(&current, restricted, owner, until, &reference))
        })
    }

    /// Changes the record of a link, if it is still at the revision that its owner knows. Consents
    /// take effect with it; a correction goes to be verified.
    ///
    /// # Errors
    /// If the link is no longer good; stale; every field fault at once.
    pub fn change_own_record(
        &self,
        opened: &Opened,
        if_match: IfMatch,
        changes: &OwnChanges,
    ) -> Result<(), RegistryError> {
        let reference = self.reference();
        self.db.write(|tx| {
            let Own { row, current, at, .. } = self.own(tx, opened)?;
            if_match.check(current.revision)?;
            let faults = changes.faults(current.draft.products.len());
            let mut standing = Standing::of(&current);
            let mut draft = current.draft.clone();
            let today = jakarta_date(self.clock.now());
            if changes.corrects() {
                changes.correct(&mut draft, at);
                draft = match (self.checked(draft, &reference), faults) {
                    (Ok(draft), faults) if faults.is_empty() => draft,
                    (Ok(_), faults) => return Err(RegistryError::Invalid(faults)),
                    (Err(RegistryError::Invalid(others)), mut faults) => {
                        faults.extend(under_form(others, at));
                        return Err(RegistryError::Invalid(faults));
                    }
                    (Err(other), _) => return Err(other),
                };
                if draft != current.draft {
                    let doer = Doer { name: opened.actor.name(), verifier: false, officer: false };
                    let (grounds, into) = (Grounds::default(), None);
                    lifecycle::apply(Action::Revise, &mut standing, doer, &grounds, today, into);
                }
            } else if !faults.is_empty() {
                return Err(RegistryError::Invalid(faults));
            }
            // A consent is taken back whatever else of the record no longer keeps a rule.
            changes.agree(&mut draft, &mut standing, today);
            lifecycle::heed_consent(&mut standing, &current.draft, &mut draft);
            let action = if changes.corrects() { "patch" } else { "consent" };
            let state = NewState { draft, standing, restricted: None, action, reason: Some(HOW) };
            self.put(tx, &opened.actor, &row, &current, state, &reference)
        })?;
        self.catch_up_after_write();
        Ok(())
    }

    /// The record of a link, locked. The link is looked up again: it may have been ended, or its
    /// record closed, in the moment before.
    fn own(&self, tx: &mut AnyConnection, opened: &Opened) -> Result<Own, RegistryError> {
        let none = || RegistryError::from(AccessError::LinkNotGood);
        let id = opened.enterprise.to_string();
        let row = db::enterprises::by_id_for_update(tx, &id)?.ok_or_else(none)?;
        let link = db::owner_links::good(tx, &opened.link, self.clock.now_naive())?;
        let link = link.filter(|link| link.enterprise_id == row.id).ok_or_else(none)?;
        let current: Enterprise = serde_json::from_str(&row.document)?;
        if current.existence != Existence::Active {
            return Err(none());
        }
        // Who is no longer among its owners has no record here.
        let at = place_of(&current.draft, &link.owner).ok_or_else(none)?;
        Ok(Own { link, row, current, at })
    }
}
