//! Giving records whose region is no more the one that came after it, and every record with a point
//! its place within new boundaries: a job that is reported and goes on where it was.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::pace::{Pace, pause};
use super::reference::polygon;
use super::writing::stored;
use super::{Registry, RegistryError};
use crate::db::enterprises::EnterpriseRow;
use crate::db::jobs::FindingRow;
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::enterprise::{Enterprise, LocatedIn};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::projection::{self, Standing};
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::succession::{Mapping, Successor, successor};
use crate::domain::text::hex;
use crate::exchange::code_list;

const KIND: &str = "reassign";

/// What a re-assignment is asked for.
pub struct ReassignOptions {
    /// The edition that is in force; with the mapping it names the job.
    pub edition: String,
    /// CSV of old and new codes, for what is not plain.
    pub mapping: Option<Vec<u8>>,
    /// Store nothing, only say what would become of each record.
    pub dry_run: bool,
}

/// What became of the records.
#[derive(Debug, Clone, Serialize)]
pub struct ReassignReport {
    pub edition: String,
    pub dry_run: bool,
    /// Also named by each change in the log; None for a dry run.
    pub job: Option<String>,
    #[serde(flatten)]
    pub tally: Tally,
    /// The records that were left alone, by id.
    pub findings: Vec<Finding>,
}

/// Old code, new code, number of records.
type Moves = BTreeMap<String, BTreeMap<String, usize>>;

/// How many records. Those that are not unchanged were reassigned, relocated or both, or have a
/// region with a new name or point.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    pub examined: usize,
    pub unchanged: usize,
    /// The stated region is another now.
    pub reassigned: usize,
    /// The point lies in another region now.
    pub relocated: usize,
    /// The stated region is no more, and what came after it is not plain.
    pub ambiguous: usize,
    pub unreadable: usize,
    pub reassigned_to: Moves,
    pub relocated_to: Moves,
}

/// A record that was left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: String,
    #[serde(flatten)]
    pub why: Why,
}

/// Why a record was left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Why {
    Ambiguous { region: RegionCode, candidates: Vec<RegionCode> },
    Unreadable { message: String },
}

/// How far it has come.
#[derive(Default)]
struct Course {
    /// Key of the last record that was examined.
    after: i64,
    tally: Tally,
    findings: Vec<Finding>,
    /// Ids and revisions of what was written.
    written: Vec<(String, i32)>,
    done: bool,
}

/// What is the same for all records.
struct Work {
    reference: Arc<Reference>,
    mapping: Mapping,
    /// Regions that may have come after one, as far as they were asked for.
    candidates: HashMap<RegionCode, Vec<RegionCode>>,
}

/// What is to become of a record.
#[derive(Default)]
struct Decision {
    becomes: Option<Box<Enterprise>>,
    reassigned: Option<(String, String)>,
    relocated: Option<(String, String)>,
    left: Option<Why>,
}

impl Registry {
    /// Examines every record once. After each batch `progress` is told how many of how many are
    /// through, and stops the job by answering false: the same again goes on from there, as it does
    /// after a crash.
    ///
    /// # Errors
    /// An edition that is not in force; all that is wrong with the mapping;
    /// [`RegistryError::Stopped`]; the database's.
    pub fn reassign(
        &self,
        options: &ReassignOptions,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<ReassignReport, RegistryError> {
        let mut work = Work::new(self.reference(), options)?;
        let total = usize::try_from(self.counts()?.0).unwrap_or_default();
        let job = if options.dry_run {
            None
        } else {
            let mapping = options.mapping.as_ref().map(|bytes| hex(&Sha256::digest(bytes)));
            let parameters = serde_json::json!({"edition": options.edition, "mapping": mapping});
            Some(self.job(KIND, &parameters, &Tally::default())?.id)
        };
        let mut course = Course::default();
        let mut pace = Pace::new();
        while !course.done {
            pace.batch(|size| match &job {
                Some(id) => self.reassign_batch(id, options, size, &mut work, &mut course),
                None => self.db.read(|connection| {
                    self.examine(connection, size, false, &mut work, &mut course)
                }),
            })?;
            if !progress(course.tally.examined, total) && !course.done {
                self.catch_up_after_load();
                return Err(RegistryError::Stopped);
            }
            pause();
        }
        self.catch_up_after_load();
        let findings = match &job {
            None => course.findings,
            Some(id) => self
                .db
                .read(|connection| db::jobs::findings(connection, id))?
                .iter()
                .map(|row| serde_json::from_str(&row.detail))
                .collect::<Result<_, _>>()?,
        };
        let (edition, dry_run) = (options.edition.clone(), options.dry_run);
        Ok(ReassignReport { edition, dry_run, job, tally: course.tally, findings })
    }

    /// One transaction: the records, what they leave for a person, and how far the job has come.
    fn reassign_batch(
        &self,
        job_id: &str,
        options: &ReassignOptions,
        size: usize,
        work: &mut Work,
        course: &mut Course,
    ) -> Result<(), RegistryError> {
        *course = self.db.write(|tx| {
            let mut job = db::jobs::for_update(tx, job_id)?;
            let mut course = Course {
                after: job.cursor.parse().unwrap_or_default(),
                tally: serde_json::from_str(&job.counts)?,
                done: job.state == db::jobs::DONE,
                ..Course::default()
            };
            if course.done {
                return Ok(course);
            }
            self.examine(tx, size, true, work, &mut course)?;
            let findings = course.findings.drain(..).map(|finding| {
                let detail = serde_json::to_string(&finding)?;
                Ok(FindingRow { job_id: job_id.to_owned(), entity_id: finding.id, detail })
            });
            let findings = findings.collect::<Result<Vec<FindingRow>, RegistryError>>()?;
            if !findings.is_empty() {
                db::jobs::add_findings(tx, &findings)?;
            }
            job.cursor = course.after.to_string();
            job.counts = serde_json::to_string(&course.tally)?;
            job.updated_at = self.clock.now_naive();
            if course.done {
                db::jobs::DONE.clone_into(&mut job.state);
            }
            db::jobs::update(tx, &job)?;
            let reason = format!("edition {}", options.edition);
            let entry = |(id, revision)| Entry {
                actor: Actor::Operator.name(),
                job_id: Some(job_id),
                reason: Some(&reason),
                entity: "enterprise",
                entity_id: id,
                action: KIND,
                revision,
            };
            let entries: Vec<Entry> = course.written.drain(..).map(entry).collect();
            if !entries.is_empty() {
                db::log::append(tx, self.clock.now_naive(), &entries)?;
            }
            Ok::<_, RegistryError>(course)
        })?;
        Ok(())
    }

    /// Examines the next records, and writes those that change if it may.
    fn examine(
        &self,
        connection: &mut AnyConnection,
        size: usize,
        write: bool,
        work: &mut Work,
        course: &mut Course,
    ) -> Result<(), RegistryError> {
        let limit = i64::try_from(size).unwrap_or(i64::MAX);
        let rows = db::enterprises::after_key(connection, course.after, limit)?;
        course.done = rows.len() < size;
        for row in rows {
            course.after = row.key;
            let mut decision = work.decide(connection, &row)?;
            if write && decision.becomes.is_some() {
                // Again under the row's lock: somebody may have changed it just now.
                let Some(row) = db::enterprises::by_id_for_update(connection, &row.id)? else {
                    continue;
                };
                decision = work.decide(connection, &row)?;
                if let Some(enterprise) = &mut decision.becomes {
                    enterprise.revision += 1;
                    enterprise.updated_at = self.clock.now();
                    let state = stored(enterprise, &work.reference)?;
                    db::enterprises::update(connection, &row, &state)?;
                    course.written.push((row.id.clone(), enterprise.revision));
                }
            }
            course.take(row.id, decision);
        }
        Ok(())
    }
}

impl Course {
    fn take(&mut self, id: String, decision: Decision) {
        let tally = &mut self.tally;
        let count = |moves: &mut Moves, (from, to): (String, String)| {
            *moves.entry(from).or_default().entry(to).or_default() += 1;
        };
        tally.examined += 1;
        tally.unchanged += usize::from(decision.becomes.is_none());
        if let Some(codes) = decision.reassigned {
            tally.reassigned += 1;
            count(&mut tally.reassigned_to, codes);
        }
        if let Some(codes) = decision.relocated {
            tally.relocated += 1;
            count(&mut tally.relocated_to, codes);
        }
        if let Some(why) = decision.left {
            match why {
                Why::Ambiguous { .. } => tally.ambiguous += 1,
                Why::Unreadable { .. } => tally.unreadable += 1,
            }
            self.findings.push(Finding { id, why });
        }
    }
}

impl Work {
    fn new(reference: Arc<Reference>, options: &ReassignOptions) -> Result<Self, RegistryError> {
        let gazetteer = &reference.gazetteer;
        let mut editions: Vec<&str> =
            gazetteer.regions().iter().map(|region| region.edition.as_str()).collect();
        editions.sort_unstable();
        editions.dedup();
        let mut faults = Vec::new();
        if !editions.contains(&options.edition.as_str()) {
            let (value, allowed) = (options.edition.clone(), editions.join(", "));
            faults.push(FieldFault::new("edition", Fault::UnknownCode { value, allowed }));
        }
        let pairs = options.mapping.as_ref().map(|bytes| code_list::mapping(bytes)).transpose();
        let pairs = pairs.map_err(RegistryError::Invalid)?.unwrap_or_default();
        for (line, old, new) in &pairs {
            let unknown = [(old, gazetteer.get(old)), (new, gazetteer.current(new))]
                .into_iter()
                .find(|(_, region)| region.is_none());
            if let Some((code, _)) = unknown {
                let fault = Fault::RegionUnknown { value: code.to_string() };
                faults.push(FieldFault::new(format!("line {line}"), fault));
            }
        }
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        let mapping = pairs.into_iter().map(|(_, old, new)| (old, new)).collect();
        Ok(Self { reference, mapping, candidates: HashMap::new() })
    }

    fn decide(
        &mut self,
        connection: &mut AnyConnection,
        row: &EnterpriseRow,
    ) -> Result<Decision, RegistryError> {
        let mut decision = Decision::default();
        let current: Enterprise = match serde_json::from_str(&row.document) {
            Ok(current) => current,
            Err(error) => {
                decision.left = Some(Why::Unreadable { message: error.to_string() });
                return Ok(decision);
            }
        };
        let mut draft = current.draft.clone();
        let Some(stated) = draft.region.clone() else {
            decision.left = Some(Why::Unreadable { message: "no region".to_owned() });
            return Ok(decision);
        };
        let point = draft.point.as_ref().map(|point| (point.lon, point.lat));
        match successor(&stated, point, &self.reference.gazetteer, &self.mapping) {
            Successor::Stays => {}
            Successor::Becomes(region) => {
                decision.reassigned = Some((stated.to_string(), region.to_string()));
                draft.region = Some(region);
            }
            Successor::Open(named) => {
                let mut candidates = self.candidates(connection, &stated)?.clone();
                candidates.extend(named);
                candidates.sort();
                candidates.dedup();
                decision.left = Some(Why::Ambiguous { region: stated, candidates });
            }
        }
        let (standing, size) = (Standing::of(&current), current.size.clone());
        let next = projection::assemble(draft, standing, size, &self.reference)
            .ok_or(RegistryError::Internal("a stored draft has a region that is known"))?;
        let (before, now) = (place(&current.located_in), place(&next.located_in));
        decision.relocated = (before != now).then_some((before, now));
        decision.becomes = (next != current).then(|| Box::new(next));
        Ok(decision)
    }

    /// Regions of today that have a part of one that is no more; where its boundary is not known,
    /// the one that its point lies in.
    fn candidates(
        &mut self,
        connection: &mut AnyConnection,
        code: &RegionCode,
    ) -> Result<&Vec<RegionCode>, RegistryError> {
        if !self.candidates.contains_key(code) {
            let gazetteer = &self.reference.gazetteer;
            let mut found = Vec::new();
            if let Some(region) = gazetteer.get(code) {
                let row = db::reference::geometry(connection, code.as_str(), &region.edition)?;
                found = match row.and_then(|row| polygon(&row.geometry)) {
                    Some(polygon) => gazetteer.overlapping(region.level, &polygon),
                    None => gazetteer
                        .locate(region.lon, region.lat)
                        .map(|located| located.narrowest().code)
                        .into_iter()
                        .collect(),
                };
            }
            self.candidates.insert(code.clone(), found);
        }
        Ok(&self.candidates[code])
    }
}

fn place(located_in: &LocatedIn) -> String {
    let code = located_in.district.as_ref().or(located_in.regency.as_ref());
    code.map_or_else(|| "outside".to_owned(), ToString::to_string)
}
