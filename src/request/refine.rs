//! The `T` of `T via S`: what the program needs beyond what the schema shows.
//!
//! A value that comes here has the shape `S` already, so whatever is wrong with it is wrong by the promise's own
//! demands: every problem has the code `wrong-value`.

use std::sync::Arc;

use super::problem::Problems;
use super::scalar::fault;
use super::spec::Walk;
use crate::check::types::{Record, Type, shorten};
use crate::value::path::Step;
use crate::value::{Map, Value};

impl Walk<'_> {
    /// Checks `value` against `ty`, and gives records the order of their type.
    pub(super) fn refine(&mut self, ty: &Type, value: &Value) -> Option<Value> {
        match (ty, value) {
            (Type::List(item), Value::List(items)) => {
                let each = items.iter().enumerate().map(|(i, v)| self.refine_at(Step::Index(i), item, v));
                let all: Vec<Option<Value>> = each.collect();
                all.into_iter().collect::<Option<Vec<Value>>>().map(Value::list)
            }
            (Type::Map(item), Value::Map(entries)) => {
                let each = entries.iter().map(|(key, v)| {
                    Some((Arc::clone(key), self.refine_at(Step::Key(Arc::clone(key)), item, v)?))
                });
                let all: Vec<Option<(Arc<str>, Value)>> = each.collect();
                all.into_iter().collect::<Option<Map>>().map(Value::map)
            }
            (Type::Record(record), Value::Map(entries)) => self.refine_record(record, entries),
            _ => match fault(ty, value, self.patterns) {
                None => Some(value.clone()),
                Some(fault) => self.unfit(&fault.what, fault.help, ty),
            },
        }
    }

    fn refine_record(&mut self, record: &Record, entries: &Map) -> Option<Value> {
        let ty = || Type::Record(Arc::new(record.clone()));
        let mut complete = true;
        for key in entries.keys().filter(|key| !record.fields.contains_key(*key)).take(Problems::MOST) {
            complete = false;
            self.unfit(&format!("has no field `{}`", shorten(key)), None, &ty());
        }
        let mut seen = Map::with_capacity(record.fields.len());
        for (name, field) in &record.fields {
            match entries.get(name).map(|v| self.refine_at(Step::Key(Arc::clone(name)), &field.ty, v)) {
                Some(Some(value)) => {
                    seen.insert(Arc::clone(name), value);
                }
                Some(None) => complete = false,
                None if field.optional => {}
                None => {
                    complete = false;
                    self.unfit(&format!("lacks the field `{name}`"), None, &ty());
                }
            }
        }
        complete.then(|| Value::map(seen))
    }

    fn refine_at(&mut self, step: Step, ty: &Type, value: &Value) -> Option<Value> {
        self.steps.push(step);
        let seen = self.refine(ty, value);
        self.steps.pop();
        seen
    }

    fn unfit(&mut self, what: &str, help: Option<String>, ty: &Type) -> Option<Value> {
        let help = help.or_else(|| Some(format!("the promise needs `{ty}` here")));
        self.report("wrong-value", what, help)
    }
}
