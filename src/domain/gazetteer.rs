//! The regions by code, by name and by place.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::region::{Level, RegionCode};
use super::text::{fold, squash};
use crate::geography::PolygonIndex;

/// A region with a point that stands for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    pub code: RegionCode,
    pub level: Level,
    pub name: String,
    pub parent: Option<RegionCode>,
    pub bps_code: Option<String>,
    pub lon: f64,
    pub lat: f64,
    pub postal_code: Option<String>,
    /// The edition that describes it so.
    pub edition: String,
    /// The first day of the region, in whatever edition; None: from before the registry.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which the region no longer is; None: open.
    pub valid_to: Option<NaiveDate>,
}

/// A district or village that a point lies in.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionMatch {
    pub code: RegionCode,
    /// The polygon is only an approximation: good enough to suggest, never to reject.
    pub approximate: bool,
}

/// What the polygons say of a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    pub regency: RegionCode,
    pub district: Option<RegionMatch>,
    pub village: Option<RegionMatch>,
}

impl Located {
    /// The narrowest region that the point lies in.
    pub fn narrowest(self) -> RegionMatch {
        let regency = RegionMatch { code: self.regency, approximate: false };
        self.village.or(self.district).unwrap_or(regency)
    }
}

/// All regions of the province as of one day, and those that were before it.
#[derive(Debug, Default)]
pub struct Gazetteer {
    regions: Vec<Region>,
    by_code: HashMap<RegionCode, usize>,
    by_name: HashMap<(Level, String), Vec<usize>>,
    /// Regions that are no more, as they last were: found by their code alone.
    closed: HashMap<RegionCode, Region>,
    regencies: PolygonIndex<RegionCode>,
    /// By the region above: the districts of a regency, the villages of a district.
    parts: HashMap<RegionCode, PolygonIndex<RegionMatch>>,
}

impl Gazetteer {
    pub fn new(regions: Vec<Region>, closed: Vec<Region>) -> Self {
        let closed = closed.into_iter().map(|region| (region.code.clone(), region)).collect();
        let mut gazetteer = Self { closed, ..Self::default() };
        for (place, region) in regions.iter().enumerate() {
            gazetteer.by_code.insert(region.code.clone(), place);
            for name in name_keys(region.level, &region.name) {
                gazetteer.by_name.entry((region.level, name)).or_default().push(place);
            }
        }
        gazetteer.regions = regions;
        gazetteer
    }

    /// Adds the polygon of a regency, district or village.
    pub fn add_polygon(
        &mut self,
        code: &RegionCode,
        polygon: geo::MultiPolygon,
        approximate: bool,
    ) {
        match code.parent() {
            _ if code.level() == Level::Regency => self.regencies.add(polygon, code.clone()),
            Some(parent) => {
                let found = RegionMatch { code: code.clone(), approximate };
                self.parts.entry(parent).or_default().add(polygon, found);
            }
            None => {}
        }
    }

    /// All regions, ordered by code.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// A region that is, or that was.
    pub fn get(&self, code: &RegionCode) -> Option<&Region> {
        self.current(code).or_else(|| self.closed.get(code))
    }

    /// A region that is.
    pub fn current(&self, code: &RegionCode) -> Option<&Region> {
        self.by_code.get(code).map(|&place| &self.regions[place])
    }

    /// Regency, district and village of a point; None off the land of the province. The narrower
    /// one is looked for within the wider, whose boundary is the better one.
    pub fn locate(&self, lon: f64, lat: f64) -> Option<Located> {
        let regency = self.regencies.locate(lon, lat)?.clone();
        let part = |of: &RegionCode| self.parts.get(of).and_then(|parts| parts.locate(lon, lat));
        let district = part(&regency).cloned();
        let village = district.as_ref().and_then(|district| part(&district.code)).cloned();
        Some(Located { regency, district, village })
    }

    /// Regions of a level that have a part of a polygon, ordered by code.
    pub fn overlapping(&self, level: Level, polygon: &geo::MultiPolygon) -> Vec<RegionCode> {
        let mut codes: Vec<RegionCode> = if level == Level::Regency {
            self.regencies.overlapping(polygon).cloned().collect()
        } else {
            let above = if level == Level::District { Level::Regency } else { Level::District };
            let parts = self.parts.iter().filter(|(of, _)| of.level() == above);
            let found = parts.flat_map(|(_, parts)| parts.overlapping(polygon));
            found.map(|found| found.code.clone()).collect()
        };
        codes.sort();
        codes
    }

    /// Regions of a level that bear a name, spelling aside.
    pub fn named(&self, level: Level, name: &str) -> Vec<&Region> {
        let key = strip_prefix(level, &fold(name)).replace(' ', "");
        let places = self.by_name.get(&(level, key)).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&place| &self.regions[place]).collect()
    }

    /// Regions directly or deeper below `parent` of a level.
    pub fn within<'a>(
        &'a self,
        level: Level,
        parent: &'a RegionCode,
    ) -> impl Iterator<Item = &'a Region> {
        let start = self.regions.partition_point(|region| region.code < *parent);
        self.regions[start..]
            .iter()
            .take_while(move |region| parent.contains(&region.code))
            .filter(move |region| region.level == level)
    }

    /// Names of a region and those above it, narrowest first, the province left out:
    /// `"Kedensari, Tanggulangin, Kabupaten Sidoarjo"`.
    pub fn full_name(&self, code: &RegionCode) -> String {
        [Level::Village, Level::District, Level::Regency]
            .into_iter()
            .filter_map(|level| code.at(level))
            .filter_map(|code| self.get(&code).map(|region| region.name.as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// `Kota Mojokerto` is found by its full name and, as `Mojokerto` is also a kabupaten, by the bare
/// name as one of two.
fn name_keys(level: Level, name: &str) -> Vec<String> {
    let mut keys = vec![squash(name), strip_prefix(level, &fold(name)).replace(' ', "")];
    if level == Level::Regency {
        let folded = fold(name);
        let bare = folded.strip_prefix("kabupaten ").or_else(|| folded.strip_prefix("kota "));
        keys.extend(bare.map(|bare| bare.replace(' ', "")));
        keys.extend(
            bare.filter(|_| folded.starts_with("kabupaten "))
                .map(|bare| format!("kab{}", bare.replace(' ', ""))),
        );
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Takes off what stands before a name in lists: `Kel.`, `Ds.`, `Desa`, `Kec.`.
fn strip_prefix(level: Level, folded: &str) -> String {
    let prefixes: &[&str] = match level {
        Level::Village => &["kelurahan ", "kel ", "desa ", "ds ", "dsa "],
        Level::District => &["kecamatan ", "kec ", "kcmtn "],
        Level::Regency | Level::Province => &[],
    };
    let stripped = prefixes.iter().find_map(|prefix| folded.strip_prefix(prefix));
    stripped.unwrap_or(folded).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, name: &str) -> Region {
        let code: RegionCode = code.parse().expect("a code");
        Region {
            level: code.level(),
            parent: None,
            code,
            name: name.into(),
            bps_code: None,
            lon: 112.0,
            lat: -7.0,
            postal_code: None,
            edition: "2025".into(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn gazetteer() -> Gazetteer {
        let regions = vec![
            region("35.16", "Kabupaten Mojokerto"),
            region("35.76", "Kota Mojokerto"),
            region("35.76.01", "Prajurit Kulon"),
            region("35.76.01.1001", "Surodinawan"),
            region("35.76.02", "Magersari"),
        ];
        Gazetteer::new(regions, vec![region("35.76.09", "Kranggan")])
    }

    #[test]
    fn a_region_that_is_no_more_is_found_by_its_code_alone() {
        let (gazetteer, code) = (gazetteer(), "35.76.09".parse().expect("a code"));
        assert_eq!(gazetteer.full_name(&code), "Kranggan, Kota Mojokerto");
        assert!(gazetteer.current(&code).is_none());
        assert!(gazetteer.named(Level::District, "Kranggan").is_empty());
    }

    #[test]
    fn a_point_is_located_down_to_the_village_that_has_a_polygon() {
        use geo::polygon;
        let mut gazetteer = gazetteer();
        let west = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 2.0), (x: 0.0, y: 2.0)];
        let all = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 0.0, y: 2.0)];
        for (code, polygon) in [("35.76", &all), ("35.76.01", &all), ("35.76.01.1001", &west)] {
            let code = code.parse().expect("a code");
            gazetteer.add_polygon(&code, geo::MultiPolygon::new(vec![polygon.clone()]), false);
        }
        let narrowest = |lon| gazetteer.locate(lon, 1.0).expect("land").narrowest().code;
        assert_eq!(narrowest(0.5).as_str(), "35.76.01.1001");
        assert_eq!(narrowest(1.5).as_str(), "35.76.01");
        let polygon = geo::MultiPolygon::new(vec![west]);
        assert_eq!(gazetteer.overlapping(Level::District, &polygon)[0].as_str(), "35.76.01");
        assert!(gazetteer.overlapping(Level::District, &geo::MultiPolygon::new(vec![])).is_empty());
    }

    #[test]
    fn names_are_found_in_the_spellings_of_lists() {
        let gazetteer = gazetteer();
        let codes = |level, name| -> Vec<String> {
            gazetteer.named(level, name).iter().map(|region| region.code.to_string()).collect()
        };
        assert_eq!(codes(Level::District, "Kec. Prajuritkulon"), ["35.76.01"]);
        assert_eq!(codes(Level::Village, "KEL. SURODINAWAN"), ["35.76.01.1001"]);
        assert_eq!(codes(Level::Regency, "Kota Mojokerto"), ["35.76"]);
        assert_eq!(codes(Level::Regency, "KAB. MOJOKERTO"), ["35.16"]);
        assert_eq!(codes(Level::Regency, "mojokerto"), ["35.16", "35.76"]);
        assert!(codes(Level::Regency, "Surakarta").is_empty());
    }

    #[test]
    fn within_gives_the_regions_below() {
        let gazetteer = gazetteer();
        let parent = "35.76".parse().expect("a code");
        let names: Vec<&str> =
            gazetteer.within(Level::District, &parent).map(|region| region.name.as_str()).collect();
        assert_eq!(names, ["Prajurit Kulon", "Magersari"]);
    }

    #[test]
    fn a_full_name_goes_from_narrow_to_wide() {
        let code = "35.76.01.1001".parse().expect("a code");
        assert_eq!(gazetteer().full_name(&code), "Surodinawan, Prajurit Kulon, Kota Mojokerto");
    }
}
