//! OpenAPI v3 structural schemas, as a CRD has them, into schemas of ours. What we have no word for is left to the
//! API server: rules in CEL, `oneOf` and the like, lengths of lists.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::DefId;
use super::schema::{Field, MAX_DEPTH, Object, Schema};
use crate::check::types::{IntRange, Lit, Str, Type, pattern_error};
use crate::value::Value;

impl Schema {
    /// The schema that an `openAPIV3Schema` describes. It never allows less than the API server does: what cannot be
    /// read is [`Schema::Any`].
    pub fn from_openapi(openapi: &Value) -> Schema {
        convert(openapi, 0)
    }
}

fn convert(openapi: &Value, depth: usize) -> Schema {
    if depth > MAX_DEPTH {
        return Schema::Any;
    }
    let schema = if is(openapi, "x-kubernetes-int-or-string") {
        Schema::Scalar(Type::IntOrString)
    } else if let Some(set) = choices(openapi) {
        Schema::Scalar(Type::Literals(set))
    } else {
        match openapi.get("type").and_then(Value::as_str) {
            Some("object") => object(openapi, depth),
            Some("array") => {
                let item = openapi.get("items").map_or(Schema::Any, |i| convert(i, depth + 1));
                Schema::List(Arc::new(item))
            }
            Some("string") => string(openapi),
            Some("integer") => integer(openapi),
            Some("number") => Schema::Scalar(Type::Number),
            Some("boolean") => Schema::Scalar(Type::Bool),
            _ if is(openapi, "x-kubernetes-embedded-resource") => object(openapi, depth),
            _ => Schema::Any,
        }
    };
    match is(openapi, "nullable") && schema != Schema::Any {
        true => Schema::Nullable(Arc::new(schema)),
        false => schema,
    }
}

fn is(openapi: &Value, key: &str) -> bool {
    openapi.get(key) == Some(&Value::Bool(true))
}

/// The literals of `enum`, if the language can have them as a set.
pub(in crate::check) fn choices(openapi: &Value) -> Option<BTreeSet<Lit>> {
    let literal = |v: &Value| match v {
        Value::Bool(b) => Some(Lit::Bool(*b)),
        Value::Int(i) => Some(Lit::Int(*i)),
        Value::Str(s) => Some(Lit::Str(Arc::clone(s))),
        _ => None,
    };
    let listed = openapi.get("enum")?.as_list()?.iter().filter(|v| **v != Value::Null);
    let set = listed.map(literal).collect::<Option<BTreeSet<Lit>>>()?;
    let base = |l: &Lit| std::mem::discriminant(l);
    let first = base(set.first()?);
    set.iter().all(|l| base(l) == first).then_some(set)
}

fn object(openapi: &Value, depth: usize) -> Schema {
    let embedded = is(openapi, "x-kubernetes-embedded-resource");
    let properties = openapi.get("properties").and_then(Value::as_map).filter(|p| !p.is_empty());
    let open = is(openapi, "x-kubernetes-preserve-unknown-fields");
    let additional = openapi.get("additionalProperties");
    let Some(properties) = properties.cloned().or_else(|| embedded.then(Default::default)) else {
        // Without a word about its fields an object keeps none of them, but authors mean a free-form one.
        let value =
            additional.filter(|a| a.as_map().is_some()).map_or(Schema::Any, |a| convert(a, depth + 1));
        return Schema::Map(Arc::new(value));
    };
    let listed = openapi.get("required").and_then(Value::as_list).unwrap_or_default();
    let required: BTreeSet<&str> = listed.iter().filter_map(Value::as_str).collect();
    let field = |(name, property): (&Arc<str>, &Value)| {
        // What has a default is there, whether it is written or not.
        let required = required.contains(&**name) && property.get("default").is_none();
        (Arc::clone(name), Field { schema: convert(property, depth + 1), required })
    };
    let mut object = Object { fields: properties.iter().map(field).collect(), open };
    object.open |= additional.is_some_and(|a| *a != Value::Bool(false));
    if embedded {
        object = object.rooted(true);
    }
    Schema::Object(Arc::new(object))
}

impl Object {
    /// The object with the fields that every object of Kubernetes has.
    pub(super) fn rooted(mut self, required: bool) -> Object {
        let text = || Field { schema: Schema::Scalar(Type::STRING), required };
        let metadata = DefId::named("meta/v1.ObjectMeta").map_or_else(Schema::free_form, Schema::Ref);
        let mut fields = IndexMap::from([
            ("apiVersion".into(), text()),
            ("kind".into(), text()),
            ("metadata".into(), Field { schema: metadata, required: false }),
        ]);
        for (name, field) in self.fields {
            fields.entry(name).or_insert(field);
        }
        self.fields = fields;
        self
    }
}

fn string(openapi: &Value) -> Schema {
    match openapi.get("format").and_then(Value::as_str) {
        Some("date-time") => return Schema::Time,
        Some("byte") => return Schema::Bytes,
        _ => {}
    }
    let length = |key: &str| match openapi.get(key) {
        Some(Value::Int(n)) => u32::try_from(*n).ok(),
        _ => None,
    };
    let pattern = openapi.get("pattern").and_then(Value::as_str).filter(|p| pattern_error(p).is_none());
    let (min, max) = (length("minLength").filter(|n| *n > 0), length("maxLength"));
    Schema::Scalar(Type::Str(Str { class: None, pattern: pattern.map(Arc::from), min, max }))
}

fn integer(openapi: &Value) -> Schema {
    let end = |key: &str, exclusive: &str, by: i64| match openapi.get(key) {
        Some(Value::Int(n)) if is(openapi, exclusive) => n.checked_add(by),
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    };
    let int32 = openapi.get("format").and_then(Value::as_str) == Some("int32");
    let lo = end("minimum", "exclusiveMinimum", 1).or(int32.then_some(i32::MIN.into()));
    let hi = end("maximum", "exclusiveMaximum", -1).or(int32.then_some(i32::MAX.into()));
    Schema::Scalar(Type::Int(IntRange { lo, hi }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Map;

    #[test]
    fn what_is_nested_too_deep_is_anything() {
        let nest = |items: Value, _| {
            Value::map(Map::from([("type".into(), "array".into()), ("items".into(), items)]))
        };
        let mut schema = Schema::from_openapi(&(0..100).fold(Value::Null, nest));
        let mut depth = 0;
        while let Schema::List(item) = schema {
            (schema, depth) = ((*item).clone(), depth + 1);
        }
        assert_eq!((schema, depth), (Schema::Any, MAX_DEPTH + 1));
    }

    #[test]
    fn what_cannot_be_read_is_anything() {
        for odd in [
            Value::Null,
            Value::Int(1),
            "string".into(),
            Value::map(Map::from([("type".into(), Value::Int(1))])),
        ] {
            assert_eq!(Schema::from_openapi(&odd), Schema::Any);
        }
        let unreadable =
            Value::map(Map::from([("type".into(), "string".into()), ("pattern".into(), "(?=a)".into())]));
        assert_eq!(Schema::from_openapi(&unreadable), Schema::Scalar(Type::STRING));
    }
}
