//! What a person may ask for, on a recorded request (UU 27/2022): what is kept of them, and its
//! correction. Their erasure is in `erasure`.

use std::collections::HashMap;

use uuid::Uuid;

use super::enterprises::{ENTITY, Seen, is_internal_to};
use super::reads::{Reader, Reading, Span};
use super::writing::{IfMatch, assembled, locked, new_id, stored};
use super::{Registry, RegistryError};
use crate::db::enterprises::EnterpriseRow;
use crate::db::owner_links::LinkRow;
use crate::db::person_requests::PersonRequestRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::enterprise::{Enterprise, Owner};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::person::{
    PersonChanges, PersonExport, PersonLink, PersonRequest, PersonRevision,
};
use crate::domain::projection::Standing;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::restricted::{self, Restricted};
use crate::domain::text::squash;

/// Longest note of a request, in characters.
const MAX_REQUEST: usize = 500;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum RequestKind {
    Erase,
    Export,
    Correct,
}

impl Registry {
    /// All that a record keeps of one of its owners.
    ///
    /// # Errors
    /// Not allowed; not found, also where the record is outside their area; no owner of that name; a
    /// request or purpose that names them.
    pub fn export_person<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        person: &str,
        request: &str,
        purpose: &str,
    ) -> Result<PersonExport, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        actor.require(Right::AnswerPersons)?;
        actor.require(Right::ReadRestricted)?;
        let (wanted, request) = asked(person, request)?;
        let purpose = restricted::purpose(purpose).map_err(|fault| invalid("purpose", fault))?;
        if squash(&purpose).contains(&wanted) {
            return Err(invalid("purpose", Fault::NamesThePerson));
        }
        let (row, mut export) = self.db.write(|tx| {
            let row = db::enterprises::by_id(tx, &id.to_string())?;
            let visibility = actor.visibility();
            let row = row
                .filter(|row| is_internal_to(row, &visibility))
                .ok_or(RegistryError::EnterpriseNotFound(id))?;
            let export = self.kept_of(tx, &row, &wanted)?;
            let reading = Reading {
                purpose: Some(purpose.clone()),
                detail: Detail { unmasked: true, ..Detail::default() },
                ..Reading::of_one(ReadKind::PersonExport, ENTITY, &row.id, &row.document)
            };
            self.log_reads_in(tx, reader, began, vec![reading])?;
            let kind = RequestKind::Export;
            self.record_request(tx, actor, &row.id, kind, &request, Some(&purpose))?;
            Ok::<_, RegistryError>((row, export))
        })?;
        export.read_by = self.read_report_of(&row, id, Span::default())?;
        Ok(export)
    }

    /// What a record keeps of a person; who read it is filled in later.
    fn kept_of(
        &self,
        tx: &mut AnyConnection,
        row: &EnterpriseRow,
        wanted: &str,
    ) -> Result<PersonExport, RegistryError> {
        let current: Enterprise = serde_json::from_str(&row.document)?;
        let changes = db::log::of_entity(tx, &row.id)?;
        let changes: HashMap<i32, _> =
            changes.into_iter().map(|change| (change.revision, change)).collect();
        let earlier = db::revisions::all(tx, &row.id)?.into_iter().map(|earlier| earlier.document);
        let mut revisions = Vec::new();
        for document in earlier.chain([row.document.clone()]) {
            let state: Enterprise = serde_json::from_str(&document)?;
            let change = changes.get(&state.revision);
            let of_owner = |owner: &Owner| PersonRevision {
                revision: state.revision,
                at: change.map(|change| change.at.and_utc()),
                actor: change.map(|change| change.actor.clone()),
                action: change.map(|change| change.action.clone()),
                owner: owner.clone(),
                address: state.draft.address.clone(),
                contact: state.draft.contact.clone(),
            };
            revisions.extend(of_person(&state, wanted).map(of_owner));
        }
        if revisions.is_empty() {
            return Err(no_such_owner());
        }
        let requests = db::person_requests::of(tx, &row.id)?.into_iter().map(|row| PersonRequest {
            kind: row.kind,
            request: row.request,
            actor: row.actor,
            at: row.at.and_utc(),
        });
        let links = links_of(tx, &row.id, wanted)?.into_iter().map(|link| PersonLink {
            created_by: link.created_by,
            created_at: link.created_at.and_utc(),
            expires_at: link.expires_at.and_utc(),
            revoked_at: link.revoked_at.map(|at| at.and_utc()),
            last_used_at: link.last_used_at.map(|at| at.and_utc()),
        });
        let mut restricted = self.vault.of_enterprise(tx, &row.id)?;
        let persons = std::mem::take(&mut restricted.persons);
        let owner = of_person(&current, wanted).next().cloned();
        let alone = owner.is_some() && current.draft.owners.len() == 1;
        Ok(PersonExport {
            enterprise_id: current.id,
            enterprise_name: current.draft.name.clone(),
            exported_at: self.clock.now(),
            restricted: persons.into_iter().find(|person| squash(&person.name) == wanted),
            business: Some(restricted).filter(|money| alone && *money != Restricted::default()),
            owner,
            consents: current.draft.consents.clone(),
            contact: current.draft.contact.clone(),
            address: current.draft.address.clone(),
            revisions,
            requests: requests.collect(),
            links: links.collect(),
            read_by: crate::domain::reading::RecordReadReport {
                enterprise_id: current.id,
                since: None,
                until: None,
                direct: Vec::new(),
                shown: Vec::new(),
                changed_by: Vec::new(),
            },
        })
    }

    /// Corrects what is kept of one of a record's owners. The record stays where its life cycle has
    /// it: what was verified was not this.
    ///
    /// # Errors
    /// Not allowed; not found; stale; no owner, or more than one, of that name; a request that names
    /// them; every field fault at once.
    pub fn correct_person(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        person: &str,
        request: &str,
        changes: &PersonChanges,
    ) -> Result<Seen, RegistryError> {
        actor.require(Right::AnswerPersons)?;
        let (wanted, request) = asked(person, request)?;
        let faults = changes.faults();
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        self.prepare_sealing(actor, id)?;
        if changes.national_id.is_some() {
            self.vault.prepare_hashing(&self.db)?;
        }
        let reference = self.reference();
        self.db.write(|tx| {
            let (row, current) = locked(tx, actor, id, if_match)?;
            let is_theirs = |owner: &Owner| squash(&owner.name) == wanted;
            let mut owners = current.draft.owners.iter();
            let at = owners.position(is_theirs).ok_or_else(no_such_owner)?;
            if owners.any(is_theirs) {
                return Err(invalid("person", Fault::Ambiguous));
            }
            let mut draft = current.draft.clone();
            changes.apply(&mut draft.owners[at]);
            let draft = self.checked(draft, &reference).map_err(under_changes)?;
            let name = draft.owners[at].name.clone();
            let known = self.vault.of_enterprise(tx, &row.id)?;
            let mut restricted = known.clone();
            let place = restricted.persons.iter().position(|person| squash(&person.name) == wanted);
            let before = place.map(|place| restricted.persons[place].clone());
            match (place, changes.applied(before, &name)) {
                (Some(place), Some(after)) => restricted.persons[place] = after,
                (Some(place), None) => drop(restricted.persons.remove(place)),
                (None, Some(after)) => restricted.persons.push(after),
                (None, None) => {}
            }
            self.record_request(tx, actor, &row.id, RequestKind::Correct, &request, None)?;
            if draft == current.draft && restricted == known {
                return Ok(());
            }
            if restricted != known {
                let sealed = self.vault.seal(tx, &row.id, &restricted)?;
                db::restricted::replace(tx, &row.id, &sealed)?;
            }
            let now = self.clock.now();
            let standing = Standing {
                revision: current.revision + 1,
                updated_at: now,
                ..Standing::of(&current)
            };
            let enterprise = assembled(draft, standing, &restricted, now, &reference)?;
            db::enterprises::update(tx, &row, &stored(&enterprise, &reference)?)?;
            for link in links_of(tx, &row.id, &wanted)? {
                db::owner_links::rename(tx, &link.id, &name)?;
            }
            self.log(tx, actor, &enterprise, "correct", Some(&request))
        })?;
        self.catch_up_after_write();
        self.shown(actor, id)
    }

    /// Sees to it, before the transaction, that what is restricted of a record can be sealed anew.
    pub(super) fn prepare_sealing(&self, actor: &Actor, id: Uuid) -> Result<(), RegistryError> {
        let known = self.db.read(|connection| {
            let row = db::enterprises::by_id(connection, &id.to_string())?;
            let visibility = actor.visibility();
            match row.filter(|row| is_internal_to(row, &visibility)) {
                Some(row) => self.vault.of_enterprise(connection, &row.id),
                None => Ok(Restricted::default()),
            }
        })?;
        self.vault.prepare(&self.db, &known)
    }

    pub(super) fn record_request(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        enterprise_id: &str,
        kind: RequestKind,
        request: &str,
        purpose: Option<&str>,
    ) -> Result<(), RegistryError> {
        let now = self.clock.now();
        let kind: &str = kind.into();
        let row = PersonRequestRow {
            id: new_id(now).to_string(),
            enterprise_id: enterprise_id.to_owned(),
            request: request.to_owned(),
            actor: actor.name().to_owned(),
            at: now.naive_utc(),
            kind: kind.to_owned(),
            purpose: purpose.map(str::to_owned),
        };
        Ok(db::person_requests::add(tx, &row)?)
    }
}

fn invalid(field: &str, fault: Fault) -> RegistryError {
    RegistryError::Invalid(vec![FieldFault::new(field, fault)])
}

/// The name as it is compared, and the note of the request.
///
/// # Errors
/// Where one is missing, or the note, which is kept, names the person or holds what may be a NIK.
pub(super) fn asked(person: &str, request: &str) -> Result<(String, String), RegistryError> {
    let (wanted, request) = (squash(person), request.trim());
    if wanted.is_empty() {
        return Err(invalid("person", Fault::Required));
    }
    if request.is_empty() {
        return Err(invalid("request", Fault::Required));
    }
    if request.chars().count() > MAX_REQUEST {
        return Err(invalid("request", Fault::TooLong { max: MAX_REQUEST }));
    }
    // The request is kept: give its number or date, not the person.
    if squash(request).contains(&wanted) {
        return Err(invalid("request", Fault::NamesThePerson));
    }
    if restricted::without_national_ids(request).is_some() {
        return Err(invalid("request", Fault::HoldsNationalId));
    }
    Ok((wanted, request.to_owned()))
}

/// The name given is personal: it is not repeated.
pub(super) fn no_such_owner() -> RegistryError {
    invalid("person", Fault::Together { with: "owners[].name" })
}

fn of_person<'a>(state: &'a Enterprise, wanted: &str) -> impl Iterator<Item = &'a Owner> {
    state.draft.owners.iter().filter(move |owner| squash(&owner.name) == wanted)
}

/// The links to a record that were made for a person.
fn links_of(tx: &mut AnyConnection, id: &str, wanted: &str) -> Result<Vec<LinkRow>, RegistryError> {
    let mut links = db::owner_links::of(tx, id)?;
    links.retain(|link| squash(&link.owner) == wanted);
    Ok(links)
}

/// Whether a person is among the owners of a state.
pub(super) fn stands_in(state: &Enterprise, wanted: &str) -> bool {
    of_person(state, wanted).next().is_some()
}

/// Faults of an owner under the names that the client knows them by.
fn under_changes(error: RegistryError) -> RegistryError {
    let RegistryError::Invalid(faults) = error else { return error };
    let named = faults.into_iter().map(|found| {
        let field = found.field.rsplit_once("].").filter(|_| found.field.starts_with("owners["));
        let field = field.map(|(_, field)| format!("changes.{field}"));
        FieldFault::new(field.unwrap_or(found.field), found.fault)
    });
    RegistryError::Invalid(named.collect())
}
