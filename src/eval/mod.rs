//! Evaluates a program for one request: the graph's nodes in order, values into slots, objects into documents. Total
//! and deterministic: it ends within a [`Budget`](budget::Budget), and there is one kind of failure, a [`Refusal`].

pub mod budget;
mod document;
mod expr;
mod flow;
mod judge;
mod machine;
mod output;
mod provenance;
pub mod size;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub use document::{Document, Origin, Phase};
pub(crate) use flow::sub_request;
pub use flow::{Flow, Rendering, render, render_deletion, render_flow};
pub use judge::{Judges, Objection, request_value};
pub(crate) use machine::{Frame, Machine, fill};
pub use output::{File, Labels, Selectors};
pub use provenance::Place;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::check::kinds::Kinds;
use crate::check::program::{Entry, Expr, Program};
use crate::diag::Diagnostic;
use crate::graph::{Node, RenderGraph};
use crate::request::{self, Patterns, Problem, Request};
use crate::source::Span;
use crate::value::{Map, Value};

/// A program that is ready to be evaluated. It is immutable, so any number of requests may be rendered at once.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    program: Arc<Program>,
    graph: Arc<RenderGraph>,
    globals: Arc<Vec<Option<Value>>>,
    /// The patterns of each promise's api, in the program's order, once a request was asked of it.
    patterns: Arc<Vec<OnceLock<Patterns>>>,
    /// What the rules have proved, once anybody asked.
    cleared: Arc<OnceLock<Cleared>>,
}

/// What is proved of the documents of each node: a set of rules as bits, by promise, phase and the node's position. Only
/// the rules know what the bits mean.
pub type Cleared = BTreeMap<String, [Vec<u16>; 2]>;

impl Engine {
    /// Computes what needs no request: module-level lets and platform values.
    ///
    /// # Errors
    /// What refuses among them.
    pub fn new(program: Arc<Program>, graph: Arc<RenderGraph>) -> Result<Engine, Box<Refusal>> {
        let mut globals = Vec::with_capacity(program.globals.len());
        for global in &program.globals {
            let value = machine::Machine::new(&program, &globals).global(global)?;
            globals.push(value);
        }
        Ok(Engine::with(program, graph, globals))
    }

    fn with(program: Arc<Program>, graph: Arc<RenderGraph>, globals: Vec<Option<Value>>) -> Engine {
        let patterns = Arc::new(vec![OnceLock::new(); program.promises.len()]);
        let globals = Arc::new(globals);
        Engine { program, graph, globals, patterns, cleared: Arc::default() }
    }

    /// The program and its graph, to keep.
    pub fn parts(&self) -> (Arc<Program>, Arc<RenderGraph>) {
        (Arc::clone(&self.program), Arc::clone(&self.graph))
    }

    /// What there is without a platform: the kinds of Kubernetes and of the standard library, and no promise.
    pub fn without_platform() -> Engine {
        let program = Program { kinds: Kinds::builtin(), ..Program::default() };
        Engine { program: Arc::new(program), ..Engine::default() }
    }

    /// Reads `object` as a request of `promise`; see [`request::admit`](crate::request::admit).
    ///
    /// # Errors
    /// The problems of the object; an empty list if there is no such promise, or it has no api.
    pub fn admit(&self, promise: &str, object: &Value) -> Result<Request, Vec<Problem>> {
        let index = self.program.promises.iter().position(|p| p.name == promise);
        let promise = index.and_then(|i| self.program.promises.get(i)).and_then(|p| p.api.as_ref());
        let patterns = index.and_then(|i| self.patterns.get(i));
        match (promise, patterns) {
            (Some(api), Some(patterns)) => {
                request::admit_with(api, patterns.get_or_init(|| Patterns::of(api)), object)
            }
            _ => Err(vec![]),
        }
    }

    /// The value of an expression that needs no request, such as those of a test.
    ///
    /// # Errors
    /// What refuses in it.
    pub fn constant(&self, e: &Expr, slots: usize) -> Result<Option<Value>, Box<Refusal>> {
        machine::Machine::new(&self.program, &self.globals).eval(e, &mut vec![None; slots])
    }

    /// The object that entries make which need no request.
    ///
    /// # Errors
    /// What refuses in them.
    pub fn constant_object(&self, entries: &[Entry], slots: usize) -> Result<Map, Box<Refusal>> {
        let mut map = Map::new();
        machine::Machine::new(&self.program, &self.globals).entries(
            entries,
            &mut map,
            &mut vec![None; slots],
        )?;
        Ok(map)
    }

    /// What is proved, found out by `prove` when it is asked for first.
    pub fn cleared(&self, prove: impl FnOnce() -> Cleared) -> &Cleared {
        self.cleared.get_or_init(prove)
    }

    /// The nodes of a promise in a phase.
    pub fn nodes(&self, promise: &str, phase: Phase) -> &[Node] {
        match (self.graph.promise(promise), phase) {
            (Some(graph), Phase::Render) => &graph.nodes,
            (Some(graph), Phase::Delete) => &graph.deletion,
            (None, _) => &[],
        }
    }

    /// An evaluation of it.
    pub(crate) fn machine(&self) -> Machine<'_> {
        Machine::new(&self.program, &self.globals)
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The values of module-level lets and of the platform, by id; `None` where nothing is there.
    pub fn globals(&self) -> &[Option<Value>] {
        &self.globals
    }

    /// Its graph.
    pub fn graph(&self) -> &RenderGraph {
        &self.graph
    }
}

impl Serialize for Engine {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (&self.program, &self.graph, &self.globals).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Engine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Engine, D::Error> {
        let (program, graph, globals) = Deserialize::deserialize(from)?;
        Ok(Engine::with(program, graph, globals))
    }
}

/// Why nothing was rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the diagnostic that it becomes.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The line of the program that says so.
    pub span: Span,
    /// What may be done.
    pub help: Option<String>,
    /// Where it came from, the nearest first: calls, and the request that was rendered.
    pub trail: Vec<(Span, String)>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Box<Refusal> {
        Box::new(Refusal { code, message: message.into(), span, help: None, trail: vec![] })
    }

    pub(crate) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn through(mut self: Box<Self>, span: Span, what: impl Into<String>) -> Box<Self> {
        if self.trail.len() < 8 {
            self.trail.push((span, what.into()));
        }
        self
    }

    /// The refusal as a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut d = Diagnostic::error(self.code, self.span, self.message.clone());
        for (span, what) in &self.trail {
            d = d.also(*span, what.clone());
        }
        d.help.extend(self.help.clone());
        d
    }
}
