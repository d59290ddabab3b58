//! Whether a text in pieces never holds a token: a run of letters, digits, `-`, `_` and `.` that begins as one and has a
//! long part that mixes letters and digits.
//!
//! A name that was held to be no token has not both; so it is enough that nothing around it brings what it lacks.

use super::text::{Atom, Piece};
use crate::check::types::Class;
use crate::check::types::token::{SHAPES, is_name, may_be_random};

/// A part of a run.
enum Part<'p> {
    Plain(&'p str),
    Open(&'p Atom),
}

/// Whether no run of a text is a token.
pub(super) fn are_no_tokens(pieces: &[Piece]) -> bool {
    runs(pieces).is_some_and(|runs| runs.iter().all(|run| is_no_token(run)))
}

/// The runs that have open parts; `None` if anything is open that is neither a name nor a number.
fn runs(pieces: &[Piece]) -> Option<Vec<Vec<Part<'_>>>> {
    let mut all: Vec<Vec<Part<'_>>> = vec![vec![]];
    for piece in pieces {
        match piece {
            Piece::Plain(text) => {
                for (index, part) in text.split(|c: char| !is_of_run(c)).enumerate() {
                    if index > 0 {
                        all.push(vec![]);
                    }
                    if let Some(run) = all.last_mut().filter(|_| !part.is_empty()) {
                        run.push(Part::Plain(part));
                    }
                }
            }
            Piece::Open(atom) if is_number(atom) || is_held_name(atom) => {
                all.last_mut()?.push(Part::Open(atom));
            }
            _ => return None,
        }
    }
    all.retain(|run| run.iter().any(|p| matches!(p, Part::Open(_))));
    Some(all)
}

fn is_of_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_number(atom: &Atom) -> bool {
    !atom.profile.goes_beyond("0123456789-.")
}

fn is_held_name(atom: &Atom) -> bool {
    let names = matches!(atom.ty.class, Some(Class::DnsLabel | Class::DnsSubdomain | Class::Hostname));
    atom.held && names
}

fn is_no_token(run: &[Part<'_>]) -> bool {
    let plain: Vec<&str> =
        run.iter().filter_map(|p| if let Part::Plain(t) = p { Some(*t) } else { None }).collect();
    // What is known must be no more than words, and cut cleanly from what is open.
    if !plain.iter().all(|t| is_name(t) && !may_be_random(t)) || !run.windows(2).all(is_cut) {
        return false;
    }
    // What mixes letters and digits is in a name alone; so two names may bring beginning and part, and so may what is
    // known before a name.
    match run.iter().filter(|p| matches!(p, Part::Open(atom) if !is_number(atom))).count() {
        0 => true,
        1 => !starts(run).iter().any(|start| may_begin(start)),
        _ => false,
    }
}

/// Whether two parts are cut from each other, so that a part of one is no part of the other.
fn is_cut(two: &[Part<'_>]) -> bool {
    let cuts = |c: char| matches!(c, '-' | '.');
    match two {
        [Part::Plain(text), Part::Open(_)] => text.ends_with(cuts),
        [Part::Open(_), Part::Plain(text)] => text.starts_with(cuts),
        _ => false,
    }
}

/// What is known where a token could begin before something open: at the head of the run and after each dot.
fn starts<'p>(run: &[Part<'p>]) -> Vec<&'p str> {
    let mut out = Vec::new();
    for two in run.windows(2) {
        if let [Part::Plain(text), Part::Open(_)] = two {
            let heads = std::iter::once(0).chain(text.match_indices('.').map(|(at, _)| at + 1));
            let heads = heads.filter_map(|at| text.get(at..)).map(|t| t.trim_start_matches(['-', '.']));
            out.extend(heads.filter(|t| !t.is_empty()));
        }
    }
    out
}

/// Whether a token may begin with `start`, or `start` with a token's beginning.
fn may_begin(start: &str) -> bool {
    SHAPES.iter().any(|shape| shape.0.starts_with(start) || start.starts_with(shape.0))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::types::{Str, Type};
    use crate::known::{Hole, Known, Text, types};

    fn name(class: Class) -> Vec<Piece> {
        match types::held(&Type::class(class), "spec.it") {
            Known::Text(text) => text.pieces.clone(),
            _ => vec![],
        }
    }

    fn plain(text: &str) -> Vec<Piece> {
        vec![Piece::Plain(text.into())]
    }

    #[test]
    fn names_among_words_are_no_tokens() {
        let label = || name(Class::DnsLabel);
        for pieces in [
            label(),
            [plain("vcluster-"), label(), plain("-kubeconfig")].concat(),
            [label(), plain("-vcluster-values")].concat(),
            [plain("https://"), name(Class::Hostname), plain(":")].concat(),
        ] {
            assert!(are_no_tokens(&pieces), "{pieces:?}");
        }
    }

    #[test]
    fn what_may_complete_a_token_is_in_doubt() {
        let label = || name(Class::DnsLabel);
        let open = Text::of(&Str { class: Some(Class::DnsLabel), ..Str::default() }, Hole::new("a let"));
        for pieces in [
            [plain("glpat-"), label()].concat(),
            [plain("gl"), label()].concat(),
            [label(), plain("-f4kef4kef4kef4kef4ke")].concat(),
            [label(), plain("-"), label()].concat(),
            [label(), label()].concat(),
            [label(), plain("2a")].concat(),
            Arc::new(open).pieces.clone(),
        ] {
            assert!(!are_no_tokens(&pieces), "{pieces:?}");
        }
    }
}
