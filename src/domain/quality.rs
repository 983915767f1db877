//! Quality checks: named rules, each with a severity and a wording, in one table ([`RULES`]).
//! [`check`] judges a record by itself; its flags are stored with it. Not here: rules that need
//! other records (the same coordinates as several others, a likely duplicate). Nor swapped
//! coordinates: a latitude beyond 85 degrees is refused, and an import turns such points round.

use chrono::{Months, NaiveDate};

use super::codes::{Kind, PointMethod, Sector};
use super::enterprise::{Draft, LocatedIn, Point, QualityFlag, Severity};
use super::quantity::convert;
use super::quantity::unit::{self, Dimension};
use super::reference::{Commodity, Reference};
use super::region::Level;

/// GPS positions less accurate than this are flagged.
const MAX_ACCURACY_M: f64 = 50.0;
/// Two positions within this many degrees (about a metre) are the same to five decimals.
const SAME_POSITION: f64 = 0.000_005;
/// A record that nobody has touched for longer is stale.
const FRESH_MONTHS: Months = Months::new(12);
/// The sector that says no sector.
const NO_SECTOR: &str = "aneka";

/// What one worker hardly makes in a month, in base units. (?) Set by judgement, far above what is
/// usual: bricks, matches and prints are made by the ten thousand.
const MONTHLY_PER_WORKER: &[(Dimension, f64)] = &[
    (Dimension::Count, 50_000.0),
    (Dimension::Pair, 1_000.0),
    (Dimension::Mass, 20_000.0),
    (Dimension::Volume, 20_000.0),
    (Dimension::Length, 10_000.0),
    (Dimension::Area, 5_000.0),
    (Dimension::Sheet, 50_000.0),
    (Dimension::Set, 1_000.0),
];

/// A named rule.
pub struct Rule {
    pub code: &'static str,
    /// How much it weighs; a rule may weigh less where what it is judged by is approximate.
    pub severity: Severity,
    pub name: &'static str,
    pub name_en: &'static str,
    judged: Judged,
}

enum Judged {
    /// When the record is written.
    Written(fn(&Record) -> bool),
    /// When the record is read: it depends on the day ([`is_stale`]).
    Read,
}

/// What the rules are judged by.
struct Record<'a> {
    draft: &'a Draft,
    located_in: &'a LocatedIn,
    reference: &'a Reference,
}

const OUTSIDE_REGION: &str = "point_outside_region";
const OUTSIDE_PROVINCE: &str = "point_outside_province";
const LATITUDE_SIGN: &str = "latitude_sign";
const AT_VILLAGE_OFFICE: &str = "point_at_village_office";

/// All rules.
pub const RULES: &[Rule] = &[
    rule(
        OUTSIDE_PROVINCE,
        Severity::Warning,
        "Titik di luar provinsi",
        "Point outside the province",
        |record| record.draft.point.is_some() && record.located_in.regency.is_none(),
    ),
    rule(
        OUTSIDE_REGION,
        Severity::Warning,
        "Titik di luar wilayah yang tertulis",
        "Point outside the stated region",
        |record| outside_regency(record) || outside_district(record),
    ),
    rule(
        LATITUDE_SIGN,
        Severity::Warning,
        "Lintang tanpa tanda minus",
        "Latitude without its minus",
        |record| {
            let south = |point: &Point| record.reference.gazetteer.locate(point.lon, -point.lat);
            record
                .draft
                .point
                .as_ref()
                .is_some_and(|point| point.lat > 0.0 && south(point).is_some())
        },
    ),
    rule(
        "gps_accuracy",
        Severity::Warning,
        "Akurasi GPS lebih dari 50 meter",
        "GPS accuracy above 50 metres",
        |record| {
            let metres = record.draft.point.as_ref().and_then(|point| point.accuracy_m);
            metres.is_some_and(|metres| metres > MAX_ACCURACY_M)
        },
    ),
    rule(
        AT_VILLAGE_OFFICE,
        Severity::Warning,
        "Titik sama dengan titik desa, bukan tempat usaha",
        "Point is that of the village, not of the business",
        at_village_office,
    ),
    rule(
        "kbli_against_product",
        Severity::Hint,
        "KBLI utama tidak sesuai dengan sektor dan produk",
        "Main KBLI code does not go with sector and product",
        kbli_against_product,
    ),
    rule(
        "unit_dimension",
        Severity::Warning,
        "Satuan kapasitas tidak sejenis dengan komoditasnya",
        "Unit of a capacity is not of its commodity's kind",
        unit_dimension,
    ),
    rule(
        "capacity_per_worker",
        Severity::Hint,
        "Kapasitas per tenaga kerja luar biasa besar",
        "Capacity per worker is unusually large",
        capacity_per_worker,
    ),
    rule("owner_missing", Severity::Hint, "Pemilik belum disebut", "No owner stated", |record| {
        let members = |kind| matches!(kind, Kind::Koperasi | Kind::Kopwan);
        let mut entries = record.draft.registrations.iter();
        // A cooperative is its members'.
        record.draft.owners.is_empty() && !entries.any(|entry| members(entry.kind))
    }),
    rule(
        "phone_format",
        Severity::Hint,
        "Nomor telepon tidak berbentuk +62…",
        "A phone number is not of the form +62…",
        |record| {
            let contact = record.draft.contact.iter().filter_map(|contact| contact.phone.as_ref());
            let owners = record.draft.owners.iter().filter_map(|owner| owner.phone.as_ref());
            contact.chain(owners).any(|phone| !is_phone(phone))
        },
    ),
    rule(
        "product_missing",
        Severity::Hint,
        "Produk belum disebut",
        "No product stated",
        |record| record.draft.products.is_empty(),
    ),
    rule(
        "sector_unknown",
        Severity::Hint,
        "Sektor belum diketahui (hanya aneka)",
        "Sector not known (aneka only)",
        sector_unknown,
    ),
    Rule {
        code: "stale",
        severity: Severity::Hint,
        name: "Tidak diperbarui lebih dari 12 bulan",
        name_en: "Not updated for more than 12 months",
        judged: Judged::Read,
    },
];

const fn rule(
    code: &'static str,
    severity: Severity,
    name: &'static str,
    name_en: &'static str,
    broken: fn(&Record) -> bool,
) -> Rule {
    Rule { code, severity, name, name_en, judged: Judged::Written(broken) }
}

/// The rules that a record breaks by itself, on whatever day.
pub fn check(draft: &Draft, located_in: &LocatedIn, reference: &Reference) -> Vec<QualityFlag> {
    let record = Record { draft, located_in, reference };
    let broken = RULES.iter().filter(|rule| match rule.judged {
        Judged::Written(broken) => broken(&record),
        Judged::Read => false,
    });
    let flag = |rule: &Rule| {
        // Where only an approximate polygon says so, it is no more than a hint.
        let by_guess = located_in.approximate && !outside_regency(&record);
        let hint = rule.code == OUTSIDE_REGION && by_guess;
        let severity = if hint { Severity::Hint } else { rule.severity };
        QualityFlag { rule: rule.code.to_owned(), severity }
    };
    broken.map(flag).collect()
}

/// Whether these flags say that a point is the village's, and not the business's.
pub fn is_of_village(flags: &[QualityFlag]) -> bool {
    flags.iter().any(|flag| flag.rule == AT_VILLAGE_OFFICE)
}

/// Whether these flags say that a point is not where the business is stated to be.
pub fn is_astray(flags: &[QualityFlag]) -> bool {
    let rules = [OUTSIDE_PROVINCE, OUTSIDE_REGION, LATITUDE_SIGN];
    flags.iter().any(|flag| flag.severity != Severity::Hint && rules.contains(&flag.rule.as_str()))
}

/// The codes of the rules whose flags are stored with the record.
pub fn stored() -> impl Iterator<Item = &'static str> {
    let written = |rule: &&Rule| matches!(rule.judged, Judged::Written(_));
    RULES.iter().filter(written).map(|rule| rule.code)
}

/// Whether a record was last updated more than 12 months ago.
pub fn is_stale(updated: NaiveDate, today: NaiveDate) -> bool {
    today.checked_sub_months(FRESH_MONTHS).is_some_and(|fresh_from| updated < fresh_from)
}

fn outside_regency(record: &Record) -> bool {
    let stated = record.draft.region.as_ref().and_then(|region| region.at(Level::Regency));
    let found = record.located_in.regency.as_ref();
    found.is_some_and(|found| stated.is_some_and(|stated| stated != *found))
}

fn outside_district(record: &Record) -> bool {
    let stated = record.draft.region.as_ref().and_then(|region| region.at(Level::District));
    let found = record.located_in.district.as_ref();
    found.is_some_and(|found| stated.is_some_and(|stated| stated != *found))
}

/// A point that says of itself that it is only the village's is no flaw.
fn at_village_office(record: &Record) -> bool {
    let Some(point) = &record.draft.point else { return false };
    let region = record.draft.region.as_ref().and_then(|code| record.reference.gazetteer.get(code));
    let same = |one: f64, other: f64| (one - other).abs() <= SAME_POSITION;
    point.method != PointMethod::Village
        && region.is_some_and(|region| same(region.lon, point.lon) && same(region.lat, point.lat))
}

fn commodities<'a>(record: &'a Record) -> impl Iterator<Item = &'a Commodity> {
    record.draft.commodities.iter().filter_map(|code| record.reference.commodity(code))
}

/// The sector of the main KBLI code; known of the edition 2020.
fn kbli_sector(draft: &Draft) -> Option<Sector> {
    let main = draft.kbli.iter().find(|kbli| kbli.main).or(draft.kbli.first())?;
    Sector::from_kbli(&main.code).filter(|_| main.edition == "2020")
}

/// A commodity may stand in one sector and under the KBLI of another (batik): both are good.
fn kbli_against_product(record: &Record) -> bool {
    let Some(sector) = kbli_sector(record.draft) else { return false };
    let of_commodities = commodities(record).flat_map(|commodity| {
        [Some(commodity.sector), commodity.kbli.as_deref().and_then(Sector::from_kbli)]
    });
    let of_draft = record.draft.sectors.iter().copied();
    let known = of_draft.chain(of_commodities.flatten()).filter(|one| one.code() != NO_SECTOR);
    let known: Vec<Sector> = known.collect();
    !known.is_empty() && !known.contains(&sector)
}

fn unit_dimension(record: &Record) -> bool {
    record.draft.products.iter().any(|product| {
        let unit = product.capacity.as_ref().and_then(|capacity| unit::by_code(&capacity.unit));
        let commodity = product.commodity.as_deref();
        let commodity = commodity.and_then(|code| record.reference.commodity(code));
        unit.zip(commodity).is_some_and(|(unit, commodity)| !convert::fits(unit, commodity))
    })
}

fn capacity_per_worker(record: &Record) -> bool {
    let workers = record.draft.workers.as_ref().and_then(super::enterprise::Workers::count);
    let Some(workers) = workers.filter(|workers| *workers > 0) else { return false };
    record.draft.products.iter().any(|product| {
        let commodity = product.commodity.as_deref();
        let commodity = commodity.and_then(|code| record.reference.commodity(code));
        let monthly =
            product.capacity.as_ref().and_then(|stated| convert::monthly(stated, commodity).ok());
        monthly.is_some_and(|monthly| {
            let bound = MONTHLY_PER_WORKER.iter().find(|(of, _)| *of == monthly.dimension);
            bound.is_some_and(|(_, most)| monthly.max / f64::from(workers) > *most)
        })
    })
}

fn is_phone(phone: &str) -> bool {
    phone.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Only `aneka` is stated, and neither commodity nor KBLI says that this is what it is.
fn sector_unknown(record: &Record) -> bool {
    let none = |sector: Sector| sector.code() == NO_SECTOR;
    let stated_none = record.draft.sectors.iter().all(|sector| none(*sector));
    let truly = commodities(record).any(|commodity| none(commodity.sector))
        || kbli_sector(record.draft).is_some_and(none);
    stated_none && !truly
}

#[cfg(test)]
mod tests;
