//! Boxes in degrees.

/// A box in degrees (CRS84 order). `west > east` means that it crosses the 180° meridian.
/// Its edges belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Bbox {
    /// Reads `west,south,east,north`. None unless these are four finite numbers, longitudes within
    /// ±180, latitudes within ±90 and south not above north.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<f64> =
            text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
        let &[west, south, east, north] = numbers.as_slice() else { return None };
        let sane = numbers.iter().all(|number| number.is_finite())
            && west.abs() <= 180.0
            && east.abs() <= 180.0
            && (-90.0..=90.0).contains(&south)
            && (-90.0..=90.0).contains(&north)
            && south <= north;
        sane.then_some(Self { west, south, east, north })
    }

    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        let within_longitudes = if self.west <= self.east {
            (self.west..=self.east).contains(&lon)
        } else {
            lon >= self.west || lon <= self.east
        };
        within_longitudes && (self.south..=self.north).contains(&lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_words_or_a_box_upside_down_are_refused() {
        for text in
            ["1,2,3", "1,2,3,4,5", "a,b,c,d", "", "0,5,1,4", "0,0,181,1", "0,0,NaN,1", "0,0,inf,1"]
        {
            assert_eq!(Bbox::parse(text), None, "{text}");
        }
    }

    #[test]
    fn edges_are_inside() {
        let bbox = Bbox::parse("112.6,-7.6,112.8,-7.4").expect("a box");
        assert!(bbox.contains(112.6, -7.6));
        assert!(bbox.contains(112.8, -7.4));
        assert!(!bbox.contains(112.800_000_1, -7.5));
    }

    #[test]
    fn a_box_may_cross_the_180_degree_meridian() {
        let bbox = Bbox::parse("170,-10,-170,10").expect("a box");
        assert!(bbox.contains(175.0, 0.0));
        assert!(bbox.contains(-175.0, 0.0));
        assert!(!bbox.contains(112.0, 0.0));
    }
}
