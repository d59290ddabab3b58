//! Requests of which more is known than their types say: every text in them, and every key that no type declares, has passed
//! a test.
//!
//! Which test, and what follows from it, is the business of whoever asks. Here it is only kept track of what comes from such a
//! request as it stood there: a text as a whole, an object whatever it is merged over. What is made of it in any other way is
//! as open as everything else.

use std::sync::Arc;

use super::object::{Field, Object, Rest, Segment};
use super::text::{Atom, Piece, Text};
use super::{Known, List};

/// The test.
#[derive(Clone, Copy, Debug)]
pub struct Tame {
    /// Whether a text passes it as the key of an object.
    pub is_key: fn(&str) -> bool,
}

impl Known {
    /// The same values of requests that have passed a test. Numbers are what they are.
    #[must_use]
    pub(crate) fn tamed(&self, tame: Tame) -> Known {
        match self {
            Known::Free(hole) => Known::Free(hole.tamed(tame)),
            Known::Text(text) => Known::Text(Arc::new(text.tamed(tame))),
            Known::Object(object) => {
                let field = |(key, f): (&Arc<str>, &Field)| {
                    (Arc::clone(key), Field { known: f.known.tamed(tame), absent: f.absent })
                };
                let rest = object.rest.as_ref().map(|rest| Rest {
                    value: rest.value.tamed(tame),
                    hole: rest.hole.tamed(tame),
                    ..rest.clone()
                });
                Known::Object(Arc::new(Object { fields: object.fields.iter().map(field).collect(), rest }))
            }
            Known::List(list) => {
                let segment = |s: &Segment| Segment { count: s.count, item: s.item.tamed(tame) };
                Known::List(Arc::new(List { segments: list.segments.iter().map(segment).collect() }))
            }
            Known::OneOf(all) => Known::OneOf(all.iter().map(|k| k.tamed(tame)).collect()),
            _ => self.clone(),
        }
    }
}

impl Text {
    fn tamed(&self, tame: Tame) -> Text {
        let piece = |piece: &Piece| match piece {
            Piece::Open(atom) => Piece::Open(Atom { hole: atom.hole.tamed(tame), ..atom.clone() }),
            other => other.clone(),
        };
        Text { pieces: self.pieces.iter().map(piece).collect(), ..self.clone() }
    }

    /// Whether it stands in a request that has passed a test, just as it is.
    pub fn is_tame(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Open(atom)] if atom.hole.is_tame())
    }
}
