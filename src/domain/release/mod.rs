//! Official figures: dated counts and sums of all records, from which no group of fewer than five
//! can be told. How that is kept, and why by rounding, `docs/releases.md` says; here are the rules.

mod basis;
mod campaign;
mod cell;
mod document;
mod population;
mod rounding;
mod sums;
#[cfg(test)]
mod tests;
mod words;

pub use basis::{Basis, CommodityBasis, RegionName};
pub use campaign::{
    CampaignFigures, CampaignSeen, CampaignSubject, CoverageFigures, NamedCount, TargetSource,
    VillageSeen, WeekFigures, campaign_figures,
};
pub use cell::{BaseCell, Cell, Margin, Place};
pub use document::{Definition, Header, Release, Rules, compute};
pub use population::{Counter, Facts, Population};
pub use rounding::{Threshold, Thresholds};
pub use sums::{Measure, SumCell};

/// A group smaller than this is not told.
pub const LEAST: u32 = 5;
/// What published counts are multiples of.
pub const BASE: i64 = 5;
/// A rounded count below this is hidden: 0 and 5 may both stand for fewer than [`LEAST`].
pub const SHOWN_FROM: i64 = 2 * BASE;
/// Greatest share of a sum that one contributor may have, in per cent.
pub const DOMINANCE: i128 = 50;
