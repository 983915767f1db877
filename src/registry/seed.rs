//! What a new registry begins with: the reference codes of `seed/`, and on request sample data.

use super::intake::{Incoming, Load, Origin, Outcome};
use super::{Registry, RegistryError, demo, reference};
use crate::db::log::Entry;
use crate::db::reference::{CommodityRow, GeometryRow, KbliRow, ReferenceRows, RegionRow};
use crate::db::{self, Db};
use crate::domain::actor::Actor;
use crate::domain::codes::{BasisKind, rows};
use crate::domain::enterprise::PublicationBasis;
use crate::domain::projection::jakarta_date;
use crate::geography::round7;

/// Kepmendagri 300.2.2-2138/2025.
const REGION_EDITION: &str = "2025";
const REGENCY_SOURCE: &str = "geoBoundaries IDN-ADM2, CC BY 3.0 IGO; source BPS, OCHA";
const DISTRICT_SOURCE: &str = "approximate: Voronoi cells of village points, clipped by regency";
/// The sample set: its rows and the seed it is drawn from.
const DEMO_ROWS: usize = 5_000;
const DEMO_SEED: u64 = 35;
/// Of those generated who might give an exact point, as many do that 80 % of all are known only to
/// their village.
const GENERATED_EXACT: f64 = 0.6;
/// Sample records removed in one transaction.
const REMOVE_BATCH: i64 = 500;

/// Adds the reference codes that are not there yet and begins the log. Answers how many were added.
///
/// # Errors
/// The database's.
pub fn reference_codes(db: &Db) -> Result<usize, RegistryError> {
    let seed = seed_rows()?;
    let epoch = uuid::Uuid::now_v7().to_string();
    Ok(db.write(|tx| {
        db::log::begin_epoch(tx, &epoch)?;
        db::reference::add_missing(tx, &seed)
    })?)
}

fn seed_rows() -> Result<ReferenceRows, RegistryError> {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let number = |text: &str| text.parse().map_err(|_| RegistryError::Internal("seed: a number"));
    let mut regions = vec![];
    for row in rows(include_str!("../../seed/regions/codes.csv")) {
        regions.push(RegionRow {
            level: row[0].clone(),
            code: row[1].clone(),
            bps_code: some(&row[2]),
            parent: some(&row[3]),
            name: row[4].clone(),
            lat: round7(number(&row[5])?),
            lon: round7(number(&row[6])?),
            postal_code: some(&row[7]),
            edition: REGION_EDITION.to_owned(),
            valid_from: None,
            valid_to: None,
        });
    }
    regions.push(RegionRow {
        level: "province".into(),
        code: crate::domain::region::PROVINCE.into(),
        bps_code: Some("35".into()),
        parent: None,
        name: crate::domain::region::PROVINCE_NAME.into(),
        lat: -7.7,
        lon: 112.7,
        postal_code: None,
        edition: REGION_EDITION.into(),
        valid_from: None,
        valid_to: None,
    });
    let mut geometries = polygons(include_str!("../../seed/regions/regencies.geojson"), false)?;
    geometries.extend(polygons(include_str!("../../seed/regions/districts.geojson"), true)?);
    let commodities = rows(include_str!("../../seed/commodities.csv")).map(|row| CommodityRow {
        code: row[0].clone(),
        name: row[1].clone(),
        name_en: row[2].clone(),
        sector: row[3].clone(),
        kbli: some(&row[4]),
        unit: some(&row[5]),
        synonyms: row[6].clone(),
    });
    let kbli = rows(include_str!("../../seed/kbli.csv")).map(|row| KbliRow {
        edition: row[0].clone(),
        code: row[1].clone(),
        title: row[2].clone(),
    });
    Ok(ReferenceRows {
        regions,
        geometries,
        commodities: commodities.collect(),
        kbli: kbli.collect(),
        kbli_editions: Vec::new(),
    })
}

fn polygons(geojson: &str, approximate: bool) -> Result<Vec<GeometryRow>, RegistryError> {
    let malformed = || RegistryError::Internal("seed: a GeoJSON file is malformed");
    let collection: geojson::FeatureCollection = geojson.parse().map_err(|_| malformed())?;
    let source = if approximate { DISTRICT_SOURCE } else { REGENCY_SOURCE };
    let mut rows = Vec::with_capacity(collection.features.len());
    for feature in collection.features {
        let code = feature.property("code").and_then(|code| code.as_str()).ok_or_else(malformed)?;
        let geometry = feature.geometry.as_ref().ok_or_else(malformed)?.to_string();
        if reference::polygon(&geometry).is_none() {
            return Err(malformed());
        }
        rows.push(GeometryRow {
            code: code.to_owned(),
            geometry,
            approximate,
            source: source.into(),
            edition: REGION_EDITION.to_owned(),
        });
    }
    Ok(rows)
}

impl Registry {
    /// Adds the sample set: sentra, cooperatives and figures, and enterprises that belong to them.
    /// Again: nothing changes. Answers how many enterprises were added.
    ///
    /// # Errors
    /// As [`Registry::load`].
    pub fn seed_demo(&self, progress: impl FnMut(usize, usize)) -> Result<usize, RegistryError> {
        let clusters = self.seed_demo_documents()?;
        let set = demo::Set { rows: DEMO_ROWS, seed: DEMO_SEED, exact: 1.0, clusters };
        self.load_set(set, progress)
    }

    /// Adds a synthetic province of any size, marked as sample and published. The same size and
    /// seed again: nothing changes. Answers how many were added.
    ///
    /// # Errors
    /// As [`Registry::load`].
    pub fn generate(
        &self,
        rows: usize,
        seed: u64,
        progress: impl FnMut(usize, usize),
    ) -> Result<usize, RegistryError> {
        let set = demo::Set { rows, seed, exact: GENERATED_EXACT, clusters: Vec::new() };
        self.load_set(set, progress)
    }

    fn load_set(
        &self,
        set: demo::Set,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<usize, RegistryError> {
        let reference = self.reference();
        let total = set.rows;
        let job_id = format!("sample:{}:{}", set.rows, set.seed);
        let drawing = demo::Drawing::new(&reference, set)?;
        let rows = drawing.map(|drawn| {
            let demo::Drawn { id, draft, restricted } = drawn?;
            let draft = self.checked(draft, &reference)?;
            let (origin, source) = (Origin::Made(id), demo::source());
            Ok(Incoming { origin, draft, restricted, source })
        });
        let load = Load {
            actor: &Actor::Operator,
            job_id: &job_id,
            reason: "sample data",
            sample: true,
            publish: Some(PublicationBasis {
                kind: BasisKind::PublicDuty,
                text: "Data contoh".into(),
                on: jakarta_date(self.clock.now()),
            }),
            import: None,
        };
        let (mut done, mut created) = (0, 0);
        self.load(&load, rows, |outcomes| {
            done += outcomes.len();
            created +=
                outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Created(_))).count();
            progress(done, total);
            true
        })?;
        Ok(created)
    }

    /// Takes all sample records away and logs each removal. Answers how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn remove_demo(&self) -> Result<usize, RegistryError> {
        let mut removed = 0;
        loop {
            let count = self.db.write(|tx| {
                let ids = db::enterprises::sample_ids(tx, REMOVE_BATCH)?;
                if ids.is_empty() {
                    return Ok(0);
                }
                db::enterprises::delete(tx, &ids)?;
                let entries: Vec<Entry> = ids
                    .iter()
                    .map(|id| Entry {
                        actor: Actor::Operator.name(),
                        job_id: Some("remove-demo"),
                        reason: Some("sample data"),
                        entity: "enterprise",
                        entity_id: id.clone(),
                        action: "remove",
                        revision: 0,
                    })
                    .collect();
                db::log::append(tx, self.clock.now_naive(), &entries)?;
                Ok::<_, db::DbError>(ids.len())
            })?;
            if count == 0 {
                self.remove_demo_documents()?;
                self.db.write(db::duplicates::sweep)?;
                self.catch_up_after_load();
                return Ok(removed);
            }
            removed += count;
        }
    }

    /// Number of records, and of those how many are sample data.
    ///
    /// # Errors
    /// The database's.
    pub fn counts(&self) -> Result<(i64, i64), RegistryError> {
        Ok(self.db.read(db::enterprises::counts)?)
    }
}
