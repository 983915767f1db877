//! Possible sentra as the office that decides of them sees them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{CANDIDATE, searched_area};
use crate::db::candidates::{CandidateQuery as Wanted, CandidateRow};
use crate::db::documents::DocumentQuery;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Visibility, Whose};
use crate::domain::candidate::{CandidateStatus as Status, Cluster};
use crate::domain::document::{Document, responsible};
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::RegionCode;
use crate::domain::sentra::Sentra;
use crate::registry::documents::seen;
use crate::registry::enterprises::ENTITY;
use crate::registry::reads::{Reader, Reading};
use crate::registry::{Registry, RegistryError};

/// Most sentra of a commodity that a cluster is held against.
const MOST_SENTRA: i64 = 2_000;

/// Which candidates are asked for.
#[derive(Debug, Clone, Default)]
pub struct CandidateQuery {
    pub status: Status,
    pub region: Option<RegionCode>,
    pub commodity: Option<String>,
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// The last candidate of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub producers: i32,
    pub id: String,
}

/// A possible sentra.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: Uuid,
    pub search: Uuid,
    pub status: Status,
    pub commodity: String,
    pub region: RegionCode,
    pub responsible_region: RegionCode,
    pub cluster: Cluster,
    pub found_at: DateTime<Utc>,
    /// Sentra of the commodity that lie there already, as far as the reader sees them: id and name.
    pub existing: Vec<(Uuid, String)>,
    pub decided: Option<Decision>,
}

/// What somebody decided.
#[derive(Debug, Clone)]
pub struct Decision {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: Option<String>,
    pub sentra: Option<Uuid>,
}

/// A candidate with those of its members that the reader sees.
#[derive(Debug, Clone)]
pub struct CandidateDetail {
    pub candidate: Candidate,
    pub members: Vec<Uuid>,
    /// Members that are other offices'.
    pub others: usize,
}

/// A page of candidates.
pub struct CandidatePage {
    pub items: Vec<Candidate>,
    pub next: Option<Cursor>,
    pub matched: usize,
}

impl Registry {
    /// A page of the candidates of which the reader's office decides, those of most producers first.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn sentra_candidates<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        query: &CandidateQuery,
    ) -> Result<CandidatePage, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let area = searched_area(reader.actor)?;
        let wanted = Wanted {
            status: <&str>::from(query.status).to_owned(),
            area: area.as_ref().map(ToString::to_string),
            region: query.region.as_ref().map(ToString::to_string),
            commodity: query.commodity.clone(),
            after: query.after.as_ref().map(|after| (after.producers, after.id.clone())),
            // One more tells whether there is a next page.
            limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
        };
        let page = self.db.read(|connection| {
            let matched = db::candidates::count(connection, &wanted)?;
            let mut rows = db::candidates::list(connection, &wanted)?;
            let more = rows.len() > query.limit;
            rows.truncate(query.limit);
            let next = rows
                .last()
                .filter(|_| more)
                .map(|row| Cursor { producers: row.producers, id: row.id.clone() });
            let items = represented(connection, rows, &reader.actor.visibility())?;
            let matched = usize::try_from(matched).unwrap_or_default();
            Ok::<_, RegistryError>(CandidatePage { items, next, matched })
        })?;
        // Figures of several records together, and of none alone.
        let reading = Reading {
            count: page.items.iter().map(|item| item.cluster.members.len()).sum(),
            detail: Detail {
                groups: ["commodity", "village"].map(str::to_owned).to_vec(),
                ..Detail::default()
            },
            ..Reading::of_many(ReadKind::Stats, CANDIDATE)
        };
        self.log_read(reader, began, reading)?;
        Ok(page)
    }

    /// One candidate with its members.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn sentra_candidate<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
    ) -> Result<CandidateDetail, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        let area = searched_area(reader.actor)?;
        let detail = self.db.read(|connection| {
            let row = db::candidates::by_id(connection, &id.to_string())?;
            let row = theirs(row, area.as_ref(), id)?;
            detail(connection, row, &reader.actor.visibility())
        })?;
        let Candidate { commodity, region, responsible_region, .. } = &detail.candidate;
        let reading = Reading {
            region: Some(responsible_region.to_string()),
            filter: Some(format!("region={region}&commodity={commodity}")),
            count: detail.members.len(),
            ..Reading::of_many(ReadKind::List, ENTITY)
        };
        self.log_read(reader, began, reading)?;
        Ok(detail)
    }
}

/// A candidate that an office of an area decides of, or none.
pub(super) fn theirs(
    row: Option<CandidateRow>,
    area: Option<&RegionCode>,
    id: Uuid,
) -> Result<CandidateRow, RegistryError> {
    let inside = |row: &CandidateRow| {
        let office = row.responsible_region.parse();
        area.is_none_or(|area| office.is_ok_and(|office| area.contains(&office)))
    };
    row.filter(inside)
        .ok_or_else(|| RegistryError::DocumentNotFound { entity: CANDIDATE, id: id.to_string() })
}

pub(super) fn detail(
    connection: &mut AnyConnection,
    row: CandidateRow,
    visibility: &Visibility,
) -> Result<CandidateDetail, RegistryError> {
    let mut found = represented(connection, vec![row], visibility)?;
    let candidate = found.pop().ok_or(RegistryError::Internal("one row is one candidate"))?;
    let all = &candidate.cluster.members;
    let mine = all
        .iter()
        .filter(|member| visibility.sees_internal(Whose::of_region(&responsible(&member.region))));
    let members: Vec<Uuid> = mine.map(|member| member.id).collect();
    let others = all.len() - members.len();
    Ok(CandidateDetail { candidate, members, others })
}

fn represented(
    connection: &mut AnyConnection,
    rows: Vec<CandidateRow>,
    visibility: &Visibility,
) -> Result<Vec<Candidate>, RegistryError> {
    let mut sentra: HashMap<String, Vec<Sentra>> = HashMap::new();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        if !sentra.contains_key(&row.commodity) {
            let found = sentra_of(connection, &row.commodity, visibility)?;
            sentra.insert(row.commodity.clone(), found);
        }
        let mut candidate = candidate(row)?;
        let known = sentra.get(&candidate.commodity).map_or(&[][..], Vec::as_slice);
        let own = candidate.decided.as_ref().and_then(|decided| decided.sentra);
        candidate.existing = known
            .iter()
            .filter(|sentra| Some(sentra.base.id) != own && candidate.cluster.meets(&sentra.draft))
            .map(|sentra| (sentra.base.id, sentra.draft.name.clone()))
            .collect();
        items.push(candidate);
    }
    Ok(items)
}

/// Sentra of a commodity that somebody sees.
fn sentra_of(
    connection: &mut AnyConnection,
    commodity: &str,
    visibility: &Visibility,
) -> Result<Vec<Sentra>, RegistryError> {
    let internal_area = match visibility {
        Visibility::Internal { area } => {
            Some(area.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        Visibility::Public | Visibility::Own { .. } => None,
    };
    let query = DocumentQuery {
        entity: Sentra::ENTITY,
        subject: Some(commodity.to_owned()),
        internal_area,
        limit: MOST_SENTRA,
        ..DocumentQuery::default()
    };
    let rows = db::documents::list(connection, &query)?;
    let shown = seen(connection, rows, visibility)?;
    shown.iter().map(|shown| Ok(serde_json::from_str(&shown.document)?)).collect()
}

fn candidate(row: CandidateRow) -> Result<Candidate, RegistryError> {
    let malformed = || RegistryError::Internal("a stored candidate can be read");
    let uuid = |text: &str| text.parse().map_err(|_| malformed());
    let region = |text: &str| text.parse().map_err(|()| malformed());
    let sentra = row.sentra_id.as_deref().map(uuid).transpose()?;
    let decided = row.decided_by.zip(row.decided_at).map(|(by, at)| Decision {
        by,
        at: at.and_utc(),
        reason: row.reason,
        sentra,
    });
    Ok(Candidate {
        id: uuid(&row.id)?,
        search: uuid(&row.search_id)?,
        status: row.status.parse().map_err(|_| malformed())?,
        commodity: row.commodity,
        region: region(&row.region)?,
        responsible_region: region(&row.responsible_region)?,
        cluster: serde_json::from_str(&row.cluster)?,
        found_at: row.found_at.and_utc(),
        existing: Vec::new(),
        decided,
    })
}

/// The status of a stored candidate.
pub(super) fn status_of(row: &CandidateRow) -> Result<Status, RegistryError> {
    row.status
        .parse()
        .map_err(|_| RegistryError::Internal("a stored status of a candidate is known"))
}

/// Refuses what is only done to an open one.
pub(super) fn require_open(action: &'static str, row: &CandidateRow) -> Result<(), RegistryError> {
    match status_of(row)? {
        Status::Open => Ok(()),
        other => {
            let (field, value) = ("status", other.into());
            Err(RegistryError::WrongTransition { action, field, value })
        }
    }
}

/// The area of an actor who decides.
pub(super) fn decided_area(actor: &Actor) -> Result<Option<RegionCode>, RegistryError> {
    actor.require(crate::domain::access::Right::WriteDocuments)?;
    match actor.visibility() {
        Visibility::Internal { area } => Ok(area),
        Visibility::Public | Visibility::Own { .. } => Err(RegistryError::Forbidden),
    }
}
