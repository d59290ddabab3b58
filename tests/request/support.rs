//! Apis and values for tests, from YAML.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value as Json;
use vow::check::api::{Api, ApiRecord, ApiType, Shape};
use vow::check::openapi::api_from_crd;
use vow::check::types::{Class, IntRange, Type};
use vow::request::Problem;
use vow::value::Value;

/// A value of JSON as one of ours, keys in the order in which they come.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap()), Value::Int),
        Json::String(s) => Value::str(s.as_str()),
        Json::Array(items) => Value::list(items.iter().map(value).collect()),
        Json::Object(entries) => {
            Value::map(entries.iter().map(|(k, v)| (k.as_str().into(), value(v))).collect())
        }
    }
}

/// One of our values as JSON.
pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i).into(),
        Value::Float(f) => (*f).into(),
        Value::Str(s) => (**s).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => entries.iter().map(|(k, v)| (k.to_string(), json(v))).collect(),
    }
}

/// One of our values as text, keys in their order.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entry = |(k, v): (&Arc<str>, &Value)| format!("{k}: {}", text(v));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        scalar => json(scalar).to_string(),
    }
}

/// Our value in a document of YAML, keys in the order of the document.
pub(crate) fn yaml_value(yaml: &serde_yaml::Value) -> Value {
    match yaml {
        serde_yaml::Value::Sequence(items) => Value::list(items.iter().map(yaml_value).collect()),
        serde_yaml::Value::Mapping(entries) => {
            let entry = |(k, v): (&serde_yaml::Value, &serde_yaml::Value)| {
                (k.as_str().expect("a key is a text").into(), yaml_value(v))
            };
            Value::map(entries.iter().map(entry).collect())
        }
        scalar => value(&serde_json::to_value(scalar).unwrap()),
    }
}

/// All documents of a YAML text.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let all = serde_yaml::Deserializer::from_str(text);
    all.map(|d| yaml_value(&serde::Deserialize::deserialize(d).unwrap())).collect()
}

/// An object of these entries, in their order.
pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
}

/// A definition of `Thing` with `schema` for its `spec`.
pub(crate) fn definition(schema: Value) -> Value {
    let object = || ("type", "object".into());
    let root = map([object(), ("properties", map([("spec", schema)]))]);
    let version = map([
        ("name", "v1".into()),
        ("served", true.into()),
        ("storage", true.into()),
        ("schema", map([("openAPIV3Schema", root)])),
    ]);
    let spec = map([
        ("group", "example.org".into()),
        ("scope", "Namespaced".into()),
        ("names", map([("plural", "things".into()), ("kind", "Thing".into())])),
        ("versions", Value::list(vec![version])),
    ]);
    map([("kind", "CustomResourceDefinition".into()), ("spec", spec)])
}

/// The api `Thing` with `schema` for its `spec`.
pub(crate) fn api(schema: Value) -> Api {
    api_from_crd(&definition(schema)).unwrap()
}

/// A request for a `Thing`.
pub(crate) fn thing(spec: Value) -> Value {
    let metadata = map([("name", "one".into())]);
    map([
        ("apiVersion", "example.org/v1".into()),
        ("kind", "Thing".into()),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

/// Makes the type at `path` (`a.b`, `*` for items) `ty via` what it is.
pub(crate) fn refine(api: &mut Api, path: &str, ty: Type) {
    api.spec.change(|spec| refine_in(spec, path, ty));
}

fn refine_in(spec: &mut ApiRecord, path: &str, ty: Type) {
    let mut steps = path.split('.');
    let first = steps.next().unwrap();
    let field = spec.fields.iter_mut().find(|f| &*f.name == first);
    let mut at: &mut ApiType = &mut field.unwrap_or_else(|| panic!("no field {first}")).ty;
    for step in steps {
        at = match &mut at.shape {
            Shape::List(item) | Shape::Map(item) if step == "*" => item,
            Shape::Record(r) => &mut r.fields.iter_mut().find(|f| &*f.name == step).unwrap().ty,
            _ => panic!("nothing below {step} in {path}"),
        };
    }
    at.refined = Some(ty);
}

/// The type that is written `name`, of the few that the tables use.
pub(crate) fn named_type(name: &str) -> Type {
    if let Some(class) = Class::named(name) {
        return Type::class(class);
    }
    match name {
        "Port" => Type::Int(IntRange { lo: Some(1), hi: Some(65535) }),
        "[DnsLabel]" => Type::list(Type::class(Class::DnsLabel)),
        other => panic!("no type {other}"),
    }
}

/// Problems as the tables show them.
pub(crate) fn show(problems: &[Problem]) -> String {
    let show = |p: &Problem| {
        let at_key = if p.at_key { " (key)" } else { "" };
        let help = p.help.iter().map(|h| format!("  {h}\n")).collect::<String>();
        format!("{} {}{at_key}\n  {}\n{help}", p.code, p.path, p.message)
    };
    problems.iter().map(show).collect()
}

/// The shared folder, if it is there.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("VOW_SHARED").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}
