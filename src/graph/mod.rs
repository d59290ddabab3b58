//! The render graph: what must be computed and rendered, what depends on what, across promises.
//!
//! Blocks are gone: every node carries the conditions and walks around it as a chain of [`Scope`]s. Within a promise
//! the nodes stand in the order in which they are evaluated, what others need first and the author's order otherwise.

mod build;
mod collide;
mod dump;
mod fingerprint;
mod meet;
mod order;
mod repeat;
mod symbol;

pub use fingerprint::fingerprint;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use meet::meetings;

use crate::check::program::{Check, Condition, Let, Program, Request, Resource, Walk};
use crate::check::workflow::{Destination, OutputFile, Status};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::wire::{Later, shared};

/// What is rendered for the requests of each promise of a program.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RenderGraph {
    /// One for each promise, in the program's order.
    pub promises: Vec<PromiseGraph>,
}

/// The nodes of one promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PromiseGraph {
    /// The promise's name.
    pub name: String,
    /// The nodes in the order of evaluation.
    pub nodes: Later<Vec<Node>>,
    /// What a deletion makes, with the lets that it needs and no others, so that nothing else can keep it from happening.
    pub deletion: Later<Vec<Node>>,
}

/// Something to compute, check or render.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Node {
    /// A stable name: `let:size`, `check:2`, `resource:corefile`, `resource:v1/Namespace`, `request:vcluster-core`,
    /// `file:2`, `destination`, `status`.
    pub id: String,
    /// What it does.
    pub kind: NodeKind,
    /// The conditions and walks around it, outermost first.
    pub scopes: Vec<Scope>,
    /// The nodes of the same promise that come first, by position.
    pub needs: Vec<usize>,
    /// Where it was written.
    pub span: Span,
}

/// What a node does.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum NodeKind {
    /// Fills a slot.
    Let(Let),
    /// Refuses unless something holds.
    Check(Check),
    /// Renders an object.
    Resource(Box<Resource>),
    /// Renders a request of another promise.
    Request(Box<Request>),
    /// Writes a file that is no object.
    File(Box<OutputFile>),
    /// Chooses a destination.
    Destination(Box<Destination>),
    /// Tells the status of the request.
    Status(Box<Status>),
}

/// Something around a node; shared by all nodes of a block.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Scope {
    /// Under a condition.
    When(#[serde(with = "shared")] Arc<Condition>),
    /// For each of many.
    For(#[serde(with = "shared")] Arc<Walk>),
    /// With the local names of a block, each after what it needs.
    Lets(Arc<[Let]>),
}

impl RenderGraph {
    /// The nodes of the promise of that name.
    pub fn promise(&self, name: &str) -> Option<&PromiseGraph> {
        self.promises.iter().find(|p| p.name == name)
    }

    /// The promises that a promise requests, each once, in order of their first request.
    pub fn requests(&self, promise: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for node in self.promise(promise).into_iter().flat_map(|p| &p.nodes) {
            if let NodeKind::Request(r) = &node.kind
                && !found.contains(&r.promise.as_str())
            {
                found.push(&r.promise);
            }
        }
        found
    }
}

/// Builds the graph of a program; reports cycles, and objects that one flow would render twice.
pub fn build(program: &Program) -> (RenderGraph, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let promises = program.promises.iter().map(|p| build::promise(p, &mut out)).collect();
    let graph = RenderGraph { promises };
    let requests_end = order::request_cycles(program, &graph, &mut out);
    if requests_end && out.is_empty() {
        collide::check(program, &graph, &mut out);
        repeat::check(&graph, &mut out);
    }
    (graph, out)
}
