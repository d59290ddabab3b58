//! A request that a rule refuses, for what a proof leaves open: what the rule looks for, put where it is open.

use super::TRIES;
use super::verdict::{self, Verdict};
use crate::check::program::Promise;
use crate::eval::Engine;
use crate::rules::prove::Open;
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

/// The smallest request that was found which `rule` refuses, because of what one of `open` may be; `None` if none was found.
pub fn witness(engine: &Engine, promise: &Promise, rule: &str, open: &[Open]) -> Option<Value> {
    let base = base(engine, promise)?;
    let refused = |request: &Value| {
        verdict::of(engine, &promise.name, request)
            .is_some_and(|(group, _)| group.verdict == Verdict::Rule && group.code == rule)
    };
    let mut seen = Vec::new();
    for open in open {
        let place = open.hole.split(": ").next().unwrap_or_default();
        if seen.contains(&place) {
            continue;
        }
        seen.push(place);
        for text in HOSTILE {
            let hostile = json::read(FileId::default(), text).ok()?.to_value();
            let made = filled(&base, place, hostile).filter(|request| refused(request));
            if let Some(request) = made {
                return Some(shrink(&request, TRIES, refused));
            }
        }
    }
    None
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
