//! Functions of ours that scripts may call: some that the packages lack, some in place of theirs that have no bounds.

use rhai::{Array, Engine, EvalAltResult, FnPtr, ImmutableString, Map, Position};

use super::limits::{LIST_ITEMS, STRING_BYTES};
use super::meter;

/// What a function of ours gives to the engine.
pub(super) type Fallible<T> = Result<T, Box<EvalAltResult>>;

/// Registers them; they go before those of the packages with the same name and types.
pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("parse_int", |text: &str| parse_int(text, 10))
        .register_fn("parse_int", parse_int)
        .register_fn("to_int", to_int)
        .register_fn("to_float", |number: i64| number as f64)
        .register_fn("floor", f64::floor)
        .register_fn("ceiling", f64::ceil)
        .register_fn("round", f64::round)
        // rhai prints the name it gives to `|x| …`, which differs from one processor to the next.
        .register_fn("to_string", |_: &mut FnPtr| "|…|")
        .register_fn("to_debug", |_: &mut FnPtr| "|…|")
        .register_fn("to_json", |_: &mut Map| no_json())
        .register_fn("sleep", |_: i64| no_sleep())
        .register_fn("sleep", |_: f64| no_sleep())
        .register_fn("replace", |text: &mut ImmutableString, from: &str, to: &str| replace(text, from, to))
        .register_fn("replace", |text: &mut ImmutableString, from: &str, to: char| {
            replace(text, from, &to.to_string())
        })
        .register_fn("replace", |text: &mut ImmutableString, from: char, to: &str| {
            replace(text, &from.to_string(), to)
        })
        .register_fn("replace", |text: &mut ImmutableString, from: char, to: char| {
            replace(text, &from.to_string(), &to.to_string())
        })
        .register_fn("split", |text: &mut ImmutableString, at: &str| split(text, at))
        .register_fn("split", |text: &mut ImmutableString, at: char| split(text, &at.to_string()))
        .register_fn("pad", |text: &mut ImmutableString, length: i64, with: &str| pad(text, length, with))
        .register_fn("pad", |text: &mut ImmutableString, length: i64, with: char| {
            pad(text, length, &with.to_string())
        });
}

/// An integer in a text, without blanks around it.
fn parse_int(text: &str, radix: i64) -> Fallible<i64> {
    let radix = u32::try_from(radix).ok().filter(|r| (2..=36).contains(r));
    let radix = radix.ok_or_else(|| fault("the radix of an integer is from 2 to 36".into()))?;
    i64::from_str_radix(text, radix).map_err(|_| {
        let shown: String = text.chars().take(64).collect();
        fault(format!("{shown:?} is no integer of 64 bits"))
    })
}

/// The integer part of a number.
fn to_int(number: f64) -> Fallible<i64> {
    let whole = number.trunc();
    // 2^63 itself is the first that does not fit; it is exact as a float.
    match (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        true => Ok(whole as i64),
        false => Err(fault(format!("{number} is no integer of 64 bits"))),
    }
}

/// rhai's own would wait; without one, the message would only be that there is no such function.
fn no_sleep() -> Fallible<()> {
    Err(fault("a script cannot wait".into()))
}

/// rhai's own prints those names as well.
fn no_json() -> Fallible<()> {
    Err(fault("a script has no `to_json`; give the map back, and write `json(…)` around the call".into()))
}

/// Replaces in place, as rhai's does; but that one builds gigabytes before it looks at its size.
fn replace(text: &mut ImmutableString, from: &str, to: &str) -> Fallible<()> {
    if from.is_empty() {
        return Err(fault("the text to replace is empty".into()));
    }
    let found = text.matches(from).count();
    let kept = text.len().saturating_sub(found.saturating_mul(from.len()));
    fits(found.saturating_mul(to.len()).saturating_add(kept))?;
    if found > 0 {
        *text = text.replace(from, to).into();
    }
    Ok(())
}

/// Appends copies of `with` up to `length` characters, in place, as rhai's does; but that one costs one operation.
fn pad(text: &mut ImmutableString, length: i64, with: &str) -> Fallible<()> {
    let missing = usize::try_from(length).unwrap_or(0).saturating_sub(text.chars().count());
    let width = with.chars().count();
    let (Some(whole), Some(rest)) = (missing.checked_div(width), missing.checked_rem(width)) else {
        return Ok(());
    };
    let rest: String = with.chars().take(rest).collect();
    fits(whole.saturating_mul(with.len()).saturating_add(rest.len()).saturating_add(text.len()))?;
    *text = format!("{text}{}{rest}", with.repeat(whole)).into();
    Ok(())
}

/// The pieces of a text, as rhai's; but that one makes any number of them for one operation.
fn split(text: &str, at: &str) -> Fallible<Array> {
    let pieces: Array = text.split(at).take(LIST_ITEMS + 1).map(|piece| piece.into()).collect();
    if pieces.len() > LIST_ITEMS {
        return Err(EvalAltResult::ErrorDataTooLarge("Size of array".into(), Position::NONE).into());
    }
    meter::spend((pieces.len() >> 2) as u64)
        .map_err(|_| EvalAltResult::ErrorTooManyOperations(Position::NONE))?;
    Ok(pieces)
}

/// Checks, and charges for, a text of that many bytes.
fn fits(bytes: usize) -> Fallible<()> {
    if bytes > STRING_BYTES {
        return Err(EvalAltResult::ErrorDataTooLarge("Length of string".into(), Position::NONE).into());
    }
    meter::spend(meter::price_of_text(bytes))
        .map_err(|_| EvalAltResult::ErrorTooManyOperations(Position::NONE).into())
}

/// A fault, not a refusal: `throw` alone makes the kind of error that a `String` would become.
pub(super) fn fault(message: String) -> Box<EvalAltResult> {
    EvalAltResult::ErrorArithmetic(message, Position::NONE).into()
}
