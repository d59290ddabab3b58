//! Where a produced value came from. Nothing is recorded while rendering: when somebody asks, the request is evaluated
//! again up to the document, and the path is followed through the expressions that made it.

use std::sync::Arc;

use super::machine::{Frame, Machine, Step, fill};
use super::{Document, Engine, File, Origin, Phase};
use crate::check::program::{Builtin, Condition, Entry, Expr, ExprKind, FunctionBody, Item, Walk};
use crate::graph::NodeKind;
use crate::request::Request;
use crate::source::Span;
use crate::value::path::{Path, Step as PathStep};
use crate::value::{Value, ops};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text of the program that made it.
    pub span: Span,
    /// The field of the request that it was copied from, if it was.
    pub request: Option<Path>,
}

impl Engine {
    /// Where the value at `path` of `document` came from; the whole resource for what the engine itself adds.
    ///
    /// `document` is one that this engine rendered for `request`.
    pub fn place_of(&self, request: &Request, document: &Document, path: &Path) -> Place {
        let whole = Place { span: document.origin.span, request: None };
        if document.is_stamped(path) {
            return whole;
        }
        self.trace(request, &document.origin, path).unwrap_or(whole)
    }

    /// Where the value at `path` of the content of `file` came from; the whole form if nothing made it.
    pub fn place_in_file(&self, request: &Request, file: &File, path: &Path) -> Place {
        let whole = Place { span: file.origin.span, request: None };
        self.trace(request, &file.origin, path).unwrap_or(whole)
    }

    /// Where the value at `path` of the status of a request came from; the whole form if nothing made it.
    pub fn place_in_status(&self, promise: &str, request: &Request, path: &Path) -> Option<Place> {
        let nodes = self.nodes(promise, Phase::Render);
        let node = nodes.iter().position(|n| matches!(n.kind, NodeKind::Status(_)))?;
        let span = nodes.get(node)?.span;
        let (promise, phase) = (promise.to_owned(), Phase::Render);
        let origin = Origin { promise, phase, node, instance: 0, handle: None, span };
        Some(self.trace(request, &origin, path).unwrap_or(Place { span, request: None }))
    }

    /// Evaluates once more up to what came from `origin`, and follows the path through what made it.
    fn trace(&self, request: &Request, origin: &Origin, path: &Path) -> Option<Place> {
        let promise = self.program.promise(&origin.promise)?;
        let nodes = self.nodes(&promise.name, origin.phase);
        let mut machine = Machine::new(&self.program, &self.globals);
        let mut frame = machine.frame(promise, request);
        let mut found = None;
        for (index, node) in nodes.iter().enumerate().take(origin.node + 1) {
            let mut instance = 0;
            let done = machine.node(node, &mut frame, &mut |machine, frame| {
                if index == origin.node && instance == origin.instance {
                    let mut tracer = Tracer { machine, graph: nodes };
                    found = tracer.node(&node.kind, &path.0, frame);
                }
                instance += 1;
                Ok(())
            });
            if done.is_err() {
                break;
            }
        }
        found
    }
}

/// Whether a path leads to something in a value, be it within a text that was made of an object.
fn reaches(value: &Value, path: &[PathStep]) -> bool {
    let to_text = |n: usize| matches!(path.get(..n).and_then(|p| ops::at(value, p)), Some(Value::Str(_)));
    ops::at(value, path).is_some() || (0..path.len()).any(to_text)
}

struct Tracer<'m, 'p, 'g> {
    machine: &'m mut Machine<'p>,
    graph: &'g [crate::graph::Node],
}

impl Tracer<'_, '_, '_> {
    fn node(&mut self, kind: &NodeKind, path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let key = |i: usize| match path.get(i) {
            Some(PathStep::Key(k)) => Some(&**k),
            _ => None,
        };
        match kind {
            NodeKind::Resource(r) => match (key(0), key(1)) {
                (Some("apiVersion" | "kind"), _) => Some(Place { span: r.gvk.span, request: None }),
                (Some("metadata"), Some("name")) => self.expr(&r.name, path.get(2..)?, frame),
                (Some("metadata"), Some("namespace")) => {
                    self.expr(r.namespace.as_ref()?, path.get(2..)?, frame)
                }
                _ => self.entries(&r.body, path, frame),
            },
            NodeKind::Request(r) => match (key(0), key(1)) {
                (Some("spec"), _) => self.expr(&r.body, path.get(1..)?, frame),
                (Some("metadata"), Some("name")) => self.expr(&r.name, path.get(2..)?, frame),
                (Some("metadata"), _) => self.entries(&r.with, path.get(1..)?, frame),
                _ => None,
            },
            NodeKind::File(f) => self.expr(&f.body, path, frame),
            NodeKind::Status(s) => self.entries(&s.body, path, frame),
            NodeKind::Let(_) | NodeKind::Check(_) | NodeKind::Destination(_) => None,
        }
    }

    /// The entry that made what stands at `path`; of several the last, which is the one that stayed.
    fn entries(&mut self, entries: &[Entry], path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let Some(PathStep::Key(_)) = path.first() else { return None };
        entries.iter().rev().find_map(|e| self.entry(e, path, frame))
    }

    fn entry(&mut self, entry: &Entry, path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        match entry {
            Entry::Field { path: keys, key_span, value } => {
                let matching =
                    keys.iter().zip(path).take_while(|(k, step)| matches!(step, PathStep::Key(p) if p == *k));
                let n = matching.count();
                if n < keys.len() && n < path.len() {
                    return None;
                }
                if n < keys.len() {
                    // The path ends within the key: an object that this entry, among others, made.
                    return Some(Place { span: *key_span, request: None });
                }
                self.machine.eval(value, frame).ok().flatten()?;
                self.expr(value, path.get(n..)?, frame)
            }
            Entry::Computed { key, value } => {
                let k = self.machine.eval(key, frame).ok().flatten()?;
                let Some(PathStep::Key(first)) = path.first() else { return None };
                (k.as_str() == Some(&**first)).then(|| self.expr(value, path.get(1..)?, frame))?
            }
            Entry::When { condition, entries } => {
                let holds = self.machine.holds(condition, frame).ok()?;
                holds.then(|| self.entries(entries, path, frame))?
            }
            Entry::For { walk, entries } => {
                self.walk(walk, frame, |this, frame| this.entries(entries, path, frame))
            }
        }
    }

    /// Does `find` for each item until it finds something.
    fn walk(
        &mut self,
        walk: &Walk,
        frame: &mut Frame,
        mut find: impl FnMut(&mut Self, &mut Frame) -> Option<Place>,
    ) -> Option<Place> {
        let over = self.machine.eval(&walk.over, frame).ok().flatten()?;
        let items: Vec<(Option<Value>, Value)> = match over {
            Value::List(items) => items.iter().map(|v| (None, v.clone())).collect(),
            Value::Map(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_by(|a, b| a.0.cmp(b.0));
                entries.into_iter().map(|(k, v)| (Some(Value::Str(Arc::clone(k))), v.clone())).collect()
            }
            _ => return None,
        };
        for (key, item) in items {
            if let Some(slot) = walk.key {
                fill(frame, slot, key);
            }
            fill(frame, walk.item, Some(item));
            if let Some(place) = find(self, frame) {
                return Some(place);
            }
        }
        None
    }

    /// Where the value at `path` within the value of `e` came from.
    fn expr(&mut self, e: &Expr, path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let value = self.machine.eval(e, frame).ok().flatten()?;
        if !reaches(&value, path) {
            return None;
        }
        let here = Place { span: e.span, request: self.request_path(e, path) };
        if here.request.is_some() {
            return Some(here);
        }
        let deeper = match &e.kind {
            ExprKind::Slot(slot) => self.slot(*slot, path, frame),
            ExprKind::Global(id) => self.global(*id, path),
            ExprKind::Field { base, name } => self.expr(base, &prefixed(name, path), frame),
            ExprKind::Object(entries) if !path.is_empty() => self.entries(entries, path, frame),
            ExprKind::List(items) => self.item(items, path, frame),
            ExprKind::Cast { value, .. } => self.expr(value, path, frame),
            ExprKind::If { condition, then, otherwise } => {
                match self.machine.eval(condition, frame).ok()? == Some(Value::Bool(true)) {
                    true => self.expr(then, path, frame),
                    false => self.expr(otherwise.as_deref()?, path, frame),
                }
            }
            ExprKind::Match { subject, arms } => {
                let value = self.machine.eval(subject, frame).ok().flatten()?;
                let hit = arms
                    .iter()
                    .find(|a| a.patterns.is_empty() || a.patterns.iter().any(|l| l.value() == value))?;
                self.expr(&hit.value, path, frame)
            }
            ExprKind::Binary { op: crate::check::program::BinaryOp::Coalesce, left, right } => {
                match self.machine.eval(left, frame).ok()?.is_some() {
                    true => self.expr(left, path, frame),
                    false => self.expr(right, path, frame),
                }
            }
            ExprKind::Builtin { builtin: Builtin::Yaml | Builtin::Json, args } if !path.is_empty() => {
                self.expr(args.first()?, path, frame)
            }
            ExprKind::Builtin { builtin: Builtin::Merge, args } => self.merge(args, path, frame),
            ExprKind::Call { function, args } => self.call(*function, args, path, frame),
            _ => None,
        };
        deeper.or(Some(here))
    }

    /// The path in the request that `e` reads, if it reads nothing else.
    fn request_path(&self, e: &Expr, path: &[PathStep]) -> Option<Path> {
        let mut steps = base_path(e)?;
        steps.extend(path.iter().cloned());
        Some(Path(steps))
    }

    fn slot(&mut self, slot: usize, path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let graph = self.graph;
        let lets = graph.iter().find_map(|n| match &n.kind {
            NodeKind::Let(l) if l.slot == slot => Some(&l.value),
            _ => n.scopes.iter().find_map(|s| match s {
                crate::graph::Scope::Lets(lets) => lets.iter().find(|l| l.slot == slot).map(|l| &l.value),
                crate::graph::Scope::When(condition) => match &**condition {
                    Condition::Let { slot: s, value } if *s == slot => Some(value),
                    _ => None,
                },
                crate::graph::Scope::For(_) => None,
            }),
        });
        self.expr(lets?, path, frame)
    }

    fn global(&mut self, id: usize, path: &[PathStep]) -> Option<Place> {
        let global = self.machine.program.globals.get(id)?;
        let mut frame = vec![None; global.slots];
        let value = &global.value;
        self.expr(value, path, &mut frame)
    }

    fn item(&mut self, items: &[Item], path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let Some(PathStep::Index(wanted)) = path.first() else { return None };
        let mut left = *wanted;
        let rest = path.get(1..)?;
        items.iter().find_map(|i| self.one_item(i, &mut left, rest, frame))
    }

    /// Counts down `left` over the values that an item gives; the place of the one at 0.
    fn one_item(
        &mut self,
        item: &Item,
        left: &mut usize,
        rest: &[PathStep],
        frame: &mut Frame,
    ) -> Option<Place> {
        match item {
            Item::Expr(e) => {
                self.machine.eval(e, frame).ok().flatten()?;
                if *left == 0 {
                    return self.expr(e, rest, frame);
                }
                *left -= 1;
                None
            }
            Item::Spread(e) => {
                let Value::List(items) = self.machine.eval(e, frame).ok().flatten()? else { return None };
                if *left < items.len() {
                    let path: Vec<PathStep> =
                        std::iter::once(PathStep::Index(*left)).chain(rest.iter().cloned()).collect();
                    return self.expr(e, &path, frame);
                }
                *left -= items.len();
                None
            }
            Item::When(condition, item) => {
                let holds = self.machine.holds(condition, frame).ok()?;
                holds.then(|| self.one_item(item, left, rest, frame))?
            }
            Item::For(walk, item) => {
                self.walk(walk, frame, |this, frame| this.one_item(item, left, rest, frame))
            }
        }
    }

    /// The right side if the path exists in it, otherwise the left.
    fn merge(&mut self, args: &[Expr], path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let [left, right] = args else { return None };
        let value: Step<Option<Value>> = self.machine.eval(right, frame);
        let found = value.ok().flatten().is_some_and(|v| exists(&v, path));
        match found && !path.is_empty() {
            true => self.expr(right, path, frame),
            false => self.expr(left, path, frame),
        }
    }

    fn call(&mut self, id: usize, args: &[Expr], path: &[PathStep], frame: &mut Frame) -> Option<Place> {
        let function = self.machine.program.functions.get(id)?;
        let FunctionBody::Expr { value, slots } = &*function.body else { return None };
        let mut inner: Frame = Vec::new();
        for arg in args {
            inner.push(self.machine.eval(arg, frame).ok()?);
        }
        inner.resize((*slots).max(inner.len()), None);
        if let ExprKind::Slot(slot) = value.kind
            && let Some(arg) = args.get(slot)
        {
            return self.expr(arg, path, frame);
        }
        let mut inner_tracer = Tracer { machine: self.machine, graph: &[] };
        inner_tracer.expr(value, path, &mut inner)
    }
}

/// The steps that `e` takes into the request, if it starts there.
fn base_path(e: &Expr) -> Option<Vec<PathStep>> {
    match &e.kind {
        ExprKind::Slot(crate::check::program::SELF) => Some(vec![]),
        ExprKind::Slot(crate::check::program::SPEC) => Some(vec![PathStep::Key("spec".into())]),
        ExprKind::Field { base, name } => {
            let mut steps = base_path(base)?;
            steps.push(PathStep::Key(Arc::clone(name)));
            Some(steps)
        }
        ExprKind::Index { base, index } => {
            let mut steps = base_path(base)?;
            match &index.kind {
                ExprKind::Const(Value::Str(k)) => steps.push(PathStep::Key(Arc::clone(k))),
                ExprKind::Const(Value::Int(i)) => steps.push(PathStep::Index(usize::try_from(*i).ok()?)),
                _ => return None,
            }
            Some(steps)
        }
        _ => None,
    }
}

fn prefixed(name: &Arc<str>, path: &[PathStep]) -> Vec<PathStep> {
    std::iter::once(PathStep::Key(Arc::clone(name))).chain(path.iter().cloned()).collect()
}

fn exists(value: &Value, path: &[PathStep]) -> bool {
    ops::at(value, path).is_some()
}
