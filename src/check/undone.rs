//! What acts when it runs, and is not undone by its own deletion: a promise that renders it has to say what is done then.

use super::program::{Gvk, Promise, Resource, Step};
use crate::diag::Diagnostic;

/// Kinds that run to an end, by group. What they did outlives them.
const ACTING: [(&str, &str); 6] = [
    ("argoproj.io", "CronWorkflow"),
    ("argoproj.io", "Workflow"),
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("tekton.dev", "PipelineRun"),
    ("tekton.dev", "TaskRun"),
];

/// Warns of each promise that renders what acts, and says nothing of deletions.
pub(super) fn actions(promises: &[Promise]) -> Vec<Diagnostic> {
    let silent = promises.iter().filter(|p| p.deletion.is_none());
    silent.filter_map(|p| first(&p.steps)).map(warning).collect()
}

/// The first of such resources.
fn first(steps: &[Step]) -> Option<&Resource> {
    steps.iter().find_map(|step| match step {
        Step::Resource(resource) if acts(&resource.gvk) => Some(&**resource),
        Step::When { steps, .. } | Step::For { steps, .. } => first(steps),
        _ => None,
    })
}

fn acts(gvk: &Gvk) -> bool {
    ACTING.contains(&(gvk.group.as_str(), gvk.kind.as_str()))
}

fn warning(resource: &Resource) -> Diagnostic {
    let kind = &resource.gvk.kind;
    let message =
        format!("a {kind} acts when it runs, and nothing says what undoes that when the request is deleted");
    let help = "declare `on delete { … }` with what undoes it, or `on delete {}` if nothing has to be undone";
    Diagnostic::warning("no-deletion", resource.gvk.span, message).help(help)
}
