//! Writes plans and outcomes: lines for people, one object for programs.

use super::repo::Form;
use crate::emit::git::Outcome;
use crate::state::{Counts, Plan, World};
use crate::value::{Map, Value, json};

/// What became of a plan.
pub(super) enum Done {
    /// Nothing yet: it was only asked what would change.
    Planned,
    /// A commit, or none because nothing had to change.
    Made(Outcome),
}

/// What a command changes, as its output.
pub(super) fn plan(plan: &Plan, world: &World, done: &Done, form: Form) -> String {
    match form {
        Form::Text => text(plan, world),
        Form::Json => object(plan, world, done),
    }
}

/// One line a request.
fn text(plan: &Plan, world: &World) -> String {
    let mut out = String::new();
    for (owner, changes) in plan.by_owner() {
        let Counts { added, changed, removed } = Counts::of(changes.into_iter());
        let title = world.title(owner);
        out.push_str(&format!(
            "{:>4} {:>4} {:>4}  {title}\n",
            signed('+', added),
            signed('~', changed),
            signed('-', removed)
        ));
    }
    out
}

fn signed(sign: char, count: usize) -> String {
    if count == 0 { String::new() } else { format!("{sign}{count}") }
}

fn object(plan: &Plan, world: &World, done: &Done) -> String {
    let texts = |all: &[String]| Value::list(all.iter().map(|t| Value::str(t.as_str())).collect());
    let changes = plan.changes.iter().map(|change| {
        let what = match (&change.old, &change.new) {
            (None, _) => "added",
            (_, Some(_)) => "changed",
            (_, None) => "removed",
        };
        record([
            ("path", Value::str(change.path.as_str())),
            ("change", Value::str(what)),
            ("request", Value::str(world.title(&change.owner))),
        ])
    });
    let changes = Value::list(changes.collect());
    let (outcome, commit) = match done {
        Done::Planned => ("planned", None),
        Done::Made(Outcome::Unchanged { tip, .. }) => ("unchanged", *tip),
        Done::Made(Outcome::Committed { id, .. }) => ("committed", Some(*id)),
    };
    let commit = commit.map_or(Value::Null, |id| Value::str(id.to_string()));
    let text = json::write_pretty(&record([
        ("outcome", Value::str(outcome)),
        ("commit", commit),
        ("applied", texts(&plan.applied)),
        ("deleted", texts(&plan.deleted)),
        ("unchanged", texts(&plan.unchanged)),
        ("absent", texts(&plan.absent)),
        ("changes", changes),
    ]));
    format!("{text}\n")
}

/// An object with these fields.
pub(super) fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::map(fields.into_iter().map(|(k, v)| (k.into(), v)).collect::<Map>())
}

/// The sentence at the end.
pub(super) fn sentence(plan: &Plan, done: &Done, branch: &str) -> String {
    let counts = plan.counts();
    let parts = [(counts.added, "added"), (counts.changed, "changed"), (counts.removed, "removed")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let files = match parts.as_slice() {
        [] => "nothing changes".to_owned(),
        parts => format!("files: {}", parts.join(", ")),
    };
    match done {
        Done::Planned => format!("would commit to {branch}: {files}"),
        Done::Made(Outcome::Unchanged { mended: 0, .. }) => {
            format!("{branch} is as it should be: no commit")
        }
        Done::Made(Outcome::Unchanged { mended, .. }) => {
            let were = if *mended == 1 { "object of it was" } else { "objects of it were" };
            format!("{branch} is as it should be: no commit; {mended} {were} missing and written again")
        }
        Done::Made(Outcome::Committed { id, tries, .. }) => {
            let again = if *tries > 1 { format!(", in {tries} tries") } else { String::new() };
            format!("committed {} to {branch}{again}: {files}", id.short())
        }
    }
}
