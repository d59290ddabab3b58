//! Three readers, each asked whether it reads a text as a value: same kinds, same numbers, keys in the same order.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use vow::source::Sources;
use vow::value::Value;
use vow::value::yaml::{self, Node, NodeKind};

/// The one document of `text`, as our reader gives it.
pub(crate) fn ours(text: &str) -> Result<Value, String> {
    let file = Sources::default().add("in.yaml", text);
    let nodes = yaml::read(file, text).map_err(|problem| format!("our reader: {problem:?}"))?;
    match nodes.as_slice() {
        [node] => Ok(as_written(node)),
        _ => Err(format!("our reader: {} documents", nodes.len())),
    }
}

/// The value with its keys in the order of the document and its numbers as they are written.
fn as_written(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar(value) => value.clone(),
        NodeKind::List(items) => Value::list(items.iter().map(as_written).collect()),
        NodeKind::Map(entries) => {
            Value::map(entries.iter().map(|(key, node)| (key.node.clone(), as_written(node))).collect())
        }
    }
}

/// Whether serde_yaml and serde-saphyr read `text` as `value`.
pub(crate) fn theirs(text: &str, value: &Value) -> Result<(), String> {
    Same(value)
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|e| format!("serde_yaml: {e}"))?;
    serde_saphyr::with_deserializer_from_str(text, |reader| Same(value).deserialize(reader))
        .map_err(|e| format!("serde-saphyr: {e}"))
}

/// Takes what a reader finds, if it is this value. Keys are asked for as anything, so that a boolean is no text.
struct Same<'a>(&'a Value);

impl Same<'_> {
    fn is<E: Error>(&self, same: bool, found: impl fmt::Debug) -> Result<(), E> {
        if same { Ok(()) } else { Err(E::custom(format!("{found:?} for {:?}", self.0))) }
    }
}

impl<'de> DeserializeSeed<'de> for Same<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Same<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.is(*self.0 == Value::Null, ())
    }

    fn visit_bool<E: Error>(self, found: bool) -> Result<(), E> {
        self.is(*self.0 == Value::Bool(found), found)
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        self.is(*self.0 == Value::Int(found), found)
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        self.is(matches!(self.0, Value::Int(i) if u64::try_from(*i) == Ok(found)), found)
    }

    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        self.is(matches!(self.0, Value::Float(f) if f.to_bits() == found.to_bits()), found)
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        self.is(self.0.as_str() == Some(found), found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut found: A) -> Result<(), A::Error> {
        let Some(items) = self.0.as_list() else { return self.is(false, "a list") };
        for item in items {
            if found.next_element_seed(Same(item))?.is_none() {
                return self.is(false, "a shorter list");
            }
        }
        self.is(found.next_element::<serde::de::IgnoredAny>()?.is_none(), "a longer list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<(), A::Error> {
        let Some(map) = self.0.as_map() else { return self.is(false, "an object") };
        for (key, value) in map {
            if found.next_key_seed(Same(&Value::Str(key.clone())))?.is_none() {
                return self.is(false, "a smaller object");
            }
            found.next_value_seed(Same(value))?;
        }
        self.is(found.next_key::<serde::de::IgnoredAny>()?.is_none(), "a larger object")
    }
}
