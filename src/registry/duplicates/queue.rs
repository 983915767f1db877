//! The queue of pairs that may be one: read by whoever decides of one of the two records, each
//! record at their tier.

use chrono::NaiveDateTime;
use strum::{EnumString, IntoStaticStr, VariantNames};
use uuid::Uuid;

use crate::db::duplicates::{NOT_THE_SAME, OPEN, PairQuery, PairRow};
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::duplicate::{Class, Reason};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::RegionCode;
use crate::registry::enterprises::{ENTITY, Seen, is_internal_to, seen};
use crate::registry::reads::{Reader, Reading};
use crate::registry::{Registry, RegistryError};

/// Its name in errors.
const CANDIDATE: &str = "duplicate";

/// How a pair stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    serde::Serialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = DuplicateStatus)]
pub enum Status {
    #[default]
    Open,
    Merged,
    NotTheSame,
}

/// Which pairs are asked for.
#[derive(Debug, Clone, Default)]
pub struct CandidateQuery {
    pub status: Status,
    /// One of the two is of this regency.
    pub region: Option<RegionCode>,
    pub min_score: u8,
    /// One of the two was made or changed by this import, which the reader must see.
    pub import: Option<Uuid>,
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// The last pair of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub class_score: i32,
    pub id: String,
}

/// One of the two records, as somebody sees it.
#[derive(Debug, Clone)]
pub enum Side {
    /// In their area, or published: then the office of the area is to be asked.
    Shown(Seen),
    /// There is one, and no more is told of it.
    Hidden,
}

impl Side {
    fn is_internal(&self) -> bool {
        matches!(self, Self::Shown(seen) if seen.internal)
    }
}

/// Two records that may be one, as somebody sees them.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: Uuid,
    pub status: Status,
    pub class: Class,
    /// None where they do not see the internal tier of both.
    pub score: Option<u8>,
    /// Without what the public tier does not tell, where they do not see the internal tier of both.
    pub reasons: Vec<Reason>,
    pub sides: [Side; 2],
    pub found_at: chrono::DateTime<chrono::Utc>,
    /// Who brought it up, and who decided: where both records are theirs to see.
    pub found_by: Option<String>,
    pub decided: Option<Decision>,
}

/// What somebody decided of a pair.
#[derive(Debug, Clone)]
pub struct Decision {
    pub by: String,
    pub at: chrono::DateTime<chrono::Utc>,
    pub reason: Option<String>,
}

/// A page of the queue.
pub struct Candidates {
    pub items: Vec<Candidate>,
    pub next: Option<Cursor>,
    pub matched: usize,
}

impl Registry {
    /// A page of the pairs of which one record at least is in the reader's area.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn duplicate_candidates<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        query: &CandidateQuery,
    ) -> Result<Candidates, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let area = decided_area(reader.actor)?;
        let import = query.import.map(|id| self.import_key(reader.actor, id)).transpose()?;
        self.find_duplicates_if_near()?;
        let status: &str = query.status.into();
        let wanted = PairQuery {
            status: status.to_owned(),
            area,
            region: query.region.as_ref().map(ToString::to_string),
            min_score: i32::from(query.min_score),
            import,
            after: query.after.as_ref().map(|after| (after.class_score, after.id.clone())),
            // One more tells whether there is a next page.
            limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
        };
        let (items, next, matched) = self.db.read(|connection| {
            let matched = db::duplicates::count(connection, &wanted)?;
            let mut rows = db::duplicates::list(connection, &wanted)?;
            let more = rows.len() > query.limit;
            rows.truncate(query.limit);
            let next = rows
                .last()
                .filter(|_| more)
                .map(|row| Cursor { class_score: row.class_score, id: row.id.clone() });
            let items = self.candidates(connection, reader.actor, rows)?;
            Ok::<_, RegistryError>((items, next, matched))
        })?;
        let matched = usize::try_from(matched).unwrap_or_default();
        self.log_candidates(reader, began, &items)?;
        if items.is_empty() {
            // That nothing was found tells something too.
            self.log_read(reader, began, Reading::of_many(ReadKind::Duplicates, ENTITY))?;
        }
        Ok(Candidates { items, next, matched })
    }

    /// One pair, each record at the tier that the reader sees.
    ///
    /// # Errors
    /// Not allowed; not found, also where neither record is in their area.
    pub fn duplicate_candidate<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<Candidate, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        decided_area(reader.actor)?;
        self.find_duplicates_if_near()?;
        let candidate = self.db.read(|connection| self.one(connection, reader.actor, id))?;
        self.log_candidates(reader, began, std::slice::from_ref(&candidate))?;
        Ok(candidate)
    }

    /// A line for each record that was shown in the internal tier.
    fn log_candidates(
        &self,
        reader: Reader,
        began: NaiveDateTime,
        candidates: &[Candidate],
    ) -> Result<(), RegistryError> {
        let sides = candidates.iter().flat_map(|candidate| &candidate.sides);
        let shown = sides.filter_map(|side| match side {
            Side::Shown(seen) if seen.internal => Some(seen),
            _ => None,
        });
        for seen in shown {
            let reading = Reading {
                detail: Detail { revision: Some(seen.revision), ..Detail::default() },
                ..Reading::of_one(
                    ReadKind::Duplicates,
                    ENTITY,
                    &seen.id.to_string(),
                    &seen.document,
                )
            };
            self.log_read(reader, began, reading)?;
        }
        Ok(())
    }

    /// Remembers that two records are not one: they are not offered again, unless something changes
    /// of what is compared.
    ///
    /// # Errors
    /// Not allowed: both records must be theirs to decide of; not found; not open; no reason.
    pub fn reject_duplicate<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        reason: Option<&str>,
    ) -> Result<Candidate, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let actor = reader.actor;
        decided_area(actor)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let missing = || RegistryError::Invalid(vec![FieldFault::new("reason", Fault::Required)]);
        let reason = reason.ok_or_else(missing)?.to_owned();
        self.find_duplicates_if_near()?;
        let candidate = self.db.write(|tx| {
            let row = db::duplicates::by_id_for_update(tx, &id.to_string())?;
            let row = row.ok_or_else(|| not_found(id))?;
            let candidate = self.one(tx, actor, id)?;
            if !candidate.sides.iter().all(Side::is_internal) {
                return Err(RegistryError::OtherOffice);
            }
            if row.status != OPEN {
                let value = candidate.status.into();
                let action = NOT_THE_SAME;
                return Err(RegistryError::WrongTransition { action, field: "status", value });
            }
            let decided = PairRow {
                status: NOT_THE_SAME.to_owned(),
                decided_by: Some(actor.name().to_owned()),
                decided_at: Some(self.clock.now_naive()),
                reason: Some(reason),
                ..row
            };
            db::duplicates::update(tx, &decided)?;
            self.one(tx, actor, id)
        })?;
        self.log_candidates(reader, began, std::slice::from_ref(&candidate))?;
        Ok(candidate)
    }

    /// Marks the pair of two records that were merged, or are apart again; none: nothing to mark.
    pub(in crate::registry) fn mark_pair(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        two: (&str, &str),
        status: Status,
        reason: Option<&str>,
    ) -> Result<(), RegistryError> {
        let Some(row) = db::duplicates::of_two(tx, two.0, two.1)? else { return Ok(()) };
        let name: &str = status.into();
        let decided = status != Status::Open;
        let marked = PairRow {
            status: name.to_owned(),
            decided_by: decided.then(|| actor.name().to_owned()),
            decided_at: decided.then(|| self.clock.now_naive()),
            reason: reason.filter(|_| decided).map(str::to_owned),
            ..row
        };
        Ok(db::duplicates::update(tx, &marked)?)
    }

    fn one(
        &self,
        connection: &mut AnyConnection,
        actor: &Actor,
        id: Uuid,
    ) -> Result<Candidate, RegistryError> {
        let row = db::duplicates::by_id(connection, &id.to_string())?;
        let mut found = self.candidates(connection, actor, row.into_iter().collect())?;
        found.pop().ok_or_else(|| not_found(id))
    }

    /// Pairs as somebody sees them, without those of which neither record is in their area.
    fn candidates(
        &self,
        connection: &mut AnyConnection,
        actor: &Actor,
        rows: Vec<PairRow>,
    ) -> Result<Vec<Candidate>, RegistryError> {
        let (visibility, reference) = (actor.visibility(), self.reference());
        let ids: std::collections::HashSet<String> =
            rows.iter().flat_map(|row| [row.first_id.clone(), row.second_id.clone()]).collect();
        let records = db::enterprises::by_ids(connection, &ids.into_iter().collect::<Vec<_>>())?;
        let own: std::collections::HashSet<String> = records
            .iter()
            .filter(|row| is_internal_to(row, &visibility))
            .map(|row| row.id.clone())
            .collect();
        let shown = seen(connection, records, &visibility, &reference, None)?;
        let shown: std::collections::HashMap<String, Seen> =
            shown.into_iter().map(|seen| (seen.id.to_string(), seen)).collect();
        let side = |id: &String| shown.get(id).cloned().map_or(Side::Hidden, Side::Shown);
        let theirs = |row: &PairRow| own.contains(&row.first_id) || own.contains(&row.second_id);
        let candidate = |row: PairRow| candidate([side(&row.first_id), side(&row.second_id)], row);
        rows.into_iter().filter(theirs).map(candidate).collect()
    }
}

fn candidate(sides: [Side; 2], row: PairRow) -> Result<Candidate, RegistryError> {
    let malformed = RegistryError::Internal("a stored pair can be read");
    let (Ok(id), Ok(status), Ok(score)) =
        (row.id.parse(), row.status.parse(), u8::try_from(row.score))
    else {
        return Err(malformed);
    };
    let both = sides.iter().all(Side::is_internal);
    let mut reasons: Vec<Reason> = serde_json::from_str(&row.reasons)?;
    if !both {
        // Where one of the two is not even published, nothing is told of what it is like.
        let hidden = sides.iter().any(|side| matches!(side, Side::Hidden));
        reasons.retain(|reason| !hidden && reason.fact.is_public());
    }
    let decision = |(by, at): (String, chrono::NaiveDateTime)| Decision {
        by,
        at: at.and_utc(),
        reason: row.reason.clone(),
    };
    Ok(Candidate {
        id,
        status,
        class: Class::of(score),
        score: both.then_some(score),
        reasons,
        sides,
        found_at: row.found_at.and_utc(),
        found_by: both.then_some(row.found_by),
        decided: row.decided_by.zip(row.decided_at).filter(|_| both).map(decision),
    })
}

fn not_found(id: Uuid) -> RegistryError {
    RegistryError::DocumentNotFound { entity: CANDIDATE, id: id.to_string() }
}

/// The area of whose records they decide; None: all.
pub(in crate::registry) fn decided_area(actor: &Actor) -> Result<Option<String>, RegistryError> {
    actor.require(Right::Decide)?;
    match actor.visibility() {
        Visibility::Internal { area } => Ok(area.map(|area| area.to_string())),
        Visibility::Public | Visibility::Own { .. } => Err(RegistryError::Forbidden),
    }
}
