//! Lays out maps of which only a request tells some keys, and looks whether they differ.

use super::layout::{Layout, each, guarded};
use super::member::{Member, Pair, Walk};
use super::op::{Key, Op};
use super::reduce::{Fill, Reduce};
use super::residue::Piece;
use crate::check::types::Type;

impl Layout {
    /// The entries of a map at column `indent`, in the order of their keys.
    pub(super) fn sorted(&mut self, pairs: &[Member<Pair>], indent: usize) -> Op {
        self.sorted_without(pairs, indent, &[])
    }

    /// The same, without those whose keys are named.
    pub(super) fn sorted_without(
        &mut self,
        pairs: &[Member<Pair>],
        indent: usize,
        without: &[Box<str>],
    ) -> Op {
        Op::Sorted { pairs: self.pairs(pairs, indent).into(), without: without.into() }
    }

    fn pairs(&mut self, pairs: &[Member<Pair>], indent: usize) -> Vec<Op> {
        self.sequence(
            pairs,
            false,
            |_| false,
            |this, pair, _| match pair {
                Member::One { when, of: Pair { key, value } } => {
                    let lines = this.keyed(&Key::OfPair, value, indent, false);
                    let pair = Op::Pair { key: key.as_slice().into(), lines: lines.into() };
                    guarded(when, vec![pair])
                }
                Member::Each { when, walk, members } => {
                    guarded(when, vec![each(walk, this.pairs(members, indent))])
                }
            },
        )
    }
}

impl Reduce<'_> {
    /// Sees to it that keys differ, wherever they are evaluated: what stands in a let that nothing writes is refused, too.
    pub(super) fn distinct(&mut self, pairs: &[Member<Pair>]) {
        if !are_distinct(pairs) {
            self.differ(Op::Sorted { pairs: keys(pairs).into(), without: [].into() });
        }
    }

    pub(super) fn differ(&mut self, keys: Op) {
        self.fills.push(Fill::Keys(guarded(&self.guard, vec![keys])));
    }
}

/// Whether no key can be there twice: they are those of a map, with the same around each.
fn are_distinct(pairs: &[Member<Pair>]) -> bool {
    let [Member::Each { walk: Walk { over, key: slot, .. }, members, .. }] = pairs else { return false };
    let [Member::One { of: Pair { key, .. }, .. }] = members.as_slice() else { return false };
    let is_key = |p: &Piece| matches!(p, Piece::Load(load) if load.slot == *slot);
    let others = key.iter().filter(|p| !is_key(p)).all(|p| matches!(p, Piece::Str(_)));
    !matches!(over.ty, Type::List(_)) && others && key.iter().filter(|p| is_key(p)).count() == 1
}

/// Pairs without their values: a sign stands for each that is there.
fn keys(pairs: &[Member<Pair>]) -> Vec<Op> {
    let of = |pair: &Member<Pair>| match pair {
        Member::One { when, of: Pair { key, value } } => {
            let there = when.clone().and(value.present());
            let lines = [Op::Bytes(".".into())].into();
            guarded(&there, vec![Op::Pair { key: key.as_slice().into(), lines }])
        }
        Member::Each { when, walk, members } => guarded(when, vec![each(walk, keys(members))]),
    };
    pairs.iter().flat_map(of).collect()
}
