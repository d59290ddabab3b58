//! The whole flow of the shipped platform for real requests, document by document.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use vow::eval::{Document, Rendering};

use crate::deviations::{Rendered, expected};
use crate::platform::{entries, name_of, shared, shipped, text, to_json, yaml, yaml_file};

/// Promise, kind, namespace and name: what a document is known by.
type Key = (String, String, String, String);

#[test]
fn real_requests_render_what_lies_beside_them() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut platform = shipped();
    let cases = entries(&shared.join("reference/cases"));
    assert!(cases.len() >= 5, "{cases:?}");
    for case in cases {
        let name = name_of(&case);
        let request = text(&case.join("request.yaml"));
        let passed = platform.flow(&name, &request);
        let asked = yaml(&request).remove(0);
        let renderings: Vec<&Rendering> = passed.flows().iter().flat_map(|f| &f.renderings).collect();
        let documents = renderings.iter().flat_map(|r| r.documents.iter().map(move |d| (*r, d)));
        let mut rendered: BTreeMap<Key, (&Rendering, &Document)> =
            documents.map(|(r, d)| (key(&r.promise, &to_json(&d.object)), (r, d))).collect();
        assert_eq!(rendered.len(), passed.documents().count(), "{name}: two documents are one object");
        assert_eq!(passed.documents().filter(|d| d.serves.is_some()).count(), 7, "{name}");
        assert_eq!(passed.documents().filter(|d| d.serves.is_none()).count(), 12, "{name}");

        for (promise, reference) in reference(&case) {
            let key = key(&promise, &reference);
            let found = rendered.remove(&key);
            let (rendering, document) = found.unwrap_or_else(|| panic!("{name}: {key:?} is not rendered"));
            let wanted = expected(reference, &Rendered { asked: &asked, rendering, document });
            assert_same(&format!("{name}: {key:?}"), &meaning(wanted), &meaning(to_json(&document.object)));
        }
        assert!(rendered.is_empty(), "{name}: no reference has {:?}", rendered.keys());
    }
}

/// The documents beside a request, each with the promise that renders it.
fn reference(case: &Path) -> Vec<(String, Json)> {
    let folders = entries(case).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| entries(&folder).into_iter().map(move |f| (name_of(&folder), f)));
    files.flat_map(|(promise, f)| yaml_file(&f).into_iter().map(move |d| (promise.clone(), d))).collect()
}

fn key(promise: &str, object: &Json) -> Key {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or("").to_owned();
    (promise.into(), text("/kind"), text("/metadata/namespace"), text("/metadata/name"))
}

/// The object with the YAML texts in it read, so that they are compared by what they mean.
fn meaning(mut object: Json) -> Json {
    for pointer in ["/spec/valuesYaml", "/data/values.yaml"] {
        if let Some(text) = object.pointer_mut(pointer) {
            let mut documents = yaml(text.as_str().expect("a text"));
            assert_eq!(documents.len(), 1, "{pointer}");
            *text = documents.remove(0);
        }
    }
    object
}

/// Fails with every difference, each with its path.
pub(crate) fn assert_same(what: &str, wanted: &Json, found: &Json) {
    let mut out = Vec::new();
    differences(wanted, found, "", &mut out);
    assert!(out.is_empty(), "{what}\n{}", out.join("\n"));
}

fn differences(wanted: &Json, found: &Json, path: &str, out: &mut Vec<String>) {
    match (wanted, found) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, wanted) in a {
                match b.get(key) {
                    Some(found) => differences(wanted, found, &format!("{path}.{key}"), out),
                    None => out.push(format!("{path}.{key}: missing, wanted {wanted}")),
                }
            }
            let more = b.iter().filter(|(key, _)| !a.contains_key(*key));
            out.extend(more.map(|(key, found)| format!("{path}.{key}: not wanted, found {found}")));
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (i, (wanted, found)) in a.iter().zip(b).enumerate() {
                differences(wanted, found, &format!("{path}[{i}]"), out);
            }
        }
        _ if wanted != found => out.push(format!("{path}: wanted {wanted}, found {found}")),
        _ => {}
    }
}
