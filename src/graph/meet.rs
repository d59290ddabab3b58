//! Which objects of one flow may be the same object for some request: a word equation over what names them.

use std::collections::BTreeMap;

use super::collide::{Object, objects};
use super::symbol::{Piece, Symbol};
use super::{NodeKind, RenderGraph, Scope};
use crate::check::program::Program;
use crate::source::Span;

/// How many objects of one kind are compared with each other.
const MOST: usize = 256;

/// The objects of a promise that may be the same as another of their flow, by where they are written, with words for the
/// other. What is not in it is rendered once, for every request.
pub fn meetings(program: &Program, graph: &RenderGraph, promise: &str) -> BTreeMap<Span, String> {
    let mut met: BTreeMap<Span, String> = BTreeMap::new();
    let (objects, all) = objects(program, graph, promise);
    let nodes = graph.promise(promise).into_iter().flat_map(|p| &p.nodes);
    for node in nodes.filter(|n| matches!(n.kind, NodeKind::Resource(_) | NodeKind::Request(_))) {
        if !all {
            met.insert(node.span, "one of a flow that is too long to be followed".into());
        } else if node.scopes.iter().any(|s| matches!(s, Scope::For(_))) {
            met.insert(node.span, "that of another item".into());
        }
    }
    let mut kinds: BTreeMap<&(String, String), Vec<&Object>> = BTreeMap::new();
    for object in &objects {
        kinds.entry(&object.group_kind).or_default().push(object);
    }
    for same in kinds.into_values() {
        let short = same.len() <= MOST;
        for (i, a) in same.iter().enumerate() {
            for b in same.iter().skip(i + 1).take(if short { MOST } else { 1 }) {
                if !short || may_be_one(a, b) {
                    met.entry(a.span).or_insert_with(|| format!("another `{}` of its flow", b.shown));
                    met.entry(b.span).or_insert_with(|| format!("another `{}` of its flow", a.shown));
                }
            }
        }
    }
    met
}

fn may_be_one(a: &Object, b: &Object) -> bool {
    let namespaces = match (&a.namespace, &b.namespace) {
        (Some(a), Some(b)) => may_be_equal(a, b),
        _ => true,
    };
    namespaces && may_be_equal(&a.name, &b.name)
}

/// Whether two words may be the same: not if what is known at either end differs, nor if they hold the same unknown
/// values and are not equally long.
fn may_be_equal(a: &Symbol, b: &Symbol) -> bool {
    let (Symbol::Word(a), Symbol::Word(b)) = (a, b) else { return true };
    if a == b {
        return true;
    }
    let ends = |pieces: &[Piece]| {
        let text = |p: Option<&Piece>| match p {
            Some(Piece::Text(text)) => text.clone(),
            _ => String::new(),
        };
        (text(pieces.first()), text(pieces.last()))
    };
    let ((a_start, a_end), (b_start, b_end)) = (ends(a), ends(b));
    let starts = a_start.starts_with(&b_start) || b_start.starts_with(&a_start);
    let stops = a_end.ends_with(&b_end) || b_end.ends_with(&a_end);
    let whole = |pieces: &[Piece]| matches!(pieces, [] | [Piece::Text(_)]);
    if whole(a) && whole(b) {
        return false;
    }
    starts && stops && !(atoms(a) == atoms(b) && length(a) != length(b))
}

/// The unknown values of a word, each as often as it stands there.
fn atoms(pieces: &[Piece]) -> Vec<&str> {
    let mut all: Vec<&str> = pieces
        .iter()
        .filter_map(|p| if let Piece::Atom(name) = p { Some(name.as_str()) } else { None })
        .collect();
    all.sort_unstable();
    all
}

fn length(pieces: &[Piece]) -> usize {
    pieces.iter().map(|p| if let Piece::Text(text) = p { text.len() } else { 0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(pieces: &[&str]) -> Symbol {
        let piece = |p: &&str| match p.strip_prefix('$') {
            Some(name) => Piece::Atom(name.into()),
            None => Piece::Text((*p).into()),
        };
        Symbol::Word(pieces.iter().map(piece).collect())
    }

    #[test]
    fn ends_and_lengths_tell_words_apart() {
        let differ = |a: &[&str], b: &[&str]| !may_be_equal(&word(a), &word(b));
        assert!(differ(&["a"], &["b"]) && differ(&["x-", "$n"], &["y-", "$m"]));
        assert!(differ(&["$n", "-values"], &["coredns-", "$n"]));
        assert!(!differ(&["$n", "-values"], &["coredns-", "$m"]));
        assert!(!differ(&["$n", "-x"], &["x-", "$n"]) && !differ(&["$n"], &["a"]));
    }
}
