//! `FlatGeobuf` with its index. Records come along the curve, so that near ones stand together as the
//! index wants it and nothing is sorted. The index stands before them and is known last: features
//! and leaves wait in temporary files, of the index's upper levels a sixteenth is in memory.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use ::flatgeobuf::{
    Column as FgbColumn, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry,
    GeometryArgs, GeometryType, Header, HeaderArgs,
};
use flatbuffers::FlatBufferBuilder;

use super::cell::Cell;
use super::columns::ColumnKind;
use super::{Column, Encoder, ExportError, Out, Record, Source};

/// Version 3.
const MAGIC: [u8; 8] = [b'f', b'g', b'b', 3, b'f', b'g', b'b', 0];
/// Children of a node of the index.
const CHILDREN: usize = 16;
/// Features after which it is asked again whether anybody still waits for them.
const ASKED: usize = 1_000;
/// Bytes of a node.
const NODE: usize = 40;

/// What a node of the index covers: west, south, east, north.
type Edges = [f64; 4];

pub struct FlatGeobuf<'w> {
    columns: Vec<&'static Column>,
    out: Out<'w>,
    features: BufWriter<File>,
    leaves: BufWriter<File>,
    /// Bytes of features.
    bytes: u64,
    count: usize,
    /// The nodes right above the leaves.
    parents: Vec<Edges>,
    builder: FlatBufferBuilder<'static>,
    properties: Vec<u8>,
}

impl<'w> FlatGeobuf<'w> {
    /// # Errors
    /// If there is no room for a temporary file.
    pub fn new(columns: Vec<&'static Column>, out: Out<'w>) -> Result<Self, ExportError> {
        Ok(Self {
            columns,
            out,
            features: BufWriter::with_capacity(256 * 1024, tempfile::tempfile()?),
            leaves: BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?),
            bytes: 0,
            count: 0,
            parents: Vec::new(),
            builder: FlatBufferBuilder::new(),
            properties: Vec::new(),
        })
    }

    fn header(&self, extent: Option<Edges>) -> Vec<u8> {
        let mut builder = FlatBufferBuilder::new();
        let mut columns = Vec::new();
        for column in &self.columns {
            let args = ColumnArgs {
                name: Some(builder.create_string(column.name)),
                type_: match column.kind {
                    ColumnKind::Text => ColumnType::String,
                    ColumnKind::Whole => ColumnType::Long,
                    ColumnKind::Number => ColumnType::Double,
                    ColumnKind::Flag => ColumnType::Bool,
                    ColumnKind::Time => ColumnType::DateTime,
                },
                description: Some(builder.create_string(column.definition()[1])),
                ..ColumnArgs::default()
            };
            columns.push(FgbColumn::create(&mut builder, &args));
        }
        let crs = CrsArgs {
            org: Some(builder.create_string("EPSG")),
            code: 4326,
            name: Some(builder.create_string("WGS 84")),
            ..CrsArgs::default()
        };
        let crs = Crs::create(&mut builder, &crs);
        let args = HeaderArgs {
            name: Some(builder.create_string("enterprises")),
            title: Some(builder.create_string("Sentra: enterprises")),
            envelope: extent.map(|extent| builder.create_vector(&extent)),
            geometry_type: GeometryType::Point,
            columns: Some(builder.create_vector(&columns)),
            features_count: self.count as u64,
            // There is no tree of nothing.
            index_node_size: if self.count == 0 { 0 } else { 16 },
            crs: Some(crs),
            ..HeaderArgs::default()
        };
        let header = Header::create(&mut builder, &args);
        builder.finish_size_prefixed(header, None);
        builder.finished_data().to_vec()
    }
}

impl Encoder for FlatGeobuf<'_> {
    fn add(&mut self, source: &Source) -> Result<(), ExportError> {
        if self.count.is_multiple_of(ASKED) {
            self.out.flush()?;
        }
        let record = Record::read(source)?;
        self.properties.clear();
        for (number, column) in (0_u16..).zip(&self.columns) {
            write_property(&mut self.properties, number, &column.of(&record));
        }
        let builder = &mut self.builder;
        builder.reset();
        let xy = builder.create_vector(&[source.lon, source.lat]);
        let geometry = GeometryArgs { xy: Some(xy), ..GeometryArgs::default() };
        let geometry = Geometry::create(builder, &geometry);
        let properties = builder.create_vector(&self.properties);
        let feature = FeatureArgs {
            geometry: Some(geometry),
            properties: Some(properties),
            ..FeatureArgs::default()
        };
        let feature = Feature::create(builder, &feature);
        builder.finish_size_prefixed(feature, None);
        let feature = builder.finished_data();
        self.features.write_all(feature)?;
        let edges = [source.lon, source.lat, source.lon, source.lat];
        self.leaves.write_all(&node(&edges, self.bytes))?;
        self.bytes += feature.len() as u64;
        match self.parents.last_mut().filter(|_| !self.count.is_multiple_of(CHILDREN)) {
            Some(parent) => *parent = covering(parent, &edges),
            None => self.parents.push(edges),
        }
        self.count += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>, sized: &mut dyn FnMut(u64)) -> Result<(), ExportError> {
        let extent = self.parents.iter().copied().reduce(|all, more| covering(&all, &more));
        let header = self.header(extent);
        let upper = upper_nodes(std::mem::take(&mut self.parents));
        let known = (MAGIC.len() + header.len() + upper.len()) as u64;
        sized(known + (NODE * self.count) as u64 + self.bytes);
        let Self { mut out, leaves, features, .. } = *self;
        out.write_all(&MAGIC)?;
        out.write_all(&header)?;
        out.write_all(&upper)?;
        for file in [leaves, features] {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            io::copy(&mut file, &mut out)?;
        }
        Ok(out.flush()?)
    }
}

/// All levels above the leaves as they are written: the root first. A node says where in the index
/// its first child is.
fn upper_nodes(parents: Vec<Edges>) -> Vec<u8> {
    if parents.is_empty() {
        return Vec::new();
    }
    let mut levels = vec![parents];
    while let Some(level) = levels.last().filter(|level| level.len() > 1) {
        let above = level.chunks(CHILDREN).filter_map(|children| {
            children.iter().copied().reduce(|all, more| covering(&all, &more))
        });
        let above: Vec<Edges> = above.collect();
        levels.push(above);
    }
    let mut bytes = Vec::new();
    let mut below = 0;
    for level in levels.iter().rev() {
        // The level below begins where this one ends.
        below += level.len() as u64;
        for (place, edges) in level.iter().enumerate() {
            bytes.extend_from_slice(&node(edges, below + (place * CHILDREN) as u64));
        }
    }
    bytes
}

fn covering(one: &Edges, other: &Edges) -> Edges {
    [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]
}

fn node(edges: &Edges, offset: u64) -> [u8; NODE] {
    let mut node = [0; NODE];
    for (eight, edge) in node.chunks_exact_mut(8).zip(edges) {
        eight.copy_from_slice(&edge.to_le_bytes());
    }
    node[32..].copy_from_slice(&offset.to_le_bytes());
    node
}

/// The number of the column, then its value; one that has none is left out.
fn write_property(to: &mut Vec<u8>, column: u16, cell: &Cell) {
    if *cell == Cell::Empty {
        return;
    }
    to.extend_from_slice(&column.to_le_bytes());
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => write_text(to, text),
        Cell::Time(time) => write_text(to, time),
        Cell::Whole(number) => to.extend_from_slice(&number.to_le_bytes()),
        Cell::Number(number) => to.extend_from_slice(&number.to_le_bytes()),
        Cell::Flag(flag) => to.push(u8::from(*flag)),
    }
}

fn write_text(to: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(text.as_bytes());
}
