//! Imports as jobs: a list is uploaded, its columns are looked at, what it would change is seen,
//! and it is taken in by a thread of this or another process, stopped, resumed, undone. The engine
//! itself is [`super::import`]: the command line goes through both as well.

mod commands;
mod files;
mod handed_out;
mod logged;
mod memory;
mod rows;
mod sheets;
mod turns;
mod undo;
mod upload;
mod work;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::commands::Asked;
pub use self::handed_out::{HandedOut, corrected_list};
pub(super) use self::memory::Memory;
pub use self::rows::{RowPage, RowQuery, RunKind};
pub use self::sheets::{GivenColumn, GivenMapping, GivenSheet};
pub(super) use self::turns::AtWork;
pub use self::upload::Upload;
use super::reads::{Reader, Reading};
use super::{Registry, RegistryError};
use crate::db::imports::{ImportQuery, ImportRow};
use crate::db::{self, AnyConnection};
use crate::domain::access::{Denied, Right};
use crate::domain::actor::{Actor, Role, User, Visibility};
use crate::domain::codes::Kind;
use crate::domain::enterprise::PublicationBasis;
use crate::domain::reading::ReadKind;
use crate::domain::region::RegionCode;

/// Its name in errors and logs.
const ENTITY: &str = "import";
/// Imports of the same bytes that are named.
const SAME_FILES: i64 = 20;
/// What an undo does to a record that is again as it was, as logged.
pub(super) const UNDONE: &str = "undo_import";

/// How an import stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    Uploaded,
    Previewing,
    Previewed,
    Importing,
    Stopping,
    Stopped,
    Done,
    Failed,
    Undoing,
    Undone,
}

impl State {
    fn name(self) -> &'static str {
        self.into()
    }

    fn is_running(self) -> bool {
        matches!(self, Self::Previewing | Self::Importing | Self::Stopping | Self::Undoing)
    }
}

/// What an import was asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "what was asked for, and how it stands")]
pub struct Options {
    pub kind: Option<Kind>,
    pub all_or_nothing: bool,
    pub publish: Option<PublicationBasis>,
    /// The day on which it began: resumed, it reads dates as it did then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    today: Option<NaiveDate>,
    /// Processes that took it up since it was asked for, but for those that found the database busy.
    #[serde(default)]
    attempts: u32,
    /// What was asked for last stores rows: it is no preview.
    #[serde(default)]
    stores: bool,
    /// It goes on: rows that it stored before have the outcome that they had then.
    #[serde(default)]
    goes_on: bool,
    /// It began as an undo.
    #[serde(default)]
    undoing: bool,
}

/// Rows by their outcomes, and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportCounts)]
pub struct Counts {
    pub read: usize,
    pub accepted: usize,
    /// Accepted, with something to look at.
    pub warned: usize,
    pub rejected: usize,
    /// No record: a sum, a heading, the same as an earlier row, or held back.
    pub skipped: usize,
    pub unchanged: usize,
    /// Records that were, or would be, made.
    pub created: usize,
    /// Records that were, or would be, revised.
    pub updated: usize,
    /// Open pairs of the queue with a record of this import; 0 in a preview, and to those who do not
    /// see the queue.
    pub duplicates: usize,
}

/// What became of the records of an import that was undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportUndo)]
pub struct UndoCounts {
    /// It had made them, and they are gone.
    pub removed: usize,
    /// It had revised them, and they are as before.
    pub restored: usize,
    /// Somebody has changed them since, or they are not the caller's to change.
    pub skipped: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct AllCounts {
    preview: Option<Counts>,
    result: Option<Counts>,
    undo: Option<UndoCounts>,
}

/// Why an import failed, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub id: String,
    pub en: String,
}

/// An import, as somebody sees it.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Uuid,
    pub name: String,
    pub size: u64,
    pub sha256: String,
    pub expires_at: Option<DateTime<Utc>>,
    /// The file is still there.
    pub available: bool,
    pub source: Option<String>,
    pub state: State,
    pub by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub options: Options,
    /// Done and total, of what runs now.
    pub progress: Option<(u64, u64)>,
    pub preview: Option<Counts>,
    pub result: Option<Counts>,
    pub undo: Option<UndoCounts>,
    pub problem: Option<Failure>,
    /// Earlier imports of the same bytes that the caller sees.
    pub same_file: Vec<Uuid>,
    /// What the sheets are taken for; None in a list, and to those who see the log only.
    pub sheets: Option<Box<RawValue>>,
}

/// A page of the log of imports.
pub struct ImportPage {
    pub items: Vec<Import>,
    /// Key of the last one, if there are more.
    pub next: Option<i64>,
    pub matched: usize,
}

/// How much of an import somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Whole,
    /// That it was, and what it changed; nothing of the file.
    Log,
}

impl Registry {
    /// A page of the imports that the actor sees, the newest first.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn imports(
        &self,
        actor: &Actor,
        below: Option<i64>,
        limit: usize,
    ) -> Result<ImportPage, RegistryError> {
        let query = ImportQuery { below, ..seen_by(actor)? };
        // One more tells whether there is a next page.
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        self.db.read(|connection| {
            let all = ImportQuery { below: None, ..query.clone() };
            let matched = db::imports::count(connection, &all)?;
            let mut rows = db::imports::list(connection, &query, most)?;
            let more = rows.len() > limit;
            rows.truncate(limit);
            let next = rows.last().filter(|_| more).map(|row| row.key);
            let items = rows
                .iter()
                .map(|row| import(connection, actor, row))
                .collect::<Result<_, RegistryError>>()?;
            Ok(ImportPage { items, next, matched: usize::try_from(matched).unwrap_or_default() })
        })
    }

    /// One import with what its columns are taken for.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn import_of<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<Import, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let (row, sight) = self.seen_import(reader.actor, id)?;
        // Who only waits for its end looks again and again.
        let samples = !state(&row)?.is_running();
        let mut shown = self.db.read(|connection| {
            let mut shown = import(connection, reader.actor, &row)?;
            if let Some(result) = shown.result.as_mut().filter(|_| reader.actor.may(Right::Decide))
            {
                let open = db::imports::records::open_pairs(connection, row.key)?;
                result.duplicates = usize::try_from(open).unwrap_or_default();
            }
            if sight == Sight::Whole {
                shown.sheets = self.sheets_of(connection, &row, samples)?;
            }
            Ok::<_, RegistryError>(shown)
        })?;
        if samples && sight == Sight::Whole && shown.sheets.is_some() {
            self.log_read(reader, began, of_import(&row, 0))?;
        }
        if sight == Sight::Whole && shown.sheets.is_none() {
            shown.sheets = Some(RawValue::from_string("[]".to_owned())?);
        }
        Ok(shown)
    }

    /// An import and how much of it the actor sees.
    fn seen_import(&self, actor: &Actor, id: Uuid) -> Result<(ImportRow, Sight), RegistryError> {
        seen_by(actor)?;
        let row = self.db.read(|connection| db::imports::by_id(connection, &id.to_string()))?;
        let none = || RegistryError::DocumentNotFound { entity: ENTITY, id: id.to_string() };
        let row = row.filter(|row| row.state != db::imports::ARRIVING).ok_or_else(none)?;
        let sight = sight(actor, &row).ok_or_else(none)?;
        Ok((row, sight))
    }

    /// The key of an import that the actor sees whole.
    pub(super) fn import_key(&self, actor: &Actor, id: Uuid) -> Result<i64, RegistryError> {
        Ok(self.own_import(actor, id)?.key)
    }

    /// An import that is the actor's to work with.
    fn own_import(&self, actor: &Actor, id: Uuid) -> Result<ImportRow, RegistryError> {
        actor.require(Right::ImportLists)?;
        let (row, sight) = self.seen_import(actor, id)?;
        if sight == Sight::Whole { Ok(row) } else { Err(RegistryError::Forbidden) }
    }

    /// Where an actor's rows may lie: their area, an officer's cooperative's regency; None: anywhere.
    fn home(&self, actor: &Actor) -> Result<Option<RegionCode>, RegistryError> {
        let Actor::User(user) = actor else { return Ok(None) };
        if user.area.is_some() || user.role != Role::CooperativeOfficer {
            return Ok(user.area.clone());
        }
        let cooperative = user.cooperative.ok_or(RegistryError::Forbidden)?.to_string();
        let region = self.db.read(|connection| {
            db::documents::responsible_region(connection, "cooperative", &cooperative)
        })?;
        Ok(Some(region.and_then(|code| code.parse().ok()).ok_or(RegistryError::Forbidden)?))
    }
}

/// A reading of an import.
fn of_import(row: &ImportRow, count: usize) -> Reading {
    Reading {
        entity_id: Some(row.id.clone()),
        region: row.area.clone(),
        count,
        ..Reading::of_many(ReadKind::Import, ENTITY)
    }
}

/// Whose imports an actor sees.
fn seen_by(actor: &Actor) -> Result<ImportQuery, Denied> {
    let within = |area: Option<&RegionCode>| Some(area.map_or(String::new(), ToString::to_string));
    let within = match (actor, actor.audits()) {
        (_, Some(Visibility::Internal { area })) => within(area.as_ref()),
        _ => {
            actor.require(Right::ImportLists)?;
            match actor {
                Actor::User(user) if actor.may(Right::Decide) => within(user.area.as_ref()),
                Actor::User(_) => None,
                _ => within(None),
            }
        }
    };
    let uploaded_by = actor.name().to_owned();
    Ok(ImportQuery { uploaded_by, within, sha256: None, below: None })
}

fn sight(actor: &Actor, row: &ImportRow) -> Option<Sight> {
    let covers = |area: Option<&RegionCode>| {
        let of: Option<RegionCode> = row.area.as_ref().and_then(|area| area.parse().ok());
        area.is_none_or(|area| of.is_some_and(|of| area.contains(&of)))
    };
    match actor {
        Actor::Operator => Some(Sight::Whole),
        Actor::User(User { email, .. })
            if actor.may(Right::ImportLists) && *email == row.uploaded_by =>
        {
            Some(Sight::Whole)
        }
        Actor::User(user)
            if actor.may(Right::ImportLists)
                && actor.may(Right::Decide)
                && covers(user.area.as_ref()) =>
        {
            Some(Sight::Whole)
        }
        _ => match actor.audits() {
            Some(Visibility::Internal { area }) if covers(area.as_ref()) => Some(Sight::Log),
            _ => None,
        },
    }
}

fn state(row: &ImportRow) -> Result<State, RegistryError> {
    row.state.parse().map_err(|_| RegistryError::Internal("a stored state of an import is known"))
}

/// A row as the actor sees it, without its sheets.
fn import(
    connection: &mut AnyConnection,
    actor: &Actor,
    row: &ImportRow,
) -> Result<Import, RegistryError> {
    let counts: AllCounts = serde_json::from_str(&row.counts)?;
    let state = state(row)?;
    let query =
        ImportQuery { sha256: Some(row.sha256.clone()), below: Some(row.key), ..seen_by(actor)? };
    let mut result = counts.result;
    // A pair tells of a record, and of a NIK, that may not be theirs to know of.
    if let Some(result) = result.as_mut().filter(|_| !actor.may(Right::Decide)) {
        result.duplicates = 0;
    }
    let same = db::imports::list(connection, &query, SAME_FILES)?;
    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Import {
        id: row.id.parse().map_err(|_| RegistryError::Internal("an id is a UUID"))?,
        name: row.name.clone(),
        size: whole(row.size),
        sha256: row.sha256.clone(),
        expires_at: row.expires_at.map(|at| at.and_utc()),
        available: row.has_file && row.wrapped_key.is_some(),
        source: row.source.clone(),
        state,
        by: row.uploaded_by.clone(),
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
        finished_at: row.finished_at.map(|at| at.and_utc()),
        options: serde_json::from_str(&row.options)?,
        progress: state.is_running().then(|| (whole(row.done), whole(row.total))),
        preview: counts.preview,
        result,
        undo: counts.undo,
        problem: row.problem.as_deref().map(serde_json::from_str).transpose()?,
        same_file: same.iter().filter_map(|row| row.id.parse().ok()).collect(),
        sheets: None,
    })
}
