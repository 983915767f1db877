//! The words and rules of the registry. Pure: no HTTP, no SQL, no clock, no randomness.

pub mod actor;
pub mod codes;
pub mod enterprise;
pub mod fault;
pub mod filter;
pub mod gazetteer;
pub mod projection;
pub mod quality;
pub mod quantity;
pub mod reference;
pub mod region;
pub mod size;
pub mod text;
pub mod validate;
