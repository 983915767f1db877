//! Suggestions out of the reference codes: commodities, sectors, regions.

use super::text::{Asked, searchable};
use crate::domain::codes::Sector;
use crate::domain::reference::Reference;
use crate::domain::region::Level;
use crate::domain::text::fold;

/// A code with the words that it is found by.
#[derive(Debug)]
pub struct Code {
    /// The parameter of the filter that takes the code.
    pub parameter: &'static str,
    pub code: String,
    /// As shown.
    pub name: String,
    folded: Box<str>,
    text: Box<str>,
}

/// All codes that can be suggested.
#[derive(Debug, Default)]
pub struct Codes(Vec<Code>);

impl Codes {
    pub fn of(reference: &Reference) -> Self {
        let commodities = reference.commodities().iter().map(|commodity| Code {
            parameter: "commodity",
            code: commodity.code.clone(),
            name: commodity.name.clone(),
            folded: fold(&commodity.name).into(),
            text: searchable([], reference.commodity_text(&commodity.code)),
        });
        let sectors = Sector::all().iter().map(|sector| Code {
            parameter: "sector",
            code: sector.code.clone(),
            name: sector.name.clone(),
            folded: fold(&sector.name).into(),
            text: searchable([sector.name.as_str()], []),
        });
        let regions = reference.gazetteer.regions().iter().map(|region| {
            let folded = fold(&region.name);
            let bare = ["kabupaten ", "kota "].iter().find_map(|kind| folded.strip_prefix(kind));
            let name = match region.level {
                Level::Province => region.name.clone(),
                _ => reference.gazetteer.full_name(&region.code),
            };
            Code {
                parameter: "region",
                code: region.code.to_string(),
                name,
                text: searchable([], [folded.as_str()]),
                folded: bare.unwrap_or(&folded).into(),
            }
        });
        Self(commodities.chain(sectors).chain(regions).collect())
    }

    /// The codes of a parameter that answer, the best first: wider regions before narrower ones.
    pub fn matching(&self, parameter: &str, asked: &Asked, limit: usize) -> Vec<&Code> {
        let mut found: Vec<(u8, usize, &Code)> = self
            .0
            .iter()
            .filter(|code| code.parameter == parameter && asked.matches(&code.text))
            .map(|code| (asked.rank(&code.folded, &code.text), code.code.len(), code))
            .collect();
        // Commodities are of any length; among them it says nothing.
        let length = |length: usize| if parameter == "region" { length } else { 0 };
        found.sort_by(|a, b| (a.0, length(a.1), &a.2.name).cmp(&(b.0, length(b.1), &b.2.name)));
        found.into_iter().take(limit).map(|(_, _, code)| code).collect()
    }
}
