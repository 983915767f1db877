//! A file that is being sent: hashed, cut into pieces, encrypted and stored as it comes.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::files::{FILE, PIECE};
use super::{AllCounts, Import, Options, State};
use crate::db;
use crate::db::imports::{ARRIVING, ImportChange, NewImport};
use crate::domain::access::Right;
use crate::domain::actor::Actor;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::text::hex;
use crate::exchange::sheet::Limits;
use crate::registry::reads::Reader;
use crate::registry::vault::FileKey;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError, import};

/// How long files and reports are kept.
pub(super) const KEPT: TimeDelta = TimeDelta::days(30);
/// How long an upload may take at most before what is there of it is taken away.
const UPLOAD: TimeDelta = TimeDelta::days(1);
/// Longest name of a file and of a source, in characters.
const LONGEST: usize = 200;

/// A file that is being sent.
pub struct Upload {
    key: i64,
    id: Uuid,
    file_key: FileKey,
    hash: Sha256,
    size: usize,
    /// Not stored yet.
    waiting: Vec<u8>,
    pieces: i32,
}

impl Upload {
    /// How many bytes have come.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether so many more bytes make a piece whole, which is then stored.
    pub fn completes_with(&self, bytes: usize) -> bool {
        self.waiting.len() + bytes >= PIECE
    }

    /// Most bytes of a file.
    pub fn most() -> usize {
        Limits::default().file_bytes
    }
}

impl Registry {
    /// Begins to take a file.
    ///
    /// # Errors
    /// Not allowed; a name or source that is none.
    pub fn begin_upload(
        &self,
        actor: &Actor,
        name: &str,
        source: Option<&str>,
    ) -> Result<Upload, RegistryError> {
        actor.require(Right::ImportLists)?;
        let name = name_of("name", name)?;
        let source = source.map(|source| name_of("source", source)).transpose()?;
        let area = self.home(actor)?.map(|area| area.to_string());
        let now = self.clock.now();
        let id = new_id(now);
        self.db.write(|tx| {
            let (file_key, wrapped) = self.vault.new_file_key(tx, format!("import {id}"))?;
            let row = NewImport {
                id: id.to_string(),
                name,
                size: 0,
                sha256: String::new(),
                source,
                uploaded_by: actor.name().to_owned(),
                area,
                actor: actor.name().to_owned(),
                state: ARRIVING.to_owned(),
                options: serde_json::to_string(&Options::default())?,
                counts: serde_json::to_string(&AllCounts::default())?,
                done: 0,
                total: 0,
                cursor: String::new(),
                wrapped_key: Some(wrapped),
                has_file: true,
                created_at: now.naive_utc(),
                updated_at: now.naive_utc(),
                expires_at: Some((now + UPLOAD).naive_utc()),
                lease_owner: None,
                lease_until: None,
            };
            let key = db::imports::insert(tx, &row)?;
            let (hash, waiting) = (Sha256::new(), Vec::with_capacity(PIECE));
            Ok(Upload { key, id, file_key, hash, size: 0, waiting, pieces: 0 })
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// The database's.
    pub fn continue_upload(
        &self,
        upload: &mut Upload,
        mut bytes: &[u8],
    ) -> Result<(), RegistryError> {
        upload.hash.update(bytes);
        upload.size += bytes.len();
        while !bytes.is_empty() {
            let room = (PIECE - upload.waiting.len()).min(bytes.len());
            upload.waiting.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
            if upload.waiting.len() == PIECE {
                self.store_piece(upload)?;
            }
        }
        Ok(())
    }

    fn store_piece(&self, upload: &mut Upload) -> Result<(), RegistryError> {
        let data = std::mem::replace(&mut upload.waiting, Vec::with_capacity(PIECE));
        let place = (upload.key, FILE, upload.pieces);
        self.db.write(|tx| Self::add_piece(tx, &upload.file_key, place, String::new(), data))?;
        upload.pieces += 1;
        Ok(())
    }

    /// Takes nothing more, and nothing of what came.
    ///
    /// # Errors
    /// The database's: then it goes when it expires.
    pub fn abandon_upload(&self, upload: &Upload) -> Result<(), RegistryError> {
        self.remove_files(upload.key).map(drop)
    }

    /// Ends an upload: proposes what the columns are.
    ///
    /// # Errors
    /// A file that is no list: nothing of it is kept then.
    pub fn end_upload<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        mut upload: Upload,
    ) -> Result<Import, RegistryError> {
        let reader = reader.into();
        if !upload.waiting.is_empty() {
            self.store_piece(&mut upload)?;
        }
        let sha256 = hex(&upload.hash.clone().finalize());
        let row = self.db.write(|tx| {
            let row = db::imports::for_update(tx, upload.key)?;
            let size = i64::try_from(upload.size).unwrap_or(i64::MAX);
            db::imports::update(tx, row.key, &ImportChange { size, sha256, ..row.into() })?;
            db::imports::for_update(tx, upload.key)
        })?;
        let place = self.memory.place(upload.size);
        let proposed = place.and_then(|_place| {
            let bytes = self.file_of(&row)?;
            let file = import::read(&bytes)?;
            drop(bytes);
            self.proposed(&row, &file)
        });
        let proposed = match proposed {
            Ok(proposed) => proposed,
            Err(error) => {
                self.abandon_upload(&upload)?;
                return Err(error);
            }
        };
        let kept = self.db.write(|tx| {
            // Its key may have been destroyed meanwhile, for a person who was erased.
            let row = db::imports::for_update(tx, upload.key)?;
            self.keep_sheets(tx, &row, &proposed)?;
            let now = self.clock.now();
            let change = ImportChange {
                state: State::Uploaded.name().to_owned(),
                updated_at: now.naive_utc(),
                expires_at: Some((now + KEPT).naive_utc()),
                ..row.into()
            };
            Ok::<_, RegistryError>(db::imports::update(tx, upload.key, &change)?)
        });
        if let Err(error) = kept {
            self.abandon_upload(&upload)?;
            return Err(error);
        }
        self.import_of(reader, upload.id)
    }
}

/// A name as it may be kept: one line, no path.
fn name_of(field: &'static str, text: &str) -> Result<String, RegistryError> {
    let bare = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let text = if field == "name" { bare } else { text }.trim();
    let fault = if text.is_empty() || text.chars().any(char::is_control) {
        Some(Fault::Required)
    } else if text.chars().count() > LONGEST {
        Some(Fault::TooLong { max: LONGEST })
    } else {
        None
    };
    match fault {
        Some(fault) => Err(RegistryError::BadParameters(vec![FieldFault::new(field, fault)])),
        None => Ok(text.to_owned()),
    }
}
