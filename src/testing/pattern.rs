//! Compares a document with what is expected of it.

use super::{Failure, shown};
use crate::check::program::{Pattern, PatternValue};
use crate::eval::Engine;
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
                Some(found) => self.one(pattern, found, &path),
                None => {
                    let message = format!("{} has no `{path}`", self.title);
                    self.failures.push(Failure::new(pattern.span, message));
                }
            }
        }
    }

    fn one(&mut self, pattern: &Pattern, found: &Value, path: &Path) {
        match &pattern.value {
            PatternValue::Subset(inner) if inner.is_empty() && found.as_map().is_none() => {
                let message = format!("{}: `{path}` is a {}, not an object", self.title, found.kind());
                self.failures.push(Failure::new(pattern.span, message));
            }
            PatternValue::Subset(inner) => self.all(inner, found, path),
            PatternValue::Equal(e) => match self.engine.constant(e, self.slots) {
                Ok(Some(wanted)) if wanted == *found => {}
                Ok(wanted) => {
                    let wanted = wanted.map_or_else(|| "absent\n".into(), |w| shown(&w));
                    let message = format!("{}: `{path}` is not as expected", self.title);
                    let diff = Some((wanted, shown(found)));
                    self.failures.push(Failure { message, span: pattern.span, diff });
                }
                Err(r) => self.failures.push(Failure::new(r.span, r.message.clone())),
            },
            PatternValue::Contains(e) => match self.engine.constant(e, self.slots) {
                Ok(Some(part)) if contains(found, &part) => {}
                Ok(part) => {
                    let part = part.map_or_else(|| "absent\n".into(), |p| shown(&p));
                    let message = format!("{}: `{path}` does not contain what is expected", self.title);
                    self.failures.push(Failure { message, span: pattern.span, diff: Some((part, shown(found))) });
                }
                Err(r) => self.failures.push(Failure::new(r.span, r.message.clone())),
            },
        }
    }
}

fn contains(found: &Value, part: &Value) -> bool {
    match (found, part) {
        (Value::Str(text), Value::Str(part)) => text.contains(&**part),
        (Value::List(items), part) => items.contains(part),
        (Value::Map(map), Value::Str(key)) => map.contains_key(key),
        _ => false,
    }
}
