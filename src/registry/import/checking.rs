//! From a row that was understood to one that may be stored, with the report on it.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::report::{RowMessage, RowOutcome, RowReport};
use super::{ImportOptions, identity};
use crate::domain::actor::{Actor, Role, Whose};
use crate::domain::cell_fault::CellFault;
use crate::domain::enterprise::{Draft, Source};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::reference::Reference;
use crate::domain::restricted::{self, Restricted};
use crate::domain::text::hex;
use crate::exchange::list::{Listed, ListedRow, Sheet};
use crate::exchange::mapping::Field;
use crate::exchange::understand::{Message, RecordId, Understood};
use crate::registry::intake::{Incoming, Named, Origin, Outcome};
use crate::registry::{Registry, RegistryError};

/// Checks the rows of one file in their order.
pub struct Checking<'a> {
    registry: &'a Registry,
    actor: &'a Actor,
    reference: Arc<Reference>,
    options: &'a ImportOptions,
    pub rows: Vec<RowReport>,
    /// Records that were, or would be, made and revised.
    pub created: usize,
    pub updated: usize,
    /// Places of the rows that may be stored.
    ready: Vec<usize>,
    /// By whom a row is about: what it said, and its number.
    seen: HashMap<u128, (u128, usize)>,
    /// The same of later rows about the same.
    again: HashMap<u128, Vec<(u128, usize)>>,
    /// Records that rows name, and these rows.
    named: HashMap<Uuid, usize>,
    sheet: Option<Arc<str>>,
}

impl<'a> Checking<'a> {
    pub fn new(registry: &'a Registry, actor: &'a Actor, options: &'a ImportOptions) -> Self {
        Self {
            registry,
            actor,
            reference: registry.reference(),
            options,
            rows: Vec::new(),
            created: 0,
            updated: 0,
            ready: Vec::new(),
            seen: HashMap::new(),
            again: HashMap::new(),
            named: HashMap::new(),
            sheet: None,
        }
    }

    /// Reports on a row; gives back what may be stored.
    pub fn take(
        &mut self,
        sheet: &Sheet,
        row: ListedRow,
    ) -> Result<Option<Incoming>, RegistryError> {
        if self.sheet.as_deref() != sheet.name() {
            self.sheet = sheet.name().map(Arc::from);
        }
        let mut report = RowReport {
            row: row.number,
            sheet: self.sheet.clone(),
            outcome: RowOutcome::Skipped,
            id: None,
            messages: Vec::new(),
        };
        let incoming = match row.what {
            Listed::Record(understood) => self.record(sheet, *understood, &mut report)?,
            Listed::Skipped(fault) => {
                report.messages.push(FieldFault::new("", fault.into()).into());
                None
            }
            Listed::Refused(fault) => {
                report.outcome = RowOutcome::Rejected;
                report.messages.push(FieldFault::new("", fault.into()).into());
                None
            }
        };
        if incoming.is_some() {
            self.ready.push(self.rows.len());
        }
        self.rows.push(report);
        Ok(incoming)
    }

    fn record(
        &mut self,
        sheet: &Sheet,
        understood: Understood,
        report: &mut RowReport,
    ) -> Result<Option<Incoming>, RegistryError> {
        let Understood { mut draft, restricted, messages, record, .. } = understood;
        let addressed = sheet.is_addressed();
        let told = |message: Message| RowMessage::of(message, report.row, addressed);
        report.messages = messages.into_iter().map(told).collect();
        report.outcome = RowOutcome::Rejected;
        if let Actor::User(user) = self.actor {
            draft.cooperative = draft.cooperative.or(user.cooperative);
        }
        let draft = match self.registry.checked(draft, &self.reference) {
            Ok(draft) => draft,
            Err(RegistryError::Invalid(faults)) => {
                Self::reject(sheet, faults, report);
                return Ok(None);
            }
            Err(other) => return Err(other),
        };
        if let Some(fault) = self.not_theirs(&draft) {
            Self::reject(sheet, vec![FieldFault::new("region", fault.into())], report);
            return Ok(None);
        }
        let record = match record {
            RecordId::Unstated => None,
            RecordId::Stated(id) => Some(id),
            RecordId::Unreadable => return Ok(None),
        };
        if let Some(id) = record {
            if let Some(&row) = self.named.get(&id) {
                let fault = CellFault::RecordTwice { row };
                Self::reject(sheet, vec![FieldFault::new("id", fault.into())], report);
                return Ok(None);
            }
            self.named.insert(id, report.row);
        }
        let restricted = Self::sound(restricted, &draft, report);
        let keyed = if restricted == Restricted::default() {
            String::new()
        } else {
            // A dry run makes no key; without one nothing can have come in before.
            let (vault, db) = (&self.registry.vault, &self.registry.db);
            let known = vault.fingerprint(db, &restricted, !self.options.dry_run)?;
            known.map_or_else(|| "new".to_owned(), |hash| hex(&hash))
        };
        report.outcome =
            if report.messages.is_empty() { RowOutcome::Accepted } else { RowOutcome::Warned };
        let content = identity::content(&draft, &keyed);
        let who = identity::of(&draft);
        // An officer's rows are told of no record but those of their cooperative's lists.
        let who = match self.actor {
            Actor::User(user) if user.role == Role::CooperativeOfficer => {
                identity::of_member(who, user.cooperative)
            }
            _ => who,
        };
        let Some(identity) = self.identity(who, content, record.is_some(), report) else {
            return Ok(None);
        };
        let source = Source {
            name: self.options.name.clone(),
            sheet: self.sheet.as_deref().map(str::to_owned),
            row: Some(report.row),
        };
        let record = record.map(|id| Named { id, identity: identity::of_record(id) });
        let origin = Origin::Listed { identity, content: identity::text(content), record };
        Ok(Some(Incoming { origin, draft, restricted, source }))
    }

    /// Why a row's record would not be the importer's to write.
    fn not_theirs(&self, draft: &Draft) -> Option<CellFault> {
        let region = draft.region.as_ref()?;
        let home = self.options.home.as_ref();
        if home.is_some_and(|home| !home.contains(region)) {
            let place = self.reference.gazetteer.full_name(region);
            return Some(CellFault::OutsideArea { place });
        }
        let whose = Whose {
            responsible_region: region,
            author: Some(self.actor.name()),
            cooperative: draft.cooperative,
        };
        (!self.actor.may_write(whose)).then_some(CellFault::OtherCooperative)
    }

    fn reject(sheet: &Sheet, faults: Vec<FieldFault>, report: &mut RowReport) {
        let of_region =
            |message: &RowMessage| matches!(message.code, "region_unknown" | "region_ambiguous");
        let region_told = report.messages.iter().any(of_region);
        for found in faults {
            if found.field == "region" && region_told {
                continue;
            }
            let head = found.field.split(['[', '.']).next().unwrap_or_default();
            let fields: &[Field] = match head {
                "id" => &[Field::Id],
                "name" => &[Field::Name, Field::Owner],
                "region" => &[Field::Village, Field::District, Field::Regency, Field::Region],
                "products" => &[Field::Product, Field::Commodity],
                "owners" => &[Field::Owner],
                "address" => &[Field::Address],
                "founded_year" => &[Field::FoundedYear],
                "kbli" => &[Field::Kbli],
                "point" => &[Field::Lat, Field::Coordinates],
                _ => &[],
            };
            let columns = &sheet.mapping.columns;
            let column = fields
                .iter()
                .find_map(|field| columns.iter().find(|column| column.field == Some(*field)));
            let mut message = RowMessage::from(found);
            if let Some(column) = column {
                if !column.header.is_empty() {
                    message.field.clone_from(&column.header);
                }
                message.cell =
                    sheet.is_addressed().then(|| format!("{}{}", column.column, report.row));
            }
            report.messages.push(message);
        }
    }

    /// Restricted values that keep the rules; the row is good without the others.
    fn sound(restricted: Restricted, draft: &Draft, report: &mut RowReport) -> Restricted {
        let faults = restricted::faults(&restricted, draft);
        if faults.is_empty() {
            return restricted;
        }
        report.messages.extend(faults.into_iter().map(RowMessage::from));
        Restricted::default()
    }

    /// A row that repeats an earlier one word for word is skipped. One that is about the same but
    /// says something else is kept beside it, numbered, and comes out the same when the file comes
    /// again. One that names its record is never skipped: two records may say the same.
    fn identity(
        &mut self,
        who: u128,
        content: u128,
        named: bool,
        report: &mut RowReport,
    ) -> Option<String> {
        let Some(&(first, number)) = self.seen.get(&who) else {
            self.seen.insert(who, (content, report.row));
            return Some(identity::text(who));
        };
        let later = self.again.entry(who).or_default();
        let same = |(says, row): &(u128, usize)| (*says == content).then_some(*row);
        if !named && let Some(row) = same(&(first, number)).or_else(|| later.iter().find_map(same))
        {
            report.messages = vec![FieldFault::new("", Fault::SameAsRow { row }).into()];
            report.outcome = RowOutcome::Skipped;
            return None;
        }
        later.push((content, report.row));
        Some(format!("{}#{}", identity::text(who), later.len() + 1))
    }

    /// Says in the reports what became of the rows that were to be stored.
    pub fn settle(&mut self, outcomes: Vec<Outcome>) {
        for (&place, outcome) in self.ready.iter().zip(outcomes) {
            match outcome.bare() {
                Outcome::Created(_) => self.created += 1,
                Outcome::Updated(_) => self.updated += 1,
                _ => {}
            }
            settle(&mut self.rows[place], outcome);
        }
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
        Outcome::Refused(fault) => {
            report.messages.push(FieldFault::new("", fault.into()).into());
            report.outcome = RowOutcome::Rejected;
        }
        Outcome::Unpublished(stored) => {
            settle(report, *stored);
            report.messages.push(FieldFault::new("", CellFault::NotPublished.into()).into());
            if report.outcome == RowOutcome::Accepted {
                report.outcome = RowOutcome::Warned;
            }
        }
        Outcome::Failed(faults) => {
            report.messages.extend(faults.into_iter().map(RowMessage::from));
            report.outcome = RowOutcome::Rejected;
        }
    }
}
