//! Pure operations on values: one definition each, for evaluating and for everything that must agree with it.

use std::sync::Arc;

use super::path::Step;
use super::{Map, Value};

/// The objects merged: maps deep; lists, scalars and null from the right. Keys keep the order of the left, new ones
/// follow in the order of the right.
pub fn merge(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Map(a), Value::Map(b)) => {
            if b.is_empty() {
                return left.clone();
            }
            let mut merged: Map = (**a).clone();
            for (key, new) in b.iter() {
                match merged.get_mut(key) {
                    Some(old) => *old = merge(old, new),
                    None => drop(merged.insert(Arc::clone(key), new.clone())),
                }
            }
            Value::map(merged)
        }
        _ => right.clone(),
    }
}

/// The value with the keys of every object in it sorted by their bytes.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::list(items.iter().map(sorted).collect()),
        Value::Map(map) => {
            let mut entries: Vec<(Arc<str>, Value)> =
                map.iter().map(|(k, v)| (Arc::clone(k), sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::map(entries.into_iter().collect())
        }
        scalar => scalar.clone(),
    }
}

/// What a value weighs, in bytes and nodes together, and how deep it is; `None` beyond `limit` or 128 deep. Shared
/// parts count as often as they stand in it, since that is how often they would be written.
pub fn weight(value: &Value, limit: usize) -> Option<usize> {
    let mut left = limit;
    weigh(value, &mut left, 128)?;
    Some(limit - left)
}

fn weigh(value: &Value, left: &mut usize, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let own = match value {
        Value::Str(s) => s.len() + 1,
        _ => 1,
    };
    *left = left.checked_sub(own)?;
    match value {
        Value::List(items) => items.iter().try_for_each(|v| weigh(v, left, depth)),
        Value::Map(map) => map.iter().try_for_each(|(k, v)| {
            *left = left.checked_sub(k.len() + 1)?;
            weigh(v, left, depth)
        }),
        _ => Some(()),
    }
}

/// A scalar as it stands in a text; `None` for what has no such form.
pub fn text(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Str(s) => Some(Arc::clone(s)),
        Value::Int(i) => Some(i.to_string().into()),
        Value::Bool(b) => Some(if *b { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// The value at a path.
pub fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |v, step| match (v, step) {
        (Value::Map(map), Step::Key(key)) => map.get(key),
        (Value::List(items), Step::Index(i)) => items.get(*i),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(entries: &[(&str, Value)]) -> Value {
        Value::map(entries.iter().map(|(k, v)| ((*k).into(), v.clone())).collect())
    }

    #[test]
    fn null_on_the_right_is_a_value_and_absence_has_no_effect() {
        let left = object(&[("a", Value::Int(1)), ("b", object(&[("c", Value::Int(2))]))]);
        let right = object(&[("b", object(&[("c", Value::Null)])), ("d", Value::list(vec![]))]);
        let merged =
            object(&[("a", Value::Int(1)), ("b", object(&[("c", Value::Null)])), ("d", Value::list(vec![]))]);
        assert_eq!(merge(&left, &right), merged);
        assert_eq!(merge(&left, &object(&[("b", object(&[]))])), left);
    }

    #[test]
    fn a_value_that_shares_its_parts_weighs_what_it_would_write() {
        let mut v = Value::str("x");
        for _ in 0..40 {
            v = Value::list(vec![v.clone(), v]);
        }
        assert_eq!(weight(&v, 4 << 20), None);
        assert_eq!(weight(&Value::str("abc"), 10), Some(4));
    }
}
