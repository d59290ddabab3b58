//! Compares a document with what is expected of it.

use super::{Failure, shown};
use crate::check::program::{Pattern, PatternValue};
use crate::diag::words;
use crate::eval::Engine;
use crate::source::Span;
use crate::value::path::Path;
use crate::value::{Value, ops};

/// Everything in which `object` differs from `patterns`.
pub(super) fn compare(
    engine: &Engine,
    slots: usize,
    patterns: &[Pattern],
    object: &Value,
    title: &str,
) -> Vec<Failure> {
    let mut comparison = Comparison { engine, slots, title, failures: Vec::new() };
    comparison.all(patterns, object, &Path::default());
    comparison.failures
}

/// Everything in which a value differs from what is expected of it.
pub(super) fn compare_value(
    engine: &Engine,
    slots: usize,
    wanted: (&PatternValue, Span),
    value: &Value,
    title: &str,
) -> Vec<Failure> {
    let mut comparison = Comparison { engine, slots, title, failures: Vec::new() };
    comparison.one(wanted.0, wanted.1, value, &Path::default());
    comparison.failures
}

struct Comparison<'a> {
    engine: &'a Engine,
    slots: usize,
    title: &'a str,
    failures: Vec<Failure>,
}

impl Comparison<'_> {
    fn all(&mut self, patterns: &[Pattern], value: &Value, at: &Path) {
        for pattern in patterns {
            let path = pattern.path.iter().fold(at.clone(), |path, key| path.then_key(key));
            let steps: Vec<_> = path.0.iter().skip(at.0.len()).cloned().collect();
            match ops::at(value, &steps) {
                Some(found) => self.one(&pattern.value, pattern.span, found, &path),
                None => {
                    let message = format!("`{}` has no `{path}`", self.title);
                    self.failures.push(Failure::new(pattern.span, message));
                }
            }
        }
    }

    fn one(&mut self, wanted: &PatternValue, span: Span, found: &Value, path: &Path) {
        match (wanted, found) {
            (PatternValue::Subset(inner), Value::Map(_)) => self.all(inner, found, path),
            (PatternValue::Subset(_), _) => {
                self.wrong(span, format!("`{path}` is {}, not an object", kind(found)))
            }
            (PatternValue::Items(wanted), Value::List(items)) => {
                if wanted.len() != items.len() {
                    let there = words::count(items.len(), "item");
                    let message = format!("`{path}` has {there}, expected are {}", wanted.len());
                    return self.wrong(span, message);
                }
                for (i, ((wanted, span), item)) in wanted.iter().zip(items.iter()).enumerate() {
                    self.one(wanted, *span, item, &path.then_index(i));
                }
            }
            (PatternValue::Items(_), _) => {
                self.wrong(span, format!("`{path}` is {}, not a list", kind(found)))
            }
            (PatternValue::Equal(e), _) => match self.engine.constant(e, self.slots) {
                Ok(Some(wanted)) if wanted == *found => {}
                Ok(wanted) => self.differs(span, "is not as expected", wanted.as_ref(), found, path),
                Err(r) => self.failures.push(Failure::new(r.span, r.message.clone())),
            },
            (PatternValue::Contains(e), _) => match self.engine.constant(e, self.slots) {
                Ok(Some(part)) if contains(found, &part) => {}
                Ok(part) => {
                    self.differs(span, "does not contain what is expected", part.as_ref(), found, path)
                }
                Err(r) => self.failures.push(Failure::new(r.span, r.message.clone())),
            },
        }
    }

    fn wrong(&mut self, span: Span, what: String) {
        self.failures.push(Failure::new(span, format!("`{}`: {what}", self.title)));
    }

    fn differs(&mut self, span: Span, how: &str, wanted: Option<&Value>, found: &Value, path: &Path) {
        let wanted = wanted.map_or_else(|| "absent\n".into(), shown);
        let message = format!("`{}`: `{path}` {how}", self.title);
        self.failures.push(Failure { message, span, diff: Some((wanted, shown(found))) });
    }
}

fn kind(value: &Value) -> String {
    format!("{} {}", words::article(value.kind()), value.kind())
}

fn contains(found: &Value, part: &Value) -> bool {
    match (found, part) {
        (Value::Str(text), Value::Str(part)) => text.contains(&**part),
        (Value::List(items), part) => items.contains(part),
        (Value::Map(map), Value::Str(key)) => map.contains_key(key),
        _ => false,
    }
}
