//! A plan as text, for whoever wants to know why something is slow: `vow graph --plan`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Plan;
use super::build::{PromisePlan, Step, Template};
use super::member::Walk;
use super::op::{Key, Op, Tree};
use super::reduce::Fill;
use super::residue::{Load, Piece};
use crate::check::program::{SELF, SPEC};
use crate::check::resource::show_gvk;
use crate::graph::{Node, NodeKind, Scope};

/// What there is in operations.
#[derive(Default)]
struct Count {
    /// Bytes that are copied.
    ready: usize,
    /// Places that are filled.
    holes: usize,
    /// Conditions and sections that may be left out.
    choices: usize,
    merges: usize,
    /// What loops walk.
    loops: Vec<Walk>,
}

impl Plan {
    /// One line a node under its promise: what is left to do for a request.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for promise in self.promises.iter() {
            let Some(graph) = self.engine.graph().promise(&promise.name) else { continue };
            let _ = writeln!(out, "promise {}", promise.name);
            for step in &promise.steps {
                if let Some(node) = graph.nodes.get(step.node()) {
                    let _ = writeln!(out, "  {}", line(promise, step, node, &graph.nodes));
                }
            }
        }
        out
    }
}

fn line(promise: &PromisePlan, step: &Step, node: &Node, nodes: &[Node]) -> String {
    let what = match &node.kind {
        NodeKind::Resource(r) => format!("{} = {}", node.id, show_gvk(&r.gvk)),
        NodeKind::Request(r) => format!("{} → {}", node.id, r.promise),
        _ => node.id.clone(),
    };
    let how = match step {
        Step::Evaluate { .. } => "evaluated".to_owned(),
        Step::Known { fills, .. } => [vec!["within templates".to_owned()], filled(fills)].concat().join(", "),
        Step::Whole { .. } => "evaluated and written by the emitter: no template says it".to_owned(),
        Step::Template(t) => template(promise, t, nodes),
    };
    format!("{what}: {how}")
}

fn template(promise: &PromisePlan, t: &Template, nodes: &[Node]) -> String {
    let mut count = Count::default();
    let mut loads: Vec<Load> = vec![];
    count.ops(&t.ops, &mut |load| loads.push(load.clone()));
    // What an item is called depends on what is walked, and that may be an item itself.
    let mut names = BTreeMap::new();
    for Walk { over, key, item } in &count.loops {
        let over = shown(promise, over, nodes, &names);
        names.insert(*key, format!("keys of {over}"));
        names.insert(*item, format!("{over}[]"));
    }
    let mut holes: Vec<String> = vec![];
    for name in loads.iter().map(|load| shown(promise, load, nodes, &names)) {
        if !holes.contains(&name) {
            holes.push(name);
        }
    }
    let mut parts = vec![many(count.ready, "byte") + " ready", many(count.holes, "hole")];
    if count.choices > 0 {
        parts.push(many(count.choices, "choice"));
    }
    if !count.loops.is_empty() {
        parts.push(many(count.loops.len(), "loop"));
    }
    if count.merges > 0 {
        parts.push(many(count.merges, "merge"));
    }
    parts.extend(filled(&t.fills));
    if !t.taken {
        parts.push("checked by its promise".into());
    }
    format!("{} ({})", parts.join(", "), holes.join(", "))
}

/// What is done before the first byte.
fn filled(fills: &[Fill]) -> Vec<String> {
    let values = fills.iter().filter(|f| f.is_value()).count();
    let (keys, mut parts) = (fills.len() - values, vec![]);
    if values > 0 {
        parts.push(many(values, "value") + " evaluated");
    }
    if keys > 0 {
        parts.push(many(keys, "set") + " of keys compared");
    }
    parts
}

fn many(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A hole as its author knows it; `items` are what loops bind.
fn shown(promise: &PromisePlan, load: &Load, nodes: &[Node], items: &BTreeMap<usize, String>) -> String {
    let is_let = |n: &&Node| matches!(&n.kind, NodeKind::Let(l) if l.slot == load.slot);
    let scoped = || {
        nodes.iter().flat_map(|n| &n.scopes).find_map(|s| match s {
            Scope::Lets(lets) => lets.iter().find(|l| l.slot == load.slot).map(|l| l.name.clone()),
            Scope::When(_) | Scope::For(_) => None,
        })
    };
    let head = |t: &Template| match load.slot {
        slot if slot == t.name => Some("its name"),
        slot if Some(slot) == t.namespace => Some("its namespace"),
        _ => None,
    };
    let template = || {
        promise.steps.iter().find_map(|s| match s {
            Step::Template(t) => head(t).map(str::to_owned),
            _ => None,
        })
    };
    let base = match load.slot {
        SELF => "self".to_owned(),
        SPEC => "spec".to_owned(),
        _ => {
            let named = nodes.iter().find(is_let).map(|n| n.id.trim_start_matches("let:").to_owned());
            let named = items.get(&load.slot).cloned().or(named);
            named.or_else(scoped).or_else(template).unwrap_or_else(|| "a value".to_owned())
        }
    };
    load.path.iter().fold(base, |path, key| format!("{path}.{key}"))
}

impl Count {
    fn ops(&mut self, ops: &[Op], hole: &mut dyn FnMut(&Load)) {
        for op in ops {
            match op {
                Op::Bytes(b) => self.ready += b.len(),
                Op::Begin { .. } | Op::Dash { .. } | Op::Closed { .. } | Op::KeyOfPair { .. } => {}
                Op::Entry { key, load, otherwise, .. } => {
                    self.key(key);
                    self.hole(load, otherwise, hole);
                }
                Op::Item { load, otherwise, .. } | Op::Whole { load, otherwise, .. } => {
                    self.hole(load, otherwise, hole);
                }
                Op::Entries { load, .. } => self.hole(load, &[], hole),
                Op::Text { pieces, .. } => self.pieces(pieces, hole),
                Op::If { then, otherwise, .. } => {
                    self.choices += 1;
                    self.ops(then, hole);
                    self.ops(otherwise, hole);
                }
                Op::Section { key, body, .. } => {
                    self.choices += 1;
                    self.key(key);
                    self.ops(body, hole);
                }
                Op::Lines { body, .. } => {
                    self.choices += 1;
                    self.ops(body, hole);
                }
                Op::Each { walk, body } => {
                    self.loops.push(walk.clone());
                    hole(&walk.over);
                    self.ops(body, hole);
                }
                Op::Sorted { pairs: lines, .. } | Op::Joined { lines, .. } => self.ops(lines, hole),
                Op::Pair { key, lines } => {
                    self.pieces(key, hole);
                    self.ops(lines, hole);
                }
                Op::Merge { tree, load, .. } => {
                    self.merges += 1;
                    hole(load);
                    self.tree(tree, hole);
                }
            }
        }
    }

    fn key(&mut self, key: &Key) {
        if let Key::Ready(key) = key {
            self.ready += key.len();
        }
    }

    /// A text, or a key that is one.
    fn pieces(&mut self, pieces: &[Piece], hole: &mut dyn FnMut(&Load)) {
        self.holes += usize::from(!pieces.iter().all(|p| matches!(p, Piece::Str(_))));
        self.within(pieces, hole);
    }

    fn within(&mut self, pieces: &[Piece], hole: &mut dyn FnMut(&Load)) {
        for piece in pieces {
            match piece {
                Piece::Str(s) => self.ready += s.len(),
                Piece::Load(load) => hole(load),
                Piece::If(_, a, b) => {
                    self.choices += 1;
                    self.within(a, hole);
                    self.within(b, hole);
                }
            }
        }
    }

    fn hole(&mut self, load: &Load, otherwise: &[Op], hole: &mut dyn FnMut(&Load)) {
        self.holes += 1;
        hole(load);
        self.ops(otherwise, hole);
    }

    /// What is under a key stands in its lines, too.
    fn tree(&mut self, tree: &Tree, hole: &mut dyn FnMut(&Load)) {
        for branch in &tree.entries {
            self.ops(&branch.lines, hole);
        }
    }
}
