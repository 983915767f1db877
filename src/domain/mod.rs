//! The words and rules of the registry. Pure: no HTTP, no SQL, no clock, no randomness.

pub mod actor;
pub mod codes;
pub mod edition;
pub mod enterprise;
pub mod fault;
pub mod filter;
pub mod gazetteer;
pub mod kbli;
pub mod projection;
pub mod quality;
pub mod reference;
pub mod region;
pub mod succession;
pub mod text;
pub mod validate;
