//! What one rendering may cost. The figures are part of the language: a program that stays within them here stays
//! within them everywhere.

use super::Refusal;
use crate::source::Span;
use crate::value::{Value, ops};

/// The greatest size of all documents of one flow, in bytes. (An object in etcd is at most 1.5 MiB.)
pub const OUTPUT_BYTES: usize = 4 << 20;
/// The greatest number of steps: evaluated expressions.
pub const STEPS: usize = 4_000_000;
/// The greatest number of steps of all rules of a platform, over the documents of one flow or one file; each by itself
/// takes at most [`STEPS`].
pub const RULES_STEPS: usize = 8 * STEPS;
/// The greatest number of bytes of all texts made on the way.
pub const TEXT_BYTES: usize = 64 << 20;
/// The greatest number of calls within calls.
pub const CALLS: usize = 64;
/// The greatest number of documents of one flow.
pub const DOCUMENTS: usize = 10_000;

/// What is left.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: usize,
    bytes: usize,
    calls: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { steps: STEPS, bytes: TEXT_BYTES, calls: CALLS }
    }
}

impl Budget {
    /// How many steps are left.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// The same, with at most so many steps left.
    pub(super) fn at_most(self, steps: usize) -> Budget {
        Budget { steps: self.steps.min(steps), ..self }
    }

    /// Pays for one step.
    pub(super) fn step(&mut self, span: Span) -> Result<(), Box<Refusal>> {
        self.steps = self
            .steps
            .checked_sub(1)
            .ok_or_else(|| exhausted(span, format!("this request takes more than {STEPS} steps")))?;
        Ok(())
    }

    /// Pays for `n` bytes of text.
    pub(super) fn bytes(&mut self, n: usize, span: Span) -> Result<(), Box<Refusal>> {
        self.bytes = self.bytes.checked_sub(n).ok_or_else(|| {
            exhausted(span, format!("this request makes more than {} MiB of text", TEXT_BYTES >> 20))
        })?;
        Ok(())
    }

    /// Pays for what need not be done; `false` if that may be more than is left.
    pub(crate) fn spare(&mut self, steps: usize, bytes: usize) -> bool {
        let left = self.steps.checked_sub(steps).zip(self.bytes.checked_sub(bytes));
        left.map(|(steps, bytes)| (self.steps, self.bytes) = (steps, bytes)).is_some()
    }

    /// Pays for walking or writing `value`; refuses what is larger than any output may be.
    pub(super) fn walk(&mut self, value: &Value, span: Span) -> Result<(), Box<Refusal>> {
        let weight = ops::weight(value, OUTPUT_BYTES).ok_or_else(|| {
            exhausted(
                span,
                format!("this value is larger than {} MiB, or nested too deep", OUTPUT_BYTES >> 20),
            )
        })?;
        self.bytes(weight, span)
    }

    /// Enters a call.
    pub(super) fn enter(&mut self, span: Span) -> Result<(), Box<Refusal>> {
        self.calls = self
            .calls
            .checked_sub(1)
            .ok_or_else(|| exhausted(span, format!("calls are nested deeper than {CALLS}")))?;
        Ok(())
    }

    /// Leaves a call.
    pub(super) fn leave(&mut self) {
        self.calls += 1;
    }
}

fn exhausted(span: Span, message: String) -> Box<Refusal> {
    Refusal::new("over-budget", span, message)
        .help("something grows with every step: look for texts or lists made of themselves")
}
