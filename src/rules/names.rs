//! **explicit-namespace** and **stable-name**: names and namespaces are ones that Kubernetes takes.

use super::Finding;
use crate::check::types::{Class, Str, Type};
use crate::eval::Document;
use crate::value::Value;
use crate::value::path::Path;

pub(super) fn judge(document: &Document) -> Vec<Finding> {
    let metadata = Path::key("metadata");
    let mut found = Vec::new();
    let name = Value::str(document.name.as_str());
    if !is_segment(document)
        && let Err(m) = name_type(document).check(&name)
    {
        found.push(Finding {
            rule: "stable-name",
            path: metadata.then_key("name"),
            message: format!("`metadata.name` {}", m.what),
            help: "cast the name where it arises: `… as DnsSubdomain else \"…\"`".into(),
        });
    }
    if let Some(namespace) = &document.namespace
        && let Err(m) = Type::class(Class::DnsLabel).check(&Value::str(namespace.as_str()))
    {
        found.push(Finding {
            rule: "explicit-namespace",
            path: metadata.then_key("namespace"),
            message: format!("`metadata.namespace` {}", m.what),
            help: "cast the namespace where it arises: `… as DnsLabel else \"…\"`".into(),
        });
    }
    found
}

/// Whether this is an RBAC object with a good name, told without a regular expression.
fn is_segment(document: &Document) -> bool {
    let name = &document.name;
    let good = !name.is_empty() && name.len() <= 253 && !name.contains(['/', '%']);
    document.group == "rbac.authorization.k8s.io" && good
}

/// Names of RBAC objects are path segments, all others are DNS names.
fn name_type(document: &Document) -> Type {
    match document.group.as_str() {
        "rbac.authorization.k8s.io" => Type::Str(Str {
            pattern: Some(r"^[^/%]+$".into()),
            min: Some(1),
            max: Some(253),
            ..Str::default()
        }),
        _ => Type::class(Class::DnsSubdomain),
    }
}
