//! Finding by words: the second projection of the record, on disk. Each word asked for must be the
//! beginning of a word of the record's text; a word that nothing begins with may have typos.
//!
//! There is an index for each audience: the public one is made of public projections alone, the
//! internal one knows owners, addresses and NIB too. Records that changed since the last commit are
//! kept beside the index and scanned, so that a new record is found at once. A search answers
//! [`KeySet`]s of record keys, which the atlas narrows by the rest of a filter; it knows neither
//! SQL nor rows.

mod codes;
mod engine;
mod entry;
mod folder;
mod found;
mod index;
mod keys;
mod segment;
mod side;
#[cfg(test)]
mod tests;
mod text;

pub use codes::{Code, Codes};
pub use engine::{Filling, Noted, Search, SearchError};
pub use entry::{Entry, version};
pub use folder::Folder;
pub use found::Found;
pub use keys::KeySet;
pub use text::Asked;
