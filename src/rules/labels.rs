//! **ownership-labels**: the engine writes them; here every label must be one that Kubernetes takes.

use super::Finding;
use crate::check::types::{Class, Str, Type};
use crate::eval::Document;
use crate::value::Value;
use crate::value::path::Path;

pub(super) fn judge(document: &Document) -> Vec<Finding> {
    let metadata = Path::key("metadata");
    let part = |name| document.object.get("metadata").and_then(|m| m.get(name)).and_then(Value::as_map);
    let mut found = Vec::new();
    for (key, value) in part("labels").into_iter().flatten() {
        let path = metadata.then_key("labels").then_key(key);
        check(key, &path, &mut found);
        if let Err(m) = label_value().check(value) {
            found.push(Finding {
                rule: "ownership-labels",
                message: format!("`{path}` {}", m.what),
                path,
                help: "a label's value has at most 63 letters, digits, `-`, `_` and `.`; longer texts are annotations".into(),
            });
        }
    }
    for (key, value) in part("annotations").into_iter().flatten() {
        let path = metadata.then_key("annotations").then_key(key);
        check(key, &path, &mut found);
        if let Err(m) = Type::STRING.check(value) {
            let message = format!("`{path}` {}", m.what);
            found.push(Finding {
                rule: "ownership-labels",
                path,
                message,
                help: "an annotation is a text: quote it".into(),
            });
        }
    }
    found
}

fn check(key: &str, path: &Path, found: &mut Vec<Finding>) {
    if !is_key(key) {
        found.push(Finding {
            rule: "ownership-labels",
            path: path.clone(),
            message: format!("`{path}` is no key that Kubernetes takes"),
            help:
                "a key is `name` or `domain/name`; the name has at most 63 letters, digits, `-`, `_` and `.`"
                    .into(),
        });
    }
}

/// Whether Kubernetes takes `key` as the key of a label or an annotation.
fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    prefix.is_none_or(|p| Class::DnsSubdomain.contains(p)) && !name.is_empty() && is_label(name)
}

fn is_label(text: &str) -> bool {
    label_value().check(&Value::str(text)).is_ok()
}

fn label_value() -> Type {
    let pattern = r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
    Type::Str(Str { pattern: Some(pattern.into()), max: Some(63), ..Str::default() })
}
