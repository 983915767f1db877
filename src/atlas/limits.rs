//! Sizes at which the atlas does a thing another way. Small in its own tests, so that a few hundred
//! rows go every way.

/// Rows that one summary is of; a multiple of 64.
pub const BLOCK: usize = if cfg!(test) { 128 } else { 4096 };
/// Segments with no more rows in all are merged at once, when one is written; larger ones in the
/// background.
pub const SMALL: usize = if cfg!(test) { 30 } else { 4_000 };
/// Segments with fewer rows have no pyramid: they are counted when they are asked.
pub const WORTH: usize = if cfg!(test) { 40 } else { 50_000 };
/// So many names are written out and sorted; where more pass, the order of names is walked.
pub const FEW: usize = if cfg!(test) { 20 } else { 20_000 };
/// Scans with more rows are parted between two threads, if nobody else scans.
pub const LARGE: usize = if cfg!(test) { 150 } else { 400_000 };
