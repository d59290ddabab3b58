//! **explicit-namespace** and **stable-name**: every namespaced object names a valid namespace, all others have none, and
//! none has its name made up by the cluster; every name is one that Kubernetes takes.

use super::prove::{Doubts, Proving};
use super::subject::{Facts, Findings, Subject, finding};
use crate::check::label::is_dns_label;
use crate::check::types::{Class, Str, Type};
use crate::known::Maybe;
use crate::value::Value;
use crate::value::path::Path;

pub(super) fn judge(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    let of = |key: &str| subject.object.get("metadata").and_then(|m| m.get(key));
    name(subject, facts, of("name"), of("generateName").is_some(), found);
    registered(subject, found);
    let scope = facts.is_namespaced(subject);
    let namespace = of("namespace");
    match (scope, namespace.and_then(Value::as_str)) {
        (Some(true), Some(name)) if is_dns_label(name) => return,
        _ => {}
    }
    let path = Path::key("metadata").then_key("namespace");
    let message = match (scope, namespace) {
        (None, _) => return unknown(subject, facts, found),
        (Some(true), Some(namespace)) => match Type::class(Class::DnsLabel).check(namespace) {
            Err(m) => format!("`{path}` {}", m.what),
            Ok(()) => return,
        },
        (Some(true), None) => format!("a `{}` lives in a namespace, and this names none", subject.kind),
        (Some(false), None) => return,
        (Some(false), Some(_)) => {
            let message = format!("a `{}` belongs to the whole cluster and has no namespace", subject.kind);
            found.push(finding("explicit-namespace", &path, message, "remove `metadata.namespace`"));
            return;
        }
    };
    let help = "write `metadata.namespace`; in a promise: `… NAME in NAMESPACE { … }`, cast where it arises: `… as DnsLabel else \"…\"`";
    found.push(finding("explicit-namespace", &path, message, help));
}

/// What leaves the name and the namespace open.
pub(super) fn prove(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    judge(of.subject, of.facts, &mut found);
    let metadata = of.object.get("metadata").known;
    let path = |key: &str| Path::key("metadata").then_key(key);
    let settled = is_settled(of);
    // What the judge makes of a name depends on the rest of the object, too.
    found.retain(|f| settled || f.rule != "stable-name");
    out.judged(found, of.object);
    let generated = metadata.get("generateName");
    if !generated.is_absent() {
        out.open("explicit-namespace", &path("generateName"), "may be there", &generated.known);
    }
    let namespace = metadata.get("namespace");
    let lives = of.facts.is_namespaced(of.subject) == Some(true);
    let good = match lives {
        true => !namespace.absent && namespace.known.is_within(&Type::class(Class::DnsLabel)),
        false => namespace.is_absent(),
    };
    let known = namespace.known.value().is_some() && !namespace.absent;
    if !good && !known && !namespace.is_absent() {
        let what = if lives { "may be no namespace" } else { "may be there" };
        out.open("explicit-namespace", &path("namespace"), what, &namespace.known);
    }
    let name = metadata.get("name");
    // Every DNS name is a good name of an RBAC object, too.
    let subdomain = of.subject.group == GROUP_RBAC && name.known.is_within(&Type::class(Class::DnsSubdomain));
    let good = !name.absent && (subdomain || name.known.is_within(&name_type(of.subject, of.facts)));
    let known = name.known.value().is_some() && !name.absent;
    if !settled || !good && !known && !name.is_absent() {
        out.open("stable-name", &path("name"), "may be no name that Kubernetes takes", &name.known);
    }
}

/// Whether all is known that a name is held to beside its type: the names that a definition gives, or a prefix.
fn is_settled(of: Proving<'_>) -> bool {
    let at = |keys: &[&str]| {
        keys.iter().fold(Maybe::there(of.object.clone()), |at, key| {
            let next = at.known.get(key);
            Maybe { absent: at.absent || next.absent, ..next }
        })
    };
    let known = |keys: &[&str]| {
        let at = at(keys);
        at.is_absent() || at.known.value().is_some() && !at.absent
    };
    match of.subject.kind {
        "CustomResourceDefinition" => {
            [&["metadata", "name"][..], &["spec", "group"], &["spec", "names", "plural"]]
                .into_iter()
                .all(known)
        }
        "PriorityClass" => known(&["metadata", "name"]),
        _ => true,
    }
}

const GROUP_RBAC: &str = "rbac.authorization.k8s.io";

fn unknown(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    let api = subject.object.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    let message = format!(
        "nothing is known of the kind `{}` of `{api}`, not even whether it has a namespace",
        subject.kind
    );
    let help = match facts.program.kinds.suggest(subject.group, subject.version, subject.kind) {
        Some(close) => format!("did you mean `{close}`?"),
        None => "put its CRD into a file that `schemas` in `promises.dsl` names".into(),
    };
    found.push(finding("explicit-namespace", &Path::key("kind"), message, help));
}

fn name(subject: Subject<'_>, facts: Facts<'_>, name: Option<&Value>, generated: bool, found: &mut Findings) {
    // Most names are as short and simple as the strictest kind asks for.
    let simple = |n: &Value| n.as_str().is_some_and(|n| n.len() <= 52 && is_dns_label(n));
    if !generated && name.is_some_and(simple) {
        return;
    }
    let path = Path::key("metadata").then_key("name");
    if generated {
        let path = Path::key("metadata").then_key("generateName");
        let message = format!("`{path}` makes a new object with every rendering");
        found.push(finding("explicit-namespace", &path, message, "give it a name: `metadata.name`"));
    }
    match name {
        None if generated => {}
        None => found.push(finding(
            "stable-name",
            &path,
            "this has no name".into(),
            "give it one: `metadata.name`",
        )),
        Some(name) if is_segment(subject, name) => {}
        Some(name) => {
            if let Err(m) = name_type(subject, facts).check(name) {
                let help = "cast the name where it arises: `… as DnsSubdomain else \"…\"`";
                found.push(finding("stable-name", &path, format!("`{path}` {}", m.what), help));
            }
        }
    }
}

/// Whether this is an RBAC object with a good name, told without a regular expression.
fn is_segment(subject: Subject<'_>, name: &Value) -> bool {
    let good = |n: &str| !n.is_empty() && n.len() <= 253 && !n.contains(['/', '%']) && n != "." && n != "..";
    subject.group == "rbac.authorization.k8s.io" && name.as_str().is_some_and(good)
}

/// Kinds whose names Kubernetes takes from elsewhere in the object, or keeps for itself.
fn registered(subject: Subject<'_>, found: &mut Findings) {
    if !matches!(subject.kind, "CustomResourceDefinition" | "PriorityClass") {
        return;
    }
    let name = subject.metadata("name");
    let path = Path::key("metadata").then_key("name");
    if subject.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        let spec = subject.object.get("spec");
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let plural = text(spec.and_then(|s| s.get("names")).and_then(|n| n.get("plural")));
        let wanted = format!("{plural}.{}", text(spec.and_then(|s| s.get("group"))));
        if name != wanted && !name.is_empty() {
            let message = format!("`{path}` is `{name}`, and the definition is of `{wanted}`");
            found.push(finding("stable-name", &path, message, "a CRD is named `PLURAL.GROUP`"));
        }
    }
    if subject.is("scheduling.k8s.io", "PriorityClass") && name.starts_with("system-") {
        let message = format!("`{path}` begins with `system-`, which Kubernetes keeps for itself");
        found.push(finding("stable-name", &path, message, "choose another name"));
    }
}

/// Names of RBAC objects are path segments, those of a few kinds DNS labels, all others DNS names. What becomes the value
/// of a label, by itself or with an ending, has at most 63 bytes with it: the name of a request, of a Job, of a
/// StatefulSet (`-` and a hash of ten digits), of a CronJob (`-` and a time).
fn name_type(subject: Subject<'_>, facts: Facts<'_>) -> Type {
    let short = |most| Type::Str(Str { class: Some(Class::DnsSubdomain), max: Some(most), ..Str::default() });
    match (subject.group, subject.kind) {
        ("rbac.authorization.k8s.io", _) => Type::Str(Str {
            pattern: Some(r"^([^/%.]|\.[^/%.]|\.\.[^/%])[^/%]*$".into()),
            min: Some(1),
            max: Some(253),
            ..Str::default()
        }),
        ("", "Namespace" | "Service") => Type::class(Class::DnsLabel),
        ("batch", "Job") => short(63),
        ("apps", "StatefulSet") | ("batch", "CronJob") => short(52),
        (group, kind) if facts.program.serving(group, kind).is_some() => short(63),
        _ => Type::class(Class::DnsSubdomain),
    }
}
