//! What is done for a request: bytes that are ready, and the holes between them.

use std::sync::Arc;

use super::member::Walk;
use super::residue::{Cond, Load, Piece};

/// One operation. `indent` is the column at which the line stands that it writes, or writes into.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// Copies bytes.
    Bytes(Box<str>),
    /// Begins a line, unless `- ` has begun it.
    Begin { indent: usize },
    /// Begins the line of an item with `- `: the next line stands there.
    Dash { indent: usize },
    /// Ends an item into which nothing was written.
    Closed { empty: &'static str },
    /// A line `key: value`, or more of them if the value is no scalar; `otherwise`, if it is not there.
    Entry { key: Key, load: Load, indent: usize, otherwise: Box<[Op]> },
    /// An item, or `otherwise`.
    Item { load: Load, indent: usize, otherwise: Box<[Op]> },
    /// A value as a document at a column, or `otherwise`.
    Whole { load: Load, indent: usize, otherwise: Box<[Op]> },
    /// A text after `key: ` or `- `, to the end of its line.
    Text { pieces: Box<[Piece]>, quoted: bool, indent: usize },
    /// The entries of an object, without those that are named.
    Entries { load: Load, indent: usize, without: Arc<[Box<str>]> },
    /// One or the other.
    If { cond: Cond, then: Box<[Op]>, otherwise: Box<[Op]> },
    /// `key:` with lines under it; with `empty` behind it if there are none, or nothing at all.
    Section { key: Key, indent: usize, body: Box<[Op]>, empty: Option<&'static str> },
    /// Lines at a column, or `empty` if there are none.
    Lines { body: Box<[Op]>, indent: usize, empty: &'static str },
    /// A known object with another over it, at a column.
    Merge { tree: Tree, load: Load, indent: usize, sorted: bool },
    /// For each item of what is walked.
    Each { walk: Walk, body: Box<[Op]> },
    /// Pairs, put into the order of their keys once all are written, without those that are named.
    Sorted { pairs: Box<[Op]>, without: Arc<[Box<str>]> },
    /// The lines of a pair.
    Pair { key: Box<[Piece]>, lines: Box<[Op]> },
    /// The key of the pair that is written, and `:`, on its line.
    KeyOfPair { indent: usize },
    /// Lines at a column, the first of them without the column if `- ` stands there.
    Joined { lines: Box<[Op]>, indent: usize },
}

/// The key of an entry.
#[derive(Clone, Debug)]
pub(super) enum Key {
    /// As it is written, with its `:`.
    Ready(Box<str>),
    /// That of the pair that is written.
    OfPair,
}

/// A known object, ready to have another merged over it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// Its entries in the order in which they are written.
    pub(super) entries: Box<[Branch]>,
}

/// An entry of a known object.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// The key.
    pub(super) name: Arc<str>,
    /// The key as it is written.
    pub(super) key: Box<str>,
    /// Whether it is there.
    pub(super) present: Cond,
    /// Its lines.
    pub(super) lines: Box<[Op]>,
    /// What is under it.
    pub(super) under: Under,
}

/// What is under a key.
#[derive(Clone, Debug)]
pub(super) enum Under {
    /// No object: what is merged over it takes its place.
    Leaf,
    /// An object.
    Tree(Tree),
    /// What it is is known only when it is there.
    Unknown,
}

/// Adds an operation; bytes after bytes become one.
pub(super) fn push(ops: &mut Vec<Op>, op: Op) {
    match (ops.last_mut(), op) {
        (_, Op::Bytes(more)) if more.is_empty() => {}
        (Some(Op::Bytes(bytes)), Op::Bytes(more)) => *bytes = format!("{bytes}{more}").into(),
        (_, op) => ops.push(op),
    }
}

/// Adds all of them.
pub(super) fn extend(ops: &mut Vec<Op>, more: Vec<Op>) {
    more.into_iter().for_each(|op| push(ops, op));
}
