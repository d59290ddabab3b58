//! Chance that belongs to a seed.

/// A sequence of choices.
#[derive(Debug)]
pub(super) struct Random(fastrand::Rng);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(fastrand::Rng::with_seed(seed))
    }

    /// From 0, less than `n`; 0 if there is nothing less.
    pub(super) fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.usize(..n) }
    }

    /// Whether the one case of `n` came up.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// From `lo` to `hi`, both included; `lo` if they are the wrong way round.
    pub(super) fn between(&mut self, lo: i64, hi: i64) -> i64 {
        if lo < hi { self.0.i64(lo..=hi) } else { lo }
    }

    /// One of `all`.
    pub(super) fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }
}
