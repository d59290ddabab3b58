//! What is known of a value that is one of two.

use std::sync::Arc;

use super::object::{Field, Object, Rest};
use super::profile::Profile;
use super::text::{Atom, Piece, Text};
use super::{Count, Hole, Known, List, MOST, Maybe, Segment};
use crate::check::types::{IntRange, Str, Type};
use crate::value::json;

impl Maybe {
    /// One of two.
    #[must_use]
    pub fn join(self, other: Maybe) -> Maybe {
        Maybe { known: self.known.join(&other.known), absent: self.absent || other.absent }
    }
}

impl Known {
    /// One of these.
    pub(super) fn one_of(all: Vec<Known>) -> Known {
        all.iter().fold(Known::Never, |sum, k| sum.join(k))
    }

    /// One of two.
    #[must_use]
    pub fn join(&self, other: &Known) -> Known {
        match (self, other) {
            (Known::Never, k) | (k, Known::Never) => k.clone(),
            (Known::Free(a), Known::Free(b)) => Known::Free(a.or(b)),
            // What has passed a test does not hide what else it may be.
            (Known::Free(hole), _) | (_, Known::Free(hole)) if !hole.is_tame() => Known::Free(hole.clone()),
            (Known::Free(_), _) | (_, Known::Free(_)) => choice(self, other),
            // Equal objects may differ in the order of their keys, which tells in a text.
            (Known::Is(a), Known::Is(b)) if a == b => {
                match json::write_compact(a) == json::write_compact(b) {
                    true => self.clone(),
                    false => Known::OneOf([self.clone(), other.clone()].into()),
                }
            }
            (Known::Bool(_), Known::Bool(_)) | (Known::Number(_), Known::Number(_)) => self.clone(),
            (Known::Int(a, hole), Known::Int(b, _)) => Known::Int(joined_range(*a, *b), hole.clone()),
            (Known::Text(a), Known::Text(b)) if Arc::ptr_eq(a, b) => self.clone(),
            (Known::Text(a), Known::Text(b)) if is_alike(self, other) => {
                Known::Text(Arc::new(joined_text(a, b)))
            }
            _ => match (self.as_object(), other.as_object(), self.as_items(), other.as_items()) {
                (Some(a), Some(b), ..) => joined_object(&a, &b).known(),
                (_, _, Some(a), Some(b)) => joined_list(&a, &b).known(),
                _ => choice(self, other),
            },
        }
    }

    /// The object that it is.
    pub fn as_object(&self) -> Option<Arc<Object>> {
        match self {
            Known::Object(object) => Some(Arc::clone(object)),
            Known::Is(value) => value.as_map().map(|map| Arc::new(Object::of(map))),
            _ => None,
        }
    }

    /// The list that it is.
    pub fn as_items(&self) -> Option<Arc<List>> {
        match self {
            Known::List(list) => Some(Arc::clone(list)),
            Known::Is(value) => value.as_list().map(|items| Arc::new(List::of(items))),
            _ => None,
        }
    }
}

/// Alternatives of different kinds, or of known scalars; too many of them are anything.
fn choice(a: &Known, b: &Known) -> Known {
    let mut all: Vec<Known> = a.alternatives().to_vec();
    for new in b.alternatives() {
        let same = all.iter().position(|old| is_alike(old, new));
        match same.and_then(|at| all.get_mut(at)) {
            Some(old) => *old = old.join(new),
            None => all.push(new.clone()),
        }
    }
    if all.len() > MOST {
        let hole = all.iter().find_map(Known::hole).map(Hole::wild);
        return Known::Free(hole.unwrap_or_else(|| Hole::new("one of many values")));
    }
    Known::OneOf(all.into())
}

/// Whether the join of two is no choice.
fn is_alike(a: &Known, b: &Known) -> bool {
    match (a, b) {
        (Known::Is(a), Known::Is(b)) if a == b => true,
        (Known::Bool(_), Known::Bool(_))
        | (Known::Number(_), Known::Number(_))
        | (Known::Int(..), Known::Int(..))
        | (Known::Free(_), Known::Free(_)) => true,
        // What is known of one is not lost in what is known of the other.
        (Known::Text(a), Known::Text(b)) => a.is_tame() == b.is_tame(),
        _ => {
            (a.as_object().is_some() && b.as_object().is_some())
                || (a.as_items().is_some() && b.as_items().is_some())
        }
    }
}

fn joined_range(a: IntRange, b: IntRange) -> IntRange {
    IntRange { lo: a.lo.zip(b.lo).map(|(a, b)| a.min(b)), hi: a.hi.zip(b.hi).map(|(a, b)| a.max(b)) }
}

fn joined_text(a: &Text, b: &Text) -> Text {
    let whole = match Type::Str(a.whole.clone()).join(&Type::Str(b.whole.clone())) {
        Some(Type::Str(s)) => s,
        _ => Str::default(),
    };
    let profile = a.profile.or(b.profile);
    let hole = a.hole().or_else(|| b.hole()).cloned().unwrap_or_else(|| Hole::new("one of two texts"));
    let hole = if a.is_tame() && b.is_tame() { hole } else { hole.wild() };
    if let ([Piece::Tree(a, form)], [Piece::Tree(b, other)]) = (a.pieces.as_slice(), b.pieces.as_slice())
        && form == other
    {
        return Text { pieces: vec![Piece::Tree(Arc::new(a.join(b)), *form)], whole, profile, held: false };
    }
    let held = a.is_no_token() && b.is_no_token();
    let atom = Atom { ty: whole.clone(), profile, held, hole };
    Text { pieces: vec![Piece::Open(atom)], whole, profile, held }
}

pub(super) fn joined_object(a: &Object, b: &Object) -> Object {
    let mut fields = indexmap::IndexMap::new();
    for (key, field) in &a.fields {
        let other = b.get(key);
        let known = field.known.join(&other.known);
        fields.insert(Arc::clone(key), Field { known, absent: field.absent || other.absent });
    }
    for (key, field) in b.fields.iter().filter(|(key, _)| !a.fields.contains_key(*key)) {
        let other = a.get(key);
        fields.insert(Arc::clone(key), Field { known: field.known.join(&other.known), absent: true });
    }
    let rest = match (&a.rest, &b.rest) {
        (Some(a), Some(b)) => {
            Some(Rest { keys: a.keys.or(b.keys), value: a.value.join(&b.value), hole: a.hole.or(&b.hole) })
        }
        (rest, None) | (None, rest) => rest.clone(),
    };
    Object { fields, rest }
}

/// Item by item if they are equally long, and any number of what stands for all otherwise.
fn joined_list(a: &List, b: &List) -> List {
    if a.segments.len() == b.segments.len() {
        let pair = |(a, b): (&Segment, &Segment)| Segment {
            count: a.count.max(b.count),
            item: a.item.join(&b.item),
        };
        return List { segments: a.segments.iter().zip(&b.segments).map(pair).collect() };
    }
    let segments = a.segments.iter().chain(&b.segments).cloned().collect();
    List { segments }.collapsed()
}

/// The profile of any text that `known` may be; `None` if it is never a text.
pub(super) fn text_profile(known: &Known) -> Option<Profile> {
    match known {
        Known::Is(value) => value.as_str().map(Profile::of),
        Known::Text(text) => Some(text.profile),
        Known::OneOf(all) => all.iter().filter_map(text_profile).reduce(Profile::or),
        Known::Free(_) => Some(Profile::ANY),
        _ => None,
    }
}

/// At least so often, perhaps not at all.
pub(super) fn perhaps(count: Count) -> Count {
    count.max(Count::Maybe)
}
