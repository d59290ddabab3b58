//! A rendered object: what the author wrote, with what the engine adds.

use std::sync::Arc;

use crate::check::program::{Gvk, Platform};
use crate::check::resource::{OWNERSHIP_LABELS, POD_SECURITY_LABELS};
use crate::request::Request;
use crate::source::Span;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

/// A rendered object.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The group, empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`; `None` if it is cluster-scoped.
    pub namespace: Option<String>,
    /// The whole object: `apiVersion`, `kind`, `metadata`, then the author's order.
    pub object: Value,
    /// The promise that serves it, if it is a request.
    pub serves: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a document came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The promise that rendered it.
    pub promise: String,
    /// Whether it comes of the request, or of its deletion.
    pub phase: Phase,
    /// The node of its graph, in that phase.
    pub node: usize,
    /// Which of the documents of this node, from 0.
    pub instance: usize,
    /// The handle that the author gave it.
    pub handle: Option<String>,
    /// Where it was written.
    pub span: Span,
}

/// Which of the two lists of nodes a promise has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What a request renders.
    Render,
    /// What its deletion makes.
    Delete,
}

/// What a document is made of.
pub(super) struct Parts {
    pub(super) gvk: Gvk,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    /// The body as the author wrote it, `metadata` included.
    pub(super) body: Map,
    pub(super) serves: Option<String>,
    pub(super) origin: Origin,
}

impl Document {
    /// Puts a document together: header, metadata with the engine's labels, body.
    pub(super) fn new(parts: Parts, request: &Request, platform: &Platform) -> Document {
        let Parts { gvk, name, namespace, mut body, serves, origin } = parts;
        let author = body.shift_remove("metadata");
        let served = serves.as_deref().unwrap_or(&origin.promise);
        let mut labels = author
            .as_ref()
            .and_then(|m| m.get("labels"))
            .and_then(Value::as_map)
            .cloned()
            .unwrap_or_default();
        stamp(&mut labels, &OWNERSHIP_LABELS, &["kratix", served, &request.name]);
        if serves.is_some() {
            parents(&mut labels, &origin.promise, request);
        }
        if gvk.group.is_empty() && gvk.kind == "Namespace" {
            let level = match platform.host_access.contains_key(&name) {
                true => "privileged",
                false => platform.pod_security.label(),
            };
            stamp(&mut labels, &POD_SECURITY_LABELS, &[level; 3]);
        }
        let mut metadata = Map::from_iter([(Arc::from("name"), Value::str(name.as_str()))]);
        metadata.extend(namespace.as_ref().map(|n| (Arc::from("namespace"), Value::str(n.as_str()))));
        metadata.insert("labels".into(), Value::map(labels));
        let rest = author.as_ref().and_then(Value::as_map).into_iter().flatten();
        metadata.extend(rest.filter(|(k, _)| &***k != "labels").map(|(k, v)| (Arc::clone(k), v.clone())));
        let api_version = match gvk.group.is_empty() {
            true => gvk.version.clone(),
            false => format!("{}/{}", gvk.group, gvk.version),
        };
        let mut object = Map::from_iter([
            (Arc::from("apiVersion"), Value::str(api_version)),
            (Arc::from("kind"), Value::str(gvk.kind.as_str())),
            (Arc::from("metadata"), Value::map(metadata)),
        ]);
        object.extend(body);
        let Gvk { group, version, kind, .. } = gvk;
        Document { group, version, kind, name, namespace, object: Value::map(object), serves, origin }
    }

    /// Whether the engine wrote what stands at `path`, whatever the author or the request said there.
    pub(super) fn is_stamped(&self, path: &Path) -> bool {
        let [Step::Key(metadata), Step::Key(labels), Step::Key(key)] = path.0.as_slice() else {
            return false;
        };
        let parent = key.starts_with("kratix.io/component-of-") || key.starts_with("kratix.io/parent-");
        let namespace = self.kind == "Namespace" && self.group.is_empty();
        (&**metadata, &**labels) == ("metadata", "labels")
            && (OWNERSHIP_LABELS.contains(&&**key)
                || (self.serves.is_some() && parent)
                || (namespace && POD_SECURITY_LABELS.contains(&&**key)))
    }

    /// `KIND/NAME`, with the namespace if there is one: how people speak of it.
    pub fn title(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{}/{} in {namespace}", self.kind, self.name),
            None => format!("{}/{}", self.kind, self.name),
        }
    }
}

/// Writes labels, whatever stood there before: a value that arrives by request is replaced.
fn stamp(labels: &mut Map, keys: &[&str], values: &[&str]) {
    for (key, value) in keys.iter().zip(values) {
        labels.shift_remove(*key);
        labels.insert((*key).into(), Value::str(*value));
    }
}

/// Both sets of labels by which Kratix' tools recognise the parent of a request.
fn parents(labels: &mut Map, promise: &str, request: &Request) {
    for set in ["component-of", "parent"] {
        for (part, value) in [
            ("promise-name", promise),
            ("resource-name", &request.name),
            ("resource-namespace", &request.namespace),
        ] {
            let key = format!("kratix.io/{set}-{part}");
            labels.shift_remove(key.as_str());
            labels.insert(key.into(), Value::str(value));
        }
    }
}
