//! What other containers tell Kratix beside their output: judged as the output is, before Kratix reads it.

use std::collections::BTreeSet;

use super::mounts::{CONTROL, MountError, Mounts, SELECTORS, STATUS, files, folder_of, read, single};
use super::output::ROOT;
use crate::check::types::Class;
use crate::diag::Diagnostic;
use crate::rules::scan_plain;
use crate::source::disk::{DiskError, Why};
use crate::source::{FileId, Sources, Span};
use crate::value::Value;

/// What was found there.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// What is wrong.
    pub found: Vec<Diagnostic>,
    /// The files of which a log must show nothing.
    pub hidden: BTreeSet<FileId>,
    /// The names of those that Kratix must not read.
    pub broken: BTreeSet<&'static str>,
}

/// Judges the status, the labels of destinations and the word to the workflow, as far as they are not ours.
///
/// # Errors
/// If they, or the output, cannot be read.
pub fn beside(sources: &mut Sources, mounts: &Mounts) -> Result<Beside, MountError> {
    let mut out = Beside::default();
    for name in [STATUS, SELECTORS, CONTROL] {
        if name == CONTROL && mounts.has_control()? {
            continue;
        }
        let title = mounts.metadata.join(name).display().to_string();
        let (id, mut wrong) = match read(&mounts.metadata, name) {
            Ok(None) => continue,
            Ok(Some(text)) => {
                let id = sources.add(title, text.clone());
                let unread = unreadable(name, &text, mounts)?.map(|why| broken(id, name, &why));
                (id, scan_plain(id, &text).into_iter().chain(unread).collect::<Vec<_>>())
            }
            Err(DiskError { why: why @ Why::Io(_), path }) => return Err(DiskError { path, why }.into()),
            Err(other) => {
                let id = sources.add(title, String::new());
                (id, vec![broken(id, name, &format!("cannot be judged: {other}"))])
            }
        };
        if wrong.iter().any(Diagnostic::is_error) {
            out.broken.insert(name);
        }
        out.hidden.insert(id);
        out.found.append(&mut wrong);
    }
    Ok(out)
}

fn broken(file: FileId, name: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-pipeline", Span::new(file, 0, 0), format!("`{name}` {why}"))
        .help("Kratix would fail on it when all containers are done; write what it reads")
}

/// What Kratix could not read of a file, or would not take.
fn unreadable(name: &str, text: &str, mounts: &Mounts) -> Result<Option<String>, MountError> {
    let told = match single(text) {
        Ok(Value::Null) => return Ok(None),
        Ok(told) => told,
        Err(why) => return Ok(Some(format!("cannot be read: {why}"))),
    };
    Ok(match name {
        SELECTORS => of_selectors(&told, &files(&mounts.output)?),
        _ if !matches!(told, Value::Map(_)) => Some("is no object".into()),
        STATUS if told.get("kratix").is_some() => {
            Some("has the field `kratix`, which Kratix keeps to itself".into())
        }
        CONTROL => of_control(&told),
        _ => None,
    })
}

fn of_selectors(told: &Value, output: &[String]) -> Option<String> {
    let Some(entries) = told.as_list() else { return Some("is no list".into()) };
    let mut seen = BTreeSet::new();
    for entry in entries {
        let labels = entry.get("matchLabels").and_then(Value::as_map);
        if labels.is_none_or(|labels| labels.iter().any(|(_, v)| v.as_str().is_none())) {
            return Some("has an entry without `matchLabels` whose values are texts".into());
        }
        if entry.get("directory").is_some_and(|d| d.as_str().is_none()) {
            return Some("has a `directory` that is no text".into());
        }
        let folder = folder_of(entry);
        if folder.contains('/') {
            return Some(format!(
                "names the folder `{folder}`, and only those at the top of the output can be chosen for"
            ));
        }
        if folder != ROOT && !output.iter().any(|path| path.starts_with(&format!("{folder}/"))) {
            return Some(format!("names the folder `{folder}`, in which nothing lies"));
        }
        if !seen.insert(folder.clone()) {
            return Some(format!("names the folder `{folder}` twice"));
        }
    }
    None
}

fn of_control(told: &Value) -> Option<String> {
    let after = told.get("retryAfter")?;
    let is_duration = after.as_str().is_some_and(|text| Class::Duration.contains(text));
    (!is_duration).then(|| "has a `retryAfter` that is no duration such as `30s` or `1h30m`".into())
}
