//! What a promise declares in `on delete` is done: applied, waited for, and taken away again.
//!
//! Nothing is remembered between two runs but what is on the cluster, so a run that was killed is gone on with by the next. A
//! container does not sleep: while something is not done, Kratix is asked to come back.

use std::fmt::Write;

use super::output::Control;
use crate::check::program::Program;
use crate::cluster::{Address, Cluster, ClusterError};
use crate::eval::Document;
use crate::value::Value;

/// When Kratix comes back to see whether it is done.
const AGAIN: u32 = 15;

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// All is done, and what did it is gone.
    Done,
    /// It is not done: Kratix is to come back, or somebody has to look.
    Open(Control),
}

/// How far something is.
enum Progress {
    Done,
    Runs,
    /// It has failed, for a reason.
    Failed(String),
}

/// An object of a deletion, and where it is on the cluster.
struct Task<'d> {
    document: &'d Document,
    at: Address,
}

/// Does what the documents say, as far as it can be done now; what happens is told to `log`.
///
/// # Errors
/// What the cluster says. Then nothing is known, and it is to be tried again.
pub fn remove(
    program: &Program,
    cluster: &Cluster,
    documents: &[Document],
    log: &mut dyn FnMut(&str),
) -> Result<Removal, ClusterError> {
    let tasks: Vec<Task<'_>> =
        documents.iter().filter_map(|d| Some(Task { document: d, at: address(program, d)? })).collect();
    let mut runs = Vec::new();
    let mut failed = String::new();
    for task in &tasks {
        let title = task.document.title();
        match task.step(cluster, log)? {
            Progress::Done => {}
            Progress::Runs => runs.push(format!("`{title}`")),
            Progress::Failed(why) => {
                let _ = writeln!(failed, "`{title}` has failed: {why}");
            }
        }
    }
    if !failed.is_empty() {
        let message = format!(
            "{failed}look at its log, delete it, and remove the label `kratix.io/workflow-suspended` from the request to try again"
        );
        return Ok(Removal::Open(Control::Suspend { message }));
    }
    if !runs.is_empty() {
        let message = format!("waiting for {}", runs.join(", "));
        return Ok(Removal::Open(Control::Retry { seconds: AGAIN, message }));
    }
    for task in tasks.iter().rev() {
        if cluster.delete(&task.at)? {
            log(&format!("took away `{}`", task.document.title()));
        }
    }
    Ok(Removal::Done)
}

impl Task<'_> {
    /// Has it be there, and looks how far it is.
    fn step(&self, cluster: &Cluster, log: &mut dyn FnMut(&str)) -> Result<Progress, ClusterError> {
        let title = self.document.title();
        // What runs once cannot be changed, so it is looked at before it is touched.
        let runs_once = matches!(self.document.kind.as_str(), "Job" | "Pod");
        let there = if runs_once { cluster.get(&self.at)? } else { None };
        if let Some(there) = there {
            return Ok(match is_ours(&there, &self.document.object) {
                true => progress(&there),
                false => Progress::Failed("another object has its name".into()),
            });
        }
        match cluster.apply(&self.at, &self.document.object) {
            Ok(there) => {
                log(&format!("applied `{title}`"));
                Ok(progress(&there))
            }
            // Nothing can be done there any more, and whatever it would have needed is gone, too.
            Err(e) if e.is_nowhere() => {
                log(&format!("`{title}` cannot be applied, as the place for it is gone: {e}"));
                Ok(Progress::Done)
            }
            Err(e) if e.is_invalid() => Ok(Progress::Failed(e.to_string())),
            Err(e) => Err(e),
        }
    }
}

/// Whether an object on the cluster was made for the same request.
fn is_ours(there: &Value, meant: &Value) -> bool {
    let label = |of: &Value, key: &str| {
        let labels = of.get("metadata")?.get("labels")?;
        labels.get(key)?.as_str().map(str::to_owned)
    };
    ["kratix.io/promise-name", "kratix.io/resource-name", "app.kubernetes.io/managed-by"]
        .iter()
        .all(|key| label(there, key) == label(meant, key))
}

/// How far an object is, by what its status says. What has no status that ends is done when it is there.
fn progress(there: &Value) -> Progress {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let status = there.get("status");
    let api = text(there.get("apiVersion"));
    let condition = |names: &[&str]| {
        let all = status.and_then(|s| s.get("conditions")).and_then(Value::as_list).unwrap_or_default();
        all.iter().find(|c| names.contains(&text(c.get("type")).as_str()) && text(c.get("status")) == "True")
    };
    let why = |c: &Value| format!("{} {}", text(c.get("reason")), text(c.get("message"))).trim().to_owned();
    match (api.as_str(), text(there.get("kind")).as_str()) {
        ("batch/v1", "Job") => match (condition(&["Failed"]), condition(&["Complete"])) {
            (Some(failed), _) => Progress::Failed(why(failed)),
            (None, Some(_)) => Progress::Done,
            (None, None) => Progress::Runs,
        },
        ("v1", "Pod") => match text(status.and_then(|s| s.get("phase"))).as_str() {
            "Succeeded" => Progress::Done,
            "Failed" => Progress::Failed(text(status.and_then(|s| s.get("message")))),
            _ => Progress::Runs,
        },
        // Kinds of others tell by the conditions that have become usual.
        _ => match (condition(&["Failed"]), status.is_some_and(|s| s.get("conditions").is_some())) {
            (Some(failed), _) => Progress::Failed(why(failed)),
            (None, true) if condition(&["Complete", "Completed", "Succeeded", "Ready"]).is_none() => {
                Progress::Runs
            }
            _ => Progress::Done,
        },
    }
}

/// Where an object is; `None` if its kind is not known, which the gate has refused.
fn address(program: &Program, document: &Document) -> Option<Address> {
    let kind = program.kinds.lookup(&document.group, &document.version, &document.kind);
    let plural = kind.map(|k| k.plural.to_string()).or_else(|| {
        let promise = program.serving(&document.group, &document.kind)?;
        promise.api.as_ref().map(|api| api.plural.clone())
    })?;
    Some(Address {
        group: document.group.clone(),
        version: document.version.clone(),
        plural,
        namespace: document.namespace.clone(),
        name: document.name.clone(),
    })
}
