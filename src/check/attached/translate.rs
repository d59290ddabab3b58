//! A JSON schema as a schema of ours, as far as it can be said. It never allows less: what it cannot say is
//! [`Schema::Any`], and no field is required.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::kinds::{Field, Object, Schema, choices};
use crate::check::types::{Str, Type};
use crate::value::Value;

/// How deep a schema is followed.
const MOST_NESTED: usize = 64;

pub(super) fn schema(root: &Value) -> Schema {
    Translator { root, known: BTreeMap::new() }.convert(root, 0)
}

struct Translator<'r> {
    root: &'r Value,
    /// The definitions; `None` while one is being translated.
    known: BTreeMap<&'r str, Option<Schema>>,
}

impl<'r> Translator<'r> {
    fn convert(&mut self, json: &'r Value, depth: usize) -> Schema {
        if depth > MOST_NESTED {
            return Schema::Any;
        }
        if let Some(Value::Str(to)) = json.get("$ref") {
            return self.reference(to, depth);
        }
        if let Some(listed) = json.get("enum").and_then(Value::as_list) {
            let set = choices(json).filter(|_| !listed.contains(&Value::Null));
            return set.map_or(Schema::Any, |set| Schema::Scalar(Type::Literals(set)));
        }
        match json.get("type") {
            Some(Value::Str(word)) => self.typed(word, json, depth),
            Some(Value::List(words)) => self.either(words, json, depth),
            _ => Schema::Any,
        }
    }

    fn reference(&mut self, to: &'r str, depth: usize) -> Schema {
        if let Some(known) = self.known.get(to) {
            return known.clone().unwrap_or(Schema::Any);
        }
        self.known.insert(to, None);
        let found = pointer(self.root, to).map_or(Schema::Any, |json| self.convert(json, depth + 1));
        self.known.insert(to, Some(found.clone()));
        found
    }

    fn either(&mut self, words: &'r [Value], json: &'r Value, depth: usize) -> Schema {
        let is = |word: &str| words.iter().any(|w| w.as_str() == Some(word));
        let mut others = words.iter().filter_map(Value::as_str).filter(|w| *w != "null");
        match (others.next(), others.next(), others.next()) {
            (Some(one), None, _) => {
                let schema = self.typed(one, json, depth);
                if is("null") { Schema::Nullable(Arc::new(schema)) } else { schema }
            }
            (Some(_), Some(_), None) if is("integer") && is("string") && !is("null") => {
                Schema::Scalar(Type::IntOrString)
            }
            _ => Schema::Any,
        }
    }

    fn typed(&mut self, word: &str, json: &'r Value, depth: usize) -> Schema {
        match word {
            "object" => self.object(json, depth),
            "array" => {
                let items =
                    json.get("items").filter(|i| i.as_map().is_some() && json.get("prefixItems").is_none());
                Schema::List(Arc::new(items.map_or(Schema::Any, |i| self.convert(i, depth + 1))))
            }
            "string" => {
                let length = |key| match json.get(key) {
                    Some(Value::Int(n)) => u32::try_from(*n).ok(),
                    _ => None,
                };
                let (min, max) = (length("minLength").filter(|n| *n > 0), length("maxLength"));
                Schema::Scalar(Type::Str(Str { class: None, pattern: None, min, max }))
            }
            // 1.0 is an integer there.
            "integer" | "number" => Schema::Scalar(Type::Number),
            "boolean" => Schema::Scalar(Type::Bool),
            _ => Schema::Any,
        }
    }

    fn object(&mut self, json: &'r Value, depth: usize) -> Schema {
        let properties = json.get("properties").and_then(Value::as_map);
        let additional = json.get("additionalProperties");
        let patterns = json.get("patternProperties").is_some();
        let closed = additional == Some(&Value::Bool(false)) && !patterns;
        if properties.is_none_or(|p| p.is_empty()) && !closed {
            let value = additional.filter(|a| a.as_map().is_some() && !patterns);
            return Schema::Map(Arc::new(value.map_or(Schema::Any, |a| self.convert(a, depth + 1))));
        }
        let mut fields = indexmap::IndexMap::new();
        for (name, property) in properties.into_iter().flatten() {
            let schema = self.convert(property, depth + 1);
            fields.insert(Arc::clone(name), Field { schema, required: false });
        }
        Schema::Object(Arc::new(Object { fields, open: !closed }))
    }
}

/// What `#/$defs/name` names.
fn pointer<'r>(root: &'r Value, to: &str) -> Option<&'r Value> {
    let mut steps = to.strip_prefix('#')?.split('/');
    if !steps.next()?.is_empty() {
        return None;
    }
    steps.try_fold(root, |at, step| {
        let step = step.replace("~1", "/").replace("~0", "~");
        match at {
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => at.get(&step),
        }
    })
}
