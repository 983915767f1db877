//! The codes that figures are computed by. They are sealed with them: what is computed again is
//! computed by the same codes, whatever became of them since.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::codes::Sector;
use crate::domain::reference::{Commodity, Reference};
use crate::domain::region::{Level, RegionCode};

/// Regions and commodities as they were.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// The province, and each regency before its districts.
    pub regions: Vec<RegionName>,
    pub commodities: Vec<CommodityBasis>,
}

/// A region that figures are told of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RegionName {
    #[schema(value_type = String, example = "35.15")]
    pub code: RegionCode,
    pub name: String,
}

/// A commodity, and what it is counted in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommodityBasis {
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub sector: Sector,
    pub units: Vec<String>,
}

impl Basis {
    pub fn of(reference: &Reference) -> Self {
        let told = |region: &&crate::domain::gazetteer::Region| region.level != Level::Village;
        let mut regions: Vec<RegionName> = reference
            .gazetteer
            .regions()
            .iter()
            .filter(told)
            .map(|region| RegionName { code: region.code.clone(), name: region.name.clone() })
            .collect();
        regions.sort_by(|one, other| one.code.cmp(&other.code));
        let mut commodities: Vec<CommodityBasis> = reference
            .commodities()
            .iter()
            .map(|commodity| CommodityBasis {
                code: commodity.code.clone(),
                name: commodity.name.clone(),
                name_en: commodity.name_en.clone(),
                sector: commodity.sector,
                units: commodity.units.clone(),
            })
            .collect();
        commodities.sort_by(|one, other| one.code.cmp(&other.code));
        Self { regions, commodities }
    }

    /// The place of each commodity by its code, with as much of it as a capacity is read by.
    pub(super) fn commodities(&self) -> HashMap<&str, (u16, Commodity)> {
        let read = |(place, sealed): (u16, &CommodityBasis)| {
            let commodity = Commodity {
                code: sealed.code.clone(),
                name: sealed.name.clone(),
                name_en: sealed.name_en.clone(),
                sector: sealed.sector,
                kbli: None,
                units: sealed.units.clone(),
                synonyms: Vec::new(),
            };
            (place, commodity)
        };
        let sealed = (0..).zip(&self.commodities);
        sealed.map(|entry| (entry.1.code.as_str(), read(entry))).collect()
    }

    pub fn region(&self, code: &RegionCode) -> Option<&RegionName> {
        let place = self.regions.binary_search_by(|region| region.code.cmp(code)).ok()?;
        self.regions.get(place)
    }

    pub fn commodity(&self, code: &str) -> Option<&CommodityBasis> {
        self.commodities.iter().find(|commodity| commodity.code == code)
    }
}
