//! What a promise declares in `on delete` is done: applied, waited for, and taken away again.
//!
//! Nothing is remembered between two runs but what is on the cluster, so a run that was killed is gone on with by the next. A
//! container does not sleep: while something is not done, Kratix is asked to come back.

use std::fmt::Write;

use super::output::Control;
use crate::check::kinds::Origin;
use crate::check::program::Program;
use crate::cluster::{Address, Cluster, ClusterError};
use crate::eval::Document;
use crate::value::Value;

/// When Kratix comes back to see whether it is done.
const AGAIN: u32 = 15;

/// The field by which a Job goes by itself.
const TTL: &str = "ttlSecondsAfterFinished";

/// Conditions that say that an object has done what it was made for.
const DONE: [&str; 4] = ["Complete", "Completed", "Succeeded", "Ready"];

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
    /// Somebody has to look: why, and what to do.
    Stuck(String),
}

/// An object of a deletion, and where it is on the cluster.
struct Task<'d> {
    document: &'d Document,
    at: Address,
    /// Whether Kubernetes itself serves the kind; of others, somebody has to do something with the object.
    builtin: bool,
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
    let tasks: Vec<Task<'_>> = documents.iter().filter_map(|d| Task::of(program, d)).collect();
    let mut runs = Vec::new();
    let mut stuck = String::new();
    for task in &tasks {
        let title = task.document.title();
        match task.step(cluster, log)? {
            Progress::Done => {}
            Progress::Runs => runs.push(format!("`{title}`")),
            Progress::Stuck(why) => {
                let _ = writeln!(stuck, "`{title}` {why}");
            }
        }
    }
    if !stuck.is_empty() {
        let message = format!(
            "{stuck}then remove the label `kratix.io/workflow-suspended` from the request to try again"
        );
        return Ok(Removal::Open(Control::Suspend { message }));
    }
    if !runs.is_empty() {
        let message = format!("waiting for {}", runs.join(", "));
        return Ok(Removal::Open(Control::Retry { seconds: AGAIN, message }));
    }
    for task in tasks.iter().rev() {
        let Some(there) = cluster.get(&task.at)?.filter(|there| is_ours(there, &task.document.object)) else {
            continue;
        };
        if cluster.delete(&task.at, uid(&there))? {
            log(&format!("took away `{}`", task.document.title()));
        }
    }
    Ok(Removal::Done)
}

impl<'d> Task<'d> {
    /// What a document says is to be done; `None` if its kind is not known, which the gate has refused.
    fn of(program: &Program, document: &'d Document) -> Option<Task<'d>> {
        let kind = program.kinds.lookup(&document.group, &document.version, &document.kind);
        let serving = || program.serving(&document.group, &document.kind)?.api.as_ref();
        let plural = kind.map(|k| k.plural.to_string()).or_else(|| Some(serving()?.plural.clone()))?;
        let at = Address {
            group: document.group.clone(),
            version: document.version.clone(),
            plural,
            namespace: document.namespace.clone(),
            name: document.name.clone(),
        };
        Some(Task { document, at, builtin: kind.is_some_and(|k| k.origin == Origin::Builtin) })
    }

    /// Has it be there, and looks how far it is.
    fn step(&self, cluster: &Cluster, log: &mut dyn FnMut(&str)) -> Result<Progress, ClusterError> {
        let title = self.document.title();
        // What runs once cannot be changed while it is there.
        let runs_once = matches!(self.document.kind.as_str(), "Job" | "Pod");
        match cluster.get(&self.at)? {
            Some(there) if !is_ours(&there, &self.document.object) => {
                let why = "cannot be applied, as another object has its name: have one of the two be called otherwise,";
                return Ok(Progress::Stuck(why.into()));
            }
            Some(there) if runs_once => return Ok(progress(&there, self.builtin)),
            _ => {}
        }
        match cluster.apply(&self.at, &without_end(&self.document.object)) {
            Ok(there) => {
                log(&format!("applied `{title}`"));
                Ok(progress(&there, self.builtin))
            }
            // Nothing can be done there any more, and whatever it would have needed is gone, too.
            Err(e @ ClusterError::NoNamespace(_)) => {
                log(&format!("`{title}` cannot be applied, as the place for it is gone: {e}"));
                Ok(Progress::Done)
            }
            Err(e) if e.is_invalid() => {
                Ok(Progress::Stuck(format!("cannot be applied: {e}; mend the promise,")))
            }
            Err(e) => Err(e),
        }
    }
}

/// The object without what would have it go by itself: it is taken away when it is done, and made again if it is gone before.
fn without_end(object: &Value) -> Value {
    let spec = object.get("spec").and_then(Value::as_map).filter(|s| s.contains_key(TTL));
    let (Some(map), Some(spec)) = (object.as_map(), spec) else { return object.clone() };
    let spec = spec.iter().filter(|(key, _)| &***key != TTL).map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut map = map.clone();
    map.insert("spec".into(), Value::map(spec));
    Value::map(map)
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

/// What tells an object from a later one of its name.
fn uid(there: &Value) -> &str {
    there.get("metadata").and_then(|m| m.get("uid")).and_then(Value::as_str).unwrap_or_default()
}

/// How far an object is, by what its status says. Of a kind of Kubernetes that has no end it is done when it is there; of a
/// kind of somebody else's when a condition says so.
fn progress(there: &Value, builtin: bool) -> Progress {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let status = there.get("status");
    let condition = |names: &[&str]| {
        let all = status.and_then(|s| s.get("conditions")).and_then(Value::as_list).unwrap_or_default();
        all.iter().find(|c| names.contains(&text(c.get("type")).as_str()) && text(c.get("status")) == "True")
    };
    let why = |c: &Value| format!("{} {}", text(c.get("reason")), text(c.get("message"))).trim().to_owned();
    let failed = |why: String| Progress::Stuck(format!("has failed: {why}; look at its log and delete it,"));
    match text(there.get("kind")).as_str() {
        "Pod" if builtin => match text(status.and_then(|s| s.get("phase"))).as_str() {
            "Succeeded" => Progress::Done,
            "Failed" => failed(text(status.and_then(|s| s.get("message")))),
            _ => Progress::Runs,
        },
        kind if builtin && kind != "Job" => Progress::Done,
        // Jobs, and kinds of others by the conditions that have become usual.
        _ => match (condition(&["Failed"]), condition(&DONE)) {
            (Some(condition), _) => failed(why(condition)),
            (None, Some(_)) => Progress::Done,
            (None, None) => Progress::Runs,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::value::yaml;

    fn how(text: &str, builtin: bool) -> &'static str {
        let node = yaml::read(FileId::default(), text).unwrap().remove(0);
        match progress(&node.to_value(), builtin) {
            Progress::Done => "done",
            Progress::Runs => "runs",
            Progress::Stuck(_) => "failed",
        }
    }

    #[test]
    fn a_job_does_not_go_by_itself() {
        let read = |text: &str| yaml::read(FileId::default(), text).unwrap().remove(0).to_value();
        let job = read("kind: Job\nspec: {ttlSecondsAfterFinished: 5, backoffLimit: 1}\n");
        assert_eq!(without_end(&job), read("kind: Job\nspec: {backoffLimit: 1}\n"));
        let other = read("kind: ConfigMap\ndata: {ttlSecondsAfterFinished: a}\n");
        assert_eq!(without_end(&other), other);
    }

    #[test]
    fn an_object_is_done_when_its_kind_says_so() {
        let with = |kind: &str, condition: &str| {
            format!(
                "kind: {kind}\nstatus: {{conditions: [{{type: {condition}, status: \"True\", reason: R}}]}}\n"
            )
        };
        for (text, builtin, expected) in [
            ("kind: Job\n".to_owned(), true, "runs"),
            ("kind: Job\nstatus: {active: 1}\n".to_owned(), true, "runs"),
            (with("Job", "Complete"), true, "done"),
            (with("Job", "Failed"), true, "failed"),
            (
                "kind: Job\nstatus: {conditions: [{type: Complete, status: \"False\"}]}\n".to_owned(),
                true,
                "runs",
            ),
            ("kind: Pod\nstatus: {phase: Running}\n".to_owned(), true, "runs"),
            ("kind: Pod\nstatus: {phase: Succeeded}\n".to_owned(), true, "done"),
            ("kind: Pod\nstatus: {phase: Failed}\n".to_owned(), true, "failed"),
            ("kind: ServiceAccount\n".to_owned(), true, "done"),
            ("kind: Workflow\n".to_owned(), false, "runs"),
            (with("Workflow", "Completed"), false, "done"),
            (with("Workflow", "Failed"), false, "failed"),
        ] {
            assert_eq!(how(&text, builtin), expected, "{text}");
        }
    }
}
