//! The colours of the map, which the web app has from the same file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// All colours, as `#rrggbb`.
#[derive(Debug, Deserialize)]
pub struct Palette {
    /// By the code of the sector.
    pub sectors: BTreeMap<String, Mark>,
    /// Of a record without a sector.
    pub unknown: Mark,
    map: Grounds,
}

/// A sector's colours on light and dark ground, and the letters that stand for it.
#[derive(Debug, Deserialize)]
pub struct Mark {
    pub mark: String,
    light: String,
    dark: String,
}

#[derive(Debug, Deserialize)]
struct Grounds {
    light: Ground,
    dark: Ground,
}

/// The colours of the map below the enterprises.
#[derive(Debug, Deserialize)]
pub struct Ground {
    pub outside: String,
    pub land: String,
    /// Boundaries of regencies.
    pub regency: String,
    pub district: String,
    pub label: String,
    /// Around a point.
    pub ring: String,
}

impl Mark {
    pub fn colour(&self, dark: bool) -> &str {
        if dark { &self.dark } else { &self.light }
    }
}

impl Palette {
    pub fn ground(&self, dark: bool) -> &Ground {
        if dark { &self.map.dark } else { &self.map.light }
    }
}

static PALETTE: LazyLock<Palette> = LazyLock::new(|| {
    let text = include_str!("../../web/src/lib/palette.json");
    serde_json::from_str(text).expect("the palette is well-formed")
});

/// The palette.
pub fn palette() -> &'static Palette {
    &PALETTE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Sector;

    #[test]
    fn every_sector_has_its_colour_and_no_two_the_same() {
        let codes: Vec<&str> = Sector::all().iter().map(|sector| sector.code.as_str()).collect();
        for dark in [false, true] {
            let mut colours: Vec<&str> =
                codes.iter().map(|code| palette().sectors[*code].colour(dark)).collect();
            colours.push(palette().unknown.colour(dark));
            colours.sort_unstable();
            colours.dedup();
            assert_eq!(colours.len(), codes.len() + 1);
            for colour in colours {
                assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
            }
        }
        assert_eq!(palette().sectors.len(), codes.len());
    }
}
