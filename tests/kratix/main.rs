//! Runs `vow pipeline` as Kratix runs it: with the object as the API server hands it back, the environment that Kratix
//! sets and the folders that it mounts; and does with the output what Kratix and the cluster do. What Kratix does is
//! written down here by what its sources say (`docs/kratix.md`); no Kratix runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]

mod api;
mod check_only;
mod deletion;
mod failures;
mod flow;
mod pod;
