//! Sentra: a provincial registry and map of Indonesia's small producers.
//!
//! One crate, one way through it; each layer may use those below it, never above.
//! [`cli`] and [`http`] parse a request, make one call and represent the answer.
//! [`registry`] holds the use cases: permission, rule, one transaction, then the change is
//! published to the projections. [`atlas`] and [`search`] are those projections, the read side:
//! built from the record, kept fresh by the change log, thrown away at will. [`db`] has all SQL
//! and nothing else. [`exchange`] reads and writes formats, [`domain`] holds the words and rules
//! of the registry, [`geography`] knows boxes, curves and distances; these three are pure: no
//! HTTP, no SQL, no clock.

pub mod atlas;
pub mod cli;
pub mod db;
pub mod domain;
pub mod exchange;
pub mod geography;
pub mod http;
pub mod registry;
pub mod search;
