//! Rights to create or change Secrets.

use super::RULE;
use crate::known::Known;
use crate::rules::subject::{Findings, Subject, finding};
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

const GROUP: &str = "rbac.authorization.k8s.io";
pub(super) const HELP: &str = "grant `get`, `list` and `watch` at most, on Secrets named in `resourceNames`";

/// The roles of Kubernetes itself that may create Secrets.
const ROLES: [&str; 3] = ["admin", "cluster-admin", "edit"];
const VERBS: [&str; 5] = ["*", "create", "escalate", "patch", "update"];

pub(super) fn judge(subject: Subject<'_>, found: &mut Findings) {
    if subject.group != GROUP {
        return;
    }
    let rules = Path::key("rules");
    for (index, rule) in items(subject.object, "rules").enumerate() {
        if rule.as_map().is_some_and(creates_secrets) {
            let path = rules.then_index(index);
            found.push(finding(RULE, &path, format!("`{path}` may create or change Secrets"), HELP));
        }
    }
    let role = subject.object.get("roleRef");
    let name = role.and_then(|r| r.get("name")).and_then(Value::as_str);
    let of_cluster = role.and_then(|r| r.get("kind")).and_then(Value::as_str) == Some("ClusterRole");
    if let Some(name) = name.filter(|n| of_cluster && ROLES.contains(n)) {
        let path = Path(vec![Step::Key("roleRef".into()), Step::Key("name".into())]);
        let message = format!("`{path}` is `{name}`, which may create Secrets");
        found.push(finding(RULE, &path, message, "bind a role of its own that holds only what is needed"));
    }
}

/// Whether a rule of a role allows to create or change Secrets.
pub(super) fn creates_secrets(rule: &Map) -> bool {
    let has = |key: &str, any: &[&str]| {
        rule.get(key)
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .any(|word| any.contains(&word))
    };
    has("apiGroups", &["", "*"]) && has("resources", &["secrets", "*", "*/*"]) && has("verbs", &VERBS)
}

/// Whether a part of a rule of a role lets the rule be one that creates Secrets.
pub(super) fn may_grant(key: &str, value: &Value) -> bool {
    let full = ["apiGroups", "resources", "verbs"].map(|key| (key.into(), Value::list(vec!["*".into()])));
    let mut rule: Map = full.into_iter().collect();
    rule.insert(key.into(), value.clone());
    creates_secrets(&rule)
}

/// Whether `known`, at `key` of a binding's role, may be that of a role that creates Secrets.
pub(super) fn may_be_role(key: &str, known: &Known) -> bool {
    let of_interest: &[&str] = if key == "name" { &ROLES } else { &["ClusterRole"] };
    match known {
        Known::Text(text) => of_interest.iter().any(|word| text.may_be(word)),
        _ => true,
    }
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_list).unwrap_or_default().iter()
}
