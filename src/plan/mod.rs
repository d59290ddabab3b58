//! The render graph, partially evaluated: each object a template of ready bytes and typed holes.
//!
//! The request is the only unknown, so what does not depend on it is done once. The passes, in order, and why:
//!
//! 1. `reduce`, `object`, `text`: constants are computed, lets and functions put in their places, fields taken from objects that
//!    are known, so that only what a request decides is left.
//! 2. `walk`: a loop over what is known is written out; one over a part of a request is a template for its items (`member`), with
//!    slots of its own, so that the let that it stands in can be put anywhere.
//! 3. `document`: the head and the engine's labels are put where `eval` puts them, so that they become bytes as well.
//! 4. `admit`: a request of another promise that is taken by its types needs no check when it is rendered.
//! 5. `cost`, `size`: what the evaluator would have paid is bounded, so that a budget that ends a request there ends it here.
//! 6. `layout`, `pairs`: what is known is laid out at its column; a `yaml(…)` text is its value two columns further; a map whose
//!    keys only a request tells is put in order when it is written.
//!
//! For a request, `build`'s steps are done in the order of the graph: lets and checks first, what a document needs before its
//! first byte, then its template (`run`, `each`). The evaluator is the reference. What a template cannot say is evaluated and
//! written by the emitter: casts, native functions, scripts and arithmetic on the items of a loop, which are the whole list or
//! object around them then, and a body of which the keys at the top are computed. Where anything is not as foreseen (a refusal, a
//! budget, a key that is there twice, a value that its type does not allow) the whole request is evaluated without a plan: the
//! plan is faster or not there, and never another answer. `tests/plan` holds that.

mod admit;
mod brought;
mod build;
mod cost;
mod document;
mod dump;
mod each;
mod layout;
mod member;
mod object;
mod op;
mod pairs;
mod reduce;
mod residue;
mod run;
mod size;
mod slots;
mod steps;
mod text;
mod walk;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::eval::budget::DOCUMENTS;
use crate::eval::{self, Document, Engine, Flow, Origin, Refusal};
use crate::graph::NodeKind;
use crate::request::Request;
use crate::value::yaml;
use run::Bail;
use steps::Rendered;

/// The plans of all promises of an engine. It is immutable, so any number of requests may be rendered at once.
#[derive(Clone, Debug)]
pub struct Plan {
    engine: Engine,
    promises: Vec<build::PromisePlan>,
}

/// A document in a stream of YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where it came from.
    pub origin: Origin,
    /// The group, empty for the core group.
    pub group: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; `None` if it is cluster-scoped.
    pub namespace: Option<String>,
    /// Its bytes, without the line `---` before them.
    pub range: Range<usize>,
}

/// What one request of a flow rendered.
#[derive(Debug)]
pub struct Part {
    /// The promise.
    pub promise: String,
    /// The request.
    pub request: Request,
    /// Its documents, in order.
    pub written: Vec<Written>,
    /// The objects that were to be looked at.
    pub objects: Vec<Document>,
    /// What its deletion will make.
    pub deletion: Vec<Document>,
}

/// Which of the objects of a request somebody wants to see.
#[derive(Clone, Debug)]
pub enum LookedAt {
    /// None of them.
    Nothing,
    /// All of them.
    All,
    /// All but those of nodes that are marked, by their position in the graph.
    AllBut(Arc<[bool]>),
}

impl LookedAt {
    fn has(&self, node: usize) -> bool {
        match self {
            LookedAt::Nothing => false,
            LookedAt::All => true,
            LookedAt::AllBut(not) => !not.get(node).copied().unwrap_or_default(),
        }
    }
}

impl Plan {
    /// Plans every promise of an engine.
    pub fn of(engine: &Engine) -> Plan {
        let promises = engine.program().promises.iter().map(|p| build::promise(engine, p)).collect();
        Plan { engine: engine.clone(), promises }
    }

    /// What renders the same without a plan.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Renders a request, without the sub-requests in it, or `deep` as a flow: appends its documents to `out`, each after a
    /// line `---`, the same bytes as [`eval::render`] or [`eval::render_flow`] and [`yaml::write_stream`] give; unjudged.
    ///
    /// # Errors
    /// Why a promise refuses it; `out` is then as it was.
    pub fn write(
        &self,
        promise: &str,
        request: &Request,
        deep: bool,
        out: &mut String,
    ) -> Result<Vec<Written>, Box<Refusal>> {
        if let Some(parts) = self.planned(promise, request, deep, out, &|_, _| LookedAt::Nothing) {
            return Ok(parts.into_iter().flat_map(|p| p.written).collect());
        }
        let flow = match deep {
            true => eval::render_flow(&self.engine, promise, request)?,
            false => Flow { renderings: vec![eval::render(&self.engine, promise, request)?] },
        };
        Ok(append(&flow, out))
    }

    /// As [`Plan::write`], by the plan alone; `None` where it leaves the decision to the evaluator. Which objects are given
    /// beside their bytes, `looked_at` tells for each request of a promise.
    pub fn planned(
        &self,
        promise: &str,
        request: &Request,
        deep: bool,
        out: &mut String,
        looked_at: &dyn Fn(&str, &Request) -> LookedAt,
    ) -> Option<Vec<Part>> {
        let start = out.len();
        let parts = self.parts(promise, request, deep, out, looked_at);
        if parts.is_err() {
            out.truncate(start);
        }
        parts.ok()
    }

    fn parts(
        &self,
        promise: &str,
        request: &Request,
        deep: bool,
        out: &mut String,
        looked_at: &dyn Fn(&str, &Request) -> LookedAt,
    ) -> Result<Vec<Part>, Bail> {
        let (start, mut machine) = (out.len(), self.engine.machine());
        let mut open = VecDeque::from([(promise.to_owned(), request.clone())]);
        let (mut parts, mut count) = (vec![], 0);
        while let Some((promise, request)) = open.pop_front() {
            let graph = self.engine.graph().promise(&promise).ok_or(Bail)?;
            let plan = self.promises.iter().find(|p| p.name == promise).ok_or(Bail)?;
            let requests =
                |at: usize| matches!(graph.nodes.get(at).map(|n| &n.kind), Some(NodeKind::Request(_)));
            let looked_at = looked_at(&promise, &request);
            let look = |at| deep && requests(at) || looked_at.has(at);
            let rendered = plan.run(&self.engine, &mut machine, &request, (&mut *out, start), &look)?;
            count += rendered.written.len();
            if count > DOCUMENTS {
                return Err(Bail);
            }
            for object in rendered.objects.iter().filter(|_| deep) {
                let more = eval::sub_request(&self.engine, object).map_err(|_| Bail)?;
                open.extend(more.map(|(promise, request)| (promise.name.clone(), request)));
            }
            let Rendered { written, mut objects, deletion } = rendered;
            objects.retain(|object| looked_at.has(object.origin.node));
            parts.push(Part { promise, request, written, objects, deletion });
        }
        Ok(parts)
    }
}

/// Appends the documents of a flow.
fn append(flow: &Flow, out: &mut String) -> Vec<Written> {
    let mut all = vec![];
    for document in flow.documents() {
        out.push_str("---\n");
        let start = out.len();
        yaml::write_at(out, &document.object, 0);
        all.push(Written {
            origin: document.origin.clone(),
            group: document.group.as_str().into(),
            kind: document.kind.as_str().into(),
            name: document.name.clone(),
            namespace: document.namespace.clone(),
            range: start..out.len(),
        });
    }
    all
}
