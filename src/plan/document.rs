//! The object of a node as a residue: what the author wrote, with what the engine adds; as `eval::Document::new` puts it
//! together.

use std::sync::Arc;

use super::member::{Member, Pair};
use super::reduce::{Reduce, Reduced, Unseen};
use super::residue::{Cond, Entry, Load, Object, Residue};
use crate::check::program::{Gvk, Platform, PodSecurity, Request, Resource};
use crate::check::resource::{OWNERSHIP_LABELS, POD_SECURITY_LABELS};
use crate::check::types::{Lit, Type};
use crate::value::Value;

/// The object of a node.
pub(super) struct Shape {
    pub(super) entries: Vec<Entry>,
    /// Labels that are written as they are given, but for those that the engine writes.
    pub(super) labels: Labels,
}

/// The labels of a document, in order.
pub(super) struct Labels {
    /// Whose keys only a request tells.
    pub(super) given: Option<Given>,
    /// Known by their keys; the engine's at the end.
    pub(super) known: Vec<Entry>,
}

/// Labels whose keys only a request tells.
pub(super) enum Given {
    Load(Load),
    Pairs(Vec<Member<Pair>>),
}

/// What a document is made of.
pub(super) struct Parts<'a> {
    pub(super) gvk: &'a Gvk,
    pub(super) promise: &'a str,
    /// The promise that serves it, if it is a request.
    pub(super) serves: Option<&'a str>,
    /// The slots of its name and namespace.
    pub(super) name: Load,
    pub(super) namespace: Option<Load>,
}

impl Reduce<'_> {
    pub(super) fn resource(
        &mut self,
        r: &Resource,
        parts: &Parts<'_>,
        platform: &Platform,
    ) -> Reduced<Shape> {
        let mut body = self.entries(&r.body)?;
        let metadata = match body.entries.iter().position(|e| &*e.key == "metadata") {
            None => Object::default(),
            Some(at) => match body.entries.remove(at) {
                Entry { when: Cond::Always, value, .. } => value.object().ok_or(Unseen)?,
                _ => return Err(Unseen),
            },
        };
        let heads = ["apiVersion", "kind", "metadata"];
        if body.entries.iter().any(|e| heads.contains(&&*e.key)) {
            return Err(Unseen);
        }
        shape(parts, metadata, body.entries, platform)
    }

    pub(super) fn request(&mut self, r: &Request, parts: &Parts<'_>, platform: &Platform) -> Reduced<Shape> {
        let metadata = self.entries(&r.with)?;
        let spec = self.reduce_or_fill(&r.body)?;
        let spec = Entry { key: "spec".into(), when: Cond::Always, value: spec };
        shape(parts, metadata, vec![spec], platform)
    }
}

fn shape(parts: &Parts<'_>, metadata: Object, body: Vec<Entry>, platform: &Platform) -> Reduced<Shape> {
    let stamps = stamps(parts, platform);
    let mut labels = Labels { given: None, known: vec![] };
    let mut rest = vec![];
    for e in metadata.entries {
        match &*e.key {
            "name" | "namespace" => return Err(Unseen),
            "labels" if e.when == Cond::Always => match e.value {
                Residue::Absent => {}
                Residue::Load(load) => labels.given = Some(Given::Load(load)),
                Residue::Pairs(pairs) => labels.given = Some(Given::Pairs(pairs)),
                value => labels.known = value.object().ok_or(Unseen)?.entries,
            },
            "labels" => return Err(Unseen),
            _ => rest.push(e),
        }
    }
    labels.known.retain(|e| stamps.iter().all(|s| s.key != e.key));
    labels.known.extend(stamps);
    let api_version = match parts.gvk.group.is_empty() {
        true => parts.gvk.version.clone(),
        false => format!("{}/{}", parts.gvk.group, parts.gvk.version),
    };
    let mut inner = vec![entry("name", Residue::Load(parts.name.clone()))];
    inner.extend(parts.namespace.clone().map(|n| entry("namespace", Residue::Load(n))));
    // Its place is here; what stands in it is laid out from `labels`.
    inner.push(entry("labels", Residue::Absent));
    inner.extend(rest);
    let metadata = Residue::Object(Object { entries: inner, omitted: false });
    let mut entries = vec![
        entry("apiVersion", Residue::Const(Value::str(api_version))),
        entry("kind", Residue::Const(Value::str(parts.gvk.kind.as_str()))),
        entry("metadata", metadata),
    ];
    entries.extend(body);
    Ok(Shape { entries, labels })
}

/// The labels that the engine writes, whatever stood there before.
fn stamps(parts: &Parts<'_>, platform: &Platform) -> Vec<Entry> {
    let text = |s: &str| Residue::Const(Value::str(s));
    let (name, namespace) = (Load::metadata("name"), Load::metadata("namespace"));
    let served = parts.serves.unwrap_or(parts.promise);
    let values = [text("kratix"), text(served), Residue::Load(name.clone())];
    let mut all: Vec<Entry> = OWNERSHIP_LABELS.iter().zip(values).map(|(k, v)| entry(k, v)).collect();
    if parts.serves.is_some() {
        for set in ["component-of", "parent"] {
            for (part, value) in [
                ("promise-name", text(parts.promise)),
                ("resource-name", Residue::Load(name.clone())),
                ("resource-namespace", Residue::Load(namespace.clone())),
            ] {
                all.push(entry(&format!("kratix.io/{set}-{part}"), value));
            }
        }
    }
    if parts.gvk.group.is_empty() && parts.gvk.kind == "Namespace" {
        let level = |level: PodSecurity| text(level.label());
        let hosts: Vec<Lit> = platform.host_access.keys().map(|k| Lit::Str(k.as_str().into())).collect();
        let is_host = if hosts.is_empty() { Cond::Never } else { Cond::Is(parts.name.clone(), hosts) };
        let value = Residue::choose(is_host, level(PodSecurity::Privileged), level(platform.pod_security));
        all.extend(POD_SECURITY_LABELS.iter().map(|key| entry(key, value.clone())));
    }
    all
}

fn entry(key: &str, value: Residue) -> Entry {
    Entry { key: Arc::from(key), when: Cond::Always, value }
}

/// The slot of a name, which is a text and always there.
pub(super) fn name(slot: usize) -> Load {
    Load::slot(slot, Type::STRING, true)
}
