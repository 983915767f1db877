//! OGC Two Dimensional Tile Matrix Set 2.0 (17-083r4): the matrix set `WebMercatorQuad`, and the part
//! of it that tiles are in.

use serde_json::{Value, json};

use crate::geography::mercator::{self, Tile};

/// The one matrix set that there is.
pub const ID: &str = "WebMercatorQuad";
pub const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
pub const TITLE: &str = "Google Maps Compatible for the World";
pub const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const SCALE_SET: &str = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible";

/// As the standard writes them (Annex D.1).
const SCALE_OF_0: f64 = 559_082_264.028_717;
const CELL_OF_0: f64 = 156_543.033_928_041;
const CORNER: f64 = 20_037_508.342_789_244;
const MATRICES: u8 = 25;

/// The definition of the matrix set.
pub fn definition() -> Value {
    let matrices = (0..MATRICES).map(|z| {
        let side = 2_f64.powi(z.into());
        json!({
            "id": z.to_string(),
            "scaleDenominator": SCALE_OF_0 / side,
            "cellSize": CELL_OF_0 / side,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": [-CORNER, CORNER],
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": 1_u32 << z,
            "matrixHeight": 1_u32 << z,
        })
    });
    json!({
        "id": ID,
        "title": TITLE,
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": SCALE_SET,
        "tileMatrices": matrices.collect::<Vec<_>>(),
    })
}

/// Where there are tiles: a box of the Mercator square, and a range of zooms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// West, north, east and south, in parts of the square's side.
    pub rect: [f64; 4],
    pub min_zoom: u8,
    pub max_zoom: u8,
}

/// The tiles of one matrix: least and greatest column, least and greatest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    columns: (u32, u32),
    rows: (u32, u32),
}

impl Reach {
    fn range(&self, z: u8) -> Range {
        let [west, north, east, south] = self.rect.map(|part| at(part, z));
        Range { columns: (west, east), rows: (north, south) }
    }

    /// Whether a tile is one that there may be.
    pub fn holds(&self, tile: Tile) -> bool {
        let Range { columns, rows } = self.range(tile.z);
        (self.min_zoom..=self.max_zoom).contains(&tile.z)
            && (columns.0..=columns.1).contains(&tile.x)
            && (rows.0..=rows.1).contains(&tile.y)
    }

    /// The limits of each matrix.
    pub fn limits(&self) -> Vec<Value> {
        let limits = (self.min_zoom..=self.max_zoom).map(|z| {
            let Range { columns, rows } = self.range(z);
            json!({
                "tileMatrix": z.to_string(),
                "minTileRow": rows.0,
                "maxTileRow": rows.1,
                "minTileCol": columns.0,
                "maxTileCol": columns.1,
            })
        });
        limits.collect()
    }

    /// West, south, east and north in degrees.
    pub fn degrees(&self) -> [f64; 4] {
        let [west, north, east, south] = self.rect;
        let ((west, north), (east, south)) =
            (mercator::unproject(west, north), mercator::unproject(east, south));
        [west, south, east, north]
    }

    /// West, south, east and north in metres of EPSG:3857.
    pub fn metres(&self) -> [f64; 4] {
        let [west, north, east, south] = self.rect;
        let from_middle = |part: f64| (part * 2.0 - 1.0) * CORNER;
        [from_middle(west), -from_middle(south), from_middle(east), -from_middle(north)]
    }

    /// The box in degrees, as a tile set describes it.
    pub fn bounding_box(&self) -> Value {
        let [west, south, east, north] = self.degrees();
        json!({"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84})
    }
}

/// The column or row at a part of the square's side.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the side")]
fn at(part: f64, z: u8) -> u32 {
    let side = f64::from(1_u32 << z);
    (part * side).floor().clamp(0.0, side - 1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_the_standards_own() {
        let definition = definition();
        let matrices = definition["tileMatrices"].as_array().expect("matrices");
        assert_eq!(matrices.len(), 25);
        // Of the table of the standard.
        for (z, scale, cell, side) in [
            (0, 559_082_264.028_717, 156_543.033_928_041, 1),
            (10, 545_978.773_465_544, 152.874_056_570_353, 1024),
            (24, 33.323_899_747_652_8, 0.009_330_691_929_342_8, 16_777_216),
        ] {
            let near = |name: &str, wanted: f64| {
                let found = matrices[z][name].as_f64().expect("a number");
                assert!((found / wanted - 1.0).abs() < 1e-12, "{z} {name}: {found}");
            };
            near("scaleDenominator", scale);
            near("cellSize", cell);
            assert_eq!(matrices[z]["matrixWidth"], side);
            assert_eq!(matrices[z]["id"], z.to_string());
        }
    }

    #[test]
    fn a_tile_is_within_the_limits_that_are_told() {
        let (west, north) = mercator::project(111.0, -6.7);
        let (east, south) = mercator::project(114.5, -8.8);
        let reach = Reach { rect: [west, north, east, south], min_zoom: 3, max_zoom: 12 };
        let limits = reach.limits();
        assert_eq!(limits.len(), 10);
        for limit in limits {
            let number =
                |name: &str| u32::try_from(limit[name].as_u64().expect("one")).expect("u32");
            let z: u8 = limit["tileMatrix"].as_str().expect("an id").parse().expect("a zoom");
            let (left, right) = (number("minTileCol"), number("maxTileCol"));
            let (top, bottom) = (number("minTileRow"), number("maxTileRow"));
            let holds = |x, y| Tile::new(z, x, y).is_some_and(|tile| reach.holds(tile));
            assert!(holds(left, top) && holds(right, bottom), "{z}");
            assert!(!holds(left - 1, top) && !holds(right, bottom + 1), "{z}");
        }
        assert!(
            !reach.holds(Tile { z: 2, x: 3, y: 2 }) && !reach.holds(Tile { z: 13, x: 0, y: 0 })
        );
        let [west, south, east, north] = reach.degrees();
        assert!((west - 111.0).abs() < 1e-6 && (south + 8.8).abs() < 1e-6, "{west} {south}");
        assert!((east - 114.5).abs() < 1e-6 && (north + 6.7).abs() < 1e-6, "{east} {north}");
    }
}
