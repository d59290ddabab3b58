//! YAML in and out: a strict reader that reads as Kubernetes reads or refuses, and an emitter that every reader agrees on.
//!
//! [`read()`] gives [`Node`]s, which know their places; [`write()`] writes [`Value`](super::Value)s, which have none.

mod common;
mod lax;
mod layout;
mod meter;
mod node;
mod quote;
mod read;
pub(super) mod refusal;
mod scalar;
mod syntax;
pub(super) mod text;
mod write;

pub use lax::{Reading, read_any};
pub use node::{Node, NodeKind};
pub use read::{read, read_strictly};
pub use write::{
    write, write_at, write_entry, write_escaped, write_item, write_key, write_stream, write_text, write_value,
};
