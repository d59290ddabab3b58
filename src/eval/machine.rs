//! The state of one evaluation: slots, budget, and the walk over conditions and loops.

use std::sync::Arc;

use super::Refusal;
use super::budget::Budget;
use crate::check::program::{Condition, Expr, Global, Program, Walk};
use crate::value::Value;

/// The result of a step.
pub(crate) type Step<T> = Result<T, Box<Refusal>>;

/// The slots of one evaluation; what is absent is `None`.
pub(crate) type Frame = Vec<Option<Value>>;

/// One evaluation.
pub(crate) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) globals: &'a [Option<Value>],
    pub(crate) budget: Budget,
}

impl<'a> Machine<'a> {
    pub(super) fn new(program: &'a Program, globals: &'a [Option<Value>]) -> Self {
        Machine { program, globals, budget: Budget::default() }
    }

    /// The value of a global, from those before it.
    pub(super) fn global(&mut self, global: &Global) -> Step<Option<Value>> {
        let mut frame = vec![None; global.slots];
        self.eval(&global.value, &mut frame)
    }

    /// Whether a condition holds; binds what it binds.
    pub(super) fn holds(&mut self, condition: &Condition, frame: &mut Frame) -> Step<bool> {
        match condition {
            Condition::Expr(e) => Ok(self.eval(e, frame)? == Some(Value::Bool(true))),
            Condition::Let { slot, value } => {
                let value = self.eval(value, frame)?;
                let there = value.is_some();
                fill(frame, *slot, value);
                Ok(there)
            }
        }
    }

    /// Does `work` for each item, its slots filled: lists in order, maps by key.
    pub(super) fn each(
        &mut self,
        walk: &Walk,
        frame: &mut Frame,
        work: &mut dyn FnMut(&mut Self, &mut Frame) -> Step<()>,
    ) -> Step<()> {
        match self.eval(&walk.over, frame)? {
            Some(Value::List(items)) => {
                for item in items.iter() {
                    self.budget.step(walk.over.span)?;
                    fill(frame, walk.item, Some(item.clone()));
                    work(self, frame)?;
                }
            }
            Some(Value::Map(map)) => {
                let mut keys: Vec<&Arc<str>> = map.keys().collect();
                keys.sort_unstable();
                for key in keys {
                    self.budget.step(walk.over.span)?;
                    if let Some(slot) = walk.key {
                        fill(frame, slot, Some(Value::Str(Arc::clone(key))));
                    }
                    fill(frame, walk.item, map.get(key).cloned());
                    work(self, frame)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The value of an expression that the checker knows to be there.
    pub(super) fn there(&mut self, e: &Expr, frame: &mut Frame) -> Step<Value> {
        self.eval(e, frame)?.ok_or_else(|| {
            // A form that the checker let through although it can be absent: a defect, but one that must not panic.
            Refusal::new("absent-value", e.span, "this value is absent")
        })
    }
}

/// Fills a slot.
pub(crate) fn fill(frame: &mut Frame, slot: usize, value: Option<Value>) {
    if let Some(s) = frame.get_mut(slot) {
        *s = value;
    }
}
