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
mod corrected;
#[path = "../planted/curve.rs"]
mod curve;
mod documents;
mod duplicates;
mod durability;
mod editions;
mod enterprises;
mod erasure;
mod exports;
mod fuzzing;
mod guessing;
mod hygiene;
mod import;
mod import_lists;
mod imports;
mod internal_groups;
mod leaks;
mod lifecycle;
mod lists;
mod moments;
mod openapi;
mod persons;
#[path = "../planted/mod.rs"]
mod planted;
mod processes;
mod program;
mod reads;
mod reassignment;
mod region_tiles;
mod regions;
mod restricted;
mod roundtrip;
mod search;
mod second_factor;
mod session;
mod signing_keys;
mod soak;
mod starting;
mod stats;
mod store;
mod tables;
mod template;
mod tokens;
mod vault;
mod workbooks;
