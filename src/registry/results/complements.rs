//! Regions that complement each other: one makes what the other's producers work up.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use uuid::Uuid;

use crate::atlas::Dimension;
use crate::db;
use crate::domain::access::Right;
use crate::domain::actor::Whose;
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::domain::reading::{Detail, ReadKind};
use crate::domain::region::{Level, PROVINCE, RegionCode};
use crate::domain::trade::{Origin, RawMaterial};
use crate::geography::distance_m;
use crate::registry::enterprises::ENTITY;
use crate::registry::reads::{Reader, Reading, logged_filter};
use crate::registry::stats::MAX_GROUPS;
use crate::registry::{Registry, RegistryError};

/// Records read at a time.
const BATCH: usize = 500;
/// More users than this are not gone through while somebody waits.
const MOST_USERS: usize = 200_000;

/// A region's producers who work up the raw material, whose internal tier is the reader's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    pub users: usize,
    /// Who states a regency of the province as the origin; who states several is in each.
    pub stated: BTreeMap<RegionCode, usize>,
    /// Who states the province and no more.
    pub province: usize,
    pub outside: usize,
    pub import: usize,
    /// Who uses it and does not say from where.
    pub unknown: usize,
    /// Who states no origin within the province.
    pub unmet: usize,
}

/// A region that makes the raw material, and one whose producers work it up.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub from: RegionCode,
    pub to: RegionCode,
    pub makers: u64,
    pub users: usize,
    /// Users in the one who state the other as the origin.
    pub stated: usize,
    pub unmet: usize,
    /// Between the points that stand for the two; 0 within one.
    pub distance_m: f64,
}

/// Who makes a commodity and who works it up.
#[derive(Debug, Clone, PartialEq)]
pub struct Complements {
    /// By regency: internal records in the reader's area, published ones elsewhere.
    pub makers: BTreeMap<RegionCode, u64>,
    pub needs: BTreeMap<RegionCode, Needs>,
    /// Those with most unmet users first, then those nearest.
    pub links: Vec<Link>,
}

/// As much of a record as tells from where its materials come.
#[derive(Deserialize)]
struct User {
    region: RegionCode,
    responsible_region: RegionCode,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    cooperative: Option<Uuid>,
    #[serde(default)]
    products: Vec<Made>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    raw_materials: Vec<RawMaterial>,
}

impl Registry {
    /// Regions that make a commodity beside those whose producers work it up. `users` is the filter of
    /// those who do (`raw_material` is the commodity).
    ///
    /// # Errors
    /// Not allowed; an unknown area; more users than may be.
    pub fn complements<'a>(
        &self,
        reader: impl Into<Reader<'a>>,
        commodity: &str,
        mut users: Filter,
    ) -> Result<Complements, RegistryError> {
        let (reader, began) = (reader.into(), self.clock.now_naive());
        reader.actor.require(Right::FilterInternal)?;
        let view = self.view_for(reader.actor, &mut users)?;
        let keys = view.keys(&users);
        if keys.len() > MOST_USERS {
            let fault = FieldFault::new("commodity", Fault::TooMany { max: MOST_USERS });
            return Err(RegistryError::BadParameters(vec![fault]));
        }
        let visibility = reader.actor.visibility();
        let mut needs: BTreeMap<RegionCode, Needs> = BTreeMap::new();
        for keys in keys.chunks(BATCH) {
            let documents =
                self.db.read(|connection| db::duplicates::documents_of_keys(connection, keys))?;
            for (key, document) in documents {
                let user: User = match serde_json::from_str(&document) {
                    Ok(user) => user,
                    Err(error) => {
                        tracing::error!(key, %error, "a stored document cannot be read");
                        continue;
                    }
                };
                let whose = Whose {
                    responsible_region: &user.responsible_region,
                    author: user.author.as_deref(),
                    cooperative: user.cooperative,
                };
                if visibility.sees_internal(whose) {
                    count_in(&user, commodity, &mut needs);
                }
            }
        }
        let mut made = Filter::default();
        made.public.commodities.push(commodity.to_owned());
        made.public.sample = users.public.sample;
        let groups = view.groups(&made, &[Dimension::Regency], false, MAX_GROUPS);
        let too_many = |_| RegistryError::Internal("there are fewer regencies than groups");
        let regency = |value: Option<String>| value.and_then(|code| code.parse().ok());
        let mut makers = BTreeMap::new();
        for mut group in groups.map_err(too_many)? {
            if let Some(regency) = group.values.pop().and_then(regency) {
                makers.insert(regency, group.count);
            }
        }
        let reading = Reading {
            filter: Some(logged_filter(users.canonical())),
            count: needs.values().map(|needs| needs.users).sum(),
            detail: Detail {
                groups: ["regency", "origin"].map(str::to_owned).to_vec(),
                ..Detail::default()
            },
            ..Reading::of_many(ReadKind::Stats, ENTITY)
        };
        self.log_read(reader, began, reading)?;
        let links = self.links(&makers, &needs);
        Ok(Complements { makers, needs, links })
    }

    fn links(
        &self,
        makers: &BTreeMap<RegionCode, u64>,
        needs: &BTreeMap<RegionCode, Needs>,
    ) -> Vec<Link> {
        let reference = self.reference();
        let place = |code: &RegionCode| {
            reference.gazetteer.get(code).map(|region| (region.lon, region.lat))
        };
        let mut links = Vec::with_capacity(makers.len() * needs.len());
        for (to, needs) in needs {
            for (from, makers) in makers {
                let apart = place(from).zip(place(to));
                links.push(Link {
                    from: from.clone(),
                    to: to.clone(),
                    makers: *makers,
                    users: needs.users,
                    stated: needs.stated.get(from).copied().unwrap_or_default(),
                    unmet: needs.unmet,
                    distance_m: apart.map_or(0.0, |(from, to)| distance_m(from, to)),
                });
            }
        }
        links.sort_by(|a, b| {
            let nearer = a.distance_m.total_cmp(&b.distance_m);
            b.unmet.cmp(&a.unmet).then_with(|| a.to.cmp(&b.to)).then(nearer)
        });
        links
    }
}

fn count_in(user: &User, commodity: &str, needs: &mut BTreeMap<RegionCode, Needs>) {
    let materials = user.products.iter().flat_map(|made| &made.raw_materials);
    let of_it = materials.filter(|material| material.commodity == commodity);
    let origins: Vec<Option<&Origin>> = of_it.map(|material| material.origin.as_ref()).collect();
    // It may have been written since.
    if origins.is_empty() {
        return;
    }
    let Some(regency) = user.region.at(Level::Regency) else { return };
    let needs = needs.entry(regency).or_default();
    needs.users += 1;
    let (mut stated, mut inside) = (BTreeSet::new(), false);
    let (mut province, mut outside, mut import, mut unknown) = (false, false, false, false);
    for origin in origins {
        match origin {
            None => unknown = true,
            Some(Origin::Import) => import = true,
            Some(Origin::Region(region)) if region.as_str().starts_with(PROVINCE) => {
                inside = true;
                match region.at(Level::Regency) {
                    Some(regency) => {
                        stated.insert(regency);
                    }
                    None => province = true,
                }
            }
            Some(Origin::Region(_)) => outside = true,
        }
    }
    for regency in stated {
        *needs.stated.entry(regency).or_default() += 1;
    }
    needs.province += usize::from(province);
    needs.outside += usize::from(outside);
    needs.import += usize::from(import);
    needs.unknown += usize::from(unknown);
    needs.unmet += usize::from(!inside);
}
