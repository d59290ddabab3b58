//! **ownership-labels**: every object tells that Kratix manages it, for which promise and which request; and every label
//! is one that Kubernetes takes. In what vow renders the engine writes them.

use super::Finding;
use super::prove::{Doubts, Proving};
use super::subject::{Facts, Findings, Subject, finding};
use crate::check::label;
use crate::check::resource::OWNERSHIP_LABELS;
use crate::check::types::{Class, Str, Type};
use crate::known::Known;
use crate::value::Value;
use crate::value::path::Path;

const PROMISE: &str = "kratix.io/promise-name";
/// The sets of labels that tell the parent of a request, and their parts.
const SETS: [&str; 2] = ["component-of", "parent"];
const PARENTS: [&str; 3] = ["promise-name", "resource-name", "resource-namespace"];

pub(super) fn judge(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    requested(subject, facts, found);
    let of = subject.object.get("metadata");
    let part = |name| of.and_then(|m| m.get(name)).and_then(Value::as_map);
    let at = |part: &str, key: &str| Path::key("metadata").then_key(part).then_key(key);
    let (labels, annotations) = (part("labels"), part("annotations"));
    for key in OWNERSHIP_LABELS {
        let value = labels.and_then(|l| l.get(key)).and_then(Value::as_str).unwrap_or_default();
        let wrong = match key {
            "app.kubernetes.io/managed-by" => value != "kratix",
            _ => value.is_empty(),
        };
        if wrong {
            let path = at("labels", key);
            let message = format!("the label `{key}` does not tell whose the object is");
            let help = "label it with `app.kubernetes.io/managed-by: kratix`, its promise and its request";
            found.push(finding("ownership-labels", &path, message, help));
        }
    }
    for (key, value) in labels.into_iter().flatten() {
        if label::is_key(key) && value.as_str().is_some_and(label::is_value) {
            continue;
        }
        let path = at("labels", key);
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
    for (key, value) in annotations.into_iter().flatten() {
        if label::is_key(key) && value.as_str().is_some() {
            continue;
        }
        let path = at("annotations", key);
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

/// What tells whose a request is: Kratix sets the label of the promise that serves it, and its tools read its parent from
/// either of two sets of labels.
fn requested(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    let labels = subject.object.get("metadata").and_then(|m| m.get("labels")).and_then(Value::as_map);
    let told = |key: &str| labels.and_then(|l| l.get(key)).and_then(Value::as_str);
    let at = |key: &str| Path::key("metadata").then_key("labels").then_key(key);
    let mut report = |key: &str, message: String, help: &str| {
        found.push(finding("ownership-labels", &at(key), message, help));
    };
    let bound = || subject.object.get("spec")?.get("promiseRef")?.get("name")?.as_str();
    let serving = match subject.is("platform.kratix.io", "ResourceBinding") {
        true => bound(),
        false => facts.program.serving(subject.group, subject.kind).map(|p| p.name.as_str()),
    };
    let Some(serving) = serving else { return };
    if let Some(named) = told(PROMISE).filter(|named| *named != serving && !named.is_empty()) {
        let message = format!("the label `{PROMISE}` is `{named}`, and `{serving}` serves this request");
        report(PROMISE, message, "name the promise that serves it: Kratix overwrites any other value");
    }
    let key = |set: &str, part: &str| format!("kratix.io/{set}-{part}");
    let sets = PARENTS.iter().flat_map(|part| SETS.map(|set| (key(set, part), told(&key(set, part)))));
    let sets: Vec<_> = sets.collect();
    // A request that a person makes has no parent.
    if sets.iter().all(|(_, value)| value.is_none()) {
        return;
    }
    for (key, _) in sets.iter().filter(|(_, value)| value.is_none_or(str::is_empty)) {
        report(
            key,
            format!("the label `{key}` is not there, and others tell of a parent"),
            "tell the parent by both sets of labels, `kratix.io/component-of-…` and `kratix.io/parent-…`",
        );
    }
    for pair in sets.chunks(SETS.len()) {
        if let [(one, Some(first)), (other, Some(second))] = pair
            && first != second
        {
            let message = format!("the label `{other}` is `{second}`, and `{one}` is `{first}`");
            report(other, message, "a request has one parent: write the same into both");
        }
    }
}

/// What leaves labels and annotations open.
pub(super) fn prove(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    judge(of.subject, of.facts, &mut found);
    out.judged(found, of.object);
    let metadata = of.object.get("metadata").known;
    let labels = metadata.get("labels");
    for key in OWNERSHIP_LABELS {
        let value = labels.known.get(key);
        let there = !value.absent && !labels.absent;
        // One of them has but one value.
        let filled = key != "app.kubernetes.io/managed-by" && is_filled(&value.known);
        if !value.is_absent() && !(there && (filled || value.known.value().is_some())) {
            let path = Path::key("metadata").then_key("labels").then_key(key);
            out.open("ownership-labels", &path, "may not tell whose the object is", &value.known);
        }
    }
    parents(of, &labels.known, out);
    let annotations = metadata.get("annotations").known;
    entries(&labels.known, "labels", out, is_label_always);
    entries(&annotations, "annotations", out, |value| value.is_within(&Type::STRING));
}

/// Whether both sets of labels tell the same parent: the engine writes the same into both.
fn parents(of: Proving<'_>, labels: &Known, out: &mut Doubts) {
    let binding = of.subject.is("platform.kratix.io", "ResourceBinding");
    if binding && of.object.value().is_none() {
        out.open(
            "ownership-labels",
            &Path::key("spec"),
            "may name another promise than the labels",
            of.object,
        );
    }
    if !binding && of.facts.program.serving(of.subject.group, of.subject.kind).is_none() {
        return;
    }
    let promise = labels.get(PROMISE);
    if promise.known.value().is_none() && !promise.is_absent() {
        let path = Path::key("metadata").then_key("labels").then_key(PROMISE);
        out.open("ownership-labels", &path, "may name another promise", &promise.known);
    }
    let told = PARENTS.iter().filter(|part| !labels.get(&format!("kratix.io/parent-{part}")).is_absent());
    let partly = !matches!(told.count(), 0 | 3);
    for part in PARENTS {
        let [one, other] = SETS.map(|set| labels.get(&format!("kratix.io/{set}-{part}")));
        let same = match (&one.known, &other.known) {
            (Known::Is(a), Known::Is(b)) => a == b,
            (Known::Text(a), Known::Text(b)) => std::sync::Arc::ptr_eq(a, b) && is_filled(&one.known),
            (Known::Never, Known::Never) => true,
            _ => false,
        };
        if !same || partly || one.absent != other.absent || (one.absent && !one.is_absent()) {
            let path = Path::key("metadata").then_key("labels");
            out.open("ownership-labels", &path, "may tell two parents", &one.known.join(&other.known));
        }
    }
}

/// Whether something open is a text that is never empty.
fn is_filled(known: &Known) -> bool {
    match known {
        Known::Text(text) => text.whole.class.is_some() || text.whole.min.is_some_and(|n| n > 0),
        _ => false,
    }
}

/// Whether something is the value of a label, whatever it is.
fn is_label_always(known: &Known) -> bool {
    let names = Type::Str(Str { class: Some(Class::DnsSubdomain), max: Some(63), ..Str::default() });
    known.alternatives().iter().all(|k| k.is_within(&names) || k.is_within(&label_value()))
}

fn entries(known: &Known, part: &str, out: &mut Doubts, good: impl Fn(&Known) -> bool) {
    let path = Path::key("metadata").then_key(part);
    let Some(object) = known.as_object() else {
        if !matches!(known, Known::Never) {
            out.open("ownership-labels", &path, "may hold what Kubernetes does not take", known);
        }
        return;
    };
    for (key, field) in &object.fields {
        let path = path.then_key(key);
        let mut found = Findings::new();
        check(key, &path, &mut found);
        found.into_iter().for_each(|f| out.broken(f));
        if field.known.value().is_none() && !good(&field.known) {
            out.open("ownership-labels", &path, "may be a value that Kubernetes does not take", &field.known);
        }
    }
    if let Some(rest) = &object.rest {
        let any = Known::Free(rest.hole.clone());
        out.open("ownership-labels", &path, "may hold keys that Kubernetes does not take", &any);
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
