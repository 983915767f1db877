//! The whole app, asked over HTTP, on the database that the environment names: SQLite, or with
//! `SENTRA_TEST_POSTGRES` the PostgreSQL server at that URL. One suite, two back ends.

mod access;
mod account_bounds;
mod accounts;
mod app;
mod backup;
mod bad_input;
mod changes;
mod classification;
mod clients;
mod documents;
mod durability;
mod editions;
mod enterprises;
mod erasure;
mod exports;
mod guessing;
mod hygiene;
mod import;
mod leaks;
mod lifecycle;
mod lists;
mod openapi;
mod program;
mod reassignment;
mod regions;
mod roundtrip;
mod second_factor;
mod session;
mod signing_keys;
mod soak;
mod store;
mod tables;
mod tokens;
