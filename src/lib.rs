//! Kratix promises, written down and kept.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod build;
pub mod check;
pub mod cli;
pub mod cluster;
pub mod compile;
pub mod container;
pub mod diag;
pub mod diff;
pub mod emit;
pub mod eval;
pub mod fuzz;
pub mod graph;
pub mod impact;
pub mod known;
pub mod layout;
pub mod plan;
pub mod request;
pub mod rules;
pub mod sample;
pub mod script;
pub mod source;
pub mod state;
pub mod stdlib;
pub mod syntax;
pub mod testing;
pub mod value;
pub mod wire;
