//! What differs, for programs. Nothing is cut.

use std::sync::Arc;

use crate::diff::change::{Change, What};
use crate::diff::hide::ShownDelta;
use crate::diff::{Counts, Identity, Shown};
use crate::value::{Map, Value};

/// `{ summary, objects }`; the fields of an object are in `changes`, the whole of one that was added or removed in
/// `object`.
pub fn json(shown: &Shown) -> Value {
    object([
        ("summary", Some(summary(shown.counts()))),
        ("objects", Some(Value::list(shown.deltas.iter().map(delta).collect()))),
    ])
}

fn summary(counts: Counts) -> Value {
    let all = [
        ("added", counts.added),
        ("changed", counts.changed),
        ("fields", counts.fields),
        ("removed", counts.removed),
        ("moved", counts.moved),
        ("rewritten", counts.rewritten),
        ("unchanged", counts.unchanged),
    ];
    object(all.map(|(key, n)| (key, Some(Value::Int(i64::try_from(n).unwrap_or(i64::MAX))))))
}

fn delta(delta: &ShownDelta) -> Value {
    let text = |text: &str| (!text.is_empty()).then(|| Value::str(text));
    let (group, kind, namespace, name) = match &delta.identity {
        Identity::Object { group, kind, namespace, name, .. } => {
            (Some(Value::str(group.as_str())), text(kind), text(namespace), text(name))
        }
        Identity::File { .. } => (None, None, None, None),
    };
    let changes = Value::list(delta.changes.iter().map(change).collect());
    object([
        ("status", Some(Value::str(delta.status.word()))),
        ("place", text(delta.identity.place())),
        ("group", group),
        ("kind", kind),
        ("namespace", namespace),
        ("name", name),
        ("from", text(&delta.from)),
        ("to", text(&delta.to)),
        ("changes", (!delta.changes.is_empty()).then_some(changes)),
        ("object", delta.whole.clone()),
    ])
}

fn change(change: &Change) -> Value {
    let text = |text: &Arc<str>| Some(Value::Str(Arc::clone(text)));
    let (what, old, new, more) = match &change.what {
        What::Added(new) => ("added", None, Some(new.clone()), None),
        What::Removed(old) => ("removed", Some(old.clone()), None, None),
        What::Replaced(old, new) => ("replaced", Some(old.clone()), Some(new.clone()), None),
        What::Text { old, new, inside } => {
            let inside = Value::list(inside.iter().map(self::change).collect());
            ("text", text(old), text(new), Some(("inside", inside)))
        }
        What::Order { labels, .. } => {
            let labels = Value::list(labels.iter().map(|l| Value::Str(Arc::clone(l))).collect());
            ("order", None, None, Some(("order", labels)))
        }
    };
    let (key, more) = more.map_or(("inside", None), |(key, value)| (key, Some(value)));
    object([
        ("path", Some(Value::str(change.path.to_string()))),
        ("change", Some(Value::str(what))),
        ("old", old),
        ("new", new),
        (key, more),
    ])
}

fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let there = entries.into_iter().filter_map(|(key, value)| Some((Arc::from(key), value?)));
    Value::map(there.collect::<Map>())
}
