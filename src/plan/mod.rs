//! The render graph, partially evaluated: each object a template of ready bytes and typed holes.
//!
//! The request is the only unknown, so what does not depend on it is done once. The passes, in order, and why:
//!
//! 1. `reduce`, `object`: constants are computed, lets and functions put in their places, fields taken from objects that are
//!    known, so that only what a request decides is left.
//! 2. `document`: the head and the engine's labels are put where `eval` puts them, so that they become bytes as well.
//! 3. `admit`: a request of another promise that is taken by its types needs no check when it is rendered.
//! 4. `cost`: what the evaluator would have paid is bounded, so that a budget that ends a request there ends it here.
//! 5. `layout`: what is known is laid out at its column; a `yaml(…)` text is its value two columns further.
//!
//! For a request, `build`'s steps are done in the order of the graph: lets and checks first, what a document needs before its
//! first byte, then its template (`run`). The evaluator is the reference. What a template cannot say is evaluated and written
//! by the emitter, and where anything is not as foreseen (a refusal, a budget, a value that its type does not allow) the whole
//! request is evaluated without a plan: the plan is faster or not there, and never another answer. `tests/plan` holds that.

mod admit;
mod build;
mod cost;
mod document;
mod dump;
mod layout;
mod object;
mod op;
mod reduce;
mod residue;
mod run;
mod steps;

use std::ops::Range;

use crate::eval::{self, Engine, Flow, Origin, Refusal};
use crate::request::Request;
use crate::value::yaml;

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
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; `None` if it is cluster-scoped.
    pub namespace: Option<String>,
    /// Its bytes, without the line `---` before them.
    pub range: Range<usize>,
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

    /// Renders one request, without the sub-requests in it: appends its documents to `out`, each after a line `---`. The
    /// same bytes as [`eval::render`] and [`yaml::write_stream`] give; unjudged.
    ///
    /// # Errors
    /// Why the promise refuses it; `out` is then as it was.
    pub fn write(
        &self,
        promise: &str,
        request: &Request,
        out: &mut String,
    ) -> Result<Vec<Written>, Box<Refusal>> {
        let start = out.len();
        if let Some(written) = self.planned(promise, request, out) {
            return Ok(written);
        }
        out.truncate(start);
        let rendering = eval::render(&self.engine, promise, request)?;
        Ok(append(&Flow { renderings: vec![rendering] }, out))
    }

    /// As [`Plan::write`], by the plan alone; `None` where it leaves the decision to the evaluator.
    pub fn planned(&self, promise: &str, request: &Request, out: &mut String) -> Option<Vec<Written>> {
        let start = out.len();
        let at = self.engine.program().promises.iter().position(|p| p.name == promise);
        let plan = at.and_then(|at| self.promises.get(at))?;
        let written = plan.run(&self.engine, request, out);
        if written.is_err() {
            out.truncate(start);
        }
        written.ok()
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
            name: document.name.clone(),
            namespace: document.namespace.clone(),
            range: start..out.len(),
        });
    }
    all
}
