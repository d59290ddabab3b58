//! What a pipeline may do on the cluster: what it does there, and nothing more.
//!
//! Rendering touches nothing. A deletion applies objects, waits for them and takes them away; the objects of the request that it
//! still needs stay by themselves, as Kratix removes them after the deletion's pipeline.

use std::collections::{BTreeMap, BTreeSet};

use super::{some, value};
use crate::check::program::{Entry, Expr, ExprKind, Program, Promise, Resource, SELF};
use crate::eval::Engine;
use crate::graph::{Node, NodeKind};
use crate::value::Value;

/// What applying, waiting and taking away are to Kubernetes.
const APPLY: [&str; 4] = ["create", "delete", "get", "patch"];

/// Where a right holds: in the namespace of the request, in another one, or everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Where {
    Own,
    In(String),
    Everywhere,
}

/// Rights by place and group: verbs, and the plurals they are for.
type Rights = BTreeMap<(Where, String, Vec<&'static str>), BTreeSet<String>>;

/// The permissions of the pipeline that deletes.
pub(super) fn of_deletion(program: &Program, engine: &Engine, promise: &Promise) -> Vec<Value> {
    let Some(graph) = engine.graph().promise(&promise.name) else { return vec![] };
    let mut rights = Rights::new();
    let mut granted = Vec::new();
    for resource in objects(&graph.deletion) {
        add(program, resource, &mut rights);
        // Who applies a role must hold what it grants.
        if resource.gvk.group == "rbac.authorization.k8s.io" {
            granted.extend(rules(engine, resource).into_iter().map(|r| (place(resource), r)));
        }
    }
    let mut out: Vec<Value> = rights.into_iter().map(|(key, plurals)| permission(key, plurals)).collect();
    out.extend(granted.into_iter().map(|(place, rule)| placed(rule, place)));
    out
}

fn objects(nodes: &[Node]) -> impl Iterator<Item = &Resource> {
    nodes.iter().filter_map(|n| if let NodeKind::Resource(r) = &n.kind { Some(&**r) } else { None })
}

fn add(program: &Program, r: &Resource, rights: &mut Rights) {
    let Some(kind) = program.kinds.lookup(&r.gvk.group, &r.gvk.version, &r.gvk.kind) else { return };
    let key = (place(r), r.gvk.group.clone(), APPLY.to_vec());
    rights.entry(key).or_default().insert(kind.plural.to_string());
}

/// Where an object lies, as far as it is the same for every request.
fn place(r: &Resource) -> Where {
    match &r.namespace {
        Some(Expr { kind: ExprKind::Const(Value::Str(name)), .. }) => Where::In(name.to_string()),
        Some(e) if is_own(e) => Where::Own,
        _ => Where::Everywhere,
    }
}

/// Whether it is `self.metadata.namespace`.
fn is_own(e: &Expr) -> bool {
    let ExprKind::Field { base, name } = &e.kind else { return false };
    let ExprKind::Field { base, name: metadata } = &base.kind else { return false };
    matches!(base.kind, ExprKind::Slot(SELF)) && (&**metadata, &**name) == ("metadata", "namespace")
}

/// The rules of a role that are the same for every request.
fn rules(engine: &Engine, r: &Resource) -> Vec<Value> {
    let field = r.body.iter().find_map(|e| match e {
        Entry::Field { path, value, .. } if path.first().is_some_and(|k| &**k == "rules") => Some(value),
        _ => None,
    });
    let rules = field.and_then(|e| engine.constant(e, 0).ok().flatten());
    rules.as_ref().and_then(Value::as_list).unwrap_or_default().to_vec()
}

fn permission((place, group, verbs): (Where, String, Vec<&'static str>), plurals: BTreeSet<String>) -> Value {
    let words = |all: Vec<&str>| some(all.into_iter().map(Value::from).collect());
    let rule = value([
        ("apiGroups", words(vec![group.as_str()])),
        ("resources", words(plurals.iter().map(String::as_str).collect())),
        ("verbs", words(verbs)),
    ]);
    placed(rule, place)
}

fn placed(rule: Value, place: Where) -> Value {
    let mut map = rule.as_map().cloned().unwrap_or_default();
    match place {
        Where::Own => {}
        Where::In(namespace) => drop(map.insert("resourceNamespace".into(), namespace.into())),
        Where::Everywhere => drop(map.insert("resourceNamespace".into(), "*".into())),
    }
    Value::map(map)
}
