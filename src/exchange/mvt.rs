//! Mapbox Vector Tile 2.1, points and polygons: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>.
//! Protocol Buffers by hand: a layer is five kinds of field.

use hashbrown::HashMap;

use crate::geography::{EXTENT, Ring};

/// A property's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    Text(&'a str),
    /// A text that no other feature has: it is not looked for among those before.
    Own(&'a str),
    Whole(u64),
    Flag(bool),
}

/// One layer. A tile has thousands of features: buffers are used again and nothing is made for one.
pub struct Layer {
    name: &'static str,
    features: Vec<u8>,
    keys: Vec<&'static str>,
    values: Values,
    geometry: Vec<u8>,
    tags: Vec<u8>,
}

/// The layer's values, each once: as they are encoded, and their numbers.
#[derive(Default)]
struct Values {
    encoded: Vec<u8>,
    count: u64,
    texts: HashMap<String, u64>,
    wholes: HashMap<u64, u64>,
    flags: [Option<u64>; 2],
}

impl Values {
    fn number(&mut self, value: Value) -> u64 {
        let next = self.count;
        let number = match value {
            Value::Text(text) => *self.texts.entry_ref(text).or_insert(next),
            Value::Whole(number) => *self.wholes.entry(number).or_insert(next),
            Value::Flag(flag) => *self.flags[usize::from(flag)].get_or_insert(next),
            Value::Own(_) => next,
        };
        if number == next {
            self.count += 1;
            self.encode(value);
        }
        number
    }

    fn encode(&mut self, value: Value) {
        let encoded = &mut self.encoded;
        let mut whole = |number_of_field: u64, value: u64| {
            field(encoded, 4, 2);
            varint(encoded, 1 + varint_length(value));
            field(encoded, number_of_field, 0);
            varint(encoded, value);
        };
        match value {
            Value::Text(text) | Value::Own(text) => {
                field(encoded, 4, 2);
                varint(encoded, length(text.as_bytes()));
                bytes(encoded, 1, text.as_bytes());
            }
            Value::Whole(number) => whole(5, number),
            Value::Flag(flag) => whole(7, u64::from(flag)),
        }
    }
}

impl Layer {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            features: Vec::new(),
            keys: Vec::new(),
            values: Values::default(),
            geometry: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// Adds a point at a place within the tile, from 0 to 1 from its west and north edge.
    pub fn add_point<'a>(
        &mut self,
        x: f64,
        y: f64,
        properties: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) {
        self.geometry.clear();
        // MoveTo (1), once; then the zigzag distance from the tile's corner.
        varint(&mut self.geometry, 1 | 1 << 3);
        varint(&mut self.geometry, zigzag(units(x)));
        varint(&mut self.geometry, zigzag(units(y)));
        self.add(1, properties);
    }

    /// Adds a polygon of rings in the tile's units, each outer one before its holes.
    pub fn add_polygon<'a>(
        &mut self,
        rings: &[Ring],
        properties: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) {
        self.geometry.clear();
        let geometry = &mut self.geometry;
        let mut pen = (0, 0);
        for ring in rings {
            for (at, (x, y)) in ring.iter().copied().enumerate() {
                match at {
                    0 => varint(geometry, 1 | 1 << 3),
                    // LineTo (2), as often as there are vertices left.
                    1 => varint(geometry, 2 | (ring.len() as u64 - 1) << 3),
                    _ => {}
                }
                varint(geometry, zigzag(x - pen.0));
                varint(geometry, zigzag(y - pen.1));
                pen = (x, y);
            }
            // ClosePath (7), which leaves the pen where it is.
            varint(geometry, 7 | 1 << 3);
        }
        self.add(3, properties);
    }

    /// Adds a feature of a type with the geometry that was prepared: 1 is a point, 3 a polygon.
    fn add<'a>(
        &mut self,
        kind: u64,
        properties: impl IntoIterator<Item = (&'static str, Value<'a>)>,
    ) {
        let Self { features, keys, values, geometry, tags, .. } = self;
        tags.clear();
        for (key, value) in properties {
            let key_at = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
                keys.push(key);
                keys.len() - 1
            });
            varint(tags, key_at as u64);
            varint(tags, values.number(value));
        }
        field(features, 2, 2);
        let kind_length = 2;
        varint(features, length(tags) + kind_length + length(geometry));
        bytes(features, 2, tags);
        field(features, 3, 0);
        varint(features, kind);
        bytes(features, 4, geometry);
    }

    /// The tile that holds this layer alone; empty if the layer is. One after the other, tiles are
    /// the tile of all their layers.
    pub fn into_tile(self) -> Vec<u8> {
        if self.features.is_empty() {
            return Vec::new();
        }
        let Self { name, features, keys, values, .. } = self;
        let mut ends = Vec::new();
        field(&mut ends, 5, 0);
        varint(&mut ends, EXTENT.unsigned_abs());
        field(&mut ends, 15, 0);
        varint(&mut ends, 2);
        let name_and_keys: u64 =
            std::iter::once(&name).chain(&keys).map(|text| length(text.as_bytes())).sum();
        let content = name_and_keys
            + [&features, &values.encoded, &ends].map(|part| part.len() as u64).iter().sum::<u64>();
        let mut tile = Vec::with_capacity(10 + features.len() + values.encoded.len() + 200);
        field(&mut tile, 3, 2);
        varint(&mut tile, content);
        bytes(&mut tile, 1, name.as_bytes());
        tile.extend(&features);
        for key in &keys {
            bytes(&mut tile, 3, key.as_bytes());
        }
        tile.extend(&values.encoded);
        tile.extend(&ends);
        tile
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "within a tile")]
fn units(part: f64) -> i64 {
    (part * EXTENT as f64).floor().clamp(0.0, (EXTENT - 1) as f64) as i64
}

#[expect(clippy::cast_sign_loss, reason = "zigzag makes it positive")]
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// A field's number and wire type: 0 is a varint, 2 is bytes with their length.
fn field(out: &mut Vec<u8>, number: u64, wire_type: u64) {
    varint(out, number << 3 | wire_type);
}

fn bytes(out: &mut Vec<u8>, number: u64, content: &[u8]) {
    field(out, number, 2);
    varint(out, content.len() as u64);
    out.extend(content);
}

/// The bytes of a field with this content: its number in one byte, its length, itself.
fn length(content: &[u8]) -> u64 {
    let content = content.len() as u64;
    1 + varint_length(content) + content
}

fn varint_length(value: u64) -> u64 {
    u64::from(u64::BITS - (value | 1).leading_zeros()).div_ceil(7)
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits at a time")]
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_layer_is_an_empty_tile() {
        assert!(Layer::new("enterprises").into_tile().is_empty());
    }

    #[test]
    fn a_point_is_encoded_as_the_specification_says() {
        let mut layer = Layer::new("p");
        layer.add_point(25.0 / 4096.0, 17.0 / 4096.0, [("n", Value::Whole(3))]);
        let expected: Vec<u8> = vec![
            0x1a, 0x1c, // layers: 28 bytes
            0x0a, 1, b'p', // name
            0x12, 0x0b, // features: 11 bytes
            0x12, 2, 0, 0, // tags: key 0, value 0
            0x18, 1, // type: point
            0x22, 3, 9, 50, 34, // MoveTo(25, 17): the specification's example
            0x1a, 1, b'n', // keys
            0x22, 2, 0x28, 3, // values: uint 3
            0x28, 0x80, 0x20, // extent 4096
            0x78, 2, // version 2
        ];
        assert_eq!(layer.into_tile(), expected);
    }

    #[test]
    fn a_polygon_is_encoded_as_the_specification_says() {
        let mut layer = Layer::new("p");
        layer.add_polygon(&[vec![(3, 6), (8, 12), (20, 34)]], []);
        let tile = layer.into_tile();
        // The specification's example: MoveTo(3, 6), LineTo(+5, +6), LineTo(+12, +22), ClosePath.
        let geometry = [9, 6, 12, 18, 10, 12, 24, 44, 15];
        assert!(tile.windows(9).any(|window| window == geometry), "{tile:?}");
        assert!(tile.windows(2).any(|window| window == [0x18, 3]));
    }
}
