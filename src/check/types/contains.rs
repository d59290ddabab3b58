//! Whether a value belongs to a type, and if not, where and why not.

use regex::Regex;

use super::{Lit, Record, Str, Type};
use crate::value::Value;
use crate::value::path::{Path, Step};

/// Why a value does not belong to a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The place in the value, from its root.
    pub path: Path,
    /// What is wrong there, as the end of a sentence: "is an integer, not a string".
    pub what: String,
}

impl Type {
    /// Checks that `value` belongs to the type.
    ///
    /// # Errors
    /// The first place, in reading order, that does not.
    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        check(self, value, &mut Vec::new())
    }
}

fn fail(steps: &[Step], what: impl Into<String>) -> Result<(), Mismatch> {
    Err(Mismatch { path: Path(steps.to_vec()), what: what.into() })
}

fn check(ty: &Type, value: &Value, steps: &mut Vec<Step>) -> Result<(), Mismatch> {
    let wrong_kind = |steps: &[Step]| fail(steps, format!("is {}, not {}", article(value.kind()), plain(ty)));
    match (ty, value) {
        (Type::Any, _)
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Int(_) | Value::Float(_))
        | (Type::IntOrString, Value::Int(_) | Value::Str(_))
        | (Type::Object, Value::Map(_)) => Ok(()),
        (Type::Int(r), Value::Int(i)) => match (r.lo, r.hi) {
            (Some(lo), _) if *i < lo => fail(steps, format!("is {i}, less than {lo}")),
            (_, Some(hi)) if *i > hi => fail(steps, format!("is {i}, more than {hi}")),
            _ => Ok(()),
        },
        (Type::Str(s), Value::Str(text)) => match s.why_not(text) {
            Some(why) => fail(steps, why),
            None => Ok(()),
        },
        (Type::Literals(set), _) => match Lit::of(value) {
            Some(lit) if set.contains(&lit) => Ok(()),
            Some(lit) => fail(steps, format!("is {lit}, not one of {ty}")),
            None => wrong_kind(steps),
        },
        (Type::List(item), Value::List(items)) => items.iter().enumerate().try_for_each(|(i, v)| {
            steps.push(Step::Index(i));
            check(item, v, steps)?;
            steps.pop();
            Ok(())
        }),
        (Type::Map(item), Value::Map(map)) => map.iter().try_for_each(|(k, v)| {
            steps.push(Step::Key(k.clone()));
            check(item, v, steps)?;
            steps.pop();
            Ok(())
        }),
        (Type::Record(record), Value::Map(_)) => check_record(record, value, steps),
        _ => wrong_kind(steps),
    }
}

fn check_record(record: &Record, value: &Value, steps: &mut Vec<Step>) -> Result<(), Mismatch> {
    let map = value.as_map().into_iter().flatten();
    for (key, v) in map {
        match record.fields.get(key) {
            None => return fail(steps, format!("has no field `{key}`")),
            Some(field) => {
                steps.push(Step::Key(key.clone()));
                check(&field.ty, v, steps)?;
                steps.pop();
            }
        }
    }
    let missing = record.fields.iter().find(|(name, f)| !f.optional && value.get(name).is_none());
    missing.map_or(Ok(()), |(name, _)| fail(steps, format!("lacks the field `{name}`")))
}

impl Str {
    /// Why `text` is not one of these texts, as the end of a sentence; `None` if it is one.
    pub fn why_not(&self, text: &str) -> Option<String> {
        let shown = shorten(text);
        if let Some(class) = self.class
            && !class.contains(text)
        {
            return Some(format!("is {shown:?}, which is no {}: {}", class.name(), class.describe()));
        }
        let len = text.chars().count();
        if let Some(min) = self.min.filter(|min| len < *min as usize) {
            return Some(format!("is {len} characters long, less than {min}"));
        }
        if let Some(max) = self.max.filter(|max| len > *max as usize) {
            return Some(format!("is {len} characters long, more than {max}: {shown:?}"));
        }
        let pattern = self.pattern.as_ref()?;
        match pattern_regex(pattern) {
            Ok(regex) if regex.is_match(text) => None,
            _ => Some(format!("is {shown:?}, which does not match `{pattern}`")),
        }
    }
}

/// A Kubernetes pattern (RE2, unanchored, ASCII classes) as a regular expression of ours, with a bounded size.
pub(crate) fn pattern_regex(pattern: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(&ascii_classes(pattern)).size_limit(1 << 20).build()
}

/// RE2's `\d \w \s \b` are ASCII; ours would be Unicode.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '[' if !in_class => in_class = true,
            ']' if in_class => in_class = false,
            _ => {}
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        match (chars.next(), in_class) {
            (Some('d'), false) => out.push_str("[0-9]"),
            (Some('d'), true) => out.push_str("0-9"),
            (Some('D'), false) => out.push_str("[^0-9]"),
            (Some('w'), false) => out.push_str("[0-9A-Za-z_]"),
            (Some('w'), true) => out.push_str("0-9A-Za-z_"),
            (Some('W'), false) => out.push_str("[^0-9A-Za-z_]"),
            (Some('s'), false) => out.push_str(r"[\t\n\f\r ]"),
            (Some('s'), true) => out.push_str(r"\t\n\f\r "),
            (Some('S'), false) => out.push_str(r"[^\t\n\f\r ]"),
            (Some('b'), false) => out.push_str(r"(?-u:\b)"),
            (Some(other), _) => {
                out.push('\\');
                out.push(other);
            }
            (None, _) => out.push('\\'),
        }
    }
    out
}

/// At most 64 characters of a text that a message quotes: values may be long, or secret.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(64) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.into(),
    }
}

fn article(kind: &str) -> String {
    match kind {
        "null" => "null".into(),
        "integer" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

fn plain(ty: &Type) -> String {
    match ty {
        Type::Never => "possible".into(),
        Type::Bool => "a boolean".into(),
        Type::Int(_) => "an integer".into(),
        Type::Number => "a number".into(),
        Type::Str(_) => "a string".into(),
        Type::Literals(_) => format!("one of {ty}"),
        Type::List(_) => "a list".into(),
        Type::Map(_) | Type::Record(_) | Type::Object => "an object".into(),
        Type::Any => "anything".into(),
        Type::IntOrString => "an integer or a string".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::types::IntRange;

    #[test]
    fn the_place_and_the_reason_are_told() {
        let ty = Type::list(Type::Int(IntRange { lo: Some(1), hi: None }));
        let bad = Value::list(vec![Value::Int(1), Value::Int(0)]);
        let mismatch = ty.check(&bad).map_err(|m| format!("{}: {}", m.path, m.what));
        assert_eq!(mismatch, Err("[1]: is 0, less than 1".into()));
    }

    #[test]
    fn kubernetes_classes_are_ascii() {
        assert!(pattern_regex(r"^\d+$").is_ok_and(|r| r.is_match("12") && !r.is_match("١٢")));
        assert!(pattern_regex(r"^[\w.]+$").is_ok_and(|r| r.is_match("a.b") && !r.is_match("é")));
    }
}
