//! **ownership-labels**: every object tells that Kratix manages it, for which promise and which request; and every label
//! is one that Kubernetes takes. In what vow renders the engine writes them.

use super::Finding;
use super::subject::{Facts, Findings, Subject, finding};
use crate::check::label;
use crate::check::resource::OWNERSHIP_LABELS;
use crate::check::types::{Str, Type};
use crate::value::Value;
use crate::value::path::Path;

pub(super) fn judge(subject: Subject<'_>, _: Facts<'_>, found: &mut Findings) {
    let metadata = Path::key("metadata");
    let part = |name| subject.object.get("metadata").and_then(|m| m.get(name)).and_then(Value::as_map);
    for key in OWNERSHIP_LABELS {
        let value = part("labels").and_then(|l| l.get(key)).and_then(Value::as_str).unwrap_or_default();
        let wrong = match key {
            "app.kubernetes.io/managed-by" => value != "kratix",
            _ => value.is_empty(),
        };
        if wrong {
            let path = metadata.then_key("labels").then_key(key);
            let message = format!("the label `{key}` does not tell whose the object is");
            let help = "label it with `app.kubernetes.io/managed-by: kratix`, its promise and its request";
            found.push(finding("ownership-labels", &path, message, help));
        }
    }
    for (key, value) in part("labels").into_iter().flatten() {
        let path = metadata.then_key("labels").then_key(key);
        check(key, &path, found);
        if value.as_str().is_some_and(label::is_value) {
            continue;
        }
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
        check(key, &path, found);
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
}

fn check(key: &str, path: &Path, found: &mut Findings) {
    if !label::is_key(key) {
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

/// What Kubernetes takes as the value of a label, for telling what is wrong with one.
fn label_value() -> Type {
    let pattern = r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
    Type::Str(Str { pattern: Some(pattern.into()), max: Some(63), ..Str::default() })
}

#[cfg(test)]
mod tests {
    use super::label_value;
    use crate::check::label::is_value;
    use crate::value::Value;

    #[test]
    fn both_definitions_of_a_label_agree() {
        let long = "a".repeat(63);
        let longer = "a".repeat(64);
        for text in ["", "a", "-", "a-", ".a", "a.b_c-d", "A1", "a b", "ä", "a\n", &long, &longer] {
            assert_eq!(is_value(text), label_value().check(&Value::str(text)).is_ok(), "{text:?}");
        }
    }
}
