//! The read side for every question of "where", "which" and "how many": all records in memory,
//! sorted along the Morton curve, for two audiences.
//!
//! [`Snapshot<Public>`](Snapshot) is built from public projections alone and has no internal
//! columns; [`Snapshot<Internal>`](Snapshot) has all. A [`View`] joins the two as an actor may see
//! them: it is the only way to ask, so a signed-out visitor's question never meets an internal row.
//! Snapshots are immutable and swapped whole; readers never lock.

mod page;
mod row;
mod snapshot;
mod tile;
mod view;

pub use page::{Cursor, CursorError, Page, PageQuery};
pub use row::{Audience, Common, Internal, Public, Row};
pub use snapshot::Snapshot;
pub use tile::Cell;
pub use view::View;
