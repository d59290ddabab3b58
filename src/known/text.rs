//! Texts of which not everything is known: pieces in a row, and what holds of the whole.

use std::sync::Arc;

use super::profile::Profile;
use super::{Hole, Known, run};
use crate::check::types::{Str, token};
use crate::value::Value;

/// A text in pieces; at least one of them is open.
#[derive(Clone, Debug)]
pub struct Text {
    /// The pieces, in a row.
    pub pieces: Vec<Piece>,
    /// What the whole is.
    pub whole: Str,
    /// The characters and the length of the whole.
    pub profile: Profile,
    /// Whether the whole was held to be no token.
    pub held: bool,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known.
    Plain(Arc<str>),
    /// Open.
    Open(Atom),
    /// A value written as YAML or JSON.
    Tree(Arc<Known>, Form),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As YAML, a line each scalar.
    Yaml,
    /// As JSON, all in one line.
    Json,
}

/// A text of which only the type is known.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Its type.
    pub ty: Str,
    /// Its characters and length.
    pub profile: Profile,
    /// Whether it was held to be no token.
    pub held: bool,
    /// What leaves it open.
    pub hole: Hole,
}

/// Texts with more pieces are not followed.
const MOST_PIECES: usize = 256;
/// Longer known texts are not kept.
const MOST_BYTES: usize = 1 << 20;

impl Text {
    /// Any text of a type.
    pub fn of(ty: &Str, hole: Hole) -> Text {
        let profile = Profile::of_type(ty);
        let atom = Atom { ty: ty.clone(), profile, held: false, hole };
        Text { pieces: vec![Piece::Open(atom)], whole: ty.clone(), profile, held: false }
    }

    /// The text, which a request, a cast or a function's result held to its type.
    #[must_use]
    pub(super) fn held_to(mut self, ty: &Str) -> Text {
        let names = token::is_held(ty);
        self.held |= names;
        if let [Piece::Open(atom)] = self.pieces.as_mut_slice() {
            atom.held |= names;
        }
        self
    }

    /// Whether the text never is a token, nor holds one.
    pub fn is_no_token(&self) -> bool {
        self.held || run::are_no_tokens(&self.pieces)
    }

    /// A value written as a text.
    pub fn tree(known: Known, form: Form) -> Text {
        Text {
            pieces: vec![Piece::Tree(Arc::new(known), form)],
            whole: Str::default(),
            profile: Profile::ANY,
            held: false,
        }
    }

    /// What leaves it open.
    pub fn hole(&self) -> Option<&Hole> {
        self.pieces.iter().find_map(|p| match p {
            Piece::Plain(_) => None,
            Piece::Open(atom) => Some(&atom.hole),
            Piece::Tree(known, _) => known.hole(),
        })
    }

    /// The known beginning.
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Plain(text)) => text,
            _ => "",
        }
    }

    /// The known end.
    pub fn suffix(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Plain(text)) => text,
            _ => "",
        }
    }

    /// Whether it may be exactly `text`.
    pub fn may_be(&self, text: &str) -> bool {
        self.profile.may_be(text)
            && text.starts_with(self.prefix())
            && text.ends_with(self.suffix())
            && self.pieces.iter().all(|p| !matches!(p, Piece::Plain(plain) if !text.contains(&**plain)))
            && self.whole.class.is_none_or(|c| c.contains(text))
    }

    /// With what else is known of the whole.
    #[must_use]
    pub fn fitted(&self, ty: &Str) -> Text {
        let whole = both(&self.whole, ty);
        let profile = self.profile.and(Profile::of_type(ty));
        // An atom alone is the whole.
        let pieces = match self.pieces.as_slice() {
            [Piece::Open(atom)] => {
                vec![Piece::Open(Atom { ty: whole.clone(), profile, ..atom.clone() })]
            }
            pieces => pieces.to_vec(),
        };
        Text { pieces, whole, profile, held: self.held }
    }
}

/// What is known of a text of two types.
fn both(a: &Str, b: &Str) -> Str {
    let class = match (a.class, b.class) {
        (Some(a), Some(b)) => Some(if a.is_within(b) { a } else { b }),
        (a, b) => a.or(b),
    };
    let max = match (a.max, b.max) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Str { class, pattern: b.pattern.clone().or_else(|| a.pattern.clone()), min: a.min.max(b.min), max }
}

/// Pieces in a row as a text.
pub(super) fn row(pieces: Vec<Piece>, whole: &Str) -> Known {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (_, Piece::Plain(text)) if text.is_empty() => {}
            (Some(Piece::Plain(head)), Piece::Plain(tail)) => *head = format!("{head}{tail}").into(),
            (_, piece) => joined.push(piece),
        }
    }
    match joined.as_slice() {
        [] => return Known::str(""),
        [Piece::Plain(text)] if text.len() <= MOST_BYTES => return Known::Is(Value::Str(Arc::clone(text))),
        _ => {}
    }
    let profile = joined.iter().map(Piece::profile).reduce(Profile::then).unwrap_or(Profile::ANY);
    let long = joined.iter().any(|p| matches!(p, Piece::Plain(t) if t.len() > MOST_BYTES));
    if joined.len() > MOST_PIECES || long {
        return Known::Text(Arc::new(Text::of(&Str::default(), Hole::new("a very long text"))));
    }
    let text = Text { pieces: joined, whole: Str::default(), profile, held: false };
    Known::Text(Arc::new(text.fitted(whole)))
}

impl Piece {
    /// The characters and length of a piece.
    pub fn profile(&self) -> Profile {
        match self {
            Piece::Plain(text) => Profile::of(text),
            Piece::Open(atom) => atom.profile,
            Piece::Tree(..) => Profile::ANY,
        }
    }
}
