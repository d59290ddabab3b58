//! **no-secret**: no `kind: Secret`, at any depth. The state repository is public, and what was once in it stays in its
//! history. Texts that hold manifests are not looked into yet.

use super::Finding;
use crate::eval::Document;
use crate::value::Value;
use crate::value::path::Path;

pub(super) fn judge(document: &Document) -> Vec<Finding> {
    let mut found = Vec::new();
    walk(&document.object, &Path::default(), &mut found);
    found
}

fn walk(value: &Value, path: &Path, found: &mut Vec<Finding>) {
    match value {
        Value::Map(map) => {
            let kind = map.get("kind").and_then(Value::as_str);
            if let Some(kind) = kind.filter(|k| map.contains_key("apiVersion") && is_secret(k)) {
                found.push(Finding {
                    rule: "no-secret",
                    path: path.then_key("kind"),
                    message: format!(
                        "`{}` is a `{kind}`, and Secrets are never rendered",
                        path.then_key("kind")
                    ),
                    help: "render an `external-secrets.io/v1/ExternalSecret` that reads it from 1Password"
                        .into(),
                });
            }
            map.iter().for_each(|(k, v)| walk(v, &path.then_key(k), found));
        }
        Value::List(items) => items.iter().enumerate().for_each(|(i, v)| walk(v, &path.then_index(i), found)),
        _ => {}
    }
}

fn is_secret(kind: &str) -> bool {
    let kind = kind.trim();
    kind.eq_ignore_ascii_case("Secret") || kind.eq_ignore_ascii_case("SecretList")
}
