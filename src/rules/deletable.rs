//! **deletable**: what a request made goes when the request goes. Nothing asks to be kept, and nothing waits for a
//! finalizer that nobody is known to take away.

use super::prove::{Doubts, Proving};
use super::subject::{Facts, Findings, Subject, finding};
use crate::known::Known;
use crate::value::Value;
use crate::value::path::Path;

const RULE: &str = "deletable";

/// Finalizers whose controllers cascade the deletion, and then take them away.
const CASCADING: [&str; 8] = [
    "foregroundDeletion",
    "kratix.io/dynamic-controller-dependant-resources-cleanup",
    "kratix.io/workflows-cleanup",
    "resources-finalizer.argocd.argoproj.io",
    "resources-finalizer.argocd.argoproj.io/background",
    "resources-finalizer.argocd.argoproj.io/foreground",
    "post-delete-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io/cleanup",
];

/// Annotations that keep an object when what made it goes: the key, and the words of the value that do.
const KEEPING: [(&str, &[&str]); 4] = [
    ("helm.sh/resource-policy", &["keep"]),
    ("argocd.argoproj.io/sync-options", &["Prune=false", "Prune=confirm", "Delete=false", "Delete=confirm"]),
    ("kustomize.toolkit.fluxcd.io/prune", &["disabled"]),
    ("kapp.k14s.io/delete-strategy", &["orphan"]),
];

/// Fields that keep an object or its data: group, kind, path and the value that does.
const RETAINING: [(&str, &str, &[&str], &str); 6] = [
    ("", "PersistentVolume", &["spec", "persistentVolumeReclaimPolicy"], "Retain"),
    ("storage.k8s.io", "StorageClass", &["reclaimPolicy"], "Retain"),
    ("apps", "StatefulSet", &["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"], "Retain"),
    ("argoproj.io", "ApplicationSet", &["spec", "syncPolicy", "preserveResourcesOnDeletion"], "true"),
    ("argoproj.io", "ApplicationSet", &["spec", "syncPolicy", "applicationsSync"], "create-only"),
    ("argoproj.io", "ApplicationSet", &["spec", "syncPolicy", "applicationsSync"], "create-update"),
];

pub(super) fn judge(subject: Subject<'_>, _: Facts<'_>, found: &mut Findings) {
    let metadata = Path::key("metadata");
    finalizers(subject.object.get("metadata"), &metadata, found);
    annotations(subject.object.get("metadata"), &metadata, found);
    // An ApplicationSet makes the Applications that its template describes.
    if subject.is("argoproj.io", "ApplicationSet") {
        let template =
            subject.object.get("spec").and_then(|s| s.get("template")).and_then(|t| t.get("metadata"));
        let path = Path::key("spec").then_key("template").then_key("metadata");
        finalizers(template, &path, found);
        annotations(template, &path, found);
    }
    retention(subject, found);
}

/// What leaves it open whether something stays.
pub(super) fn prove(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    judge(of.subject, of.facts, &mut found);
    out.judged(found, of.object);
    open_metadata(of.object, &["metadata"], out);
    if of.subject.is("argoproj.io", "ApplicationSet") {
        open_metadata(of.object, &["spec", "template", "metadata"], out);
    }
    for (_, _, keys, _) in RETAINING.iter().filter(|(group, kind, ..)| of.subject.is(group, kind)) {
        open(of.object, keys, "may be a policy that keeps something", out);
    }
}

/// Requires that the judge has seen what stands there, or that nothing does.
fn open(object: &Known, keys: &[&str], what: &str, out: &mut Doubts) {
    let seen = reached(object, keys).is_some_and(|k| k.value().is_some());
    let value = keys.iter().fold(object.clone(), |known, key| known.get(key).known);
    if !seen && !matches!(value, Known::Never) {
        let path = keys.iter().fold(Path::default(), |path, key| path.then_key(key));
        out.open(RULE, &path, what, &value);
    }
}

/// What stands there, where all around it is in the known part of the object: of a choice nothing is.
fn reached(known: &Known, keys: &[&str]) -> Option<Known> {
    match keys.split_first() {
        Some((key, rest)) => reached(&known.as_object()?.get(key).known, rest),
        None => Some(known.clone()),
    }
}

fn open_metadata(object: &Known, keys: &[&str], out: &mut Doubts) {
    let within = |more: &[&'static str]| [keys, more].concat();
    let finalizers = within(&["finalizers"]);
    let cascades = |k: &Known| k.as_str().is_some_and(|name| CASCADING.contains(&name));
    let all = reached(object, &finalizers);
    let good = all.as_ref().and_then(Known::as_items).is_some_and(|list| {
        list.segments.iter().all(|s| s.item.value().is_some() || s.item.alternatives().iter().all(cascades))
    });
    if !good {
        open(object, &finalizers, "may be finalizers that nobody takes away", out);
    }
    for (key, _) in KEEPING {
        open(object, &within(&["annotations", key]), "may say that the object is kept", out);
    }
}

fn finalizers(metadata: Option<&Value>, path: &Path, found: &mut Findings) {
    let all = metadata.and_then(|m| m.get("finalizers")).and_then(Value::as_list).unwrap_or_default();
    for (index, finalizer) in all.iter().enumerate() {
        let path = path.then_key("finalizers").then_index(index);
        match finalizer.as_str() {
            Some(name) if CASCADING.contains(&name) => {}
            Some("orphan") => found.push(finding(
                RULE,
                &path,
                format!("`{path}` is `orphan`, which leaves behind what the object owns"),
                "remove it",
            )),
            _ => found.push(finding(
                RULE,
                &path,
                format!("`{path}` is a finalizer of which nobody knows who takes it away"),
                "remove it; what must happen on deletion is declared in `on delete`",
            )),
        }
    }
}

fn annotations(metadata: Option<&Value>, path: &Path, found: &mut Findings) {
    let Some(annotations) = metadata.and_then(|m| m.get("annotations")) else { return };
    for (key, words) in KEEPING {
        let value = annotations.get(key).and_then(Value::as_str).unwrap_or_default();
        let kept = value.split(',').map(str::trim).find(|w| words.iter().any(|k| k.eq_ignore_ascii_case(w)));
        if let Some(word) = kept {
            let path = path.then_key("annotations").then_key(key);
            let message = format!("`{path}` says `{word}`, so the object outlives its request");
            found.push(finding(RULE, &path, message, "remove it"));
        }
    }
}

fn retention(subject: Subject<'_>, found: &mut Findings) {
    for (_, _, keys, bad) in RETAINING.into_iter().filter(|(group, kind, ..)| subject.is(group, kind)) {
        let value = keys.iter().try_fold(subject.object, |v, key| v.get(key));
        let is_bad = match value {
            Some(Value::Bool(flag)) => *flag && bad == "true",
            Some(value) => value.as_str() == Some(bad),
            None => false,
        };
        if is_bad {
            let path = keys.iter().fold(Path::default(), |path, key| path.then_key(key));
            let message = format!("`{path}` is `{bad}`, so something outlives the request");
            found.push(finding(RULE, &path, message, "choose a policy that deletes"));
        }
    }
}
