//! The whole app, asked over HTTP, on the database that the environment names: SQLite, or with
//! `SENTRA_TEST_POSTGRES` the PostgreSQL server at that URL. One suite, two back ends.

mod access;
mod app;
mod backup;
mod bad_input;
mod changes;
mod classification;
mod documents;
mod durability;
mod editions;
mod enterprises;
mod erasure;
mod exports;
mod import;
mod leaks;
mod lifecycle;
mod lists;
mod openapi;
mod program;
mod reassignment;
mod regions;
mod roundtrip;
mod search;
mod session;
mod soak;
mod store;
mod tables;
