//! A value against a JSON schema; the one place that knows the library for it.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};

use crate::check::kinds::{Problem, Schema};
use crate::diag::suggest;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value, json};

/// After so many problems, more are of no use.
const MOST: usize = 100;

/// Makes a validator. Nothing is fetched: a schema lies in one file.
pub(super) fn compile(schema: &Value) -> Result<Validator, String> {
    if !matches!(schema, Value::Map(_) | Value::Bool(_)) {
        return Err("is no JSON schema: one is an object".into());
    }
    if let Some(remote) = remote(schema) {
        return Err(format!(
            "refers to `{remote}`, and nothing is fetched: copy it into the file, below `$defs`"
        ));
    }
    let schema = to_json(schema).ok_or("is no JSON schema")?;
    jsonschema::validator_for(&schema).map_err(|e| format!("is no JSON schema: {}", one_line(&e.to_string())))
}

/// What in `part` the schema does not allow. What is missing is left out, and so is a key whose value is `null`: it
/// takes away what lies below.
pub(super) fn problems(validator: &Validator, known: &Schema, part: &Value) -> Vec<Problem> {
    let part = without_nulls(part);
    let Some(instance) = to_json(&part) else { return vec![] };
    let errors = validator.iter_errors(&instance).filter(|e| !is_missing(e)).take(MOST);
    errors.flat_map(|e| explain(&e, known, &part)).collect()
}

/// The first reference that leads out of the file.
fn remote(schema: &Value) -> Option<&str> {
    match schema {
        Value::Map(map) => map.iter().find_map(|(key, value)| match (&**key, value) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Value::Str(to)) => {
                Some(&**to).filter(|t| !t.starts_with('#'))
            }
            _ => remote(value),
        }),
        Value::List(items) => items.iter().find_map(remote),
        _ => None,
    }
}

fn to_json(value: &Value) -> Option<serde_json::Value> {
    serde_json::from_str(&json::write_compact(value)).ok()
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let kept = map.iter().filter(|(_, v)| **v != Value::Null);
            Value::map(kept.map(|(k, v)| (k.clone(), without_nulls(v))).collect::<Map>())
        }
        Value::List(items) => Value::list(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// Whether more fields could mend it.
fn is_missing(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        Kind::Required { .. } | Kind::MinProperties { .. } => true,
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            context.iter().any(|branch| branch.iter().all(|e| is_missing(e)))
        }
        Kind::OneOfMultipleValid { .. } | Kind::Not { .. } => error.instance().is_object(),
        _ => false,
    }
}

fn explain(error: &ValidationError<'_>, known: &Schema, part: &Value) -> Vec<Problem> {
    let path = path(error, part);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let there = path.0.iter().try_fold(known.clone(), |at, step| match step {
                Step::Key(key) => at.field(key),
                Step::Index(_) => at.item(),
            });
            let object = there.and_then(|s| s.object()).unwrap_or_default();
            let unknown = |name: &String| Problem {
                path: path.then_key(name),
                what: "is no field of these values".into(),
                help: suggest::help(name, object.fields.keys().map(|k| &**k)),
                missing: false,
            };
            unexpected.iter().map(unknown).collect()
        }
        _ => {
            let what = format!("does not fit: {}", one_line(&error.masked_with("the value").to_string()));
            vec![Problem { path, what, help: None, missing: false }]
        }
    }
}

/// The place of an error; the steps are told apart by what they lead through, as a key may be a number.
fn path(error: &ValidationError<'_>, part: &Value) -> Path {
    let mut at = Some(part);
    let mut steps = Vec::new();
    for word in error.instance_path().as_str().split('/').skip(1) {
        let word = word.replace("~1", "/").replace("~0", "~");
        match at {
            Some(Value::List(items)) => {
                let index = word.parse().unwrap_or_default();
                at = items.get(index);
                steps.push(Step::Index(index));
            }
            _ => {
                at = at.and_then(|v| v.get(&word));
                steps.push(Step::Key(word.as_str().into()));
            }
        }
    }
    Path(steps)
}

fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}
