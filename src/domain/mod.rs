//! The words and rules of the registry. Pure: no HTTP, no SQL, no clock, no randomness.

pub mod actor;
pub mod codes;
pub mod cooperative;
pub mod difference;
pub mod document;
pub mod edition;
pub mod enterprise;
pub mod fault;
pub mod filter;
pub mod gazetteer;
pub mod kbli;
pub mod lifecycle;
pub mod merge;
pub mod observation;
pub mod projection;
pub mod quality;
pub mod quantity;
pub mod reference;
pub mod region;
pub mod restricted;
pub mod sentra;
pub mod size;
pub mod succession;
pub mod text;
pub mod trade;
pub mod validate;
