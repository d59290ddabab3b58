//! What differs, as it may be shown: without credentials. What vow renders has none, but what lies in a repository may
//! have come from anywhere, and a difference would carry it into a log or a comment.

use std::sync::Arc;

use super::change::{Change, Path, Step, What};
use super::object::{Content, Identity, Object, as_value};
use super::{Comparison, Counts, Delta, Status};
use crate::check::program::Program;
use crate::rules;
use crate::value::path::{self, Step as At};
use crate::value::{Map, Value};

/// What stands in the place of a credential.
pub(super) const HIDDEN: &str = "(hidden, for it looks like a credential)";

/// Names and keys shorter than this are no credentials.
const SHORT: usize = 16;

/// What differs, without credentials: all that can be rendered.
#[derive(Clone, Debug)]
pub struct Shown {
    pub(super) deltas: Vec<ShownDelta>,
    pub(super) counts: Counts,
}

/// An object that is not the same, without credentials.
#[derive(Clone, Debug)]
pub(super) struct ShownDelta {
    pub(super) identity: Identity,
    pub(super) status: Status,
    /// The files that held it and hold it; empty if none.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) changes: Vec<Change>,
    /// The whole of it, if it is there only once.
    pub(super) whole: Option<Value>,
}

impl Shown {
    /// How many there are.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl Comparison {
    /// What differs, with credentials hidden by the detectors of the rules; `program` tells which kinds are known.
    pub fn shown(&self, program: &Program) -> Shown {
        let deltas = self.deltas.iter().map(|delta| Hider { program }.delta(delta)).collect();
        Shown { deltas, counts: self.counts }
    }
}

struct Hider<'a> {
    program: &'a Program,
}

impl Hider<'_> {
    fn delta(&self, delta: &Delta) -> ShownDelta {
        let old = self.places(delta.old.as_ref());
        let new = self.places(delta.new.as_ref());
        let whole = match (&delta.old, &delta.new) {
            (Some(only), None) => Some(masked(&as_value(&only.content), &[], &old)),
            (None, Some(only)) => Some(masked(&as_value(&only.content), &[], &new)),
            _ => None,
        };
        let path = |object: &Option<Object>| object.as_ref().map_or(String::new(), |o| self.word(&o.path));
        ShownDelta {
            identity: self.identity(&delta.identity),
            status: delta.status,
            from: path(&delta.old),
            to: path(&delta.new),
            changes: delta.changes.iter().map(|c| self.change(c, &old, &new)).collect(),
            whole: whole.map(|value| self.keys(&value)),
        }
    }

    /// Below which paths nothing may be shown.
    fn places(&self, object: Option<&Object>) -> Vec<path::Path> {
        match object.map(|o| &o.content) {
            Some(Content::Object(value)) => rules::credentials(self.program, value),
            Some(Content::Text(text)) if rules::is_credential(self.program, text) => {
                vec![path::Path::default()]
            }
            _ => vec![],
        }
    }

    fn identity(&self, identity: &Identity) -> Identity {
        match identity {
            Identity::Object { place, group, kind, namespace, name } => Identity::Object {
                place: self.word(place),
                group: self.word(group),
                kind: self.word(kind),
                namespace: self.word(namespace),
                name: self.word(name),
            },
            Identity::File { place, path } => {
                Identity::File { place: self.word(place), path: self.word(path) }
            }
        }
    }

    fn word(&self, word: &str) -> String {
        match word.len() >= SHORT && word.split('/').any(|part| rules::is_credential(self.program, part)) {
            true => HIDDEN.to_owned(),
            false => word.to_owned(),
        }
    }

    fn key(&self, key: &Arc<str>) -> Arc<str> {
        if key.len() < SHORT { Arc::clone(key) } else { self.word(key).into() }
    }

    /// A value with the keys hidden that are credentials themselves.
    fn keys(&self, value: &Value) -> Value {
        match value {
            Value::Map(map) => {
                Value::map(map.iter().map(|(k, v)| (self.key(k), self.keys(v))).collect::<Map>())
            }
            Value::List(items) => Value::list(items.iter().map(|v| self.keys(v)).collect()),
            other => other.clone(),
        }
    }

    fn change(&self, change: &Change, old: &[path::Path], new: &[path::Path]) -> Change {
        let (was, is) = (change.path.in_old().unwrap_or_default(), change.path.in_new().unwrap_or_default());
        let hidden = |at: &path::Path, all: &[path::Path]| all.iter().any(|h| at.0.starts_with(&h.0));
        let value =
            |value: &Value, at: &path::Path, all: &[path::Path]| self.keys(&masked(value, &at.0, all));
        let what = match &change.what {
            What::Added(v) => What::Added(value(v, &is, new)),
            What::Removed(v) => What::Removed(value(v, &was, old)),
            What::Replaced(a, b) => What::Replaced(value(a, &was, old), value(b, &is, new)),
            What::Text { old: a, new: b, .. } if hidden(&was, old) || hidden(&is, new) => {
                let (a, b) = (Value::Str(Arc::clone(a)), Value::Str(Arc::clone(b)));
                What::Replaced(value(&a, &was, old), value(&b, &is, new))
            }
            What::Text { old, new, inside } => What::Text {
                old: Arc::clone(old),
                new: Arc::clone(new),
                inside: inside.iter().map(|c| self.change(c, &[], &[])).collect(),
            },
            What::Order { from, labels } => {
                let labels = labels.iter().map(|label| self.key(label)).collect();
                What::Order { from: from.clone(), labels }
            }
        };
        Change::new(self.path(&change.path), what)
    }

    fn path(&self, path: &Path) -> Path {
        let step = |step: &Step| match step {
            Step::Key(key) => Step::Key(self.key(key)),
            Step::Item(item) => {
                let mut item = item.clone();
                item.label = item.label.map(|label| self.label(&label));
                Step::Item(item)
            }
        };
        Path(path.0.iter().map(step).collect())
    }

    /// A label such as `name=app` is judged by what follows its `=`, too.
    fn label(&self, label: &Arc<str>) -> Arc<str> {
        let parts = label.split(['=', ',']).any(|part| &*self.word(part) != part);
        if parts { HIDDEN.into() } else { self.key(label) }
    }
}

/// `value`, which stands at `at`, with what is at or below any of `hidden` replaced.
fn masked(value: &Value, at: &[At], hidden: &[path::Path]) -> Value {
    if hidden.iter().any(|h| at.starts_with(&h.0)) {
        return Value::str(HIDDEN);
    }
    let below: Vec<&[At]> = hidden.iter().filter_map(|h| h.0.strip_prefix(at)).collect();
    without(value, &below)
}

fn without(value: &Value, hidden: &[&[At]]) -> Value {
    if hidden.is_empty() {
        return value.clone();
    }
    if hidden.iter().any(|h| h.is_empty()) {
        return Value::str(HIDDEN);
    }
    let after = |step: &At| -> Vec<&[At]> {
        let rest = hidden.iter().filter(|h| h.first() == Some(step));
        rest.filter_map(|h| h.get(1..)).collect()
    };
    match value {
        Value::Map(map) => {
            let each = map.iter().map(|(k, v)| (Arc::clone(k), without(v, &after(&At::Key(Arc::clone(k))))));
            Value::map(each.collect::<Map>())
        }
        Value::List(items) => {
            let each = items.iter().enumerate().map(|(i, v)| without(v, &after(&At::Index(i))));
            Value::list(each.collect())
        }
        other => other.clone(),
    }
}
