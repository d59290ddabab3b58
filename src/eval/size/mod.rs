//! How large a rendering may become, told before there is a request: a warning for what is small and expands hugely.
//!
//! An estimate and no proof. A part of a request is taken for something modest (see `amount`), a walk goes round as
//! often as its list has items, a choice takes what is larger. What exceeds the [budget](super::budget) is named once,
//! and nothing that is made of it. Whatever a request then brings, it is the budget that ends it.

mod amount;
mod expr;

use std::collections::{BTreeMap, HashMap};

use amount::{Cost, Size, wide};
use expr::{Frame, fill};

use super::{Engine, budget};
use crate::check::program::{Let, Program, Promise, SELF, SPEC};
use crate::diag::Diagnostic;
use crate::graph::{Node, NodeKind, Scope};
use crate::source::Span;
use crate::value::Value;

/// How many parts of a program are looked at before the estimate gives up.
const FUEL: u64 = 2_000_000;
/// The header of a document with the engine's labels, in bytes.
const HEADER: u64 = 256;

/// Warns about what may exceed the budget of a request.
pub fn warnings(engine: &Engine) -> Vec<Diagnostic> {
    let mut estimate = Estimate {
        program: &engine.program,
        globals: vec![],
        calls: HashMap::new(),
        flows: BTreeMap::new(),
        cost: Cost::default(),
        tainted: false,
        depth: 0,
        fuel: FUEL,
        out: BTreeMap::new(),
    };
    estimate.globals(&engine.globals);
    for promise in &engine.program.promises {
        estimate.flow(engine, promise, 0);
    }
    estimate.out.into_values().collect()
}

/// What is known so far.
struct Estimate<'a> {
    program: &'a Program,
    globals: Frame,
    /// Calls by function and sizes of arguments.
    calls: HashMap<(usize, Frame), (Size, Cost)>,
    /// What a request of each promise renders.
    flows: BTreeMap<&'a str, Flow>,
    /// What the unit at hand costs so far: a let, a function, an object.
    cost: Cost,
    /// Whether the unit at hand uses what was warned about.
    tainted: bool,
    /// Calls within calls.
    depth: usize,
    fuel: u64,
    out: BTreeMap<Span, Diagnostic>,
}

/// What a request renders, with all that it requests in turn.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
    cost: Cost,
    bytes: u64,
    documents: u64,
    blamed: bool,
}

impl Flow {
    fn plus(self, other: Flow, times: u64) -> Flow {
        Flow {
            cost: self.cost.plus(other.cost.times(times)),
            bytes: self.bytes.saturating_add(other.bytes.saturating_mul(times)),
            documents: self.documents.saturating_add(other.documents.saturating_mul(times)),
            blamed: self.blamed || other.blamed,
        }
    }
}

impl<'a> Estimate<'a> {
    /// The values of globals are known, so they are measured.
    fn globals(&mut self, values: &[Option<Value>]) {
        for (global, value) in self.program.globals.iter().zip(values) {
            let size = match value {
                Some(value) => Size::of_value(value, budget::OUTPUT_BYTES),
                None => Some(Size::default()),
            };
            let size = size.unwrap_or_else(|| {
                let size = Size::of(wide(budget::OUTPUT_BYTES) + 1);
                self.judge(&global.name, global.value.span, size.bytes);
                Size { blamed: true, ..size }
            });
            self.tainted = false;
            self.globals.push(size);
        }
    }

    /// What a request of a promise renders. No promise requests itself; what is requested too deep is not counted.
    fn flow(&mut self, engine: &'a Engine, promise: &'a Promise, depth: usize) -> Flow {
        if let Some(known) = self.flows.get(promise.name.as_str()) {
            return *known;
        }
        let mut frame = vec![Size::default(); promise.slots.max(2)];
        fill(&mut frame, SELF, Size::GIVEN);
        fill(&mut frame, SPEC, Size::GIVEN);
        let mut flow = Flow::default();
        for node in engine.graph.promise(&promise.name).into_iter().flat_map(|g| &g.nodes) {
            let (own, times) = self.node(node, &mut frame);
            flow = flow.plus(own, times);
            if let NodeKind::Request(r) = &node.kind
                && depth < budget::CALLS
                && let Some(target) = self.program.promise(&r.promise)
            {
                flow = flow.plus(self.flow(engine, target, depth + 1), times);
            }
        }
        self.tainted = flow.blamed;
        self.cost = flow.cost;
        self.judge(&promise.name, promise.span, flow.bytes);
        self.judge_count(&promise.name, promise.span, flow.documents);
        flow.blamed = std::mem::take(&mut self.tainted);
        self.flows.insert(&promise.name, flow);
        flow
    }

    /// What a node costs each time, and how often.
    fn node(&mut self, node: &Node, frame: &mut Frame) -> (Flow, u64) {
        self.cost = Cost::default();
        self.tainted = false;
        let times = self.scopes(&node.scopes, frame);
        let (mut bytes, mut documents) = (0, 0);
        let mut name = node.id.clone();
        match &node.kind {
            NodeKind::Let(l) => return (self.let_(l, frame), times),
            NodeKind::Check(c) => drop(self.eval(&c.condition, frame)),
            NodeKind::Destination(d) => drop(self.entries(&d.chosen, frame)),
            NodeKind::Status(s) => bytes = self.entries(&s.body, frame).bytes,
            NodeKind::File(f) => {
                let path = self.sized(&f.path, frame);
                bytes = path.plus(self.sized(&f.body, frame)).bytes;
            }
            NodeKind::Resource(r) => {
                let header = [Some(&r.name), r.namespace.as_ref()].into_iter().flatten();
                let header = header.fold(Size::of(HEADER), |sum, e| sum.plus(self.sized(e, frame)));
                bytes = header.plus(self.entries(&r.body, frame)).bytes;
                documents = 1;
                name = r.handle.as_ref().map_or_else(|| r.gvk.kind.clone(), |h| h.name.clone());
            }
            NodeKind::Request(r) => {
                let with = self.entries(&r.with, frame).plus(self.sized(&r.name, frame));
                bytes = Size::of(2 * HEADER).plus(with).plus(self.sized(&r.body, frame)).bytes;
                documents = 1;
                name.clone_from(&r.promise);
            }
        }
        let each = std::mem::take(&mut self.cost);
        self.cost = each.times(times);
        self.judge(&name, node.span, bytes.saturating_mul(times));
        self.judge_count(&name, node.span, times.saturating_mul(documents));
        (Flow { cost: each, bytes, documents, blamed: self.tainted }, times)
    }

    fn let_(&mut self, l: &Let, frame: &mut Frame) -> Flow {
        let size = self.eval(&l.value, frame);
        self.judge(&l.name, l.span, size.bytes);
        fill(frame, l.slot, Size { blamed: self.tainted, ..size });
        Flow { cost: self.cost, blamed: self.tainted, ..Flow::default() }
    }

    /// How often a node is evaluated.
    fn scopes(&mut self, scopes: &[Scope], frame: &mut Frame) -> u64 {
        let mut times = 1_u64;
        for scope in scopes {
            match scope {
                Scope::When(condition) => self.condition(condition, frame),
                Scope::For(walk) => times = times.saturating_mul(self.walk(walk, frame)),
                Scope::Lets(lets) => {
                    for l in lets.iter() {
                        self.let_(l, frame);
                    }
                }
            }
        }
        times
    }

    /// Warns about the unit at hand, unless it uses what was warned about; from then on it is such itself.
    fn judge(&mut self, name: &str, span: Span, bytes: u64) {
        let Cost { steps, bytes: made } = self.cost;
        let (output, text) = (wide(budget::OUTPUT_BYTES), wide(budget::TEXT_BYTES));
        let message = if bytes > output {
            let most = amount(output);
            format!("`{name}` grows to about {}, but a request renders at most {most}", amount(bytes))
        } else if made > text {
            let most = amount(text);
            format!("`{name}` makes about {} of text, but a request makes at most {most}", amount(made))
        } else if steps > wide(budget::STEPS) {
            let most = budget::STEPS / 1_000_000;
            let steps = counted(steps);
            format!("`{name}` takes about {steps} steps, but a request takes at most {most} million")
        } else {
            return;
        };
        self.blame(span, message);
    }

    fn judge_count(&mut self, name: &str, span: Span, documents: u64) {
        if documents > wide(budget::DOCUMENTS) {
            let most = budget::DOCUMENTS;
            let documents = counted(documents);
            let message =
                format!("`{name}` renders about {documents} documents, but a request renders at most {most}");
            self.blame(span, message);
        }
    }

    fn blame(&mut self, span: Span, message: String) {
        if !std::mem::replace(&mut self.tainted, true) {
            let d = Diagnostic::warning("expands-hugely", span, message);
            let help =
                "look for texts, lists or calls that double with every step, and for loops within loops";
            self.out.entry(span).or_insert_with(|| d.help(help));
        }
    }
}

/// So many bytes, roughly.
fn amount(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 40 => "a terabyte or more".to_owned(),
        _ if bytes >= 1 << 30 => format!("{} GiB", bytes >> 30),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// So many, roughly.
fn counted(n: u64) -> String {
    match n {
        _ if n >= 1_000_000_000 => "a thousand million or more".to_owned(),
        _ if n >= 1_000_000 => format!("{} million", n / 1_000_000),
        _ => n.to_string(),
    }
}
