//! The lenient reader: what any reader of Kubernetes could see in a text. It is for judging texts that others will read,
//! never for taking them.
//!
//! Anchors, merges, tags and keys written twice are followed instead of refused, and each document of a stream is read
//! by itself, so a mistake in one hides nothing in the next. What the strict reader takes at first sight is read as it does.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::source::FileId;
use crate::value::yaml::meter::{Meter, Metered};
use crate::value::yaml::scalar::{Surprise, resolve};
use crate::value::yaml::text::{MAX_DEPTH, MAX_NODES};
use crate::value::yaml::{Node, read};
use crate::value::{Map, Value, json};

/// How many documents of one text are read.
const MAX_DOCUMENTS: usize = 1_000;

/// Which of two entries with one key counts: readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duplicates {
    First,
    Last,
}

/// What a text may be read as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The documents; where readers differ, once for each way. Scalars are what YAML 1.1 or 1.2 takes them for, and texts
    /// where those differ in more than a boolean.
    pub documents: Vec<Value>,
    /// Whether some part of it is no YAML, or too much of it.
    pub broken: bool,
}

/// Reads `text` in every way that matters.
pub fn read_any(text: &str) -> Reading {
    if let Some(nodes) = read::quickly(FileId::default(), text) {
        return Reading { documents: nodes.iter().map(Node::to_value).collect(), broken: false };
    }
    read_slowly(text)
}

/// As [`read_any`], without the quick way.
fn read_slowly(text: &str) -> Reading {
    let mut reading = Reading::default();
    let tokens = Meter::new(4 * MAX_NODES);
    // A directive holds for the document after it, so the stream is read whole first.
    let mut whole = Reader::new(text, tokens.clone(), Duplicates::Last);
    if whole.stream(&mut reading.documents).is_some() && !whole.twice {
        reading.broken = tokens.is_spent();
        return reading;
    }
    reading.documents.clear();
    reading.broken = chunks(text).nth(MAX_DOCUMENTS).is_some();
    for chunk in chunks(text).take(MAX_DOCUMENTS) {
        for duplicates in [Duplicates::First, Duplicates::Last] {
            let mut reader = Reader::new(chunk, tokens.clone(), duplicates);
            reading.broken |= reader.stream(&mut reading.documents).is_none() || tokens.is_spent();
            if !reader.twice {
                break;
            }
        }
    }
    reading
}

/// The documents of a stream as `kubectl` splits them: at lines that begin with `---`, whatever stands around them.
fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let at = text.match_indices("---").map(|(at, _)| at).find(|at| {
            *at > 0
                && text
                    .get(..*at)
                    .is_some_and(|before| before.ends_with(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']))
        });
        let (chunk, next) = match at {
            Some(at) => (text.get(..at)?, text.get(at..)),
            None => (text, None),
        };
        rest = next;
        Some(chunk)
    })
}

struct Reader<'a> {
    events: Parser<'a, Metered<'a>>,
    duplicates: Duplicates,
    anchors: BTreeMap<usize, Value>,
    depth: usize,
    /// Whether a key was written twice.
    twice: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, meter: Meter, duplicates: Duplicates) -> Self {
        let events = Parser::new(Metered::new(text, meter));
        Reader { events, duplicates, anchors: BTreeMap::new(), depth: 0, twice: false }
    }

    /// Reads to the end; `None` if that is not possible. What was whole before is in `out`.
    fn stream(&mut self, out: &mut Vec<Value>) -> Option<()> {
        loop {
            match self.next()? {
                Event::StreamEnd => return Some(()),
                Event::DocumentStart(_) => {
                    let event = self.next()?;
                    let value = self.value(event)?;
                    out.push(value);
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<Event<'a>> {
        match self.events.next_event() {
            Some(Ok((event, _))) => Some(event),
            Some(Err(_)) => None,
            None => Some(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'a>) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(&text, style, tag.as_deref())),
            Event::SequenceStart(anchor, _) => (anchor, self.list()?),
            Event::MappingStart(anchor, _) => (anchor, self.map()?),
            // An anchor inside itself is not known yet, and no reader takes it.
            Event::Alias(anchor) => (0, self.anchors.get(&anchor).cloned().unwrap_or(Value::Null)),
            _ => return None,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        self.depth -= 1;
        Some(value)
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = vec![];
        loop {
            match self.next()? {
                Event::SequenceEnd => return Some(Value::list(items)),
                event => items.push(self.value(event)?),
            }
        }
    }

    fn map(&mut self) -> Option<Value> {
        let mut map = Map::new();
        let mut merged = vec![];
        loop {
            let key = match self.next()? {
                Event::MappingEnd => break,
                event => self.value(event)?,
            };
            let event = self.next()?;
            let value = self.value(event)?;
            let key: Arc<str> = match key {
                Value::Str(key) => key,
                // Readers of Kubernetes make texts of them.
                Value::Bool(_) | Value::Int(_) | Value::Float(_) => json::write_compact(&key).into(),
                // No reader of Kubernetes takes such a key; what it holds is looked into all the same.
                other => {
                    merged.push(other);
                    continue;
                }
            };
            if &*key == "<<" {
                merged.push(value);
                continue;
            }
            self.twice |= map.contains_key(&key);
            match self.duplicates {
                Duplicates::First => drop(map.entry(key).or_insert(value)),
                Duplicates::Last => drop(map.insert(key, value)),
            }
        }
        merged.iter().for_each(|m| merge(&mut map, m));
        Some(Value::map(map))
    }
}

/// Adds what `<<: value` adds: what is not there yet.
fn merge(map: &mut Map, value: &Value) {
    match value {
        Value::Map(other) => {
            for (key, value) in other.iter() {
                map.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Value::List(items) => items.iter().filter(|i| i.as_map().is_some()).for_each(|i| merge(map, i)),
        _ => {}
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if style == ScalarStyle::Plain && tag.is_none() {
        return match resolve(text) {
            Ok(value) => value,
            Err(Surprise::Boolean) => {
                Value::Bool(["y", "yes", "on"].iter().any(|w| w.eq_ignore_ascii_case(text)))
            }
            Err(_) => Value::str(text),
        };
    }
    let binary = tag.is_some_and(|t| t.is_yaml_core_schema() && t.suffix == "binary");
    let decoded = || {
        let packed: String = text.split_whitespace().collect();
        STANDARD.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok())
    };
    match binary.then(decoded).flatten() {
        Some(decoded) => Value::str(decoded),
        None => Value::str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let documents = read_any(text).documents;
        documents.iter().filter_map(|d| d.get("kind")?.as_str().map(str::to_owned)).collect()
    }

    #[test]
    fn what_the_strict_reader_refuses_is_seen_through() {
        for text in [
            "kind: &a Secret",
            "kind: !!str Secret",
            "a: &a Secret\nkind: *a",
            "<<: {kind: Secret}",
            "? kind\n: Secret",
            "\"k\\u0069nd\": \"S\\x65cret\"",
            "kind: !!binary U2VjcmV0",
            "x: [\n---\nkind: Secret",
            "--- # c\nkind: Secret\n...\n",
            "%YAML 1.2\n---\nkind: Secret",
        ] {
            assert_eq!(kinds(text), ["Secret"], "{text:?}");
        }
    }

    #[test]
    fn of_two_entries_with_one_key_both_are_seen() {
        assert_eq!(kinds("kind: Secret\nkind: ConfigMap"), ["Secret", "ConfigMap"]);
    }

    #[test]
    fn both_ways_to_read_agree() {
        for text in [
            "a: 1\nb: yes please\nc: [true, ~, 1.5, 'x', \"y\\n\"]\nd:\n  - e: |\n      x: y\n      z\n  - {f: g}\n",
            "---\na: b\n---\nc: d\n",
            "kind: Secret\napiVersion: v1\n",
            "# nothing\nx:\n",
        ] {
            assert!(read::quickly(FileId::default(), text).is_some(), "{text:?}");
            assert_eq!(read_any(text), read_slowly(text), "{text:?}");
        }
    }

    #[test]
    fn a_scalar_is_what_some_reader_takes_it_for() {
        let read = |text: &str| read_any(text).documents.remove(0);
        assert_eq!(read("a: &x true").get("a"), Some(&Value::Bool(true)));
        assert_eq!(read("a: yes").get("a"), Some(&Value::Bool(true)));
        assert_eq!(read("a: off").get("a"), Some(&Value::Bool(false)));
        assert_eq!(read("a: !!str true").get("a"), Some(&Value::str("true")));
        assert_eq!(read("a: 0644").get("a"), Some(&Value::str("0644")));
        assert_eq!(read("1: &x 0").get("1"), Some(&Value::Int(0)));
    }

    #[test]
    fn what_is_no_yaml_is_told() {
        assert!(read_any("a: [").broken);
        assert!(!read_any("a: 1").broken);
        let bomb = (0..40).fold("a0: &a0 [x]\n".to_owned(), |text, i| {
            format!("{text}a{}: &a{} [*a{i}, *a{i}]\n", i + 1, i + 1)
        });
        assert!(!read_any(&bomb).broken, "aliases are shared, so this is small");
    }
}
