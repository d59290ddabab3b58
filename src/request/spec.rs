//! The `spec` of a request, in one walk from the top: nulls are dropped and defaults are put in place, the shape is
//! checked, then what the program needs beyond the shape.
//!
//! The API server does the same in three passes. One is enough because each step looks at no more than one field and
//! its parent: what is below a default is defaulted when the walk comes to it.

use std::sync::Arc;

use super::normal::{DEPTH, normal, number, sorted};
use super::pattern::Patterns;
use super::problem::{Problem, Problems, Unknown};
use super::scalar::fault;
use crate::check::api::{Api, ApiField, ApiRecord, ApiType, Shape};
use crate::check::types::Type;
use crate::diag::suggest;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

/// Reads the `spec` of a request; an absent one is empty, if nothing in it is required.
pub(super) fn read(
    api: &Api,
    patterns: &Patterns,
    spec: Option<&Value>,
    problems: &mut Problems,
) -> Option<Value> {
    let mut walk = Walk { patterns, steps: vec![Step::Key("spec".into())], problems };
    match spec.filter(|spec| **spec != Value::Null) {
        Some(Value::Map(spec)) => walk.record(&api.spec, spec),
        Some(other) => walk.scalar(&Type::Object, other),
        None => {
            let required = api.spec.fields.iter().filter(|field| field.is_required());
            let names: Vec<&str> = required.map(|field| &*field.name).collect();
            if names.is_empty() {
                return walk.record(&api.spec, &Map::new());
            }
            let problem = Problem::at("missing-field", walk.path(), "is missing");
            walk.problems.push(problem.help(format!("it needs {}", suggest::list(&names))));
            None
        }
    }
}

/// Each method gives the value as the program sees it, or `None` after it has reported why there is none.
pub(super) struct Walk<'a> {
    pub(super) patterns: &'a Patterns,
    pub(super) steps: Vec<Step>,
    pub(super) problems: &'a mut Problems,
}

impl Walk<'_> {
    fn value(&mut self, ty: &ApiType, value: &Value) -> Option<Value> {
        if self.steps.len() > DEPTH {
            return self.too_deep();
        }
        let seen = match (&ty.shape, value) {
            (Shape::Record(record), Value::Map(entries)) => self.record(record, entries),
            (Shape::List(item), Value::List(items)) => self.list(item, items),
            (Shape::Map(item), Value::Map(entries)) => self.map(item, entries),
            (Shape::Object, Value::Map(_)) => self.free(value),
            (Shape::Scalar(scalar), _) => self.scalar(scalar, value),
            (Shape::List(_), _) => self.scalar(&Type::list(Type::Any), value),
            (Shape::Record(_) | Shape::Map(_) | Shape::Object, _) => self.scalar(&Type::Object, value),
        }?;
        match &ty.refined {
            Some(refined) => self.refine(refined, &seen),
            None => Some(seen),
        }
    }

    fn record(&mut self, record: &ApiRecord, entries: &Map) -> Option<Value> {
        let unknown = self.unknown(record, entries);
        let mut complete = unknown.is_none();
        let mut seen = Map::with_capacity(record.fields.len());
        for field in &record.fields {
            let given = entries.get(&field.name);
            let value = given.filter(|value| **value != Value::Null).or(field.default.as_ref());
            self.steps.push(Step::Key(Arc::clone(&field.name)));
            match value.map(|value| self.value(&field.ty, value)) {
                Some(Some(value)) => {
                    seen.insert(Arc::clone(&field.name), value);
                }
                Some(None) => complete = false,
                None if field.optional => {}
                None => {
                    complete = false;
                    // A misspelt field is reported once.
                    if !unknown.as_ref().is_some_and(|u| u.meant.contains(&&*field.name)) {
                        self.missing(field, given.is_some());
                    }
                }
            }
            self.steps.pop();
        }
        complete.then(|| Value::map(seen))
    }

    /// Reports the keys that are no fields of `record`, if there are any.
    fn unknown<'r>(&mut self, record: &'r ApiRecord, entries: &Map) -> Option<Unknown<'r>> {
        if entries.keys().all(|key| record.field(key).is_some()) {
            return None;
        }
        let known: Vec<&str> = record.fields.iter().map(|field| &*field.name).collect();
        let mut unknown = Unknown::of(&self.path(), entries, &known, &known);
        std::mem::take(&mut unknown.problems).into_iter().for_each(|problem| self.problems.push(problem));
        Some(unknown)
    }

    fn list(&mut self, item: &ApiType, items: &[Value]) -> Option<Value> {
        let each = items.iter().enumerate().map(|(i, value)| {
            self.steps.push(Step::Index(i));
            let seen = self.value(item, value);
            self.steps.pop();
            seen
        });
        // Collected in full before one of them can stop it, so that all are reported.
        let all: Vec<Option<Value>> = each.collect();
        all.into_iter().collect::<Option<Vec<Value>>>().map(Value::list)
    }

    fn map(&mut self, item: &ApiType, entries: &Map) -> Option<Value> {
        let mut complete = true;
        let mut seen = Map::with_capacity(entries.len());
        for (key, value) in entries.iter().filter(|(_, value)| **value != Value::Null) {
            self.steps.push(Step::Key(Arc::clone(key)));
            match self.value(item, value) {
                Some(value) => {
                    seen.insert(Arc::clone(key), value);
                }
                None => complete = false,
            }
            self.steps.pop();
        }
        complete.then(|| sorted(seen))
    }

    fn free(&mut self, value: &Value) -> Option<Value> {
        match normal(value, DEPTH.saturating_sub(self.steps.len())) {
            Some(value) => Some(value),
            None => self.too_deep(),
        }
    }

    fn scalar(&mut self, ty: &Type, value: &Value) -> Option<Value> {
        let value = match value {
            Value::Float(f) => number(*f),
            Value::List(_) | Value::Map(_) => self.free(value)?,
            _ => value.clone(),
        };
        match fault(ty, &value, self.patterns) {
            None => Some(value),
            Some(fault) => self.report(fault.code, &fault.what, fault.help),
        }
    }

    fn missing(&mut self, field: &ApiField, is_null: bool) {
        if self.problems.is_full() {
            return;
        }
        let what = if is_null { "is missing: null counts as absent" } else { "is missing" };
        let problem = Problem::at("missing-field", self.path(), what);
        self.problems.push(problem.help(format!("it takes `{}`", field.ty.input_type())));
    }

    fn too_deep(&mut self) -> Option<Value> {
        self.report("too-deep", &format!("is nested deeper than {DEPTH}"), None)
    }

    pub(super) fn report(&mut self, code: &'static str, what: &str, help: Option<String>) -> Option<Value> {
        if !self.problems.is_full() {
            self.problems.push(Problem::at(code, self.path(), what).perhaps_help(help));
        }
        None
    }

    pub(super) fn path(&self) -> Path {
        Path(self.steps.clone())
    }
}
