//! Compares two structural schemas, from the root down.

use std::collections::BTreeSet;

use super::change::{Changes, Kind};
use super::limits;
use super::versions::shown;
use crate::value::{Map, Value};

/// Schemas nested deeper than this are not compared.
const DEPTH: usize = 64;

/// Fields of a request that are not its author's.
const OTHERS: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];

/// What a schema is about.
#[derive(Clone, Copy, PartialEq)]
enum Form<'s> {
    /// Anything, null included.
    Anything,
    IntOrString,
    /// An object that keeps what it does not know.
    Free,
    Record,
    Map(&'s Value),
    List(&'s Value),
    /// `string`, `integer`, `number` or `boolean`.
    Scalar(&'s str),
    /// Nothing that a structural schema can be.
    Strange,
}

fn form(schema: &Value) -> Form<'_> {
    let flag = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if flag("x-kubernetes-int-or-string") {
        return Form::IntOrString;
    }
    let keeps = flag("x-kubernetes-preserve-unknown-fields");
    match (schema.get("type").and_then(Value::as_str), schema.get("additionalProperties")) {
        (Some("object"), _) if keeps || flag("x-kubernetes-embedded-resource") => Form::Free,
        (Some("object"), Some(value @ Value::Map(_))) => Form::Map(value),
        (Some("object"), Some(Value::Bool(true))) => Form::Free,
        (Some("object"), _) => Form::Record,
        (Some("array"), _) => schema.get("items").map_or(Form::Strange, Form::List),
        (Some(scalar @ ("string" | "integer" | "number" | "boolean")), _) => Form::Scalar(scalar),
        (None, _) if keeps => Form::Anything,
        _ => Form::Strange,
    }
}

/// Compares the schemas of whole requests.
pub(super) fn root(old: &Value, new: &Value, changes: &mut Changes) {
    limits::common(old, new, changes);
    fields(old, new, &OTHERS, DEPTH, changes);
}

fn schema(old: &Value, new: &Value, room: usize, changes: &mut Changes) {
    let Some(room) = room.checked_sub(1).filter(|_| old != new) else {
        if old != new {
            changes.add(Kind::NotCompared, "a schema nested deeper than 64", "another one");
        }
        return;
    };
    let (before, after) = (form(old), form(new));
    match (before, after) {
        (Form::Strange, _) | (_, Form::Strange) => {
            return changes.add(Kind::NotCompared, shown(Some(old)), shown(Some(new)));
        }
        (Form::Record | Form::Free, Form::Record | Form::Free) => {
            records(old, new, before, after, room, changes)
        }
        (Form::Map(a), Form::Map(b)) => changes.field("*", |changes| schema(a, b, room, changes)),
        (Form::List(a), Form::List(b)) => changes.below("[]", |changes| schema(a, b, room, changes)),
        (Form::Record, Form::Map(value)) => into_map(old, value, room, changes),
        (Form::Map(_), Form::Free) => free(new, changes),
        (_, Form::Anything) => {
            if before != after {
                changes.add(Kind::Wider, name(old), name(new));
            }
            return;
        }
        (Form::Scalar(a), Form::Scalar(b)) if a == b => {}
        (Form::IntOrString, Form::IntOrString) => {}
        (Form::Scalar("integer"), Form::Scalar("number"))
        | (Form::Scalar("integer" | "string"), Form::IntOrString) => {
            changes.add(Kind::Wider, name(old), name(new));
        }
        _ => return changes.add(Kind::Type, name(old), name(new)),
    }
    limits::common(old, new, changes);
    limits::limits(old, new, changes);
}

/// A schema in a few words.
fn name(schema: &Value) -> String {
    let ty = schema.get("type").and_then(Value::as_str);
    match form(schema) {
        Form::Anything => "anything".into(),
        Form::IntOrString => "an integer or a string".into(),
        Form::Free => "a free-form object".into(),
        Form::Record => "an object with fields".into(),
        Form::Map(_) => "a map".into(),
        Form::List(_) => "a list".into(),
        Form::Scalar(_) | Form::Strange => format!("`{}`", ty.unwrap_or("no type")),
    }
}

fn records(old: &Value, new: &Value, before: Form<'_>, after: Form<'_>, room: usize, changes: &mut Changes) {
    match (before, after) {
        (Form::Free, Form::Record) => changes.add(Kind::Type, name(old), name(new)),
        (Form::Record, Form::Free) => changes.add(Kind::Wider, name(old), name(new)),
        _ => {}
    }
    let embedded = |schema: &Value| schema.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true));
    if embedded(new) && !embedded(old) {
        changes.add(Kind::Type, name(old), "an object of Kubernetes");
    }
    fields(old, new, &[], room, changes);
}

/// A map that becomes a free-form object may have fields with schemas of their own.
fn free(new: &Value, changes: &mut Changes) {
    match properties(new).is_none_or(Map::is_empty) && required(new).is_empty() {
        true => changes.add(Kind::Wider, "a map", name(new)),
        false => changes.add(Kind::Type, "a map", name(new)),
    }
}

fn into_map(old: &Value, value: &Value, room: usize, changes: &mut Changes) {
    changes.add(Kind::Wider, name(old), "a map");
    for (key, field) in properties(old).into_iter().flatten() {
        changes.field(key, |changes| schema(field, value, room, changes));
    }
}

fn properties(schema: &Value) -> Option<&Map> {
    schema.get("properties").and_then(Value::as_map)
}

/// The fields that a request must write: what has a default is filled in before anybody asks.
fn required(schema: &Value) -> BTreeSet<&str> {
    let all = schema.get("required").and_then(Value::as_list).unwrap_or_default();
    let names = all.iter().filter_map(Value::as_str);
    names.filter(|name| default(properties(schema).and_then(|p| p.get(*name))).is_none()).collect()
}

fn default(schema: Option<&Value>) -> Option<&Value> {
    schema?.get("default").filter(|default| **default != Value::Null)
}

fn fields(old: &Value, new: &Value, but: &[&str], room: usize, changes: &mut Changes) {
    let keeps = form(new) == Form::Free;
    let (before, after) = (required(old), required(new));
    for (name, field) in properties(old).into_iter().flatten().filter(|(name, _)| !but.contains(&&***name)) {
        changes.field(name, |changes| match properties(new).and_then(|p| p.get(name)) {
            Some(other) => {
                presence(&before, &after, name, changes);
                defaults(field, other, after.contains(&**name), changes);
                schema(field, other, room, changes);
            }
            None if keeps => changes.add(Kind::Wider, "a field with a schema", "anything"),
            None => changes.add(Kind::RemovedField, self::name(field), "nothing"),
        });
    }
    let is_new = |name: &str| properties(old).is_none_or(|p| !p.contains_key(name));
    for (name, field) in properties(new).into_iter().flatten() {
        if !is_new(name) || but.contains(&&**name) {
            continue;
        }
        changes.field(name, |changes| match (after.contains(&**name), form(old)) {
            (true, _) => changes.add(Kind::RequiredField, "nothing", self::name(field)),
            // Said already of an object that keeps nothing any more.
            (false, Form::Free) if !keeps => {}
            (false, Form::Free) => changes.may(Kind::Type, "anything", self::name(field)),
            (false, _) => changes.add(Kind::AddedField, "nothing", self::name(field)),
        });
    }
    // A field can be required without having a schema.
    for name in after.difference(&before) {
        if properties(new).is_none_or(|p| !p.contains_key(*name)) && !but.contains(name) {
            changes.field(name, |changes| {
                changes.add(Kind::RequiredField, "it may be left out", "it is required")
            });
        }
    }
}

fn presence(before: &BTreeSet<&str>, after: &BTreeSet<&str>, name: &str, changes: &mut Changes) {
    match (before.contains(name), after.contains(name)) {
        (false, true) => changes.add(Kind::RequiredField, "it may be left out", "it is required"),
        (true, false) => changes.add(Kind::Wider, "it is required", "it may be left out"),
        _ => {}
    }
}

fn defaults(old: &Value, new: &Value, is_required: bool, changes: &mut Changes) {
    let (before, after) = (default(Some(old)), default(Some(new)));
    let kind = match (before, after) {
        (Some(a), Some(b)) if a != b => Kind::Default,
        // Said already: it has to be written now.
        (Some(_), None) if !is_required => Kind::RemovedDefault,
        (None, Some(_)) => Kind::AddedDefault,
        _ => return,
    };
    changes.add(kind, shown(before), shown(after));
}
