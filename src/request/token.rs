//! Names in a request that are tokens: what a request says becomes public.

use super::head::Head;
use super::problem::{Problem, Problems};
use crate::check::api::{Api, ApiRecord, ApiType, Shape};
use crate::check::types::{Type, token};
use crate::value::Value;
use crate::value::path::{Path, Step};

/// Where a request says a token where a name belongs.
pub(super) fn problems(api: &Api, head: &Head, spec: &Value) -> Vec<Problem> {
    let mut walk = Walk { steps: vec![Step::Key("metadata".into())], found: Problems::default() };
    for (key, name) in [("name", &head.name), ("namespace", &head.namespace)] {
        walk.below(Step::Key(key.into()), |walk| walk.name(name));
    }
    walk.steps = vec![Step::Key("spec".into())];
    walk.record(&api.spec, spec);
    walk.found.0
}

struct Walk {
    steps: Vec<Step>,
    found: Problems,
}

impl Walk {
    fn below(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        look(self);
        self.steps.pop();
    }

    fn name(&mut self, name: &str) {
        if let Some(what) = token::in_name(name) {
            self.report(self.steps.clone(), what);
        }
    }

    fn report(&mut self, steps: Vec<Step>, what: &str) {
        if !self.found.is_full() {
            let problem = Problem::at("no-secret", Path(steps), &format!("is or holds {what}"));
            self.found.push(problem.help("what a request says becomes public: choose another name"));
        }
    }

    fn record(&mut self, record: &ApiRecord, value: &Value) {
        for field in &record.fields {
            if let Some(value) = value.get(&field.name) {
                self.below(Step::Key(field.name.clone()), |walk| walk.value(&field.ty, value));
            }
        }
    }

    fn value(&mut self, ty: &ApiType, value: &Value) {
        match (&ty.refined, &ty.shape, value) {
            (Some(ty), ..) | (None, Shape::Scalar(ty), _) => self.typed(ty, value),
            (None, Shape::Record(record), _) => self.record(record, value),
            (None, Shape::List(item), Value::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.below(Step::Index(index), |walk| walk.value(item, value));
                }
            }
            (None, Shape::Map(of), Value::Map(map)) => {
                for (key, value) in map.iter() {
                    self.below(Step::Key(key.clone()), |walk| walk.value(of, value));
                }
            }
            _ => {}
        }
    }

    fn typed(&mut self, ty: &Type, value: &Value) {
        if let Some((path, what)) = token::in_value(ty, value) {
            self.report([self.steps.clone(), path.0].concat(), what);
        }
    }
}
