//! What is shipped, held against the facts of the platforms that run these promises today, against published schemas,
//! and against the properties that everything else builds on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod crds;
mod deviations;
mod graph;
mod more;
mod mutations;
mod platform;
mod properties;
mod reference;
mod schemas;
