//! Size classes, computed from raw values and never typed in. A class that the known values do not
//! settle is `unknown`, never a guess. Money is whole rupiah; capital and investment are without
//! land and buildings.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

/// The rules by which the classes are computed, told with every result.
pub const RULE: &str = "pp-7-2021+permenperin-64-2016+bps";
/// Legal basis of [`SizeClass`].
pub const SIZE_CLASS_BASIS: &str = "PP 7/2021 art. 35-36";
/// Legal basis of [`IkmClass`]. (?) The bound of `besar` could not be checked at its source.
pub const IKM_CLASS_BASIS: &str = "Permenperin 64/2016";
/// Basis of [`BpsClass`]. (?) The bounds of `medium` and `large` are BPS's usual ones, unchecked.
pub const BPS_CLASS_BASIS: &str = "BPS: 1-4, 5-19, 20-99, 100 or more workers";

const BILLION: i64 = 1_000_000_000;

/// Size of a business by its capital or yearly sales (UMKM, PP 7/2021).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SizeClass {
    Micro,
    Small,
    Medium,
    Large,
    Unknown,
}

/// Size of an industry by its workers and investment (IKM, Permenperin 64/2016).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IkmClass {
    Kecil,
    Menengah,
    Besar,
    Unknown,
}

/// Size of an industry by its workers alone (BPS).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum BpsClass {
    Micro,
    Small,
    Medium,
    Large,
    Unknown,
}

/// The raw values that classes are computed from.
#[derive(Debug, Clone, Copy, Default)]
pub struct SizeInputs {
    pub business_capital: Option<i64>,
    /// Of the latest year that is known.
    pub annual_sales: Option<i64>,
    pub investment: Option<i64>,
    pub workers: Option<u32>,
    pub founded_year: Option<i32>,
    /// The year that the classes are computed for.
    pub this_year: i32,
}

/// An enterprise's size by each of the three rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SizeClasses {
    pub size_class: SizeClass,
    pub ikm_class: IkmClass,
    pub bps_class: BpsClass,
    /// The rules and their versions.
    #[schema(example = "pp-7-2021+permenperin-64-2016+bps")]
    pub rule: &'static str,
}

impl SizeClasses {
    pub fn of(inputs: &SizeInputs) -> Self {
        Self {
            size_class: umkm(inputs),
            ikm_class: ikm(inputs.workers, inputs.investment),
            bps_class: bps(inputs.workers),
            rule: RULE,
        }
    }
}

/// By capital at registration or by yearly sales later (PP 7/2021 art. 35-36). Where only one is
/// known, by that one. Where both are: by sales if the business was founded before last year, by
/// capital if later; if the year is not known, only where both say the same.
pub fn umkm(inputs: &SizeInputs) -> SizeClass {
    let class = |value: Option<i64>, bounds: [i64; 3]| {
        let value = value.filter(|value| *value >= 0)?;
        let classes = [SizeClass::Micro, SizeClass::Small, SizeClass::Medium];
        let within = bounds.iter().zip(classes).find(|(bound, _)| value <= **bound * BILLION);
        Some(within.map_or(SizeClass::Large, |(_, class)| class))
    };
    let by_capital = class(inputs.business_capital, [1, 5, 10]);
    let by_sales = class(inputs.annual_sales, [2, 15, 50]);
    match (by_capital, by_sales, inputs.founded_year) {
        (Some(class), None, _) | (None, Some(class), _) => class,
        (Some(capital), Some(sales), _) if capital == sales => capital,
        (Some(_), Some(sales), Some(year)) if year < inputs.this_year - 1 => sales,
        (Some(capital), Some(_), Some(_)) => capital,
        (Some(_), Some(_), None) | (None, None, _) => SizeClass::Unknown,
    }
}

/// By workers and investment (Permenperin 64/2016). From 1 to 15 billion rupiah an industry is
/// `menengah` with any number of workers; otherwise both have to be known.
pub fn ikm(workers: Option<u32>, investment: Option<i64>) -> IkmClass {
    const MENENGAH_FROM: i64 = BILLION;
    const MENENGAH_TO: i64 = 15 * BILLION;
    match (workers, investment.filter(|investment| *investment >= 0)) {
        (_, Some(MENENGAH_FROM..=MENENGAH_TO)) => IkmClass::Menengah,
        (Some(..=19), Some(..MENENGAH_FROM)) => IkmClass::Kecil,
        (Some(..=19), Some(_)) | (Some(20..), Some(..=MENENGAH_TO)) => IkmClass::Menengah,
        (Some(20..), Some(_)) => IkmClass::Besar,
        (None, _) | (_, None) => IkmClass::Unknown,
    }
}

/// By workers alone (BPS); none at all say nothing.
pub fn bps(workers: Option<u32>) -> BpsClass {
    match workers {
        None | Some(0) => BpsClass::Unknown,
        Some(1..=4) => BpsClass::Micro,
        Some(5..=19) => BpsClass::Small,
        Some(20..=99) => BpsClass::Medium,
        Some(100..) => BpsClass::Large,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIS_YEAR: i32 = 2026;

    fn sized(capital: Option<i64>, sales: Option<i64>, founded_year: Option<i32>) -> SizeClass {
        umkm(&SizeInputs {
            business_capital: capital,
            annual_sales: sales,
            founded_year,
            this_year: THIS_YEAR,
            ..SizeInputs::default()
        })
    }

    #[test]
    fn the_boundary_cases_of_an_industry() {
        for (workers, investment, class) in [
            (19, 999_999_999, IkmClass::Kecil),
            (19, BILLION, IkmClass::Menengah),
            (19, 15 * BILLION, IkmClass::Menengah),
            (19, 15 * BILLION + 1, IkmClass::Menengah),
            (20, 1, IkmClass::Menengah),
            (20, 15 * BILLION, IkmClass::Menengah),
            (20, 15 * BILLION + 1, IkmClass::Besar),
            (0, 0, IkmClass::Kecil),
            (20, 0, IkmClass::Menengah),
        ] {
            assert_eq!(ikm(Some(workers), Some(investment)), class, "{workers}/{investment}");
        }
    }

    #[test]
    fn an_industry_is_classed_only_where_what_is_known_settles_it() {
        assert_eq!(ikm(Some(5), None), IkmClass::Unknown);
        assert_eq!(ikm(Some(20), None), IkmClass::Unknown);
        assert_eq!(ikm(None, None), IkmClass::Unknown);
        assert_eq!(ikm(None, Some(999_999_999)), IkmClass::Unknown);
        assert_eq!(ikm(None, Some(15 * BILLION + 1)), IkmClass::Unknown);
        assert_eq!(ikm(Some(5), Some(-1)), IkmClass::Unknown);
        // Whatever the workers, this investment is menengah.
        assert_eq!(ikm(None, Some(BILLION)), IkmClass::Menengah);
        assert_eq!(ikm(None, Some(15 * BILLION)), IkmClass::Menengah);
    }

    #[test]
    fn the_bounds_of_capital_and_sales_are_inclusive() {
        for (capital, sales, class) in [
            (0, 0, SizeClass::Micro),
            (BILLION, 2 * BILLION, SizeClass::Micro),
            (BILLION + 1, 2 * BILLION + 1, SizeClass::Small),
            (5 * BILLION, 15 * BILLION, SizeClass::Small),
            (5 * BILLION + 1, 15 * BILLION + 1, SizeClass::Medium),
            (10 * BILLION, 50 * BILLION, SizeClass::Medium),
            (10 * BILLION + 1, 50 * BILLION + 1, SizeClass::Large),
        ] {
            assert_eq!(sized(Some(capital), None, None), class, "capital {capital}");
            assert_eq!(sized(None, Some(sales), None), class, "sales {sales}");
        }
    }

    #[test]
    fn sales_speak_for_older_businesses_and_capital_for_new_ones() {
        let (micro, small) = (Some(BILLION), Some(15 * BILLION));
        assert_eq!(sized(micro, small, Some(THIS_YEAR - 2)), SizeClass::Small);
        assert_eq!(sized(micro, small, Some(THIS_YEAR - 1)), SizeClass::Micro);
        assert_eq!(sized(micro, small, Some(THIS_YEAR)), SizeClass::Micro);
        assert_eq!(sized(micro, small, None), SizeClass::Unknown);
        assert_eq!(sized(micro, Some(0), None), SizeClass::Micro);
        assert_eq!(sized(None, None, Some(2000)), SizeClass::Unknown);
        assert_eq!(sized(Some(-1), None, None), SizeClass::Unknown);
    }

    #[test]
    fn bps_counts_heads() {
        let expected = [
            (0, BpsClass::Unknown),
            (1, BpsClass::Micro),
            (4, BpsClass::Micro),
            (5, BpsClass::Small),
            (19, BpsClass::Small),
            (20, BpsClass::Medium),
            (99, BpsClass::Medium),
            (100, BpsClass::Large),
        ];
        for (workers, class) in expected {
            assert_eq!(bps(Some(workers)), class, "{workers}");
        }
        assert_eq!(bps(None), BpsClass::Unknown);
    }

    #[test]
    fn classes_are_told_with_their_rule() {
        let inputs = SizeInputs {
            annual_sales: Some(100_000_000),
            investment: Some(50_000_000),
            workers: Some(3),
            this_year: THIS_YEAR,
            ..SizeInputs::default()
        };
        let told = serde_json::to_value(SizeClasses::of(&inputs)).expect("JSON");
        let expected = serde_json::json!({
            "size_class": "micro", "ikm_class": "kecil", "bps_class": "micro",
            "rule": "pp-7-2021+permenperin-64-2016+bps"
        });
        assert_eq!(told, expected);
    }
}
