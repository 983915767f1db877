//! Taking in the boundaries of an edition: checked whole, then stored in one transaction. What the
//! regions were before is kept.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use geo::{Coord, InteriorPoint, Intersects};
use serde::Serialize;

use super::projections::REFERENCE;
use super::{Registry, RegistryError};
use crate::db::log::Entry;
use crate::db::reference::{GeometryRow, RegionRow};
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::edition::EditionFault;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::{Level, PROVINCE, RegionCode};
use crate::exchange::boundaries::{self, Boundary, feature};
use crate::geography::round7;

/// What the boundaries of an edition are imported with.
pub struct EditionOptions {
    pub edition: String,
    /// The first day of the edition.
    pub valid_from: NaiveDate,
    /// Origin and licence, shown with each boundary.
    pub source: String,
    /// Good enough to suggest, never to reject.
    pub approximate: bool,
    /// What the file is about: regions elsewhere stay as they are.
    pub within: RegionCode,
    /// Store nothing, only say what would become of the regions.
    pub dry_run: bool,
}

/// What became of the regions, by code.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditionReport {
    pub edition: String,
    pub valid_from: NaiveDate,
    pub dry_run: bool,
    pub added: Vec<String>,
    /// Regions that stay, with a new boundary and maybe a new name.
    pub kept: usize,
    /// Of those, the ones with a new name: the old and the new.
    pub renamed: Vec<(String, String, String)>,
    pub closed: Vec<String>,
}

/// What is to be stored.
struct Plan<'a> {
    report: EditionReport,
    /// Rows that the edition ends.
    ended: Vec<&'a RegionRow>,
    rows: Vec<RegionRow>,
    geometries: Vec<GeometryRow>,
}

impl Registry {
    /// Takes in the boundaries of an edition. At the levels that the file has, a region that is not
    /// in it is closed, and with a closed region all below it.
    ///
    /// # Errors
    /// All that is wrong with the file, by feature, or with the edition; then nothing is stored.
    pub fn import_boundaries(
        &self,
        bytes: &[u8],
        options: &EditionOptions,
    ) -> Result<EditionReport, RegistryError> {
        let boundaries =
            boundaries::read(bytes, &self.reference().gazetteer).map_err(RegistryError::Invalid)?;
        if options.dry_run {
            let versions = self.db.read(db::editions::region_versions)?;
            return Ok(plan(&versions, &boundaries, options)?.report);
        }
        let report = self.db.write(|tx| {
            let versions = db::editions::region_versions(tx)?;
            let plan = plan(&versions, &boundaries, options)?;
            let mut by_edition: HashMap<&str, Vec<&str>> = HashMap::new();
            for row in &plan.ended {
                by_edition.entry(&row.edition).or_default().push(&row.code);
            }
            for (edition, codes) in by_edition {
                db::editions::end_versions(tx, edition, &codes, options.valid_from)?;
            }
            db::editions::add_versions(tx, &plan.rows, &plan.geometries)?;
            self.log_reference(tx, format!("regions:{}", options.edition), &options.source)?;
            Ok::<_, RegistryError>(plan.report)
        })?;
        self.catch_up_after_load();
        Ok(report)
    }

    /// Logs an import of reference codes, so that every process reads them again.
    pub(super) fn log_reference(
        &self,
        tx: &mut AnyConnection,
        what: String,
        reason: &str,
    ) -> Result<(), RegistryError> {
        let entry = Entry {
            actor: Actor::Operator.name(),
            job_id: None,
            reason: Some(reason),
            entity: REFERENCE,
            entity_id: what,
            action: "import",
            revision: 0,
        };
        Ok(db::log::append(tx, self.clock.now_naive(), &[entry])?)
    }
}

/// Checks the boundaries against the regions that there are, and says what is to be stored.
fn plan<'a>(
    versions: &'a [RegionRow],
    boundaries: &[Boundary],
    options: &EditionOptions,
) -> Result<Plan<'a>, RegistryError> {
    let day = options.valid_from;
    let levels: BTreeSet<Level> = boundaries.iter().map(|found| found.code.level()).collect();
    let in_file: HashSet<&RegionCode> = boundaries.iter().map(|found| &found.code).collect();
    let all: Vec<(RegionCode, &RegionRow)> =
        versions.iter().filter_map(|row| Some((row.code.parse().ok()?, row))).collect();
    check_edition(&all, &levels, options)?;

    let open: HashMap<&RegionCode, &RegionRow> = all
        .iter()
        .filter(|(_, row)| row.valid_to.is_none_or(|end| end > day))
        .map(|(code, row)| (code, *row))
        .collect();
    let in_scope =
        |code: &RegionCode| levels.contains(&code.level()) && options.within.contains(code);
    let missing: HashSet<&RegionCode> =
        open.keys().copied().filter(|code| in_scope(code) && !in_file.contains(code)).collect();
    let closes = |code: &RegionCode| {
        let above = std::iter::successors(Some(code.clone()), RegionCode::parent);
        !in_file.contains(code) && above.into_iter().any(|code| missing.contains(&code))
    };

    let mut faults: Vec<FieldFault> = Vec::new();
    for found in boundaries {
        let mut fault =
            |fault| faults.push(FieldFault::new(feature(found.number), Fault::Edition(fault)));
        let value = found.code.to_string();
        if !options.within.contains(&found.code) {
            fault(EditionFault::NotWithin { value, region: options.within.to_string() });
        } else if let Some(parent) = found.code.parent()
            && !in_file.contains(&parent)
            && (!open.contains_key(&parent) || closes(&parent))
        {
            fault(EditionFault::ParentUnknown { value, parent: parent.to_string() });
        }
    }
    let scope = open.keys().filter(|code| in_scope(code)).count();
    if options.within.as_str() == PROVINCE && missing.len() * 2 > scope {
        let (closed, all) = (missing.len(), scope);
        faults.push(FieldFault::new(
            "file",
            Fault::Edition(EditionFault::ClosesMost { closed, all }),
        ));
    }
    if !faults.is_empty() {
        return Err(RegistryError::Invalid(faults));
    }

    let mut plan = Plan {
        report: EditionReport {
            edition: options.edition.clone(),
            valid_from: day,
            dry_run: options.dry_run,
            added: Vec::new(),
            kept: 0,
            renamed: Vec::new(),
            closed: open.keys().filter(|code| closes(code)).map(ToString::to_string).collect(),
        },
        ended: open
            .iter()
            .filter(|(code, _)| in_file.contains(*code) || closes(code))
            .map(|(_, row)| *row)
            .collect(),
        rows: Vec::with_capacity(boundaries.len()),
        geometries: Vec::with_capacity(boundaries.len()),
    };
    plan.report.closed.sort();
    for found in boundaries {
        plan.add(found, open.get(&found.code).copied(), options)?;
    }
    Ok(plan)
}

/// An edition is imported once a level and place, and in the order of time.
fn check_edition(
    versions: &[(RegionCode, &RegionRow)],
    levels: &BTreeSet<Level>,
    options: &EditionOptions,
) -> Result<(), RegistryError> {
    let invalid = |field, fault| Err(RegistryError::Invalid(vec![FieldFault::new(field, fault)]));
    let edition = options.edition.clone();
    if edition.trim().is_empty() {
        return invalid("edition", Fault::Required);
    }
    let here = versions.iter().filter(|(code, _)| {
        options.within.contains(code)
            && levels.first().is_some_and(|widest| code.level() >= *widest)
    });
    let there = |(code, row): &(RegionCode, &RegionRow)| {
        row.edition == edition && levels.contains(&code.level())
    };
    if here.clone().any(there) {
        return invalid("edition", Fault::Edition(EditionFault::Exists { edition }));
    }
    let days = here.flat_map(|(_, row)| [row.valid_from, row.valid_to]).flatten();
    match days.max() {
        Some(last) if last > options.valid_from => {
            let earliest = last.to_string();
            invalid("valid-from", Fault::Edition(EditionFault::TooEarly { earliest }))
        }
        _ => Ok(()),
    }
}

impl Plan<'_> {
    /// Adds a region as the edition has it; what the file does not say of one that stays is kept.
    fn add(
        &mut self,
        found: &Boundary,
        before: Option<&RegionRow>,
        options: &EditionOptions,
    ) -> Result<(), RegistryError> {
        let code = found.code.to_string();
        match before {
            None => self.report.added.push(code.clone()),
            Some(before) => {
                self.report.kept += 1;
                if before.name != found.name {
                    let renamed = (code.clone(), before.name.clone(), found.name.clone());
                    self.report.renamed.push(renamed);
                }
            }
        }
        let inside = before
            .map(|before| (before.lon, before.lat))
            .filter(|&(lon, lat)| found.polygon.intersects(&Coord { x: lon, y: lat }));
        let interior = || found.polygon.interior_point().map(|point| (point.x(), point.y()));
        let (lon, lat) = inside
            .or_else(interior)
            .ok_or(RegistryError::Internal("a checked polygon has a point inside"))?;
        let level: &str = found.code.level().into();
        self.rows.push(RegionRow {
            code: code.clone(),
            level: level.to_owned(),
            parent: found.code.parent().map(|parent| parent.to_string()),
            name: found.name.clone(),
            bps_code: found
                .bps_code
                .clone()
                .or_else(|| before.and_then(|before| before.bps_code.clone())),
            lon: round7(lon),
            lat: round7(lat),
            postal_code: before.and_then(|before| before.postal_code.clone()),
            edition: options.edition.clone(),
            valid_from: Some(options.valid_from),
            valid_to: None,
        });
        self.geometries.push(GeometryRow {
            code,
            geometry: geojson::Geometry::new((&found.polygon).into()).to_string(),
            approximate: options.approximate,
            source: options.source.clone(),
            edition: options.edition.clone(),
        });
        Ok(())
    }
}
