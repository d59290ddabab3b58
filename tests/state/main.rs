//! What the state repository promises, tried by force: writers that are killed, calls that fail, power that is lost, writers that race, repositories that are broken.
//!
//! Everything here runs the real program on real repositories and judges them with `git`. The suite tries a sample; with
//! `VOW_STATE=full` all of it is tried, which takes about an hour: see `tests/state/README.md`. A release build in
//! `VOW_STATE_BIN` makes that faster. Repositories are made in memory where there is `/dev/shm`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test that breaks is a test that fails"
)]
#![cfg(target_os = "linux")]

mod bounds;
mod crash;
mod history;
mod hostile;
mod names;
mod power;
mod race;
mod world;
