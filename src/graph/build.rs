//! Blocks become nodes: every step with the scopes around it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Node, NodeKind, PromiseGraph, Scope, order};
use crate::check::program::{Expr, ExprKind, Handle, Let, Promise, Step};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;

/// The nodes of a promise, ordered.
pub(super) fn promise(promise: &Promise, out: &mut Vec<Diagnostic>) -> PromiseGraph {
    let mut builder = Builder::default();
    builder.steps(&promise.steps, &[], out);
    builder.forms(promise);
    let nodes = builder.ordered(out);
    PromiseGraph { name: promise.name.clone(), nodes: nodes.into(), deletion: deletion(promise, out).into() }
}

/// What a deletion makes. What is wrong with a let was told already, where the promise renders.
fn deletion(promise: &Promise, out: &mut Vec<Diagnostic>) -> Vec<Node> {
    let Some(deletion) = &*promise.deletion else { return vec![] };
    let mut found = Vec::new();
    let mut builder = Builder::default();
    for l in promise.steps.iter().flat_map(step_lets) {
        builder.node(format!("let:{}", l.name), NodeKind::Let(l.clone()), &[], l.span);
    }
    builder.steps(&deletion.steps, &[], &mut found);
    builder.drop_unneeded();
    let nodes = builder.ordered(&mut found);
    found.retain(|d| !out.contains(d));
    out.extend(found);
    nodes
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    ids: BTreeMap<String, usize>,
}

impl Builder {
    /// The nodes in order, each with what it needs.
    fn ordered(mut self, out: &mut Vec<Diagnostic>) -> Vec<Node> {
        self.drop_unread();
        let filled = self.filled();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            let mut needs: BTreeSet<usize> =
                node_slots(node).iter().filter_map(|s| filled.get(s).copied()).collect();
            if !matches!(node.kind, NodeKind::Let(_)) {
                needs.remove(&index);
            }
            node.needs = needs.into_iter().collect();
        }
        let wishes = [order::namespaces_first(&self.nodes), self.named_first()].concat();
        order::grant(&mut self.nodes, &wishes);
        order::sort(self.nodes, out)
    }

    /// The destination and the status, which a promise has one of.
    fn forms(&mut self, promise: &Promise) {
        if let Some(d) = promise.destination.as_ref().filter(|d| !d.chosen.is_empty()) {
            let kind = NodeKind::Destination(Box::new(d.clone()));
            self.node("destination".into(), kind, &[], d.span);
        }
        if let Some(s) = &*promise.status {
            self.node("status".into(), NodeKind::Status(Box::new(s.clone())), &[], s.span);
        }
    }

    /// Drops the lets that nothing else names, directly or not.
    fn drop_unneeded(&mut self) {
        let filled = self.filled();
        let mut needed: BTreeSet<usize> = BTreeSet::new();
        let rest = self.nodes.iter().enumerate().filter(|(_, n)| !matches!(n.kind, NodeKind::Let(_)));
        let mut open: Vec<usize> = rest.map(|(i, _)| i).collect();
        while let Some(index) = open.pop() {
            if needed.insert(index) {
                let slots = self.nodes.get(index).map(node_slots).unwrap_or_default();
                open.extend(slots.iter().filter_map(|s| filled.get(s).copied()));
            }
        }
        let mut index = 0;
        self.nodes.retain(|_| {
            index += 1;
            needed.contains(&(index - 1))
        });
    }

    fn steps(&mut self, steps: &[Step], around: &[Scope], out: &mut Vec<Diagnostic>) {
        let mut around = around.to_vec();
        let top = around.is_empty();
        if !top {
            let lets = block_lets(steps, out);
            around.extend((!lets.is_empty()).then(|| Scope::Lets(lets.into())));
        }
        for step in steps {
            if top {
                for l in step_lets(step) {
                    self.node(format!("let:{}", l.name), NodeKind::Let(l.clone()), &around, l.span);
                }
            }
            match step {
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
                Step::File(f) => self.node("file".into(), NodeKind::File(f.clone()), &around, f.span),
                Step::When { condition, steps, .. } => {
                    let inner = [around.as_slice(), &[Scope::When(Arc::new(condition.clone()))]].concat();
                    self.steps(steps, &inner, out);
                }
                Step::For { walk, steps, .. } => {
                    let inner = [around.as_slice(), &[Scope::For(Arc::new(walk.clone()))]].concat();
                    self.steps(steps, &inner, out);
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

    /// Drops the names of objects that nobody names; a let of the author's stays, since it may refuse.
    fn drop_unread(&mut self) {
        let read: BTreeSet<usize> = self.nodes.iter().flat_map(node_slots).collect();
        let of_handle = |l: &Let| l.name.contains('.');
        self.nodes
            .retain(|n| !matches!(&n.kind, NodeKind::Let(l) if of_handle(l) && !read.contains(&l.slot)));
    }

    /// Which node fills which slot at the top of the promise.
    fn filled(&self) -> BTreeMap<usize, usize> {
        let lets = self.nodes.iter().enumerate().filter(|(_, n)| n.scopes.is_empty());
        lets.filter_map(|(i, n)| if let NodeKind::Let(l) = &n.kind { Some((l.slot, i)) } else { None })
            .collect()
    }

    /// What names an object by its handle would rather come after it: user and object, by position.
    fn named_first(&self) -> Vec<(usize, usize)> {
        let mut objects: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let handle = match &node.kind {
                NodeKind::Resource(r) => r.handle.as_ref(),
                NodeKind::Request(r) => r.handle.as_ref(),
                _ => None,
            };
            if let Some(h) = handle {
                objects.extend([(h.name_slot, index), (h.namespace_slot, index)]);
            }
        }
        let wishes = |(user, node): (usize, &Node)| {
            let named: BTreeSet<usize> =
                kind_slots(&node.kind).iter().filter_map(|s| objects.get(s).copied()).collect();
            let lets = matches!(node.kind, NodeKind::Let(_));
            named
                .into_iter()
                .filter(move |object| *object != user && !lets)
                .map(move |object| (user, object))
                .collect::<Vec<_>>()
        };
        self.nodes.iter().enumerate().flat_map(wishes).collect()
    }
}

/// What a step gives a name to: a let, or the name and namespace of an object with a handle.
fn step_lets(step: &Step) -> Vec<Let> {
    match step {
        Step::Let(l) => vec![l.clone()],
        Step::Resource(r) => handle_lets(r.handle.as_ref(), &r.name, r.namespace.as_ref()),
        Step::Request(r) => handle_lets(r.handle.as_ref(), &r.name, None),
        Step::Check(_) | Step::File(_) | Step::When { .. } | Step::For { .. } => vec![],
    }
}

/// The lets of a block, and the names of its objects with a handle, each after what it needs.
fn block_lets(steps: &[Step], out: &mut Vec<Diagnostic>) -> Vec<Let> {
    let lets: Vec<Let> = steps.iter().flat_map(step_lets).collect();
    let slots: BTreeMap<usize, usize> = lets.iter().enumerate().map(|(i, l)| (l.slot, i)).collect();
    let needs: Vec<Vec<usize>> = lets
        .iter()
        .map(|l| expr_slots(&l.value).iter().filter_map(|s| slots.get(s).copied()).collect())
        .collect();
    order::report(&needs, |i| lets.get(i).map(|l| (l.name.clone(), l.span)), out);
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
pub(super) fn expr_slots(e: &Expr) -> BTreeSet<usize> {
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
            Scope::Lets(lets) => lets.iter().for_each(|l| l.value.visit(&mut read)),
        }
    }
    slots.extend(kind_slots(&node.kind));
    slots
}

/// The slots that a node itself reads.
fn kind_slots(kind: &NodeKind) -> BTreeSet<usize> {
    let mut slots = BTreeSet::new();
    let mut read = |e: &Expr| {
        if let ExprKind::Slot(s) = e.kind {
            slots.insert(s);
        }
    };
    match kind {
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
        NodeKind::File(f) => {
            f.path.visit(&mut read);
            f.to.iter().flatten().for_each(|e| e.visit(&mut read));
            f.body.visit(&mut read);
        }
        NodeKind::Destination(d) => d.chosen.iter().for_each(|e| e.visit(&mut read)),
        NodeKind::Status(s) => s.body.iter().for_each(|e| e.visit(&mut read)),
    }
    slots
}
