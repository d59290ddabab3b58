//! What is wrong with one scalar.

use super::pattern::Patterns;
use crate::check::types::{Lit, Str, Type, shorten};
use crate::diag::suggest;
use crate::value::Value;

/// What is wrong with a scalar.
pub(super) struct Fault {
    /// The stable name of the mistake.
    pub(super) code: &'static str,
    /// The end of a sentence that starts with the path.
    pub(super) what: String,
    /// What to do.
    pub(super) help: Option<String>,
}

/// What keeps `value` out of `ty`, if anything does.
pub(super) fn fault(ty: &Type, value: &Value, patterns: &Patterns) -> Option<Fault> {
    match (ty, value) {
        (Type::Str(text), Value::Str(have)) => text_fault(text, have, patterns),
        (Type::Literals(set), _) if set.iter().any(|lit| lit.value().kind() == value.kind()) => {
            let what = (!set.iter().any(|lit| lit.value() == *value))
                .then(|| format!("is {}, not one of {ty}", show(value)))?;
            let words = set.iter().filter_map(|lit| if let Lit::Str(s) = lit { Some(&**s) } else { None });
            let help = value.as_str().and_then(|have| suggest::closest(have, words));
            Some(Fault {
                code: "not-allowed",
                what,
                help: help.map(|word| format!("did you mean `{word}`?")),
            })
        }
        (Type::Int(_), Value::Float(f)) if f.fract() == 0.0 => {
            let what = format!("is {f:?}, which no integer of 64 bits can hold");
            Some(Fault { code: "out-of-range", what, help: None })
        }
        _ => {
            let what = ty.check(value).err()?.what;
            let code = match (ty, value) {
                (Type::Int(_), Value::Int(_)) => "out-of-range",
                _ => "wrong-type",
            };
            Some(Fault { code, what, help: type_help(ty, value) })
        }
    }
}

fn text_fault(text: &Str, have: &str, patterns: &Patterns) -> Option<Fault> {
    // The pattern is matched here, where it is compiled once, and everything else there.
    let plain = Str { pattern: None, ..text.clone() };
    if let Some(what) = plain.why_not(have) {
        let length = have.chars().count();
        let too_short = text.min.is_some_and(|min| length < min as usize);
        let too_long = text.longest().is_some_and(|max| length > max as usize);
        // What the pattern of a class lets through, a cluster lets through too: only the program needs more.
        let has_shape = text.class.is_some_and(|class| patterns.is_match(class.pattern(), have));
        let code = match (too_short || too_long, has_shape) {
            (true, _) => "out-of-range",
            (false, true) => "wrong-value",
            (false, false) => "pattern",
        };
        return Some(Fault { code, what, help: None });
    }
    let pattern = text.pattern.as_deref().filter(|pattern| !patterns.is_match(pattern, have))?;
    let what = format!("is {:?}, which does not match `{pattern}`", shorten(have));
    Some(Fault { code: "pattern", what, help: None })
}

/// What to do about a scalar of the wrong type.
pub(super) fn type_help(ty: &Type, value: &Value) -> Option<String> {
    let wants_text = match ty {
        Type::Str(_) => true,
        Type::Literals(set) => set.iter().any(|lit| matches!(lit, Lit::Str(_))),
        _ => false,
    };
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) if wants_text => {
            // The text itself is not told: `1.30` has become 1.3 by now.
            Some("put it into quotes to make it a string".into())
        }
        Value::Str(text) if !wants_text && unquoted(text).is_some_and(|v| ty.check(&v).is_ok()) => {
            Some(format!("write it without quotes: {text}"))
        }
        _ => None,
    }
}

/// A scalar as it is shown in a message.
fn show(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Float(f) => format!("{f:?}"),
        Value::Str(text) => format!("{:?}", shorten(text)),
        other => other.kind().into(),
    }
}

/// The boolean or the integer that stands in a text.
fn unquoted(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => text.parse().ok().map(Value::Int),
    }
}
