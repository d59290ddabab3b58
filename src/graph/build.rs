//! Blocks become nodes: every step with the scopes around it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Node, NodeKind, PromiseGraph, Scope, order};
use crate::check::program::{Expr, ExprKind, Handle, Let, Promise, Step};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;

/// The nodes of a promise, ordered.
pub(super) fn promise(promise: &Promise, out: &mut Vec<Diagnostic>) -> PromiseGraph {
    let mut builder = Builder::default();
    builder.steps(&promise.steps, &[]);
    let filled = builder.filled();
    for (index, node) in builder.nodes.iter_mut().enumerate() {
        let mut needs: BTreeSet<usize> =
            node_slots(node).iter().filter_map(|s| filled.get(s).copied()).collect();
        needs.remove(&index);
        node.needs = needs.into_iter().collect();
    }
    order::namespaces_first(&mut builder.nodes);
    PromiseGraph { name: promise.name.clone(), nodes: order::sort(builder.nodes, out) }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    ids: BTreeMap<String, usize>,
}

impl Builder {
    fn steps(&mut self, steps: &[Step], around: &[Scope]) {
        let mut around = around.to_vec();
        if !around.is_empty() {
            around.extend(block_lets(steps).into_iter().map(Scope::Let));
        }
        for step in steps {
            match step {
                Step::Let(l) if around.is_empty() => {
                    self.node(format!("let:{}", l.name), NodeKind::Let(l.clone()), &around, l.span);
                }
                Step::Let(_) => {}
                Step::Check(c) => self.node("check".into(), NodeKind::Check(c.clone()), &around, c.span),
                Step::Resource(r) => {
                    let name = r.handle.as_ref().map_or_else(|| show_gvk(&r.gvk), |h| h.name.clone());
                    self.node(format!("resource:{name}"), NodeKind::Resource(r.clone()), &around, r.span);
                }
                Step::Request(r) => {
                    let name = r.handle.as_ref().map_or(&r.promise, |h| &h.name);
                    self.node(format!("request:{name}"), NodeKind::Request(r.clone()), &around, r.span);
                }
                Step::When { condition, steps, .. } => {
                    let inner = [around.as_slice(), &[Scope::When(condition.clone())]].concat();
                    self.steps(steps, &inner);
                }
                Step::For { walk, steps, .. } => {
                    let inner = [around.as_slice(), &[Scope::For(walk.clone())]].concat();
                    self.steps(steps, &inner);
                }
            }
        }
    }

    fn node(&mut self, id: String, kind: NodeKind, scopes: &[Scope], span: crate::source::Span) {
        let count = self.ids.entry(id.clone()).or_insert(0);
        *count += 1;
        let id = if *count == 1 { id } else { format!("{id}#{count}") };
        self.nodes.push(Node { id, kind, scopes: scopes.to_vec(), needs: vec![], span });
    }

    /// Which node fills which slot: lets, and objects with a handle, at the top of the promise.
    fn filled(&self) -> BTreeMap<usize, usize> {
        let mut filled = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate().filter(|(_, n)| n.scopes.is_empty()) {
            match &node.kind {
                NodeKind::Let(l) => drop(filled.insert(l.slot, index)),
                NodeKind::Resource(r) => handle_slots(r.handle.as_ref(), index, &mut filled),
                NodeKind::Request(r) => handle_slots(r.handle.as_ref(), index, &mut filled),
                NodeKind::Check(_) => {}
            }
        }
        filled
    }
}

fn handle_slots(handle: Option<&Handle>, node: usize, filled: &mut BTreeMap<usize, usize>) {
    if let Some(h) = handle {
        filled.insert(h.name_slot, node);
        filled.insert(h.namespace_slot, node);
    }
}

/// The lets of a block, and the names of its objects with a handle, each after what it needs.
fn block_lets(steps: &[Step]) -> Vec<Let> {
    let mut lets: Vec<Let> = Vec::new();
    for step in steps {
        match step {
            Step::Let(l) => lets.push(l.clone()),
            Step::Resource(r) => lets.extend(handle_lets(r.handle.as_ref(), &r.name, r.namespace.as_ref())),
            Step::Request(r) => lets.extend(handle_lets(r.handle.as_ref(), &r.name, None)),
            _ => {}
        }
    }
    let slots: BTreeMap<usize, usize> = lets.iter().enumerate().map(|(i, l)| (l.slot, i)).collect();
    let needs: Vec<Vec<usize>> = lets
        .iter()
        .map(|l| expr_slots(&l.value).iter().filter_map(|s| slots.get(s).copied()).collect())
        .collect();
    let sorted = order::topological(&needs).unwrap_or_else(|_| (0..lets.len()).collect());
    sorted.into_iter().filter_map(|i| lets.get(i).cloned()).collect()
}

fn handle_lets(handle: Option<&Handle>, name: &Expr, namespace: Option<&Expr>) -> Vec<Let> {
    let Some(h) = handle else { return vec![] };
    let make = |slot, part: &str, value: &Expr| Let {
        name: format!("{}.metadata.{part}", h.name),
        slot,
        value: value.clone(),
        span: value.span,
    };
    let mut lets = vec![make(h.name_slot, "name", name)];
    lets.extend(namespace.map(|n| make(h.namespace_slot, "namespace", n)));
    lets
}

/// The slots that an expression reads.
fn expr_slots(e: &Expr) -> BTreeSet<usize> {
    let mut slots = BTreeSet::new();
    e.visit(&mut |e| {
        if let ExprKind::Slot(s) = e.kind {
            slots.insert(s);
        }
    });
    slots
}

/// The slots that a node reads, in its scopes or itself.
fn node_slots(node: &Node) -> BTreeSet<usize> {
    let mut slots = BTreeSet::new();
    let mut read = |e: &Expr| {
        if let ExprKind::Slot(s) = e.kind {
            slots.insert(s);
        }
    };
    for scope in &node.scopes {
        match scope {
            Scope::When(c) => c.visit(&mut read),
            Scope::For(w) => w.visit(&mut read),
            Scope::Let(l) => l.value.visit(&mut read),
        }
    }
    match &node.kind {
        NodeKind::Let(l) => l.value.visit(&mut read),
        NodeKind::Check(c) => {
            c.condition.visit(&mut read);
            c.message.visit(&mut read);
        }
        NodeKind::Resource(r) => {
            r.name.visit(&mut read);
            r.namespace.iter().for_each(|n| n.visit(&mut read));
            r.body.iter().for_each(|e| e.visit(&mut read));
        }
        NodeKind::Request(r) => {
            r.name.visit(&mut read);
            r.with.iter().for_each(|e| e.visit(&mut read));
            r.body.visit(&mut read);
        }
    }
    slots
}
