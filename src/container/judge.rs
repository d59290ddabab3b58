//! The last container of somebody else's pipeline: judges what lies in the output, and lets it pass or not.

use std::sync::Arc;

use super::mounts::{MountError, Mounts, files};
use super::report::Refused;
use crate::diag::Diagnostic;
use crate::emit::{Bundle, Change, change_folders};
use crate::eval::Engine;
use crate::rules::{Owner, label, lint, lint_together, scan_plain};
use crate::source::disk::{Disk, DiskError, Why};
use crate::source::{FileId, Sources};
use crate::value::Value;
use crate::value::yaml;

/// Groups of objects that no API server serves, although they look like objects of Kubernetes.
const NO_KUBERNETES: [&str; 1] = ["backstage.io"];

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// How many files there are.
    pub files: usize,
    /// How many objects got labels.
    pub labelled: usize,
    /// What should be looked at although it may pass.
    pub warnings: Vec<Diagnostic>,
}

/// Judges everything in the output. With an owner, objects without ownership labels get them first.
///
/// # Errors
/// If the output cannot be read; or, in the other result, why it may not pass.
pub fn judge(
    engine: &Engine,
    sources: &mut Sources,
    mounts: &Mounts,
    owner: Option<Owner<'_>>,
) -> Result<Result<Judged, Refused>, MountError> {
    let mut found = Vec::new();
    let mut judged = Judged::default();
    let mut manifests = Vec::new();
    let mut texts = Vec::new();
    let mut labelled = Bundle::default();
    for path in files(&mounts.output)? {
        judged.files += 1;
        let name = mounts.output.join(&path).display().to_string();
        let mut text = match Disk::open(&mounts.output)?.read(&path) {
            Ok(text) => text,
            Err(DiskError { why: why @ Why::Io(_), path }) => return Err(DiskError { path, why }.into()),
            Err(other) => return Ok(Err(Refused::said(format!("{other}, so nobody can judge it")))),
        };
        let mut id = sources.add(name.clone(), text.clone());
        if is_manifest(&path, &text) {
            if let Some(owner) = owner
                && let Ok(done) = label(engine.program(), owner, id, &text)
                && done.text != text
            {
                judged.labelled += done.objects;
                text = done.text;
                labelled.insert(&path, text.as_bytes()).map_err(|e| MountError::Clash(e.to_string()))?;
                id = sources.add(name, text.clone());
            }
            found.extend(lint(engine, id, &text).into_iter().map(|l| l.diagnostic));
            manifests.push(id);
        } else {
            found.extend(scan_plain(id, &text));
        }
        texts.push(id);
    }
    let all: Vec<(FileId, &str)> = manifests.iter().map(|id| (*id, sources.text(*id))).collect();
    let refused = found.iter().any(Diagnostic::is_error);
    found.extend(lint_together(engine, &all, refused).into_iter().map(|l| l.diagnostic));
    if found.iter().any(Diagnostic::is_error) {
        let hidden = texts.into_iter().collect();
        return Ok(Err(Refused { hidden, ..Refused::found(found) }));
    }
    if !labelled.is_empty() {
        change_folders(&[Change { dir: &mounts.output, write: &labelled, remove: &[], public: true }])?;
    }
    Ok(Ok(Judged { warnings: found, ..judged }))
}

/// Whether a text holds objects of Kubernetes, or is named as if it did and cannot be read.
fn is_manifest(path: &str, text: &str) -> bool {
    let of = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(Arc::<str>::from);
    match yaml::read(FileId::default(), text) {
        Ok(nodes) => nodes.iter().map(|n| n.to_value()).any(|value| {
            let group = of(&value, "apiVersion").map(|v| v.split('/').next().unwrap_or_default().to_owned());
            of(&value, "kind").is_some() && group.is_some_and(|g| !NO_KUBERNETES.contains(&g.as_str()))
        }),
        Err(_) => [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end)),
    }
}
