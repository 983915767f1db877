//! What a release says of a campaign: read in the snapshot that the release is made of.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use strum::VariantNames;

use super::coverage::by_village;
use super::plausibility::{DoubtKind, doubts, village_point};
use super::questionnaires::questionnaire;
use super::{Coverage, CoverageRow, campaign_of};
use crate::db::{self, AnyConnection};
use crate::domain::campaign::Finding;
use crate::domain::codes::{Existence, Review};
use crate::domain::release::{
    CampaignFigures, CampaignSeen, CampaignSubject, VillageSeen, campaign_figures,
};
use crate::registry::duplicates::Status;
use crate::registry::{Registry, RegistryError};

/// Records read at a time.
const BATCH: usize = 500;
/// Weeks of one campaign: ten years.
const MAX_WEEKS: usize = 522;

/// As much of a record as says where it stands.
#[derive(Deserialize)]
struct Stands {
    existence: Existence,
    review: Review,
}

impl Registry {
    /// The figures of a campaign as they may be told.
    ///
    /// # Errors
    /// The database's.
    pub(in crate::registry) fn campaign_figures(
        &self,
        connection: &mut AnyConnection,
        id: &str,
    ) -> Result<CampaignFigures, RegistryError> {
        let reference = self.reference();
        let row = db::campaigns::by_id(connection, id)?;
        let row = row.ok_or(RegistryError::Internal("a release's campaign is there"))?;
        let campaign = campaign_of(&row)?;
        let asked = questionnaire(connection, campaign.draft.questionnaire)?;
        let targets = db::campaigns::targets(connection, id)?;
        let mut sources = BTreeMap::new();
        for target in targets.iter().filter(|target| target.expected.is_some()) {
            if let Some(source) = &target.source {
                *sources.entry(source.trim().to_owned()).or_default() += 1;
            }
        }
        let counted = db::campaigns::coverage::counted(connection, id)?;
        let villages = by_village(campaign.draft.villages(&reference), targets, counted);
        let traces = db::campaigns::visits::traces(connection, id, "", None)?;
        let visiting: HashSet<&str> =
            traces.iter().map(|trace| trace.enumerator.as_str()).collect();
        let sent: HashSet<String> = db::campaigns::assignments(connection, id)?
            .into_iter()
            .map(|assignment| assignment.enumerator)
            .collect();
        let mut doubted = none_of(DoubtKind::VARIANTS);
        for kind in doubts(&traces, &|code| village_point(&reference, code))
            .into_iter()
            .flat_map(|doubt| doubt.kinds)
        {
            add(&mut doubted, kind.into(), 1);
        }
        let draft = &campaign.draft;
        let subject = CampaignSubject {
            id: campaign.id,
            name: draft.name.clone(),
            from: draft.from,
            until: draft.until,
            closed_at: campaign.closed_at,
            regions: draft.regions.clone(),
            questionnaire: format!("{}, versi {}", asked.draft.title, asked.version),
            sent: sent.len(),
            visiting: visiting.len(),
        };
        let mut duplicates = none_of(Status::VARIANTS);
        for pairs in db::campaigns::report::pairs(connection, id)? {
            add(&mut duplicates, &pairs.status, pairs.pairs);
        }
        let seen = CampaignSeen {
            subject,
            villages: villages.into_values().map(seen_village).collect(),
            visits: weekly(connection, id, draft.from, draft.until)?,
            doubts: doubted,
            duplicates,
            reviews: standings(connection, id)?,
            sources,
        };
        Ok(campaign_figures(seen))
    }
}

fn none_of(names: &[&str]) -> BTreeMap<String, i64> {
    names.iter().map(|name| ((*name).to_owned(), 0)).collect()
}

fn add(counts: &mut BTreeMap<String, i64>, name: &str, more: i64) {
    *counts.entry(name.to_owned()).or_default() += more;
}

fn seen_village(row: CoverageRow) -> VillageSeen {
    let confirmed_zero = match row.coverage {
        None | Some(Coverage::NotVisited) => None,
        Some(coverage) => Some(coverage == Coverage::ConfirmedZero),
    };
    VillageSeen {
        village: row.region,
        confirmed_zero,
        complete: row.coverage == Some(Coverage::Complete),
        target: row.target,
        found: row.found,
        new: row.new,
        not_found: row.not_found,
        refused: row.refused,
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    let since = Days::new(u64::from(day.weekday().num_days_from_monday()));
    day.checked_sub_days(since).unwrap_or(day)
}

/// Every week of the campaign's period with every outcome; what was visited before or after it
/// counts in its first or last week.
fn weekly(
    connection: &mut AnyConnection,
    id: &str,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<BTreeMap<(NaiveDate, String), i64>, RegistryError> {
    let first = monday(from);
    let weeks: Vec<NaiveDate> = std::iter::successors(Some(first), |week| {
        week.checked_add_days(Days::new(7)).filter(|next| *next <= until)
    })
    .take(MAX_WEEKS)
    .collect();
    let last = weeks.last().copied().unwrap_or(first);
    let mut visits: BTreeMap<(NaiveDate, String), i64> = BTreeMap::new();
    for week in weeks {
        visits.extend(Finding::VARIANTS.iter().map(|name| ((week, (*name).to_owned()), 0)));
    }
    for group in db::campaigns::report::outcomes(connection, id)? {
        let week = monday(group.day).clamp(first, last);
        *visits.entry((week, group.outcome)).or_default() += group.visits;
    }
    Ok(visits)
}

/// Where the visited records stand; of merged ones the one that stands for both.
fn standings(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<BTreeMap<String, i64>, RegistryError> {
    let mut standings = none_of(Review::VARIANTS);
    for ceased in [Existence::Closed, Existence::Moved] {
        add(&mut standings, ceased.into(), 0);
    }
    let keys = db::campaigns::visited::keys(connection, id)?;
    for keys in keys.chunks(BATCH) {
        for row in db::enterprises::by_keys(connection, keys)? {
            let stands: Stands = serde_json::from_str(&row.document)?;
            match stands.existence {
                Existence::Active => add(&mut standings, stands.review.into(), 1),
                Existence::Duplicate => {}
                ceased @ (Existence::Closed | Existence::Moved) => {
                    add(&mut standings, ceased.into(), 1);
                }
            }
        }
    }
    Ok(standings)
}
