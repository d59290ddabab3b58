//! What leaves it open whether a document asks for more than its namespace allows.

use super::{Judge, RULE};
use crate::check::kinds::pod_path;
use crate::check::program::PodSecurity;
use crate::check::resource::POD_SECURITY_LABELS;
use crate::known::{Known, Object, Piece, Text};
use crate::rules::no_secret;
use crate::rules::prove::{Doubts, Proving, part};
use crate::rules::subject::Findings;
use crate::value::Value;
use crate::value::path::{Path, Step};

/// The keys of a pod that the judge reads; everything else of it cannot matter.
const OF_PODS: [&str; 6] = ["hostIPC", "hostNetwork", "hostPID", "hostPath", "hostPort", "securityContext"];

/// The keys of any object that the judge reads in values of a chart.
const OF_VALUES: [&str; 16] = [
    "appArmorProfile",
    "capabilities",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostPath",
    "hostPathMapper",
    "hostPort",
    "managedNamespaceMetadata",
    "podSecurityStandard",
    "privileged",
    "procMount",
    "seLinuxOptions",
    "seccompProfile",
    "sysctls",
    "windowsOptions",
];

/// What opens the host as the last word of a parameter's name.
const PARAMETERS: [&str; 4] = ["hostNetwork", "hostPID", "hostIPC", "privileged"];

const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

pub(in crate::rules) fn prove(of: Proving<'_>, out: &mut Doubts) {
    if of.subject.is("", "Namespace") {
        return namespace(of, out);
    }
    let level = of.facts.level_of(of.subject.namespace_of_pods());
    if level == PodSecurity::Privileged {
        return;
    }
    let mut found = Findings::new();
    super::judge(of.subject, of.facts, &mut found);
    match pod_path(of.subject.group, of.subject.kind) {
        Some(keys) => {
            let path = keys.iter().fold(Path::default(), |path, key| path.then_key(key));
            let spec = keys.iter().fold(of.object.clone(), |known, key| known.get(key).known);
            let context = spec.get("securityContext").known;
            // What a container does not set may be set for all of them, and that is a doubt by itself.
            let sets = context.value().is_none() && !matches!(context, Known::Never);
            found.retain(|f| !(sets && is_container(&path, &f.path)));
            out.suspected(found, of.object);
            pod(&path, &spec, level, out);
            annotations(&Path::default(), of.object, out);
        }
        None => {
            out.suspected(found, of.object);
            Values { level, out }.value(&Path::default(), of.object);
        }
    }
}

/// Whether a container of the pod stands at `path`.
fn is_container(pod: &Path, path: &Path) -> bool {
    match path.0.strip_prefix(pod.0.as_slice()) {
        Some([Step::Key(key), Step::Index(_)]) => &**key != "volumes",
        _ => false,
    }
}

/// The engine writes the labels by the namespace's own name, whatever it is; only their versions are the author's.
fn namespace(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    super::judge(of.subject, of.facts, &mut found);
    found.retain(|f| !POD_SECURITY_LABELS.iter().any(|key| f.path == labels().then_key(key)));
    out.judged(found, of.object);
    let known = of.object.get("metadata").known.get("labels").known;
    for key in POD_SECURITY_LABELS {
        let level = known.get(key);
        let levels = level.known.alternatives().iter().all(|k| k.as_str().is_some());
        if level.absent || !levels {
            out.open(RULE, &labels().then_key(key), "may be another level", &level.known);
        }
        let version = format!("{key}-version");
        let stated = known.get(&version);
        if stated.known.value().is_none() && !stated.is_absent() {
            out.open(RULE, &labels().then_key(&version), "may be no version", &stated.known);
        }
    }
}

fn labels() -> Path {
    Path::key("metadata").then_key("labels")
}

/// Requires that all is known of what the judge reads in a pod.
fn pod(path: &Path, known: &Known, level: PodSecurity, out: &mut Doubts) {
    match known {
        Known::Object(object) => {
            rest(path, object, out);
            for (key, field) in &object.fields {
                let path = path.then_key(key);
                let fixed = field.known.value().is_some() && !field.absent;
                if OF_PODS.contains(&&**key) && !fixed {
                    out.open(RULE, &path, "may be what the namespace does not allow", &field.known);
                } else if &**key == "volumes" && level == PodSecurity::Restricted && !fixed {
                    out.open(RULE, &path, "may hold a volume that is not allowed", &field.known);
                } else {
                    pod(&path, &field.known, level, out);
                }
            }
        }
        Known::List(list) => {
            let items = list.segments.iter().enumerate();
            items.for_each(|(i, s)| pod(&path.then_index(i), &s.item, level, out));
        }
        Known::OneOf(all) if all.iter().all(is_scalar) => {}
        Known::OneOf(_) | Known::Free(_) => out.open(RULE, path, "may be anything", known),
        _ => {}
    }
}

/// Requires that no annotation can take the AppArmor profile away.
fn annotations(path: &Path, known: &Known, out: &mut Doubts) {
    match known {
        Known::Object(object) => {
            let any = object.rest.as_ref().filter(|r| r.keys.reaches(APPARMOR.len()) && r.keys.has_any("/"));
            if let Some(rest) = any {
                let any = Known::Free(rest.hole.clone());
                out.open(RULE, path, "may hold an annotation that asks for no AppArmor profile", &any);
            }
            let others = |key: &str| !matches!(key, "containers" | "volumes");
            for (key, field) in object.fields.iter().filter(|(key, _)| others(key)) {
                let path = path.then_key(key);
                if key.starts_with(APPARMOR) && field.known.value().is_none() {
                    out.open(RULE, &path, "may ask for no AppArmor profile", &field.known);
                }
                annotations(&path, &field.known, out);
            }
        }
        Known::OneOf(all) if all.iter().all(is_scalar) => {}
        Known::OneOf(_) | Known::Free(_) => out.open(RULE, path, "may be anything", known),
        _ => {}
    }
}

fn is_scalar(known: &Known) -> bool {
    match known {
        Known::Is(value) => !matches!(value, Value::Map(_) | Value::List(_)),
        Known::Object(_) | Known::List(_) | Known::Free(_) | Known::OneOf(_) => false,
        _ => true,
    }
}

fn rest(path: &Path, object: &Object, out: &mut Doubts) {
    if let Some(rest) = &object.rest {
        let any = Known::Free(rest.hole.clone());
        out.open(RULE, path, "may hold keys that open the host", &any);
    }
}

/// Whether a key is none that is looked for in values of a chart, alone or with others.
pub(in crate::rules) fn is_tame_key(key: &str) -> bool {
    !super::opens(key) && !key.starts_with(APPARMOR)
}

/// The walk through what may be values of a chart.
struct Values<'d> {
    level: PodSecurity,
    out: &'d mut Doubts,
}

impl Values<'_> {
    fn value(&mut self, path: &Path, known: &Known) {
        match known {
            Known::Object(object) => self.object(path, object),
            Known::List(list) => {
                let items = list.segments.iter().enumerate();
                items.for_each(|(i, s)| self.value(&path.then_index(i), &s.item));
            }
            Known::Text(text) => self.text(path, text, known),
            Known::OneOf(all) => all.iter().for_each(|k| self.alternative(path, k)),
            Known::Free(hole) if !hole.is_tame() => {
                self.out.open(RULE, path, "may hold values that open the host", known);
            }
            _ => {}
        }
    }

    /// One of several, or what is written as a text: what is known of it is no known part of the document, so it is judged
    /// here.
    fn alternative(&mut self, path: &Path, known: &Known) {
        let mut found = Findings::new();
        let mut judge = Judge { found: &mut found, level: self.level, readings: None };
        judge.values(&mut path.0.clone(), &part(known), 0);
        for finding in found {
            self.out.open(RULE, &finding.path, "may be what the namespace does not allow", known);
        }
        if known.value().is_none() {
            self.value(path, known);
        }
    }

    fn object(&mut self, path: &Path, object: &Object) {
        match &object.rest {
            Some(tame) if tame.hole.is_tame() => self.alternative(path, &tame.value),
            _ => rest(path, object, self.out),
        }
        for key in OF_VALUES {
            let field = object.fields.get(key).filter(|f| f.known.value().is_none());
            if let Some(field) = field {
                self.out.open(RULE, &path.then_key(key), "may open the host", &field.known);
            }
        }
        let kind = object.get("kind");
        let is_namespace = kind.known.alternatives().iter().any(|kind| match kind {
            Known::Text(text) => text.may_be("Namespace"),
            Known::Free(_) => true,
            other => other.as_str() == Some("Namespace"),
        });
        let labels = object.get("metadata").known.get("labels").known.get(super::ENFORCE);
        // What is known of labels is judged as a part of what is known, unless the kind is no part of it.
        let judged = kind.known.value().is_some() || labels.known.as_str() != Some("privileged");
        if is_namespace && !(judged && labels.known.value().is_some()) && !labels.is_absent() {
            let path = path.then_key("metadata").then_key("labels");
            self.out.open(RULE, &path, "may be a namespace that allows everything", &labels.known);
        }
        self.parameter(path, object);
        for (key, field) in &object.fields {
            self.value(&path.then_key(key), &field.known);
        }
    }

    /// A parameter of a chart: a `name` and a `value`.
    fn parameter(&mut self, path: &Path, object: &Object) {
        let (name, value) = (object.get("name").known, object.get("value").known);
        let opens = match &name {
            Known::Is(name) => {
                let last = name.as_str().and_then(|n| n.rsplit('.').next());
                last.is_some_and(|n| PARAMETERS.contains(&n)) && value.value().is_none()
            }
            Known::Text(text) => text.profile.has_any(".") || PARAMETERS.iter().any(|p| text.may_be(p)),
            Known::OneOf(_) | Known::Free(_) => true,
            _ => false,
        };
        let yes = |v: &Value| *v == Value::Bool(true) || v.as_str() == Some("true");
        if opens && !matches!(value, Known::Never) && value.value().is_none_or(yes) {
            self.out.open(RULE, path, "may be a parameter that opens the host", &name);
        }
    }

    fn text(&mut self, path: &Path, text: &Text, known: &Known) {
        match text.pieces.as_slice() {
            [Piece::Tree(tree, _)] => self.alternative(path, tree),
            _ if text.is_tame() => {}
            _ if no_secret::may_embed(text) => {
                self.out.open(RULE, path, "may be a text with values that open the host", known);
            }
            _ => {}
        }
    }
}
