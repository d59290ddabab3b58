//! What is left of an expression when everything but the request is known.

use std::sync::Arc;

use super::member::{Item, Member, Pair};
use crate::check::types::{Lit, Type};
use crate::value::{Value, ops};

/// What is left of an expression.
#[derive(Clone, Debug)]
pub(super) enum Residue {
    /// Nothing: it is absent for every request.
    Absent,
    /// A constant.
    Const(Value),
    /// A part of a slot.
    Load(Load),
    /// An object whose keys are known.
    Object(Object),
    /// A list.
    List(Vec<Item>),
    /// A map of which only a request tells some keys; it is written in the order of its keys.
    Pairs(Vec<Member<Pair>>),
    /// A text in pieces, at least one of them a load.
    Text(Vec<Piece>),
    /// One or the other.
    Choose(Box<Cond>, Box<Residue>, Box<Residue>),
    /// A part of a slot if it is there, or else something.
    Or(Load, Box<Residue>),
    /// A known object with one that is not known merged over it.
    Merge(Merge),
    /// A value as YAML text.
    Yaml(Box<Residue>),
}

/// A part of a slot.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// The slot.
    pub(super) slot: usize,
    /// The keys from there.
    pub(super) path: Vec<Arc<str>>,
    /// What it can be.
    pub(super) ty: Type,
    /// Whether it is always there, by its type.
    pub(super) always: bool,
    /// Whether the keys of every object in it are to be sorted.
    pub(super) sorted: bool,
}

/// An object whose keys are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    /// Its entries, no key twice at a time.
    pub(super) entries: Vec<Entry>,
    /// Whether it is left out if it has no entry: it was made by keys like `a.b`.
    pub(super) omitted: bool,
}

/// An entry; left out if its value is absent.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: Arc<str>,
    pub(super) when: Cond,
    pub(super) value: Residue,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Str(Arc<str>),
    Load(Load),
    If(Cond, Vec<Piece>, Vec<Piece>),
}

/// A merge: the right wins.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    pub(super) left: Object,
    pub(super) right: Load,
    /// Whether the result is key-sorted; otherwise it has the order of the left, then that of the right.
    pub(super) sorted: bool,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cond {
    Always,
    Never,
    /// Something is there.
    Present(Load),
    /// It is there, and `true`.
    Truth(Load),
    /// It is one of these; it has to be there.
    Is(Load, Vec<Lit>),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
}

impl PartialEq for Load {
    fn eq(&self, other: &Self) -> bool {
        self.slot == other.slot && self.path == other.path
    }
}

impl Load {
    /// The slot as a whole.
    pub(super) fn slot(slot: usize, ty: Type, always: bool) -> Load {
        Load { slot, path: vec![], ty, always, sorted: false }
    }

    /// A text of the request's metadata.
    pub(super) fn metadata(key: &str) -> Load {
        let path = vec!["metadata".into(), key.into()];
        Load { slot: crate::check::program::SELF, path, ty: Type::STRING, always: true, sorted: false }
    }

    fn field(&self, name: &Arc<str>, ty: &Type, always: bool) -> Load {
        let path = self.path.iter().chain([name]).cloned().collect();
        Load { path, ty: ty.clone(), always: self.always && always, ..self.clone() }
    }
}

impl Cond {
    pub(super) fn and(self, other: Cond) -> Cond {
        match (self, other) {
            (Cond::Never, _) | (_, Cond::Never) => Cond::Never,
            (Cond::Always, c) | (c, Cond::Always) => c,
            (a, b) if a == b => a,
            (a, b) => Cond::All(vec![a, b]),
        }
    }

    pub(super) fn or(self, other: Cond) -> Cond {
        match (self, other) {
            (Cond::Always, _) | (_, Cond::Always) => Cond::Always,
            (Cond::Never, c) | (c, Cond::Never) => c,
            (a, b) if a == b => a,
            (a, b) => Cond::Any(vec![a, b]),
        }
    }

    pub(super) fn not(self) -> Cond {
        match self {
            Cond::Always => Cond::Never,
            Cond::Never => Cond::Always,
            Cond::Not(inner) => *inner,
            other => Cond::Not(Box::new(other)),
        }
    }

    pub(super) fn of(holds: bool) -> Cond {
        if holds { Cond::Always } else { Cond::Never }
    }

    /// `then` if it holds, otherwise `otherwise`.
    fn choose(self, then: Cond, otherwise: Cond) -> Cond {
        if then == otherwise {
            return then;
        }
        self.clone().and(then).or(self.not().and(otherwise))
    }
}

impl Entry {
    /// Whether it is there for every request.
    pub(super) fn is_certain(&self) -> bool {
        self.when == Cond::Always && self.value.present() == Cond::Always
    }
}

impl Residue {
    /// One or the other, unless the condition is known.
    pub(super) fn choose(cond: Cond, then: Residue, otherwise: Residue) -> Residue {
        match cond {
            Cond::Always => then,
            Cond::Never => otherwise,
            cond => match (&then, &otherwise) {
                (Residue::Absent, Residue::Absent) => Residue::Absent,
                _ => Residue::Choose(Box::new(cond), Box::new(then), Box::new(otherwise)),
            },
        }
    }

    /// Whether it is there.
    pub(super) fn present(&self) -> Cond {
        match self {
            Residue::Absent => Cond::Never,
            Residue::Load(load) if load.always => Cond::Always,
            Residue::Load(load) => Cond::Present(load.clone()),
            Residue::Choose(c, a, b) => (**c).clone().choose(a.present(), b.present()),
            Residue::Or(load, other) => Cond::Present(load.clone()).or(other.present()),
            Residue::Object(object) if object.omitted => object.holds_any(),
            _ => Cond::Always,
        }
    }

    /// Whether it is one of some literals; `None` if that is not seen. It has to be there.
    pub(super) fn is(&self, lits: &[Lit]) -> Option<Cond> {
        match self {
            Residue::Const(v) => Some(Cond::of(lits.iter().any(|l| l.value() == *v))),
            Residue::Load(load) => Some(Cond::Is(load.clone(), lits.to_vec())),
            Residue::Choose(c, a, b) => Some((**c).clone().choose(a.is(lits)?, b.is(lits)?)),
            Residue::Or(load, other) => {
                let (there, is) = (Cond::Present(load.clone()), Cond::Is(load.clone(), lits.to_vec()));
                Some(there.choose(is, other.is(lits)?))
            }
            _ => None,
        }
    }

    /// Whether it is `true`; `None` if that is not seen. What is absent is not.
    pub(super) fn truth(&self) -> Option<Cond> {
        match self {
            Residue::Absent => Some(Cond::Never),
            Residue::Const(v) => Some(Cond::of(*v == Value::Bool(true))),
            Residue::Load(load) => Some(Cond::Truth(load.clone())),
            Residue::Choose(c, a, b) => Some((**c).clone().choose(a.truth()?, b.truth()?)),
            Residue::Or(load, other) => {
                Some(Cond::Present(load.clone()).choose(Cond::Truth(load.clone()), other.truth()?))
            }
            _ => None,
        }
    }

    /// A field of it; `None` if that is not seen.
    pub(super) fn field(&self, name: &Arc<str>, ty: &Type, always: bool) -> Option<Residue> {
        match self {
            Residue::Absent => Some(Residue::Absent),
            Residue::Const(v) => Some(v.get(name).map_or(Residue::Absent, |v| Residue::Const(v.clone()))),
            Residue::Load(load) => Some(Residue::Load(load.field(name, ty, always))),
            Residue::Object(object) => {
                let named = object.entries.iter().rev().filter(|e| e.key == *name);
                Some(named.fold(Residue::Absent, |other, e| {
                    Residue::choose(e.when.clone(), e.value.clone(), other)
                }))
            }
            Residue::Choose(c, a, b) => {
                Some(Residue::choose((**c).clone(), a.field(name, ty, always)?, b.field(name, ty, always)?))
            }
            Residue::Or(load, other) => {
                let own = Load { always: true, ..load.clone() }.field(name, ty, always);
                let own = Load { always, ..own };
                Some(Residue::choose(
                    Cond::Present(load.clone()),
                    Residue::Load(own),
                    other.field(name, ty, always)?,
                ))
            }
            _ => None,
        }
    }

    /// It as an object whose keys are known.
    pub(super) fn object(self) -> Option<Object> {
        match self {
            Residue::Object(object) => Some(object),
            Residue::Const(Value::Map(map)) => {
                let entry = |(key, value): (&Arc<str>, &Value)| Entry {
                    key: Arc::clone(key),
                    when: Cond::Always,
                    value: Residue::Const(value.clone()),
                };
                Some(Object { entries: map.iter().map(entry).collect(), omitted: false })
            }
            _ => None,
        }
    }

    /// It where it is known to be there.
    pub(super) fn there(self) -> Residue {
        match self {
            Residue::Load(load) => Residue::Load(Load { always: true, ..load }),
            other => other,
        }
    }

    /// It with the keys of every object in it sorted.
    pub(super) fn sorted(self) -> Residue {
        match self {
            Residue::Const(v) => Residue::Const(ops::sorted(&v)),
            Residue::Load(load) => Residue::Load(Load { sorted: true, ..load }),
            Residue::Object(object) => Residue::Object(object.sorted()),
            Residue::List(items) => {
                Residue::List(items.into_iter().map(|i| i.map(&Residue::sorted)).collect())
            }
            Residue::Pairs(pairs) => {
                Residue::Pairs(pairs.into_iter().map(|p| p.map(&Pair::sorted)).collect())
            }
            Residue::Choose(c, a, b) => Residue::Choose(c, Box::new(a.sorted()), Box::new(b.sorted())),
            Residue::Or(load, other) => Residue::Or(Load { sorted: true, ..load }, Box::new(other.sorted())),
            Residue::Merge(m) => Residue::Merge(m.into_sorted()),
            Residue::Absent | Residue::Text(_) | Residue::Yaml(_) => self,
        }
    }

    /// How many parts it has.
    pub(super) fn parts(&self) -> usize {
        1 + match self {
            Residue::Absent | Residue::Load(_) => 1,
            Residue::Yaml(of) => of.parts(),
            Residue::Const(v) => ops::weight(v, 1 << 22).unwrap_or(1 << 22),
            Residue::Object(o) => o.parts(),
            Residue::List(items) => items.iter().map(|i| i.parts(&Residue::parts)).sum(),
            Residue::Pairs(pairs) => pairs.iter().map(|p| p.parts(&Pair::parts)).sum(),
            Residue::Text(pieces) => pieces.iter().map(Piece::parts).sum(),
            Residue::Choose(c, a, b) => c.parts() + a.parts() + b.parts(),
            Residue::Or(_, other) => other.parts(),
            Residue::Merge(m) => m.left.parts(),
        }
    }
}

impl Piece {
    pub(super) fn parts(&self) -> usize {
        match self {
            Piece::Str(_) | Piece::Load(_) => 1,
            Piece::If(cond, a, b) => cond.parts() + a.iter().chain(b).map(Piece::parts).sum::<usize>(),
        }
    }
}

impl Cond {
    pub(super) fn parts(&self) -> usize {
        1 + match self {
            Cond::Not(c) => c.parts(),
            Cond::All(all) | Cond::Any(all) => all.iter().map(Cond::parts).sum(),
            _ => 0,
        }
    }
}

impl Object {
    /// Whether any of its entries is there.
    pub(super) fn holds_any(&self) -> Cond {
        let entries = self.entries.iter().map(|e| e.when.clone().and(e.value.present()));
        entries.fold(Cond::Never, Cond::or)
    }

    /// Its entries in the order of their keys.
    pub(super) fn in_order(mut self) -> Object {
        // A stable sort: of two entries with one key, which exclude each other, the order does not matter.
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
        self
    }

    pub(super) fn sorted(self) -> Object {
        let omitted = self.omitted;
        let entries = self.in_order().entries.into_iter().map(|e| Entry { value: e.value.sorted(), ..e });
        Object { entries: entries.collect(), omitted }
    }

    fn parts(&self) -> usize {
        self.entries.iter().map(|e| e.when.parts() + e.value.parts()).sum()
    }
}

impl Merge {
    fn into_sorted(self) -> Merge {
        Merge { left: self.left.sorted(), right: Load { sorted: true, ..self.right }, sorted: true }
    }
}
