//! What the pipeline of a deletion cannot reach: the objects of a destination that another cluster applies.

use super::program::{Entry, ExprKind, Promise, Step};
use super::state::{Destination, State};
use crate::diag::Diagnostic;
use crate::value::Value;

/// Warns of each `on delete` whose objects may have been rendered for another cluster.
pub(super) fn deletions(promises: &[Promise], state: Option<&State>) -> Vec<Diagnostic> {
    let Some(state) = state else { return vec![] };
    let mut out = vec![];
    for promise in promises {
        let Some(deletion) = &*promise.deletion else { continue };
        let elsewhere = state.destinations.iter().find(|d| d.cluster.is_some() && may_go_to(promise, d));
        let Some((destination, cluster)) = elsewhere.and_then(|d| Some((d, d.cluster.as_ref()?))) else {
            continue;
        };
        let message = format!(
            "this is done on the cluster that Kratix runs in, and `{}` is applied by another one, `{cluster}`: nothing there is within its reach",
            destination.name
        );
        let help = "let the promise go to another destination, or write this with `vow state delete --on-delete DIR` and apply it there";
        let d = Diagnostic::warning("another-cluster", deletion.span, message);
        out.push(d.also(destination.span, "the destination").help(help));
    }
    out
}

/// Whether a request of the promise may be rendered for that destination, as far as that is known before any request.
fn may_go_to(promise: &Promise, destination: &Destination) -> bool {
    let labels: Vec<&Entry> =
        promise.destination.iter().flat_map(|d| d.fixed.iter().chain(&d.chosen)).collect();
    let by_default = !destination.strict || destination.labels.is_empty();
    let all = if labels.is_empty() { by_default } else { labels.iter().all(|e| may_have(e, destination)) };
    all || files(&promise.steps).into_iter().any(|to| to.iter().all(|e| may_have(e, destination)))
}

/// Whether the destination may have the label.
fn may_have(entry: &Entry, destination: &Destination) -> bool {
    let Entry::Field { path, value, .. } = entry else { return true };
    let Some(has) = path.first().and_then(|key| destination.labels.get(&**key)) else { return false };
    match &value.kind {
        ExprKind::Const(Value::Str(label)) => **has == **label,
        _ => value.ty.ty.check(&Value::str(has.as_str())).is_ok(),
    }
}

/// The labels of the files that have a destination of their own.
fn files(steps: &[Step]) -> Vec<&[Entry]> {
    let mut out = vec![];
    for step in steps {
        match step {
            Step::File(file) => out.extend(file.to.as_deref()),
            Step::When { steps, .. } | Step::For { steps, .. } => out.extend(files(steps)),
            _ => {}
        }
    }
    out
}
