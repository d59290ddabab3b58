//! A second reading of a schema, as small as it can be and sharing nothing with the first: nulls, defaults and
//! unknown fields on plain JSON, validation by a library for JSON schemas.

use serde_json::{Map, Value as Json, json};

/// The `spec` as the API server would store it, or `None` if it would refuse it or drop a field of it.
pub(crate) fn stored(schema: &Json, spec: &Json) -> Option<Json> {
    stored_by(&validator(schema), schema, spec)
}

/// As [`stored`], for many of one schema: the validator is made once.
pub(crate) fn stored_by(validator: &jsonschema::Validator, schema: &Json, spec: &Json) -> Option<Json> {
    let mut spec = spec.clone();
    prune_nulls(&mut spec, schema);
    default(&mut spec, schema);
    integers(&mut spec);
    validator.is_valid(&spec).then_some(spec)
}

pub(crate) fn validator(schema: &Json) -> jsonschema::Validator {
    jsonschema::validator_for(&closed(schema)).expect("a schema")
}

fn child<'s>(schema: &'s Json, key: &str) -> Option<&'s Json> {
    schema["properties"].get(key).or_else(|| schema.get("additionalProperties").filter(|s| s.is_object()))
}

fn prune_nulls(value: &mut Json, schema: &Json) {
    match value {
        Json::Object(entries) => {
            entries.retain(|key, v| {
                !v.is_null() || child(schema, key).is_none_or(|s| s.get("default").is_some())
            });
            for (key, v) in entries.iter_mut() {
                child(schema, key).into_iter().for_each(|s| prune_nulls(v, s));
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| prune_nulls(item, &schema["items"])),
        _ => {}
    }
}

fn default(value: &mut Json, schema: &Json) {
    match value {
        Json::Object(entries) => {
            for (key, s) in schema["properties"].as_object().into_iter().flatten() {
                let absent = entries.get(key).is_none_or(Json::is_null);
                if let Some(d) = s.get("default").filter(|_| absent) {
                    entries.insert(key.clone(), d.clone());
                }
            }
            for (key, v) in entries.iter_mut() {
                child(schema, key).into_iter().for_each(|s| default(v, s));
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| default(item, &schema["items"])),
        _ => {}
    }
}

fn integers(value: &mut Json) {
    match value {
        Json::Object(entries) => entries.values_mut().for_each(integers),
        Json::Array(items) => items.iter_mut().for_each(integers),
        Json::Number(n) => {
            if let Some(f) = n.as_f64().filter(|f| n.is_f64() && f.fract() == 0.0 && f.abs() < 9e18) {
                *value = json!(f as i64);
            }
        }
        _ => {}
    }
}

/// The schema with every object closed that would lose its unknown fields.
fn closed(schema: &Json) -> Json {
    let Json::Object(entries) = schema else { return schema.clone() };
    let mut out: Map<String, Json> = entries.clone();
    if let Some(Json::String(pattern)) = entries.get("pattern") {
        out.insert("pattern".into(), re2(pattern).into());
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = entries.get(key) {
            out.insert(key.into(), closed(inner));
        }
    }
    if let Some(Json::Object(properties)) = entries.get("properties") {
        let all: Map<String, Json> = properties.iter().map(|(k, v)| (k.clone(), closed(v))).collect();
        out.insert("properties".into(), all.into());
    }
    let open = ["additionalProperties", "x-kubernetes-preserve-unknown-fields"];
    if entries.get("type") == Some(&json!("object")) && !open.iter().any(|key| entries.contains_key(*key)) {
        out.insert("additionalProperties".into(), false.into());
    }
    out.into()
}

/// A pattern whose classes mean what they mean to a cluster (RE2: ASCII, and no vertical tab in `\s`), for a library to
/// which they are those of Unicode.
fn re2(pattern: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '[' => depth = 1,
            ']' => depth = 0,
            _ => {}
        }
        let class = match (c, chars.clone().next()) {
            ('\\', Some('s')) => r"\t\n\f\r ",
            ('\\', Some('d')) => "0-9",
            ('\\', Some('w')) => "0-9A-Za-z_",
            ('\\', Some(_)) => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        out.push_str(&if depth == 1 { class.to_owned() } else { format!("[{class}]") });
    }
    out
}
