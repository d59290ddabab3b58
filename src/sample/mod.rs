//! Makes requests of an api, by seed: valid ones of every shape, with the extremes favoured and with hostile texts.
//!
//! The same seed gives the same requests. There is no clock here and no chance but the seed's.

mod pattern;
mod random;
mod shape;
mod shrink;
mod text;

pub use self::shrink::shrink;

use self::random::Random;
use self::text::Texts;
use crate::check::api::Api;
use crate::check::types::{Class, Str};
use crate::value::{Map, Value};

/// Requests of an api, without end; it ends at once if no value of a required field is found.
///
/// Each is one that `request::admit` takes, and that a cluster with the api's definition takes: whatever a `check` says is
/// in play on neither side.
#[derive(Debug)]
pub struct Samples<'a> {
    api: &'a Api,
    random: Random,
    texts: Texts,
}

impl<'a> Samples<'a> {
    /// The requests of `api` that belong to `seed`.
    pub fn new(api: &'a Api, seed: u64) -> Self {
        Samples { api, random: Random::new(seed), texts: Texts::default() }
    }
}

impl Iterator for Samples<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let mut make = shape::Make { random: &mut self.random, texts: &mut self.texts };
        let fill = make.fill();
        let spec = make.record(&self.api.spec, fill)?;
        let metadata = metadata(&mut make);
        Some(object([
            ("apiVersion", format!("{}/{}", self.api.group, self.api.version).into()),
            ("kind", self.api.kind.as_str().into()),
            ("metadata", metadata),
            ("spec", spec),
        ]))
    }
}

/// A name that can be the value of a label; a namespace, labels and annotations now and then.
fn metadata(make: &mut shape::Make<'_>) -> Value {
    let name = Str { class: Some(Class::DnsSubdomain), max: Some(63), ..Str::default() };
    let namespace = Str { class: Some(Class::DnsLabel), ..Str::default() };
    let mut metadata = Map::new();
    metadata.insert("name".into(), make.text(&name).unwrap_or_else(|| "one".into()).into());
    if make.random.one_in(2) {
        metadata.insert("namespace".into(), make.text(&namespace).unwrap_or_else(|| "one".into()).into());
    }
    if make.random.one_in(4) {
        metadata
            .insert("labels".into(), object([("example.org/team", "a_B.c-9".into()), ("empty", "".into())]));
    }
    if make.random.one_in(4) {
        let hostile = make.text(&Str { max: Some(1000), ..Str::default() }).unwrap_or_default();
        metadata.insert("annotations".into(), object([("Example.org/note", hostile.into())]));
    }
    Value::map(metadata)
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
