//! A QGIS project (`.qgs`, QGIS 3.22 and later): the tiles of enterprises and regions, and the
//! collections of the OGC API, with the map's own colours.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::map_style::ATTRIBUTION;
use super::palette::{Ground, palette};
use crate::domain::codes::Sector;
use crate::domain::fault::Lang;

/// What a project is of.
pub struct Asked<'a> {
    /// Addresses of tiles, with `{z}/{x}/{y}`.
    pub enterprises: &'a str,
    pub regions: &'a str,
    /// The address of the OGC API.
    pub ogc: &'a str,
    pub lang: Lang,
    /// What is seen when it is opened: west, south, east and north, in metres of EPSG:3857.
    pub view: [f64; 4],
}

/// The program version that the file is written for: the oldest.
const VERSION: &str = "3.22.0";
/// Without `srsid`, QGIS's own number, the authority's is not looked at.
const MERCATOR: &str =
    "<spatialrefsys><srsid>3857</srsid><srid>3857</srid><authid>EPSG:3857</authid></spatialrefsys>";
const DEGREES: &str =
    "<spatialrefsys><srsid>3452</srsid><srid>4326</srid><authid>EPSG:4326</authid></spatialrefsys>";
/// Of a point for one record; for many it grows with the count, in millimetres.
const SIZE: &str = "1.8 + 1.6 * log10(max(coalesce(\"count\", 1), 1))";
/// The first sector of a record, however the list of them is told.
const FIRST_SECTOR: &str = "regexp_substr(to_json(\"sectors\"), '([a-z][a-z-]+)')";
/// Geometries as QGIS numbers them.
const POINT: u8 = 0;
const POLYGON: u8 = 2;

/// A layer of the project.
struct Layer {
    id: &'static str,
    name: String,
    provider: &'static str,
    source: String,
    /// Seen when the project is opened.
    shown: bool,
    /// What stands in its `<maplayer>` beside what every layer has.
    kind: &'static str,
    crs: &'static str,
    symbols: String,
}

/// The project.
pub fn project(asked: &Asked) -> String {
    let layers = layers(asked);
    let (mut tree, mut order, mut whole) = (String::new(), String::new(), String::new());
    for layer in &layers {
        let Layer { id, provider, shown, kind, crs, symbols, .. } = layer;
        let (name, source) = (escape(layer.name.as_str()), escape(layer.source.as_str()));
        let checked = if *shown { "Qt::Checked" } else { "Qt::Unchecked" };
        // Writing to a string does not fail.
        let _ = write!(
            tree,
            r#"<layer-tree-layer id="{id}" name="{name}" providerKey="{provider}" source="{source}" checked="{checked}" expanded="0"/>"#
        );
        let _ = write!(order, r#"<layer id="{id}"/>"#);
        let _ = write!(
            whole,
            r#"<maplayer {kind} autoRefreshEnabled="0" hasScaleBasedVisibilityFlag="0"><id>{id}</id><datasource>{source}</datasource><layername>{name}</layername><srs>{crs}</srs><attribution>{}</attribution><provider>{provider}</provider>{symbols}<blendMode>0</blendMode><layerOpacity>1</layerOpacity></maplayer>"#,
            escape(ATTRIBUTION)
        );
    }
    let [west, south, east, north] = asked.view;
    let extent = format!(
        "<xmin>{west:?}</xmin><ymin>{south:?}</ymin><xmax>{east:?}</xmax><ymax>{north:?}</ymax>"
    );
    format!(
        r#"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="{VERSION}" projectname="Sentra">
<title>Sentra</title>
<projectCrs>{MERCATOR}</projectCrs>
<layer-tree-group><customproperties/>{tree}</layer-tree-group>
<mapcanvas name="theMapCanvas" annotationsVisible="1"><units>meters</units><extent>{extent}</extent><rotation>0</rotation><destinationsrs>{MERCATOR}</destinationsrs><rendermaptile>0</rendermaptile></mapcanvas>
<projectlayers>{whole}</projectlayers>
<layerorder>{order}</layerorder>
<properties><SpatialRefSys><ProjectionsEnabled type="int">1</ProjectionsEnabled></SpatialRefSys></properties>
</qgis>
"#
    )
}

/// From the one above to the one below.
fn layers(asked: &Asked) -> Vec<Layer> {
    let words = |id: &str, en: &str| if asked.lang == Lang::En { en.into() } else { id.into() };
    let tiles = |id, name, address: &str, until: u8, symbols| Layer {
        id,
        name,
        provider: "xyzvectortiles",
        source: format!("type=xyz&url={}&zmin=0&zmax={until}", encoded(address)),
        shown: true,
        kind: r#"type="vector-tile""#,
        crs: MERCATOR,
        symbols,
    };
    let features = |id, name, collection: &str, kind, symbols| Layer {
        id,
        name,
        provider: "OAPIF",
        source: format!(
            " pagingEnabled='true' pageSize='1000' restrictToRequestBBOX='1' typename='{collection}' url='{}'",
            asked.ogc
        ),
        shown: false,
        kind,
        crs: DEGREES,
        symbols,
    };
    let points = r#"type="vector" geometry="Point" wkbType="Point""#;
    let polygons = r#"type="vector" geometry="Polygon" wkbType="MultiPolygon""#;
    let ground = palette().ground(false);
    let outline = |colour: &str| single(&fill(None, colour));
    vec![
        tiles(
            "sentra_enterprise_tiles",
            words("Usaha (ubin)", "Enterprises (tiles)"),
            asked.enterprises,
            16,
            enterprise_tiles(asked.lang),
        ),
        features(
            "sentra_enterprises",
            words("Usaha (data)", "Enterprises (records)"),
            "enterprises",
            points,
            by_sector(asked.lang),
        ),
        features(
            "sentra_sentra",
            words("Sentra", "Clusters (sentra)"),
            "sentra",
            points,
            single(&marker(&ground.label, "3.6")),
        ),
        features(
            "sentra_districts",
            words("Kecamatan (perkiraan)", "Districts (approximate)"),
            "districts",
            polygons,
            outline(&ground.district),
        ),
        features(
            "sentra_regencies",
            words("Kabupaten dan kota", "Regencies and cities"),
            "regencies",
            polygons,
            outline(&ground.regency),
        ),
        tiles(
            "sentra_region_tiles",
            words("Batas wilayah (ubin)", "Boundaries (tiles)"),
            asked.regions,
            12,
            region_tiles(ground),
        ),
    ]
}

/// An address as a part of a data source.
fn encoded(address: &str) -> String {
    serde_urlencoded::to_string([("", address)])
        .map(|text| text.trim_start_matches('=').replace('+', "%20"))
        .unwrap_or_default()
}

/// `#rrggbb` as QGIS writes a colour.
fn rgba(hex: &str, alpha: u8) -> String {
    let part = |at: usize| {
        hex.get(at..at + 2).and_then(|part| u8::from_str_radix(part, 16).ok()).unwrap_or(0)
    };
    format!("{},{},{},{alpha}", part(1), part(3), part(5))
}

fn options(pairs: &[(&str, &str)]) -> String {
    let option = |(name, value): &(&str, &str)| {
        format!(r#"<Option type="QString" name="{name}" value="{}"/>"#, escape(*value))
    };
    let all: String = pairs.iter().map(option).collect();
    format!(r#"<Option type="Map">{all}</Option>"#)
}

/// The layers of a symbol that is a filled circle.
fn marker(colour: &str, size: &str) -> String {
    let (inside, edge) = (rgba(colour, 235), rgba(&palette().ground(false).ring, 255));
    let pairs = [
        ("name", "circle"),
        ("color", inside.as_str()),
        ("outline_color", edge.as_str()),
        ("outline_style", "solid"),
        ("outline_width", "0.3"),
        ("outline_width_unit", "MM"),
        ("size", "2.4"),
        ("size_unit", "MM"),
        ("scale_method", "diameter"),
    ];
    let by_count = format!(
        r#"<data_defined_properties><Option type="Map"><Option type="QString" name="name" value=""/><Option type="Map" name="properties"><Option type="Map" name="size"><Option type="bool" name="active" value="true"/><Option type="QString" name="expression" value="{}"/><Option type="int" name="type" value="3"/></Option></Option><Option type="QString" name="type" value="collection"/></Option></data_defined_properties>"#,
        escape(size)
    );
    symbol("marker", "SimpleMarker", &options(&pairs), &by_count)
}

/// The layers of a symbol that is an area with an edge.
fn fill(colour: Option<&str>, edge: &str) -> String {
    let (inside, style) =
        colour.map_or_else(|| ("0,0,0,0".to_owned(), "no"), |colour| (rgba(colour, 255), "solid"));
    let edge = rgba(edge, 255);
    let pairs = [
        ("color", inside.as_str()),
        ("style", style),
        ("outline_color", edge.as_str()),
        ("outline_style", "solid"),
        ("outline_width", "0.26"),
        ("outline_width_unit", "MM"),
        ("joinstyle", "round"),
    ];
    symbol("fill", "SimpleFill", &options(&pairs), "")
}

/// A symbol whose name is still to be given, as `{NAME}`.
fn symbol(kind: &str, class: &str, options: &str, more: &str) -> String {
    format!(
        r#"<symbol type="{kind}" name="{{NAME}}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{class}" enabled="1" locked="0" pass="0">{options}{more}</layer></symbol>"#
    )
}

fn named(symbol: &str, name: &str) -> String {
    symbol.replacen("{NAME}", name, 1)
}

/// One symbol for all features of a layer.
fn single(symbol: &str) -> String {
    format!(
        r#"<renderer-v2 type="singleSymbol" symbollevels="0" forceraster="0" enableorderby="0"><symbols>{}</symbols></renderer-v2>"#,
        named(symbol, "0")
    )
}

/// The sectors and their colours; the last one is of what has none.
fn colours(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let known = Sector::all().iter().map(move |sector| {
        let name = if lang == Lang::En { &sector.name_en } else { &sector.name };
        (sector.code.as_str(), name.as_str(), palette().sectors[&sector.code].colour(false))
    });
    let other = if lang == Lang::En { "without a sector" } else { "tanpa sektor" };
    known.chain(std::iter::once(("", other, palette().unknown.colour(false))))
}

/// Records by the first of their sectors.
fn by_sector(lang: Lang) -> String {
    let (mut categories, mut symbols) = (String::new(), String::new());
    for (at, (code, name, colour)) in colours(lang).enumerate() {
        let name = escape(name);
        // Writing to a string does not fail.
        let _ = write!(
            categories,
            r#"<category symbol="{at}" value="{code}" label="{name}" render="true"/>"#
        );
        symbols.push_str(&named(&marker(colour, "2.4"), &at.to_string()));
    }
    format!(
        r#"<renderer-v2 type="categorizedSymbol" attr="{}" symbollevels="0" forceraster="0" enableorderby="0"><categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"#,
        escape(FIRST_SECTOR)
    )
}

/// One style of a layer of vector tiles.
fn tile_style(name: &str, layer: &str, geometry: u8, filter: &str, symbol: &str) -> String {
    format!(
        r#"<style name="{}" layer="{layer}" geometry="{geometry}" enabled="1" expression="{}" min-zoom="-1" max-zoom="-1"><symbols>{}</symbols></style>"#,
        escape(name),
        escape(filter),
        named(symbol, "0")
    )
}

fn enterprise_tiles(lang: Lang) -> String {
    let styles: String = colours(lang)
        .map(|(code, name, colour)| {
            let filter = if code.is_empty() {
                "\"sector\" IS NULL".to_owned()
            } else {
                format!("\"sector\" = '{code}'")
            };
            tile_style(name, "enterprises", POINT, &filter, &marker(colour, SIZE))
        })
        .collect();
    format!(r#"<renderer type="basic"><styles>{styles}</styles></renderer>"#)
}

fn region_tiles(ground: &Ground) -> String {
    let regencies = fill(Some(ground.land.as_str()), &ground.regency);
    let styles = [
        tile_style("regencies", "regencies", POLYGON, "", &regencies),
        tile_style("districts", "districts", POLYGON, "", &fill(None, &ground.district)),
    ];
    format!(r#"<renderer type="basic"><styles>{}</styles></renderer>"#, styles.concat())
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    fn written(lang: Lang) -> String {
        project(&Asked {
            enterprises: "https://peta.contoh.id/e/{z}/{x}/{y}.mvt?kind=ikm&q=a+'b'",
            regions: "https://peta.contoh.id/r/{z}/{x}/{y}.mvt",
            ogc: "https://peta.contoh.id/ogc",
            lang,
            view: [12_000_000.0, -1_000_000.0, 13_000_000.0, -700_000.0],
        })
    }

    type Element = (String, Vec<(String, String)>);

    /// The elements with their attributes.
    fn read(text: &str) -> Vec<Element> {
        let mut reader = Reader::from_str(text);
        let (mut elements, mut depth) = (Vec::new(), 0);
        loop {
            let event = reader.read_event().expect("well-formed");
            match &event {
                Event::Eof => break,
                Event::End(_) => depth -= 1,
                Event::Start(element) | Event::Empty(element) => {
                    depth += i32::from(matches!(event, Event::Start(_)));
                    let attributes = element.attributes().map(|attribute| {
                        let attribute = attribute.expect("an attribute");
                        (attribute.key.0.to_owned(), attribute.value.to_string())
                    });
                    elements.push((element.name().0.to_owned(), attributes.collect()));
                }
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        elements
    }

    #[test]
    fn a_project_is_well_formed_and_every_layer_of_its_tree_is_there() {
        for lang in [Lang::Id, Lang::En] {
            let text = written(lang);
            let elements = read(&text);
            let value = |attributes: &[(String, String)], name: &str| {
                let found = attributes.iter().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            };
            let all = |element: &str, name: &str| -> Vec<String> {
                let found = elements.iter().filter(|(known, _)| known == element);
                found.map(|(_, attributes)| value(attributes, name)).collect()
            };
            let ids = all("layer-tree-layer", "id");
            assert_eq!(ids.len(), 6);
            for id in ids {
                assert!(text.contains(&format!("<id>{id}</id>")), "{id}");
            }
            assert_eq!(all("maplayer", "type").len(), 6);
            assert_eq!(all("category", "value").len(), Sector::all().len() + 1);
            assert_eq!(all("style", "layer").len(), Sector::all().len() + 3);
            // Of every symbol a layer.
            assert!(!text.contains("{NAME}"));
        }
    }

    #[test]
    fn an_address_comes_whole_out_of_a_data_source() {
        let text = written(Lang::Id);
        let source = text.split("<datasource>").nth(1).and_then(|rest| rest.split('<').next());
        let source = quick_xml::escape::unescape(source.expect("a source")).expect("text");
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&source).expect("pairs");
        assert_eq!(pairs[0], ("type".into(), "xyz".into()));
        assert_eq!(pairs[1].1, "https://peta.contoh.id/e/{z}/{x}/{y}.mvt?kind=ikm&q=a+'b'");
    }
}
