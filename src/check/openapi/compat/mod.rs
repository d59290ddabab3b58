//! Which changes of a definition break requests that exist.
//!
//! Schemas are compared by what they accept, not by how they are written. Where it cannot be told whether something that
//! was accepted still is (two patterns, a rule, logic such as `oneOf`), the change counts as breaking and says that it only
//! may be; what is not compared at all is said, never passed over.

mod change;
mod find;
mod limits;
mod schema;
mod values;
mod versions;

use std::fmt::Write;

pub use change::{Change, Kind, Severity};
pub use find::definition_in;

use self::change::Changes;
use crate::value::{Map, Value, json};

/// The changes from the definition `old` to `new`, both of them `CustomResourceDefinition`s, in the order of the old one.
/// None if the two accept the same.
pub fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Changes::default();
    versions::names(old, new, &mut changes);
    versions::versions(old, new, &mut changes);
    changes.all
}

/// The changes as text: one line each, and two more for those that ask for something.
pub fn text(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let version = change.version.as_deref().map(|v| format!("{v} ")).unwrap_or_default();
        let may = if change.certain { "" } else { " (may refuse)" };
        let _ = writeln!(
            out,
            "{}[{}]: {version}`{}`{may}: {} → {}",
            change.severity().name(),
            change.kind.name(),
            change.path,
            change.old,
            change.new
        );
        if change.severity() != Severity::Note {
            let _ = writeln!(out, "  {}\n  = {}", change.kind.reason(), change.kind.help());
        }
    }
    out
}

/// The changes as JSON: an array of objects with `severity`, `change`, `version` (null for the definition as a whole),
/// `path`, `certain`, `old`, `new`, `reason` and `help`.
pub fn to_json(changes: &[Change]) -> String {
    let object = |change: &Change| {
        let entries: Map = [
            ("severity", change.severity().name().into()),
            ("change", change.kind.name().into()),
            ("version", change.version.as_deref().map_or(Value::Null, Value::from)),
            ("path", change.path.as_str().into()),
            ("certain", change.certain.into()),
            ("old", change.old.as_str().into()),
            ("new", change.new.as_str().into()),
            ("reason", change.kind.reason().into()),
            ("help", change.kind.help().into()),
        ]
        .into_iter()
        .map(|(key, value): (&str, Value)| (key.into(), value))
        .collect();
        Value::map(entries)
    };
    json::write_compact(&Value::list(changes.iter().map(object).collect()))
}
