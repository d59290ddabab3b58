//! Writes kinds and definitions as the lines that vow reads; the format is described in `src/check/kinds/data.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;

use serde_json::Value;

use crate::read::{Api, Kind};
use crate::words::Words;

/// Definitions that are types of the format rather than objects.
const SCALARS: [(&str, &str); 7] = [
    ("Quantity", "quantity"),
    ("IntOrString", "intstr"),
    ("Time", "time"),
    ("MicroTime", "time"),
    ("RawExtension", "object"),
    ("FieldsV1", "object"),
    ("JSON", "any"),
];

/// The whole file.
pub fn text(api: &Api, release: &str, version: &str) -> Result<String, Box<dyn Error>> {
    let definitions = definitions(api)?;
    let mut kinds = BTreeSet::new();
    let mut wanted = Vec::new();
    for kind in api.kinds.iter().filter(|k| is_object(api, k)) {
        let name = short(&api.schemas.get(&kind.path).ok_or("a kind without a schema")?.name)?;
        let group = if kind.group.is_empty() { String::new() } else { format!("{}/", kind.group) };
        let scope = if kind.namespaced { "namespaced" } else { "cluster" };
        kinds.insert(format!("kind {group}{}/{} {} {scope} {name}", kind.version, kind.kind, kind.plural));
        wanted.push(name);
    }
    let kept = reachable(&definitions, wanted)?;
    let mut out = format!(
        "# The built-in kinds of Kubernetes, and the definitions that their schemas are made of.\n\
         # Written by tools/kinds from k8s-openapi {version}, which follows the API description of Kubernetes\n\
         # (Apache-2.0); not to be edited.\n\
         kubernetes {release}\n"
    );
    for kind in kinds {
        writeln!(out, "{kind}")?;
    }
    for name in kept {
        writeln!(out, "def {name}")?;
        for field in &definitions[&name].fields {
            writeln!(out, " {field}")?;
        }
    }
    Ok(out)
}

/// Whether there are objects of the kind; a few are only answers of the API server.
fn is_object(api: &Api, kind: &Kind) -> bool {
    let metadata = api.schemas.get(&kind.path).map(|s| &s.json["properties"]["metadata"]["$ref"]);
    metadata.and_then(Value::as_str).is_some_and(|path| path.ends_with("::ObjectMeta"))
}

struct Definition {
    fields: Vec<String>,
    refers: BTreeSet<String>,
}

/// Every definition that is an object, by its short name.
fn definitions(api: &Api) -> Result<BTreeMap<String, Definition>, Box<dyn Error>> {
    let objects: BTreeSet<&str> = api.kinds.iter().map(|k| k.path.as_str()).collect();
    let mut words = Words::load();
    let mut all = BTreeMap::new();
    for (path, schema) in &api.schemas {
        let Some(properties) = schema.json["properties"].as_object() else { continue };
        let definition_name = short(&schema.name)?;
        let required: Vec<&str> =
            schema.json["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut definition = Definition { fields: vec![], refers: BTreeSet::new() };
        for (name, property) in properties {
            // The crate makes the metadata of every kind required; Kubernetes does not.
            let must =
                required.contains(&name.as_str()) && !(name == "metadata" && objects.contains(path.as_str()));
            let ty = ty(api, property, &mut definition.refers).map_err(|e| format!("{path}.{name}: {e}"))?;
            let prose = property["description"].as_str().unwrap_or_default();
            let ty = words.take(&format!("{definition_name}.{name}"), &ty, prose)?.unwrap_or(ty);
            definition.fields.push(format!("{name}{} {ty}", if must { "!" } else { "" }));
        }
        definition.fields.sort();
        if all.insert(definition_name, definition).is_some() {
            return Err(format!("two definitions of {}", schema.name).into());
        }
    }
    words.finish()?;
    Ok(all)
}

/// A type as it is written.
fn ty(api: &Api, schema: &Value, refers: &mut BTreeSet<String>) -> Result<String, Box<dyn Error>> {
    if let Some(path) = schema["$ref"].as_str() {
        let target = api.schemas.get(path).ok_or(format!("no definition {path}"))?;
        let name = path.rsplit("::").next().unwrap_or_default();
        if let Some((_, scalar)) = SCALARS.iter().find(|(n, _)| *n == name) {
            return Ok((*scalar).into());
        }
        if target.json["properties"].is_object() {
            let name = short(&target.name)?;
            refers.insert(name.clone());
            return Ok(format!("@{name}"));
        }
        return ty(api, &target.json, refers);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let choices: Vec<String> = choices.iter().map(|c| ty(api, c, refers)).collect::<Result<_, _>>()?;
        return Ok(choices.join("|"));
    }
    Ok(match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("object"), None) => match &schema["additionalProperties"] {
            Value::Null => "object".into(),
            item => format!("{{{}}}", ty(api, item, refers)?),
        },
        (Some("array"), None) => format!("[{}]", ty(api, &schema["items"], refers)?),
        (Some("string"), None) => "string".into(),
        (Some("string"), Some("byte")) => "bytes".into(),
        (Some("string"), Some("date-time")) => "time".into(),
        (Some("integer"), Some("int64")) => "int".into(),
        (Some("integer"), Some("int32")) => "int32".into(),
        (Some("number"), Some("double")) => "number".into(),
        (Some("boolean"), None) => "bool".into(),
        other => return Err(format!("unknown type {other:?}").into()),
    })
}

/// `io.k8s.api.core.v1.EnvVar` as `core/v1.EnvVar`.
fn short(name: &str) -> Result<String, Box<dyn Error>> {
    match name.rsplit('.').collect::<Vec<_>>().as_slice() {
        [kind, version, package, ..] => Ok(format!("{package}/{version}.{kind}")),
        _ => Err(format!("a short name: {name}").into()),
    }
}

/// What `wanted` refers to, itself included.
fn reachable(
    all: &BTreeMap<String, Definition>,
    mut wanted: Vec<String>,
) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut kept = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if kept.insert(name.clone()) {
            let definition = all.get(&name).ok_or(format!("no definition {name}"))?;
            wanted.extend(definition.refers.iter().cloned());
        }
    }
    Ok(kept)
}
