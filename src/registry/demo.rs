//! Draws sample enterprises from `seed/demo.json`: spread as the province is, all of it invented.
//! The same number of rows and the same seed give the same enterprises.

use std::collections::HashMap;

use chrono::NaiveDate;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;

use super::RegistryError;
use crate::domain::codes::{ConsentTo, Kind, LegalForm, Period, PointMethod, Sector, Sex};
use crate::domain::enterprise::{
    Capacity, Consent, Draft, Kbli, Owner, Point, Product, Registration, Source, Workers,
};
use crate::domain::gazetteer::{Gazetteer, Region};
use crate::domain::reference::Reference;
use crate::domain::region::{Level, PROVINCE, RegionCode};

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

/// Where sample records come from.
pub fn source() -> Source {
    Source { name: "Data contoh Sentra".into(), sheet: None, row: None }
}

/// Draws `rows` sample enterprises.
///
/// # Errors
/// If the profile cannot be read or names a region that is not there.
pub fn drafts(reference: &Reference, rows: usize, seed: u64) -> Result<Vec<Draft>, RegistryError> {
    let demo: Demo = serde_json::from_str(PROFILE)?;
    let all: usize = demo.profiles.iter().map(|profile| profile.rows).sum();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut places = Places { gazetteer: &reference.gazetteer, villages: HashMap::new() };
    let mut drafts = Vec::with_capacity(rows);
    let (mut due, mut drawn) = (0, 0);
    for profile in &demo.profiles {
        // Whole rows for each profile, the rounding carried along.
        due += profile.rows;
        while drawn < due * rows / all {
            drafts.push(draft(&demo, profile, &mut places, &mut random)?);
            drawn += 1;
        }
    }
    Ok(drafts)
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
    let exact = random.random_bool(profile.exact);
    let point = exact.then(|| Point {
        lon: village.lon + random.random_range(-SPREAD..SPREAD),
        lat: village.lat + random.random_range(-SPREAD..SPREAD),
        accuracy_m: Some(f64::from(random.random_range(3..25_u32))),
        method: PointMethod::Gps,
    });
    let mut consents = vec![consent(ConsentTo::Publish)];
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
        contact: None,
        consents,
        name,
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
