//! What stands around the `spec` of a request: its kind and its metadata.

use std::sync::Arc;

use super::Request;
use super::name::{key_problem, label_value_problem, name_problem};
use super::normal::sorted;
use super::problem::{Problem, Problems, Unknown, shown};
use super::scalar::type_help;
use crate::check::api::Api;
use crate::check::types::{Class, Type, shorten};
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

/// Labels that Kratix writes on the object in the cluster, for itself: hidden for the same reason.
const OF_KRATIX: [&str; 3] =
    ["kratix.io/manual-reconciliation", "kratix.io/promise-name", "kratix.io/workflow-suspended"];

/// What all annotations together may hold, keys included.
const ANNOTATION_BYTES: usize = 256 * 1024;

/// Says that a request must be an object.
pub(super) fn not_an_object(object: &Value) -> String {
    match Type::Object.check(object) {
        Err(mismatch) => format!("the request {}", mismatch.what),
        Ok(()) => "the request is no object".into(),
    }
}

/// The keys of an object that are no part of a request.
pub(super) fn unknown(object: &Map) -> Unknown<'static> {
    Unknown::of(&Path::default(), object, &TOP, &TOP)
}

/// Whether the object says that it is of the api's kind, or says nothing. Without the right kind, everything else
/// would be judged by the wrong api.
pub(super) fn is_of_kind(api: &Api, object: &Map, meant: &[&str], problems: &mut Problems) -> bool {
    let api_version = format!("{}/{}", api.group, api.version);
    let mut right = true;
    for (key, want) in [("apiVersion", api_version.as_str()), ("kind", api.kind.as_str())] {
        let path = Path::key(key);
        match object.get(key) {
            None if meant.contains(&key) => {}
            None | Some(Value::Null) => {
                let problem = Problem::at("missing-field", path, "is missing");
                problems.push(problem.help(format!("write `{key}: {want}`")));
            }
            Some(Value::Str(have)) if &**have == want => {}
            Some(Value::Str(have)) => {
                right = false;
                let have = shorten(have);
                let problem = Problem::at("wrong-kind", path, &format!("is {have:?}, not {want:?}"));
                problems.push(problem.help(format!("this promise serves `{}` of `{api_version}`", api.kind)));
            }
            Some(other) => {
                right = false;
                wrong_type::<()>(path, &Type::STRING, other, problems);
            }
        }
    }
    right
}

/// Reads the metadata of an object.
pub(super) fn read(object: &Map, meant: &[&str], problems: &mut Problems) -> Option<Head> {
    let path = Path::key("metadata");
    let metadata = match object.get("metadata") {
        None if meant.contains(&"metadata") => return None,
        None | Some(Value::Null) => {
            let problem = Problem::at("missing-field", path, "is missing");
            problems.push(problem.help("a request needs a `metadata.name`"));
            return None;
        }
        Some(Value::Map(metadata)) => metadata,
        Some(other) => return wrong_type(path, &Type::Object, other, problems),
    };
    let known = [&WRITTEN[..], &SERVER[..]].concat();
    let unknown = Unknown::of(&path, metadata, &known, &WRITTEN);
    unknown.problems.into_iter().for_each(|problem| problems.push(problem));
    // All four are read before one of them can stop it: each has its own problems.
    let name = name(metadata, &unknown.meant, problems);
    let namespace = namespace(metadata, problems);
    let labels = texts(metadata, "labels", problems);
    let annotations = texts(metadata, "annotations", problems);
    Some(Head { name: name?, namespace: namespace?, labels: labels?, annotations: annotations? })
}

fn name(metadata: &Map, meant: &[&str], problems: &mut Problems) -> Option<String> {
    let path = Path::key("metadata").then_key("name");
    match metadata.get("name") {
        None if meant.contains(&"name") => {}
        None | Some(Value::Null) => problems.push(match metadata.get("generateName") {
            None | Some(Value::Null) => Problem::at("missing-field", path, "is missing"),
            Some(_) => {
                let path = Path::key("metadata").then_key("generateName");
                let problem = Problem::at("bad-name", path, "would make another request each time");
                problem.at_key().help("give the request a `metadata.name`")
            }
        }),
        Some(Value::Str(text)) => match name_problem(text) {
            None => return Some(text.to_string()),
            Some((why, help)) => problems.push(Problem::at("bad-name", path, &why).help(help)),
        },
        Some(other) => return wrong_type(path, &Type::STRING, other, problems),
    }
    None
}

fn namespace(metadata: &Map, problems: &mut Problems) -> Option<String> {
    let path = Path::key("metadata").then_key("namespace");
    match metadata.get("namespace") {
        None | Some(Value::Null) => Some(Request::DEFAULT_NAMESPACE.into()),
        Some(Value::Str(text)) if Class::DnsLabel.contains(text) => Some(text.to_string()),
        Some(Value::Str(text)) => {
            let what = format!("is {:?}, which is no name of a namespace", shorten(text));
            let help = format!("use {}", Class::DnsLabel.describe());
            problems.push(Problem::at("bad-name", path, &what).help(help));
            None
        }
        Some(other) => wrong_type(path, &Type::STRING, other, problems),
    }
}

/// Reads `labels` or `annotations`.
fn texts(metadata: &Map, field: &str, problems: &mut Problems) -> Option<Value> {
    let path = Path::key("metadata").then_key(field);
    let entries = match metadata.get(field) {
        None | Some(Value::Null) => return Some(Value::map(Map::new())),
        Some(Value::Map(entries)) => entries,
        Some(other) => return wrong_type(path, &Type::Object, other, problems),
    };
    let mut kept = Map::new();
    let mut complete = true;
    for (key, value) in entries.iter().filter(|(key, _)| &***key != LAST_APPLIED) {
        if field == "labels" && OF_KRATIX.contains(&&**key) {
            continue;
        }
        match text(field, &path, key, value, problems) {
            Some(()) => drop(kept.insert(Arc::clone(key), value.clone())),
            None => complete = false,
        }
    }
    let bytes: usize = kept.iter().map(|(k, v)| k.len() + v.as_str().map_or(0, str::len)).sum();
    if field == "annotations" && bytes > ANNOTATION_BYTES {
        let what = format!("hold {bytes} bytes, more than {ANNOTATION_BYTES}");
        problems.push(Problem::at("out-of-range", path, &what));
        return None;
    }
    complete.then(|| sorted(kept))
}

/// Checks one label or annotation.
fn text(field: &str, path: &Path, key: &Arc<str>, value: &Value, problems: &mut Problems) -> Option<()> {
    let at = path.then_key(key);
    // The prefix of an annotation may be in upper case, that of a label may not.
    let judged = if field == "annotations" { key.to_ascii_lowercase() } else { key.to_string() };
    if let Some(why) = key_problem(&judged) {
        let message = format!("the key `{}` of `{path}` {why}", shorten(key));
        problems.push(Problem::new("bad-name", at, message).at_key());
        return None;
    }
    let Value::Str(text) = value else { return wrong_type(at, &Type::STRING, value, problems) };
    if let Some(why) = label_value_problem(text).filter(|_| field == "labels") {
        let message = format!("the value of {} {why}", shown(&at));
        let help = "a label's value has at most 63 letters, digits, `-`, `_` and `.`";
        problems.push(Problem::new("bad-name", at, message).help(help));
        return None;
    }
    Some(())
}

fn wrong_type<T>(path: Path, ty: &Type, value: &Value, problems: &mut Problems) -> Option<T> {
    if let Err(mismatch) = ty.check(value) {
        let problem = Problem::at("wrong-type", path, &mismatch.what);
        problems.push(problem.perhaps_help(type_help(ty, value)));
    }
    None
}
