//! A request that a rule refuses, for what a proof leaves open: what the rule looks for, put where it is open.

use super::TRIES;
use super::verdict::{self, Verdict};
use crate::check::program::Promise;
use crate::eval::Engine;
use crate::rules::prove::Open;
use crate::rules::prove::show::holes;
use crate::sample::{Samples, shrink};
use crate::source::FileId;
use crate::value::{Map, Value, json};

/// How many requests are made until one is taken.
const BASES: usize = 200;

/// What the rules look for, as JSON: texts, then objects. Made up, and no credential of anybody.
const HOSTILE: [&str; 9] = [
    r#""apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n""#,
    r#""spec: {template: {spec: {hostNetwork: true}}}\nhostNetwork: true\n""#,
    r#""https://user:x1y2z3w4@example.org""#,
    r#""example.org/mine""#,
    r#"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}"#,
    r#"{"hostNetwork": true}"#,
    r#"{"password": "x1y2z3w4"}"#,
    r#"{"helm.sh/resource-policy": "keep"}"#,
    r#"{"app.kubernetes.io/managed-by": "somebody"}"#,
];

/// Looks for requests of one promise that a rule refuses.
pub struct Witnesses<'e> {
    engine: &'e Engine,
    promise: &'e Promise,
    /// A small request that is rendered, if one was found.
    base: Option<Value>,
}

impl<'e> Witnesses<'e> {
    /// For a promise; finds a request that is rendered, which takes most of the time.
    pub fn of(engine: &'e Engine, promise: &'e Promise) -> Witnesses<'e> {
        Witnesses { engine, promise, base: base(engine, promise) }
    }

    /// The name of the promise.
    pub fn promise(&self) -> &str {
        &self.promise.name
    }

    /// The smallest request that was found which `rule` refuses, because of what one of `open` may be; `None` if none was
    /// found.
    pub fn find(&self, rule: &str, open: &[Open]) -> Option<Value> {
        let base = self.base.as_ref()?;
        let refused = |request: &Value| {
            verdict::of(self.engine, &self.promise.name, request)
                .is_some_and(|(group, _)| group.verdict == Verdict::Rule && group.code == rule)
        };
        let places: Vec<&str> =
            holes(open).into_iter().map(|hole| hole.split_once(": ").map_or(hole, |(p, _)| p)).collect();
        let hostile = |text: &&str| json::read(FileId::default(), text).ok().map(|node| node.to_value());
        let hostile: Vec<Value> = HOSTILE.iter().filter_map(hostile).collect();
        let mut tried = places.iter().flat_map(|p| hostile.iter().filter_map(|v| filled(base, p, v.clone())));
        tried.find(refused).map(|request| shrink(&request, TRIES, refused))
    }
}

/// A small request that is rendered.
fn base(engine: &Engine, promise: &Promise) -> Option<Value> {
    let taken = |request: &Value| verdict::of(engine, &promise.name, request).is_none();
    let request = Samples::new(promise.api.as_ref()?, 0).take(BASES).find(taken)?;
    Some(shrink(&request, TRIES, taken))
}

/// The request with `value` at a place like `spec.a.b`, `spec.list[]` or `spec.map[…]`.
fn filled(request: &Value, place: &str, value: Value) -> Option<Value> {
    let (path, inner) = place.split_once('[').map_or((place, None), |(path, rest)| (path, Some(rest)));
    let value = match inner {
        None => value,
        Some("]") => Value::list(vec![value]),
        Some("…]") => Value::map(Map::from_iter([("note".into(), value)])),
        Some(_) => return None,
    };
    let keys: Vec<&str> = path.split('.').collect();
    (keys.first() == Some(&"spec")).then(|| put(request, &keys, value))
}

fn put(of: &Value, keys: &[&str], value: Value) -> Value {
    let Some((key, rest)) = keys.split_first() else { return value };
    let mut map = of.as_map().cloned().unwrap_or_default();
    let inner = put(map.get(*key).unwrap_or(&Value::Null), rest, value);
    map.insert((*key).into(), inner);
    Value::map(map)
}
