//! Quality checks: named rules, each with a severity, that are stored with the record.

use super::enterprise::{LocatedIn, Point, QualityFlag, Severity};
use super::region::{Level, RegionCode};

/// GPS positions less accurate than this are flagged.
const MAX_ACCURACY_M: f64 = 50.0;

/// What the rules find in a record's place.
pub fn check_place(
    region: &RegionCode,
    point: Option<&Point>,
    located_in: &LocatedIn,
) -> Vec<QualityFlag> {
    let mut flags = Vec::new();
    let mut flag =
        |rule: &str, severity| flags.push(QualityFlag { rule: rule.to_owned(), severity });
    let Some(point) = point else { return flags };
    match (&located_in.regency, &located_in.district) {
        (None, _) => flag("point_outside_province", Severity::Warning),
        (Some(regency), _) if Some(regency) != region.at(Level::Regency).as_ref() => {
            flag("point_outside_region", Severity::Warning);
        }
        (Some(_), Some(district))
            if region.at(Level::District).is_some_and(|stated| stated != *district) =>
        {
            let hint = if located_in.approximate { Severity::Hint } else { Severity::Warning };
            flag("point_outside_region", hint);
        }
        _ => {}
    }
    if point.accuracy_m.is_some_and(|metres| metres > MAX_ACCURACY_M) {
        flag("gps_accuracy", Severity::Warning);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::PointMethod;

    fn flags(
        stated: &str,
        regency: Option<&str>,
        district: Option<&str>,
        approximate: bool,
    ) -> Vec<QualityFlag> {
        let code = |text: &str| text.parse().expect("a code");
        let located =
            LocatedIn { regency: regency.map(code), district: district.map(code), approximate };
        let point =
            Point { lon: 113.2, lat: -7.7, accuracy_m: Some(8.0), method: PointMethod::Gps };
        check_place(&code(stated), Some(&point), &located)
    }

    #[test]
    fn another_regency_is_a_warning_another_approximate_district_a_hint() {
        let other_regency = flags("35.74.01", Some("35.13"), Some("35.13.01"), true);
        assert_eq!(other_regency[0].severity, Severity::Warning);
        let hint = flags("35.74.01", Some("35.74"), Some("35.74.02"), true);
        assert_eq!(
            (hint[0].rule.as_str(), hint[0].severity),
            ("point_outside_region", Severity::Hint)
        );
        assert_eq!(
            flags("35.74.01", Some("35.74"), Some("35.74.02"), false)[0].severity,
            Severity::Warning
        );
        assert!(flags("35.74", Some("35.74"), Some("35.74.02"), true).is_empty());
        assert_eq!(flags("35.74", None, None, false)[0].rule, "point_outside_province");
    }
}
