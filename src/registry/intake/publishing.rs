//! Which records a list may publish.

use serde::Deserialize;

use super::Load;
use crate::db::enterprises::EnterpriseRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::codes::{Publication, Review};
use crate::domain::enterprise::Enterprise;
use crate::domain::lifecycle::{self, Action, BasisDraft, Grounds};
use crate::domain::projection::Standing;
use crate::registry::RegistryError;
use crate::registry::imports::UNDONE;
use crate::registry::writing::doer;

/// As much of a stored state as tells whether it was public.
#[derive(Deserialize)]
struct Stated {
    publication: Publication,
}

pub(super) fn publish(standing: &mut Standing, load: &Load) {
    if let Some(basis) = &load.publish {
        if standing.review != Review::Verified {
            // The list vouches for it: it did not pass a desk.
            (standing.review, standing.review_since) = (Review::Verified, None);
        }
        standing.publication = Publication::Published;
        standing.publication_basis = Some(basis.clone());
    }
}

/// Whether the life cycle lets a list publish a record that is there: as one that is verified would
/// be published by itself. What was withdrawn once is for a person to decide.
pub(super) fn publishable(
    tx: &mut AnyConnection,
    load: &Load,
    row: &EnterpriseRow,
    current: &Enterprise,
) -> Result<bool, RegistryError> {
    let Some(basis) = &load.publish else { return Ok(false) };
    let mut standing = Standing::of(current);
    // The operator vouches for the list.
    if *load.actor == Actor::Operator && standing.review == Review::Submitted {
        standing.review = Review::Verified;
    }
    let basis = BasisDraft { kind: basis.kind, text: basis.text.clone(), on: Some(basis.on) };
    let grounds = Grounds { reason: None, basis: Some(basis) };
    let doer = doer(load.actor, current);
    let allowed = lifecycle::check(Action::Publish, &standing, doer, &grounds).is_ok();
    Ok(allowed && !withdrawn(tx, row)?)
}

/// Whether an unpublished record was public before and somebody took it back; the undo of a list
/// is no such thing.
fn withdrawn(tx: &mut AnyConnection, row: &EnterpriseRow) -> Result<bool, RegistryError> {
    let mut ends = Vec::new();
    let mut public = false;
    for state in db::revisions::all(tx, &row.id)? {
        let now = is_public(&state.document)?;
        if public && !now {
            ends.push(state.revision);
        }
        public = now;
    }
    if public {
        ends.push(row.revision);
    }
    if ends.is_empty() {
        return Ok(false);
    }
    let changes = db::log::of_entity(tx, &row.id)?;
    let undone = |revision: &i32| {
        changes.iter().any(|change| change.revision == *revision && change.action == UNDONE)
    };
    Ok(!ends.iter().all(undone))
}

/// Whether a record is or ever was public.
pub(in crate::registry) fn was_public(
    tx: &mut AnyConnection,
    row: &EnterpriseRow,
) -> Result<bool, RegistryError> {
    if row.public_document.is_some() || row.revision == 1 {
        return Ok(row.public_document.is_some());
    }
    for state in db::revisions::all(tx, &row.id)? {
        if is_public(&state.document)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_public(document: &str) -> Result<bool, RegistryError> {
    let Stated { publication } = serde_json::from_str(document)?;
    Ok(publication == Publication::Published)
}
