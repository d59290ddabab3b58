//! Holds a value against a schema, the way the API server does, and tells everything that is wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::schema::{MAX_DEPTH, Object, Schema};
use crate::check::types::{Class, Lit, Type};
use crate::diag::suggest;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

/// After so many problems, more are of no use.
const MAX_PROBLEMS: usize = 100;

/// Something in a value that its schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place in the value, from its root.
    pub path: Path,
    /// What is wrong there, as the end of a sentence: "is an integer, not a string".
    pub what: String,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// Whether something is missing there, rather than wrong.
    pub missing: bool,
}

impl Schema {
    /// What in `value` the schema does not allow, in reading order; nothing if it is as it should be.
    pub fn validate(&self, value: &Value) -> Vec<Problem> {
        let mut judge = Judge { steps: vec![], problems: vec![] };
        judge.value(self, value);
        judge.problems
    }
}

struct Judge {
    steps: Vec<Step>,
    problems: Vec<Problem>,
}

impl Judge {
    fn value(&mut self, schema: &Schema, value: &Value) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        if self.steps.len() > MAX_DEPTH {
            return self.report(format!("is nested deeper than {MAX_DEPTH}"), None);
        }
        match (schema, value) {
            (Schema::Any, _) | (Schema::Nullable(_), Value::Null) => {}
            (Schema::Nullable(schema), _) => self.value(schema, value),
            (Schema::Scalar(ty), _) => {
                if let Err(mismatch) = ty.check(value) {
                    self.report(mismatch.what, meant(ty, value));
                }
            }
            (Schema::List(item), Value::List(items)) => {
                for (index, v) in items.iter().enumerate() {
                    self.within(Step::Index(index), item, v);
                }
            }
            (Schema::Map(item), Value::Map(map)) => {
                for (key, v) in map.iter() {
                    self.within(Step::Key(key.clone()), item, v);
                }
            }
            (Schema::Object(object), Value::Map(map)) => self.object(object, map),
            (Schema::Ref(id), Value::Map(map)) => self.object(&id.object(), map),
            (Schema::Either(choices), _) => match choices.iter().find(|c| c.takes(value)) {
                Some(choice) => self.value(choice, value),
                None => self.wrong_kind(schema, value),
            },
            (Schema::Quantity, Value::Int(_) | Value::Float(_)) => {}
            (Schema::Quantity | Schema::Time | Schema::Bytes, Value::Str(text)) => self.text(schema, text),
            _ => self.wrong_kind(schema, value),
        }
    }

    fn within(&mut self, step: Step, schema: &Schema, value: &Value) {
        self.steps.push(step);
        self.value(schema, value);
        self.steps.pop();
    }

    fn object(&mut self, object: &Object, map: &Map) {
        for (key, value) in map {
            match object.fields.get(key) {
                // The API server drops a null before it looks at the rest.
                Some(_) if *value == Value::Null => {}
                Some(field) => self.within(Step::Key(key.clone()), &field.schema, value),
                None if object.open => {}
                None => {
                    let known = object.fields.keys().map(|k| &**k);
                    self.report(format!("has no field `{key}`"), suggest::help(key, known));
                }
            }
        }
        for (name, field) in &object.fields {
            let missing = match map.get(name) {
                None => true,
                Some(Value::Null) => !matches!(field.schema, Schema::Any | Schema::Nullable(_)),
                Some(_) => false,
            };
            if field.required && missing {
                self.lacks(name);
            }
        }
    }

    fn text(&mut self, schema: &Schema, text: &str) {
        match schema {
            Schema::Quantity if !Class::Quantity.contains(text) => {
                self.report(format!("is no quantity: {}", Class::Quantity.describe()), None);
            }
            Schema::Time if !is_time(text) => {
                self.report("is no point in time such as `2026-01-31T12:00:00Z`", None);
            }
            // The value is not shown: what should be base64 and is not may well be a password in the open.
            Schema::Bytes if !is_base64(text) => self.report("is not in base64", None),
            _ => {}
        }
    }

    fn wrong_kind(&mut self, schema: &Schema, value: &Value) {
        let article = |kind: &str| match kind {
            "null" => "null".into(),
            "integer" | "object" => format!("an {kind}"),
            _ => format!("a {kind}"),
        };
        self.report(format!("is {}, not {}", article(value.kind()), schema.plain()), None);
    }

    fn lacks(&mut self, name: &str) {
        let room = self.problems.len() < MAX_PROBLEMS;
        self.report(format!("lacks the field `{name}`"), None);
        if let Some(problem) = self.problems.last_mut().filter(|_| room) {
            problem.missing = true;
        }
    }

    fn report(&mut self, what: impl Into<String>, help: Option<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem {
                path: Path(self.steps.clone()),
                what: what.into(),
                help,
                missing: false,
            });
        }
    }
}

impl Schema {
    /// Whether a value of that kind can be meant.
    fn takes(&self, value: &Value) -> bool {
        match self {
            Schema::Any => true,
            Schema::Scalar(ty) => ty.check(value).is_ok(),
            Schema::Quantity => matches!(value, Value::Int(_) | Value::Float(_) | Value::Str(_)),
            Schema::Time | Schema::Bytes => matches!(value, Value::Str(_)),
            Schema::List(_) => matches!(value, Value::List(_)),
            Schema::Map(_) | Schema::Object(_) | Schema::Ref(_) => matches!(value, Value::Map(_)),
            Schema::Either(choices) => choices.iter().any(|c| c.takes(value)),
            Schema::Nullable(schema) => *value == Value::Null || schema.takes(value),
        }
    }

    /// What it allows, in a few words.
    fn plain(&self) -> String {
        match self {
            Schema::Any => "anything".into(),
            Schema::Scalar(Type::Bool) => "a boolean".into(),
            Schema::Scalar(ty) => ty.to_string(),
            Schema::Quantity => "a quantity".into(),
            Schema::Time => "a point in time".into(),
            Schema::Bytes => "a string in base64".into(),
            Schema::List(_) => "a list".into(),
            Schema::Map(_) | Schema::Object(_) | Schema::Ref(_) => "an object".into(),
            Schema::Either(choices) => choices.iter().map(Schema::plain).collect::<Vec<_>>().join(" or "),
            Schema::Nullable(schema) => schema.plain(),
        }
    }
}

/// Whether the API server decodes it: line ends are skipped.
fn is_base64(text: &str) -> bool {
    match text.contains(['\n', '\r']) {
        true => STANDARD.decode(text.replace(['\n', '\r'], "")).is_ok(),
        false => STANDARD.decode(text).is_ok(),
    }
}

/// Whether it looks as RFC 3339 has it, as `2026-01-31T12:00:00.5+01:00` does.
fn is_time(text: &str) -> bool {
    let alike = |text: &str, shape: &str| {
        let same = |(t, s): (u8, u8)| if s == b'0' { t.is_ascii_digit() } else { t == s };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(same)
    };
    let Some((head, rest)) = text.split_at_checked(19) else { return false };
    let digits = rest.strip_prefix('.').map(|r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = match digits {
        Some(zone) if zone.len() + 1 < rest.len() => zone,
        Some(_) => return false,
        None => rest,
    };
    alike(head, "0000-00-00T00:00:00") && (zone == "Z" || alike(zone, "+00:00") || alike(zone, "-00:00"))
}

/// The literal that was meant by one that is not allowed.
fn meant(ty: &Type, value: &Value) -> Option<String> {
    let (Type::Literals(set), Some(text)) = (ty, value.as_str()) else { return None };
    let words = set.iter().filter_map(|lit| match lit {
        Lit::Str(word) => Some(&**word),
        _ => None,
    });
    suggest::closest(text, words).map(|word| format!("did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::kinds::DefId;

    #[test]
    fn times_are_those_of_rfc_3339() {
        for good in ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456+01:00", "2026-01-31T12:00:00-00:30"]
        {
            assert!(is_time(good), "{good}");
        }
        let bad = [
            "",
            "2026-01-31",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:0éZ",
        ];
        for bad in bad {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_much_ends() {
        let schema = Schema::Ref(DefId::named("apiextensions/v1.JSONSchemaProps").unwrap());
        let nest = |value: Value, _| Value::map(Map::from([("not".into(), value)]));
        let deep = (0..80).fold(Value::map(Map::new()), nest);
        let problems = schema.validate(&deep);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].what, "is nested deeper than 64");
        let many = Value::list(vec![Value::Int(1); 1000]);
        let texts = Schema::List(std::sync::Arc::new(Schema::Time));
        assert_eq!(texts.validate(&many).len(), MAX_PROBLEMS);
    }

    #[test]
    fn a_choice_is_made_by_the_kind_of_value() {
        let schema = Schema::Ref(DefId::named("apiextensions/v1.JSONSchemaProps").unwrap());
        let holds = |value| schema.validate(&Value::map(Map::from([("additionalProperties".into(), value)])));
        assert_eq!(holds(Value::Bool(true)), []);
        let inner = Value::map(Map::from([("type".into(), Value::Int(1))]));
        assert_eq!(holds(inner)[0].path.to_string(), "additionalProperties.type");
        assert_eq!(holds(Value::Int(1))[0].what, "is an integer, not an object or a boolean");
    }
}
