//! Whether a value is one of those that something stands for: what soundness is tested by.

use super::object::{Count, List, Object};
use super::text::{Piece, Text};
use super::{Known, Maybe};
use crate::check::types::{IntRange, Type};
use crate::source::FileId;
use crate::value::path::{Path, Step};
use crate::value::{Value, json, yaml};

impl Maybe {
    /// Whether `value`, or its absence, is one of what this stands for.
    pub fn contains(&self, value: Option<&Value>) -> bool {
        value.map_or(self.absent, |v| self.known.contains(v))
    }
}

impl Known {
    /// Whether `value` is one of those that this stands for.
    pub fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Known::Is(own), _) => own == value,
            (Known::Free(_), _) | (Known::Bool(_), Value::Bool(_)) => true,
            (Known::Number(_), Value::Int(_) | Value::Float(_)) => true,
            (Known::Int(IntRange { lo, hi }, _), Value::Int(n)) => {
                lo.is_none_or(|lo| lo <= *n) && hi.is_none_or(|hi| *n <= hi)
            }
            (Known::Text(text), Value::Str(s)) => text.contains(s),
            (Known::Object(object), Value::Map(_)) => object.contains(value),
            (Known::List(list), Value::List(items)) => list.contains(items),
            (Known::OneOf(all), _) => all.iter().any(|k| k.contains(value)),
            _ => false,
        }
    }
}

impl Known {
    /// The deepest place in `value` that tells why it is none of those that this stands for; `None` if it is one.
    pub fn outside(&self, value: &Value) -> Option<Path> {
        if self.contains(value) {
            return None;
        }
        let mut path = Path::default();
        let (mut known, mut value) = (self.clone(), value.clone());
        loop {
            let Known::Text(text) = &known else {
                let Some(map) = value.as_map() else { return Some(path) };
                let wrong = map.iter().find(|(key, v)| !known.get(key).known.contains(v));
                let Some((key, inner)) = wrong.map(|(k, v)| (k.clone(), v.clone())) else {
                    return Some(path);
                };
                known = known.get(&key).known;
                value = inner;
                path = path.then(Step::Key(key));
                continue;
            };
            let [Piece::Tree(tree, _)] = text.pieces.as_slice() else { return Some(path) };
            let inner = value.as_str().and_then(read)?;
            known = (**tree).clone();
            value = inner;
        }
    }
}

impl Object {
    fn contains(&self, value: &Value) -> bool {
        let fields = self.fields.iter().all(|(key, field)| {
            Maybe { known: field.known.clone(), absent: field.absent }.contains(value.get(key))
        });
        let mut others =
            value.as_map().into_iter().flatten().filter(|(key, _)| !self.fields.contains_key(*key));
        fields
            && others.all(|(key, value)| {
                self.rest.as_ref().is_some_and(|r| r.may_be(key) && r.value.contains(value))
            })
    }
}

impl List {
    /// Which numbers of items the segments so far can be, one segment after another.
    fn contains(&self, items: &[Value]) -> bool {
        let mut ends = vec![false; items.len() + 1];
        if let Some(start) = ends.first_mut() {
            *start = true;
        }
        for segment in &self.segments {
            let mut next = vec![false; ends.len()];
            let mut running = false;
            for at in 0..ends.len() {
                let here = ends.get(at).copied().unwrap_or_default();
                // An item of this segment ended here.
                let before = at.checked_sub(1);
                let from = before.is_some_and(|b| ends.get(b).copied().unwrap_or_default());
                let fits = (from || running)
                    && before.and_then(|b| items.get(b)).is_some_and(|item| segment.item.contains(item));
                let ended = match segment.count {
                    Count::One => from && fits,
                    Count::Maybe => here || (from && fits),
                    Count::Any => here || fits,
                };
                running = segment.count == Count::Any && ended;
                if let Some(n) = next.get_mut(at) {
                    *n = ended;
                }
            }
            ends = next;
        }
        ends.last().copied().unwrap_or_default()
    }
}

impl Text {
    fn contains(&self, text: &str) -> bool {
        let whole = Type::Str(self.whole.clone()).check(&Value::str(text)).is_ok();
        whole && self.profile.may_be(text) && row(&self.pieces, text)
    }
}

/// Whether a text can be cut into these pieces.
fn row(pieces: &[Piece], text: &str) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return text.is_empty() };
    match piece {
        Piece::Plain(plain) => text.strip_prefix(&**plain).is_some_and(|tail| row(rest, tail)),
        Piece::Open(atom) => cuts(text, rest).any(|(head, tail)| {
            let fits = Type::Str(atom.ty.clone()).check(&Value::str(head)).is_ok();
            fits && atom.profile.may_be(head) && row(rest, tail)
        }),
        Piece::Tree(known, _) => cuts(text, rest).any(|(head, tail)| written(known, head) && row(rest, tail)),
    }
}

/// Where an open piece may end: where the next plain piece begins, or at the end.
fn cuts<'t>(text: &'t str, rest: &'t [Piece]) -> impl Iterator<Item = (&'t str, &'t str)> {
    let at: Vec<usize> = match rest.first() {
        None => vec![text.len()],
        Some(Piece::Plain(next)) => text.match_indices(&**next).map(|(at, _)| at).collect(),
        Some(_) => text.char_indices().map(|(at, _)| at).chain([text.len()]).collect(),
    };
    at.into_iter().filter_map(|at| text.split_at_checked(at))
}

/// Whether `text` is what a value of `known` is written as; in which order its keys stand is not known.
fn written(known: &Known, text: &str) -> bool {
    read(text).is_some_and(|value| known.contains(&value))
}

/// The value that a text is, written as YAML or JSON.
fn read(text: &str) -> Option<Value> {
    if let Ok(node) = json::read(FileId::default(), text) {
        return Some(node.to_value());
    }
    let nodes = yaml::read(FileId::default(), text).ok()?;
    nodes.first().map(yaml::Node::to_value)
}
