//! A request becomes documents, and with its sub-requests a flow.

use std::sync::Arc;

use super::document::{Document, Origin, Parts, Phase};
use super::machine::{Frame, Machine, Step, fill};
use super::output::{File, Selectors};
use super::{Engine, Refusal, budget};
use crate::check::program::{Gvk, Handle, Promise, SELF, SPEC};
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
    /// The pipeline that renders them; names are identity in Kratix' state store.
    pub pipeline: String,
    /// Where documents go, and files without a destination of their own.
    pub destination: Selectors,
    /// Its files that are no objects, in the order of the promise.
    pub files: Vec<File>,
    /// What its status tells, if the promise says: an object.
    pub status: Option<Value>,
    /// What its deletion will make, what others need first.
    pub deletion: Vec<Document>,
}

impl Rendering {
    /// Of a request, with nothing in it yet.
    pub(crate) fn new(promise: &Promise, request: &Request) -> Rendering {
        Rendering {
            promise: promise.name.clone(),
            request: request.clone(),
            documents: vec![],
            pipeline: promise.rendering_pipeline().to_owned(),
            destination: Selectors::default(),
            files: vec![],
            status: None,
            deletion: vec![],
        }
    }
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
    let rendering = machine.promise(engine, promise, request, &mut room)?;
    for document in &rendering.documents {
        sub_request(engine, document)?;
    }
    Ok(rendering)
}

/// Renders what the deletion of a request makes: its documents, and nothing else. What only rendering needs cannot keep a
/// request from being deleted: checks of the promise and lets that the deletion does not name are left out.
///
/// # Errors
/// Why the promise refuses it.
pub fn render_deletion(engine: &Engine, promise: &str, request: &Request) -> Result<Rendering, Box<Refusal>> {
    let promise = find(engine, promise)?;
    let mut rendering = Rendering::new(promise, request);
    let mut machine = Machine::new(&engine.program, &engine.globals);
    rendering.documents = machine.deletion(engine, promise, request, &mut { budget::OUTPUT_BYTES })?;
    Ok(rendering)
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
        let rendering = machine.promise(engine, promise, &request, &mut room).map_err(|r| match from {
            Some(span) => {
                r.through(span, format!("rendering the request `{}` of `{}`", request.name, promise.name))
            }
            None => r,
        })?;
        count += rendering.documents.len() + rendering.files.len();
        if count > budget::DOCUMENTS {
            let message = format!("this flow has more than {} documents", budget::DOCUMENTS);
            return Err(Refusal::new("over-budget", promise.span, message));
        }
        for document in &rendering.documents {
            open.extend(sub_request(engine, document)?.map(|(p, r)| (p, r, Some(document.origin.span))));
        }
        renderings.push(rendering);
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
    /// All that one request renders.
    fn promise(
        &mut self,
        engine: &Engine,
        promise: &Promise,
        request: &Request,
        room: &mut usize,
    ) -> Step<Rendering> {
        let mut rendering = Rendering::new(promise, request);
        rendering.destination = self.selectors(promise)?;
        let mut frame = self.frame(promise, request);
        for (index, node) in engine.nodes(&promise.name, Phase::Render).iter().enumerate() {
            let mut instance = 0;
            self.node(node, &mut frame, &mut |this, frame| {
                let origin = origin(promise, Phase::Render, index, instance, node);
                instance += 1;
                match &node.kind {
                    NodeKind::File(f) => {
                        let file = this.file(f, &rendering.files, origin, frame, room)?;
                        rendering.files.push(file);
                    }
                    NodeKind::Destination(d) => {
                        rendering.destination.chosen = this.chosen(d, &rendering.destination.fixed, frame)?;
                    }
                    NodeKind::Status(s) => {
                        let mut status = Map::new();
                        this.entries(&s.body, &mut status, frame)?;
                        rendering.status = Some(Value::map(status));
                    }
                    kind => rendering.documents.extend(this.object(kind, frame, request, origin, room)?),
                }
                Ok(())
            })?;
        }
        rendering.deletion = self.deletion(engine, promise, request, room)?;
        Ok(rendering)
    }

    /// The documents of a deletion.
    pub(crate) fn deletion(
        &mut self,
        engine: &Engine,
        promise: &Promise,
        request: &Request,
        room: &mut usize,
    ) -> Step<Vec<Document>> {
        let nodes = engine.nodes(&promise.name, Phase::Delete);
        let mut documents = Vec::new();
        if nodes.is_empty() {
            return Ok(documents);
        }
        let mut frame = self.frame(promise, request);
        for (index, node) in nodes.iter().enumerate() {
            let mut instance = 0;
            self.node(node, &mut frame, &mut |this, frame| {
                let origin = origin(promise, Phase::Delete, index, instance, node);
                instance += 1;
                documents.extend(this.object(&node.kind, frame, request, origin, room)?);
                Ok(())
            })?;
        }
        Ok(documents)
    }

    /// The document of a node; `None` for nodes that make none.
    fn object(
        &mut self,
        kind: &NodeKind,
        frame: &mut Frame,
        request: &Request,
        origin: Origin,
        room: &mut usize,
    ) -> Step<Option<Document>> {
        let parts = self.document(kind, frame, request, origin)?;
        parts.map(|parts| self.finish(parts, request, room)).transpose()
    }

    /// A fresh frame for a request.
    pub(crate) fn frame(&mut self, promise: &Promise, request: &Request) -> Frame {
        let mut frame: Frame = vec![None; promise.slots.max(2)];
        fill(&mut frame, SELF, Some(super::request_value(request)));
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
            _ => work(this, frame),
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
        let parts = self.document(&node.kind, frame, request, origin.clone())?;
        Ok(parts.map(|parts| Document::new(parts, request, &self.program.platform)))
    }

    /// The parts of the document of a node; `None` for nodes that render nothing.
    pub(super) fn document(
        &mut self,
        kind: &NodeKind,
        frame: &mut Frame,
        request: &Request,
        origin: Origin,
    ) -> Step<Option<Parts>> {
        let named = |handle: &Option<Handle>| handle.as_ref().map(|h| h.name.clone());
        match kind {
            NodeKind::Resource(r) => {
                let name = self.name(&r.name, frame)?;
                let namespace = r.namespace.as_ref().map(|n| self.name(n, frame)).transpose()?;
                if let Some(h) = &r.handle {
                    fill(frame, h.name_slot, Some(Value::str(name.as_str())));
                    fill(frame, h.namespace_slot, namespace.as_deref().map(Value::from));
                }
                let mut body = Map::new();
                self.entries(&r.body, &mut body, frame)?;
                let origin = Origin { handle: named(&r.handle), ..origin };
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
                let origin = Origin { handle: named(&r.handle), ..origin };
                Ok(Some(Parts { gvk, name, namespace, body, serves: Some(r.promise.clone()), origin }))
            }
            _ => Ok(None),
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

fn origin(promise: &Promise, phase: Phase, node: usize, instance: usize, of: &Node) -> Origin {
    Origin { promise: promise.name.clone(), phase, node, instance, handle: None, span: of.span }
}
