//! Functions on lists in place of rhai's own: those swallow what a `|x, y| …` throws, may panic where it contradicts
//! itself, or take a text for the name of a function, which a request could then choose.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, NativeCallContext, Position};

use super::limits::{LIST_ITEMS, STRING_BYTES};
use super::meter;
use super::natives::{Fallible, fault};

/// Registers them; they go before those of the packages with the same name and types.
pub(super) fn register(engine: &mut Engine) {
    for name in ["sort", "sort_by"] {
        engine.register_fn(name, |context: NativeCallContext<'_>, list: &mut Array, order: FnPtr| {
            sort(list, &mut |a, b| by_function(&context, &order, a, b))
        });
    }
    for name in ["order", "order_by"] {
        engine.register_fn(name, |context: NativeCallContext<'_>, mut list: Array, order: FnPtr| {
            sort(&mut list, &mut |a, b| by_function(&context, &order, a, b)).map(|()| list)
        });
    }
    engine
        .register_fn("sort", |list: &mut Array| sort(list, &mut natural))
        .register_fn("sort_desc", |list: &mut Array| sort(list, &mut |a, b| natural(b, a)))
        .register_fn("order", |mut list: Array| sort(&mut list, &mut natural).map(|()| list))
        .register_fn("order_desc", |mut list: Array| {
            sort(&mut list, &mut |a, b| natural(b, a)).map(|()| list)
        })
        .register_fn("dedup", dedup)
        .register_fn("pad", pad)
        .register_fn("index_of", |list: &mut Array, text: ImmutableString| index_of(list, &text, 0))
        .register_fn("index_of", |list: &mut Array, text: ImmutableString, from: i64| {
            index_of(list, &text, from)
        });
    for name in ["map", "filter", "some", "all", "dedup", "reduce", "reduce_rev", "sort", "drain", "retain"] {
        engine.register_fn(name, |_: &mut Array, _: &str| no_name());
    }
    for name in ["reduce", "reduce_rev"] {
        engine.register_fn(name, |_: &mut Array, _: &str, _: Dynamic| no_name());
    }
}

/// Sorts by merging, which is stable, stops at the first error, and ends whatever `order` says.
fn sort(list: &mut Array, order: &mut dyn FnMut(&Dynamic, &Dynamic) -> Fallible<Ordering>) -> Fallible<()> {
    let mut runs: Vec<Array> = std::mem::take(list).into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            merged.push(match pairs.next() {
                Some(right) => merge(left, right, order)?,
                None => left,
            });
        }
        runs = merged;
    }
    *list = runs.pop().unwrap_or_default();
    Ok(())
}

fn merge(
    left: Array,
    right: Array,
    order: &mut dyn FnMut(&Dynamic, &Dynamic) -> Fallible<Ordering>,
) -> Fallible<Array> {
    let mut merged = Array::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        meter::spend(1).map_err(|_| too_many())?;
        let first = if order(a, b)? == Ordering::Greater { right.next() } else { left.next() };
        merged.extend(first);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

/// The order that a function gives: an integer as everywhere, or whether the first goes before the second.
fn by_function(
    context: &NativeCallContext<'_>,
    order: &FnPtr,
    a: &Dynamic,
    b: &Dynamic,
) -> Fallible<Ordering> {
    let answer: Dynamic = order.call_within_context(context, (a.clone(), b.clone()))?;
    match (answer.as_int(), answer.as_bool()) {
        (Ok(number), _) => Ok(number.cmp(&0)),
        (_, Ok(before)) => Ok(if before { Ordering::Less } else { Ordering::Greater }),
        _ => Err(fault("the function that orders a list gives neither an integer nor a boolean".into())),
    }
}

/// The order of values of one kind that have one.
fn natural(a: &Dynamic, b: &Dynamic) -> Fallible<Ordering> {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        Ok(a.cmp(&b))
    } else if let (Ok(a), Ok(b)) = (a.as_float(), b.as_float()) {
        // What is no number goes last; its sign, by which `total_cmp` would go, differs from one processor to the next.
        Ok(a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())))
    } else if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        Ok(a.as_str().cmp(b.as_str()))
    } else if let (Ok(a), Ok(b)) = (a.as_char(), b.as_char()) {
        Ok(a.cmp(&b))
    } else if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        Ok(a.cmp(&b))
    } else {
        Err(fault(
            "only a list of numbers, texts or booleans, all of one kind, can be sorted without a function"
                .into(),
        ))
    }
}

/// Leaves out items that follow one that is the same to `same`.
fn dedup(context: NativeCallContext<'_>, list: &mut Array, same: FnPtr) -> Fallible<()> {
    let mut kept: Array = Vec::with_capacity(list.len());
    for item in std::mem::take(list) {
        let repeats = match kept.last() {
            Some(last) => same.call_within_context::<bool>(&context, (last.clone(), item.clone()))?,
            None => false,
        };
        if !repeats {
            kept.push(item);
        }
    }
    *list = kept;
    Ok(())
}

/// Appends copies of `item` up to `length` items, in place, as rhai's does; but that one costs one operation.
fn pad(list: &mut Array, length: i64, item: Dynamic) -> Fallible<()> {
    let length = usize::try_from(length).unwrap_or(0);
    let missing = length.saturating_sub(list.len());
    let copies = meter::weight(&item, 0).and_then(|bytes| bytes.checked_mul(missing));
    // Within the limits of a list, its items take no more than this; rhai would only look when they are there.
    if missing > LIST_ITEMS || copies.is_none_or(|bytes| bytes > 8 * STRING_BYTES) {
        return Err(EvalAltResult::ErrorDataTooLarge("Size of array".into(), Position::NONE).into());
    }
    meter::spend((missing >> 2) as u64).map_err(|_| too_many())?;
    list.resize(length.max(list.len()), item);
    Ok(())
}

/// The first place of a text in a list; a negative start counts from the end.
fn index_of(list: &Array, text: &str, from: i64) -> i64 {
    let from = if from < 0 { from.saturating_add_unsigned(list.len() as u64).max(0) } else { from };
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let found = list
        .iter()
        .skip(from)
        .position(|item| item.as_immutable_string_ref().is_ok_and(|t| t.as_str() == text));
    found.and_then(|at| i64::try_from(at + from).ok()).unwrap_or(-1)
}

fn no_name() -> Fallible<()> {
    Err(fault("a function is given as `|x| …`, not by its name in a text".into()))
}

fn too_many() -> Box<EvalAltResult> {
    EvalAltResult::ErrorTooManyOperations(Position::NONE).into()
}
