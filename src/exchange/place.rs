//! Which region does a row state? Names are looked for inside the right parent; what is ambiguous
//! is settled by the point or by where the other rows of the file lie, or asked.

use crate::domain::fault::Fault;
use crate::domain::gazetteer::{Gazetteer, Region, RegionMatch};
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::squash;
use crate::exchange::columns::Field;

/// Spellings this alike are taken for one name.
const ALIKE: f64 = 0.93;

/// What a row says of its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stated {
    pub code: Option<String>,
    pub village: Option<String>,
    pub district: Option<String>,
    pub regency: Option<String>,
    /// Longitude and latitude.
    pub point: Option<(f64, f64)>,
}

/// A region found, and what a person should know of how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub region: Option<RegionCode>,
    pub messages: Vec<(Field, Fault)>,
}

/// Finds the region that a row states; where it states none, the region of its point. `context` is
/// the regency that the file is about, where that is known.
pub fn find(stated: &Stated, gazetteer: &Gazetteer, context: Option<&RegionCode>) -> Found {
    let mut found = Found::default();
    let located = stated.point.and_then(|(lon, lat)| gazetteer.locate(lon, lat));
    let hints: Vec<RegionCode> = located
        .iter()
        .flat_map(|located| {
            located
                .district
                .iter()
                .map(|district| district.code.clone())
                .chain([located.regency.clone()])
        })
        .chain(context.cloned())
        .collect();
    let search = Search { gazetteer, hints: &hints };

    if let Some(code) = &stated.code {
        match code.parse().ok().filter(|code| gazetteer.current(code).is_some()) {
            Some(code) => {
                found.region = Some(code);
                return found;
            }
            None => {
                found.messages.push((Field::Region, Fault::RegionUnknown { value: code.clone() }));
            }
        }
    }
    let mut regency = search.stated(Field::Regency, stated.regency.as_deref(), &[], &mut found);
    if stated.regency.is_some() && regency.is_empty() {
        // Names below a regency that is not here mean nothing, unless the point says where it is.
        match &located {
            Some(located) => regency.push(located.regency.clone()),
            None => return found,
        }
    }
    let district = search.stated(Field::District, stated.district.as_deref(), &regency, &mut found);
    let scope = if district.is_empty() { &regency } else { &district };
    let village = search.stated(Field::Village, stated.village.as_deref(), scope, &mut found);

    let regency_open = regency.len() > 1;
    let names: Vec<String> = regency.iter().map(|code| gazetteer.full_name(code)).collect();
    let candidates = names.join("; ");
    found.region = [village, district, regency].into_iter().find_map(|candidates| match candidates
        .as_slice()
    {
        [one] => Some(one.clone()),
        _ => None,
    });
    if found.region.is_none() && located.is_none() && regency_open {
        let fault = Fault::RegionAmbiguous {
            value: stated.regency.clone().unwrap_or_default(),
            candidates,
        };
        found.messages.push((Field::Regency, fault));
    }
    if found.region.is_none()
        && let Some(located) = located
    {
        let RegionMatch { code: taken, approximate } = located.narrowest();
        let fault = Fault::RegionFromPoint { taken: gazetteer.full_name(&taken), approximate };
        found.messages.push((Field::Region, fault));
        found.region = Some(taken);
    }
    found
}

struct Search<'a> {
    gazetteer: &'a Gazetteer,
    /// Regions that the row is likely in, the likeliest first.
    hints: &'a [RegionCode],
}

impl Search<'_> {
    /// The regions that a stated name can mean: within one of `scope`, anywhere where that is
    /// empty. One, unless the row must say more; none, with a message, where the name is not found.
    fn stated(
        &self,
        field: Field,
        name: Option<&str>,
        scope: &[RegionCode],
        found: &mut Found,
    ) -> Vec<RegionCode> {
        let Some(name) = name else { return Vec::new() };
        let level = match field {
            Field::Village => Level::Village,
            Field::District => Level::District,
            _ => Level::Regency,
        };
        let inside = |region: &&Region| {
            scope.is_empty() || scope.iter().any(|parent| parent.contains(&region.code))
        };
        let named: Vec<&Region> =
            self.gazetteer.named(level, name).into_iter().filter(inside).collect();
        if named.is_empty() {
            return self.alike(field, level, name, scope, found);
        }
        let narrowed = self.narrow(&named);
        if let [_, _, ..] = narrowed.as_slice()
            // A regency that is open between kabupaten and kota is settled by the names below it.
            && level != Level::Regency
        {
            let candidates: Vec<String> =
                narrowed.iter().map(|region| self.gazetteer.full_name(&region.code)).collect();
            let candidates = candidates.join("; ");
            found
                .messages
                .push((field, Fault::RegionAmbiguous { value: name.to_owned(), candidates }));
        }
        narrowed.into_iter().map(|region| region.code.clone()).collect()
    }

    /// Of several regions of one name, the one where the hints point.
    fn narrow<'r>(&self, named: &[&'r Region]) -> Vec<&'r Region> {
        for hint in self.hints {
            let there: Vec<&Region> = named
                .iter()
                .filter(|region| hint.contains(&region.code) || region.code.contains(hint))
                .copied()
                .collect();
            if let [one] = there.as_slice() {
                return vec![one];
            }
        }
        named.to_vec()
    }

    /// A name that is nearly spelt so, inside the scope; else a message that it is not there.
    fn alike(
        &self,
        field: Field,
        level: Level,
        name: &str,
        scope: &[RegionCode],
        found: &mut Found,
    ) -> Vec<RegionCode> {
        let asked = squash(name);
        let mut near: Vec<(f64, &Region)> = scope
            .iter()
            .flat_map(|parent| self.gazetteer.within(level, parent))
            .map(|region| (strsim::jaro_winkler(&asked, &squash(&region.name)), region))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let value = name.to_owned();
        match near.as_slice() {
            [(best, region), rest @ ..] if rest.first().is_none_or(|(second, _)| second < best) => {
                let taken = self.gazetteer.full_name(&region.code);
                found.messages.push((field, Fault::RegionGuessed { value, taken }));
                vec![region.code.clone()]
            }
            _ => {
                let fault = match scope {
                    [district]
                        if level == Level::Village && district.level() == Level::District =>
                    {
                        let district = self.gazetteer.full_name(district);
                        Fault::VillageElsewhere { village: value, district }
                    }
                    _ => Fault::RegionUnknown { value },
                };
                found.messages.push((field, fault));
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer() -> Gazetteer {
        let region = |code: &str, name: &str| {
            let code: RegionCode = code.parse().expect("a code");
            Region {
                level: code.level(),
                code,
                name: name.into(),
                parent: None,
                bps_code: None,
                lon: 0.0,
                lat: 0.0,
                postal_code: None,
                edition: "2025".into(),
                valid_from: None,
                valid_to: None,
            }
        };
        let regions = vec![
            region("35.05", "Kabupaten Blitar"),
            region("35.05.11", "Kademangan"),
            region("35.05.11.2001", "Suruhwadang"),
            region("35.05.11.2002", "Jrebeng"),
            region("35.74", "Kota Probolinggo"),
            region("35.74.01", "Kademangan"),
            region("35.74.01.1001", "Ketapang"),
            region("35.74.02", "Wonoasih"),
            region("35.74.02.1001", "Jrebeng Kidul"),
        ];
        Gazetteer::new(regions, Vec::new())
    }

    fn stated(village: &str, district: &str, regency: &str) -> Stated {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Stated {
            village: some(village),
            district: some(district),
            regency: some(regency),
            ..Stated::default()
        }
    }

    fn region(stated: &Stated, context: Option<&str>) -> (Option<String>, Vec<&'static str>) {
        let context = context.map(|code| code.parse().expect("a code"));
        let found = find(stated, &gazetteer(), context.as_ref());
        let codes = found.messages.iter().map(|(_, fault)| fault.code()).collect();
        (found.region.map(|code| code.to_string()), codes)
    }

    #[test]
    fn a_village_settles_which_of_two_districts_is_meant() {
        assert_eq!(
            region(&stated("KETAPANG", "KADEMANGAN", "Kota Probolinggo"), None),
            (Some("35.74.01.1001".into()), vec![])
        );
        let (found, messages) = region(&stated("KETAPANG", "KADEMANGAN", ""), None);
        assert_eq!((found.as_deref(), messages), (Some("35.74.01.1001"), vec!["region_ambiguous"]));
    }

    #[test]
    fn the_rest_of_the_file_settles_an_ambiguous_district() {
        assert_eq!(region(&stated("", "Kademangan", ""), None), (None, vec!["region_ambiguous"]));
        assert_eq!(
            region(&stated("", "Kademangan", ""), Some("35.74")),
            (Some("35.74.01".into()), vec![])
        );
    }

    #[test]
    fn a_misspelling_is_taken_and_told() {
        let (found, messages) = region(&stated("Jrebeng Kidull", "Wonoasih", ""), None);
        assert_eq!((found.as_deref(), messages), (Some("35.74.02.1001"), vec!["region_guessed"]));
    }

    #[test]
    fn a_village_of_another_district_leaves_the_district() {
        let (found, messages) = region(&stated("Ketapang", "Wonoasih", ""), None);
        assert_eq!((found.as_deref(), messages), (Some("35.74.02"), vec!["village_elsewhere"]));
    }

    #[test]
    fn a_place_outside_the_province_is_told_so() {
        assert_eq!(
            region(&stated("", "Surakarta", "Surakarta"), None),
            (None, vec!["region_unknown"])
        );
    }
}
