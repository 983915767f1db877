//! Geometry on the ground: boxes, the Morton curve over Web Mercator, distances on the sphere,
//! polygons, the lookup of the polygon that a point lies in, places that lie close together. Pure; knows no codes and no rules.

mod bbox;
mod clusters;
mod cover;
mod distance;
mod grid;
mod grid_box;
mod lookup;
pub mod mercator;
mod outline;
mod polygon;
mod rings;

pub use bbox::Bbox;
pub use clusters::{OUTLINE_GRID, clusters, outline};
pub use cover::{CellRect, Relation, Run, Shape, cover, relation};
pub use distance::{EARTH_RADIUS_M, distance_m, distances_m};
pub use lookup::PolygonIndex;
pub use outline::{EXTENT, Outline, Ring};
pub use polygon::{Area, AreaError, MAX_VERTICES, check_polygon, polygon_of};

/// Rounds degrees to 7 decimals (about 1 cm), the precision that positions are kept with.
pub fn round7(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
