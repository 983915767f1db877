//! The tables of the report: the same on the page and in the workbook.

use super::{HIDDEN_COUNT, HIDDEN_SUM};
use crate::domain::codes::{Kind, Sector};
use crate::domain::region::{Level, RegionCode};
use crate::domain::release::{Cell, Measure, RegionName, Release, SumCell};
use crate::domain::size::SizeClass;
use strum::VariantNames;

/// A table with its name.
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// What stands in a place of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Number(f64),
    /// With what stands there instead.
    Hidden(&'static str),
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What a column counts.
struct Column {
    name: String,
    sector: Option<String>,
    kind: Option<String>,
    size: Option<String>,
}

fn all() -> Column {
    Column { name: "Seluruhnya".to_owned(), sector: None, kind: None, size: None }
}

fn by_kind() -> impl Iterator<Item = Column> {
    let named = Kind::VARIANTS.iter().zip(["IKM", "UKM", "Kopwan", "Koperasi"]);
    named.map(|(kind, name)| Column {
        name: name.to_owned(),
        kind: Some((*kind).to_owned()),
        ..all()
    })
}

fn by_size() -> impl Iterator<Item = Column> {
    let names = ["Mikro", "Kecil", "Menengah", "Besar", "Belum diketahui"];
    let named = SizeClass::VARIANTS.iter().zip(names);
    named.map(|(size, name)| Column {
        name: name.to_owned(),
        size: Some((*size).to_owned()),
        ..all()
    })
}

fn by_sector() -> impl Iterator<Item = Column> {
    Sector::all().iter().map(|sector| Column {
        name: sector.name.clone(),
        sector: Some(sector.code.clone()),
        ..all()
    })
}

impl Column {
    fn value(&self, release: &Release, region: &RegionCode) -> Value {
        let fits = |cell: &Cell| {
            cell.sector == self.sector && cell.kind == self.kind && cell.size_class == self.size
        };
        let cell = release.count(region.as_str(), fits).next();
        match cell.and_then(|cell| cell.count) {
            Some(count) => Value::Number(i32::try_from(count).unwrap_or(i32::MAX).into()),
            None => Value::Hidden(HIDDEN_COUNT),
        }
    }
}

fn counts<'a>(
    title: String,
    release: &Release,
    regions: impl Iterator<Item = &'a RegionName>,
    columns: &[Column],
) -> Table {
    let names = columns.iter().map(|column| column.name.clone());
    let row = |region: &RegionName| {
        let values = columns.iter().map(|column| column.value(release, &region.code));
        [text(region.code.as_str()), text(&region.name)].into_iter().chain(values).collect()
    };
    Table {
        title,
        columns: ["Kode".to_owned(), "Wilayah".to_owned()].into_iter().chain(names).collect(),
        rows: regions.map(row).collect(),
    }
}

fn wide(release: &Release) -> impl Iterator<Item = &RegionName> {
    release.basis.regions.iter().filter(|region| region.code.level() < Level::District)
}

/// By kind and size, and by sector.
pub fn of_regencies(release: &Release) -> [Table; 2] {
    let columns: Vec<Column> = [all()].into_iter().chain(by_kind()).chain(by_size()).collect();
    let sectors: Vec<Column> = by_sector().collect();
    let title = |by: &str| format!("Jumlah usaha per kabupaten/kota menurut {by}");
    [
        counts(title("jenis dan kelas usaha"), release, wide(release), &columns),
        counts(title("sektor utama"), release, wide(release), &sectors),
    ]
}

/// One table a regency.
pub fn of_districts(release: &Release) -> Vec<Table> {
    let columns: Vec<Column> = [all()].into_iter().chain(by_sector()).collect();
    let regencies = wide(release).filter(|region| region.code.level() == Level::Regency);
    let table = |regency: &RegionName| {
        let within = |region: &&RegionName| {
            region.code.level() == Level::District && regency.code.contains(&region.code)
        };
        let districts = release.basis.regions.iter().filter(within);
        let title = format!("Jumlah usaha per kecamatan di {}", regency.name);
        counts(title, release, districts, &columns)
    };
    regencies.map(table).collect()
}

/// Every district with everything it is counted by.
pub fn of_all_districts(release: &Release) -> Table {
    let columns: Vec<Column> =
        [all()].into_iter().chain(by_kind()).chain(by_size()).chain(by_sector()).collect();
    let level = |region: &&RegionName| region.code.level() == Level::District;
    let districts = release.basis.regions.iter().filter(level);
    counts("Jumlah usaha per kecamatan".to_owned(), release, districts, &columns)
}

fn figure(value: Option<f64>) -> Value {
    value.map_or(Value::Hidden(HIDDEN_SUM), Value::Number)
}

pub fn of_workers(release: &Release) -> Table {
    let row = |sum: &SumCell| {
        let region = release.basis.region(&sum.region);
        let name = region.map_or("", |region| region.name.as_str());
        vec![text(sum.region.as_str()), text(name), figure(sum.max), Value::Number(sum.step)]
    };
    let workers = release.sums.iter().filter(|sum| sum.measure == Measure::Workers);
    Table {
        title: "Tenaga kerja per kabupaten/kota".to_owned(),
        columns: ["Kode", "Wilayah", "Tenaga kerja", "Kelipatan"].map(str::to_owned).to_vec(),
        rows: workers.map(row).collect(),
    }
}

/// Only what is told: a line for each commodity that is hidden in a region would say nothing.
pub fn of_capacity(release: &Release) -> Table {
    let row = |sum: &SumCell| {
        let commodity = sum.commodity.as_deref().and_then(|code| release.basis.commodity(code));
        let unit = sum.dimension.and_then(crate::domain::quantity::unit::Dimension::base_unit);
        let region = release.basis.region(&sum.region);
        vec![
            text(commodity.map_or("", |known| known.name.as_str())),
            text(unit.map_or("", |unit| unit.code.as_str())),
            text(sum.region.as_str()),
            text(region.map_or("", |region| region.name.as_str())),
            figure(sum.min),
            figure(sum.max),
            Value::Number(sum.step),
        ]
    };
    let told = |sum: &&SumCell| sum.measure == Measure::Capacity && sum.max.is_some();
    let names = ["Komoditas", "Satuan", "Kode", "Wilayah", "Terendah", "Tertinggi", "Kelipatan"];
    Table {
        title: "Kapasitas produksi per bulan menurut komoditas".to_owned(),
        columns: names.map(str::to_owned).to_vec(),
        rows: release.sums.iter().filter(told).map(row).collect(),
    }
}
