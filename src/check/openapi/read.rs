//! A `CustomResourceDefinition` as an [`Api`], so that the promises of others can be asked for.
//!
//! What an api cannot say (CEL, `oneOf`, formats, numbers of items, `nullable`) is left to the API server: what is
//! read here accepts no less than the definition does.

use std::collections::BTreeSet;

use crate::check::api::{Api, ApiField, ApiRecord, ApiType, Column, Shape};
use crate::check::types::{IntRange, Lit, Str, Type, pattern_regex};
use crate::source::Span;
use crate::value::Value;

/// Schemas nested deeper than this are not read.
const DEPTH: usize = 64;

/// Reads the stored version of a `CustomResourceDefinition`.
///
/// # Errors
/// What keeps it from being an api, as a sentence.
pub fn api_from_crd(crd: &Value) -> Result<Api, String> {
    if at(crd, &["kind"]).and_then(Value::as_str) != Some("CustomResourceDefinition") {
        return Err("this is no CustomResourceDefinition".into());
    }
    if at(crd, &["spec", "scope"]).and_then(Value::as_str) != Some("Namespaced") {
        return Err("its `spec.scope` is not `Namespaced`, and a request lives in a namespace".into());
    }
    let stored = |version: &&Value| version.get("storage") == Some(&Value::Bool(true));
    let versions = at(crd, &["spec", "versions"]).and_then(Value::as_list).unwrap_or_default();
    let version = versions.iter().find(stored).ok_or("none of its versions is stored")?;
    let root = at(version, &["schema", "openAPIV3Schema"]).ok_or("its stored version has no schema")?;
    let spec = match at(root, &["properties", "spec"]) {
        None => ApiRecord::default(),
        Some(schema) => match shape(schema, DEPTH)? {
            Shape::Record(record) => record,
            _ => return Err("its `spec` is free-form, so nothing in it could be checked".into()),
        },
    };
    let kind = text(crd, &["spec", "names", "kind"])?;
    let short = at(crd, &["spec", "names", "shortNames"]).and_then(Value::as_list).unwrap_or_default();
    Ok(Api {
        group: text(crd, &["spec", "group"])?,
        version: text(version, &["name"])?,
        plural: text(crd, &["spec", "names", "plural"])?,
        singular: text(crd, &["spec", "names", "singular"]).unwrap_or_else(|_| kind.to_lowercase()),
        kind,
        short: short.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        docs: docs(root),
        spec: spec.into(),
        status: None,
        columns: columns(version),
        rules: vec![],
        span: Span::default(),
    })
}

fn columns(version: &Value) -> Vec<Column> {
    let all = version.get("additionalPrinterColumns").and_then(Value::as_list).unwrap_or_default();
    let known = ["string", "integer", "number", "boolean", "date"];
    let column = |column: &Value| {
        let ty = column.get("type")?.as_str()?;
        Some(Column {
            title: column.get("name")?.as_str()?.to_owned(),
            json_path: column.get("jsonPath")?.as_str()?.to_owned(),
            ty: known.into_iter().find(|known| *known == ty)?.to_owned(),
            span: Span::default(),
        })
    };
    all.iter().filter_map(column).collect()
}

fn shape(schema: &Value, room: usize) -> Result<Shape, String> {
    let room = room.checked_sub(1).ok_or("its schema is nested deeper than 64")?;
    let preserves = flag(schema, "x-kubernetes-preserve-unknown-fields");
    if flag(schema, "x-kubernetes-int-or-string") {
        return Ok(Shape::Scalar(Type::IntOrString));
    }
    let ty = match schema.get("type").and_then(Value::as_str) {
        Some("object") if preserves || flag(schema, "x-kubernetes-embedded-resource") => {
            return Ok(Shape::Object);
        }
        Some("object") => return object(schema, room),
        Some("array") => {
            let items = schema.get("items").ok_or("its schema has a list without `items`")?;
            return Ok(Shape::List(Box::new(plain(items, room)?)));
        }
        Some("string") => string(schema),
        Some("integer") => integer(schema),
        Some("number") => Type::Number,
        Some("boolean") => Type::Bool,
        None if preserves => Type::Any,
        Some(other) => return Err(format!("its schema has the unknown type `{other}`")),
        None => return Err("its schema has a part without a type".into()),
    };
    Ok(Shape::Scalar(literals(schema, &ty).unwrap_or(ty)))
}

fn plain(schema: &Value, room: usize) -> Result<ApiType, String> {
    Ok(ApiType { shape: shape(schema, room)?, refined: None })
}

fn object(schema: &Value, room: usize) -> Result<Shape, String> {
    match schema.get("additionalProperties") {
        Some(value @ Value::Map(_)) => return Ok(Shape::Map(Box::new(plain(value, room)?))),
        Some(Value::Bool(true)) => return Ok(Shape::Object),
        _ => {}
    }
    let required = schema.get("required").and_then(Value::as_list).unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_map).into_iter().flatten();
    let field = |(name, schema): (&std::sync::Arc<str>, &Value)| {
        let default = schema.get("default").filter(|default| **default != Value::Null).cloned();
        Ok(ApiField {
            name: name.clone(),
            docs: docs(schema),
            ty: plain(schema, room)?,
            optional: default.is_none() && !required.contains(&Value::Str(name.clone())),
            default,
            span: Span::default(),
        })
    };
    Ok(Shape::Record(ApiRecord { fields: properties.map(field).collect::<Result<_, String>>()? }))
}

fn string(schema: &Value) -> Type {
    let length = |key| match schema.get(key) {
        Some(Value::Int(n)) => u32::try_from(*n).ok(),
        _ => None,
    };
    let pattern = schema.get("pattern").and_then(Value::as_str).filter(|p| pattern_regex(p).is_ok());
    let pattern = pattern.map(Into::into);
    Type::Str(Str { class: None, pattern, min: length("minLength"), max: length("maxLength") })
}

fn integer(schema: &Value) -> Type {
    let (mut lo, mut hi) = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        _ => (None, None),
    };
    let minimum = bound(schema, "minimum", f64::ceil);
    let maximum = bound(schema, "maximum", f64::floor);
    let step =
        |key| i64::from(flag(schema, key) && matches!(schema.get(bounds_of(key)), Some(Value::Int(_))));
    if let Some(n) = minimum {
        lo = lo.max(Some(n.saturating_add(step("exclusiveMinimum"))));
    }
    if let Some(n) = maximum {
        let n = n.saturating_sub(step("exclusiveMaximum"));
        hi = Some(hi.map_or(n, |hi: i64| hi.min(n)));
    }
    Type::Int(IntRange { lo, hi })
}

/// The bound that the flag `key` makes an open one. One that is no integer is open already.
fn bounds_of(key: &str) -> &'static str {
    if key == "exclusiveMinimum" { "minimum" } else { "maximum" }
}

fn bound(schema: &Value, key: &str, inward: impl Fn(f64) -> f64) -> Option<i64> {
    match schema.get(key)? {
        Value::Int(n) => Some(*n),
        // A float beyond 64 bits bounds nothing that an integer could reach.
        Value::Float(f) => format!("{}", inward(*f)).parse().ok(),
        _ => None,
    }
}

/// The literals of an `enum` that its own type allows; `None` if there is none, or one that no literal can be.
fn literals(schema: &Value, ty: &Type) -> Option<Type> {
    let literal = |value: &Value| match value {
        Value::Bool(b) => Some(Lit::Bool(*b)),
        Value::Int(i) => Some(Lit::Int(*i)),
        Value::Str(s) => Some(Lit::Str(s.clone())),
        _ => None,
    };
    let values = schema.get("enum")?.as_list()?.iter().filter(|value| **value != Value::Null);
    let set = values.map(literal).collect::<Option<BTreeSet<Lit>>>()?;
    let allowed: BTreeSet<Lit> = set.into_iter().filter(|lit| ty.check(&lit.value()).is_ok()).collect();
    (!allowed.is_empty()).then_some(Type::Literals(allowed))
}

fn docs(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(|text| text.trim_end().to_owned())
}

fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn text(value: &Value, path: &[&str]) -> Result<String, String> {
    let found = at(value, path).and_then(Value::as_str).filter(|text| !text.is_empty());
    found.map(str::to_owned).ok_or_else(|| format!("its `{}` is missing", path.join(".")))
}
