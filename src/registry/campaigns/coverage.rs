//! What a campaign has seen of its villages. One that nobody visited is not visited, never zero; one
//! that was visited and has none is a confirmed zero.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{area_of, seen_campaign};
use crate::atlas::Dimension;
use crate::db;
use crate::db::campaigns::TargetRow;
use crate::db::campaigns::coverage::VillageCounts;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::codes::code_set;
use crate::domain::filter::Filter;
use crate::domain::region::{Level, RegionCode};
use crate::registry::stats::StatsQuery;
use crate::registry::{Registry, RegistryError};

code_set! {
    /// What is known of a village.
    pub enum Coverage {
        /// Nobody was there in this campaign.
        NotVisited,
        /// Somebody was, and there is none.
        ConfirmedZero,
        /// Somebody was; not all that is expected was found yet.
        Visited,
        /// All that was expected was found.
        Complete,
    }
}

/// A village, or a wider region with its villages together.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRow {
    pub region: RegionCode,
    /// Of a village alone.
    pub coverage: Option<Coverage>,
    pub villages: usize,
    pub not_visited: usize,
    pub confirmed_zero: usize,
    pub complete: usize,
    /// None where nobody knows of any of its villages.
    pub target: Option<i64>,
    /// Villages without a target.
    pub without_target: usize,
    /// Enterprises in the registry; None for those who do not see them all.
    pub known: Option<i64>,
    pub visits: i64,
    /// Found, new ones among them.
    pub found: i64,
    pub new: i64,
    pub not_found: i64,
    pub refused: i64,
    /// Visits that wait for somebody to decide.
    pub held: i64,
}

impl CoverageRow {
    fn of(region: RegionCode) -> Self {
        Self {
            region,
            coverage: None,
            villages: 0,
            not_visited: 0,
            confirmed_zero: 0,
            complete: 0,
            target: None,
            without_target: 0,
            known: None,
            visits: 0,
            found: 0,
            new: 0,
            not_found: 0,
            refused: 0,
            held: 0,
        }
    }

    fn add(&mut self, village: &Self) {
        self.villages += village.villages;
        self.not_visited += village.not_visited;
        self.confirmed_zero += village.confirmed_zero;
        self.complete += village.complete;
        self.without_target += village.without_target;
        if let Some(target) = village.target {
            *self.target.get_or_insert_default() += target;
        }
        if let Some(known) = village.known {
            *self.known.get_or_insert_default() += known;
        }
        self.visits += village.visits;
        self.found += village.found;
        self.new += village.new;
        self.not_found += village.not_found;
        self.refused += village.refused;
        self.held += village.held;
    }
}

/// What a campaign saw of some villages; what the registry knows of them is not in it.
pub(super) fn by_village<'a>(
    villages: impl Iterator<Item = &'a RegionCode>,
    targets: Vec<TargetRow>,
    counted: Vec<VillageCounts>,
) -> BTreeMap<RegionCode, CoverageRow> {
    let mut villages: BTreeMap<RegionCode, CoverageRow> =
        villages.map(|village| (village.clone(), CoverageRow::of(village.clone()))).collect();
    for target in targets {
        let Ok(village) = target.village.parse::<RegionCode>() else { continue };
        if let Some(row) = villages.get_mut(&village) {
            row.target = target.expected.map(i64::from);
        }
    }
    let mut zeros: HashSet<RegionCode> = HashSet::new();
    for group in counted {
        let Ok(village) = group.village.parse::<RegionCode>() else { continue };
        let Some(row) = villages.get_mut(&village) else { continue };
        row.visits = group.visits;
        row.found = group.found;
        row.new = group.new_found;
        row.not_found = group.not_found;
        row.refused = group.refused;
        row.held = group.held;
        if group.zeros > 0 {
            zeros.insert(village);
        }
    }
    for (village, row) in &mut villages {
        row.villages = 1;
        row.without_target = usize::from(row.target.is_none());
        let coverage = if row.visits == 0 {
            Coverage::NotVisited
        } else if zeros.contains(village) && row.found == 0 {
            Coverage::ConfirmedZero
        } else if row.target.is_some_and(|target| row.found >= target) {
            Coverage::Complete
        } else {
            Coverage::Visited
        };
        row.coverage = Some(coverage);
        row.not_visited = usize::from(coverage == Coverage::NotVisited);
        row.confirmed_zero = usize::from(coverage == Coverage::ConfirmedZero);
        row.complete = usize::from(coverage == Coverage::Complete);
    }
    villages
}

impl Registry {
    /// The coverage of a campaign by villages, or summed by a wider level; of an enumerator, of
    /// the own villages.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn coverage(
        &self,
        actor: &Actor,
        id: Uuid,
        level: Level,
    ) -> Result<Vec<CoverageRow>, RegistryError> {
        actor.require(Right::ReadInternal)?;
        let reference = self.reference();
        let (campaign, stale) = self.db.read(|connection| {
            let campaign = seen_campaign(connection, actor, id)?;
            let stale = db::campaigns::coverage::is_stale(connection, &id.to_string())?;
            Ok::<_, RegistryError>((campaign, stale))
        })?;
        while stale
            && self.db.write(|tx| db::campaigns::coverage::count_again(tx, &id.to_string()))?
        {
        }
        let (targets, counted, own) = self.db.read(|connection| {
            let targets = db::campaigns::targets(connection, &id.to_string())?;
            let counted = db::campaigns::coverage::counts(connection, &id.to_string())?;
            let own = match actor.visibility() {
                Visibility::Own { author, .. } => {
                    let rows = db::campaigns::assignments_of(connection, &author)?;
                    let own = rows.into_iter().filter(|row| row.campaign_id == id.to_string());
                    Some(own.map(|row| row.village).collect::<HashSet<String>>())
                }
                _ => None,
            };
            Ok::<_, RegistryError>((targets, counted, own))
        })?;
        let area = area_of(actor);
        let inside = |village: &&RegionCode| {
            area.as_ref().is_none_or(|area| area.contains(village))
                && own.as_ref().is_none_or(|own| own.contains(village.as_str()))
        };
        let own_villages = campaign.draft.villages(&reference).filter(inside);
        let mut villages = by_village(own_villages, targets, counted);
        let known = if own.is_none() {
            self.known_by_village(actor, &campaign.draft.regions)?
        } else {
            HashMap::new()
        };
        for (village, row) in &mut villages {
            row.known = own.is_none().then(|| known.get(village).copied().unwrap_or(0));
        }
        if level == Level::Village {
            return Ok(villages.into_values().collect());
        }
        let mut wider: BTreeMap<RegionCode, CoverageRow> = BTreeMap::new();
        for (village, row) in &villages {
            let Some(region) = village.at(level) else { continue };
            let sum = wider.entry(region.clone()).or_insert_with(|| CoverageRow::of(region));
            sum.add(row);
        }
        Ok(wider.into_values().collect())
    }

    /// How many enterprises the registry knows in each village of some regions.
    fn known_by_village(
        &self,
        actor: &Actor,
        regions: &[RegionCode],
    ) -> Result<HashMap<RegionCode, i64>, RegistryError> {
        let mut known = HashMap::new();
        // A filter takes a hundred of them.
        for regions in regions.chunks(100) {
            let mut pairs = vec![("existence".to_owned(), "active".to_owned())];
            pairs.extend(regions.iter().map(|region| ("region".to_owned(), region.to_string())));
            let filter =
                Filter::parse(&pairs, &self.reference()).map_err(RegistryError::BadParameters)?;
            let by = vec![Dimension::Village];
            let stats = self.stats(actor, StatsQuery { filter, by, ..StatsQuery::default() })?;
            for group in stats.groups {
                let code = group.values.first().and_then(Option::as_deref).unwrap_or_default();
                if let Ok(village) = code.parse() {
                    known.insert(village, i64::try_from(group.count).unwrap_or(i64::MAX));
                }
            }
        }
        Ok(known)
    }
}
