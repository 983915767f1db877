//! Draws sample enterprises from `seed/demo.json`: spread as the province is, all of it invented.
//! The same number of rows and the same seed give the same enterprises.

use std::collections::HashMap;

use chrono::NaiveDate;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;
use uuid::Uuid;

use super::RegistryError;
use crate::domain::codes::{ConsentTo, Kind, LegalForm, Period, PointMethod, Sector, Sex};
use crate::domain::enterprise::{
    Capacity, Consent, Draft, Kbli, Owner, Point, Product, Registration, Source, Workers,
};
use crate::domain::gazetteer::{Gazetteer, Region};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, PROVINCE, RegionCode};
use crate::domain::restricted::{AnnualSales, Restricted};

const PROFILE: &str = include_str!("../../seed/demo.json");
/// Exact points lie within this of their village's point, in degrees (about 700 m).
const SPREAD: f64 = 0.0065;
/// Days a month that makers work whose capacity is per day: all but the Sundays.
const WORKING_DAYS: u8 = 26;

#[derive(Deserialize)]
struct Demo {
    names: Names,
    words: Vec<String>,
    streets: Vec<String>,
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
struct Names {
    female: Vec<String>,
    male: Vec<String>,
    family: Vec<String>,
}

#[derive(Deserialize)]
struct Profile {
    commodity: String,
    sectors: Vec<Sector>,
    kbli: String,
    rows: usize,
    kinds: HashMap<Kind, f64>,
    women: f64,
    names: Vec<String>,
    products: Vec<ProductProfile>,
    workers: (u32, u32),
    exact: f64,
    places: Vec<Place>,
}

#[derive(Deserialize)]
struct ProductProfile {
    name: String,
    commodity: String,
    unit: String,
    period: Period,
    capacity: (f64, f64),
}

#[derive(Deserialize)]
struct Place {
    region: RegionCode,
    share: f64,
}

/// Ids of sample records count milliseconds from here: 2026-01-01.
pub(super) const MADE_AT_MILLIS: u64 = 1_767_225_600_000;

/// Where sample records come from.
pub fn source() -> Source {
    Source { name: "Data contoh Sentra".into(), sheet: None, row: None }
}

/// Makers of a commodity in a region who belong to a sentra or a cooperative.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub commodity: String,
    pub region: RegionCode,
    /// How many of them belong to it, 0 to 1.
    pub share: f64,
    pub sentra: Option<Uuid>,
    pub cooperative: Option<Uuid>,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub struct Set {
    pub rows: usize,
    pub seed: u64,
    /// How many of those who might give an exact point do, 0 to 1.
    pub exact: f64,
    pub clusters: Vec<Cluster>,
}

/// A sample enterprise: its draft and what is restricted of it.
pub struct Drawn {
    pub id: Uuid,
    pub draft: Draft,
    pub restricted: Restricted,
}

/// Draws sample enterprises one after the other.
pub struct Drawing<'a> {
    demo: Demo,
    places: Places<'a>,
    random: ChaCha8Rng,
    set: Set,
    /// The profile in hand, the rows due up to its end, and the rows drawn.
    profile: usize,
    due: usize,
    drawn: usize,
}

impl<'a> Drawing<'a> {
    /// # Errors
    /// If the profile cannot be read.
    pub fn new(reference: &'a Reference, set: Set) -> Result<Self, RegistryError> {
        let demo: Demo = serde_json::from_str(PROFILE)?;
        Ok(Self {
            demo,
            places: Places { gazetteer: &reference.gazetteer, villages: HashMap::new() },
            random: ChaCha8Rng::seed_from_u64(set.seed),
            set,
            profile: 0,
            due: 0,
            drawn: 0,
        })
    }

    fn draw(&mut self, profile: usize) -> Result<Drawn, RegistryError> {
        let Self { demo, places, random, set, .. } = self;
        let id = made_id(self.drawn, random);
        let mut draft = draft(demo, &demo.profiles[profile], set.exact, places, random)?;
        for cluster in &set.clusters {
            let belongs = draft.commodities.first() == Some(&cluster.commodity)
                && draft.region.as_ref().is_some_and(|at| cluster.region.contains(at))
                && random.random_bool(cluster.share);
            if belongs {
                draft.sentra = draft.sentra.or(cluster.sentra);
                draft.cooperative = draft.cooperative.or(cluster.cooperative);
            }
        }
        let restricted = restricted(&draft, random);
        Ok(Drawn { id, draft, restricted })
    }
}

impl Iterator for Drawing<'_> {
    type Item = Result<Drawn, RegistryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let all: usize = self.demo.profiles.iter().map(|profile| profile.rows).sum();
        // Whole rows for each profile, the rounding carried along.
        while self.drawn >= self.due * self.set.rows / all {
            self.due += self.demo.profiles.get(self.profile)?.rows;
            self.profile += 1;
        }
        let drawn = self.draw(self.profile - 1);
        self.drawn += 1;
        Some(drawn)
    }
}

/// A time-ordered id: the same place in the same set has the same one.
fn made_id(place: usize, random: &mut ChaCha8Rng) -> Uuid {
    let millis = MADE_AT_MILLIS + place as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random.random()).into_uuid()
}

/// Money for every third: rising with the workers, all of it invented.
fn restricted(draft: &Draft, random: &mut ChaCha8Rng) -> Restricted {
    if random.random_bool(0.65) {
        return Restricted::default();
    }
    let workers = f64::from(draft.workers.as_ref().and_then(Workers::count).unwrap_or(1));
    let mut rupiah = |a_worker: f64| {
        let millions = workers * a_worker * random.random_range(0.3..2.5);
        #[expect(clippy::cast_possible_truncation, reason = "far below 2^53")]
        let whole = (two_digits(millions.max(1.0)) * 1e6) as i64;
        Some(whole)
    };
    Restricted {
        business_capital: rupiah(20.0),
        investment_value: rupiah(35.0),
        annual_sales: rupiah(90.0).map(|value| AnnualSales { value, year: 2025 }),
        ..Restricted::default()
    }
}

struct Places<'a> {
    gazetteer: &'a Gazetteer,
    villages: HashMap<RegionCode, Vec<&'a Region>>,
}

impl<'a> Places<'a> {
    /// A village of the profile's places, by their shares; the rest falls anywhere.
    fn draw(
        &mut self,
        profile: &Profile,
        random: &mut ChaCha8Rng,
    ) -> Result<&'a Region, RegistryError> {
        let mut ticket: f64 = random.random();
        let mut region: Option<RegionCode> = None;
        for place in &profile.places {
            ticket -= place.share;
            if ticket < 0.0 {
                region = Some(place.region.clone());
                break;
            }
        }
        let nowhere = RegistryError::Internal("the demo names a region that is not there");
        let Some(region) = region.or_else(|| PROVINCE.parse().ok()) else { return Err(nowhere) };
        let gazetteer = self.gazetteer;
        let villages = self.villages.entry(region.clone()).or_insert_with(|| {
            gazetteer
                .regions()
                .iter()
                .filter(|at| at.level == Level::Village && region.contains(&at.code))
                .collect()
        });
        villages.choose(random).copied().ok_or(nowhere)
    }
}

fn draft(
    demo: &Demo,
    profile: &Profile,
    exact: f64,
    places: &mut Places,
    random: &mut ChaCha8Rng,
) -> Result<Draft, RegistryError> {
    let village = places.draw(profile, random)?;
    let female = random.random_bool(profile.women);
    let owner = owner_name(demo, female, random);
    let products = products(profile, random);
    let name = pick(&profile.names, random)
        .replace("{word}", &pick(&demo.words, random))
        .replace("{owner}", owner.split(' ').next().unwrap_or(&owner))
        .replace("{product}", products.first().map_or("", |product| product.name.as_str()))
        .replace("{village}", &village.name);
    let exact = random.random_bool(profile.exact * exact);
    let point = exact.then(|| Point {
        lon: village.lon + random.random_range(-SPREAD..SPREAD),
        lat: village.lat + random.random_range(-SPREAD..SPREAD),
        accuracy_m: Some(f64::from(random.random_range(3..25_u32))),
        method: PointMethod::Gps,
    });
    let mut consents = Vec::new();
    // Most of those who gave a point let it be shown.
    if exact && random.random_bool(0.7) {
        consents.push(consent(ConsentTo::ExactPoint));
    }
    let workers = random.random_range(profile.workers.0..=profile.workers.1);
    let women = random.random_range(0..=workers);
    Ok(Draft {
        legal_form: legal_form(&name),
        registrations: registrations(profile, random),
        founded_year: random.random_bool(0.6).then(|| random.random_range(1985..=2025)),
        nib: None,
        kbli: vec![Kbli { edition: "2020".into(), code: profile.kbli.clone(), main: true }],
        sectors: profile.sectors.clone(),
        commodities: vec![profile.commodity.clone()],
        products,
        region: Some(village.code.clone()),
        point,
        address: Some(format!(
            "{} No. {}",
            pick(&demo.streets, random),
            random.random_range(1..150_u32)
        )),
        owners: vec![Owner {
            name: owner,
            sex: Some(if female { Sex::Female } else { Sex::Male }),
            phone: None,
            email: None,
        }],
        workers: Some(Workers {
            male: Some(workers - women),
            female: Some(women),
            total: None,
            on: NaiveDate::from_ymd_opt(2026, 6, 30),
        }),
        consents,
        name,
        ..Draft::default()
    })
}

fn products(profile: &Profile, random: &mut ChaCha8Rng) -> Vec<Product> {
    let most = profile.products.len().min(3);
    let wanted = if most <= 1 { most } else { random.random_range(1..=most) };
    let chosen: Vec<&ProductProfile> = profile.products.sample(random, wanted).collect();
    chosen
        .into_iter()
        .map(|product| {
            // Small makers are many: capacities are drawn evenly on the logarithm.
            let (low, high) = (product.capacity.0.max(1.0), product.capacity.1.max(2.0));
            let quantity = (low.ln() + random.random::<f64>() * (high.ln() - low.ln())).exp();
            let quantity = two_digits(quantity);
            let capacity = Capacity {
                min: quantity,
                max: quantity,
                unit: product.unit.clone(),
                period: product.period,
                working_days: (product.period == Period::Day).then_some(WORKING_DAYS),
            };
            Product {
                name: product.name.clone(),
                commodity: Some(product.commodity.clone()),
                capacity: Some(capacity),
                ..Product::default()
            }
        })
        .collect()
}

/// Rounded as people state capacities: 1,234 becomes 1,200.
fn two_digits(quantity: f64) -> f64 {
    let step = 10_f64.powf((quantity.log10().floor() - 1.0).max(0.0));
    (quantity / step).round() * step
}

fn registrations(profile: &Profile, random: &mut ChaCha8Rng) -> Vec<Registration> {
    let mut kinds: Vec<(Kind, f64)> =
        profile.kinds.iter().map(|(kind, share)| (*kind, *share)).collect();
    kinds.sort_by_key(|(kind, _)| *kind);
    let mut drawn: Vec<Kind> = kinds
        .iter()
        .filter(|(_, share)| random.random_bool(share.clamp(0.0, 1.0)))
        .map(|(kind, _)| *kind)
        .collect();
    if drawn.is_empty() {
        let likeliest = kinds.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        drawn.extend(likeliest.map(|(kind, _)| *kind));
    }
    drawn
        .into_iter()
        .map(|kind| Registration { kind, office: None, number: None, since: None, until: None })
        .collect()
}

fn owner_name(demo: &Demo, female: bool, random: &mut ChaCha8Rng) -> String {
    let given = if female { &demo.names.female } else { &demo.names.male };
    let first = pick(given, random);
    if random.random_bool(0.75) {
        format!("{first} {}", pick(&demo.names.family, random))
    } else {
        first
    }
}

fn legal_form(name: &str) -> Option<LegalForm> {
    let first = name.split([' ', '.']).next().unwrap_or_default().to_uppercase();
    match first.as_str() {
        "CV" => Some(LegalForm::Cv),
        "UD" => Some(LegalForm::Ud),
        "PT" => Some(LegalForm::Pt),
        "KOPERASI" | "KOPWAN" | "KSU" | "KSP" => Some(LegalForm::Koperasi),
        _ => None,
    }
}

fn consent(to: ConsentTo) -> Consent {
    let on = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default();
    Consent { to, on, how: "data contoh".into() }
}

fn pick(list: &[String], random: &mut ChaCha8Rng) -> String {
    list.choose(random).cloned().unwrap_or_default()
}
