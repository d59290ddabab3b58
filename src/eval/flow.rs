//! A request becomes documents, and with its sub-requests a flow.

use std::sync::Arc;

use super::document::{Document, Origin, Parts};
use super::machine::{Frame, Machine, Step, fill};
use super::{Engine, Refusal, budget};
use crate::check::program::{Gvk, Promise, SELF, SPEC};
use crate::graph::{Node, NodeKind, Scope};
use crate::request::Request;
use crate::value::{Map, Value, ops};

/// What one request renders.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendering {
    /// The promise.
    pub promise: String,
    /// The request.
    pub request: Request,
    /// Its documents, what others need first.
    pub documents: Vec<Document>,
}

/// A request and the sub-requests that come of it, each after the one that rendered it.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// At least one; the first is the request itself.
    pub renderings: Vec<Rendering>,
}

impl Flow {
    /// All documents, in order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.renderings.iter().flat_map(|r| &r.documents)
    }
}

/// Renders one request, without the sub-requests in it.
///
/// # Errors
/// Why the promise refuses it.
pub fn render(engine: &Engine, promise: &str, request: &Request) -> Result<Rendering, Box<Refusal>> {
    let mut room = budget::OUTPUT_BYTES;
    let promise = find(engine, promise)?;
    let mut machine = Machine::new(&engine.program, &engine.globals);
    let documents = machine.promise(engine, promise, request, &mut room)?;
    for document in &documents {
        sub_request(engine, document)?;
    }
    Ok(Rendering { promise: promise.name.clone(), request: request.clone(), documents })
}

/// Renders a request and every sub-request that comes of it.
///
/// # Errors
/// Why a promise of the flow refuses its request.
pub fn render_flow(engine: &Engine, promise: &str, request: &Request) -> Result<Flow, Box<Refusal>> {
    let mut room = budget::OUTPUT_BYTES;
    let mut machine = Machine::new(&engine.program, &engine.globals);
    let mut renderings = Vec::new();
    let mut open = std::collections::VecDeque::from([(find(engine, promise)?, request.clone(), None)]);
    let mut count = 0;
    while let Some((promise, request, from)) = open.pop_front() {
        let documents = machine.promise(engine, promise, &request, &mut room).map_err(|r| match from {
            Some(span) => {
                r.through(span, format!("rendering the request `{}` of `{}`", request.name, promise.name))
            }
            None => r,
        })?;
        count += documents.len();
        if count > budget::DOCUMENTS {
            let message = format!("this flow has more than {} documents", budget::DOCUMENTS);
            return Err(Refusal::new("over-budget", promise.span, message));
        }
        for document in &documents {
            open.extend(sub_request(engine, document)?.map(|(p, r)| (p, r, Some(document.origin.span))));
        }
        renderings.push(Rendering { promise: promise.name.clone(), request, documents });
    }
    Ok(Flow { renderings })
}

fn find<'e>(engine: &'e Engine, name: &str) -> Result<&'e Promise, Box<Refusal>> {
    engine.program.promise(name).ok_or_else(|| {
        Refusal::new("unknown-promise", Default::default(), format!("there is no promise `{name}`"))
    })
}

/// The promise and the request of a document that is one; `None` for other documents, and for requests of promises
/// that are only known by their CRD.
pub(crate) fn sub_request<'e>(
    engine: &'e Engine,
    document: &Document,
) -> Step<Option<(&'e Promise, Request)>> {
    let Some(promise) = document.serves.as_deref().and_then(|s| engine.program.promise(s)) else {
        return Ok(None);
    };
    match engine.admit(&promise.name, &document.object) {
        Ok(request) => Ok((!promise.foreign).then_some((promise, request))),
        Err(problems) => {
            let first = problems.into_iter().next();
            let (code, message) =
                first.map_or(("wrong-value", "it is no request".into()), |p| (p.code, p.message));
            let title = document.title();
            Err(Refusal::new(
                code,
                document.origin.span,
                format!("the request `{title}` is refused by `{}`: {message}", promise.name),
            ))
        }
    }
}

impl Machine<'_> {
    /// The documents of one request.
    fn promise(
        &mut self,
        engine: &Engine,
        promise: &Promise,
        request: &Request,
        room: &mut usize,
    ) -> Step<Vec<Document>> {
        let Some(graph) = engine.graph.promise(&promise.name) else { return Ok(vec![]) };
        let mut frame = self.frame(promise, request);
        let mut documents = Vec::new();
        for (index, node) in graph.nodes.iter().enumerate() {
            let mut instance = 0;
            self.node(node, &mut frame, &mut |this, frame| {
                let origin = |handle: Option<String>, instance| Origin {
                    promise: promise.name.clone(),
                    node: index,
                    instance,
                    handle,
                    span: node.span,
                };
                if let Some(parts) = this.document(&node.kind, frame, request, &origin, instance)? {
                    instance += 1;
                    documents.push(this.finish(parts, request, room)?);
                }
                Ok(())
            })?;
        }
        Ok(documents)
    }

    /// A fresh frame for a request.
    pub(crate) fn frame(&mut self, promise: &Promise, request: &Request) -> Frame {
        let mut frame: Frame = vec![None; promise.slots.max(2)];
        fill(&mut frame, SELF, Some(self_value(request)));
        fill(&mut frame, SPEC, Some(request.spec.clone()));
        frame
    }

    /// Does `work` for a node wherever its scopes lead: lets and checks at once, objects by `work`.
    pub(crate) fn node(
        &mut self,
        node: &Node,
        frame: &mut Frame,
        work: &mut dyn FnMut(&mut Self, &mut Frame) -> Step<()>,
    ) -> Step<()> {
        self.scoped(&node.scopes, frame, &mut |this, frame| match &node.kind {
            NodeKind::Let(l) => {
                let value = this.eval(&l.value, frame)?;
                fill(frame, l.slot, value);
                Ok(())
            }
            NodeKind::Check(c) => this.check(c, frame),
            NodeKind::Resource(_) | NodeKind::Request(_) => work(this, frame),
        })
    }

    fn scoped(
        &mut self,
        scopes: &[Scope],
        frame: &mut Frame,
        work: &mut dyn FnMut(&mut Self, &mut Frame) -> Step<()>,
    ) -> Step<()> {
        let Some((scope, rest)) = scopes.split_first() else { return work(self, frame) };
        match scope {
            Scope::When(condition) => match self.holds(condition, frame)? {
                true => self.scoped(rest, frame, work),
                false => Ok(()),
            },
            Scope::For(walk) => self.each(walk, frame, &mut |this, frame| this.scoped(rest, frame, work)),
            Scope::Lets(lets) => {
                for l in lets.iter() {
                    let value = self.eval(&l.value, frame)?;
                    fill(frame, l.slot, value);
                }
                self.scoped(rest, frame, work)
            }
        }
    }

    fn check(&mut self, c: &crate::check::program::Check, frame: &mut Frame) -> Step<()> {
        if self.eval(&c.condition, frame)? == Some(Value::Bool(true)) {
            return Ok(());
        }
        let message = self.there(&c.message, frame)?;
        Err(Refusal::new("refused", c.condition.span, message.as_str().unwrap_or_default()))
    }

    /// The document of a node for the slots at hand, as it is without the others; `None` for nodes that render nothing.
    pub(crate) fn alone(
        &mut self,
        node: &Node,
        frame: &mut Frame,
        request: &Request,
        origin: &Origin,
    ) -> Step<Option<Document>> {
        let of = |handle, instance| Origin { handle, instance, ..origin.clone() };
        let parts = self.document(&node.kind, frame, request, &of, origin.instance)?;
        Ok(parts.map(|parts| Document::new(parts, request, &self.program.platform)))
    }

    /// The parts of the document of a node; `None` for nodes that render nothing.
    pub(super) fn document(
        &mut self,
        kind: &NodeKind,
        frame: &mut Frame,
        request: &Request,
        origin: &dyn Fn(Option<String>, usize) -> Origin,
        instance: usize,
    ) -> Step<Option<Parts>> {
        match kind {
            NodeKind::Let(_) | NodeKind::Check(_) => Ok(None),
            NodeKind::Resource(r) => {
                let name = self.name(&r.name, frame)?;
                let namespace = r.namespace.as_ref().map(|n| self.name(n, frame)).transpose()?;
                if let Some(h) = &r.handle {
                    fill(frame, h.name_slot, Some(Value::str(name.as_str())));
                    fill(frame, h.namespace_slot, namespace.as_deref().map(Value::from));
                }
                let mut body = Map::new();
                self.entries(&r.body, &mut body, frame)?;
                let origin = origin(r.handle.as_ref().map(|h| h.name.clone()), instance);
                Ok(Some(Parts { gvk: r.gvk.clone(), name, namespace, body, serves: None, origin }))
            }
            NodeKind::Request(r) => {
                let api = self.program.promise(&r.promise).and_then(|p| p.api.as_ref());
                let Some(api) = api else { return Ok(None) };
                let name = self.name(&r.name, frame)?;
                if let Some(h) = &r.handle {
                    fill(frame, h.name_slot, Some(Value::str(name.as_str())));
                    fill(frame, h.namespace_slot, Some(Value::str(request.namespace.as_str())));
                }
                let mut metadata = Map::new();
                self.entries(&r.with, &mut metadata, frame)?;
                let spec = self.there(&r.body, frame)?;
                let body = Map::from_iter([
                    (Arc::from("metadata"), Value::map(metadata)),
                    (Arc::from("spec"), spec),
                ]);
                let gvk = Gvk {
                    group: api.group.clone(),
                    version: api.version.clone(),
                    kind: api.kind.clone(),
                    span: r.span,
                };
                let namespace = Some(request.namespace.clone());
                let origin = origin(r.handle.as_ref().map(|h| h.name.clone()), instance);
                Ok(Some(Parts { gvk, name, namespace, body, serves: Some(r.promise.clone()), origin }))
            }
        }
    }

    pub(crate) fn name(&mut self, e: &crate::check::program::Expr, frame: &mut Frame) -> Step<String> {
        let value = self.there(e, frame)?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    fn finish(&mut self, parts: Parts, request: &Request, room: &mut usize) -> Step<Document> {
        let span = parts.origin.span;
        let document = Document::new(parts, request, &self.program.platform);
        let left = ops::weight(&document.object, *room).and_then(|w| room.checked_sub(w));
        *room = left.ok_or_else(|| {
            let message =
                format!("the documents of this request are larger than {} MiB", budget::OUTPUT_BYTES >> 20);
            Refusal::new("over-budget", span, message).help("split the request, or render less of it")
        })?;
        Ok(document)
    }
}

/// `self`: the metadata and the spec of a request.
fn self_value(request: &Request) -> Value {
    let metadata = Map::from_iter([
        (Arc::from("name"), Value::str(request.name.as_str())),
        (Arc::from("namespace"), Value::str(request.namespace.as_str())),
        (Arc::from("labels"), request.labels.clone()),
        (Arc::from("annotations"), request.annotations.clone()),
    ]);
    Value::map(Map::from_iter([
        (Arc::from("metadata"), Value::map(metadata)),
        (Arc::from("spec"), request.spec.clone()),
    ]))
}
