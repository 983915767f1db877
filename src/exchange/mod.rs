//! Formats, read and written. Pure: bytes in, values out, and the other way round.
//!
//! A list comes in through three steps that know nothing of each other: [`table`] reads a file into
//! rows of text, [`columns`] says which column is which field, [`understand`] makes a draft of a
//! row, with a message for whatever it could not take as it stood.

pub mod backup_file;
pub mod boundaries;
pub mod code_list;
pub mod columns;
pub mod flat;
pub mod mvt;
pub mod place;
pub mod table;
pub mod understand;
pub mod values;
