//! Taking in a list: read, understand, check, store; and a report that accounts for every row.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::intake::{Incoming, Load, Origin, Outcome};
use super::{Registry, RegistryError};
use crate::db;
use crate::domain::actor::Actor;
use crate::domain::codes::Kind;
use crate::domain::enterprise::{Draft, PublicationBasis, Source};
use crate::domain::fault::{Fault, FieldFault, Lang};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::domain::restricted::Restricted;
use crate::domain::text::{hex, squash};
use crate::exchange::columns::{Field, Mapping};
use crate::exchange::table::{self, Sheet};
use crate::exchange::understand::{self, Context, Message, Understood};

/// What a list's regency is taken to be, where this share of its rows lies in it.
const MAJORITY: f64 = 0.8;

/// What an import is asked for.
pub struct ImportOptions {
    /// The file's name, for the record's sources.
    pub name: String,
    /// Store nothing, only say what would become of each row.
    pub dry_run: bool,
    /// On whose list the rows stand, where no column says.
    pub kind: Option<Kind>,
    pub publish: Option<PublicationBasis>,
}

/// What became of a file: each row stands under exactly one outcome.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub file: String,
    pub dry_run: bool,
    pub read: usize,
    pub accepted: usize,
    pub warned: usize,
    pub rejected: usize,
    pub skipped: usize,
    pub unchanged: usize,
    /// Which field each column was taken for; null for one that nobody knows.
    pub columns: Vec<ColumnReport>,
    pub rows: Vec<RowReport>,
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    pub header: String,
    pub field: Option<&'static str>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowReport {
    pub row: usize,
    pub sheet: Option<String>,
    pub outcome: RowOutcome,
    pub id: Option<Uuid>,
    pub messages: Vec<RowMessage>,
}

/// The outcomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    Accepted,
    /// Accepted, with something to look at.
    Warned,
    Rejected,
    /// The same as an earlier row of the file.
    Skipped,
    /// Taken in before, and nothing is new.
    Unchanged,
}

/// Something a person should know of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowMessage {
    /// The column's header, or the field where no column is to blame.
    pub field: String,
    pub value: String,
    pub code: &'static str,
    pub text: String,
}

impl Report {
    fn add(&mut self, row: RowReport) {
        self.read += 1;
        *match row.outcome {
            RowOutcome::Accepted => &mut self.accepted,
            RowOutcome::Warned => &mut self.warned,
            RowOutcome::Rejected => &mut self.rejected,
            RowOutcome::Skipped => &mut self.skipped,
            RowOutcome::Unchanged => &mut self.unchanged,
        } += 1;
        self.rows.push(row);
    }
}

/// A row on its way in.
struct Pending {
    report: RowReport,
    incoming: Option<Incoming>,
}

impl Registry {
    /// Takes in a list. `progress` is told how many of how many rows are through, and stops the
    /// import by answering false: what was stored stays, and the same file again goes on from there.
    ///
    /// # Errors
    /// A file that cannot be read as a list; [`RegistryError::Stopped`]; the database's.
    pub fn import(
        &self,
        actor: &Actor,
        bytes: &[u8],
        options: &ImportOptions,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<Report, RegistryError> {
        let sheets =
            table::read(bytes).map_err(|error| RegistryError::UnreadableFile(error.to_string()))?;
        let reference = self.reference();
        let mut report =
            Report { file: options.name.clone(), dry_run: options.dry_run, ..Report::default() };
        let mut pending: Vec<Pending> = Vec::new();
        for sheet in &sheets {
            let mapping = Mapping::of(&sheet.header);
            report.columns.extend(mapping.columns().map(|(header, field)| ColumnReport {
                sheet: sheet.name.clone(),
                header: header.to_owned(),
                field: field.map(Field::name),
            }));
            pending.extend(self.understand(sheet, &mapping, &reference, options));
        }
        skip_repeated(&mut pending);
        let total = pending.len();
        let ready: Vec<usize> = (0..total).filter(|&at| pending[at].incoming.is_some()).collect();
        let rows: Vec<Incoming> =
            ready.iter().filter_map(|&at| pending[at].incoming.take()).collect();
        let outcomes = if options.dry_run {
            self.foresee(&rows)?
        } else {
            let job_id = super::writing::new_id(self.clock.now()).to_string();
            let load = Load {
                actor,
                job_id: &job_id,
                reason: &options.name,
                sample: false,
                publish: options.publish.clone(),
            };
            let through = total - rows.len();
            let mut outcomes: Vec<Outcome> = Vec::with_capacity(rows.len());
            self.load(&load, rows.into_iter().map(Ok), |batch| {
                outcomes.extend_from_slice(batch);
                progress(through + outcomes.len(), total)
            })?;
            self.find_duplicates_after_load();
            outcomes
        };
        for (at, outcome) in ready.into_iter().zip(outcomes) {
            settle(&mut pending[at].report, outcome);
        }
        progress(total, total);
        for row in pending {
            report.add(row.report);
        }
        Ok(report)
    }

    fn understand(
        &self,
        sheet: &Sheet,
        mapping: &Mapping,
        reference: &Reference,
        options: &ImportOptions,
    ) -> Vec<Pending> {
        let mut context = Context { regency: None, kind: options.kind };
        let mut understood: Vec<Understood> = sheet
            .rows
            .iter()
            .map(|row| understand::row(mapping, &row.cells, reference, &context))
            .collect();
        // Rows whose place is open are read again in the light of where the others lie.
        context.regency = majority(&understood);
        if context.regency.is_some() {
            for (row, before) in
                sheet.rows.iter().zip(&mut understood).filter(|(_, row)| row.ambiguous)
            {
                *before = understand::row(mapping, &row.cells, reference, &context);
            }
        }
        let pending = sheet.rows.iter().zip(understood).map(|(row, understood)| {
            let Understood { draft, messages, .. } = understood;
            let mut messages: Vec<RowMessage> = messages.into_iter().map(message).collect();
            let source = Source {
                name: options.name.clone(),
                sheet: sheet.name.clone(),
                row: Some(row.number),
            };
            let (outcome, incoming) = match self.checked(draft, reference) {
                Ok(draft) => {
                    let outcome =
                        if messages.is_empty() { RowOutcome::Accepted } else { RowOutcome::Warned };
                    (outcome, Some(incoming(draft, source)))
                }
                Err(RegistryError::Invalid(faults)) => {
                    let of_region = |message: &RowMessage| {
                        matches!(message.code, "region_unknown" | "region_ambiguous")
                    };
                    let region_told = messages.iter().any(of_region);
                    let told = |fault: &FieldFault| fault.field == "region" && region_told;
                    let untold: Vec<RowMessage> = faults
                        .into_iter()
                        .filter(|fault| !told(fault))
                        .map(|fault| message(Message { fault, value: String::new() }))
                        .collect();
                    messages.extend(untold);
                    (RowOutcome::Rejected, None)
                }
                Err(other) => {
                    let fault = FieldFault::new("", Fault::Stored { message: other.to_string() });
                    messages.push(message(Message { fault, value: String::new() }));
                    (RowOutcome::Rejected, None)
                }
            };
            let report = RowReport {
                row: row.number,
                sheet: sheet.name.clone(),
                outcome,
                id: None,
                messages,
            };
            Pending { report, incoming }
        });
        pending.collect()
    }

    /// What a load would answer, without storing anything.
    fn foresee(&self, rows: &[Incoming]) -> Result<Vec<Outcome>, RegistryError> {
        let mut known: HashMap<String, (String, Uuid)> = HashMap::new();
        for batch in rows.chunks(500) {
            let identities: Vec<&str> =
                batch.iter().filter_map(|row| row.origin.listed()).map(|(who, _)| who).collect();
            let found =
                self.db.read(|connection| db::intake::by_identities(connection, &identities))?;
            known.extend(found.into_iter().filter_map(|row| {
                let id = row.enterprise_id.parse().ok()?;
                Some((row.identity, (row.content, id)))
            }));
        }
        let outcome = |row: &Incoming| {
            let listed = row.origin.listed();
            match listed.and_then(|(who, says)| Some((known.get(who)?, says))) {
                Some(((content, id), says)) if content == says => Outcome::Unchanged(*id),
                Some(((_, id), _)) => Outcome::Updated(*id),
                None => Outcome::Created(Uuid::nil()),
            }
        };
        Ok(rows.iter().map(outcome).collect())
    }
}

fn settle(report: &mut RowReport, outcome: Outcome) {
    match outcome {
        Outcome::Created(id) | Outcome::Updated(id) => {
            report.id = Some(id).filter(|id| !id.is_nil());
        }
        Outcome::Unchanged(id) => {
            report.id = Some(id);
            report.outcome = RowOutcome::Unchanged;
        }
        Outcome::Failed(reason) => {
            let fault = FieldFault::new("", Fault::Stored { message: reason });
            report.messages.push(message(Message { fault, value: String::new() }));
            report.outcome = RowOutcome::Rejected;
        }
    }
}

/// Reports speak Indonesian: they go back to the offices.
fn message(message: Message) -> RowMessage {
    RowMessage {
        field: message.fault.field,
        value: message.value,
        code: message.fault.fault.code(),
        text: message.fault.fault.text(Lang::Id),
    }
}

fn incoming(draft: Draft, source: Source) -> Incoming {
    let identity = identity(&draft);
    let content = hash(&serde_json::to_string(&draft).unwrap_or_default());
    let origin = Origin::Listed { identity, content };
    Incoming { origin, draft, restricted: Restricted::default(), source }
}

/// Who a row is about: its NIB and place, else its name, owner and village; where those are not all
/// known, with its address and products.
fn identity(draft: &Draft) -> String {
    let region = draft.region.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(nib) = &draft.nib {
        return hash(&format!("nib|{}|{region}", nib.as_str()));
    }
    let owner = draft.owners.first().map(|owner| squash(&owner.name)).unwrap_or_default();
    let known = format!("name|{}|{owner}|{region}", squash(&draft.name));
    let narrow = draft.region.as_ref().is_some_and(|region| region.level() == Level::Village);
    if narrow && !owner.is_empty() {
        return hash(&known);
    }
    // A name alone, or one in a whole district, is that of many: what else is said tells them apart.
    let address = draft.address.as_deref().map(squash).unwrap_or_default();
    let products: Vec<String> =
        draft.products.iter().map(|product| squash(&product.name)).collect();
    hash(&format!("{known}|{address}|{}", products.join("|")))
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text)[..16])
}

/// A row that repeats an earlier one word for word is skipped. One that is about the same but says
/// something else is kept beside it, numbered, and comes out the same when the file comes again.
fn skip_repeated(pending: &mut [Pending]) {
    let mut seen: HashMap<String, Vec<(String, usize)>> = HashMap::new();
    for row in pending {
        let Some(Incoming { origin: Origin::Listed { identity, content }, .. }) = &mut row.incoming
        else {
            continue;
        };
        let earlier = seen.entry(identity.clone()).or_default();
        if let Some((_, number)) = earlier.iter().find(|(says, _)| says == content) {
            let fault = FieldFault::new("", Fault::SameAsRow { row: *number });
            row.report.messages = vec![message(Message { fault, value: String::new() })];
            row.report.outcome = RowOutcome::Skipped;
            row.incoming = None;
            continue;
        }
        earlier.push((content.clone(), row.report.row));
        if earlier.len() > 1 {
            *identity = format!("{identity}#{}", earlier.len());
        }
    }
}

/// The regency where most rows of settled place lie.
fn majority(rows: &[Understood]) -> Option<RegionCode> {
    let settled =
        rows.iter().filter(|row| !row.ambiguous).filter_map(|row| row.draft.region.as_ref());
    let mut counts: HashMap<RegionCode, usize> = HashMap::new();
    for regency in settled.filter_map(|region| region.at(Level::Regency)) {
        *counts.entry(regency).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let (regency, most) =
        counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)))?;
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    let share = most as f64 / all as f64;
    (share >= MAJORITY).then_some(regency)
}
