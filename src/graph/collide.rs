//! Two objects of one flow that are the same object for every request: the second would overwrite the first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::symbol::{Env, Symbol};
use super::{Node, NodeKind, RenderGraph, Scope};
use crate::check::canon::{canonical, condition};
use crate::check::program::{Program, SELF, SPEC};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;
use crate::source::Span;

/// How many renderings of one flow are looked at; a flow that requests more is only checked when it is rendered.
const FLOW_LIMIT: usize = 256;

/// One object of a flow.
struct Object {
    group_kind: (String, String),
    shown: String,
    name: Symbol,
    namespace: Option<Symbol>,
    /// The conditions around it, each by a name that is unique in the flow.
    conditions: BTreeSet<String>,
    span: Span,
}

/// Reports every such pair, once.
pub(super) fn check(program: &Program, graph: &RenderGraph, out: &mut Vec<Diagnostic>) {
    let mut reported: BTreeSet<(Span, Span)> = BTreeSet::new();
    for promise in &program.promises {
        let mut walk = Walk { program, graph, objects: Vec::new(), visited: 0 };
        let request = Symbol::Record(BTreeMap::from([("metadata".into(), Symbol::atom("self.metadata"))]));
        walk.promise(&promise.name, request, BTreeSet::new());
        for (i, a) in walk.objects.iter().enumerate() {
            for b in walk.objects.iter().skip(i + 1).filter(|b| same(a, b)) {
                if reported.insert((a.span.min(b.span), a.span.max(b.span))) {
                    out.push(report(&promise.name, a, b));
                }
            }
        }
    }
}

fn same(a: &Object, b: &Object) -> bool {
    let comparable = a.conditions.is_subset(&b.conditions) || b.conditions.is_subset(&a.conditions);
    comparable && a.group_kind == b.group_kind && a.name == b.name && a.namespace == b.namespace
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
            self.node(node, &mut env, &conditions);
        }
    }

    fn node(&mut self, node: &Node, env: &mut Env<'_>, outer: &BTreeSet<String>) {
        let mut conditions = outer.clone();
        for (i, scope) in node.scopes.iter().enumerate() {
            match scope {
                Scope::When(crate::check::program::Condition::Expr(e)) => {
                    let (text, negated) = condition(e);
                    conditions.insert(format!("{}:{negated}:{text}", env.instance));
                }
                Scope::When(crate::check::program::Condition::Let { value, .. }) => {
                    conditions.insert(format!("{}:let:{}", env.instance, canonical(value)));
                }
                Scope::For(w) => drop(conditions.insert(format!("{}:{i}:{:?}", env.instance, w.over.span))),
                Scope::Let(l) => drop(env.slots.insert(l.slot, env.symbol(&l.value))),
            }
        }
        match &node.kind {
            NodeKind::Let(l) => drop(env.slots.insert(l.slot, env.symbol(&l.value))),
            NodeKind::Check(_) => {}
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
            Some(Symbol::Record(mut own)) => match own.remove("metadata") {
                Some(Symbol::Record(mut metadata)) => metadata.remove("namespace"),
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
        let fields = [("metadata", Symbol::Record(metadata)), ("spec", env.symbol(&r.body))];
        let request = Symbol::Record(fields.into_iter().map(|(k, v)| (Arc::from(k), v)).collect());
        self.promise(&r.promise, request, conditions);
    }
}
