//! An api as a structural OpenAPI v3 schema.

use std::sync::Arc;

use super::object;
use crate::check::api::{Api, ApiRecord, ApiType, Rule, Shape};
use crate::check::types::{IntRange, Str, Type};
use crate::value::{Map, Value};

/// The schema of a whole request.
pub(super) fn root(api: &Api) -> Value {
    let status = object([
        ("type", Some("object".into())),
        ("x-kubernetes-preserve-unknown-fields", Some(true.into())),
        ("properties", api.status.as_ref().map(properties)),
    ]);
    let spec = ruled(record(&api.spec), api, false);
    let properties = object([("spec", Some(spec)), ("status", Some(status))]);
    // `spec` itself is not required, as in the definitions that platforms have today: a cluster would take fewer requests
    // than before. One that lacks it is refused when it is rendered, field by field.
    let root = object([
        ("type", Some("object".into())),
        ("description", api.docs.as_deref().map(Value::from)),
        ("properties", Some(properties)),
    ]);
    ruled(root, api, true)
}

/// A schema with the rules that stand at the root, or at `spec`.
fn ruled(schema: Value, api: &Api, whole: bool) -> Value {
    let rule = |rule: &Rule| {
        object([
            ("rule", Some(rule.rule.as_str().into())),
            ("message", rule.message.as_deref().map(Value::from)),
            ("messageExpression", rule.message_expression.as_deref().map(Value::from)),
        ])
    };
    let rules: Vec<Value> = api.rules.iter().filter(|rule| rule.whole == whole).map(rule).collect();
    match schema {
        Value::Map(mut entries) if !rules.is_empty() => {
            Arc::make_mut(&mut entries).insert("x-kubernetes-validations".into(), Value::list(rules));
            Value::Map(entries)
        }
        schema => schema,
    }
}

fn shape(ty: &ApiType) -> Value {
    match &ty.shape {
        Shape::Scalar(ty) => scalar(ty),
        Shape::List(item) => list(shape(item)),
        Shape::Map(item) => map(shape(item)),
        Shape::Record(fields) => record(fields),
        Shape::Object => free_form(),
    }
}

fn record(record: &ApiRecord) -> Value {
    let required = record.fields.iter().filter(|field| field.is_required());
    let required: Vec<Value> = required.map(|field| Value::Str(field.name.clone())).collect();
    object([
        ("type", Some("object".into())),
        ("required", (!required.is_empty()).then(|| Value::list(required))),
        ("properties", Some(properties(record))),
    ])
}

fn properties(record: &ApiRecord) -> Value {
    let properties = record.fields.iter().map(|field| {
        let docs = field.docs.as_deref().map(Value::from);
        (field.name.clone(), described(shape(&field.ty), docs, field.default.clone()))
    });
    Value::map(properties.collect())
}

/// The schema of a field: its type first, then what it is, its default, and its limits.
fn described(schema: Value, docs: Option<Value>, default: Option<Value>) -> Value {
    let Value::Map(entries) = &schema else { return schema };
    let (ty, limits): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| &***key == "type");
    let entry = |(key, value): (&Arc<str>, &Value)| (key.clone(), value.clone());
    let mut all: Map = ty.into_iter().map(entry).collect();
    all.extend(docs.map(|docs| ("description".into(), docs)));
    all.extend(default.map(|default| ("default".into(), default)));
    all.extend(limits.into_iter().map(entry));
    Value::map(all)
}

fn scalar(ty: &Type) -> Value {
    match ty {
        Type::Bool => typed("boolean"),
        Type::Int(range) => integer(*range),
        Type::Number => typed("number"),
        Type::Str(text) => string(text),
        Type::Literals(set) => object([
            ("type", base(&ty.widen()).map(Value::from)),
            ("enum", Some(Value::list(set.iter().map(|lit| lit.value()).collect()))),
        ]),
        Type::IntOrString => object([
            ("anyOf", Some(Value::list(vec![typed("integer"), typed("string")]))),
            ("x-kubernetes-int-or-string", Some(true.into())),
        ]),
        Type::List(item) => list(scalar(item)),
        Type::Map(item) => map(scalar(item)),
        Type::Record(_) | Type::Object => free_form(),
        Type::Any | Type::Never => object([("x-kubernetes-preserve-unknown-fields", Some(true.into()))]),
    }
}

/// The name in a schema of the base type of literals.
fn base(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Bool => Some("boolean"),
        Type::Int(_) => Some("integer"),
        Type::Str(_) => Some("string"),
        _ => None,
    }
}

fn integer(range: IntRange) -> Value {
    object([
        ("type", Some("integer".into())),
        ("minimum", range.lo.map(Value::Int)),
        ("maximum", range.hi.map(Value::Int)),
    ])
}

/// A class stands in a schema as its pattern and its greatest length.
fn string(text: &Str) -> Value {
    let class = text.class.map(|class| Value::from(class.pattern()));
    let own = text.pattern.as_deref().map(Value::from);
    // A schema has room for one pattern; a second one stands beside it.
    let (pattern, second) = match class {
        Some(class) => (Some(class), own),
        None => (own, None),
    };
    let length = |n: Option<u32>| n.map(|n| Value::Int(n.into()));
    object([
        ("type", Some("string".into())),
        ("pattern", pattern),
        ("minLength", length(text.min)),
        ("maxLength", length(text.longest())),
        ("allOf", second.map(|p| Value::list(vec![object([("pattern", Some(p))])]))),
    ])
}

fn list(item: Value) -> Value {
    object([("type", Some("array".into())), ("items", Some(item))])
}

fn map(value: Value) -> Value {
    object([("type", Some("object".into())), ("additionalProperties", Some(value))])
}

fn free_form() -> Value {
    object([("type", Some("object".into())), ("x-kubernetes-preserve-unknown-fields", Some(true.into()))])
}

fn typed(name: &str) -> Value {
    object([("type", Some(name.into()))])
}
