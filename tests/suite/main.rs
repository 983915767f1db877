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
mod persons;
mod program;
mod reads;
mod reassignment;
mod regions;
mod restricted;
mod roundtrip;
mod session;
mod soak;
mod store;
mod tables;
mod vault;
