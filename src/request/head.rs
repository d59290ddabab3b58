//! What stands around the `spec` of a request: its kind and its metadata.

use std::sync::Arc;

use super::field::{field_help, unknown};
use super::name::{key_problem, label_value_problem, name_problem};
use super::normal::sorted;
use super::{Problem, Request};
use crate::check::api::Api;
use crate::check::types::{Class, Type};
use crate::value::path::Path;
use crate::value::{Map, Value};

/// The metadata that a program can see.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) labels: Value,
    pub(super) annotations: Value,
}

const TOP: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];

/// What the metadata of a file may say.
const WRITTEN: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// What else the API server and its clients write there; it says nothing about what to render.
const SERVER: [&str; 12] = [
    "clusterName",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Written by `kubectl apply` into the object in the cluster only, so a program must not see it: it would render
/// other bytes for a file than for the object that came from it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What all annotations together may hold, keys included.
const ANNOTATION_BYTES: usize = 256 * 1024;

/// Says that a request must be an object.
pub(super) fn not_an_object(object: &Value) -> String {
    match Type::Object.check(object) {
        Err(mismatch) => format!("the request {}", mismatch.what),
        Ok(()) => "the request is no object".into(),
    }
}

/// Whether the object says that it is of the api's kind, or says nothing. Without the right kind, everything else
/// would be judged by the wrong api.
pub(super) fn is_of_kind(api: &Api, object: &Map, problems: &mut Vec<Problem>) -> bool {
    let api_version = format!("{}/{}", api.group, api.version);
    let mut right = true;
    for (key, want) in [("apiVersion", api_version.as_str()), ("kind", api.kind.as_str())] {
        let path = Path::key(key);
        match object.get(key) {
            None | Some(Value::Null) => {
                let problem = Problem::new("missing-field", path, format!("`{key}` is missing"));
                problems.push(problem.help(format!("write `{key}: {want}`")));
            }
            Some(Value::Str(have)) if &**have == want => {}
            Some(Value::Str(have)) => {
                right = false;
                let problem = Problem::new("wrong-kind", path, format!("`{key}` is {have:?}, not {want:?}"));
                problems.push(problem.help(format!("this promise serves `{}` of `{api_version}`", api.kind)));
            }
            Some(other) => {
                right = false;
                problems.extend(not_a_string(path, other));
            }
        }
    }
    right
}

/// Reads the metadata of an object, and refuses fields beside it that no request has.
pub(super) fn read(object: &Map, problems: &mut Vec<Problem>) -> Option<Head> {
    for key in object.keys().filter(|key| !TOP.contains(&&***key)) {
        problems.push(unknown(&Path::default(), key, TOP));
    }
    let path = Path::key("metadata");
    let metadata = match object.get("metadata") {
        None | Some(Value::Null) => {
            let problem = Problem::new("missing-field", path, "`metadata` is missing".into());
            problems.push(problem.help("a request needs a `metadata.name`".to_owned()));
            return None;
        }
        Some(Value::Map(metadata)) => metadata,
        Some(other) => {
            problems.extend(mismatch(path, &Type::Object, other));
            return None;
        }
    };
    for key in metadata.keys().filter(|key| !WRITTEN.contains(&&***key) && !SERVER.contains(&&***key)) {
        problems.push(unknown(&path, key, WRITTEN));
    }
    // All four are read before one of them can stop it: each has its own problems.
    let name = name(metadata, problems);
    let namespace = namespace(metadata, problems);
    let labels = texts(metadata, "labels", problems);
    let annotations = texts(metadata, "annotations", problems);
    Some(Head { name: name?, namespace: namespace?, labels: labels?, annotations: annotations? })
}

fn name(metadata: &Map, problems: &mut Vec<Problem>) -> Option<String> {
    let path = Path::key("metadata").then_key("name");
    match metadata.get("name") {
        None | Some(Value::Null) => {
            let generated = metadata.contains_key("generateName");
            problems.push(match generated {
                true => Problem::new(
                    "bad-name",
                    Path::key("metadata").then_key("generateName"),
                    "`metadata.generateName` would make another request each time".into(),
                )
                .at_key()
                .help("give the request a `metadata.name`".to_owned()),
                false => Problem::new("missing-field", path, "`metadata.name` is missing".into()),
            });
            None
        }
        Some(Value::Str(text)) => match name_problem(text) {
            None => Some(text.to_string()),
            Some((why, help)) => {
                let problem = Problem::new("bad-name", path, format!("`metadata.name` {why}"));
                problems.push(problem.help(help.to_owned()));
                None
            }
        },
        Some(other) => {
            problems.extend(not_a_string(path, other));
            None
        }
    }
}

fn namespace(metadata: &Map, problems: &mut Vec<Problem>) -> Option<String> {
    let path = Path::key("metadata").then_key("namespace");
    match metadata.get("namespace") {
        None | Some(Value::Null) => Some(Request::DEFAULT_NAMESPACE.into()),
        Some(Value::Str(text)) if Class::DnsLabel.contains(text) => Some(text.to_string()),
        Some(Value::Str(text)) => {
            let what = "which is no name of a namespace";
            let message = format!("`metadata.namespace` is {text:?}, {what}");
            problems.push(
                Problem::new("bad-name", path, message).help(format!("use {}", Class::DnsLabel.describe())),
            );
            None
        }
        Some(other) => {
            problems.extend(not_a_string(path, other));
            None
        }
    }
}

/// Reads `labels` or `annotations`.
fn texts(metadata: &Map, field: &str, problems: &mut Vec<Problem>) -> Option<Value> {
    let path = Path::key("metadata").then_key(field);
    let entries = match metadata.get(field) {
        None | Some(Value::Null) => return Some(Value::map(Map::new())),
        Some(Value::Map(entries)) => entries,
        Some(other) => {
            problems.extend(mismatch(path, &Type::Object, other));
            return None;
        }
    };
    let before = problems.len();
    let mut kept = Map::new();
    for (key, value) in entries.iter().filter(|(key, _)| &***key != LAST_APPLIED) {
        match (text_problem(field, &path, key, value), value) {
            (None, Value::Str(_)) => {
                kept.insert(Arc::clone(key), value.clone());
            }
            (problem, _) => problems.extend(problem),
        }
    }
    let bytes: usize = kept.iter().map(|(k, v)| k.len() + v.as_str().map_or(0, str::len)).sum();
    if field == "annotations" && bytes > ANNOTATION_BYTES {
        let message = format!("`{path}` hold {bytes} bytes, more than {ANNOTATION_BYTES}");
        problems.push(Problem::new("out-of-range", path, message));
    }
    (problems.len() == before).then(|| sorted(kept))
}

fn text_problem(field: &str, path: &Path, key: &Arc<str>, value: &Value) -> Option<Problem> {
    let at = path.then_key(key);
    // The prefix of an annotation may be in upper case, that of a label may not.
    let judged = if field == "annotations" { key.to_ascii_lowercase() } else { key.to_string() };
    if let Some(why) = key_problem(&judged) {
        let message = format!("the key `{key}` of `{path}` {why}");
        return Some(Problem::new("bad-name", at, message).at_key());
    }
    let Value::Str(text) = value else { return not_a_string(at, value) };
    let why = if field == "labels" { label_value_problem(text) } else { None }?;
    let help = "a label's value has at most 63 letters, digits, `-`, `_` and `.`";
    Some(Problem::new("bad-name", at.clone(), format!("the value of `{at}` {why}")).help(help.to_owned()))
}

fn not_a_string(path: Path, value: &Value) -> Option<Problem> {
    mismatch(path, &Type::STRING, value)
}

fn mismatch(path: Path, ty: &Type, value: &Value) -> Option<Problem> {
    let what = ty.check(value).err()?.what;
    Some(Problem::new("wrong-type", path.clone(), format!("`{path}` {what}")).help(field_help(ty, value)))
}

impl Request {
    /// The namespace of a request that names none.
    pub const DEFAULT_NAMESPACE: &'static str = "default";
}
