//! Makes the new value of the old one and what differs: the proof that nothing was left out.

use std::sync::Arc;

use crate::diff::{Change, Step, What};
use crate::value::{Map, Value};

/// A change, and what is left of the way to it.
type Open<'a> = (&'a [Step], &'a What);

/// `old` with `changes`, as [`fields`](crate::diff::fields()) found them between it and another value.
pub(super) fn apply(old: &Value, changes: &[Change]) -> Value {
    below(old, changes.iter().map(|c| (c.path.0.as_slice(), &c.what)).collect())
}

fn below(old: &Value, changes: Vec<Open<'_>>) -> Value {
    for (path, what) in &changes {
        match (path.is_empty(), what) {
            (true, What::Replaced(_, new)) => return new.clone(),
            (true, What::Text { new, .. }) => return Value::Str(Arc::clone(new)),
            _ => {}
        }
    }
    match old {
        Value::Map(map) => object(map, &changes),
        Value::List(items) => list(items, &changes),
        other => other.clone(),
    }
}

/// The changes that lie behind a step that `fits`, without it.
fn behind<'a>(changes: &[Open<'a>], fits: impl Fn(&Step) -> bool) -> Vec<Open<'a>> {
    let inside = changes.iter().filter(|(path, _)| path.first().is_some_and(&fits));
    inside.map(|(path, what)| (&path[1..], *what)).collect()
}

fn object(old: &Map, changes: &[Open<'_>]) -> Value {
    let mut map = Map::new();
    for (key, value) in old {
        let inside = behind(changes, |step| *step == Step::Key(Arc::clone(key)));
        if !inside.iter().any(|(path, what)| path.is_empty() && matches!(what, What::Removed(_))) {
            map.insert(Arc::clone(key), below(value, inside));
        }
    }
    for (path, what) in changes {
        if let ([Step::Key(key)], What::Added(value)) = (path, what) {
            map.insert(Arc::clone(key), value.clone());
        }
    }
    Value::map(map)
}

fn list(old: &[Value], changes: &[Open<'_>]) -> Value {
    let mut gone = vec![];
    let mut added = vec![];
    let mut order = None;
    for (path, what) in changes {
        match (path, what) {
            ([], What::Order { from, .. }) => order = Some(from.clone()),
            ([Step::Item(item)], What::Removed(_)) => gone.extend(item.old),
            ([Step::Item(item)], What::Added(value)) => added.push((item.new.unwrap(), value.clone())),
            _ => {}
        }
    }
    let kept = order.unwrap_or_else(|| (0..old.len()).filter(|i| !gone.contains(i)).collect());
    let item =
        |i: usize| below(&old[i], behind(changes, |s| matches!(s, Step::Item(item) if item.old == Some(i))));
    let mut items: Vec<Value> = kept.into_iter().map(item).collect();
    added.sort_by_key(|(at, _)| *at);
    for (at, value) in added {
        items.insert(at, value);
    }
    Value::list(items)
}
