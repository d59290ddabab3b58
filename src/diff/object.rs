//! What is compared: objects of Kubernetes, and files that hold none.

use std::fmt;
use std::sync::Arc;

use super::change::{Change, Path, What};
use super::fields;
use crate::source::FileId;
use crate::value::Value;
use crate::value::yaml;

/// What makes two objects one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// An object of Kubernetes.
    Object {
        /// Where it is applied, or whose it is; objects of two places are two objects. Empty if there is one place.
        place: String,
        /// The group, empty for the core group.
        group: String,
        /// The kind.
        kind: String,
        /// `metadata.namespace`; empty if it is cluster-scoped.
        namespace: String,
        /// `metadata.name`.
        name: String,
    },
    /// A file that holds no objects.
    File {
        /// As for objects.
        place: String,
        /// Its path.
        path: String,
    },
}

impl Identity {
    /// Where it is applied, or whose it is.
    pub fn place(&self) -> &str {
        match self {
            Identity::Object { place, .. } | Identity::File { place, .. } => place,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Identity::Object { kind, namespace, name, .. } if namespace.is_empty() => {
                write!(f, "{kind}/{name}")
            }
            Identity::Object { kind, namespace, name, .. } => write!(f, "{kind}/{name} in {namespace}"),
            Identity::File { path, .. } => f.write_str(path),
        }
    }
}

/// What an object or a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// An object.
    Object(Value),
    /// A text that is no object, or not one that every reader reads the same.
    Text(Arc<str>),
    /// Neither.
    Bytes(Arc<[u8]>),
}

/// An object or a file of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Where it is applied, or whose it is.
    pub place: String,
    /// The file that holds it; empty if there is none.
    pub path: String,
    /// What it holds.
    pub content: Content,
    /// The file's text, if the way of writing counts.
    pub text: Option<Arc<str>>,
}

impl Object {
    /// An object that lies in no file.
    pub fn of(place: &str, value: Value) -> Object {
        Object { place: place.to_owned(), path: String::new(), content: Content::Object(value), text: None }
    }

    /// What makes it the same object in another set.
    pub fn identity(&self) -> Identity {
        let place = self.place.clone();
        let Content::Object(value) = &self.content else {
            return Identity::File { place, path: self.path.clone() };
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let api = text(value.get("apiVersion"));
        let group = api.split_once('/').map_or("", |(group, _)| group).to_owned();
        let metadata = value.get("metadata");
        let namespace = text(metadata.and_then(|m| m.get("namespace")));
        let name = text(metadata.and_then(|m| m.get("name")));
        Identity::Object { place, group, kind: text(value.get("kind")), namespace, name }
    }
}

/// The objects in a file: one for each document, or the file as it is if that is not what it holds.
pub fn read(place: &str, path: &str, bytes: &[u8]) -> Vec<Object> {
    let made = |content, text| Object { place: place.to_owned(), path: path.to_owned(), content, text };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![made(Content::Bytes(bytes.into()), None)];
    };
    let text: Arc<str> = text.into();
    let named = [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
    let documents = if named { yaml::read(FileId::default(), &text).unwrap_or_default() } else { vec![] };
    let values: Vec<Value> = documents.iter().map(yaml::Node::to_value).collect();
    if values.is_empty() || !values.iter().all(is_object) {
        return vec![made(Content::Text(text), None)];
    }
    values.into_iter().map(|value| made(Content::Object(value), Some(Arc::clone(&text)))).collect()
}

fn is_object(value: &Value) -> bool {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let name = value.get("metadata").and_then(|m| m.get("name"));
    text(value.get("apiVersion")) && text(value.get("kind")) && text(name)
}

/// The fields in which two contents of one identity differ.
pub(super) fn changes(old: &Content, new: &Content) -> Vec<Change> {
    match (old, new) {
        (Content::Object(a), Content::Object(b)) => fields::fields(a, b),
        (a, b) if a == b => vec![],
        (Content::Text(a), Content::Text(b)) => {
            let what = What::Text { old: Arc::clone(a), new: Arc::clone(b), inside: vec![] };
            vec![Change::new(Path::default(), what)]
        }
        (a, b) => vec![Change::new(Path::default(), What::Replaced(as_value(a), as_value(b)))],
    }
}

/// What is told of a content in one value.
pub(super) fn as_value(content: &Content) -> Value {
    match content {
        Content::Object(value) => value.clone(),
        Content::Text(text) => Value::Str(Arc::clone(text)),
        Content::Bytes(bytes) => Value::str(format!("{} bytes that are no text", bytes.len())),
    }
}
