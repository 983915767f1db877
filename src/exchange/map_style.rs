//! The map as a `MapLibre` style (version 8): <https://maplibre.org/maplibre-style-spec/>. No layer
//! has text, so it needs no glyphs, and no image, so it needs no sprite: nothing is asked of another
//! host.

use serde_json::{Value, json};

use super::palette::palette;
use crate::domain::codes::Sector;

/// Of the boundaries; whoever shows them shows it.
pub const ATTRIBUTION: &str = "Sentra · geoBoundaries IDN-ADM2, CC BY 3.0 IGO; source BPS, OCHA";
/// Tiles deeper than this are not asked for: they are drawn from these.
const ENTERPRISES_UNTIL: u8 = 16;
const REGIONS_UNTIL: u8 = 12;

/// What a style is of.
pub struct Asked<'a> {
    /// Addresses of tiles, with `{z}/{x}/{y}`.
    pub enterprises: &'a str,
    pub regions: &'a str,
    pub dark: bool,
    /// Names of sectors in English.
    pub english: bool,
    /// Longitude and latitude of the middle, and the zoom at which all of it is seen.
    pub center: (f64, f64),
    pub zoom: f64,
}

/// The style.
pub fn style(asked: &Asked) -> Value {
    let legend = Sector::all().iter().map(|sector| {
        let mark = &palette().sectors[&sector.code];
        json!({
            "code": sector.code,
            "name": if asked.english { &sector.name_en } else { &sector.name },
            "mark": mark.mark,
            "colour": mark.colour(asked.dark),
        })
    });
    json!({
        "version": 8,
        "name": "Sentra",
        "metadata": {
            "sentra:sectors": legend.collect::<Vec<_>>(),
            "sentra:unknown": palette().unknown.colour(asked.dark),
        },
        "center": [asked.center.0, asked.center.1],
        "zoom": asked.zoom,
        "sources": {
            "regions": {
                "type": "vector",
                "tiles": [asked.regions],
                "minzoom": 0,
                "maxzoom": REGIONS_UNTIL,
                "attribution": ATTRIBUTION,
            },
            "enterprises": {
                "type": "vector",
                "tiles": [asked.enterprises],
                "minzoom": 0,
                "maxzoom": ENTERPRISES_UNTIL,
            },
        },
        "layers": layers(asked.dark),
    })
}

fn layers(dark: bool) -> Vec<Value> {
    let ground = palette().ground(dark);
    let count = json!(["to-number", ["get", "count"], 1]);
    let many = json!([">", count, 1]);
    let stack = json!(["to-boolean", ["get", "stack"]]);
    let colour = colour(dark);
    let radius = json!([
        "interpolate",
        ["linear"],
        ["log10", ["max", count, 1]],
        0.3,
        7.5,
        1,
        10,
        2,
        14,
        3,
        18.5,
        4,
        24,
        5,
        30,
        6,
        36
    ]);
    let circles = |id: &str, filter: Value, paint: Value| {
        json!({
            "id": id,
            "type": "circle",
            "source": "enterprises",
            "source-layer": "enterprises",
            "filter": filter,
            // Large ones below, so that none hides a small one wholly.
            "layout": {"circle-sort-key": ["-", 0, count]},
            "paint": paint,
        })
    };
    vec![
        json!({
            "id": "outside",
            "type": "background",
            "paint": {"background-color": ground.outside},
        }),
        json!({
            "id": "land",
            "type": "fill",
            "source": "regions",
            "source-layer": "regencies",
            "paint": {"fill-color": ground.land},
        }),
        json!({
            "id": "district-lines",
            "type": "line",
            "source": "regions",
            "source-layer": "districts",
            "minzoom": 9.5,
            "paint": {"line-color": ground.district, "line-width": 0.9, "line-dasharray": [4, 3]},
        }),
        json!({
            "id": "regency-lines",
            "type": "line",
            "source": "regions",
            "source-layer": "regencies",
            "layout": {"line-join": "round"},
            "paint": {
                "line-color": ground.regency,
                "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.7, 10, 1.4, 14, 2],
            },
        }),
        circles(
            "clusters",
            json!(["all", many, ["!", stack]]),
            json!({
                "circle-color": colour,
                "circle-radius": radius,
                "circle-opacity": 0.92,
                "circle-stroke-color": ground.ring,
                "circle-stroke-width": 1.5,
            }),
        ),
        // All on one point: told by a dark edge, not by the colour.
        circles(
            "stacks",
            json!(["all", many, stack]),
            json!({
                "circle-color": colour,
                "circle-radius": radius,
                "circle-stroke-color": ground.label,
                "circle-stroke-width": 2.5,
            }),
        ),
        circles(
            "singles",
            json!(["<=", count, 1]),
            json!({
                "circle-color": colour,
                "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 3.2, 11.5, 5, 12.5, 9],
                "circle-stroke-color": ground.ring,
                "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 7, 1, 12, 2],
            }),
        ),
    ]
}

/// The colour of a point's sector.
fn colour(dark: bool) -> Value {
    let mut cases = vec![json!("match"), json!(["get", "sector"])];
    for sector in Sector::all() {
        cases.push(json!(sector.code));
        cases.push(json!(palette().sectors[&sector.code].colour(dark)));
    }
    cases.push(json!(palette().unknown.colour(dark)));
    Value::Array(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_names_no_host_but_its_own_and_no_glyphs() {
        let asked = Asked {
            enterprises: "https://peta.contoh.id/e/{z}/{x}/{y}.mvt?kind=ikm",
            regions: "https://peta.contoh.id/r/{z}/{x}/{y}.mvt",
            dark: false,
            english: false,
            center: (112.7, -7.6),
            zoom: 7.0,
        };
        let style = style(&asked);
        assert!(style.get("glyphs").is_none() && style.get("sprite").is_none());
        let text = style.to_string();
        let hosts = text.matches("://").count();
        assert_eq!(hosts, text.matches("https://peta.contoh.id/").count());
        assert!(!text.contains("text-field") && !text.contains("icon-image"));
        let layers = style["layers"].as_array().expect("layers");
        for layer in layers.iter().filter(|layer| layer["type"] != "background") {
            let source = layer["source"].as_str().expect("a source");
            assert!(style["sources"][source].is_object(), "{layer}");
        }
        assert_eq!(style["metadata"]["sentra:sectors"][0]["name"], "Pangan dan minuman");
    }
}
