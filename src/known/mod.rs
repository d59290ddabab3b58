//! What is known of values before there is a request: an abstract domain, and an interpreter that walks the render graph
//! in it.
//!
//! A [`Known`] stands for every value that a place can hold, for any request; it may stand for more, never for less. So
//! what holds for all that it stands for holds for every request: that is what the rules' proofs are made of. There are
//! no relations between values; what is open tells which field of the request or which type leaves it open.

mod contains;
mod document;
mod join;
mod merge;
mod narrow;
mod object;
pub mod profile;
mod run;
mod tame;
mod text;
mod types;
mod walk;

use std::sync::Arc;

pub use object::{Count, Field, List, Object, Rest, Segment};
pub use tame::Tame;
pub use text::{Atom, Form, Piece, Text};
pub use walk::{Rendered, rendered, rendered_of_tame};

use crate::check::types::IntRange;
use crate::value::Value;

/// The most alternatives that are told apart.
pub const MOST: usize = 16;

/// What leaves a value open, for people: `spec.valuesYaml: String`.
#[derive(Clone, Debug)]
pub struct Hole {
    text: Arc<str>,
    /// The test that what is there has passed.
    tame: Option<Tame>,
}

impl Hole {
    /// A hole of that description.
    pub fn new(text: impl Into<Arc<str>>) -> Hole {
        Hole { text: text.into(), tame: None }
    }

    /// The description: the field of the request and its type, or the expression that nothing is known of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The path of the field of the request, without its type.
    pub fn path(&self) -> &str {
        self.text.split_once(": ").map_or(&*self.text, |(path, _)| path)
    }

    /// Whether what is there has passed a test: a text as a whole, of an object all texts and keys.
    pub fn is_tame(&self) -> bool {
        self.tame.is_some()
    }

    /// Whether an object that is there may have this key.
    fn may_be_key(&self, key: &str) -> bool {
        self.tame.is_none_or(|tame| (tame.is_key)(key))
    }

    fn tamed(&self, tame: Tame) -> Hole {
        Hole { text: Arc::clone(&self.text), tame: Some(tame) }
    }

    /// The hole of something that is made of what is there.
    fn wild(&self) -> Hole {
        Hole { text: Arc::clone(&self.text), tame: None }
    }

    /// The hole of what comes from here or from another.
    fn or(&self, other: &Hole) -> Hole {
        Hole { text: Arc::clone(&self.text), tame: self.tame.filter(|_| other.is_tame()) }
    }
}

/// What is known of a value that is there.
#[derive(Clone, Debug)]
pub enum Known {
    /// No value at all: whoever comes here is refused.
    Never,
    /// Exactly this.
    Is(Value),
    /// `true` or `false`.
    Bool(Hole),
    /// An integer between two ends.
    Int(IntRange, Hole),
    /// A number.
    Number(Hole),
    /// A text.
    Text(Arc<Text>),
    /// An object.
    Object(Arc<Object>),
    /// A list.
    List(Arc<List>),
    /// One of a few.
    OneOf(Arc<[Known]>),
    /// Anything, null included.
    Free(Hole),
}

/// What is known of a value that may be absent.
#[derive(Clone, Debug)]
pub struct Maybe {
    /// What it is if it is there; [`Known::Never`] if it never is.
    pub known: Known,
    /// Whether it may be absent.
    pub absent: bool,
}

impl Maybe {
    /// A value that is there.
    pub fn there(known: Known) -> Maybe {
        Maybe { known, absent: false }
    }

    /// No value.
    pub fn absent() -> Maybe {
        Maybe { known: Known::Never, absent: true }
    }

    /// A value that may be absent.
    #[must_use]
    pub fn or_absent(self) -> Maybe {
        Maybe { absent: true, ..self }
    }

    /// Whether it is never there.
    pub fn is_absent(&self) -> bool {
        matches!(self.known, Known::Never)
    }
}

impl Known {
    /// A known text.
    pub fn str(text: &str) -> Known {
        Known::Is(Value::str(text))
    }

    /// The value, if there is but one.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Known::Is(value) => Some(value),
            _ => None,
        }
    }

    /// The known text, if it is but one.
    pub fn as_str(&self) -> Option<&str> {
        self.value().and_then(Value::as_str)
    }

    /// What is at `key`; absent if this is no object.
    pub fn get(&self, key: &str) -> Maybe {
        match self {
            Known::Is(value) => {
                value.get(key).map_or_else(Maybe::absent, |v| Maybe::there(Known::Is(v.clone())))
            }
            Known::Object(object) => object.get(key),
            Known::OneOf(all) => {
                let each = all.iter().map(|k| k.get(key));
                each.reduce(Maybe::join).unwrap_or_else(Maybe::absent)
            }
            Known::Free(hole) if hole.may_be_key(key) => {
                Maybe { known: Known::Free(hole.clone()), absent: true }
            }
            _ => Maybe::absent(),
        }
    }

    /// What leaves it open, if anything does: the first in reading order.
    pub fn hole(&self) -> Option<&Hole> {
        match self {
            Known::Never | Known::Is(_) => None,
            Known::Bool(hole) | Known::Int(_, hole) | Known::Number(hole) | Known::Free(hole) => Some(hole),
            Known::Text(text) => text.hole(),
            Known::Object(object) => object.hole(),
            Known::List(list) => list.segments.iter().find_map(|s| s.item.hole()),
            Known::OneOf(all) => all.iter().find_map(Known::hole),
        }
    }

    /// The alternatives of a choice; the value itself otherwise.
    pub fn alternatives(&self) -> &[Known] {
        match self {
            Known::OneOf(all) => all,
            one => std::slice::from_ref(one),
        }
    }
}
