//! Requests with one thing wrong, or at least other, in every place that a schema or the request knows.

use serde_json::{Value as Json, json};

/// Every request that differs from `request` in one place of its `spec`, each with what was done.
pub(crate) fn mutations(request: &Json, schema: &Json) -> Vec<(String, Json)> {
    let spec = &schema["properties"]["spec"];
    let mut places = Vec::new();
    visit(&request["spec"], spec, "/spec", &mut places);
    let mut out = Vec::new();
    for Place { pointer, schema } in &places {
        for other in others(schema) {
            out.push((format!("{pointer} = {other}"), set(request, pointer, Some(other))));
        }
        out.push((format!("{pointer} removed"), set(request, pointer, None)));
        if request.pointer(pointer).is_some_and(Json::is_object) {
            let unknown = format!("{pointer}/noSuchField");
            out.push((format!("{unknown} added"), set(request, &unknown, Some(json!("x")))));
            let misspelt = format!("{pointer}/Name");
            out.push((format!("{misspelt} added"), set(request, &misspelt, Some(json!({ "a": 1 })))));
        }
    }
    out
}

/// A place in a request, and what its schema says of it.
struct Place<'s> {
    pointer: String,
    schema: &'s Json,
}

/// Every place that the request has, and every field that it could have beside them.
fn visit<'s>(value: &Json, schema: &'s Json, pointer: &str, out: &mut Vec<Place<'s>>) {
    out.push(Place { pointer: pointer.to_owned(), schema });
    if schema.get("x-kubernetes-preserve-unknown-fields").is_some() {
        return; // Whatever is in it, is taken.
    }
    let below = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    let none = &Json::Null;
    match value {
        Json::Object(entries) => {
            for (key, value) in entries {
                visit(value, child(schema, key), &below(key), out);
            }
        }
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                visit(item, &schema["items"], &format!("{pointer}/{i}"), out);
            }
        }
        _ => {}
    }
    // A field that the request does not have is tried with everything, and an object also with what is in it.
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        if value.get(key).is_none() && (value.is_object() || value.is_null()) {
            visit(none, schema, &below(key), out);
        }
    }
}

fn child<'s>(schema: &'s Json, key: &str) -> &'s Json {
    let property = schema["properties"].get(key);
    property.unwrap_or_else(|| &schema["additionalProperties"])
}

/// Values to try in a place: one of every type, then what just breaks and what just keeps each limit of its schema.
fn others(schema: &Json) -> Vec<Json> {
    let mut out = vec![
        Json::Null,
        json!(""),
        json!("x"),
        json!("!! not ~ this"),
        json!("10.0.4.0/24"),
        json!("10.0.4.77"),
        json!("7"),
        json!("true"),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(3.0),
        json!(1.5),
        json!(70000),
        json!([]),
        json!(["x"]),
        json!([1]),
        json!([null]),
        json!([{}]),
        json!({}),
        json!({ "x": "y" }),
        json!({ "x": 1 }),
        json!({ "x": null }),
    ];
    out.extend(schema["enum"].as_array().into_iter().flatten().cloned());
    out.extend(schema.get("default").cloned());
    for (key, steps) in [("minimum", [-1, 0]), ("maximum", [0, 1])] {
        let bound = schema[key].as_i64();
        out.extend(bound.into_iter().flat_map(|n| steps.map(|step| json!(n + step))));
    }
    for (key, steps) in [("minLength", [-1, 0]), ("maxLength", [0, 1])] {
        let lengths = schema[key].as_i64().into_iter().flat_map(|n| steps.map(|step| n + step));
        out.extend(lengths.filter_map(|n| usize::try_from(n).ok()).map(|n| json!("a".repeat(n))));
    }
    out
}

/// The request with `value` at `pointer`, objects made on the way; without what is there, if there is no value.
fn set(request: &Json, pointer: &str, value: Option<Json>) -> Json {
    let mut out = request.clone();
    let mut at = &mut out;
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    let (last, way) = steps.split_last().expect("a step");
    for step in way {
        at = match at {
            Json::Array(items) => &mut items[step.parse::<usize>().expect("an index")],
            other => {
                if !other.is_object() {
                    *other = json!({});
                }
                let entries = other.as_object_mut().expect("an object");
                entries.entry(step.clone()).or_insert_with(|| json!({}))
            }
        };
    }
    match (at, value) {
        (Json::Array(items), Some(value)) => items[last.parse::<usize>().expect("an index")] = value,
        (Json::Array(items), None) => drop(items.remove(last.parse::<usize>().expect("an index"))),
        (other, value) => {
            if !other.is_object() {
                *other = json!({});
            }
            let entries = other.as_object_mut().expect("an object");
            match value {
                Some(value) => drop(entries.insert(last.clone(), value)),
                None => drop(entries.remove(last)),
            }
        }
    }
    out
}
