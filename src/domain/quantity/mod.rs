//! Quantities of goods: units and their dimensions ([`unit`]), what people write of a capacity
//! ([`parse`]) and what is not clear in it ([`question`]), and sums of capacities that add nothing
//! unlike ([`convert`]). Knows no columns and no records but [`super::enterprise::Capacity`].

pub mod convert;
pub mod number;
pub mod parse;
pub mod question;
pub mod unit;
