//! What a plan changes, object by object.

use super::change::Plan;
use super::wanted::Wanted;
use crate::diff::{self, Comparison, Object};
use crate::layout;

/// What is there against what is to be there: the objects in the files that change. The files that are to be there and do not
/// change are counted.
pub fn compared(plan: &Plan, wanted: &Wanted) -> Comparison {
    let state = &wanted.world.state;
    let tops: Vec<(String, &str)> = state
        .destinations
        .iter()
        .map(|d| (format!("{}/", layout::resources(state, d)), d.name.as_str()))
        .collect();
    // Each destination is a cluster of its own; with one there is no need to name it.
    let place = |path: &str| match tops.as_slice() {
        [_] => "",
        all => {
            all.iter().filter(|(top, _)| path.starts_with(top)).map(|(_, name)| *name).next().unwrap_or("")
        }
    };
    let objects = |bytes: Option<&[u8]>, path: &str| -> Vec<Object> {
        bytes.map_or(vec![], |bytes| diff::read(place(path), path, bytes))
    };
    let (mut old, mut new) = (vec![], vec![]);
    for change in &plan.changes {
        old.extend(objects(change.old.as_deref(), &change.path));
        new.extend(objects(change.new.as_deref(), &change.path));
    }
    let mut comparison = diff::compare(old, new);
    let files = wanted.targets.iter().flat_map(|t| &t.folders).map(|f| f.files.len()).sum::<usize>();
    let written = plan.changes.iter().filter(|c| c.new.is_some()).count();
    comparison.counts.unchanged += files.saturating_sub(written);
    comparison
}
