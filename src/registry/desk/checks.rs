//! What came of looking again at records that a desk has verified. A check changes nothing of its
//! record; whoever found something wrong decides that apart.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::db::desk_checks::{CheckQuery, CheckRow, NewCheck};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::codes::Review;
use crate::domain::desk_check::{CheckDraft, CheckOutcome};
use crate::domain::enterprise::Enterprise;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::RegionCode;
use crate::registry::enterprises::{ENTITY, is_internal_to};
use crate::registry::reads::{Reader, Reading};
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// Days for which a check says something of its desk.
const DAYS: i64 = 365;

/// A check.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskCheck {
    pub id: Uuid,
    pub record: Uuid,
    /// What the record is called now; None where it is no longer the reader's to see.
    pub name: Option<String>,
    /// The one that was looked at.
    pub revision: i32,
    /// The regency whose desk had verified it.
    pub region: RegionCode,
    pub outcome: CheckOutcome,
    /// Which fields are wrong.
    pub fields: Vec<String>,
    pub note: Option<String>,
    pub checked_by: String,
    pub checked_at: DateTime<Utc>,
}

impl TryFrom<CheckRow> for DeskCheck {
    type Error = RegistryError;
    fn try_from(row: CheckRow) -> Result<Self, RegistryError> {
        let odd = RegistryError::Internal("a check is as it was written");
        let uuid = |text: &str| text.parse().map_err(|_| RegistryError::Internal("ids are UUIDs"));
        Ok(Self {
            id: uuid(&row.id)?,
            record: uuid(&row.enterprise_id)?,
            name: None,
            revision: row.revision,
            region: row
                .region
                .parse()
                .map_err(|()| RegistryError::Internal("desks are of regencies"))?,
            outcome: row.outcome.parse().map_err(|_| odd)?,
            fields: serde_json::from_str(&row.fields)?,
            note: row.note,
            checked_by: row.checked_by,
            checked_at: row.checked_at.and_utc(),
        })
    }
}

/// Which checks are asked for.
#[derive(Debug, Clone, Default)]
pub struct CheckListQuery {
    pub regency: Option<RegionCode>,
    pub since: Option<DateTime<Utc>>,
    /// Key of the last one of the page before.
    pub below: Option<i64>,
    pub limit: usize,
}

/// A page of checks.
pub struct CheckList {
    pub items: Vec<DeskCheck>,
    pub next: Option<i64>,
    pub matched: i64,
}

/// What the checks of a desk came to: of each record its last one, of the last 365 days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    pub checked: i64,
    pub confirmed: i64,
}

impl Registry {
    /// Records what came of looking at a record again. The same said again is the same check.
    ///
    /// # Errors
    /// Not allowed; not found, also where it is another office's; no verified revision; verified or
    /// submitted by whoever checks; every field fault at once.
    pub fn check_record(
        &self,
        actor: &Actor,
        draft: &CheckDraft,
    ) -> Result<DeskCheck, RegistryError> {
        actor.require(Right::CheckRecords)?;
        let faults = draft.faults();
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let (fields, note) = draft.tidy();
        let outcome: &'static str = draft.outcome.into();
        let now = self.clock.now();
        let check = self.db.write(|tx| {
            let looked_at = checkable(tx, actor, draft)?;
            let id = draft.record.to_string();
            let row = NewCheck {
                id: new_id(now).to_string(),
                revision: draft.revision,
                region: looked_at.responsible_region.to_string(),
                outcome: outcome.to_owned(),
                fields: serde_json::to_string(&fields)?,
                note: note.clone(),
                checked_by: actor.name().to_owned(),
                checked_at: now.naive_utc(),
                enterprise_id: id.clone(),
            };
            let last = db::desk_checks::of_records(tx, std::slice::from_ref(&id))?.pop();
            if let Some(last) = last.filter(|last| says_the_same(last, &row)) {
                return DeskCheck::try_from(last);
            }
            db::desk_checks::insert(tx, &row)?;
            let entry = Entry {
                actor: actor.name(),
                job_id: None,
                reason: Some(outcome),
                entity: "desk_check",
                entity_id: row.id.clone(),
                action: "create",
                revision: 0,
            };
            db::log::append(tx, self.clock.now_naive(), &[entry])?;
            let kept = db::desk_checks::of_records(tx, std::slice::from_ref(&id))?.pop();
            kept.ok_or(RegistryError::Internal("a check that was just kept is there"))?.try_into()
        })?;
        self.catch_up_after_write();
        Ok(check)
    }

    /// Checks of the reader's area, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    pub fn desk_checks<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        query: &CheckListQuery,
    ) -> Result<CheckList, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        reader.actor.require(Right::CheckRecords)?;
        let visibility = reader.actor.visibility();
        let Visibility::Internal { area } = &visibility else {
            return Err(RegistryError::Forbidden);
        };
        let mut asked = CheckQuery {
            area: area.as_ref().map(ToString::to_string),
            region: query.regency.as_ref().map(ToString::to_string),
            since: query.since.map(|since| since.naive_utc()),
            below: None,
            limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
        };
        let list = self.db.read(|connection| {
            let matched = db::desk_checks::count(connection, &asked)?;
            asked.below = query.below;
            let mut rows = db::desk_checks::list(connection, &asked)?;
            let more = rows.len() > query.limit;
            rows.truncate(query.limit);
            let next = rows.last().filter(|_| more).map(|row| row.key);
            let ids: Vec<String> = rows.iter().map(|row| row.enterprise_id.clone()).collect();
            let names = names_of(connection, &visibility, &ids)?;
            let told = |row: CheckRow| {
                let name = names.get(&row.enterprise_id).cloned();
                Ok::<_, RegistryError>(DeskCheck { name, ..DeskCheck::try_from(row)? })
            };
            let items = rows.into_iter().map(told).collect::<Result<_, _>>()?;
            Ok::<_, RegistryError>(CheckList { items, next, matched })
        })?;
        let reading = Reading {
            filter: asked.region.map(|region| format!("region={region}")),
            count: list.items.len(),
            detail: Detail {
                groups: vec!["checks".to_owned()],
                matched: usize::try_from(list.matched).ok(),
                ..Detail::default()
            },
            ..Reading::of_many(ReadKind::List, ENTITY)
        };
        self.log_read(reader, began, reading)?;
        Ok(list)
    }

    /// What the checks of each desk came to.
    pub(super) fn checked_by_regency(&self) -> Result<HashMap<String, Checked>, RegistryError> {
        let since = (self.clock.now() - TimeDelta::days(DAYS)).naive_utc();
        let rows = self.db.read(|connection| db::desk_checks::counted(connection, since))?;
        let counted = rows
            .into_iter()
            .map(|row| (row.region, Checked { checked: row.checked, confirmed: row.confirmed }));
        Ok(counted.collect())
    }

    /// The last check of each of these records, and who verified it last.
    pub(super) fn checks_of(&self, ids: &[String]) -> Result<Known, RegistryError> {
        let (checks, steps) = self.db.read(|connection| {
            let checks = db::desk_checks::of_records(connection, ids)?;
            let steps = db::log::took_step(connection, ids, VERIFY)?;
            Ok::<_, RegistryError>((checks, steps))
        })?;
        let mut last = HashMap::new();
        for check in checks {
            last.insert(check.enterprise_id.clone(), check.try_into()?);
        }
        let verifiers = steps.into_iter().map(|(id, _, by)| (id, by)).collect();
        Ok(Known { checks: last, verifiers })
    }
}

/// What is known of records that are drawn, by their ids.
pub(super) struct Known {
    pub(super) checks: HashMap<String, DeskCheck>,
    /// In the order of the log: the last one stands.
    pub(super) verifiers: HashMap<String, String>,
}

/// As the change log has it.
const VERIFY: &str = "verify";

/// The state that is looked at, if whoever checks may say what came of it.
fn checkable(
    tx: &mut AnyConnection,
    actor: &Actor,
    draft: &CheckDraft,
) -> Result<Enterprise, RegistryError> {
    let id = draft.record.to_string();
    let row = db::enterprises::by_id_for_update(tx, &id)?;
    let row = row.filter(|row| is_internal_to(row, &actor.visibility()));
    let row = row.ok_or(RegistryError::EnterpriseNotFound(draft.record))?;
    let current: Enterprise = serde_json::from_str(&row.document)?;
    let looked_at = Registry::state_at(tx, &current, draft.revision)?;
    let looked_at = looked_at.ok_or(RegistryError::RevisionNotFound(draft.revision))?;
    if looked_at.review != Review::Verified {
        let (action, field, value) = ("check", "review", looked_at.review.into());
        return Err(RegistryError::WrongTransition { action, field, value });
    }
    if looked_at.author.as_deref() == Some(actor.name()) {
        return Err(RegistryError::OwnSubmission);
    }
    let steps = db::log::took_step(tx, std::slice::from_ref(&id), VERIFY)?;
    let verified = steps.into_iter().rfind(|(_, revision, _)| *revision <= draft.revision);
    if verified.is_some_and(|(_, _, by)| by == actor.name()) {
        return Err(RegistryError::OwnVerification);
    }
    Ok(looked_at)
}

fn says_the_same(last: &CheckRow, new: &NewCheck) -> bool {
    (last.revision, &last.outcome, &last.fields) == (new.revision, &new.outcome, &new.fields)
        && (&last.note, &last.checked_by) == (&new.note, &new.checked_by)
}

/// What these records are called, of those whose internal tier is theirs.
pub(in crate::registry) fn names_of(
    connection: &mut AnyConnection,
    visibility: &Visibility,
    ids: &[String],
) -> Result<HashMap<String, String>, RegistryError> {
    let rows = db::enterprises::by_ids(connection, ids)?;
    let seen = rows.into_iter().filter(|row| is_internal_to(row, visibility));
    seen.map(|row| {
        let enterprise: Enterprise = serde_json::from_str(&row.document)?;
        Ok::<_, RegistryError>((row.id, enterprise.draft.name))
    })
    .collect()
}
