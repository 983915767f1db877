//! The thread that searches. Whoever works has a lease on the search and shows signs of life; what
//! nobody shows signs of any more, any process begins anew. All that was found is written at the
//! end in one transaction, by who still has the lease: a search is never half there.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use parking_lot::{Condvar, Mutex};
use serde::Deserialize;
use uuid::Uuid;

use super::deciding::settle_clusters;
use super::searches::state;
use crate::atlas::Dimension;
use crate::db::candidate_searches::SearchRow;
use crate::db::{self, DbError};
use crate::domain::actor::Actor;
use crate::domain::candidate::{CandidateSearchState as State, Cluster, Counts, Member};
use crate::domain::codes::{Existence, PointMethod, Review};
use crate::domain::enterprise::{Point, QualityFlag};
use crate::domain::filter::Filter;
use crate::domain::quality;
use crate::domain::region::RegionCode;
use crate::geography::{clusters, outline};
use crate::registry::stats::MAX_GROUPS;
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

/// How long a search is whose process gives no sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(1);
/// After it found the database busy, a process leaves a search alone for so long.
const LATER: TimeDelta = TimeDelta::seconds(5);
/// Processes that may die over one search.
const ATTEMPTS: i32 = 5;
/// Records read at a time.
const BATCH: usize = 500;

/// A process does one search at a time.
#[derive(Default)]
pub(in crate::registry) struct AtWork(Mutex<()>);

/// A search that this process works on.
struct Lease {
    row: SearchRow,
    owner: String,
}

/// Between the worker and the thread that shows signs of life.
#[derive(Default)]
struct Signs {
    done: AtomicUsize,
    total: AtomicUsize,
    /// Somebody wants it stopped, or another process has it.
    stop: AtomicBool,
    lost: AtomicBool,
    over: Mutex<bool>,
    wake: Condvar,
}

impl Signs {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed) && !self.lost.load(Ordering::Relaxed)
    }

    fn progress(&self) -> (i64, i64) {
        let number = |counter: &AtomicUsize| {
            i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
        };
        (number(&self.done), number(&self.total))
    }
}

/// As much of a record as a search needs.
#[derive(Deserialize)]
struct Producer {
    id: Uuid,
    sample: bool,
    region: RegionCode,
    #[serde(default)]
    point: Option<Point>,
    #[serde(default)]
    commodities: Vec<String>,
    review: Review,
    existence: Existence,
    #[serde(default)]
    quality: Vec<QualityFlag>,
}

/// A producer whose place is known.
struct Placed {
    member: Member,
    verified: bool,
    at: (f64, f64),
}

/// What was found of one commodity.
pub(super) struct Found {
    pub(super) commodity: String,
    pub(super) clusters: Vec<Cluster>,
}

impl Registry {
    /// Does all searches that are asked for and nobody works on, in the calling thread, unless this
    /// process is at one already. Answers how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn work_on_searches(&self) -> Result<usize, RegistryError> {
        let mut worked = 0;
        loop {
            {
                let Some(_turn) = self.searching.0.try_lock() else { return Ok(worked) };
                while let Some(lease) = self.next_search()? {
                    self.work_on_search(&lease)?;
                    worked += 1;
                }
            }
            // One may have come while this thread was on its way out.
            if self.waiting_searches()?.is_empty() {
                return Ok(worked);
            }
        }
    }

    fn waiting_searches(&self) -> Result<Vec<String>, RegistryError> {
        let now = self.clock.now_naive();
        Ok(self.db.read(|connection| db::candidate_searches::waiting(connection, now))?)
    }

    fn next_search(&self) -> Result<Option<Lease>, RegistryError> {
        for id in self.waiting_searches()? {
            let now = self.clock.now();
            let owner = new_id(now).to_string();
            let (at, until) = (now.naive_utc(), (now + LEASE).naive_utc());
            let row = self.db.write(|tx| {
                if !db::candidate_searches::lease(tx, &id, &owner, at, until)? {
                    return Ok(None);
                }
                let row = db::candidate_searches::by_id(tx, &id)?;
                if row.as_ref().is_some_and(|row| row.state == <&str>::from(State::Waiting)) {
                    let running = State::Running.into();
                    db::candidate_searches::settle(tx, &id, running, None, at)?;
                }
                Ok::<_, RegistryError>(row)
            })?;
            if let Some(row) = row {
                return Ok(Some(Lease { row, owner }));
            }
        }
        Ok(None)
    }

    fn work_on_search(&self, lease: &Lease) -> Result<(), RegistryError> {
        let signs = Signs::default();
        let done = std::thread::scope(|scope| {
            scope.spawn(|| self.show_signs_of_search(lease, &signs));
            let done = catch_unwind(AssertUnwindSafe(|| self.run_search(lease, &signs)));
            *signs.over.lock() = true;
            signs.wake.notify_all();
            done.unwrap_or(Err(RegistryError::Internal("a search panicked")))
        });
        let Err(error) = done else {
            return Ok(());
        };
        if signs.lost.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (id, now) = (lease.row.id.as_str(), self.clock.now());
        let ends = match &error {
            RegistryError::Stopped => State::Stopped,
            RegistryError::Db(DbError::Busy) => {
                let later = (now + LATER).naive_utc();
                let owner = &lease.owner;
                self.db.write(|tx| db::candidate_searches::put_off(tx, id, owner, later))?;
                return Ok(());
            }
            _ => {
                tracing::error!(%error, search = id, "a search for candidates failed");
                State::Failed
            }
        };
        self.db.write(|tx| {
            let row = db::candidate_searches::for_update(tx, id)?;
            if row.is_some_and(|row| row.lease_owner.as_ref() == Some(&lease.owner)) {
                db::candidate_searches::settle(tx, id, ends.into(), None, now.naive_utc())?;
            }
            Ok::<_, RegistryError>(())
        })
    }

    fn show_signs_of_search(&self, lease: &Lease, signs: &Signs) {
        let mut over = signs.over.lock();
        while !*over {
            signs.wake.wait_for(&mut over, BEAT);
            if *over {
                return;
            }
            let now = self.clock.now();
            let times = (now.naive_utc(), (now + LEASE).naive_utc());
            let (id, owner, progress) = (&lease.row.id, &lease.owner, signs.progress());
            let beat =
                self.db.write(|tx| db::candidate_searches::beat(tx, id, owner, times, progress));
            match beat {
                Ok(Some(state)) if state == <&str>::from(State::Stopping) => {
                    signs.stop.store(true, Ordering::Relaxed);
                }
                Ok(Some(_)) => {}
                Ok(None) => signs.lost.store(true, Ordering::Relaxed),
                Err(error) => tracing::warn!(%error, "a search could show no sign of life"),
            }
        }
    }

    fn run_search(&self, lease: &Lease, signs: &Signs) -> Result<(), RegistryError> {
        let row = &lease.row;
        if state(row)? == State::Stopping {
            // Its process died before it stopped.
            return Err(RegistryError::Stopped);
        }
        if row.attempts > ATTEMPTS {
            return Err(RegistryError::Internal("a search ended its process too often"));
        }
        // What other processes have written counts too.
        self.catch_up()?;
        let region: RegionCode = row
            .region
            .parse()
            .map_err(|()| RegistryError::Internal("a stored region has a code"))?;
        let commodities = self.searched_commodities(row, &region)?;
        signs.total.store(commodities.iter().map(|(_, count)| count).sum(), Ordering::Relaxed);
        let (mut counts, mut found) = (Counts::default(), Vec::new());
        for (commodity, _) in commodities {
            let clusters = self.clusters_of(row, &region, &commodity, signs, &mut counts)?;
            found.push(Found { commodity, clusters });
        }
        self.keep_found(lease, signs, &region, counts, &found)
    }

    /// Commodities to search, with how many make them; those too that have open candidates and
    /// perhaps no producers any more.
    fn searched_commodities(
        &self,
        row: &SearchRow,
        region: &RegionCode,
    ) -> Result<Vec<(String, usize)>, RegistryError> {
        let view = self.view(&Actor::Operator);
        let mut filter = Filter::default();
        filter.public.regions.push(region.clone());
        filter.public.commodities.extend(row.commodity.clone());
        let groups = view.groups(&filter, &[Dimension::Commodity], false, MAX_GROUPS);
        let too_many = |_| RegistryError::Internal("there are fewer commodities than groups");
        let mut makers = std::collections::BTreeMap::new();
        for mut group in groups.map_err(too_many)? {
            if let Some(commodity) = group.values.pop().flatten() {
                makers.insert(commodity, usize::try_from(group.count).unwrap_or_default());
            }
        }
        let open: BTreeSet<String> = match &row.commodity {
            Some(commodity) => [commodity.clone()].into(),
            None => self.db.read(db::candidates::open_commodities)?.into_iter().collect(),
        };
        for commodity in open {
            makers.entry(commodity).or_default();
        }
        // Records that make others as well came with them.
        makers.retain(|code, _| row.commodity.as_ref().is_none_or(|wanted| wanted == code));
        Ok(makers.into_iter().collect())
    }

    /// The clusters of one commodity; sample data and real ones apart.
    fn clusters_of(
        &self,
        row: &SearchRow,
        region: &RegionCode,
        commodity: &str,
        signs: &Signs,
        counts: &mut Counts,
    ) -> Result<Vec<Cluster>, RegistryError> {
        let mut filter = Filter::default();
        filter.public.regions.push(region.clone());
        filter.public.commodities.push(commodity.to_owned());
        let keys = self.view(&Actor::Operator).keys(&filter);
        let before = signs.done.load(Ordering::Relaxed);
        let mut placed: [Vec<Placed>; 2] = [Vec::new(), Vec::new()];
        for (batch, keys) in keys.chunks(BATCH).enumerate() {
            let documents =
                self.db.read(|connection| db::duplicates::documents_of_keys(connection, keys))?;
            for (key, document) in documents {
                match serde_json::from_str::<Producer>(&document) {
                    Ok(producer) => take_in(producer, commodity, &mut placed, counts),
                    Err(error) => tracing::error!(key, %error, "a stored document cannot be read"),
                }
            }
            signs.done.store(before + batch * BATCH + keys.len(), Ordering::Relaxed);
            if !signs.goes_on() {
                return Err(RegistryError::Stopped);
            }
        }
        let mut found = Vec::new();
        let eps_m = f64::from(row.eps_m);
        let least = usize::try_from(row.min_producers).unwrap_or(usize::MAX);
        for (placed, sample) in placed.iter_mut().zip([false, true]) {
            // The same records give the same clusters, in whatever order they were read.
            placed.sort_by_key(|one| one.member.id);
            let places: Vec<(f64, f64)> = placed.iter().map(|one| one.at).collect();
            let groups = clusters(&places, eps_m, least, |_| signs.goes_on());
            for group in groups.ok_or(RegistryError::Stopped)? {
                found.push(cluster(placed, &group, sample)?);
            }
        }
        counts.found += found.len();
        Ok(found)
    }

    fn keep_found(
        &self,
        lease: &Lease,
        signs: &Signs,
        region: &RegionCode,
        counts: Counts,
        found: &[Found],
    ) -> Result<(), RegistryError> {
        let (id, now) = (lease.row.id.as_str(), self.clock.now());
        let (done, total) = signs.progress();
        self.db.write(|tx| {
            let row = db::candidate_searches::for_update(tx, id)?;
            let theirs = |row: &SearchRow| {
                let running = row.state == <&str>::from(State::Running);
                running && row.lease_owner.as_ref() == Some(&lease.owner)
            };
            if !row.as_ref().is_some_and(theirs) {
                return Err(RegistryError::Stopped);
            }
            let mut counts = counts;
            for found in found {
                counts.join(&settle_clusters(tx, id, region, found, now)?);
            }
            let times = (now.naive_utc(), (now + LEASE).naive_utc());
            db::candidate_searches::beat(tx, id, &lease.owner, times, (done.max(total), total))?;
            let counts = serde_json::to_string(&counts)?;
            let done = State::Done.into();
            Ok(db::candidate_searches::settle(tx, id, done, Some(&counts), now.naive_utc())?)
        })
    }
}

/// Counts a producer in, and remembers where they are if that is known.
fn take_in(
    producer: Producer,
    commodity: &str,
    placed: &mut [Vec<Placed>; 2],
    counts: &mut Counts,
) {
    // It may have been written since.
    if producer.existence != Existence::Active
        || !producer.commodities.iter().any(|made| made == commodity)
    {
        return;
    }
    counts.producers += 1;
    let point = producer.point.filter(|point| point.method != PointMethod::Village);
    let Some(point) = point.filter(|_| !quality::is_of_village(&producer.quality)) else {
        counts.village_only += 1;
        return;
    };
    if quality::is_astray(&producer.quality) {
        counts.doubtful += 1;
        return;
    }
    placed[usize::from(producer.sample)].push(Placed {
        member: Member { id: producer.id, region: producer.region },
        verified: producer.review == Review::Verified,
        at: (point.lon, point.lat),
    });
}

fn cluster(placed: &[Placed], group: &[usize], sample: bool) -> Result<Cluster, RegistryError> {
    let places: BTreeSet<(u64, u64)> =
        group.iter().map(|at| (placed[*at].at.0.to_bits(), placed[*at].at.1.to_bits())).collect();
    let drawn = outline(group.iter().map(|at| placed[*at].at));
    Ok(Cluster {
        members: group.iter().map(|at| placed[*at].member.clone()).collect(),
        verified: group.iter().filter(|at| placed[**at].verified).count(),
        places: places.len(),
        sample,
        area: serde_json::to_value(geojson::Geometry::new((&drawn).into()))?,
    })
}
