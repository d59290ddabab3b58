//! One file a command.

pub(super) mod build;
pub(super) mod changed;
pub(super) mod check;
pub(super) mod completion;
pub(super) mod crd;
pub(super) mod explain;
pub(super) mod fmt;
pub(super) mod fuzz;
pub(super) mod graph;
pub(super) mod impact;
pub(super) mod init;
pub(super) mod lint;
pub(super) mod pipeline;
pub(super) mod render;
pub(super) mod state;
pub(super) mod test;
pub(super) mod version;
