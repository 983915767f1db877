//! Which region does a row state? Names are looked for inside the right parent; what is ambiguous
//! is settled by the point or by where the other rows of the file lie, or asked.

use std::collections::HashMap;

use crate::domain::cell_fault::CellFault;
use crate::domain::fault::Fault;
use crate::domain::gazetteer::{Gazetteer, Located, Region, RegionMatch};
use crate::domain::region::{Level, RegionCode};
use crate::domain::text::squash;
use crate::exchange::mapping::Field;

/// Spellings this alike are taken for one name.
const ALIKE: f64 = 0.93;
/// Names this alike are worth a suggestion.
const NEAR: f64 = 0.9;
/// Answers that are kept for the rows that say the same.
const KEPT: usize = 50_000;

/// What a row says of its place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stated<'a> {
    pub code: Option<&'a str>,
    /// The code is one of the statistics office.
    pub bps: bool,
    pub village: Option<&'a str>,
    pub district: Option<&'a str>,
    pub regency: Option<&'a str>,
}

/// What is known of a row's place beside its own cells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// Where its point lies.
    pub located: Option<&'a Located>,
    /// The regency that the list is about.
    pub regency: Option<&'a RegionCode>,
    /// The district or village whose rows these are: the sheet's, or named above them.
    pub section: Option<&'a RegionCode>,
}

/// Something to be told of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub field: Field,
    pub fault: Fault,
    pub suggestion: Option<String>,
}

/// A region found, and what a person should know of how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub region: Option<RegionCode>,
    pub messages: Vec<Told>,
    /// Not settled, but might be if the list's regency were known.
    pub ambiguous: bool,
}

impl Found {
    fn say(&mut self, field: Field, fault: Fault) {
        let suggestion = match &fault {
            Fault::RegionGuessed { taken, .. } => Some(taken.clone()),
            Fault::RegionAmbiguous { candidates, .. } => Some(candidates.clone()),
            _ => None,
        };
        self.messages.push(Told { field, fault, suggestion });
    }
}

/// Finds places, and remembers what it found: a list says the same places over and over.
#[derive(Debug)]
pub struct Places<'a> {
    gazetteer: &'a Gazetteer,
    known: HashMap<String, Found>,
    key: String,
}

impl<'a> Places<'a> {
    pub fn of(gazetteer: &'a Gazetteer) -> Self {
        Self { gazetteer, known: HashMap::new(), key: String::new() }
    }

    /// The region that a row states; where it states none, that of its section or point.
    pub fn find(&mut self, stated: &Stated, around: &Around) -> Found {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        for part in [stated.code, stated.village, stated.district, stated.regency] {
            key.push_str(part.unwrap_or_default());
            key.push('\u{1f}');
        }
        let located = around.located;
        for part in [
            located.map(|located| &located.regency),
            located.and_then(|located| located.district.as_ref()).map(|found| &found.code),
            located.and_then(|located| located.village.as_ref()).map(|found| &found.code),
            around.regency,
            around.section,
        ] {
            key.push_str(part.map_or("", RegionCode::as_str));
            key.push('\u{1f}');
        }
        if let Some(found) = self.known.get(&key) {
            let found = found.clone();
            self.key = key;
            return found;
        }
        let found = find(stated, self.gazetteer, around);
        if self.known.len() < KEPT {
            self.known.insert(key, found.clone());
        }
        found
    }
}

fn find(stated: &Stated, gazetteer: &Gazetteer, around: &Around) -> Found {
    let mut found = Found::default();
    let hints: Vec<RegionCode> = around
        .located
        .iter()
        .flat_map(|located| {
            let district = located.district.iter().map(|district| district.code.clone());
            district.chain([located.regency.clone()])
        })
        .chain(around.section.cloned())
        .chain(around.regency.cloned())
        .collect();
    let search = Search { gazetteer, hints: &hints };

    if let Some(code) = stated.code {
        if let Some(code) = by_code(code, stated.bps, gazetteer) {
            if search.agrees(&code, stated) {
                found.region = Some(code);
                return found;
            }
            let fault = CellFault::RegionContradicts {
                value: stated.code.unwrap_or_default().to_owned(),
                named: gazetteer.full_name(&code),
            };
            found.say(Field::Region, fault.into());
        } else {
            found.say(Field::Region, Fault::RegionUnknown { value: code.to_owned() });
        }
    }
    let mut regency = search.stated(Field::Regency, stated.regency, &[], &mut found);
    if stated.regency.is_some() && regency.is_empty() {
        // Names below a regency that is not here mean nothing, unless the point says where it is.
        match around.located {
            Some(located) => regency.push(located.regency.clone()),
            None => return found,
        }
    }
    let from_list = stated.regency.is_none() && regency.is_empty();
    let section = around.section.filter(|section| {
        regency.is_empty() || regency.iter().any(|regency| regency.contains(section))
    });
    let scope_of = |wide: &[RegionCode]| -> Vec<RegionCode> {
        if wide.is_empty() { around.regency.cloned().into_iter().collect() } else { wide.to_vec() }
    };
    let district = match (stated.district, section) {
        (None, Some(section)) => section.at(Level::District).into_iter().collect(),
        (named, _) => {
            let scope = scope_of(&regency);
            search.stated_within(Field::District, named, &scope, from_list, &mut found)
        }
    };
    let scope = if district.is_empty() { scope_of(&regency) } else { district.clone() };
    let soft = from_list && district.is_empty();
    let village = match (stated.village, section) {
        (None, Some(section)) if section.level() == Level::Village => vec![section.clone()],
        (named, _) => search.stated_within(Field::Village, named, &scope, soft, &mut found),
    };

    found.region = [&village, &district, &regency].into_iter().find_map(|candidates| {
        match candidates.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    });
    let asked = |told: &Told| matches!(told.fault, Fault::RegionAmbiguous { .. });
    found.ambiguous = found.messages.iter().any(asked);
    if found.region.is_none() && around.located.is_none() && regency.len() > 1 {
        let names: Vec<String> = regency.iter().map(|code| gazetteer.full_name(code)).collect();
        let value = stated.regency.unwrap_or_default().to_owned();
        found.say(Field::Regency, Fault::RegionAmbiguous { value, candidates: names.join("; ") });
        found.ambiguous = true;
    }
    let nothing_said =
        stated.village.is_none() && stated.district.is_none() && stated.regency.is_none();
    if found.region.is_none()
        && let Some(located) = around.located
    {
        let RegionMatch { code: taken, approximate } = located.clone().narrowest();
        let fault = Fault::RegionFromPoint { taken: gazetteer.full_name(&taken), approximate };
        found.say(Field::Region, fault);
        found.region = Some(taken);
    } else if found.region.is_none()
        && nothing_said
        && let Some(regency) = around.regency
    {
        let taken = gazetteer.full_name(regency);
        found.say(Field::Region, CellFault::RegionFromList { taken }.into());
        found.region = Some(regency.clone());
    }
    found
}

/// A region by its code. Codes of the statistics office look alike: they are taken as such only
/// where the list says so.
fn by_code(code: &str, bps: bool, gazetteer: &Gazetteer) -> Option<RegionCode> {
    let code = code.trim_start_matches('\'');
    if bps {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let known = |digits: &str| {
            let same = |region: &&Region| region.bps_code.as_deref() == Some(digits);
            gazetteer.regions().iter().find(same).map(|region| region.code.clone())
        };
        return known(&digits).or_else(|| known(digits.get(..7)?));
    }
    RegionCode::from_digits(code).filter(|code| gazetteer.current(code).is_some())
}

struct Search<'a> {
    gazetteer: &'a Gazetteer,
    /// Regions that the row is likely in, the likeliest first.
    hints: &'a [RegionCode],
}

impl Search<'_> {
    /// Whether the names of a row do not speak against a code.
    fn agrees(&self, code: &RegionCode, stated: &Stated) -> bool {
        let names = [(Level::Village, stated.village), (Level::District, stated.district)];
        names.into_iter().all(|(level, name)| match (code.at(level), name) {
            (Some(code), Some(name)) if code.level() == level => {
                let named = self.gazetteer.named(level, name);
                named.is_empty() || named.iter().any(|region| region.code == code)
            }
            _ => true,
        })
    }

    /// As [`Self::stated`]; a scope that is only likely gives way to a name elsewhere.
    fn stated_within(
        &self,
        field: Field,
        name: Option<&str>,
        scope: &[RegionCode],
        soft: bool,
        found: &mut Found,
    ) -> Vec<RegionCode> {
        let level = level_of(field);
        let Some(text) = name else { return Vec::new() };
        let elsewhere = || {
            let named = self.gazetteer.named(level, text);
            !named.is_empty()
                && !named
                    .iter()
                    .any(|region| scope.iter().any(|parent| parent.contains(&region.code)))
        };
        if soft && !scope.is_empty() && elsewhere() {
            return self.stated(field, name, &[], found);
        }
        self.stated(field, name, scope, found)
    }

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
        let level = level_of(field);
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
            found.say(field, Fault::RegionAmbiguous { value: name.to_owned(), candidates });
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
        let asked = squash(without_rank(level, name));
        // A regency is looked for in the whole province, without its rank.
        let regencies = (level == Level::Regency).then(|| self.gazetteer.regions().iter());
        let regencies = regencies.into_iter().flatten().filter(|region| region.level == level);
        let within = scope.iter().flat_map(|parent| self.gazetteer.within(level, parent));
        let mut near: Vec<(f64, &Region)> = within
            .chain(regencies)
            .map(|region| {
                let known = squash(without_rank(level, &region.name));
                let close = asked.len() >= 5 && strsim::osa_distance(&asked, &known) <= 1;
                let likeness = strsim::jaro_winkler(&asked, &known);
                (if close { likeness.max(ALIKE) } else { likeness }, region)
            })
            .filter(|(likeness, _)| *likeness >= NEAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let value = name.to_owned();
        match near.as_slice() {
            [(best, region), rest @ ..]
                if *best >= ALIKE && rest.first().is_none_or(|(second, _)| second < best) =>
            {
                let taken = self.gazetteer.full_name(&region.code);
                found.say(field, Fault::RegionGuessed { value, taken });
                vec![region.code.clone()]
            }
            _ => {
                let mut suggestions: Vec<String> = near
                    .iter()
                    .take(3)
                    .map(|(_, region)| self.gazetteer.full_name(&region.code))
                    .collect();
                // The same name in another district, as a person may have meant it.
                let elsewhere = self.gazetteer.named(level, name);
                let hinted = elsewhere.iter().filter(|region| {
                    scope
                        .iter()
                        .filter_map(|code| code.at(Level::Regency))
                        .any(|regency| regency.contains(&region.code))
                });
                suggestions
                    .extend(hinted.take(3).map(|region| self.gazetteer.full_name(&region.code)));
                let fault = match scope {
                    [district]
                        if level == Level::Village && district.level() == Level::District =>
                    {
                        let district = self.gazetteer.full_name(district);
                        Fault::VillageElsewhere { village: value, district }
                    }
                    _ => Fault::RegionUnknown { value },
                };
                let suggestion = Some(suggestions.join("; ")).filter(|text| !text.is_empty());
                found.messages.push(Told { field, fault, suggestion });
                Vec::new()
            }
        }
    }
}

fn level_of(field: Field) -> Level {
    match field {
        Field::Village => Level::Village,
        Field::District => Level::District,
        _ => Level::Regency,
    }
}

/// A name without `Kabupaten`, `Kec.`, `Desa` before it.
fn without_rank(level: Level, name: &str) -> &str {
    let ranks: &[&str] = match level {
        Level::Village => &["kelurahan", "kel.", "kel", "desa", "ds.", "ds"],
        Level::District => &["kecamatan", "kec.", "kec"],
        _ => &["kabupaten", "kab.", "kab", "kota"],
    };
    let first = name.split(' ').next().unwrap_or_default();
    let is_rank = ranks.iter().any(|rank| first.eq_ignore_ascii_case(rank));
    if is_rank && first.len() < name.len() { name[first.len()..].trim_start() } else { name }
}

#[cfg(test)]
mod tests;
