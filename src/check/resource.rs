//! `resource` and `request`: what is rendered.

use std::sync::Arc;

use super::checker::Checker;
use super::expr::Want;
use super::program::{self, Builtin, Entry, Expr, ExprKind};
use super::types::{Class, Field, Record, Str, Type};
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Span;
use crate::syntax::ast::{self, Gvk};

/// Labels that only the engine writes.
pub(crate) const OWNERSHIP_LABELS: [&str; 3] =
    ["app.kubernetes.io/managed-by", "kratix.io/promise-name", "kratix.io/resource-name"];
/// Labels of namespaces that only the engine writes.
pub(crate) const POD_SECURITY_LABELS: [&str; 3] = [
    "pod-security.kubernetes.io/enforce",
    "pod-security.kubernetes.io/audit",
    "pod-security.kubernetes.io/warn",
];

impl<'a> Checker<'a> {
    pub(super) fn resource(&mut self, decl: &'a ast::Resource) -> Option<program::Resource> {
        self.kind(&decl.gvk, decl.namespace.as_ref().map(|n| n.span));
        let name = self.value(&decl.name, &name_type(&decl.gvk));
        let namespace = decl.namespace.as_ref().map(|n| self.value(n, &Type::class(Class::DnsLabel)));
        self.cx.in_body = true;
        let (body, ty) = self.entries(&decl.body, Want::Anything, true);
        self.cx.in_body = false;
        if let Type::Record(record) = &ty {
            self.metadata(record);
        }
        self.header_keys(&body);
        self.reserved_labels(&body, decl.gvk.kind == "Namespace" && decl.gvk.group.is_empty());
        let gvk = &decl.gvk;
        let kind = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind);
        // Of a Secret there is one thing to say, and nothing follows from a mistake.
        let judged = ty != Type::Never && !is_secret(gvk);
        let schema = kind.filter(|_| judged).map(|k| k.schema.clone());
        let handle = self.handle(decl.handle.as_ref());
        Some(program::Resource {
            handle,
            gvk: decl.gvk.clone(),
            schema,
            name,
            namespace,
            body,
            span: decl.span,
        })
    }

    /// Checks the kind, and that a namespace is given exactly where it belongs.
    fn kind(&mut self, gvk: &Gvk, namespace: Option<Span>) {
        if is_secret(gvk) {
            let d = Diagnostic::error(
                "no-secret",
                gvk.span,
                "a Secret is never rendered: the state repository is public",
            );
            let help = "render an `external-secrets.io/v1/ExternalSecret` that reads it from 1Password";
            self.out.push(d.help(help));
            return;
        }
        let Some(kind) = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind) else {
            self.unknown_kind(gvk);
            return;
        };
        if let Some(why) = &kind.deprecated {
            let message = format!("`{kind}` is deprecated: {why}");
            let mut d = Diagnostic::warning("deprecated-kind", gvk.span, message);
            let better = self.inputs.kinds.suggest(&gvk.group, &gvk.version, &gvk.kind);
            if let Some(better) = better.filter(|b| *b != kind.to_string()) {
                d = d.help(format!("write `{better}`")).fix(gvk.span, better);
            }
            self.out.push(d);
        }
        match (kind.namespaced, namespace) {
            (true, None) => {
                let message = format!("{} lives in a namespace", words::a(&gvk.kind));
                let d = Diagnostic::error("missing-namespace", gvk.span, message);
                self.out.push(d.help("name it: `… NAME in NAMESPACE { … }`"));
            }
            (false, Some(span)) => {
                let message =
                    format!("{} belongs to the whole cluster and has no namespace", words::a(&gvk.kind));
                self.out
                    .push(Diagnostic::error("superfluous-namespace", span, message).help("remove `in …`"));
            }
            _ => {}
        }
    }

    pub(super) fn unknown_kind(&mut self, gvk: &Gvk) {
        let shown = show_gvk(gvk);
        let mut d =
            Diagnostic::error("unknown-kind", gvk.span, format!("nothing is known of the kind `{shown}`"));
        match self.inputs.kinds.suggest(&gvk.group, &gvk.version, &gvk.kind) {
            Some(close) => d = d.help(format!("did you mean `{close}`?")).fix(gvk.span, close),
            None => d = d.help("put its CRD into a file that `schemas` in `promises.dsl` names"),
        }
        self.out.push(d);
    }

    fn metadata(&mut self, body: &Record) {
        let Some(Type::Record(metadata)) = body.fields.get("metadata").map(|f| &f.ty) else {
            if let Some(f) = body.fields.get("metadata").filter(|f| f.ty != Type::Never) {
                let d =
                    Diagnostic::error("type-mismatch", f.span, "`metadata` is an object with known fields");
                self.out.push(d.help("write `metadata.labels: …` and `metadata.annotations: …`"));
            }
            return;
        };
        let text_map = Type::map(Type::STRING);
        for (name, want) in
            [("labels", &text_map), ("annotations", &text_map), ("finalizers", &Type::list(Type::STRING))]
        {
            if let Some(f) = metadata.fields.get(name).filter(|f| !f.ty.is_within(want)) {
                let message = format!("`metadata.{name}` is `{want}`, this is `{}`", f.ty);
                let d = Diagnostic::error("type-mismatch", f.span, message);
                self.out.push(d.help("labels and annotations are texts: write `\"true\"`, or `\"${…}\"`"));
            }
        }
        let known = ["labels", "annotations", "finalizers", "name", "namespace", "ownerReferences"];
        for (name, f) in metadata.fields.iter().filter(|(n, _)| !known.contains(&&***n)) {
            let mut d =
                Diagnostic::error("unknown-field", f.span, format!("`metadata` has no field `{name}`"));
            d.help.extend(suggest::help(name, known.into_iter().take(3)));
            self.out.push(d);
        }
    }

    /// Keys that the header of a resource already says.
    fn header_keys(&mut self, body: &[Entry]) {
        for entry in body {
            match entry {
                Entry::Field { path, key_span, value } => {
                    let words: Vec<&str> = path.iter().map(|p| &**p).collect();
                    let said = match words.as_slice() {
                        ["apiVersion" | "kind"] => Some("before its name"),
                        ["metadata", "name"] => Some("after the kind"),
                        ["metadata", "namespace"] => Some("after `in`"),
                        _ => None,
                    };
                    if let Some(place) = said {
                        let message =
                            format!("`{}` is said in the header of the resource, {place}", words.join("."));
                        self.out
                            .push(Diagnostic::error("header-key", *key_span, message).help("remove it here"));
                    }
                    if let (["metadata"], ExprKind::Object(inner)) = (words.as_slice(), &value.kind) {
                        let nested: Vec<Entry> = inner.iter().map(under_metadata).collect();
                        self.header_keys(&nested);
                    }
                }
                Entry::When { entries, .. } | Entry::For { entries, .. } => self.header_keys(entries),
                Entry::Computed { .. } => {}
            }
        }
    }

    fn reserved_labels(&mut self, body: &[Entry], namespace: bool) {
        let mut found = Vec::new();
        labels_written(body, &[], &mut found);
        for (key, span) in found {
            let pod_security = key.starts_with("pod-security.kubernetes.io/");
            if OWNERSHIP_LABELS.contains(&&*key) {
                let message = format!("the label `{key}` is written by the engine");
                self.out.push(Diagnostic::error("reserved-label", span, message).help("remove it"));
            } else if namespace && pod_security && POD_SECURITY_LABELS.contains(&&*key) {
                let message =
                    format!("the label `{key}` is written by the engine, from what the platform declares");
                let help = "remove it; `pod-security` and `host-access` in `promises.dsl` set the level";
                self.out.push(Diagnostic::error("reserved-label", span, message).help(help));
            }
        }
    }

    pub(super) fn request(&mut self, decl: &'a ast::Request) -> Option<program::Request> {
        let name = self.value(&decl.name, &request_name());
        let with = match &decl.with {
            Some(object) => self.entries(object, Want::Record(Arc::new(with_type())), false).0,
            None => vec![],
        };
        let Some(target) = self.apis.get(&decl.promise.node).cloned() else {
            let message = format!("there is no promise `{}`", decl.promise.node);
            let mut d = Diagnostic::error("unknown-promise", decl.promise.span, message);
            d.help.extend(suggest::help(&decl.promise.node, self.apis.keys().map(String::as_str)));
            self.out.push(d);
            self.entries(&decl.body, Want::Anything, false);
            return None;
        };
        let Some(api) = target.api else {
            let message = format!("`{}` has no api, so nothing can be requested of it", decl.promise.node);
            let d = Diagnostic::error("unknown-promise", decl.promise.span, message);
            self.out.push(d.also(target.span, "declared here").help("give it an `api`"));
            return None;
        };
        let (entries, ty) = self.entries(&decl.body, Want::Record(Arc::new(api.spec.input_record())), false);
        let body =
            Expr { kind: ExprKind::Object(entries), ty: super::types::Ty::always(ty), span: decl.body.span };
        let handle = self.handle(decl.handle.as_ref());
        Some(program::Request {
            handle,
            promise: decl.promise.node.clone(),
            name,
            with,
            body,
            span: decl.span,
        })
    }
}

/// `labels` and `annotations`, as `with { … }` takes them.
pub(super) fn with_type() -> Record {
    let field = |name: &str| {
        (Arc::from(name), Field { ty: Type::map(Type::STRING), optional: true, span: Span::default() })
    };
    Record { fields: [field("labels"), field("annotations")].into_iter().collect() }
}

/// What may be the name of a request: it becomes the value of labels.
pub(super) fn request_name() -> Type {
    Type::Str(Str { class: Some(Class::DnsSubdomain), max: Some(63), ..Str::default() })
}

fn is_secret(gvk: &Gvk) -> bool {
    gvk.kind.eq_ignore_ascii_case("Secret") || gvk.kind.eq_ignore_ascii_case("SecretList")
}

/// What the API server takes as the name of an object of this kind.
pub(super) fn name_type(gvk: &Gvk) -> Type {
    match (gvk.group.as_str(), gvk.kind.as_str()) {
        // Names of RBAC objects are path segments: `system:node` is one.
        ("rbac.authorization.k8s.io", _) => Type::STRING,
        ("", "Namespace" | "Service") => Type::class(Class::DnsLabel),
        _ => Type::class(Class::DnsSubdomain),
    }
}

/// `apps/v1/Deployment`, `v1/ConfigMap`.
pub(crate) fn show_gvk(gvk: &Gvk) -> String {
    match gvk.group.is_empty() {
        true => format!("{}/{}", gvk.version, gvk.kind),
        false => format!("{}/{}/{}", gvk.group, gvk.version, gvk.kind),
    }
}

fn under_metadata(entry: &Entry) -> Entry {
    match entry {
        Entry::Field { path, key_span, value } => {
            let path = std::iter::once(Arc::from("metadata")).chain(path.iter().cloned()).collect();
            Entry::Field { path, key_span: *key_span, value: value.clone() }
        }
        other => other.clone(),
    }
}

/// The label keys that are written out at `metadata.labels`, also within `merge(…)` and branches.
fn labels_written(entries: &[Entry], prefix: &[Arc<str>], out: &mut Vec<(Arc<str>, Span)>) {
    for entry in entries {
        match entry {
            Entry::Field { path, key_span, value } => {
                let full: Vec<Arc<str>> = prefix.iter().chain(path).cloned().collect();
                let words: Vec<&str> = full.iter().take(2).map(|p| &**p).collect();
                match (words.as_slice(), full.as_slice()) {
                    (["metadata", "labels"], [_, _, key]) => out.push((Arc::clone(key), *key_span)),
                    (["metadata", "labels"] | ["metadata"], _) => labels_in(value, &full, out),
                    _ => {}
                }
            }
            Entry::Computed { .. } => {}
            Entry::When { entries, .. } | Entry::For { entries, .. } => labels_written(entries, prefix, out),
        }
    }
}

fn labels_in(value: &Expr, prefix: &[Arc<str>], out: &mut Vec<(Arc<str>, Span)>) {
    match &value.kind {
        ExprKind::Object(entries) => labels_written(entries, prefix, out),
        ExprKind::Builtin { builtin: Builtin::Merge, args } => {
            args.iter().for_each(|a| labels_in(a, prefix, out));
        }
        ExprKind::If { then, otherwise, .. } => {
            labels_in(then, prefix, out);
            otherwise.iter().for_each(|e| labels_in(e, prefix, out));
        }
        _ => {}
    }
}
