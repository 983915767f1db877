//! The photos of visits: those that a submission names, kept once each whichever way they come.

use uuid::Uuid;

use super::photos;
use super::sent::told_with;
use super::visits::no_visit;
use crate::db::campaigns::visits::{VisitChange, VisitRow};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::fault::{Fault, FieldFault};
use crate::registry::{Registry, RegistryError};

/// A photo by the name that its submission gives it, as it is kept; None: no picture.
pub(super) type Picture = (String, Option<Vec<u8>>);

/// The photos that a visit names.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitPhotos {
    /// Names of those that came.
    pub photos: Vec<String>,
    /// Names of those that have not come.
    pub missing: Vec<String>,
}

impl Registry {
    /// Adds photos to what somebody filled in on a page: all of them, or none. One that is there
    /// already stays as it is.
    ///
    /// # Errors
    /// Not allowed; not found, also where it is not their own; a name that the visit does not speak
    /// of; no picture; erased meanwhile.
    pub fn add_photos(
        &self,
        actor: &Actor,
        id: Uuid,
        files: Vec<(String, Vec<u8>)>,
    ) -> Result<VisitPhotos, RegistryError> {
        actor.require(Right::SubmitVisits)?;
        let named = self.db.read(|connection| {
            let row = own_visit(connection, actor, id)?;
            Ok::<_, RegistryError>(db::campaigns::visits::photos(connection, &row.id)?)
        })?;
        let mut faults = Vec::new();
        if files.is_empty() {
            faults.push(FieldFault::new("body", Fault::Required));
        }
        let mut pictures = Vec::new();
        for (name, bytes) in files {
            if !named.iter().any(|row| row.name == name) {
                let names: Vec<&str> = named.iter().map(|row| row.name.as_str()).collect();
                let (value, allowed) = (name.clone(), names.join(", "));
                faults.push(FieldFault::new(name, Fault::UnknownCode { value, allowed }));
                continue;
            }
            match photos::plain(&bytes) {
                Some(picture) => pictures.push((name, Some(picture))),
                None => {
                    let fault = Fault::Unreadable { message: "JPEG, PNG".into() };
                    faults.push(FieldFault::new(name, fault));
                }
            }
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        self.db.write(|tx| {
            let row = db::campaigns::visits::for_update(tx, &id.to_string())?;
            let row = row.ok_or_else(|| no_visit(id))?;
            self.keep_photos(tx, &row, &pictures)?;
            photos_of(tx, &row.id)
        })
    }

    /// A photo of a visit: JPEG.
    ///
    /// # Errors
    /// As [`Self::visit`]; gone.
    pub fn visit_photo(
        &self,
        actor: &Actor,
        id: Uuid,
        name: &str,
    ) -> Result<Vec<u8>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        let (stored, key) = self.db.read(|tx| {
            let row = Self::seen_visit(tx, actor, id)?;
            let photos = db::campaigns::visits::photos(tx, &row.id)?;
            let stored = photos.into_iter().find(|photo| photo.name == name);
            let stored = stored.and_then(|photo| photo.stored).ok_or_else(|| no_visit(id))?;
            let wrapped = row.wrapped_key.ok_or(RegistryError::FileGone)?;
            let key = self.vault.file_key(tx, format!("visit {}", row.id), &wrapped)?;
            Ok::<_, RegistryError>((stored, key))
        })?;
        photos::open(&photos::folder(self.db.url()), &stored, &key)
    }

    /// Keeps photos that came; what is no picture is told.
    pub(super) fn keep_photos(
        &self,
        tx: &mut AnyConnection,
        visit: &VisitRow,
        pictures: &[Picture],
    ) -> Result<(), RegistryError> {
        if pictures.is_empty() {
            return Ok(());
        }
        let expected = db::campaigns::visits::photos(tx, &visit.id)?;
        let wrapped = visit.wrapped_key.as_deref().ok_or(RegistryError::FileGone)?;
        let key = self.vault.file_key(tx, format!("visit {}", visit.id), wrapped)?;
        let folder = photos::folder(self.db.url());
        let mut faults: Vec<FieldFault> = Vec::new();
        for (name, picture) in pictures {
            // Only what the form names, and once.
            let Some(number) = expected.iter().position(|row| row.name == *name) else { continue };
            if expected[number].stored.is_some() {
                continue;
            }
            let number = i32::try_from(number).unwrap_or(i32::MAX);
            let row = match picture {
                Some(picture) => {
                    photos::store(&folder, &visit.id, (number, name), &key, picture.clone())?
                }
                None => {
                    let fault = Fault::Unreadable { message: "JPEG, PNG".into() };
                    faults.push(FieldFault::new(name.clone(), fault));
                    continue;
                }
            };
            db::campaigns::visits::put_photo(tx, &row)?;
        }
        if !faults.is_empty() {
            let problems = told_with(&visit.problems, &faults)?;
            let change = VisitChange { problems, ..VisitChange::from(visit) };
            db::campaigns::visits::update(tx, &visit.id, &change)?;
        }
        Ok(())
    }

    /// Takes files of photos away. Nobody has their keys any more: one that stays says nothing.
    pub(in crate::registry) fn remove_photos(&self, files: &[String]) {
        let folder = photos::folder(self.db.url());
        for file in files {
            if let Err(error) = std::fs::remove_file(folder.join(file)) {
                tracing::warn!(%error, file, "a photo could not be removed");
            }
        }
    }
}

/// A visit that somebody sent in themselves.
fn own_visit(
    connection: &mut AnyConnection,
    actor: &Actor,
    id: Uuid,
) -> Result<VisitRow, RegistryError> {
    let row = Registry::seen_visit(connection, actor, id)?;
    if row.enumerator == actor.name() { Ok(row) } else { Err(no_visit(id)) }
}

/// Which photos of a visit came, and which have not.
pub(super) fn photos_of(
    connection: &mut AnyConnection,
    visit_id: &str,
) -> Result<VisitPhotos, RegistryError> {
    let rows = db::campaigns::visits::photos(connection, visit_id)?;
    let (came, waited): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.stored.is_some());
    let names =
        |rows: Vec<db::campaigns::visits::PhotoRow>| rows.into_iter().map(|row| row.name).collect();
    Ok(VisitPhotos { photos: names(came), missing: names(waited) })
}
