//! What a load would answer, without storing anything.

use std::collections::HashMap;

use uuid::Uuid;

use super::target::{Target, writable};
use super::{Incoming, Named, Origin, Outcome};
use crate::db::{self, enterprises::EnterpriseRow};
use crate::domain::actor::Actor;
use crate::registry::{Registry, RegistryError};

impl Registry {
    /// The outcomes of rows of a list, if they were loaded now.
    pub(in crate::registry) fn foreseen(
        &self,
        actor: &Actor,
        rows: &[Incoming],
    ) -> Result<Vec<Outcome>, RegistryError> {
        let listed: Vec<(&str, &str, Option<&Named>)> = rows
            .iter()
            .filter_map(|row| match &row.origin {
                Origin::Listed { identity, content, record } => {
                    Some((identity.as_str(), content.as_str(), record.as_ref()))
                }
                Origin::Made(_) => None,
            })
            .collect();
        let identities: Vec<&str> = listed
            .iter()
            .flat_map(|(who, _, named)| {
                std::iter::once(*who).chain(named.map(|named| named.identity.as_str()))
            })
            .collect();
        let known =
            self.db.read(|connection| db::intake::by_identities(connection, &identities))?;
        let known = known.into_iter().map(|row| (row.identity.clone(), row)).collect();
        let targets: Vec<Option<Target>> =
            listed.iter().map(|(who, _, named)| Target::of(&known, who, *named)).collect();
        let ids: Vec<String> =
            targets.iter().flatten().map(|target| target.enterprise_id.clone()).collect();
        let found = self.db.read(|connection| db::enterprises::by_ids(connection, &ids))?;
        let found: HashMap<String, EnterpriseRow> =
            found.into_iter().map(|row| (row.id.clone(), row)).collect();
        let outcome = |(target, (_, says, _)): (Option<Target>, (&str, &str, Option<&Named>))| {
            let Some(target) = target else { return Ok(Outcome::Created(Uuid::nil())) };
            let row = found.get(&target.enterprise_id).cloned();
            if row.is_none() && !target.named {
                // It was taken away since its row was found.
                return Ok(Outcome::Created(Uuid::nil()));
            }
            let same = target.earlier.is_some_and(|earlier| earlier.content == says);
            if let Err(fault) = writable(actor, row, target.named)? {
                return Ok(target.left(&fault, same));
            }
            let id = target.enterprise_id.parse().unwrap_or_default();
            Ok(if same { Outcome::Unchanged(id) } else { Outcome::Updated(id) })
        };
        targets.into_iter().zip(listed).map(outcome).collect()
    }
}
