//! Requests as the API server would judge them: tables of cases, the reference's own definitions and requests, and
//! properties held against an independent reading of the schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that breaks is a test that fails, and one that is skipped says so"
)]

mod arbitrary;
mod compat;
mod definitions;
mod demands;
mod oracle;
mod places;
mod properties;
mod reference;
mod rules;
mod samples;
mod structural;
mod support;
mod tables;
