//! A request, step by step.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Written;
use super::brought::Brought;
use super::build::{PromisePlan, Step, Template};
use super::cost::Cost;
use super::reduce::Fill;
use super::run::{Bail, Emit, Run, holds};
use super::slots::Slots;
use crate::check::program::{Condition, Promise};
use crate::eval::budget::{DOCUMENTS, OUTPUT_BYTES};
use crate::eval::{Document, Engine, Frame, Machine, Origin, Phase, Refusal, fill, sub_request};
use crate::graph::{Node, NodeKind, Scope};
use crate::request::Request;
use crate::value::{Value, yaml};

impl PromisePlan {
    /// Appends the documents of a request; those of nodes that `look` names are given as objects, too. `start` is where those
    /// of the whole flow begin.
    pub(super) fn run<'e>(
        &self,
        engine: &'e Engine,
        machine: &mut Machine<'e>,
        request: &Request,
        (out, start): (&mut String, usize),
        look: &dyn Fn(usize) -> bool,
    ) -> Result<Rendered, Bail> {
        if self.beside {
            return Err(Bail);
        }
        let promise = engine.program().promise(&self.name).ok_or(Bail)?;
        let nodes = &engine.graph().promise(&self.name).ok_or(Bail)?.nodes;
        let mut frame = machine.frame(promise, request);
        frame.resize(self.slots, None);
        let mut brought = Brought::new(request.name.len() + request.namespace.len());
        [&request.spec, &request.labels, &request.annotations].iter().try_for_each(|v| brought.add(v))?;
        let rendered =
            Rendered { written: Vec::with_capacity(self.steps.len()), objects: vec![], deletion: vec![] };
        let evaluated = BTreeSet::new();
        let mut pen = Pen { engine, promise, nodes, request, look, brought, evaluated, out, start, rendered };
        for step in &self.steps {
            let node = nodes.get(step.node()).ok_or(Bail)?;
            pen.step(step, node, machine, &mut frame)?;
        }
        // What a deletion makes is refused when the request is rendered, if at all.
        let mut room = OUTPUT_BYTES.checked_sub(pen.out.len() - start).ok_or(Bail)?;
        let mut rendered = pen.rendered;
        rendered.deletion = machine.deletion(engine, promise, request, &mut room).map_err(|_| Bail)?;
        Ok(rendered)
    }
}

impl Step {
    pub(super) fn node(&self) -> usize {
        match self {
            Step::Evaluate { node } | Step::Known { node, .. } | Step::Whole { node } => *node,
            Step::Template(template) => template.node,
        }
    }
}

/// What a request renders.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) written: Vec<Written>,
    /// The objects that were asked for.
    pub(super) objects: Vec<Document>,
    /// What its deletion will make.
    pub(super) deletion: Vec<Document>,
}

/// What is written for a request.
struct Pen<'r> {
    engine: &'r Engine,
    promise: &'r Promise,
    nodes: &'r [Node],
    request: &'r Request,
    look: &'r dyn Fn(usize) -> bool,
    /// The request and all that was evaluated for it.
    brought: Brought,
    /// The lets that were evaluated although templates know them.
    evaluated: BTreeSet<usize>,
    out: &'r mut String,
    start: usize,
    rendered: Rendered,
}

impl Pen<'_> {
    fn step(&mut self, step: &Step, node: &Node, machine: &mut Machine<'_>, frame: &mut Frame) -> Run {
        match step {
            Step::Evaluate { .. } => {
                machine.node(node, frame, &mut |_, _| Ok(())).map_err(|_| Bail)?;
                match &node.kind {
                    NodeKind::Let(l) => {
                        frame.get(l.slot).and_then(Option::as_ref).map_or(Ok(()), |v| self.brought.add(v))
                    }
                    _ => Ok(()),
                }
            }
            Step::Known { fills, cost, .. } => {
                self.fills(fills, machine, frame)?;
                cost.as_ref().map_or(Ok(()), |cost| self.spare(cost, fills, machine, frame))
            }
            Step::Template(template) => {
                self.each(step, node, machine, frame, &mut |this, machine, frame, origin| {
                    this.template(template, node, origin, machine, frame)
                })
            }
            Step::Whole { .. } => {
                self.each(step, node, machine, frame, &mut |this, machine, frame, origin| {
                    this.whole(node, origin, machine, frame)
                })
            }
        }
    }

    /// Does `work` wherever the scopes of a node lead, with where its document comes from.
    fn each(
        &mut self,
        step: &Step,
        node: &Node,
        machine: &mut Machine<'_>,
        frame: &mut Frame,
        work: &mut dyn FnMut(&mut Self, &mut Machine<'_>, &mut Frame, Origin) -> Run,
    ) -> Run {
        let mut instance = 0;
        let done = machine.node(node, frame, &mut |machine, frame| {
            let origin = Origin {
                promise: self.promise.name.clone(),
                phase: Phase::Render,
                node: step.node(),
                instance,
                handle: handle(node),
                span: node.span,
            };
            instance += 1;
            work(self, machine, frame, origin).map_err(|Bail| Refusal::new("over-budget", node.span, ""))
        });
        done.map_err(|_| Bail)
    }

    fn template(
        &mut self,
        template: &Template,
        node: &Node,
        origin: Origin,
        machine: &mut Machine<'_>,
        frame: &mut Frame,
    ) -> Run {
        self.bound(node, frame)?;
        let (name, namespace) = self.head(template, node, machine, frame)?;
        self.fills(&template.fills, machine, frame)?;
        self.spare(&template.cost, &template.fills, machine, frame)?;
        if !template.taken || (self.look)(template.node) {
            let object = self.object(template, node, &origin, machine, frame)?;
            if !template.taken {
                sub_request(self.engine, &object).map_err(|_| Bail)?;
            }
            self.rendered.objects.push(object);
        }
        self.begin();
        let start = self.out.len();
        let most = self.start.saturating_add(OUTPUT_BYTES);
        Emit::new(self.out, most).all(&template.ops, Slots::of(frame))?;
        let (group, kind) = (Arc::clone(&template.group), Arc::clone(&template.kind));
        self.end(Written { origin, group, kind, name, namespace, range: start..self.out.len() })
    }

    /// The object of a template, which is evaluated with the lets that it needs.
    fn object(
        &mut self,
        template: &Template,
        node: &Node,
        origin: &Origin,
        machine: &mut Machine<'_>,
        frame: &mut Frame,
    ) -> Result<Document, Bail> {
        for at in &template.needs {
            if self.evaluated.insert(*at) {
                let node = self.nodes.get(*at).ok_or(Bail)?;
                machine.node(node, frame, &mut |_, _| Ok(())).map_err(|_| Bail)?;
            }
        }
        machine.alone(node, frame, self.request, origin).map_err(|_| Bail)?.ok_or(Bail)
    }

    /// Weighs what the scopes of a node have bound.
    fn bound(&mut self, node: &Node, frame: &Frame) -> Run {
        let slots = node.scopes.iter().flat_map(|scope| match scope {
            Scope::When(condition) => match &**condition {
                Condition::Let { slot, .. } => vec![*slot],
                Condition::Expr(_) => vec![],
            },
            Scope::For(walk) => walk.key.into_iter().chain([walk.item]).collect(),
            Scope::Lets(lets) => lets.iter().map(|l| l.slot).collect(),
        });
        slots.filter_map(|slot| frame.get(slot)?.as_ref()).try_for_each(|value| self.brought.add(value))
    }

    /// The name and namespace of a document, into its slots and those of its handle.
    fn head(
        &mut self,
        template: &Template,
        node: &Node,
        machine: &mut Machine<'_>,
        frame: &mut Frame,
    ) -> Result<(String, Option<String>), Bail> {
        let (name, namespace, handle) = match &node.kind {
            NodeKind::Resource(r) => {
                let name = machine.name(&r.name, frame).map_err(|_| Bail)?;
                let namespace = r.namespace.as_ref().map(|n| machine.name(n, frame)).transpose();
                (name, namespace.map_err(|_| Bail)?, r.handle.as_ref())
            }
            NodeKind::Request(r) => {
                let name = machine.name(&r.name, frame).map_err(|_| Bail)?;
                (name, Some(self.request.namespace.clone()), r.handle.as_ref())
            }
            _ => return Err(Bail),
        };
        let (shown, within) = (Value::str(name.as_str()), namespace.as_deref().map(Value::from));
        if let Some(h) = handle {
            fill(frame, h.name_slot, Some(shown.clone()));
            fill(frame, h.namespace_slot, within.clone());
        }
        fill(frame, template.name, Some(shown));
        template.namespace.into_iter().for_each(|slot| fill(frame, slot, within.clone()));
        Ok((name, namespace))
    }

    /// Evaluates what is to be filled.
    fn fills(&mut self, fills: &[Fill], machine: &mut Machine<'_>, frame: &mut Frame) -> Run {
        for fill_ in fills {
            let Fill::Value { slot, guard, expr } = fill_ else { continue };
            if holds(Slots::of(frame), guard)? {
                let value = machine.eval(expr, frame).map_err(|_| Bail)?;
                value.iter().try_for_each(|v| self.brought.add(v))?;
                fill(frame, *slot, value);
            } else {
                fill(frame, *slot, None);
            }
        }
        Ok(())
    }

    /// Pays what the evaluator would have paid, and looks whether keys differ that have to.
    fn spare(&mut self, cost: &Cost, fills: &[Fill], machine: &mut Machine<'_>, frame: &Frame) -> Run {
        let Brought { weight, most } = self.brought;
        let (steps, bytes) = (cost.steps.at(most), cost.bytes.at(weight, most));
        let fits = cost.largest.at(weight, most) <= OUTPUT_BYTES && machine.budget.spare(steps, bytes);
        fits.then_some(()).ok_or(Bail)?;
        fills.iter().try_for_each(|fill| match fill {
            Fill::Keys(keys) => Emit::new(&mut String::new(), OUTPUT_BYTES).all(keys, Slots::of(frame)),
            Fill::Value { .. } => Ok(()),
        })
    }

    /// Evaluates an object and writes it.
    fn whole(&mut self, node: &Node, origin: Origin, machine: &mut Machine<'_>, frame: &mut Frame) -> Run {
        let document = machine.alone(node, frame, self.request, &origin).map_err(|_| Bail)?;
        let Some(document) = document else { return Ok(()) };
        sub_request(self.engine, &document).map_err(|_| Bail)?;
        self.begin();
        let start = self.out.len();
        yaml::write_at(self.out, &document.object, 0);
        let range = start..self.out.len();
        let (group, kind) = (document.group.as_str().into(), document.kind.as_str().into());
        let (name, namespace) = (document.name.clone(), document.namespace.clone());
        self.rendered.objects.push(document);
        self.end(Written { origin, group, kind, name, namespace, range })
    }

    fn begin(&mut self) {
        self.out.push_str("---\n");
    }

    fn end(&mut self, written: Written) -> Run {
        self.rendered.written.push(written);
        // What is written is no less than what the evaluator weighs.
        let fits = self.out.len() - self.start <= OUTPUT_BYTES && self.rendered.written.len() <= DOCUMENTS;
        fits.then_some(()).ok_or(Bail)
    }
}

fn handle(node: &Node) -> Option<String> {
    let handle = match &node.kind {
        NodeKind::Resource(r) => r.handle.as_ref(),
        NodeKind::Request(r) => r.handle.as_ref(),
        _ => None,
    };
    handle.map(|h| h.name.clone())
}
