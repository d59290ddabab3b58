//! What lists and maps are made of: one after another, and those that a loop makes.

use super::residue::{Cond, Load, Piece, Residue};

/// One of a list or a map, or those for each of many.
#[derive(Clone, Debug)]
pub(super) enum Member<T> {
    /// Left out if its value is absent.
    One {
        when: Cond,
        of: T,
    },
    Each {
        when: Cond,
        walk: Walk,
        members: Vec<Member<T>>,
    },
}

/// An item of a list.
pub(super) type Item = Member<Residue>;

/// An entry of a map.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) key: Vec<Piece>,
    pub(super) value: Residue,
}

/// What is walked. Its slots are those of this loop alone, so a loop in the place of a let can stand anywhere.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// A list, or a map in the order of its keys.
    pub(super) over: Load,
    /// The slot of the key.
    pub(super) key: usize,
    /// The slot of the item.
    pub(super) item: usize,
}

impl<T> Member<T> {
    /// One that is there if its value is.
    pub(super) fn one(of: T) -> Self {
        Member::One { when: Cond::Always, of }
    }

    /// The same under one more condition.
    pub(super) fn under(self, cond: &Cond) -> Self {
        match self {
            Member::One { when, of } => Member::One { when: cond.clone().and(when), of },
            Member::Each { when, walk, members } => {
                Member::Each { when: cond.clone().and(when), walk, members }
            }
        }
    }

    pub(super) fn map(self, f: &impl Fn(T) -> T) -> Self {
        match self {
            Member::One { when, of } => Member::One { when, of: f(of) },
            Member::Each { when, walk, members } => {
                Member::Each { when, walk, members: members.into_iter().map(|m| m.map(f)).collect() }
            }
        }
    }

    /// How many parts it has, `f` of each.
    pub(super) fn parts(&self, f: &impl Fn(&T) -> usize) -> usize {
        match self {
            Member::One { when, of } => when.parts() + f(of),
            Member::Each { when, members, .. } => {
                1 + when.parts() + members.iter().map(|m| m.parts(f)).sum::<usize>()
            }
        }
    }
}

impl Item {
    /// Whether it is there for every request.
    pub(super) fn is_certain(&self) -> bool {
        matches!(self, Member::One { when: Cond::Always, of } if of.present() == Cond::Always)
    }
}

impl Pair {
    pub(super) fn sorted(self) -> Pair {
        Pair { value: self.value.sorted(), ..self }
    }

    pub(super) fn parts(&self) -> usize {
        self.key.iter().map(Piece::parts).sum::<usize>() + self.value.parts()
    }
}
