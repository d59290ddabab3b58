//! Two values, field by field.

use std::sync::Arc;

use super::change::{Change, Path, What};
use super::{inside, lists};
use crate::value::{Map, Value};

/// How deep two values are compared field by field; below, they differ or not.
const DEPTH: usize = 96;

/// The fields in which `new` differs from `old`, in the order of the new value, what is gone in the place that it had.
///
/// The order of keys makes no difference, as it makes none in Kubernetes.
pub fn fields(old: &Value, new: &Value) -> Vec<Change> {
    let mut out = vec![];
    value(&Path::default(), None, old, new, &mut out);
    out
}

/// Compares two values at `path`; `field` is the last key on the way to them.
pub(super) fn value(path: &Path, field: Option<&str>, old: &Value, new: &Value, out: &mut Vec<Change>) {
    let deep = path.0.len() >= DEPTH;
    match (old, new) {
        (Value::Map(a), Value::Map(b)) if !deep => map(path, a, b, out),
        (Value::List(a), Value::List(b)) if !deep => lists::list(path, field, a, b, out),
        (Value::Str(a), Value::Str(b)) if a != b && (a.contains('\n') || b.contains('\n')) => {
            text(path, a, b, out);
        }
        (Value::Str(a), Value::Str(b)) if a != b && inside::may_be_object(a) && inside::may_be_object(b) => {
            text(path, a, b, out);
        }
        (a, b) if a != b => {
            out.push(Change::new(path.clone(), What::Replaced(a.clone(), b.clone())));
        }
        _ => {}
    }
}

fn text(path: &Path, old: &Arc<str>, new: &Arc<str>, out: &mut Vec<Change>) {
    let inside = inside::changes(old, new);
    let what = What::Text { old: Arc::clone(old), new: Arc::clone(new), inside };
    out.push(Change::new(path.clone(), what));
}

fn map(path: &Path, old: &Map, new: &Map, out: &mut Vec<Change>) {
    for (key, was) in old {
        if !new.contains_key(key) {
            out.push(Change::new(path.then_key(key), What::Removed(was.clone())));
        }
    }
    for (key, is) in new {
        match old.get(key) {
            Some(was) => value(&path.then_key(key), Some(key), was, is, out),
            None => out.push(Change::new(path.then_key(key), What::Added(is.clone()))),
        }
    }
}
