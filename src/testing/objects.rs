//! Tests of rules: what the rules of a file say of the objects that a test beside them gives.

use std::sync::Arc;

use super::{Failure, reasons};
use crate::check::program::{Expectation, ObjectsGiven, Resource, Test};
use crate::diag::Diagnostic;
use crate::eval::Engine;
use crate::rules;
use crate::value::{Map, Value};

/// What is not as expected.
pub(super) fn run(engine: &Engine, test: &Test, given: &ObjectsGiven) -> Vec<Failure> {
    let objects: Result<Vec<Value>, String> =
        given.objects.iter().map(|o| object(engine, o, given.slots)).collect();
    let objects = match objects {
        Ok(objects) => objects,
        Err(why) => return vec![Failure::new(test.span, why)],
    };
    let (refused, warned): (Vec<Diagnostic>, Vec<Diagnostic>) =
        rules::say(engine, test.span.file, &objects).into_iter().partition(Diagnostic::is_error);
    let mut failures: Vec<Failure> =
        given.expectations.iter().filter_map(|e| missed(e, &refused, &warned)).collect();
    let is_told = |e: &Expectation| matches!(e, Expectation::Refuse { .. } | Expectation::Pass { .. });
    if !refused.is_empty() && !given.expectations.iter().any(is_told) {
        failures.push(Failure::new(test.span, format!("refused: {}", reasons(&refused))));
    }
    failures
}

/// Why an expectation does not hold.
fn missed(expectation: &Expectation, refused: &[Diagnostic], warned: &[Diagnostic]) -> Option<Failure> {
    let holds = |all: &[Diagnostic], part: &str| all.iter().any(|d| d.message.contains(part));
    match expectation {
        Expectation::Refuse { message, span } if !holds(refused, message) => Some(match refused.is_empty() {
            true => Failure::new(*span, format!("nothing was refused; expected a refusal with `{message}`")),
            false => Failure::new(*span, format!("refused, but for another reason: {}", reasons(refused))),
        }),
        Expectation::Warn { message, span } => super::not_warned(warned, message, *span),
        Expectation::Pass { span } if !refused.is_empty() => {
            Some(Failure::new(*span, format!("refused: {}", reasons(refused))))
        }
        Expectation::Pass { span } => super::not_quiet(warned, *span),
        _ => None,
    }
}

fn object(engine: &Engine, given: &Resource, slots: usize) -> Result<Value, String> {
    let text = |e| engine.constant(e, slots).map_err(|r| r.message.clone());
    let mut body = engine.constant_object(&given.body, slots).map_err(|r| r.message.clone())?;
    let mut metadata = Map::new();
    metadata.extend(text(&given.name)?.map(|name| (Arc::from("name"), name)));
    if let Some(namespace) = &given.namespace {
        metadata.extend(text(namespace)?.map(|namespace| (Arc::from("namespace"), namespace)));
    }
    if let Some(Value::Map(more)) = body.shift_remove("metadata") {
        metadata.extend(more.iter().map(|(key, value)| (Arc::clone(key), value.clone())));
    }
    let api_version = match given.gvk.group.as_str() {
        "" => given.gvk.version.clone(),
        group => format!("{group}/{}", given.gvk.version),
    };
    let mut object = Map::from_iter([
        ("apiVersion".into(), Value::str(api_version)),
        ("kind".into(), Value::str(given.gvk.kind.as_str())),
        ("metadata".into(), Value::map(metadata)),
    ]);
    object.extend(body);
    Ok(Value::map(object))
}
