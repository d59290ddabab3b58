//! Compares what schemas of one form ask of their values.

use std::cmp::Ordering;

use super::change::{Changes, Kind};
use super::values::{few_values, values};
use super::versions::shown;
use crate::check::types::Class;
use crate::value::Value;

/// Words that say nothing about what is accepted, and those that are compared where the form is.
const KNOWN: [&str; 41] = [
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "id",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
    "x-kubernetes-group-version-kind",
    "x-kubernetes-patch-strategy",
];

/// Compares what a schema of any form may have: rules, logic, null.
pub(super) fn common(old: &Value, new: &Value, changes: &mut Changes) {
    rules(old, new, changes);
    logic(old, new, changes);
    match (flag(old, "nullable"), flag(new, "nullable")) {
        (true, false) => changes.add(Kind::Nullable, "`null` is taken", "it is not"),
        (false, true) => changes.add(Kind::Wider, "`null` is not taken", "it is"),
        _ => {}
    }
    let keys = |schema: &Value| -> Vec<String> {
        schema.as_map().into_iter().flatten().map(|(key, _)| key.to_string()).collect()
    };
    let mut unknown: Vec<String> = [keys(old), keys(new)].concat();
    unknown.retain(|key| !KNOWN.contains(&key.as_str()) && old.get(key) != new.get(key));
    unknown.sort_unstable();
    unknown.dedup();
    for key in unknown {
        let of = |schema: &Value| format!("`{key}`: {}", shown(schema.get(&key)));
        changes.may(Kind::NotCompared, of(old), of(new));
    }
}

fn rules(old: &Value, new: &Value, changes: &mut Changes) {
    let texts = |schema: &Value| -> Vec<String> {
        let rules = schema.get("x-kubernetes-validations").and_then(Value::as_list).unwrap_or_default();
        rules.iter().filter_map(|rule| Some(rule.get("rule")?.as_str()?.to_owned())).collect()
    };
    let (before, after) = (texts(old), texts(new));
    for rule in after.iter().filter(|rule| !before.contains(rule)) {
        changes.may(Kind::Rule, "no such rule", format!("`{rule}`"));
    }
    for rule in before.iter().filter(|rule| !after.contains(rule)) {
        changes.add(Kind::Wider, format!("the rule `{rule}`"), "no such rule");
    }
}

fn logic(old: &Value, new: &Value, changes: &mut Changes) {
    for key in ["allOf", "anyOf", "oneOf", "not"] {
        let of = |schema: &Value| {
            let value = schema.get(key)?;
            // These two have other words here: patterns side by side, and the form of `Int | String`.
            let is_said = key == "allOf" && only_patterns(value)
                || key == "anyOf" && flag(schema, "x-kubernetes-int-or-string");
            (!is_said).then(|| value.clone())
        };
        match (of(old), of(new)) {
            (before, Some(after)) if before.as_ref() != Some(&after) => {
                changes.may(Kind::Logic, shown(before.as_ref()), format!("`{key}`: {}", shown(Some(&after))));
            }
            (Some(before), None) => {
                changes.add(Kind::Wider, format!("`{key}`: {}", shown(Some(&before))), "nothing")
            }
            _ => {}
        }
    }
}

fn only_patterns(all: &Value) -> bool {
    let is_pattern = |part: &Value| part.as_map().is_some_and(|m| m.len() == 1 && m.contains_key("pattern"));
    all.as_list().is_some_and(|all| all.iter().all(is_pattern))
}

/// Compares the bounds, lengths, patterns and values of two schemas of one form.
pub(super) fn limits(old: &Value, new: &Value, changes: &mut Changes) {
    // With a few values, each can be asked.
    if let Some(values) = old.get("enum").and_then(Value::as_list) {
        few_values(old, new, values, changes);
    } else {
        values(new, changes);
        bounds(old, new, changes);
        patterns(old, new, changes);
        format(old, new, changes);
        for key in ["minLength", "minItems", "minProperties"] {
            length(old, new, key, 0, Ordering::Greater, changes);
        }
        for key in ["maxLength", "maxItems", "maxProperties"] {
            length(old, new, key, i64::MAX, Ordering::Less, changes);
        }
    }
    if (flag(new, "uniqueItems") && !flag(old, "uniqueItems")) || distinct(new) != distinct(old) {
        let kind = if distinct(new) == "`atomic`" { Kind::Wider } else { Kind::Unique };
        changes.add(kind, distinct(old), distinct(new));
    }
}

fn bounds(old: &Value, new: &Value, changes: &mut Changes) {
    for (key, open, narrower) in
        [("minimum", "exclusiveMinimum", Ordering::Greater), ("maximum", "exclusiveMaximum", Ordering::Less)]
    {
        let (before, after) = (bound(old, key, open), bound(new, key, open));
        let tell = |bound: Option<(f64, bool)>, schema: &Value| match bound {
            None => format!("no `{key}`"),
            Some((_, closed)) => {
                let beyond = if closed { "" } else { ", not itself" };
                format!("`{key}` {}{beyond}", shown(schema.get(key)))
            }
        };
        let order = match (before, after) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => narrower,
            (Some(_), None) => narrower.reverse(),
            (Some((a, a_closed)), Some((b, b_closed))) => {
                b.total_cmp(&a).then_with(|| match (a_closed, b_closed) {
                    (true, false) => narrower,
                    (false, true) => narrower.reverse(),
                    _ => Ordering::Equal,
                })
            }
        };
        judged(order, narrower, Kind::Range, tell(before, old), tell(after, new), changes);
    }
    if let Some(after) = new.get("multipleOf").filter(|after| old.get("multipleOf") != Some(after)) {
        changes.may(
            Kind::Range,
            shown(old.get("multipleOf")),
            format!("a multiple of {}", shown(Some(after))),
        );
    }
}

/// A bound, and whether it belongs to what is allowed. Between integers, an open bound is a closed one a step inward.
fn bound(schema: &Value, key: &str, open: &str) -> Option<(f64, bool)> {
    let bound = number(schema.get(key))?;
    let is_integer = schema.get("type").and_then(Value::as_str) == Some("integer");
    if !is_integer {
        return Some((bound, !flag(schema, open)));
    }
    let inward = if key == "minimum" { bound.ceil() } else { bound.floor() };
    let step = if flag(schema, open) && inward.total_cmp(&bound).is_eq() { 1.0 } else { 0.0 };
    Some((if key == "minimum" { inward + step } else { inward - step }, true))
}

fn judged(order: Ordering, narrower: Ordering, kind: Kind, old: String, new: String, changes: &mut Changes) {
    if order == narrower {
        changes.add(kind, old, new);
    } else if order != Ordering::Equal {
        changes.add(Kind::Wider, old, new);
    }
}

fn length(old: &Value, new: &Value, key: &str, open: i64, narrower: Ordering, changes: &mut Changes) {
    let of = |schema: &Value| int(schema, key).unwrap_or(open);
    let tell = |schema: &Value| match schema.get(key) {
        Some(n) => format!("`{key}` {}", shown(Some(n))),
        None => format!("no `{key}`"),
    };
    judged(of(new).cmp(&of(old)), narrower, Kind::Length, tell(old), tell(new), changes);
}

fn patterns(old: &Value, new: &Value, changes: &mut Changes) {
    let (before, after) = (pattern_set(old), pattern_set(new));
    let class = |pattern: &str| Class::ALL.into_iter().find(|class| class.pattern() == pattern);
    let follows = |pattern: &String| {
        before.contains(pattern)
            || class(pattern)
                .is_some_and(|wide| before.iter().any(|p| class(p).is_some_and(|c| c.is_within(wide))))
    };
    let tell = |all: &[String]| match all.is_empty() {
        true => "any text".to_owned(),
        false => all.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(" and "),
    };
    if !after.iter().all(follows) {
        changes.may(Kind::Pattern, tell(&before), tell(&after));
    } else if !before.iter().all(|pattern| after.contains(pattern)) {
        changes.add(Kind::Wider, tell(&before), tell(&after));
    }
}

/// The patterns that a text must match, all of them.
pub(super) fn pattern_set(schema: &Value) -> Vec<String> {
    let own = schema.get("pattern").and_then(Value::as_str);
    let beside =
        schema.get("allOf").filter(|all| only_patterns(all)).and_then(Value::as_list).unwrap_or_default();
    let beside = beside.iter().filter_map(|part| part.get("pattern")?.as_str());
    own.into_iter().chain(beside).map(str::to_owned).collect()
}

pub(super) fn format(old: &Value, new: &Value, changes: &mut Changes) {
    match (old.get("format"), new.get("format")) {
        (before, Some(after)) if before != Some(after) => {
            changes.may(Kind::Format, shown(before), shown(Some(after)));
        }
        (Some(before), None) => changes.add(Kind::Wider, shown(Some(before)), "no format"),
        _ => {}
    }
}

/// What makes two items of a list like each other.
fn distinct(schema: &Value) -> String {
    match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => "`set`".into(),
        Some("map") => format!("`map` by {}", shown(schema.get("x-kubernetes-list-map-keys"))),
        _ if flag(schema, "uniqueItems") => "unique items".into(),
        _ => "`atomic`".into(),
    }
}

pub(super) fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

pub(super) fn int(schema: &Value, key: &str) -> Option<i64> {
    match schema.get(key) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    }
}

pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        #[expect(
            clippy::cast_precision_loss,
            reason = "bounds beyond 2^53 are told apart no finer by a cluster"
        )]
        Value::Int(n) => Some(*n as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    }
}
