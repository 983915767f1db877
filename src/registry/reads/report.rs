//! The reports on a breach: who read a record or was shown it, and what an account read. A list is
//! held against the record as it was at the moment of reading, with the filter that was given then.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Registry, RegistryError, audited_region, logged};
use crate::atlas::{Internal, Row};
use crate::db::enterprises::EnterpriseRow;
use crate::db::log::ChangeRow;
use crate::db::reads::{ReadQuery, ReadRow};
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Visibility};
use crate::domain::enterprise::Enterprise;
use crate::domain::filter::Filter;
use crate::domain::reading::{
    ActorReadReport, Changes, Detail, DirectReads, ExportState, FilterReads, KindReads, LoggedRead,
    ReadKind, RecordReadReport, ShownReads,
};
use crate::domain::reference::Reference;
use crate::search::{Asked, Entry};

/// Lines read at a time.
const BATCH: i64 = 1_000;
/// Most purposes that are told of one reader.
const MAX_PURPOSES: usize = 100;
/// How long a state is still taken to be seen after the next one was logged: it is committed a
/// moment later.
const COMMITTED: TimeDelta = TimeDelta::seconds(1);
const OF_ONE: [ReadKind; 6] = [
    ReadKind::Record,
    ReadKind::Revision,
    ReadKind::Restricted,
    ReadKind::PersonMatch,
    ReadKind::PersonExport,
    ReadKind::Duplicates,
];
const OF_MANY: [ReadKind; 5] =
    [ReadKind::List, ReadKind::Suggestions, ReadKind::Export, ReadKind::Tile, ReadKind::Changes];

/// A time of which a report is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Span {
    fn query(self, kinds: &[ReadKind]) -> ReadQuery {
        ReadQuery {
            kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
            since: self.since.map(|since| since.naive_utc()),
            until: self.until.map(|until| until.naive_utc()),
            ..ReadQuery::default()
        }
    }

    fn holds(self, at: DateTime<Utc>) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }
}

/// How many times, from the first to the last.
struct Times {
    count: i64,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl Times {
    fn new(at: DateTime<Utc>) -> Self {
        Self { count: 0, first: at, last: at }
    }

    fn add(&mut self, at: DateTime<Utc>) {
        self.count += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
    }
}

impl Registry {
    /// Who read a record directly, and whose lists, exports, tiles and feed it passed through as it
    /// was then.
    ///
    /// # Errors
    /// Not allowed; not found, also outside an auditor's area; the database's.
    pub fn record_read_report(
        &self,
        actor: &Actor,
        enterprise: Uuid,
        span: Span,
    ) -> Result<RecordReadReport, RegistryError> {
        let region = audited_region(actor)?;
        let id = enterprise.to_string();
        let row = self.db.read(|connection| db::enterprises::by_id(connection, &id))?;
        let within = |row: &EnterpriseRow| {
            region.is_none_or(|region| {
                let area = region.parse().ok();
                let visibility = Visibility::Internal { area };
                super::super::enterprises::is_internal_to(row, &visibility)
            })
        };
        let row = row.filter(within).ok_or(RegistryError::EnterpriseNotFound(enterprise))?;
        self.read_report_of(&row, enterprise, span)
    }

    pub(in crate::registry) fn read_report_of(
        &self,
        row: &EnterpriseRow,
        enterprise_id: Uuid,
        span: Span,
    ) -> Result<RecordReadReport, RegistryError> {
        self.flush_reads()?;
        let changes = self.db.read(|connection| db::log::of_entity(connection, &row.id))?;
        let direct = self.direct_reads(&row.id, span)?;
        let past = self.db.read(|connection| {
            let reference = self.reference();
            Past::of(connection, row, &changes, &reference)
        })?;
        let shown = self.shown_reads(&past, span)?;
        let mut by_actor: BTreeMap<&str, Times> = BTreeMap::new();
        for change in changes.iter().filter(|change| span.holds(change.at.and_utc())) {
            let at = change.at.and_utc();
            by_actor.entry(&change.actor).or_insert_with(|| Times::new(at)).add(at);
        }
        let changed_by = by_actor.into_iter().map(|(actor, times)| Changes {
            actor: actor.to_owned(),
            times: times.count,
            first_at: times.first,
            last_at: times.last,
        });
        let Span { since, until } = span;
        let changed_by = changed_by.collect();
        Ok(RecordReadReport { enterprise_id, since, until, direct, shown, changed_by })
    }

    fn direct_reads(&self, id: &str, span: Span) -> Result<Vec<DirectReads>, RegistryError> {
        let query = ReadQuery { entity_id: Some(id.to_owned()), ..span.query(&OF_ONE) };
        let mut by_reader: BTreeMap<(String, ReadKind), DirectReads> = BTreeMap::new();
        self.each_read(&query, |read| {
            let found =
                by_reader.entry((read.actor.clone(), read.kind)).or_insert_with(|| DirectReads {
                    actor: read.actor.clone(),
                    kind: read.kind,
                    times: 0,
                    first_at: read.at,
                    last_at: read.at,
                    unmasked: 0,
                    purposes: Vec::new(),
                });
            found.times += 1;
            found.first_at = found.first_at.min(read.at);
            found.last_at = found.last_at.max(read.at);
            found.unmasked += i64::from(read.detail.unmasked);
            if let Some(purpose) = read.purpose
                && found.purposes.len() < MAX_PURPOSES
                && !found.purposes.contains(&purpose)
            {
                found.purposes.push(purpose);
            }
            Ok(())
        })?;
        Ok(by_reader.into_values().collect())
    }

    fn shown_reads(&self, past: &Past, span: Span) -> Result<Vec<ShownReads>, RegistryError> {
        let mut filters = Filters { registry: self, read: HashMap::new(), passed: HashMap::new() };
        let mut by_reader: BTreeMap<(String, ReadKind, Option<String>), ShownReads> =
            BTreeMap::new();
        // Exports of whose end the log knows nothing: cut off with the process, or under way.
        let mut begun: HashMap<Uuid, LoggedRead> = HashMap::new();
        let mut add = |read: LoggedRead| {
            let certain = match read.kind {
                ReadKind::List => read.detail.matched == usize::try_from(read.count).ok(),
                ReadKind::Export => read.detail.state == Some(ExportState::Done),
                ReadKind::Changes => true,
                _ => false,
            };
            let key = (read.actor.clone(), read.kind, read.filter.clone());
            let found = by_reader.entry(key).or_insert_with(|| ShownReads {
                actor: read.actor,
                kind: read.kind,
                filter: read.filter,
                times: 0,
                first_at: read.at,
                last_at: read.at,
                rows: 0,
                certain,
            });
            found.times += 1;
            found.first_at = found.first_at.min(read.at);
            found.last_at = found.last_at.max(read.at);
            found.rows += read.count;
            found.certain |= certain;
        };
        self.each_read(&span.query(&OF_MANY), |read| {
            if let (Some(export), Some(state)) = (read.detail.export, read.detail.state) {
                if state == ExportState::Begun {
                    begun.insert(export, read);
                    return Ok(());
                }
                begun.remove(&export);
            }
            if read.count > 0 && filters.showed(past, &read, read.at.naive_utc())? {
                add(read);
            }
            Ok(())
        })?;
        for read in begun.into_values() {
            if filters.showed(past, &read, NaiveDateTime::MAX)? {
                add(read);
            }
        }
        Ok(by_reader.into_values().collect())
    }

    /// What an account read, summed. An auditor of an area is told what concerns it.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn actor_read_report(
        &self,
        actor: &Actor,
        reader: &str,
        span: Span,
    ) -> Result<ActorReadReport, RegistryError> {
        let region = audited_region(actor)?;
        self.flush_reads()?;
        let query = ReadQuery { actor: Some(reader.to_owned()), region, ..span.query(&[]) };
        let mut kinds: BTreeMap<ReadKind, (Times, i64)> = BTreeMap::new();
        let mut filters: BTreeMap<(ReadKind, String), (i64, i64)> = BTreeMap::new();
        let mut records: BTreeSet<String> = BTreeSet::new();
        let mut restricted = Vec::new();
        self.each_read(&query, |read| {
            // The same export is told by the line of its end.
            if read.detail.state == Some(ExportState::Begun) {
                return Ok(());
            }
            let (times, rows) = kinds.entry(read.kind).or_insert_with(|| (Times::new(read.at), 0));
            times.add(read.at);
            *rows += read.count;
            if let Some(filter) = &read.filter {
                let (times, rows) = filters.entry((read.kind, filter.clone())).or_default();
                *times += 1;
                *rows += read.count;
            }
            records.extend(read.entity_id.clone());
            if read.purpose.is_some() {
                restricted.push(read);
            }
            Ok(())
        })?;
        restricted.reverse();
        let kinds = kinds.into_iter().map(|(kind, (times, rows))| KindReads {
            kind,
            times: times.count,
            rows,
            first_at: times.first,
            last_at: times.last,
        });
        let filters = filters.into_iter().map(|((kind, filter), (times, rows))| FilterReads {
            kind,
            filter,
            times,
            rows,
        });
        let mut filters: Vec<FilterReads> = filters.collect();
        filters.sort_by_key(|filter| std::cmp::Reverse(filter.times));
        Ok(ActorReadReport {
            actor: reader.to_owned(),
            since: span.since,
            until: span.until,
            records: i64::try_from(records.len()).unwrap_or(i64::MAX),
            kinds: kinds.collect(),
            filters,
            restricted,
        })
    }

    /// Hands the lines of the log to `each`, the oldest first.
    fn each_read(
        &self,
        query: &ReadQuery,
        mut each: impl FnMut(LoggedRead) -> Result<(), RegistryError>,
    ) -> Result<(), RegistryError> {
        let mut above = match query.since {
            Some(since) => self.db.read(|connection| db::reads::before(connection, since))?,
            None => 0,
        };
        loop {
            let rows: Vec<ReadRow> =
                self.db.read(|connection| db::reads::oldest(connection, query, above, BATCH))?;
            let Some(last) = rows.last() else { return Ok(()) };
            above = last.seq;
            for row in rows {
                each(logged(row)?)?;
            }
        }
    }
}

/// A record through the times.
struct Past {
    states: Vec<State>,
    /// Places of its changes in the log.
    changes: Vec<i64>,
    /// In which it was visited, at any time.
    campaigns: Vec<Uuid>,
}

/// One of its states, and from when until when.
struct State {
    from: NaiveDateTime,
    until: NaiveDateTime,
    row: Row<Internal>,
    /// What it was found by.
    entry: Entry,
}

impl Past {
    fn of(
        connection: &mut AnyConnection,
        row: &EnterpriseRow,
        changes: &[ChangeRow],
        reference: &Reference,
    ) -> Result<Self, RegistryError> {
        let mut since: HashMap<i32, NaiveDateTime> = HashMap::new();
        for change in changes {
            since.entry(change.revision).or_insert(change.at);
        }
        let mut documents: Vec<(i32, String)> = db::revisions::all(connection, &row.id)?
            .into_iter()
            .map(|earlier| (earlier.revision, earlier.document))
            .collect();
        documents.push((row.revision, row.document.clone()));
        let mut states: Vec<State> = Vec::with_capacity(documents.len());
        for (revision, document) in documents {
            let from = since.get(&revision).copied().unwrap_or(NaiveDateTime::MIN);
            if let Some(before) = states.last_mut() {
                before.until = from.checked_add_signed(COMMITTED).unwrap_or(from);
            }
            let entry = Entry::internal(&document, reference)?;
            let document: Enterprise = serde_json::from_str(&document)?;
            if let Some(row) = Row::internal(row.key, &document, reference) {
                states.push(State { from, until: NaiveDateTime::MAX, row, entry });
            }
        }
        let changes = changes.iter().map(|change| change.seq).collect();
        let campaigns = db::campaigns::visited::of_record(connection, &row.id)?;
        let campaigns = campaigns.iter().filter_map(|id| id.parse().ok()).collect();
        Ok(Self { states, changes, campaigns })
    }
}

/// The filters of the log, each read once and held against each state once.
struct Filters<'a> {
    registry: &'a Registry,
    /// None: one that cannot be read any more, which is taken to have found the record.
    read: HashMap<String, Option<Filter>>,
    passed: HashMap<(String, u32, usize), bool>,
}

impl Filters<'_> {
    /// Whether a reading of many, up to its end, was of the record's internal tier.
    fn showed(
        &mut self,
        past: &Past,
        read: &LoggedRead,
        end: NaiveDateTime,
    ) -> Result<bool, RegistryError> {
        let Some(visibility) = Visibility::of_scope(&read.scope, &read.actor) else {
            return Ok(true);
        };
        if let Detail { since: Some(since), through: Some(through), .. } = read.detail
            && !past.changes.iter().any(|seq| (since + 1..=through).contains(seq))
        {
            return Ok(false);
        }
        let began = read.began_at.naive_utc();
        for (at, state) in past.states.iter().enumerate() {
            if state.from > end
                || state.until < began
                || !visibility.sees_internal(state.row.whose())
            {
                continue;
            }
            let within = read.detail.bounds.is_none_or(|[west, south, east, north]| {
                let (lon, lat) = (state.row.common.lon, state.row.common.lat);
                (west..=east).contains(&lon) && (south..=north).contains(&lat)
            });
            if within && self.passes(read, at, state, &past.campaigns)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn passes(
        &mut self,
        read: &LoggedRead,
        at: usize,
        state: &State,
        campaigns: &[Uuid],
    ) -> Result<bool, RegistryError> {
        let text = read.filter.as_deref().unwrap_or_default();
        let typos = read.detail.typos.unwrap_or_default();
        let key = (text.to_owned(), typos, at);
        if let Some(passed) = self.passed.get(&key) {
            return Ok(*passed);
        }
        if !self.read.contains_key(text) {
            let filter = self.parsed(text)?;
            self.read.insert(text.to_owned(), filter);
        }
        let filter = self.read.get(text).and_then(Option::as_ref);
        let passed = filter.is_none_or(|filter| {
            let asked = Asked::new(&filter.public.words, typos);
            let of = &filter.internal.campaigns;
            let visited = of.is_empty() || of.iter().any(|id| campaigns.contains(id));
            visited && state.row.passes(filter) && state.entry.answers(&asked)
        });
        self.passed.insert(key, passed);
        Ok(passed)
    }

    fn parsed(&self, text: &str) -> Result<Option<Filter>, RegistryError> {
        let Ok(mut filter) = Filter::restored(text, &self.registry.reference()) else {
            return Ok(None);
        };
        match self.registry.resolve_area(&mut filter) {
            Ok(()) => Ok(Some(filter)),
            Err(RegistryError::BadParameters(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
