//! What a request brings, and what was evaluated for it: the figures that costs are told by.

use super::run::{Bail, Run};
use crate::value::Value;

/// The deepest value that a request may bring into a template: with the template around it, it is within what every promise
/// takes. Deeper ones are left to the evaluator.
const DEPTH: usize = 32;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brought {
    /// What all of it weighs.
    pub(super) weight: usize,
    /// How many items the longest list or object of it has.
    pub(super) most: usize,
}

impl Brought {
    /// A request without its values: names of so many bytes, and the objects that hold its parts.
    pub(super) fn new(names: usize) -> Brought {
        Brought { weight: names + 64, most: 4 }
    }

    /// Adds a value.
    pub(super) fn add(&mut self, value: &Value) -> Run {
        self.within(value, DEPTH)
    }

    /// Adds a value as [`crate::value::ops::weight`] counts it, if it is not deeper than `depth`.
    fn within(&mut self, value: &Value, depth: usize) -> Run {
        let depth = depth.checked_sub(1).ok_or(Bail)?;
        self.heavier(if let Value::Str(s) = value { s.len() + 1 } else { 1 });
        match value {
            Value::List(items) => {
                self.most = self.most.max(items.len());
                items.iter().try_for_each(|v| self.within(v, depth))
            }
            Value::Map(map) => {
                self.most = self.most.max(map.len());
                map.iter().try_for_each(|(k, v)| {
                    self.heavier(k.len() + 1);
                    self.within(v, depth)
                })
            }
            _ => Ok(()),
        }
    }

    fn heavier(&mut self, by: usize) {
        self.weight = self.weight.saturating_add(by);
    }
}
