//! What a person asks of an import: each only says so in the log; a thread does it (`work`).

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AllCounts, Import, Options, State, state};
use crate::db;
use crate::db::imports::{ImportChange, ImportRow};
use crate::domain::access::Right;
use crate::domain::codes::{BasisKind, Kind};
use crate::domain::enterprise::PublicationBasis;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::projection::jakarta_date;
use crate::registry::reads::Reader;
use crate::registry::{Registry, RegistryError};

/// Longest reason and basis, in characters.
const LONGEST: usize = 500;

/// How a list is to be taken in.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportStart)]
pub struct Asked {
    /// On whose list the rows stand, where no column says.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Store nothing if any row is rejected.
    #[serde(default)]
    pub all_or_nothing: bool,
    /// Publish what comes in: for who decides.
    #[serde(default)]
    pub publish: Option<AskedBasis>,
}

/// On what ground it may be public.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportBasis)]
pub struct AskedBasis {
    pub kind: BasisKind,
    /// The consent, the decree or the source.
    #[schema(min_length = 1, max_length = 500)]
    pub text: String,
}

impl Registry {
    /// Has seen what would become of each row.
    ///
    /// # Errors
    /// Not allowed; not found; while something runs; without its file.
    pub fn preview_import<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        asked: Asked,
    ) -> Result<Import, RegistryError> {
        let from = [State::Uploaded, State::Previewed, State::Stopped, State::Failed, State::Done];
        self.ask_for_run(reader.into(), id, asked, ("preview", &from, State::Previewing))
    }

    /// Takes the list in; one that was stopped or failed goes on.
    ///
    /// # Errors
    /// As [`Registry::preview_import`]; [`RegistryError::Forbidden`] where who asks may not publish.
    pub fn start_import<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        asked: Asked,
    ) -> Result<Import, RegistryError> {
        let from = [State::Uploaded, State::Previewed, State::Stopped, State::Failed, State::Done];
        self.ask_for_run(reader.into(), id, asked, ("start", &from, State::Importing))
    }

    fn ask_for_run(
        &self,
        reader: Reader,
        id: Uuid,
        asked: Asked,
        (action, from, to): (&'static str, &[State], State),
    ) -> Result<Import, RegistryError> {
        let row = self.own_import(reader.actor, id)?;
        if asked.publish.is_some() {
            reader.actor.require(Right::Decide)?;
        }
        let today = jakarta_date(self.clock.now());
        let nothing_said = asked == Asked::default();
        let publish = match asked.publish {
            None => None,
            Some(AskedBasis { kind, text }) => {
                let text = sentence("publish.text", &text)?;
                Some(PublicationBasis { kind, text, on: today })
            }
        };
        self.db.write(|tx| {
            let row = db::imports::for_update(tx, row.key)?;
            require_state(action, &row, from)?;
            if !row.has_file || row.wrapped_key.is_none() {
                return Err(RegistryError::FileGone);
            }
            let before: Options = serde_json::from_str(&row.options)?;
            let stores = to == State::Importing;
            let goes_on = matches!(state(&row)?, State::Stopped | State::Failed)
                && stores
                && before.stores
                && !before.undoing;
            let said = Options {
                kind: asked.kind,
                all_or_nothing: asked.all_or_nothing,
                publish,
                ..Options::default()
            };
            // What goes on without a word does as it was told, and reads dates as it did.
            let kept = goes_on && nothing_said;
            let mut options = Options {
                today: before.today.filter(|_| goes_on).or(Some(today)),
                stores,
                goes_on,
                ..said
            };
            if kept {
                options.kind = before.kind;
                options.all_or_nothing = before.all_or_nothing;
                options.publish = before.publish;
            }
            if options.publish.is_some() {
                reader.actor.require(Right::Decide)?;
            }
            let counts: AllCounts = serde_json::from_str(&row.counts)?;
            let counts = match to {
                State::Previewing => AllCounts { preview: None, ..counts },
                _ => AllCounts { result: None, undo: None, ..counts },
            };
            let change = ImportChange {
                actor: reader.actor.name().to_owned(),
                state: to.name().to_owned(),
                options: serde_json::to_string(&options)?,
                counts: serde_json::to_string(&counts)?,
                done: 0,
                total: 0,
                problem: None,
                cursor: String::new(),
                updated_at: self.clock.now_naive(),
                finished_at: None,
                ..row.clone().into()
            };
            Ok(db::imports::update(tx, row.key, &change)?)
        })?;
        self.import_of(reader, id)
    }

    /// Stops what runs: what was stored stays.
    ///
    /// # Errors
    /// Not allowed; not found; nothing runs.
    pub fn stop_import<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<Import, RegistryError> {
        let reader = reader.into();
        let row = self.own_import(reader.actor, id)?;
        self.db.write(|tx| {
            let row = db::imports::for_update(tx, row.key)?;
            let from = [State::Previewing, State::Importing, State::Undoing, State::Stopping];
            require_state("stop", &row, &from)?;
            let mut options: Options = serde_json::from_str(&row.options)?;
            options.undoing |= state(&row)? == State::Undoing;
            let change = ImportChange {
                state: State::Stopping.name().to_owned(),
                options: serde_json::to_string(&options)?,
                updated_at: self.clock.now_naive(),
                ..row.clone().into()
            };
            Ok::<_, RegistryError>(db::imports::update(tx, row.key, &change)?)
        })?;
        self.import_of(reader, id)
    }

    /// Takes back what an import did. One whose undo was stopped goes on.
    ///
    /// # Errors
    /// Not allowed; not found; while something runs; without a reason.
    pub fn undo_import<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        reason: &str,
    ) -> Result<Import, RegistryError> {
        let reader = reader.into();
        let row = self.own_import(reader.actor, id)?;
        let reason = sentence("reason", reason)?;
        self.db.write(|tx| {
            let mut row = db::imports::for_update(tx, row.key)?;
            // One that was looked at again since it was stopped or done has changed something.
            let any = !db::imports::records::after(tx, row.key, "", 1)?.is_empty();
            let from: &[State] = if any {
                &[State::Done, State::Stopped, State::Failed, State::Uploaded, State::Previewed]
            } else {
                &[State::Done, State::Stopped, State::Failed]
            };
            require_state("undo", &row, from)?;
            let mut options: Options = serde_json::from_str(&row.options)?;
            if row.wrapped_key.is_none() {
                // For the report on what was skipped.
                self.new_key(tx, &mut row)?;
                row.expires_at = Some(self.clock.now_naive() + super::upload::KEPT);
            }
            let mut counts: AllCounts = serde_json::from_str(&row.counts)?;
            if !options.undoing {
                row.cursor = String::new();
                counts.undo = None;
                db::imports::files::remove(tx, row.key, "undo")?;
            }
            (options.undoing, options.attempts) = (true, 0);
            let change = ImportChange {
                actor: reader.actor.name().to_owned(),
                state: State::Undoing.name().to_owned(),
                options: serde_json::to_string(&options)?,
                counts: serde_json::to_string(&counts)?,
                done: 0,
                total: 0,
                problem: None,
                reason: Some(reason),
                updated_at: self.clock.now_naive(),
                finished_at: None,
                ..row.clone().into()
            };
            Ok::<_, RegistryError>(db::imports::update(tx, row.key, &change)?)
        })?;
        self.import_of(reader, id)
    }

    /// Takes the stored file and the reports away now.
    ///
    /// # Errors
    /// Not allowed; not found; while something runs.
    pub fn delete_import_file<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<(), RegistryError> {
        let row = self.own_import(reader.into().actor, id)?;
        let state = state(&row)?;
        if state.is_running() {
            let (action, field, value) = ("delete", "state", state.name());
            return Err(RegistryError::WrongTransition { action, field, value });
        }
        if self.remove_files(row.key)? {
            return Ok(());
        }
        // It was begun meanwhile.
        let (action, field, value) = ("delete", "state", State::Importing.name());
        Err(RegistryError::WrongTransition { action, field, value })
    }
}

fn require_state(
    action: &'static str,
    row: &ImportRow,
    from: &[State],
) -> Result<(), RegistryError> {
    let state = state(row)?;
    if from.contains(&state) {
        return Ok(());
    }
    Err(RegistryError::WrongTransition { action, field: "state", value: state.name() })
}

/// What a person must say.
fn sentence(field: &'static str, text: &str) -> Result<String, RegistryError> {
    let text = text.trim();
    let fault = match text.chars().count() {
        0 => Fault::Required,
        1..=LONGEST => return Ok(text.to_owned()),
        _ => Fault::TooLong { max: LONGEST },
    };
    Err(RegistryError::Invalid(vec![FieldFault::new(field, fault)]))
}
