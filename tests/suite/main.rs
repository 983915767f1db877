//! The whole app, asked over HTTP, on the database that the environment names: SQLite, or with
//! `SENTRA_TEST_POSTGRES` the PostgreSQL server at that URL. One suite, two back ends.

mod app;
mod bad_input;
mod durability;
mod editions;
mod enterprises;
mod exports;
mod import;
mod lists;
mod openapi;
mod regions;
mod session;
mod store;
