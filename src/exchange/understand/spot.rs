//! Where it is: the point, the region that is stated, and whether they agree.

use super::super::values::coordinates;
use super::place::{Around, Places, Stated};
use super::{Field, Reading, shown};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::PointMethod;
use crate::domain::enterprise::Point;
use crate::domain::fault::Fault;
use crate::domain::gazetteer::{Gazetteer, Located};
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::fold;

impl Reading<'_, '_> {
    pub(super) fn point(&mut self) -> Option<Point> {
        let (value, first, second, field) = if let Some(both) = self.text(Field::Coordinates) {
            let pair = coordinates::pair(both);
            (shown(both), pair.map(|at| at.0), pair.map(|at| at.1), Field::Coordinates)
        } else {
            let (lon, lat) = (self.text(Field::Lon)?, self.text(Field::Lat)?);
            let value = shown(&format!("{lat}, {lon}"));
            if let (Some(x), Some(y)) = (coordinates::metres(lon), coordinates::metres(lat)) {
                return self.of_metres(x, y, value);
            }
            (value, coordinates::degrees(lat), coordinates::degrees(lon), Field::Lat)
        };
        let (Some(mut lat), Some(mut lon)) = (first, second) else {
            self.say(field, Fault::PointUnusable { value });
            return None;
        };
        // Nowhere in Indonesia is a latitude beyond 12 degrees or a longitude below 90.
        if lat.abs() > 90.0 && lon.abs() < 12.0 {
            std::mem::swap(&mut lon, &mut lat);
            // In a cell with both, neither order is the wrong one.
            if field == Field::Lat {
                self.say(Field::Lat, Fault::PointSwapped);
            }
        }
        let usable = (lon, lat) != (0.0, 0.0) && lon.abs() <= 180.0 && lat.abs() <= 85.0;
        if !usable {
            self.say(field, Fault::PointUnusable { value });
            return None;
        }
        let gazetteer = &self.reader.reference.gazetteer;
        if (5.0..=9.5).contains(&lat)
            && gazetteer.locate(lon, lat).is_none()
            && gazetteer.locate(lon, -lat).is_some()
        {
            lat = -lat;
            self.say(field, CellFault::PointMadeSouthern);
        }
        Some(Point { lon, lat, accuracy_m: None, method: PointMethod::Map })
    }

    /// Metres of a UTM zone: the province lies in two, and in the other one the point would be in
    /// the sea or in another province.
    fn of_metres(&mut self, x: f64, y: f64, value: String) -> Option<Point> {
        // An easting has six digits, a northing of the south seven.
        let (easting, northing) = if x > y { (y, x) } else { (x, y) };
        let header =
            self.head(Field::Lon).map(|head| head.header.to_lowercase()).unwrap_or_default();
        let zones: &[u8] = match () {
            () if header.contains("49") => &[49],
            () if header.contains("50") => &[50],
            () => &[49, 50],
        };
        let gazetteer = &self.reader.reference.gazetteer;
        let regency = self.reader.context.regency.as_ref();
        let found: Vec<(u8, f64, f64, RegionCode)> = zones
            .iter()
            .filter_map(|&zone| {
                let (lon, lat) = coordinates::from_utm_south(easting, northing, zone);
                gazetteer.locate(lon, lat).map(|located| (zone, lon, lat, located.regency))
            })
            .collect();
        let right = |(_, _, _, found): &&(u8, f64, f64, RegionCode)| {
            regency.is_none_or(|regency| regency == found)
        };
        let taken =
            found.iter().find(right).or(if found.len() == 1 { found.first() } else { None });
        let Some(&(zone, lon, lat, _)) = taken else {
            self.say(Field::Lat, Fault::PointUnusable { value });
            return None;
        };
        self.say(Field::Lat, CellFault::PointFromMetres { zone });
        Some(Point { lon, lat, accuracy_m: None, method: PointMethod::Map })
    }

    pub(super) fn region(
        &mut self,
        point: Option<&Point>,
        places: &mut Places,
        section: Option<&RegionCode>,
    ) -> (Option<RegionCode>, bool) {
        let gazetteer = &self.reader.reference.gazetteer;
        let located = point.and_then(|point| gazetteer.locate(point.lon, point.lat));
        let bps =
            self.head(Field::Region).is_some_and(|head| head.header.to_lowercase().contains("bps"));
        let context = &self.reader.context;
        let mut stated = Stated {
            code: self.text(Field::Region),
            bps,
            village: self.text(Field::Village),
            district: self.text(Field::District),
            regency: self.text(Field::Regency),
        };
        // A list without columns for them may say them in its addresses.
        let (mut village, mut district) = (None, None);
        if let Stated { code: None, village: None, district: None, .. } = stated
            && let Some(address) = self.text(Field::Address)
        {
            let named = |level, ranks: &[&str]| {
                in_address(address, level, ranks, gazetteer, context.regency.as_ref())
            };
            village = named(Level::Village, &["desa", "ds", "kelurahan", "kel"]);
            district = named(Level::District, &["kecamatan", "kec"]);
        }
        stated.village = stated.village.or(village.as_deref());
        stated.district = stated.district.or(district.as_deref());
        let around = Around {
            located: located.as_ref(),
            regency: context.regency.as_ref(),
            section: section.or(context.district.as_ref()),
        };
        let found = places.find(&stated, &around);
        for told in found.messages {
            let columns = self.columns(told.field);
            let at = self.at(told.field).map(|(at, _)| at).or_else(|| columns.first().copied());
            self.suggest(at, told.field, told.fault, told.suggestion);
        }
        self.check_point(found.region.as_ref(), point, located);
        (found.region, found.ambiguous)
    }

    /// Says where the point disagrees with the region that is stated.
    fn check_point(
        &mut self,
        region: Option<&RegionCode>,
        point: Option<&Point>,
        located: Option<Located>,
    ) {
        let Some(point) = point else { return };
        let field =
            if self.at(Field::Coordinates).is_some() { Field::Coordinates } else { Field::Lat };
        let Some(located) = located else {
            self.say(field, Fault::PointOutsideProvince { lon: point.lon, lat: point.lat });
            return;
        };
        let Some(region) = region else { return };
        let (found, approximate) = match located.district {
            _ if !located.regency.contains(region) => (located.regency, false),
            Some(district)
                if !district.code.contains(region) && !region.contains(&district.code) =>
            {
                (district.code, district.approximate)
            }
            _ => return,
        };
        let gazetteer = &self.reader.reference.gazetteer;
        let (stated, found) = (gazetteer.full_name(region), gazetteer.full_name(&found));
        self.say(Field::District, Fault::PointElsewhere { stated, found, approximate });
    }
}

/// The region that an address names with its rank: `Jl. A No. 1 Ds. Kalitengah Kec. Tanggulangin`.
fn in_address(
    address: &str,
    level: Level,
    ranks: &[&str],
    gazetteer: &Gazetteer,
    regency: Option<&RegionCode>,
) -> Option<String> {
    let folded = fold(address);
    let words: Vec<&str> = folded.split(' ').collect();
    let at = words.iter().position(|word| ranks.contains(word))?;
    (1..=3).rev().find_map(|length| {
        let name = words.get(at + 1..=at + length)?.join(" ");
        let mut named = gazetteer.named(level, &name).into_iter();
        let inside = named.any(|found| regency.is_none_or(|regency| regency.contains(&found.code)));
        inside.then_some(name)
    })
}
