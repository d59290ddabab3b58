//! The standard library: modules in the language itself, built into the program, and the functions in them whose body
//! is `native`.
//!
//! A module's source is `stdlib/<name>.dsl`. What it declares as `native` stands in a table here, beside the code; a test
//! holds the two together. Functions with a `rhai` body need nothing here.

mod net;
mod quantity;
mod text;

#[cfg(test)]
mod tests;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Value;

/// What a `native` body is. Its arguments have been checked against its signature; it never panics, and refuses with one
/// sentence.
type Body = fn(&[Value]) -> Result<Value, String>;

/// A function whose body is `native`, by its place in the tables.
#[derive(Clone, Copy, Debug)]
pub struct Native {
    module: &'static str,
    name: &'static str,
    body: Body,
}

impl Native {
    /// Calls it; the arguments are as its declaration says.
    ///
    /// # Errors
    /// Why it refuses them, in one sentence.
    pub fn call(&self, args: &[Value]) -> Result<Value, String> {
        (self.body)(args)
    }
}

impl Serialize for Native {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.module, self.name).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Native {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Native, D::Error> {
        let (module, name) = <(&str, &str)>::deserialize(from)?;
        native(module, name).ok_or_else(|| D::Error::custom("there is no such function"))
    }
}

/// Bytes that a result may take: an item of a list counts as [`ITEM_BYTES`] more than its text.
const RESULT_BYTES: usize = 1 << 20;
const ITEM_BYTES: usize = 32;

/// The source of a module.
pub fn module(name: &str) -> Option<&'static str> {
    match name {
        "net" => Some(include_str!("../../stdlib/net.dsl")),
        "quantity" => Some(include_str!("../../stdlib/quantity.dsl")),
        "text" => Some(include_str!("../../stdlib/text.dsl")),
        _ => None,
    }
}

/// The names of all modules, sorted.
pub fn modules() -> &'static [&'static str] {
    &["net", "quantity", "text"]
}

/// The function that `native` stands for in the declaration of `name` in `module`.
pub fn native(module: &str, name: &str) -> Option<Native> {
    let module = *modules().iter().find(|m| **m == module)?;
    let (name, body) = natives(module).iter().find(|(n, _)| *n == name)?;
    Some(Native { module, name, body: *body })
}

fn natives(module: &str) -> &'static [(&'static str, Body)] {
    match module {
        "net" => net::NATIVES,
        "quantity" => quantity::NATIVES,
        "text" => text::NATIVES,
        _ => &[],
    }
}

/// The text that is the argument at `index`.
fn text_at(args: &[Value], index: usize) -> Result<&str, String> {
    args.get(index).and_then(Value::as_str).ok_or_else(|| format!("argument {} is no string", index + 1))
}

/// Refuses a result of that many bytes before it is built.
fn fits(bytes: usize) -> Result<(), String> {
    if bytes > RESULT_BYTES {
        Err(format!("the result is larger than {} KiB", RESULT_BYTES >> 10))
    } else {
        Ok(())
    }
}

/// The start of a text that a message quotes.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(64) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.into(),
    }
}
