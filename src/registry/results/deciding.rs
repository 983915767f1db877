//! What becomes of a candidate: a search finds it anew, an office makes it a sentra or says that it is
//! none.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::candidates::{CandidateDetail, decided_area, detail, require_open, status_of, theirs};
use super::work::Found;
use crate::db::candidates::CandidateRow;
use crate::db::{self, AnyConnection};
use crate::domain::candidate::{CandidateStatus as Status, Cluster, Counts};
use crate::domain::enterprise::PublicationBasis;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::observation::Citation;
use crate::domain::region::{Level, RegionCode};
use crate::domain::sentra::{Sentra, SentraBasis, SentraDraft, SentraGround};
use crate::registry::reads::Reader;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// Most villages that a sentra names.
const MOST_VILLAGES: usize = 200;
/// Longest reason, in characters.
const LONGEST: usize = 500;
/// The ground, as it stands in the sentra.
const GROUND: &str = "PP 29/2018: paling sedikit lima unit di satu tempat dengan produk yang sama";

/// What a candidate is called once it is a sentra.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CandidateConfirmation)]
pub struct Confirmation {
    #[schema(example = "Sentra tas Kedensari")]
    pub name: String,
    #[serde(default)]
    pub about: Option<String>,
    /// Of a decree (*SK*), where there is one.
    #[serde(default)]
    pub decree_number: Option<String>,
    #[serde(default)]
    pub decree_on: Option<NaiveDate>,
    /// Why it may be public: without one it is not.
    #[serde(default)]
    pub publication_basis: Option<PublicationBasis>,
}

impl Registry {
    /// Makes a candidate a sentra, with its ground, villages and area. Its members are not changed:
    /// each says itself to which sentra it belongs.
    ///
    /// # Errors
    /// Not allowed; not found; not open; what a sentra's rules say of it.
    pub fn confirm_candidate<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        confirmation: Confirmation,
    ) -> Result<CandidateDetail, RegistryError> {
        let reader = reader.into();
        let actor = reader.actor;
        let area = decided_area(actor)?;
        let now = self.clock.now();
        let sentra = new_id(now);
        let decided = self.db.write(|tx| {
            let row = db::candidates::by_id_for_update(tx, &id.to_string())?;
            let row = theirs(row, area.as_ref(), id)?;
            require_open("confirm", &row)?;
            let cluster: Cluster = serde_json::from_str(&row.cluster)?;
            let draft = draft_of(&row, &cluster, confirmation)?;
            self.put_document::<Sentra>(tx, actor, sentra, now, draft, cluster.sample)?;
            let row = CandidateRow {
                status: <&str>::from(Status::Confirmed).to_owned(),
                sentra_id: Some(sentra.to_string()),
                decided_by: Some(actor.name().to_owned()),
                decided_at: Some(now.naive_utc()),
                ..row
            };
            db::candidates::update(tx, &row)?;
            detail(tx, row, &actor.visibility())
        })?;
        self.catch_up_after_write();
        Ok(decided)
    }

    /// Remembers that a candidate is no sentra: it is not offered again unless it grows by a fifth.
    ///
    /// # Errors
    /// Not allowed; not found; not open; no reason.
    pub fn reject_candidate<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        id: Uuid,
        reason: Option<&str>,
    ) -> Result<CandidateDetail, RegistryError> {
        let reader = reader.into();
        let actor = reader.actor;
        let area = decided_area(actor)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let fault = match reason {
            None => Some(Fault::Required),
            Some(reason) if reason.chars().count() > LONGEST => {
                Some(Fault::TooLong { max: LONGEST })
            }
            Some(_) => None,
        };
        if let Some(fault) = fault {
            return Err(RegistryError::Invalid(vec![FieldFault::new("reason", fault)]));
        }
        self.db.write(|tx| {
            let row = db::candidates::by_id_for_update(tx, &id.to_string())?;
            let row = theirs(row, area.as_ref(), id)?;
            require_open("reject", &row)?;
            let row = CandidateRow {
                status: <&str>::from(Status::Rejected).to_owned(),
                decided_by: Some(actor.name().to_owned()),
                decided_at: Some(self.clock.now_naive()),
                reason: reason.map(str::to_owned),
                ..row
            };
            db::candidates::update(tx, &row)?;
            detail(tx, row, &actor.visibility())
        })
    }
}

fn draft_of(
    row: &CandidateRow,
    cluster: &Cluster,
    confirmation: Confirmation,
) -> Result<SentraDraft, RegistryError> {
    let region = row.region.parse();
    let region = region.map_err(|()| RegistryError::Internal("a stored region has a code"))?;
    let villages = cluster.villages().into_iter().map(|(village, _)| village);
    let villages = villages.filter(|village| village.level() == Level::Village);
    let mut villages: Vec<RegionCode> = villages.take(MOST_VILLAGES).collect();
    villages.sort();
    let decreed = confirmation.decree_number.is_some();
    let source = Citation { title: GROUND.to_owned(), publisher: None, url: None, published: None };
    Ok(SentraDraft {
        name: confirmation.name,
        commodity: row.commodity.clone(),
        region,
        villages,
        area: Some(cluster.area.clone()),
        basis: Some(SentraBasis {
            ground: if decreed { SentraGround::Decree } else { SentraGround::Regulation },
            decree_number: confirmation.decree_number,
            on: confirmation.decree_on,
            source: Some(source).filter(|_| !decreed),
        }),
        founded_year: None,
        cooperative: None,
        milestones: Vec::new(),
        about: confirmation.about,
        publication_basis: confirmation.publication_basis,
    })
}

/// Keeps what a search of a region found of a commodity, beside what was found and decided before.
pub(super) fn settle_clusters(
    tx: &mut AnyConnection,
    search: &str,
    region: &RegionCode,
    found: &Found,
    now: DateTime<Utc>,
) -> Result<Counts, RegistryError> {
    let mut counts = Counts::default();
    let mut open = Vec::new();
    let mut decided = Vec::new();
    for row in db::candidates::of_commodity_for_update(tx, &found.commodity)? {
        let cluster: Cluster = serde_json::from_str(&row.cluster)?;
        match status_of(&row)? {
            Status::Open => open.push((row, cluster)),
            status => decided.push((status, cluster)),
        }
    }
    for cluster in &found.clusters {
        let like = |of: Status| {
            decided.iter().filter(move |(status, known)| {
                *status == of && known.sample == cluster.sample && cluster.is_like(known)
            })
        };
        if like(Status::Confirmed).next().is_some() {
            counts.confirmed += 1;
            continue;
        }
        if like(Status::Rejected).any(|(_, known)| !cluster.has_grown_since(known)) {
            counts.rejected += 1;
            continue;
        }
        let known = open
            .iter()
            .position(|(_, known)| known.sample == cluster.sample && cluster.is_like(known));
        let before = known.map(|at| open.swap_remove(at));
        match before {
            // It reaches beyond what was searched: that tells more of it.
            Some((_, known)) if !known.lies_in(region) => counts.again += 1,
            Some((row, _)) => {
                counts.again += 1;
                let (id, first) = (row.id, row.found_at);
                let row = row_of(id, search, &found.commodity, cluster, first)?;
                db::candidates::update(tx, &row)?;
            }
            None => {
                counts.new += 1;
                let id = new_id(now).to_string();
                let row = row_of(id, search, &found.commodity, cluster, now.naive_utc())?;
                db::candidates::insert(tx, &row)?;
            }
        }
    }
    for (row, known) in open {
        if known.lies_in(region) {
            counts.gone += 1;
            db::candidates::delete(tx, &row.id)?;
        }
    }
    Ok(counts)
}

fn row_of(
    id: String,
    search: &str,
    commodity: &str,
    cluster: &Cluster,
    found_at: NaiveDateTime,
) -> Result<CandidateRow, RegistryError> {
    let nowhere = || RegistryError::Internal("a cluster has members, and they are somewhere");
    Ok(CandidateRow {
        id,
        search_id: search.to_owned(),
        commodity: commodity.to_owned(),
        region: cluster.region().ok_or_else(nowhere)?.to_string(),
        responsible_region: cluster.responsible_region().ok_or_else(nowhere)?.to_string(),
        status: <&str>::from(Status::Open).to_owned(),
        producers: i32::try_from(cluster.members.len()).unwrap_or(i32::MAX),
        cluster: serde_json::to_string(cluster)?,
        found_at,
        sentra_id: None,
        decided_by: None,
        decided_at: None,
        reason: None,
    })
}
