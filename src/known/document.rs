//! What is known of a document: what the author wrote, with what the engine adds, as `eval` puts it together.

use super::object::Object;
use super::walk::{Frame, Interpreter, fill};
use super::{Hole, Known, Maybe};
use crate::check::program::{Gvk, Promise, Request, Resource, SELF};
use crate::check::resource::{OWNERSHIP_LABELS, POD_SECURITY_LABELS};

/// The parts of a document.
struct Parts<'a> {
    gvk: &'a Gvk,
    name: Known,
    namespace: Option<Known>,
    body: Object,
    serves: Option<&'a str>,
}

/// What is known of the document of a resource.
pub(super) fn resource(
    it: &mut Interpreter<'_>,
    promise: &Promise,
    r: &Resource,
    frame: &mut Frame,
) -> Known {
    let name = it.there(&r.name, frame);
    let namespace = r.namespace.as_ref().map(|n| it.there(n, frame));
    if let Some(h) = &r.handle {
        fill(frame, h.name_slot, Maybe::there(name.clone()));
        fill(frame, h.namespace_slot, namespace.clone().map_or_else(Maybe::absent, Maybe::there));
    }
    let body = it.object(&r.body, frame);
    document(it, promise, Parts { gvk: &r.gvk, name, namespace, body, serves: None }, frame)
}

/// What is known of the document of a request.
pub(super) fn request(it: &mut Interpreter<'_>, promise: &Promise, r: &Request, frame: &mut Frame) -> Known {
    let Some(api) = it.program.promise(&r.promise).and_then(|p| p.api.as_ref()) else { return Known::Never };
    let name = it.there(&r.name, frame);
    let namespace = own(frame, "namespace");
    if let Some(h) = &r.handle {
        fill(frame, h.name_slot, Maybe::there(name.clone()));
        fill(frame, h.namespace_slot, Maybe::there(namespace.clone()));
    }
    let metadata = it.object(&r.with, frame);
    let spec = it.there(&r.body, frame);
    let mut body = Object::default();
    body.insert(&"metadata".into(), Maybe::there(metadata.known()));
    body.insert(&"spec".into(), Maybe::there(spec));
    let gvk =
        Gvk { group: api.group.clone(), version: api.version.clone(), kind: api.kind.clone(), span: r.span };
    let parts = Parts { gvk: &gvk, name, namespace: Some(namespace), body, serves: Some(&r.promise) };
    document(it, promise, parts, frame)
}

/// A field of the metadata of the request.
fn own(frame: &Frame, key: &str) -> Known {
    let metadata = frame.get(SELF).map(|own| own.known.get("metadata"));
    metadata.map_or(Known::Never, |m| m.known.get(key).known)
}

fn document(it: &Interpreter<'_>, promise: &Promise, parts: Parts<'_>, frame: &Frame) -> Known {
    let Parts { gvk, name, namespace, mut body, serves } = parts;
    let author = body.fields.shift_remove("metadata");
    let author = texts(&author.map_or_else(Maybe::absent, |f| Maybe { known: f.known, absent: f.absent }));
    let mut labels = texts(&author.get("labels"));
    let served = serves.unwrap_or(&promise.name);
    let request = own(frame, "name");
    for (key, value) in
        OWNERSHIP_LABELS.iter().zip([Known::str("kratix"), Known::str(served), request.clone()])
    {
        labels.insert(&(*key).into(), Maybe::there(value));
    }
    if serves.is_some() {
        let namespace = own(frame, "namespace");
        for set in ["component-of", "parent"] {
            let values = [Known::str(&promise.name), request.clone(), namespace.clone()];
            for (part, value) in ["promise-name", "resource-name", "resource-namespace"].iter().zip(values) {
                labels.insert(&format!("kratix.io/{set}-{part}").into(), Maybe::there(value));
            }
        }
    }
    if gvk.group.is_empty() && gvk.kind == "Namespace" {
        let level = level(it, &name);
        for key in POD_SECURITY_LABELS {
            labels.insert(&key.into(), Maybe::there(level.clone()));
        }
    }
    let mut metadata = Object::default();
    metadata.insert(&"name".into(), Maybe::there(name));
    if let Some(namespace) = namespace {
        metadata.insert(&"namespace".into(), Maybe::there(namespace));
    }
    metadata.insert(&"labels".into(), Maybe::there(labels.known()));
    extend(&mut metadata, author);
    let api_version = match gvk.group.is_empty() {
        true => gvk.version.clone(),
        false => format!("{}/{}", gvk.group, gvk.version),
    };
    let mut object = Object::default();
    object.insert(&"apiVersion".into(), Maybe::there(Known::str(&api_version)));
    object.insert(&"kind".into(), Maybe::there(Known::str(&gvk.kind)));
    object.insert(&"metadata".into(), Maybe::there(metadata.known()));
    for (key, field) in body.fields {
        object.insert(&key, Maybe { known: field.known, absent: field.absent });
    }
    if let Some(rest) = &body.rest {
        object.add_rest(rest.keys, &rest.value, &rest.hole);
    }
    object.known()
}

/// The author's labels: those of an object, perhaps absent.
fn texts(labels: &Maybe) -> Object {
    let mut object = match (&labels.known, labels.known.as_object()) {
        (_, Some(object)) => (*object).clone(),
        (Known::Free(hole), _) => Object::any(Known::Free(hole.clone()), hole.clone()),
        (Known::Never, _) => Object::default(),
        (other, _) => {
            let hole = other.hole().map_or_else(|| Hole::new("one of a few objects"), Hole::wild);
            Object::any(Known::Free(hole.clone()), hole)
        }
    };
    if labels.absent {
        object.fields.values_mut().for_each(|f| f.absent = true);
    }
    object
}

/// Everything else that the author said of the metadata.
fn extend(metadata: &mut Object, said: Object) {
    for (key, field) in said.fields.into_iter().filter(|(key, _)| &**key != "labels") {
        metadata.insert(&key, Maybe { known: field.known, absent: field.absent });
    }
    if let Some(rest) = said.rest {
        metadata.add_rest(rest.keys, &rest.value, &rest.hole);
    }
}

/// The PodSecurity level that the engine writes for a namespace of this name.
fn level(it: &Interpreter<'_>, name: &Known) -> Known {
    let platform = &it.program.platform;
    let usual = Known::str(platform.pod_security.label());
    let hosts: Vec<&String> = platform.host_access.keys().collect();
    match name.as_str() {
        Some(name) if platform.host_access.contains_key(name) => Known::str("privileged"),
        Some(_) => usual,
        None if hosts.is_empty() => usual,
        None => usual.join(&Known::str("privileged")),
    }
}
