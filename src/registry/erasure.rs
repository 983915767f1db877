//! Taking a person's values out of a record, on a recorded request (UU 27/2022 art. 8 and 43).
//! The enterprise stays and is counted; whoever the values were of is in none of its states.

use uuid::Uuid;

use super::duplicates::leave_blocks;
use super::enterprises::Seen;
use super::persons::{RequestKind, asked, no_such_owner, stands_in};
use super::projections::ERASE;
use super::writing::{IfMatch, locked, stored};
use super::{Registry, RegistryError};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::codes::ConsentTo;
use crate::domain::enterprise::Enterprise;
use crate::domain::projection::{self, Standing, neutral_name};
use crate::domain::reference::Reference;
use crate::domain::text::squash;

/// What stands where a person was named.
const ERASED: &str = "(dihapus)";

impl Registry {
    /// Takes the values of one of a record's owners out of its every state, in the vault too.
    ///
    /// # Errors
    /// Not allowed; not found; stale; no owner of that name; a request that names them.
    pub fn erase_person(
        &self,
        actor: &Actor,
        id: Uuid,
        if_match: IfMatch,
        person: &str,
        request: &str,
    ) -> Result<Seen, RegistryError> {
        actor.require(Right::AnswerPersons)?;
        let (wanted, request) = asked(person, request)?;
        // An index that is being filled may have read the person's name already.
        self.projections.search()?;
        self.prepare_sealing(actor, id)?;
        let reference = self.reference();
        let (files, photos) = self.db.write(|tx| {
            let (row, current) = locked(tx, actor, id, if_match)?;
            let revisions = db::revisions::all(tx, &row.id)?;
            let earlier: Vec<Enterprise> = revisions
                .iter()
                .map(|row| serde_json::from_str(&row.document))
                .collect::<Result<_, _>>()?;
            if !stands_in(&current, &wanted)
                && !earlier.iter().any(|state| stands_in(state, &wanted))
            {
                return Err(no_such_owner());
            }
            let now = self.clock.now();
            let states = earlier.iter().chain([&current]).collect();
            leave_blocks(tx, &[(row.key, states)])?;
            db::duplicates::erase_reasons(tx, &row.id, person.trim(), ERASED)?;
            // The links of all its owners: which of them named this person before, nobody knows.
            db::owner_links::revoke_all(tx, &row.id, now.naive_utc(), actor.name())?;
            for link in db::owner_links::of(tx, &row.id)? {
                db::owner_links::rename(tx, &link.id, ERASED)?;
            }
            for (revision, state) in revisions.into_iter().zip(earlier) {
                let document = serde_json::to_string(&without(state, &wanted, &reference)?)?;
                let row = db::revisions::RevisionRow { document, ..revision };
                db::revisions::rewrite(tx, &row)?;
            }
            let before = without(current, &wanted, &reference)?;
            db::revisions::keep(tx, &row.id, before.revision, &serde_json::to_string(&before)?)?;
            let after = Enterprise { revision: before.revision + 1, updated_at: now, ..before };
            db::enterprises::rewrite(tx, row.key, &stored(&after, &reference)?)?;
            self.erase_restricted(tx, &row.id, &wanted, &after)?;
            // Lists that the person was in go, and what imports kept of the values.
            db::imports::records::erase_sealed(tx, &row.id)?;
            let files = self.forget_files_about(tx, &row.id, &after.responsible_region)?;
            // What was sent in from the field, and the photos.
            let photos = Self::forget_visits(tx, &row.id)?;
            // What was noted of it when somebody looked again.
            db::desk_checks::forget_notes(tx, &row.id)?;
            db::log::erase_reasons(tx, &row.id, person.trim(), ERASED)?;
            self.record_request(tx, actor, &row.id, RequestKind::Erase, &request, None)?;
            self.log(tx, actor, &after, ERASE, Some(&request))?;
            Ok((files, photos))
        })?;
        for key in files {
            self.remove_pieces(key)?;
        }
        self.remove_photos(&photos);
        // What was overwritten must not linger in the files beside the tables, nor in those of the
        // projections.
        self.db.scrub()?;
        self.catch_up_after_load();
        self.projections.forget()?;
        self.shelf.clear();
        self.clean_search()?;
        self.shown(actor, id)
    }

    /// Destroys the person's sealed part; where nobody is left, the business's money was theirs.
    fn erase_restricted(
        &self,
        tx: &mut AnyConnection,
        id: &str,
        wanted: &str,
        after: &Enterprise,
    ) -> Result<(), RegistryError> {
        let mut restricted = self.vault.of_enterprise(tx, id)?;
        restricted.persons.retain(|person| squash(&person.name) != wanted);
        if after.draft.owners.iter().all(|owner| owner.name == ERASED) {
            restricted = crate::domain::restricted::Restricted::default();
        }
        let sealed = self.vault.seal(tx, id, &restricted)?;
        Ok(db::restricted::replace(tx, id, &sealed)?)
    }
}

/// A state without the person: their sex is kept, for it names nobody and is counted; the address
/// and the contact go, for they are where the person is found.
fn without(
    state: Enterprise,
    wanted: &str,
    reference: &Reference,
) -> Result<Enterprise, RegistryError> {
    let mut standing = Standing::of(&state);
    let size = state.size.clone();
    let mut draft = state.draft.clone();
    if !draft.owners.iter().any(|owner| squash(&owner.name) == wanted)
        && !squash(&draft.name).contains(wanted)
    {
        return Ok(state);
    }
    if squash(&draft.name).contains(wanted) {
        draft.name = neutral_name(&state, reference);
    }
    for owner in draft.owners.iter_mut().filter(|owner| squash(&owner.name) == wanted) {
        ERASED.clone_into(&mut owner.name);
        owner.phone = None;
        owner.email = None;
    }
    draft.address = None;
    draft.contact = None;
    draft.consents.retain(|consent| matches!(consent.to, ConsentTo::Publish | ConsentTo::Capacity));
    for consent in &mut draft.consents {
        ERASED.clone_into(&mut consent.how);
    }
    if let Some(basis) = &mut standing.publication_basis
        && squash(&basis.text).contains(wanted)
    {
        ERASED.clone_into(&mut basis.text);
    }
    projection::assemble(draft, standing, size, reference)
        .ok_or(RegistryError::Internal("a stored draft has a region that is known"))
}
