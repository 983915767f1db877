//! Formats, read and written. Pure: bytes in, values out, and the other way round.
//!
//! A list comes in through steps of their own: [`sheet`] reads a file into grids of cells, [`layout`]
//! finds header and records in a grid, [`mapping`] says which column is which field, [`understand`]
//! makes a draft of a row with a message for whatever it could not take as it stood. [`list`] is all
//! of them, one after the other.

pub mod backup_file;
pub mod boundaries;
pub mod code_list;
pub mod corrected;
pub mod dcat;
pub mod export;
pub mod layout;
pub mod list;
pub mod map_style;
pub mod mapping;
pub mod mvt;
pub mod openrosa;
pub mod palette;
pub mod qgis;
pub mod release_report;
pub mod sheet;
pub mod template;
pub mod tile_matrix;
pub mod understand;
pub mod values;
