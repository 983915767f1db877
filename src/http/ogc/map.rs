//! A small map of the province with what a page is about, drawn as SVG: nothing is loaded for it.

use std::fmt::Write;

use geo::{CoordsIter, Simplify};

use super::html::escaped;
use crate::registry::collections::{Boundaries, Boundary, Feature, Geometry};

/// How far a line may be from the boundary, in degrees.
const COARSE: f64 = 0.004;

/// The map; `label` says to those who do not see it what it is of.
pub fn svg(boundaries: &Boundaries, features: &[Feature], label: &str) -> String {
    let (width, height) = boundaries.map_size();
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<svg class=\"map\" viewBox=\"-4 -4 {:.0} {:.0}\" role=\"img\" aria-label=\"{}\">\
         <path class=\"land\" d=\"{}\"/>",
        width + 8.0,
        height + 8.0,
        escaped(label),
        boundaries.outline(),
    );
    for feature in features {
        if let Geometry::Boundary(boundary) = &feature.geometry {
            let _ = write!(out, "<path class=\"area\" d=\"{}\"/>", path(boundaries, boundary));
        }
    }
    for feature in features {
        if let Geometry::Point(lon, lat) = feature.geometry {
            let (x, y) = boundaries.on_map(lon, lat);
            let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>");
        }
    }
    out.push_str("</svg>\n");
    out
}

fn path(boundaries: &Boundaries, boundary: &Boundary) -> String {
    let mut out = String::new();
    for part in &boundary.polygon.simplify(COARSE) {
        for (place, at) in part.exterior().coords_iter().enumerate() {
            let (x, y) = boundaries.on_map(at.x, at.y);
            let command = if place == 0 { 'M' } else { 'L' };
            let _ = write!(out, "{command}{x:.1} {y:.1}");
        }
        out.push('Z');
    }
    out
}
