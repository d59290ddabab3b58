//! Two objects merged, of which not everything is known.

use std::sync::Arc;

use super::object::{Field, Object, Rest};
use super::{Known, Maybe};

/// What `merge(left, right)` gives: objects deep, everything else from the right.
pub(super) fn merge(left: &Known, right: &Known) -> Known {
    if let (Known::Is(a), Known::Is(b)) = (left, right) {
        return Known::Is(crate::value::ops::merge(a, b));
    }
    match (left, right) {
        (Known::Never, _) | (_, Known::Never) => Known::Never,
        (Known::OneOf(all), _) => all.iter().fold(Known::Never, |sum, k| sum.join(&merge(k, right))),
        (_, Known::OneOf(all)) => all.iter().fold(Known::Never, |sum, k| sum.join(&merge(left, k))),
        (Known::Free(a), Known::Free(b)) => Known::Free(a.or(b)),
        (Known::Free(hole), _) | (_, Known::Free(hole)) if !hole.is_tame() => Known::Free(hole.clone()),
        // What has passed a test brings nothing else, so what it is merged over, or what is merged over it, stays known.
        (_, Known::Free(hole)) => match left.as_object() {
            Some(a) => objects(&a, &Object::any(right.clone(), hole.clone())).known().join(right),
            None => right.clone(),
        },
        (Known::Free(hole), _) => match right.as_object() {
            Some(b) => objects(&Object::any(left.clone(), hole.clone()), &b).known(),
            None => right.clone(),
        },
        _ => match (left.as_object(), right.as_object()) {
            (Some(a), Some(b)) => objects(&a, &b).known(),
            _ => right.clone(),
        },
    }
}

fn objects(a: &Object, b: &Object) -> Object {
    let mut merged = a.clone();
    // What the open keys of the right may change.
    if let Some(rest) = &b.rest {
        for (_, field) in
            merged.fields.iter_mut().filter(|(key, _)| rest.may_be(key) && !b.fields.contains_key(*key))
        {
            field.known = field.known.join(&merge(&field.known, &rest.value));
        }
        merged.rest = Some(match &a.rest {
            Some(own) => Rest {
                keys: own.keys.or(rest.keys),
                value: own.value.join(&merge(&own.value, &rest.value)).join(&rest.value),
                hole: rest.hole.or(&own.hole),
            },
            None => rest.clone(),
        });
    }
    for (key, new) in &b.fields {
        let old = a.get(key);
        merged.fields.insert(Arc::clone(key), field(&old, new));
    }
    merged
}

fn field(old: &Maybe, new: &Field) -> Field {
    let mut known = Known::Never;
    if !old.is_absent() {
        known = merge(&old.known, &new.known);
    }
    if old.absent {
        known = known.join(&new.known);
    }
    if new.absent {
        known = known.join(&old.known);
    }
    Field { known, absent: old.absent && new.absent }
}
