//! A filter in words, for people who were not there when it was set.

use super::metadata::Said;
use crate::domain::codes::Sector;
use crate::domain::fault::Lang;
use crate::domain::reference::Reference;

/// Parameters of the grammar with their names in Indonesian and English.
const NAMES: &[(&str, [&str; 2])] = &[
    ("q", ["kata", "words"]),
    ("kind", ["daftar", "list"]),
    ("region", ["wilayah", "region"]),
    ("sector", ["sektor", "sector"]),
    ("kbli", ["KBLI", "KBLI"]),
    ("commodity", ["komoditas", "commodity"]),
    ("women_led", ["dipimpin perempuan", "led by a woman"]),
    ("sample", ["data contoh", "sample data"]),
    ("existence", ["keberadaan", "existence"]),
    ("as_of", ["ada pada", "existed on"]),
    ("bbox", ["kotak (barat, selatan, timur, utara)", "box (west, south, east, north)"]),
    ("near", ["di sekitar (bujur, lintang)", "around (longitude, latitude)"]),
    ("radius_m", ["jari-jari dalam meter", "radius in metres"]),
    ("area", ["bidang yang digambar", "drawn area"]),
    ("size_class", ["skala usaha", "size class"]),
    ("legal_form", ["badan usaha", "legal form"]),
    ("certificate", ["sertifikat", "certificate"]),
    ("channel", ["saluran penjualan", "sales channel"]),
    ("updated_since", ["diubah sejak", "updated since"]),
    ("cooperative", ["anggota koperasi", "members of the cooperative"]),
    ("sentra", ["anggota sentra", "members of the sentra"]),
    ("review", ["pemeriksaan", "review"]),
    ("publication", ["penerbitan", "publication"]),
    ("min_workers", ["tenaga kerja sedikitnya", "workers at least"]),
    ("max_workers", ["tenaga kerja sebanyaknya", "workers at most"]),
    ("quality", ["aturan mutu", "quality rule"]),
    ("visited_since", ["dikunjungi sejak", "visited since"]),
    ("need", ["kebutuhan", "need"]),
    ("practice", ["praktik", "practice"]),
    ("raw_material", ["bahan baku", "raw material"]),
    ("origin", ["asal bahan baku", "origin of raw materials"]),
    ("campaign", ["kampanye", "campaign"]),
    ("filter", ["ungkapan CQL2", "CQL2 expression"]),
    ("filter-lang", ["bahasa ungkapan", "language of the expression"]),
    ("filter-crs", ["sistem koordinat ungkapan", "coordinates of the expression"]),
];

/// The parameters of a filter as somebody asks for them, in words.
pub fn said(query: &str, reference: &Reference) -> Said {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let in_words = |lang: Lang| {
        let of = |names: &[&'static str; 2]| if lang == Lang::Id { names[0] } else { names[1] };
        let mut parts: Vec<String> = Vec::new();
        if !pairs.iter().any(|(name, _)| name == "existence" || name == "as_of") {
            parts.push(of(&["usaha yang aktif", "active enterprises"]).to_owned());
        }
        for (name, value) in &pairs {
            let known = NAMES.iter().find(|(known, _)| known == name);
            let name_said = known.map_or(name.as_str(), |(_, names)| of(names));
            let list = !matches!(name.as_str(), "q" | "bbox" | "near" | "filter");
            let value = if list {
                let each = value.split(',').map(|code| named(name, code, lang, reference));
                each.collect::<Vec<_>>().join(", ")
            } else {
                value.clone()
            };
            parts.push(format!("{name_said}: {value}"));
        }
        parts.join("; ")
    };
    Said::new(in_words(Lang::Id), in_words(Lang::En))
}

/// A code by its name, where it has one.
fn named(parameter: &str, code: &str, lang: Lang, reference: &Reference) -> String {
    let name = match parameter {
        "region" => code.parse().ok().and_then(|code| {
            let known = reference.gazetteer.get(&code).is_some();
            known.then(|| reference.gazetteer.full_name(&code))
        }),
        "sector" => Sector::from_code(code).map(|sector| {
            let entry = &Sector::all()[sector.index()];
            if lang == Lang::Id { entry.name.clone() } else { entry.name_en.clone() }
        }),
        "commodity" | "raw_material" => reference.commodity(code).map(|commodity| {
            if lang == Lang::Id { commodity.name.clone() } else { commodity.name_en.clone() }
        }),
        "women_led" | "sample" if lang == Lang::Id => match code {
            "true" => Some("ya".to_owned()),
            "false" => Some("tidak".to_owned()),
            _ => None,
        },
        _ => None,
    };
    name.unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::PARAMETERS;

    #[test]
    fn every_parameter_of_the_filter_has_words() {
        for parameter in PARAMETERS {
            assert!(NAMES.iter().any(|(name, _)| *name == parameter.name), "{}", parameter.name);
        }
    }

    #[test]
    fn a_filter_is_told_by_the_names_of_its_codes() {
        let reference = Reference::default();
        let told = said("sector=kulit-alas-kaki&women_led=true&q=tas%2C+kulit", &reference);
        assert_eq!(
            told.id,
            "usaha yang aktif; sektor: Kulit dan alas kaki; dipimpin perempuan: ya; kata: tas, kulit"
        );
        assert!(told.en.starts_with("active enterprises; sector: "), "{}", told.en);
        assert_eq!(said("", &reference).en, "active enterprises");
        let told = said("as_of=2026-01-31&kind=ikm,ukm", &reference);
        assert_eq!(told.id, "ada pada: 2026-01-31; daftar: ikm, ukm");
    }
}
