//! Two objects of one flow that are the same object for every request: the second would overwrite the first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::symbol::{Env, Symbol};
use super::{Node, NodeKind, RenderGraph, Scope};
use crate::check::canon::{canonical, condition};
use crate::check::program::{Condition, Program, SELF, SPEC};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;
use crate::source::Span;

/// How many renderings of one flow are looked at; a flow that requests more is only checked when it is rendered.
const FLOW_LIMIT: usize = 256;

/// How many objects of one flow are looked at: no more may be rendered.
const OBJECT_LIMIT: usize = 10_000;

/// How many objects of one name, under conditions that exclude each other, one is compared with.
const MOST_COMPARED: usize = 64;

/// One object of a flow.
pub(super) struct Object {
    pub(super) group_kind: (String, String),
    pub(super) shown: String,
    pub(super) name: Symbol,
    pub(super) namespace: Option<Symbol>,
    /// The conditions around it, each by a name that is unique in the flow.
    conditions: BTreeSet<String>,
    pub(super) span: Span,
}

/// Reports every such pair, once.
pub(super) fn check(program: &Program, graph: &RenderGraph, out: &mut Vec<Diagnostic>) {
    let mut reported: BTreeSet<(Span, Span)> = BTreeSet::new();
    for promise in &program.promises {
        for same in namesakes(&objects(program, graph, &promise.name).0).into_values() {
            for (i, b) in same.iter().enumerate() {
                let before = same.iter().take(i.min(MOST_COMPARED));
                if let Some(a) = before.into_iter().find(|a| may_meet(a, b))
                    && reported.insert((a.span.min(b.span), a.span.max(b.span)))
                {
                    out.push(report(&promise.name, a, b));
                }
            }
        }
    }
}

/// What one request of a promise renders, the requests in it included; and whether that is all.
pub(super) fn objects(program: &Program, graph: &RenderGraph, promise: &str) -> (Vec<Object>, bool) {
    let mut walk = Walk { program, graph, objects: Vec::new(), visited: 0 };
    let fields = BTreeMap::from([("metadata".into(), Symbol::atom("self.metadata"))]);
    let request = Symbol::Record(Arc::new(fields));
    walk.promise(promise, request, BTreeSet::new());
    let all = walk.visited <= FLOW_LIMIT && walk.objects.len() < OBJECT_LIMIT;
    (walk.objects, all)
}

/// The objects by what names them, in the order in which they are rendered.
fn namesakes(objects: &[Object]) -> BTreeMap<String, Vec<&Object>> {
    let mut all: BTreeMap<String, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        let key = format!("{:?} {:?} {:?}", object.group_kind, object.name, object.namespace);
        all.entry(key).or_default().push(object);
    }
    all
}

/// Whether one request can render both: the conditions of one hold whenever those of the other do.
fn may_meet(a: &Object, b: &Object) -> bool {
    a.conditions.is_subset(&b.conditions) || b.conditions.is_subset(&a.conditions)
}

fn report(promise: &str, a: &Object, b: &Object) -> Diagnostic {
    let (first, second) = if a.span <= b.span { (a, b) } else { (b, a) };
    let message = match first.span == second.span {
        true => format!("a request of `{promise}` renders this `{}` twice", second.shown),
        false => format!("a request of `{promise}` renders the same `{}` twice", second.shown),
    };
    let d = Diagnostic::error("same-object", second.span, message).also(first.span, "the same object");
    d.help("an object has one owner: render it in one place, or give the two different names")
}

/// A name for a condition, the same wherever it stands in one rendering.
fn condition_name(of: &Condition, instance: &str) -> String {
    match of {
        Condition::Expr(e) => {
            let (text, negated) = condition(e);
            format!("{instance}:{negated}:{text}")
        }
        Condition::Let { value, .. } => format!("{instance}:let:{}", canonical(value)),
    }
}

struct Walk<'a> {
    program: &'a Program,
    graph: &'a RenderGraph,
    objects: Vec<Object>,
    visited: usize,
}

impl Walk<'_> {
    /// Collects what a request of `promise` renders, and the requests in it.
    fn promise(&mut self, promise: &str, request: Symbol, conditions: BTreeSet<String>) {
        self.visited += 1;
        if self.visited > FLOW_LIMIT {
            return;
        }
        let Some(graph) = self.graph.promise(promise) else { return };
        let instance = format!("{promise}@{}", self.visited);
        let mut env = Env { program: self.program, slots: BTreeMap::new(), instance };
        let spec = match &request {
            Symbol::Record(fields) => fields.get("spec").cloned(),
            Symbol::Word(_) => None,
        };
        env.slots.insert(SPEC, spec.unwrap_or_else(|| Symbol::atom(format!("{}.spec", env.instance))));
        env.slots.insert(SELF, request);
        for node in &graph.nodes {
            if self.objects.len() >= OBJECT_LIMIT {
                return;
            }
            self.node(node, &mut env, &conditions);
        }
    }

    fn node(&mut self, node: &Node, env: &mut Env<'_>, outer: &BTreeSet<String>) {
        let mut conditions = outer.clone();
        for (i, scope) in node.scopes.iter().enumerate() {
            match scope {
                Scope::When(of) => drop(conditions.insert(condition_name(of, &env.instance))),
                Scope::For(w) => drop(conditions.insert(format!("{}:{i}:{:?}", env.instance, w.over.span))),
                Scope::Lets(lets) => {
                    for l in lets.iter() {
                        env.slots.insert(l.slot, env.symbol(&l.value));
                    }
                }
            }
        }
        match &node.kind {
            NodeKind::Let(l) => drop(env.slots.insert(l.slot, env.symbol(&l.value))),
            NodeKind::Check(_) | NodeKind::File(_) | NodeKind::Destination(_) | NodeKind::Status(_) => {}
            NodeKind::Resource(r) => {
                let (name, namespace) = (env.symbol(&r.name), r.namespace.as_ref().map(|n| env.symbol(n)));
                if let Some(h) = &r.handle {
                    env.slots.insert(h.name_slot, name.clone());
                    env.slots.extend(namespace.clone().map(|n| (h.namespace_slot, n)));
                }
                let (group_kind, shown) = ((r.gvk.group.clone(), r.gvk.kind.clone()), show_gvk(&r.gvk));
                self.objects.push(Object { group_kind, shown, name, namespace, conditions, span: node.span });
            }
            NodeKind::Request(r) => self.request(r, node.span, env, conditions),
        }
    }

    fn request(
        &mut self,
        r: &crate::check::program::Request,
        span: Span,
        env: &Env<'_>,
        conditions: BTreeSet<String>,
    ) {
        let Some(api) = self.program.promise(&r.promise).and_then(|p| p.api.as_ref()) else { return };
        let name = env.symbol(&r.name);
        let own = env.slots.get(&SELF).cloned();
        let namespace = match own {
            Some(Symbol::Record(own)) => match own.get("metadata") {
                Some(Symbol::Record(metadata)) => metadata.get("namespace").cloned(),
                Some(Symbol::Word(_)) => Some(Symbol::atom("self.metadata.namespace")),
                None => None,
            },
            _ => None,
        };
        let group_kind = (api.group.clone(), api.kind.clone());
        let shown = format!("{}/{}/{}", api.group, api.version, api.kind);
        let object = Object {
            group_kind,
            shown,
            name: name.clone(),
            namespace: namespace.clone(),
            conditions: conditions.clone(),
            span,
        };
        self.objects.push(object);
        let mut metadata = BTreeMap::from([(Arc::from("name"), name)]);
        metadata.extend(namespace.map(|n| (Arc::from("namespace"), n)));
        let fields = [("metadata", Symbol::Record(Arc::new(metadata))), ("spec", env.symbol(&r.body))];
        let fields = fields.into_iter().map(|(k, v)| (Arc::from(k), v)).collect();
        let request = Symbol::Record(Arc::new(fields));
        self.promise(&r.promise, request, conditions);
    }
}
