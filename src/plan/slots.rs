//! The slots of a request while it is written: those of its frame, and those that the loops around bind.

use super::residue::Load;
use crate::value::Value;

/// What is absent is `None`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots<'a> {
    frame: &'a [Option<Value>],
    bound: Option<&'a Bound<'a>>,
}

/// A slot that a loop binds, for one item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'a> {
    slot: usize,
    value: &'a Value,
    outer: Option<&'a Bound<'a>>,
}

impl<'a> Slots<'a> {
    /// Those of a frame.
    pub(super) fn of(frame: &'a [Option<Value>]) -> Self {
        Slots { frame, bound: None }
    }

    /// One more of them.
    pub(super) fn bind(self, slot: usize, value: &'a Value) -> Bound<'a> {
        Bound { slot, value, outer: self.bound }
    }

    /// The same with what a loop binds.
    pub(super) fn with(self, bound: &'a Bound<'a>) -> Self {
        Slots { bound: Some(bound), ..self }
    }

    /// A part of a slot.
    pub(super) fn get(self, load: &Load) -> Option<&'a Value> {
        let whole = match self.bound_to(load.slot) {
            Some(value) => value,
            None => self.frame.get(load.slot)?.as_ref()?,
        };
        load.path.iter().try_fold(whole, |v, key| v.get(key))
    }

    fn bound_to(self, slot: usize) -> Option<&'a Value> {
        let mut next = self.bound;
        while let Some(bound) = next {
            if bound.slot == slot {
                return Some(bound.value);
            }
            next = bound.outer;
        }
        None
    }
}
