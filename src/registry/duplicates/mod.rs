//! Duplicates: which records may be one ([`finder`] follows the change log for that), and the queue
//! in which a person decides ([`queue`]). Merging itself is in `merging`.

mod blocks;
mod compared;
mod finder;
mod queue;

pub use finder::Finder;
pub(super) use finder::leave_blocks;
pub(super) use queue::decided_area;
pub use queue::{Candidate, CandidateQuery, Candidates, Cursor, Decision, Side, Status};
