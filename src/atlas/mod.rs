//! The read side for every question of "where", "which" and "how many": all records in memory, in
//! plain columns sorted along the Morton curve, for two audiences (docs/atlas.md).
//!
//! A record comes as a [`Row`] and is packed into a [`segment`] of [`columns`]; a [`Snapshot`] is a
//! few segments and what of them has been written anew. [`Snapshot<Public>`](Snapshot) is built from
//! public projections alone and has no internal columns; [`Snapshot<Internal>`](Snapshot) has all.
//! [`Atlas`] keeps both. A [`View`] joins the two as an actor may see them: it is the only way to
//! ask, so a signed-out visitor's question never meets an internal row. A filter is compiled
//! once ([`test`]), and every operation ([`page`], [`tile`], [`count`]) goes through the rows in the
//! same way ([`scan`]). Snapshots are immutable and swapped whole; readers never lock.

mod axis;
mod chunked;
mod columns;
mod count;
mod desk;
mod dictionaries;
mod dimension;
mod expression;
mod file;
mod keeper;
mod limits;
mod names;
mod nearest;
mod packed;
mod page;
mod property;
mod pyramid;
mod quality;
mod row;
mod scan;
mod segment;
mod snapshot;
mod sums;
mod test;
#[cfg(test)]
mod tests;
mod tile;
mod traits;
mod view;

pub use count::{Counts, Group, TooManyGroups};
pub use desk::{Drawn, Office, Placed, Queue, Rank, Turn};
pub use dictionaries::Supply;
pub use dimension::Dimension;
pub use file::Stamp;
pub use keeper::{Atlas, Builder, Moment};
pub use packed::{pack, unpack};
pub use page::{Cursor, CursorError, Page, PageQuery};
pub use quality::Quality;
pub use row::{Audience, Common, Internal, InternalValues, ProductValues, Public, Row};
pub use snapshot::Snapshot;
pub use sums::Sums;
pub use tile::{Cell, Single};
pub use view::{Known, View};
