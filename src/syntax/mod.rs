//! Text to tree and back: grammar, tree, recovery from errors, formatter. Knows no meaning; pest stays inside.

pub mod ast;
