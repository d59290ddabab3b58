//! The interpreter: the nodes of a promise in order, as evaluation walks them, with what is known in the place of values.

mod call;
mod entries;
mod expr;

use super::{Count, Hole, Known, Maybe, Object, Tame, document, types};
use crate::check::program::{Condition, Global, Program, Promise, SELF, SPEC, Walk};
use crate::eval::{Engine, Phase};
use crate::graph::{Node, NodeKind, Scope};
use crate::value::Value;

/// What is known of the document of a node of the graph.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Whether it comes of the request, or of its deletion.
    pub phase: Phase,
    /// The node of the promise in that phase, by its position.
    pub node: usize,
    /// The whole object; [`Known::Never`] if no request leads to it.
    pub object: Known,
}

/// How many steps the walk through one promise may take; what is beyond is anything.
const STEPS: usize = 200_000;

/// What the requests of a promise render, node by node.
pub fn rendered(engine: &Engine, promise: &Promise) -> Vec<Rendered> {
    rendered_of(engine, promise, None)
}

/// What those of its requests render that have passed a test.
pub fn rendered_of_tame(engine: &Engine, promise: &Promise, tame: Tame) -> Vec<Rendered> {
    rendered_of(engine, promise, Some(tame))
}

fn rendered_of(engine: &Engine, promise: &Promise, tame: Option<Tame>) -> Vec<Rendered> {
    let globals: Vec<Known> = globals(engine);
    let mut interpreter =
        Interpreter { program: engine.program(), globals: &globals, steps: STEPS, calls: 0 };
    let mut out = Vec::new();
    for phase in [Phase::Render, Phase::Delete] {
        let mut frame = interpreter.frame(promise, tame);
        for (index, node) in engine.nodes(&promise.name, phase).iter().enumerate() {
            let object = interpreter.node(promise, node, &mut frame);
            let object = if interpreter.steps == 0 { Known::Free(too_much()) } else { object };
            if matches!(node.kind, NodeKind::Resource(_) | NodeKind::Request(_)) {
                out.push(Rendered { phase, node: index, object });
            }
        }
    }
    out
}

fn globals(engine: &Engine) -> Vec<Known> {
    let known = |(global, value): (&Global, &Option<Value>)| match value {
        Some(value) => Known::Is(value.clone()),
        None => types::any(&global.value.ty.ty, &global.name),
    };
    engine.program().globals.iter().zip(engine.globals()).map(known).collect()
}

fn too_much() -> Hole {
    Hole::new("more than can be followed")
}

/// What is known of each slot.
pub(super) type Frame = Vec<Maybe>;

pub(super) struct Interpreter<'a> {
    pub(super) program: &'a Program,
    pub(super) globals: &'a [Known],
    /// How many steps are left.
    pub(super) steps: usize,
    /// How many functions are being called.
    pub(super) calls: usize,
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    No,
    Perhaps,
}

impl Interpreter<'_> {
    fn frame(&self, promise: &Promise, tame: Option<Tame>) -> Frame {
        let mut frame = vec![Maybe::absent(); promise.slots.max(2)];
        let spec = promise.api.as_ref().map(|api| {
            types::held(&crate::check::types::Type::Record(api.spec.program_record().into()), "spec")
        });
        let tamed = |known: Known| tame.map_or_else(|| known.clone(), |tame| known.tamed(tame));
        let spec = tamed(spec.unwrap_or_else(|| Known::Free(Hole::new("spec"))));
        let metadata = tamed(types::held(&crate::check::request_metadata(), "metadata"));
        let mut own = Object::default();
        own.insert(&"metadata".into(), Maybe::there(metadata));
        own.insert(&"spec".into(), Maybe::there(spec.clone()));
        fill(&mut frame, SELF, Maybe::there(own.known()));
        fill(&mut frame, SPEC, Maybe::there(spec));
        frame
    }

    /// What is known of the document of a node; of other nodes it fills slots.
    fn node(&mut self, promise: &Promise, node: &Node, frame: &mut Frame) -> Known {
        for scope in &node.scopes {
            match scope {
                Scope::When(condition) => {
                    if self.holds(condition, frame) == Holds::No {
                        return Known::Never;
                    }
                }
                Scope::For(walk) => {
                    if !self.any_item(walk, frame) {
                        return Known::Never;
                    }
                }
                Scope::Lets(lets) => {
                    for l in lets.iter() {
                        let value = self.eval(&l.value, frame);
                        fill(frame, l.slot, value);
                    }
                }
            }
        }
        match &node.kind {
            NodeKind::Let(l) => {
                let value = self.eval(&l.value, frame);
                fill(frame, l.slot, value);
                Known::Never
            }
            NodeKind::Check(_) | NodeKind::File(_) | NodeKind::Destination(_) | NodeKind::Status(_) => {
                Known::Never
            }
            NodeKind::Resource(r) => document::resource(self, promise, r, frame),
            NodeKind::Request(r) => document::request(self, promise, r, frame),
        }
    }

    /// What is known of a condition; binds what it binds, as if it held.
    pub(super) fn holds(&mut self, condition: &Condition, frame: &mut Frame) -> Holds {
        match condition {
            Condition::Expr(e) => self.truth(e, frame),
            Condition::Let { slot, value } => {
                let value = self.eval(value, frame);
                let holds = match (value.is_absent(), value.absent) {
                    (true, _) => Holds::No,
                    (false, false) => Holds::Yes,
                    (false, true) => Holds::Perhaps,
                };
                fill(frame, *slot, Maybe::there(value.known));
                holds
            }
        }
    }

    /// Binds what stands for every item of a walk; whether there may be any.
    fn any_item(&mut self, walk: &Walk, frame: &mut Frame) -> bool {
        let items = self.items(walk, frame);
        let all = items.into_iter().map(|i| (i.key, i.item));
        let Some((key, item)) = all.reduce(|a, b| (a.0.join(&b.0), a.1.join(&b.1))) else { return false };
        bind(walk, frame, key, item);
        true
    }
}

/// An item of a walk, or any number of them.
pub(super) struct Item {
    pub(super) count: Count,
    pub(super) key: Known,
    pub(super) item: Known,
}

pub(super) fn bind(walk: &Walk, frame: &mut Frame, key: Known, item: Known) {
    if let Some(slot) = walk.key {
        fill(frame, slot, Maybe::there(key));
    }
    fill(frame, walk.item, Maybe::there(item));
}

/// Fills a slot.
pub(super) fn fill(frame: &mut Frame, slot: usize, value: Maybe) {
    if let Some(s) = frame.get_mut(slot) {
        *s = value;
    }
}
