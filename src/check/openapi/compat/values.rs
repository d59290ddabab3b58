//! Compares schemas that list the values that they take.

use std::cmp::Ordering;

use super::change::{Changes, Kind};
use super::limits::{flag, format, int, number, pattern_set};
use super::versions::shown;
use crate::check::types::pattern_regex;
use crate::value::Value;

/// Asks the new schema about each of the few values that the old one takes.
pub(super) fn few_values(old: &Value, new: &Value, values: &[Value], changes: &mut Changes) {
    let possible = values.iter().filter(|value| takes(old, value) != Some(false));
    let (mut lost, mut unsure) = (vec![], vec![]);
    for value in possible {
        match takes(new, value) {
            Some(true) => {}
            Some(false) => lost.push(shown(Some(value))),
            None => unsure.push(shown(Some(value))),
        }
    }
    let taken = || new.get("enum").map_or_else(|| "it is judged otherwise".into(), |all| shown(Some(all)));
    if !lost.is_empty() {
        changes.add(Kind::Values, lost.join(", "), taken());
    }
    if !unsure.is_empty() {
        changes.may(Kind::Values, unsure.join(", "), taken());
    }
    let all_were = |value: &Value| values.contains(value);
    let more = new.get("enum").and_then(Value::as_list).is_none_or(|all| !all.iter().all(all_were));
    if more && lost.is_empty() && unsure.is_empty() {
        changes.add(Kind::Wider, shown(old.get("enum")), shown(new.get("enum")));
    }
    format(old, new, changes);
}

/// Tells that only some values are taken now.
pub(super) fn values(new: &Value, changes: &mut Changes) {
    let Some(all) = new.get("enum") else { return };
    let has = |value| all.as_list().is_some_and(|all| all.contains(&Value::Bool(value)));
    if !(has(true) && has(false)) {
        changes.add(Kind::Values, "any value", shown(Some(all)));
    }
}

/// Whether a schema takes a scalar; `None` if that cannot be told.
fn takes(schema: &Value, value: &Value) -> Option<bool> {
    let listed =
        schema.get("enum").and_then(Value::as_list).is_none_or(|all| all.iter().any(|v| same(v, value)));
    let fits = match value {
        Value::Str(text) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            let least = int(schema, "minLength").unwrap_or(0) <= length;
            let most = int(schema, "maxLength").unwrap_or(i64::MAX) >= length;
            let mut matches = true;
            for pattern in pattern_set(schema) {
                matches &= pattern_regex(&pattern).ok()?.is_match(text);
            }
            least && most && matches
        }
        _ => number(Some(value)).is_none_or(|n| {
            let inside = |key: &str, open: &str, beyond: Ordering| {
                number(schema.get(key)).is_none_or(|bound| {
                    let order = n.total_cmp(&bound);
                    order == beyond || (order == Ordering::Equal && !flag(schema, open))
                })
            };
            inside("minimum", "exclusiveMinimum", Ordering::Greater)
                && inside("maximum", "exclusiveMaximum", Ordering::Less)
        }),
    };
    Some(listed && fits)
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || number(Some(a)).zip(number(Some(b))).is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
}
