//! A value of which only some is known, written as YAML within a text.
//!
//! Its parts are judged where they stand in it. What is left are the words of the text as such, which some looks read across
//! its lines. Between two scalars of such a text there is always a key or the dash of an item; so what is open completes
//! nothing as long as it is one word each, and no known word around it gives words a meaning. Only the three words of a
//! `.netrc` are looked for wherever they stand: it takes three open words for them.

use super::credential::{self, HEADER, NETRC, SCHEMES};
use super::row::{self, BEGINNINGS, STAND_IN, found, vague};
use super::{text, unpack};
use crate::known::{Count, Form, Known, Piece, Text};
use crate::value::{Map, Value, yaml};

/// The characters of numbers, addresses and quantities; no word that is looked for is made of them.
const OF_NUMBERS: &str = "0123456789+-./KMGTPEinumk";

/// Why words of the written value may be a secret that is none of its parts; `None` if they never are.
pub(super) fn doubt(value: &Known, form: Form) -> Option<String> {
    let mut tree = Tree::default();
    let filled = tree.filled(value);
    // A document by itself is a Secret by its kind alone.
    let kind = value.alternatives().iter().any(|one| {
        let kind = one.get("kind").known;
        kind.value().is_none() && !matches!(kind, Known::Never)
    });
    // A list alone may be packed, with its dashes.
    let object = value.alternatives().iter().all(|one| one.as_object().is_some());
    if form != Form::Yaml || tree.open || tree.words >= NETRC.len() || kind || !object {
        return vague();
    }
    std::iter::once(filled?).chain(tree.others).find_map(|value| {
        let written = yaml::write(&value);
        // With another word than the one that stands for it, a text may be too short for an object: then its lines are read.
        let short = |line: &&str| line.contains(STAND_IN) || line.len() <= text::SHORTEST_OBJECT;
        if speaks(&written) || written.lines().filter(short).any(|line| text::settings(line).is_some()) {
            return vague();
        }
        found(&written)
    })
}

/// Whether a text has words that give others a meaning, or looks like what a reader fills in.
fn speaks(written: &str) -> bool {
    let header = |word: &str| SCHEMES.iter().chain([&HEADER]).any(|h| h.eq_ignore_ascii_case(word));
    BEGINNINGS.iter().any(|b| written.contains(b))
        || written.contains("{{")
        || credential::words(written).any(header)
        || written.split_ascii_whitespace().any(|word| NETRC.contains(&word))
}

/// What is seen on the way through a value.
#[derive(Default)]
struct Tree {
    /// Whether anything in it may be more than one word.
    open: bool,
    /// How many open words may be one of [`NETRC`].
    words: usize,
    /// Other values that stand in the places of some.
    others: Vec<Value>,
}

impl Tree {
    /// The value with a word in the place of each that is open; `None` for one that never is there.
    fn filled(&mut self, known: &Known) -> Option<Value> {
        Some(match known {
            Known::Never => return None,
            Known::Is(value) => {
                self.open |= holds_stand_in(value);
                value.clone()
            }
            Known::Bool(_) => Value::Bool(true),
            Known::Int(..) | Known::Number(_) => Value::Int(1),
            Known::Text(text) => self.text(text),
            Known::Free(hole) => {
                self.open |= !hole.is_tame();
                Value::str(STAND_IN)
            }
            Known::Object(object) => {
                if let Some(rest) = &object.rest {
                    self.open |= !rest.hole.is_tame();
                    self.many(&rest.value);
                }
                let mut map = Map::new();
                for (key, field) in &object.fields {
                    self.open |= key.contains(STAND_IN);
                    if let Some(value) = self.filled(&field.known) {
                        map.insert(key.clone(), value);
                    }
                }
                Value::map(map)
            }
            Known::List(list) => {
                let mut items = Vec::with_capacity(list.segments.len());
                for segment in &list.segments {
                    match segment.count {
                        Count::Any => self.many(&segment.item),
                        _ => items.extend(self.filled(&segment.item)),
                    }
                }
                Value::list(items)
            }
            Known::OneOf(all) => {
                let mut each = all.iter().filter_map(|one| self.filled(one)).collect::<Vec<_>>().into_iter();
                let first = each.next()?;
                self.others.extend(each);
                first
            }
        })
    }

    /// What stands there any number of times.
    fn many(&mut self, known: &Known) {
        let before = self.words;
        let value = self.filled(known);
        self.others.extend(value);
        if self.words > before {
            self.words += NETRC.len();
        }
    }

    fn text(&mut self, text: &Text) -> Value {
        let number = !text.profile.goes_beyond(OF_NUMBERS) && !unpack::may_be_packed(text.profile);
        let harmless = number || text.is_tame() || row::is_address(text);
        self.open |= !harmless && row::doubt(text).is_some();
        let may_be = |piece: &&Piece| match piece {
            Piece::Open(atom) => NETRC.iter().any(|word| atom.profile.may_be(word)),
            _ => false,
        };
        // Where there is no blank, all of it is one word.
        self.words += match text.profile.has_any(" \t\n\r") {
            _ if text.is_tame() => 0,
            true => text.pieces.iter().filter(may_be).count(),
            false => usize::from(NETRC.iter().any(|word| text.may_be(word))),
        };
        let piece = |piece: &Piece| match piece {
            Piece::Plain(plain) => plain.to_string(),
            _ => STAND_IN.to_owned(),
        };
        Value::str(text.pieces.iter().map(piece).collect::<String>())
    }
}

fn holds_stand_in(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.contains(STAND_IN),
        Value::List(items) => items.iter().any(holds_stand_in),
        Value::Map(map) => map.iter().any(|(key, v)| key.contains(STAND_IN) || holds_stand_in(v)),
        _ => false,
    }
}
