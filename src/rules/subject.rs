//! What a rule judges: one object, rendered or read from a file, and the facts of the platform that it must fit.

use super::Finding;
use super::readings::Readings;
use crate::check::kinds::{Kind, Origin};
use crate::check::program::{PodSecurity, Program};
use crate::value::Value;
use crate::value::path::Path;

/// An object, and the words of its head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// The group, empty for the core group.
    pub(super) group: &'a str,
    /// The version.
    pub(super) version: &'a str,
    /// The kind; empty if it has none.
    pub(super) kind: &'a str,
    /// The whole object.
    pub(super) object: &'a Value,
}

impl<'a> Subject<'a> {
    /// The object, which may be anything.
    pub(super) fn of(object: &'a Value) -> Subject<'a> {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let api = text("apiVersion");
        let (group, version) = api.split_once('/').unwrap_or(("", api));
        Subject { group, version, kind: text("kind"), object }
    }

    /// A text of its metadata; empty if it is not there.
    pub(super) fn metadata(self, key: &str) -> &'a str {
        self.object.get("metadata").and_then(|m| m.get(key)).and_then(Value::as_str).unwrap_or_default()
    }

    /// The namespace in which its pods run: its own, or the one that an Argo CD Application goes to.
    pub(super) fn namespace_of_pods(self) -> &'a str {
        let destination = || {
            let spec = self.object.get("spec")?;
            let spec = spec.get("template").and_then(|t| t.get("spec")).unwrap_or(spec);
            spec.get("destination")?.get("namespace")?.as_str()
        };
        match self.group == "argoproj.io" {
            true => destination().unwrap_or_default(),
            false => self.metadata("namespace"),
        }
    }

    /// Whether it is of this group and kind.
    pub(super) fn is(self, group: &str, kind: &str) -> bool {
        (self.group, self.kind) == (group, kind)
    }
}

/// What rules follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    /// What the platform declares, the kinds that are known and the promises.
    pub(super) program: &'a Program,
    /// What the texts of the document were read as, for all rules that look into them.
    pub(super) readings: Option<&'a Readings>,
}

impl<'a> Facts<'a> {
    /// Those of a program.
    pub(super) fn of(program: &'a Program) -> Facts<'a> {
        Facts { program, readings: None }
    }

    /// With what the texts of one document were read as.
    pub(super) fn with(self, readings: &'a Readings) -> Facts<'a> {
        Facts { readings: Some(readings), ..self }
    }

    /// The PodSecurity level of a namespace.
    pub(super) fn level_of(self, namespace: &str) -> PodSecurity {
        match self.program.platform.host_access.contains_key(namespace) {
            true => PodSecurity::Privileged,
            false => self.program.platform.pod_security,
        }
    }

    /// What is known of the kind, if it is no request of a promise.
    pub(super) fn kind(self, subject: Subject<'_>) -> Option<&'a Kind> {
        self.program.kinds.lookup(subject.group, subject.version, subject.kind)
    }

    /// Whether Kubernetes itself declares the kind, so that the meaning of every field is known.
    pub(super) fn is_builtin(self, subject: Subject<'_>) -> bool {
        self.kind(subject).is_some_and(|kind| kind.origin == Origin::Builtin)
    }

    /// Whether objects of the kind live in a namespace; `None` if nothing is known of it.
    pub(super) fn is_namespaced(self, subject: Subject<'_>) -> Option<bool> {
        let request = || self.program.serving(subject.group, subject.kind).map(|_| true);
        self.kind(subject).map(|kind| kind.namespaced).or_else(request)
    }
}

/// Where findings go.
pub(super) type Findings = Vec<Finding>;

/// A finding of `rule` at `path`.
pub(super) fn finding(rule: &'static str, path: &Path, message: String, help: impl Into<String>) -> Finding {
    Finding { rule, path: path.clone(), message, help: help.into() }
}
