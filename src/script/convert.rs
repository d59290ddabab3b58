//! Values into a script and out of it.

use std::sync::Arc;

use rhai::{Array, Dynamic};

use super::error::{ScriptError, ScriptErrorKind};
use super::limits::{DATA_DEPTH, LIST_ITEMS, MAP_ENTRIES, RESULT_BYTES, STRING_BYTES};
use crate::value::{Map, Value};

/// The value of a parameter, within the limits that hold for values made in a script. `null` becomes `()`.
pub(super) fn to_rhai(param: &str, value: &Value) -> Result<Dynamic, ScriptError> {
    let mut room = Room { items: LIST_ITEMS, entries: MAP_ENTRIES, bytes: STRING_BYTES };
    room.dynamic(value, 0).map_err(|why| {
        let message = format!("the argument `{param}` {why}, which is more than a script may hold");
        ScriptError::new(ScriptErrorKind::Limit, message)
    })
}

/// What is still left of the limits for one argument.
struct Room {
    items: usize,
    entries: usize,
    bytes: usize,
}

impl Room {
    fn dynamic(&mut self, value: &Value, depth: usize) -> Result<Dynamic, String> {
        if depth > DATA_DEPTH {
            return Err(format!("is nested deeper than {DATA_DEPTH} levels"));
        }
        Ok(match value {
            Value::Null => Dynamic::UNIT,
            Value::Bool(b) => Dynamic::from_bool(*b),
            Value::Int(i) => Dynamic::from_int(*i),
            Value::Float(f) => Dynamic::from_float(*f),
            Value::Str(text) => {
                self.text(text)?;
                Dynamic::from(text.to_string())
            }
            Value::List(list) => {
                let left = self.items.checked_sub(list.len());
                self.items = left.ok_or_else(|| format!("has more than {LIST_ITEMS} items"))?;
                let items: Result<Array, String> =
                    list.iter().map(|item| self.dynamic(item, depth + 1)).collect();
                Dynamic::from_array(items?)
            }
            Value::Map(map) => {
                let left = self.entries.checked_sub(map.len());
                self.entries = left.ok_or_else(|| format!("has more than {MAP_ENTRIES} entries"))?;
                let mut entries = rhai::Map::new();
                for (key, item) in map.iter() {
                    self.text(key)?;
                    entries.insert(key.as_ref().into(), self.dynamic(item, depth + 1)?);
                }
                Dynamic::from_map(entries)
            }
        })
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        let left = self.bytes.checked_sub(text.len());
        self.bytes = left.ok_or_else(|| format!("has more than {} KiB of text", STRING_BYTES >> 10))?;
        Ok(())
    }
}

/// The result of a script. `()` within it becomes `null`, a character a text; maps are sorted by key.
pub(super) fn from_rhai(result: &Dynamic) -> Result<Value, ScriptError> {
    if result.is_unit() {
        let message =
            "the script ends without a value; its last expression, without `;`, or `return` gives one";
        return Err(ScriptError::new(ScriptErrorKind::Fault, message));
    }
    let mut bytes = RESULT_BYTES;
    value(result, 0, &mut bytes)
}

fn value(from: &Dynamic, depth: usize, bytes: &mut usize) -> Result<Value, ScriptError> {
    if depth > DATA_DEPTH {
        let message = format!("the result is nested deeper than {DATA_DEPTH} levels");
        return Err(ScriptError::new(ScriptErrorKind::Limit, message));
    }
    // Every item takes some room, so that a list of nothing is bounded as well.
    pay(bytes, 16)?;
    if from.is_unit() {
        Ok(Value::Null)
    } else if let Ok(b) = from.as_bool() {
        Ok(Value::Bool(b))
    } else if let Ok(i) = from.as_int() {
        Ok(Value::Int(i))
    } else if let Ok(f) = from.as_float() {
        number(f)
    } else if let Ok(c) = from.as_char() {
        Ok(Value::str(c.to_string()))
    } else if let Ok(text) = from.as_immutable_string_ref() {
        pay(bytes, text.len())?;
        Ok(Value::str(text.as_str()))
    } else if let Ok(list) = from.as_array_ref() {
        let items: Result<Vec<Value>, ScriptError> =
            list.iter().map(|item| value(item, depth + 1, bytes)).collect();
        Ok(Value::list(items?))
    } else if let Ok(map) = from.as_map_ref() {
        let mut entries = Map::with_capacity(map.len());
        for (key, item) in map.iter() {
            pay(bytes, key.len())?;
            entries.insert(Arc::from(key.as_str()), value(item, depth + 1, bytes)?);
        }
        Ok(Value::map(entries))
    } else {
        let what = if from.is_fnptr() { "a function" } else { "a range or bytes" };
        let message = format!("the result holds {what}, which is no value");
        Err(ScriptError::new(ScriptErrorKind::Fault, message))
    }
}

/// A number; one without a fraction is an integer, as everywhere in the language.
fn number(f: f64) -> Result<Value, ScriptError> {
    if !f.is_finite() {
        return Err(ScriptError::new(
            ScriptErrorKind::Fault,
            format!("the result holds {f}, which is no number"),
        ));
    }
    // From 2^63 on a number does not fit; that bound itself is exact as a float.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&f);
    Ok(if fits && f.fract() == 0.0 { Value::Int(f as i64) } else { Value::Float(f) })
}

fn pay(bytes: &mut usize, price: usize) -> Result<(), ScriptError> {
    let left = bytes.checked_sub(price);
    *bytes = left.ok_or_else(|| {
        let message = format!("the result is larger than {} KiB", RESULT_BYTES >> 10);
        ScriptError::new(ScriptErrorKind::Limit, message)
    })?;
    Ok(())
}
