//! What stands around the schemas: names, versions, columns.

use super::change::{Changes, Kind};
use super::schema;
use crate::value::{Value, json};

/// Compares what a resource is known by.
pub(super) fn names(old: &Value, new: &Value, changes: &mut Changes) {
    let identity = [&["spec", "group"][..], &["spec", "names", "kind"], &["spec", "names", "plural"]];
    for path in identity.into_iter().chain([&["spec", "scope"][..]]) {
        differ(path, at(old, path), at(new, path), Kind::Identity, changes);
    }
    for key in ["singular", "shortNames", "categories", "listKind"] {
        let path = ["spec", "names", key];
        let is_there = |value: &Value| value.as_list().is_none_or(|all| !all.is_empty());
        let full = |crd| at(crd, &path).filter(is_there).or_else(|| default_name(crd, key));
        differ(&path, full(old), full(new), Kind::Names, changes);
    }
}

/// The name that the API server fills in.
fn default_name(crd: &Value, key: &str) -> Option<Value> {
    let kind = at(crd, &["spec", "names", "kind"])?;
    let kind = kind.as_str()?;
    match key {
        "singular" => Some(kind.to_lowercase().into()),
        "listKind" => Some(format!("{kind}List").into()),
        _ => None,
    }
}

fn differ(path: &[&str], old: Option<Value>, new: Option<Value>, kind: Kind, changes: &mut Changes) {
    if old != new {
        changes.below(path.join("."), |changes| changes.add(kind, shown(old.as_ref()), shown(new.as_ref())));
    }
}

/// Compares every version that is served: each is one that requests may be written in.
pub(super) fn versions(old: &Value, new: &Value, changes: &mut Changes) {
    let (before, after) = (served(old), served(new));
    for version in &before {
        let Some(name) = version.get("name").and_then(Value::as_str) else { continue };
        match after.iter().find(|other| other.get("name") == version.get("name")) {
            Some(other) => {
                changes.version = Some(name.into());
                compare(version, other, changes);
                changes.version = None;
            }
            None => changes.below("spec.versions", |changes| {
                changes.add(Kind::RemovedVersion, format!("`{name}` is served"), "it is not");
            }),
        }
    }
    for version in after {
        let is_new = before.iter().all(|other| other.get("name") != version.get("name"));
        if let Some(name) = version.get("name").and_then(Value::as_str).filter(|_| is_new) {
            changes.below("spec.versions", |changes| {
                changes.add(Kind::AddedVersion, "nothing", format!("`{name}` is served"));
            });
        }
    }
}

fn served(crd: &Value) -> Vec<Value> {
    let versions = at(crd, &["spec", "versions"]);
    let versions = versions.as_ref().and_then(Value::as_list).unwrap_or_default();
    versions.iter().filter(|v| v.get("served") == Some(&Value::Bool(true))).cloned().collect()
}

fn compare(old: &Value, new: &Value, changes: &mut Changes) {
    let root = |version| at(version, &["schema", "openAPIV3Schema"]);
    match (root(old), root(new)) {
        (Some(old), Some(new)) => schema::root(&old, &new, changes),
        (None, None) => {}
        (old, new) => changes.add(Kind::NotCompared, shown(old.as_ref()), shown(new.as_ref())),
    }
    let columns = |version: &Value| version.get("additionalPrinterColumns").cloned();
    if columns(old) != columns(new) {
        changes.below("additionalPrinterColumns", |changes| {
            changes.add(Kind::Column, titles(columns(old)), titles(columns(new)));
        });
    }
}

fn titles(columns: Option<Value>) -> String {
    let columns = columns.as_ref().and_then(Value::as_list).unwrap_or_default();
    let titles: Vec<String> =
        columns.iter().filter_map(|c| Some(format!("`{}`", c.get("name")?.as_str()?))).collect();
    if titles.is_empty() { "nothing".into() } else { titles.join(", ") }
}

pub(super) fn at(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value, |value, key| value.get(key)).filter(|value| **value != Value::Null).cloned()
}

/// A part of a definition as it stands in a message.
pub(super) fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".into() };
    let text = json::write_compact(value);
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("`{}…`", text.get(..at).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
