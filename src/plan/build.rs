//! The plan of a promise: its steps in the order of the graph.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::admit;
use super::cost::{Cost, Meter};
use super::document::{self, Given, Labels, Parts, Shape};
use super::layout::Layout;
use super::op::{Op, push};
use super::reduce::{Fill, Reduce, Reduced, Unseen, slots};
use super::residue::{Entry, Object, Residue};
use crate::check::program::{Condition, Expr, Gvk, Promise};
use crate::eval::Engine;
use crate::graph::{Node, NodeKind, Scope};

/// How a promise is rendered.
#[derive(Clone, Debug)]
pub(super) struct PromisePlan {
    pub(super) name: String,
    /// How many slots a rendering needs: those of the promise, then those that templates are filled from.
    pub(super) slots: usize,
    pub(super) steps: Vec<Step>,
    /// Whether a request puts out more than documents: then it is evaluated.
    pub(super) beside: bool,
}

/// What is done at one node of the graph.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Evaluates a let or a check.
    Evaluate { node: usize },
    /// A let that stands in templates: what is left of it to evaluate, and what the evaluator would pay for it; nothing if it
    /// is evaluated as well.
    Known { node: usize, fills: Vec<Fill>, cost: Option<Box<Cost>> },
    /// Writes a document by its template.
    Template(Box<Template>),
    /// Evaluates an object and writes it: no template says it.
    Whole { node: usize },
}

/// A document as operations.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) node: usize,
    pub(super) group: Arc<str>,
    pub(super) kind: Arc<str>,
    /// The slots of its name and namespace.
    pub(super) name: usize,
    pub(super) namespace: Option<usize>,
    /// What is evaluated before its first byte.
    pub(super) fills: Vec<Fill>,
    pub(super) ops: Vec<Op>,
    /// What the evaluator would pay for it.
    pub(super) cost: Cost,
    /// Whether the promise that serves it takes it, whatever the request: nothing serves it, or its types say so.
    pub(super) taken: bool,
    /// The lets that have to be evaluated for whoever wants the object itself: nodes, in their order.
    pub(super) needs: Vec<usize>,
}

/// The plan of a promise.
pub(super) fn promise(engine: &Engine, promise: &Promise) -> PromisePlan {
    let nodes = engine.graph().promise(&promise.name).map_or(&[][..], |g| &g.nodes);
    let mut build = Build {
        engine,
        promise,
        reduce: Reduce::new(engine, promise.slots.max(2)),
        meter: Meter::new(engine),
        steps: vec![],
        beside: promise.destination.is_some(),
    };
    for (index, node) in nodes.iter().enumerate() {
        build.node(index, node);
    }
    let needed = build.needed(nodes);
    // A let that something evaluates has to be evaluated itself, even if templates know it.
    let evaluated = |step: Step| match step {
        Step::Known { node, fills, cost } => {
            let is_needed = nodes.get(node).is_some_and(|n| filled(n).is_some_and(|s| needed.contains(&s)));
            match is_needed {
                true if fills.is_empty() => vec![Step::Evaluate { node }],
                true => vec![Step::Evaluate { node }, Step::Known { node, fills, cost: None }],
                false => vec![Step::Known { node, fills, cost }],
            }
        }
        other => vec![other],
    };
    let (slots, beside) = (build.reduce.next, build.beside);
    let mut steps: Vec<Step> = build.steps.into_iter().flat_map(evaluated).collect();
    let skipped: BTreeSet<usize> = steps.iter().filter_map(Step::skipped).collect();
    for step in &mut steps {
        if let Step::Template(template) = step {
            template.needs = lets_of(template.node, nodes, &skipped);
        }
    }
    PromisePlan { name: promise.name.clone(), slots, steps, beside }
}

/// The lets among `skipped` that a node reads, and those that they read in turn.
fn lets_of(node: usize, nodes: &[Node], skipped: &BTreeSet<usize>) -> Vec<usize> {
    let mut read = BTreeSet::new();
    nodes.get(node).into_iter().for_each(|n| reads(n, true, &mut |e| read.extend(slots(e))));
    let mut needs = vec![];
    for at in skipped.range(..node).rev() {
        let Some(n) = nodes.get(*at).filter(|n| filled(n).is_some_and(|s| read.contains(&s))) else {
            continue;
        };
        reads(n, true, &mut |e| read.extend(slots(e)));
        needs.push(*at);
    }
    needs.reverse();
    needs
}

impl Step {
    /// The let that is not evaluated here.
    fn skipped(&self) -> Option<usize> {
        match self {
            Step::Known { node, cost: Some(_), .. } => Some(*node),
            _ => None,
        }
    }
}

struct Build<'e> {
    engine: &'e Engine,
    promise: &'e Promise,
    reduce: Reduce<'e>,
    meter: Meter<'e>,
    steps: Vec<Step>,
    beside: bool,
}

impl Build<'_> {
    fn node(&mut self, index: usize, node: &Node) {
        match &node.kind {
            NodeKind::Let(l) => {
                let known = node.scopes.is_empty() && self.reduce.let_(l.slot, &l.value);
                self.steps.push(match known {
                    true => {
                        let fills = std::mem::take(&mut self.reduce.fills);
                        let cost = Some(Box::new(self.meter.let_(l.slot, &l.value)));
                        Step::Known { node: index, fills, cost }
                    }
                    false => Step::Evaluate { node: index },
                });
            }
            NodeKind::Check(_) => self.steps.push(Step::Evaluate { node: index }),
            // Only documents are planned.
            NodeKind::File(_) | NodeKind::Destination(_) | NodeKind::Status(_) => self.beside = true,
            NodeKind::Resource(_) | NodeKind::Request(_) => {
                let template = self.template(index, node);
                self.steps.push(match template {
                    Ok(template) => Step::Template(Box::new(template)),
                    Err(Unseen) => {
                        self.reduce.fills.clear();
                        Step::Whole { node: index }
                    }
                });
                self.meter.paid();
            }
        }
    }

    fn template(&mut self, index: usize, node: &Node) -> Reduced<Template> {
        let program = self.engine.program();
        let name = self.reduce.fresh();
        let (gvk, serves, namespace, taken) = match &node.kind {
            NodeKind::Resource(r) => {
                let namespace = r.namespace.as_ref().map(|_| self.reduce.fresh());
                (r.gvk.clone(), None, namespace, true)
            }
            NodeKind::Request(r) => {
                let api = program.promise(&r.promise).and_then(|p| p.api.as_ref()).ok_or(Unseen)?;
                let (group, version, kind) = (api.group.clone(), api.version.clone(), api.kind.clone());
                let gvk = Gvk { group, version, kind, span: r.span };
                let taken = admit::is_taken(&self.promise.name, r, api);
                (gvk, Some(r.promise.as_str()), Some(self.reduce.fresh()), taken)
            }
            _ => return Err(Unseen),
        };
        let parts = Parts {
            gvk: &gvk,
            promise: &self.promise.name,
            serves,
            name: document::name(name),
            namespace: namespace.map(document::name),
        };
        let shape = match &node.kind {
            NodeKind::Resource(r) => self.reduce.resource(r, &parts, &program.platform)?,
            NodeKind::Request(r) => self.reduce.request(r, &parts, &program.platform)?,
            _ => return Err(Unseen),
        };
        self.charge(node);
        let ops = laid_out(shape)?;
        let fills = std::mem::take(&mut self.reduce.fills);
        let cost = self.meter.paid();
        let (group, kind) = (gvk.group.into(), gvk.kind.into());
        Ok(Template { node: index, group, kind, name, namespace, fills, ops, cost, taken, needs: vec![] })
    }

    /// What the evaluator pays for an object; its name and what is around it are evaluated anyway.
    fn charge(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Resource(r) => {
                self.meter.entries(&r.body);
            }
            NodeKind::Request(r) => {
                self.meter.entries(&r.with);
                self.meter.expr(&r.body);
            }
            _ => {}
        }
    }

    /// The slots that something evaluates, and those that are needed for them in turn.
    fn needed(&self, nodes: &[Node]) -> BTreeSet<usize> {
        let mut needed = self.reduce.read.clone();
        for step in self.steps.iter().rev() {
            let (node, all) = match step {
                Step::Evaluate { node } | Step::Whole { node } => (node, true),
                Step::Template(t) => (&t.node, false),
                Step::Known { node, .. } => {
                    let is_needed = nodes.get(*node).and_then(filled).is_some_and(|s| needed.contains(&s));
                    if !is_needed {
                        continue;
                    }
                    (node, true)
                }
            };
            nodes.get(*node).into_iter().for_each(|n| reads(n, all, &mut |e| needed.extend(slots(e))));
        }
        needed
    }
}

/// The slot that a let fills.
fn filled(node: &Node) -> Option<usize> {
    match &node.kind {
        NodeKind::Let(l) => Some(l.slot),
        _ => None,
    }
}

/// The expressions that are evaluated at a node: around it, its name, and `all` the rest.
fn reads(node: &Node, all: bool, f: &mut dyn FnMut(&Expr)) {
    for scope in &node.scopes {
        match scope {
            Scope::When(c) => match &**c {
                Condition::Expr(e) | Condition::Let { value: e, .. } => f(e),
            },
            Scope::For(w) => f(&w.over),
            Scope::Lets(lets) => lets.iter().for_each(|l| f(&l.value)),
        }
    }
    match &node.kind {
        NodeKind::Let(l) => f(&l.value),
        NodeKind::Check(c) => {
            f(&c.condition);
            f(&c.message);
        }
        NodeKind::Resource(r) => {
            f(&r.name);
            r.namespace.iter().for_each(&mut *f);
            if all {
                r.body.iter().for_each(|e| e.visit(&mut |e| f(e)));
            }
        }
        NodeKind::Request(r) => {
            f(&r.name);
            if all {
                r.with.iter().for_each(|e| e.visit(&mut |e| f(e)));
                f(&r.body);
            }
        }
        NodeKind::File(_) | NodeKind::Destination(_) | NodeKind::Status(_) => {}
    }
}

/// A document as operations.
fn laid_out(shape: Shape) -> Reduced<Vec<Op>> {
    let Shape { entries, labels } = shape;
    let mut layout = Layout::default();
    let mut ops = vec![];
    for e in entries {
        let own = match (&*e.key, e.value) {
            ("metadata", Residue::Object(metadata)) => self::metadata(&mut layout, metadata, &labels),
            (_, value) => layout.entries(&[Entry { value, ..e }], 0, false),
        };
        super::op::extend(&mut ops, own);
    }
    if layout.given_up { Err(Unseen) } else { Ok(ops) }
}

fn metadata(layout: &mut Layout, metadata: Object, labels: &Labels) -> Vec<Op> {
    let mut ops = vec![Op::Bytes("metadata:\n".into())];
    for e in metadata.entries {
        if &*e.key != "labels" {
            super::op::extend(&mut ops, layout.entries(&[e], 2, false));
            continue;
        }
        push(&mut ops, Op::Bytes("  labels:\n".into()));
        // The engine's labels stand at the end, whatever is given.
        let without: Vec<Box<str>> = labels.known.iter().map(|e| Box::from(&*e.key)).collect();
        match &labels.given {
            None => {}
            Some(Given::Load(load)) => {
                ops.push(Op::Entries { load: load.clone(), indent: 4, without: without.into() });
            }
            Some(Given::Pairs(pairs)) => ops.push(layout.sorted_without(pairs, 4, &without)),
        }
        super::op::extend(&mut ops, layout.entries(&labels.known, 4, false));
    }
    ops
}
