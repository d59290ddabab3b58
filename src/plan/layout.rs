//! Lays a residue out at its column: what is known becomes bytes, the rest operations between them.
//!
//! The text of the emitter is closed under embedding, so a `yaml(…)` text is its value laid out two columns further.

use std::sync::Arc;

use super::member::{Item, Member, Walk};
use super::op::{Branch, Key, Op, Tree, Under, extend, push};
use super::residue::{Cond, Entry, Load, Merge, Object, Piece, Residue};
use super::text;
use crate::check::types::Type;
use crate::value::{Value, yaml};

/// The deepest that a template nests, and a constant in it.
const DEPTH: usize = 24;
const CONSTANT: usize = 16;

/// What is laid out, and how deep it may still nest.
pub(super) struct Layout {
    depth: usize,
    /// Whether something nests too deep, or stands where it cannot be laid out.
    pub(super) given_up: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Layout { depth: DEPTH, given_up: false }
    }
}

impl Layout {
    /// A value as a document at column `indent`.
    pub(super) fn document(&mut self, of: &Residue, indent: usize) -> Vec<Op> {
        match of {
            Residue::Absent => vec![],
            Residue::Const(v) => bytes(|out| yaml::write_at(out, v, indent)),
            Residue::Object(o) if is_certain(&o.entries) => self.entries(&o.entries, indent, false),
            Residue::Object(o) => vec![lines(self.entries(&o.entries, indent, false), indent, "{}\n")],
            Residue::List(i) if is_some(i) => self.items(i, indent, false),
            Residue::List(i) => vec![lines(self.items(i, indent, false), indent, "[]\n")],
            Residue::Pairs(pairs) => vec![lines(vec![self.sorted(pairs, indent)], indent, "{}\n")],
            Residue::Load(load) => vec![whole(load, indent, vec![])],
            Residue::Or(load, other) => vec![whole(load, indent, self.document(other, indent))],
            Residue::Choose(c, a, b) => {
                vec![choice(c, self.document(a, indent), self.document(b, indent))]
            }
            Residue::Merge(m) if is_certain(&m.left.entries) => self.merge(m, indent),
            Residue::Merge(m) => vec![lines(self.merge(m, indent), indent, "{}\n")],
            Residue::Text(_) | Residue::Yaml(_) => {
                // Rare at the top, and its own line there: nothing that ships has it.
                self.given_up = true;
                vec![]
            }
        }
    }

    /// Entries at column `indent`; `begun` if `- ` stands before the first.
    pub(super) fn entries(&mut self, entries: &[Entry], indent: usize, begun: bool) -> Vec<Op> {
        self.sequence(entries, begun, Entry::is_certain, |this, e, begun| this.entry(e, indent, begun))
    }

    /// One part after another, a level deeper; `begun` if `- ` stands before the first that is there.
    pub(super) fn sequence<T>(
        &mut self,
        parts: &[T],
        begun: bool,
        is_certain: impl Fn(&T) -> bool,
        part: impl Fn(&mut Self, &T, bool) -> Vec<Op>,
    ) -> Vec<Op> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.given_up = true;
            return vec![];
        };
        self.depth = depth;
        let (mut ops, mut begun) = (vec![], begun);
        for it in parts {
            let own = part(self, it, begun);
            begun = begun && !is_certain(it);
            extend(&mut ops, own);
        }
        self.depth += 1;
        ops
    }

    fn entry(&mut self, e: &Entry, indent: usize, begun: bool) -> Vec<Op> {
        let key = Key::Ready(key(&e.key, indent));
        let ops = self.keyed(&key, &e.value, indent, begun);
        guarded(&e.when, ops)
    }

    /// `key: value` at column `indent`.
    pub(super) fn keyed(&mut self, key: &Key, value: &Residue, indent: usize, begun: bool) -> Vec<Op> {
        let mut ops = vec![];
        match value {
            Residue::Absent => {}
            Residue::Const(v) => {
                self.given_up |= !is_shallow(v, CONSTANT);
                begin(&mut ops, indent, begun);
                push_key(&mut ops, key, indent, "");
                extend(&mut ops, bytes(|out| yaml::write_value(out, v, indent)));
            }
            Residue::Load(load) => {
                let otherwise = Box::default();
                ops.push(Op::Entry { key: key.clone(), load: load.clone(), indent, otherwise });
            }
            Residue::Or(load, other) => {
                let otherwise = self.keyed(key, other, indent, begun).into();
                ops.push(Op::Entry { key: key.clone(), load: load.clone(), indent, otherwise });
            }
            Residue::Choose(c, a, b) => {
                let (then, otherwise) =
                    (self.keyed(key, a, indent, begun), self.keyed(key, b, indent, begun));
                ops.push(choice(c, then, otherwise));
            }
            Residue::Text(pieces) => {
                begin(&mut ops, indent, begun);
                push_key(&mut ops, key, indent, " ");
                ops.push(in_pieces(pieces, indent));
            }
            Residue::Yaml(of) => {
                begin(&mut ops, indent, begun);
                push_key(&mut ops, key, indent, " |\n");
                let inner = self.document(of, indent + 2);
                extend(&mut ops, inner);
            }
            Residue::Object(o) => {
                let body = self.entries(&o.entries, indent + 2, false);
                let empty = (!o.omitted).then_some(" {}\n");
                section(&mut ops, key, indent, begun, body, is_certain(&o.entries), empty);
            }
            Residue::List(items) => {
                let body = self.items(items, indent, false);
                section(&mut ops, key, indent, begun, body, is_some(items), Some(" []\n"));
            }
            Residue::Pairs(pairs) => {
                let body = vec![self.sorted(pairs, indent + 2)];
                section(&mut ops, key, indent, begun, body, false, Some(" {}\n"));
            }
            Residue::Merge(m) => {
                let body = self.merge(m, indent + 2);
                let certain = is_certain(&m.left.entries);
                section(&mut ops, key, indent, begun, body, certain, Some(" {}\n"));
            }
        }
        ops
    }

    fn items(&mut self, items: &[Item], indent: usize, begun: bool) -> Vec<Op> {
        self.sequence(items, begun, Item::is_certain, |this, item, begun| match item {
            Member::One { when, of } => guarded(when, this.item(of, indent, begun)),
            Member::Each { when, walk, members } => {
                guarded(when, vec![each(walk, this.items(members, indent, begun))])
            }
        })
    }

    fn item(&mut self, value: &Residue, indent: usize, begun: bool) -> Vec<Op> {
        let mut ops = vec![];
        match value {
            Residue::Absent => {}
            Residue::Const(v) => {
                self.given_up |= !is_shallow(v, CONSTANT);
                begin(&mut ops, indent, begun);
                let line = bytes(|out| yaml::write_item(out, v, indent));
                extend(&mut ops, line.into_iter().map(|op| without_indent(op, indent)).collect());
            }
            Residue::Load(load) => {
                ops.push(Op::Item { load: load.clone(), indent, otherwise: Box::default() });
            }
            Residue::Or(load, other) => {
                let otherwise = self.item(other, indent, begun).into();
                ops.push(Op::Item { load: load.clone(), indent, otherwise });
            }
            Residue::Choose(c, a, b) => {
                let (then, otherwise) = (self.item(a, indent, begun), self.item(b, indent, begun));
                ops.push(choice(c, then, otherwise));
            }
            Residue::Text(pieces) => {
                begin(&mut ops, indent, begun);
                push(&mut ops, Op::Bytes("- ".into()));
                ops.push(in_pieces(pieces, indent));
            }
            Residue::Yaml(of) => {
                begin(&mut ops, indent, begun);
                push(&mut ops, Op::Bytes("- |\n".into()));
                let inner = self.document(of, indent + 2);
                extend(&mut ops, inner);
            }
            Residue::Object(o) => {
                ops.push(Op::Dash { indent });
                let body = self.entries(&o.entries, indent + 2, true);
                extend(&mut ops, body);
                ops.push(Op::Closed { empty: "{}\n" });
            }
            Residue::List(items) => {
                ops.push(Op::Dash { indent });
                let body = self.items(items, indent + 2, true);
                extend(&mut ops, body);
                ops.push(Op::Closed { empty: "[]\n" });
            }
            Residue::Pairs(pairs) => {
                let lines = vec![self.sorted(pairs, indent + 2)];
                joined(&mut ops, lines, indent);
            }
            Residue::Merge(m) => {
                let lines = self.merge(m, indent + 2);
                joined(&mut ops, lines, indent);
            }
        }
        ops
    }

    fn merge(&mut self, m: &Merge, indent: usize) -> Vec<Op> {
        let tree = self.tree(&m.left, indent);
        vec![Op::Merge { tree, load: m.right.clone(), indent, sorted: m.sorted }]
    }

    fn tree(&mut self, object: &Object, indent: usize) -> Tree {
        let branch = |this: &mut Self, e: &Entry| Branch {
            name: Arc::clone(&e.key),
            key: key(&e.key, indent),
            present: e.when.clone().and(e.value.present()),
            lines: this.entries(std::slice::from_ref(e), indent, false).into(),
            under: match &e.value {
                Residue::Object(o) => Under::Tree(this.tree(o, indent + 2)),
                Residue::Const(Value::Map(_)) => match e.value.clone().object() {
                    Some(o) => Under::Tree(this.tree(&o, indent + 2)),
                    None => Under::Unknown,
                },
                Residue::Const(_) | Residue::Text(_) | Residue::Yaml(_) | Residue::List(_) => Under::Leaf,
                Residue::Load(load) if is_scalar(&load.ty) => Under::Leaf,
                _ => Under::Unknown,
            },
        };
        Tree { entries: object.entries.iter().map(|e| branch(self, e)).collect() }
    }
}

/// Whether one entry is always there.
fn is_certain(entries: &[Entry]) -> bool {
    entries.iter().any(Entry::is_certain)
}

fn is_some(items: &[Item]) -> bool {
    items.iter().any(Item::is_certain)
}

fn whole(load: &Load, indent: usize, otherwise: Vec<Op>) -> Op {
    Op::Whole { load: load.clone(), indent, otherwise: otherwise.into() }
}

fn choice(cond: &Cond, then: Vec<Op>, otherwise: Vec<Op>) -> Op {
    Op::If { cond: cond.clone(), then: then.into(), otherwise: otherwise.into() }
}

fn lines(body: Vec<Op>, indent: usize, empty: &'static str) -> Op {
    Op::Lines { body: body.into(), indent, empty }
}

/// An object as an item whose lines are laid out as if nothing stood before the first.
fn joined(ops: &mut Vec<Op>, lines: Vec<Op>, indent: usize) {
    ops.push(Op::Dash { indent });
    ops.push(Op::Joined { lines: lines.into(), indent: indent + 2 });
    ops.push(Op::Closed { empty: "{}\n" });
}

pub(super) fn each(walk: &Walk, body: Vec<Op>) -> Op {
    Op::Each { walk: walk.clone(), body: body.into() }
}

pub(super) fn guarded(when: &Cond, ops: Vec<Op>) -> Vec<Op> {
    match when {
        Cond::Always => ops,
        Cond::Never => vec![],
        _ if ops.is_empty() => ops,
        _ => vec![choice(when, ops, vec![])],
    }
}

/// Begins a line at column `indent`; if `- ` may have begun it, that is seen when it is written.
fn begin(ops: &mut Vec<Op>, indent: usize, begun: bool) {
    match begun {
        true => ops.push(Op::Begin { indent }),
        false => push(ops, Op::Bytes(" ".repeat(indent).into())),
    }
}

/// `key:` and lines under it.
fn section(
    ops: &mut Vec<Op>,
    key: &Key,
    indent: usize,
    begun: bool,
    body: Vec<Op>,
    certain: bool,
    empty: Option<&'static str>,
) {
    if certain {
        begin(ops, indent, begun);
        push_key(ops, key, indent, "\n");
        return extend(ops, body);
    }
    ops.push(Op::Section { key: key.clone(), indent, body: body.into(), empty });
}

/// `key:` as the emitter writes it.
fn key(key: &str, indent: usize) -> Box<str> {
    let mut out = String::new();
    yaml::write_key(&mut out, key, indent);
    out.into()
}

/// `key:` and what stands behind it.
fn push_key(ops: &mut Vec<Op>, key: &Key, indent: usize, behind: &str) {
    match key {
        Key::Ready(key) => push(ops, Op::Bytes(key.clone())),
        Key::OfPair => push(ops, Op::KeyOfPair { indent }),
    }
    push(ops, Op::Bytes(behind.into()));
}

fn in_pieces(pieces: &[Piece], indent: usize) -> Op {
    Op::Text { pieces: pieces.into(), quoted: text::is_quoted(pieces), indent }
}

/// Whether no value of the type is an object.
fn is_scalar(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bool
            | Type::Int(_)
            | Type::Number
            | Type::Str(_)
            | Type::Literals(_)
            | Type::List(_)
            | Type::IntOrString
    )
}

/// Whether a value nests no deeper than `depth`.
fn is_shallow(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Value::List(items) => items.iter().all(|v| is_shallow(v, depth)),
        Value::Map(map) => map.values().all(|v| is_shallow(v, depth)),
        _ => true,
    }
}

fn bytes(write: impl FnOnce(&mut String)) -> Vec<Op> {
    let mut out = String::new();
    write(&mut out);
    vec![Op::Bytes(out.into())]
}

/// A line without the spaces at its start.
fn without_indent(op: Op, indent: usize) -> Op {
    match op {
        Op::Bytes(b) => Op::Bytes(b.get(indent..).unwrap_or_default().into()),
        other => other,
    }
}
