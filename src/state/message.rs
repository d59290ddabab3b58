//! The message of a commit: what it did, for people, and in trailers, for programs.

use std::collections::BTreeMap;

use super::change::Plan;

/// The trailer that names a request that was applied.
pub const APPLIED: &str = "Vow-Applied";
/// The trailer that names a request that is gone.
pub const DELETED: &str = "Vow-Deleted";
/// The trailer that names a promise and its version.
pub(super) const PROMISE: &str = "Vow-Promise";
/// The trailer that tells which vow it was; every commit of vow has it.
pub const VERSION: &str = "Vow-Version";

/// The message for a plan; `given` stands in for the sentence that would begin it.
pub(super) fn message(plan: &Plan, versions: &BTreeMap<String, String>, given: Option<&str>) -> String {
    let subject = match given.map(str::trim).filter(|g| !g.is_empty()) {
        Some(given) => given.replace('\0', ""),
        None => subject(plan),
    };
    let mut out = format!("{subject}\n\n");
    let mut trailer = |key: &str, value: &str| {
        let value = value.replace(char::is_control, " ");
        out.push_str(&format!("{key}: {value}\n"));
    };
    plan.applied.iter().for_each(|title| trailer(APPLIED, title));
    plan.deleted.iter().for_each(|title| trailer(DELETED, title));
    versions.iter().for_each(|(name, version)| trailer(PROMISE, &format!("{name} {version}")));
    trailer(VERSION, env!("CARGO_PKG_VERSION"));
    out
}

fn subject(plan: &Plan) -> String {
    let part = |verb: &str, titles: &[String]| match titles {
        [] => None,
        [one] => Some(format!("{verb} {one}")),
        many => Some(format!("{verb} {} requests", many.len())),
    };
    let gone = if plan.deletions.is_empty() { &plan.deleted } else { &plan.deletions };
    let parts = [part("Apply", &plan.applied), part("delete", gone)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
