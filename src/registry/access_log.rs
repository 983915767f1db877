//! The change log's entries about accounts, service clients, owners' links and signing keys. They
//! are told to few ([`may_follow`]) and hold no secret.

use super::account_rules::bounds;
use super::{Registry, RegistryError};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;

pub(super) const USER: &str = "user";
pub(super) const CLIENT: &str = "client";
pub(super) const OWNER_LINK: &str = "owner_link";
pub(super) const SIGNING_KEY: &str = "signing_key";
pub(super) const DEVICE: &str = "device";

/// Whether entries of the log are about who may see and do what.
pub(super) fn is_access(entity: &str) -> bool {
    matches!(entity, USER | CLIENT | OWNER_LINK | SIGNING_KEY | DEVICE)
}

/// Whether somebody is told of changes of accounts: who reads the logs or manages accounts, of the
/// whole province.
pub(super) fn may_follow(actor: &Actor) -> bool {
    let theirs = actor.may(Right::ReadLog) || actor.may(Right::ManageAccess);
    theirs && bounds(actor).is_none()
}

/// What was done to an account or a client.
pub(super) struct Change {
    action: &'static str,
    reason: Option<String>,
}

impl Change {
    pub(super) fn new(action: &'static str) -> Self {
        Self { action, reason: None }
    }

    /// What is told of it beside the action: never a secret.
    pub(super) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

impl Registry {
    /// Logs a change of access. Call it last in a transaction.
    pub(super) fn log_access(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        (entity, id): (&'static str, &str),
        change: &Change,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: actor.name(),
            job_id: None,
            reason: change.reason.as_deref(),
            entity,
            entity_id: id.to_owned(),
            action: change.action,
            revision: 0,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }
}
