//! Capacities made comparable: base units and months. Unlike dimensions are never added, and what
//! cannot be converted is counted, so that a total says what it leaves out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::unit::{self, Dimension, UnitEntry};
use crate::domain::codes::Period;
use crate::domain::enterprise::Capacity;
use crate::domain::reference::Commodity;

/// The dimension of a unit where a commodity is measured in it. Kodi, lusin and gros count pieces;
/// where the commodity is typically counted in pairs, sheets or sets, they count those: 500 kodi of
/// shoes are 10,000 pairs.
pub fn dimension_of(unit: &UnitEntry, commodity: Option<&Commodity>) -> Dimension {
    let typical = commodity.and_then(|commodity| commodity.units.first());
    let counted = typical
        .and_then(|code| unit::by_code(code))
        .map(|typical| typical.dimension)
        .filter(|typical| matches!(typical, Dimension::Pair | Dimension::Sheet | Dimension::Set));
    counted.filter(|_| unit.is_multiplier()).unwrap_or(unit.dimension)
}

/// Whether a commodity can be measured in a unit: where one of its own units is of the same
/// dimension. Anything may be packed, so packs always fit, and a commodity whose own unit is a pack
/// takes every unit; so does one without units.
pub fn fits(unit: &UnitEntry, commodity: &Commodity) -> bool {
    let dimension = dimension_of(unit, Some(commodity));
    let own = commodity.units.iter().filter_map(|code| unit::by_code(code));
    let own: Vec<Dimension> = own.map(|own| own.dimension).collect();
    own.is_empty()
        || dimension == Dimension::Pack
        || own.contains(&Dimension::Pack)
        || own.contains(&dimension)
}

/// A capacity per month in the base unit of its dimension.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Monthly {
    pub dimension: Dimension,
    pub min: f64,
    pub max: f64,
}

/// Why a capacity has no monthly figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFigure {
    /// It is per day, and the working days of a month are not stated.
    WorkingDays,
    /// It is in packs, whose content is not stated.
    PackContent,
    /// Its unit is not among the units.
    UnknownUnit,
}

/// A capacity per month: a year has 12 months and 52 weeks, and a month as many working days as
/// are stated.
///
/// # Errors
/// What is missing for it.
pub fn monthly(capacity: &Capacity, commodity: Option<&Commodity>) -> Result<Monthly, NoFigure> {
    let unit = unit::by_code(&capacity.unit).ok_or(NoFigure::UnknownUnit)?;
    let dimension = dimension_of(unit, commodity);
    if dimension == Dimension::Pack {
        return Err(NoFigure::PackContent);
    }
    let periods = match capacity.period {
        Period::Day => f64::from(capacity.working_days.ok_or(NoFigure::WorkingDays)?),
        Period::Week => 52.0 / 12.0,
        Period::Month => 1.0,
        Period::Year => 1.0 / 12.0,
    };
    let base = |quantity: f64| quantity * unit.factor * periods;
    Ok(Monthly { dimension, min: base(capacity.min), max: base(capacity.max) })
}

/// The sum of capacities of one dimension, in its base unit per month.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
pub struct Sum {
    pub min: f64,
    pub max: f64,
    /// How many capacities are in it.
    pub added: usize,
}

/// Sums of capacities, one for each dimension, and how many could not be added and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Totals {
    pub sums: BTreeMap<Dimension, Sum>,
    /// Per day, and the working days are not stated.
    pub without_working_days: usize,
    /// In packs of unstated content.
    pub without_pack_content: usize,
    pub of_unknown_unit: usize,
}

impl Totals {
    /// Adds a capacity to the sum of its dimension, or counts it as left out.
    pub fn add(&mut self, capacity: &Capacity, commodity: Option<&Commodity>) {
        match monthly(capacity, commodity) {
            Ok(Monthly { dimension, min, max }) => {
                let sum = self.sums.entry(dimension).or_default();
                sum.min += min;
                sum.max += max;
                sum.added += 1;
            }
            Err(NoFigure::WorkingDays) => self.without_working_days += 1,
            Err(NoFigure::PackContent) => self.without_pack_content += 1,
            Err(NoFigure::UnknownUnit) => self.of_unknown_unit += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Sector;

    fn commodity(units: &[&str]) -> Commodity {
        Commodity {
            code: "x".into(),
            name: "X".into(),
            name_en: "X".into(),
            sector: Sector::from_code("aneka").expect("a sector"),
            kbli: None,
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            synonyms: vec![],
        }
    }

    fn capacity(quantity: f64, unit: &str, period: Period, working_days: Option<u8>) -> Capacity {
        Capacity { min: quantity, max: quantity, unit: unit.into(), period, working_days }
    }

    fn quantity(capacity: &Capacity, units: &[&str]) -> Result<(Dimension, f64), NoFigure> {
        monthly(capacity, Some(&commodity(units))).map(|monthly| (monthly.dimension, monthly.max))
    }

    #[test]
    fn a_kodi_counts_what_the_commodity_is_counted_in() {
        let kodi = capacity(500.0, "kodi", Period::Month, None);
        assert_eq!(quantity(&kodi, &["pasang"]), Ok((Dimension::Pair, 10_000.0)));
        assert_eq!(quantity(&kodi, &["lembar"]), Ok((Dimension::Sheet, 10_000.0)));
        assert_eq!(quantity(&kodi, &["buah"]), Ok((Dimension::Count, 10_000.0)));
        assert_eq!(quantity(&kodi, &["kg", "buah"]), Ok((Dimension::Count, 10_000.0)));
        assert_eq!(quantity(&kodi, &[]), Ok((Dimension::Count, 10_000.0)));
    }

    #[test]
    fn months_are_of_years_weeks_and_stated_days() {
        let month = |quantity_: f64, unit: &str, period, days| {
            quantity(&capacity(quantity_, unit, period, days), &["kg"])
        };
        assert_eq!(month(6.0, "ton", Period::Year, None), Ok((Dimension::Mass, 500.0)));
        assert_eq!(month(30.0, "ons", Period::Week, None), Ok((Dimension::Mass, 13.0)));
        assert_eq!(month(2.0, "kuintal", Period::Day, Some(25)), Ok((Dimension::Mass, 5000.0)));
        assert_eq!(month(2.0, "kg", Period::Day, None), Err(NoFigure::WorkingDays));
        assert_eq!(month(2.0, "dus", Period::Month, None), Err(NoFigure::PackContent));
        assert_eq!(month(2.0, "genggam", Period::Month, None), Err(NoFigure::UnknownUnit));
    }

    #[test]
    fn a_unit_fits_a_commodity_of_its_dimension() {
        let fits = |unit: &str, units: &[&str]| {
            super::fits(unit::by_code(unit).expect("a unit"), &commodity(units))
        };
        for unit in ["kodi", "lusin", "gros", "pasang", "dus"] {
            assert!(fits(unit, &["pasang"]), "{unit}");
        }
        assert!(!fits("buah", &["pasang"]) && !fits("pasang", &["buah"]));
        assert!(!fits("buah", &["kg"]) && !fits("liter", &["kg"]) && !fits("kodi", &["kg"]));
        assert!(fits("buah", &["kg", "buah"]) && fits("ton", &["kg"]) && fits("lusin", &["buah"]));
        assert!(fits("kg", &["botol"]) && fits("kg", &[]));
    }

    #[test]
    fn totals_add_like_to_like_and_count_what_they_leave_out() {
        let (shoes, salt) = (commodity(&["pasang"]), commodity(&["ton"]));
        let mut totals = Totals::default();
        let range = Capacity { min: 40.0, ..capacity(60.0, "pasang", Period::Month, None) };
        totals.add(&range, Some(&shoes));
        totals.add(&capacity(2.0, "kodi", Period::Month, None), Some(&shoes));
        totals.add(&capacity(1.2, "ton", Period::Year, None), Some(&salt));
        totals.add(&capacity(10.0, "kg", Period::Day, None), Some(&salt));
        totals.add(&capacity(10.0, "sak", Period::Month, None), Some(&salt));
        totals.add(&capacity(10.0, "genggam", Period::Month, None), None);
        let sums: Vec<(Dimension, Sum)> = totals.sums.iter().map(|(at, sum)| (*at, *sum)).collect();
        let expected = [
            (Dimension::Pair, Sum { min: 80.0, max: 100.0, added: 2 }),
            (Dimension::Mass, Sum { min: 100.0, max: 100.0, added: 1 }),
        ];
        assert_eq!(sums, expected);
        let Totals { without_working_days, without_pack_content, of_unknown_unit, .. } = totals;
        assert_eq!((without_working_days, without_pack_content, of_unknown_unit), (1, 1, 1));
    }
}
