//! The one form of a free-form value: keys sorted at every depth, integral numbers as integers.
//!
//! The API server hands objects back with sorted keys and writes `1.0` as `1`. With one form, a file and the same
//! object from a cluster render the same bytes.

use std::sync::Arc;

use crate::value::{Map, Value};

/// The deepest nesting that is read.
pub(super) const DEPTH: usize = 64;

/// `value` in its one form; `None` if it is nested deeper than `room`.
pub(super) fn normal(value: &Value, room: usize) -> Option<Value> {
    match value {
        Value::Float(f) => Some(number(*f)),
        Value::List(items) => {
            let room = room.checked_sub(1)?;
            items.iter().map(|item| normal(item, room)).collect::<Option<Vec<_>>>().map(Value::list)
        }
        Value::Map(entries) => {
            let room = room.checked_sub(1)?;
            let entry = |(key, value)| Some((Arc::clone(key), normal(value, room)?));
            entries.iter().map(entry).collect::<Option<Map>>().map(sorted)
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Str(_) => Some(value.clone()),
    }
}

/// An object with its keys in order.
pub(super) fn sorted(mut entries: Map) -> Value {
    entries.sort_unstable_keys();
    Value::map(entries)
}

/// A number as it comes back from the API server: an integer, if it is written as one that fits.
pub(super) fn number(f: f64) -> Value {
    // The decimal digits are what a cluster stores; above 2^53 the exact value of `f` would differ from them.
    let integer = (f.fract() == 0.0).then(|| format!("{f}").parse().ok()).flatten();
    integer.map_or(Value::Float(f), Value::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_a_cluster_hands_back() {
        assert_eq!(number(1.0), Value::Int(1));
        assert_eq!(number(-0.0), Value::Int(0));
        assert_eq!(number(1e18), Value::Int(1_000_000_000_000_000_000));
        assert_eq!(number(1.5), Value::Float(1.5));
        assert_eq!(number(1e20), Value::Float(1e20));
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |depth: usize| (0..depth).fold(Value::Null, |inner, _| Value::list(vec![inner]));
        assert!(normal(&nest(3), 3).is_some() && normal(&nest(4), 3).is_none());
    }
}
