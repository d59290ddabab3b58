//! What the pipeline of a deletion cannot reach: the objects of a destination that another cluster applies.

use super::program::{Entry, ExprKind, Promise};
use super::state::{Destination, State};
use crate::diag::Diagnostic;
use crate::value::Value;

/// Warns of each `on delete` whose objects may have been rendered for another cluster.
pub(super) fn deletions(promises: &[Promise], state: Option<&State>) -> Vec<Diagnostic> {
    let Some(state) = state else { return vec![] };
    let mut out = vec![];
    for promise in promises {
        let Some(deletion) = &promise.deletion else { continue };
        let elsewhere = state.destinations.iter().find(|d| d.cluster.is_some() && may_go_to(promise, d));
        let Some((destination, cluster)) = elsewhere.and_then(|d| Some((d, d.cluster.as_ref()?))) else {
            continue;
        };
        let message = format!(
            "this is done on the cluster that Kratix runs in, and `{}` is applied by another one, `{cluster}`: nothing there is within its reach",
            destination.name
        );
        let help = "let it need nothing of that cluster, or write it with `vow state delete --on-delete DIR` and apply it there";
        let d = Diagnostic::warning("another-cluster", deletion.span, message);
        out.push(d.also(destination.span, "the destination").help(help));
    }
    out
}

/// Whether a request of the promise may be rendered for that destination, as far as that is known before any request.
fn may_go_to(promise: &Promise, destination: &Destination) -> bool {
    let Some(wanted) = &promise.destination else {
        return !destination.strict || destination.labels.is_empty();
    };
    wanted.fixed.iter().all(|entry| {
        let Entry::Field { path, value, .. } = entry else { return true };
        let ExprKind::Const(Value::Str(label)) = &value.kind else { return true };
        path.first().is_none_or(|key| destination.labels.get(&**key).is_some_and(|has| **has == **label))
    })
}
