//! What the record says of products and places beyond counts: possible sentra, found by a stored
//! search and decided of by an office, and regions that complement each other.

mod candidates;
mod complements;
mod deciding;
mod searches;
mod work;

pub use candidates::{Candidate, CandidateDetail, CandidatePage, CandidateQuery, Cursor, Decision};
pub use complements::{Complements, Link, Needs};
pub use deciding::Confirmation;
pub use searches::{AskedSearch, Search, SearchPage};
pub(super) use work::AtWork;

use super::RegistryError;
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Visibility};
use crate::domain::region::RegionCode;

/// Their names in errors and logs.
const CANDIDATE: &str = "candidate";
const SEARCH: &str = "candidate_search";

/// The area in which somebody searches for sentra; None: all.
fn searched_area(actor: &Actor) -> Result<Option<RegionCode>, RegistryError> {
    actor.require(Right::FindSentra)?;
    match actor.visibility() {
        Visibility::Internal { area } => Ok(area),
        Visibility::Public | Visibility::Own { .. } => Err(RegistryError::Forbidden),
    }
}
