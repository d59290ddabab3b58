//! How large values are, before there is a request: polynomials over the most items that a list or an object of it has. A loop
//! multiplies by them.

use crate::check::types::{Lit, Str, Type};

/// The most loops within each other that are told apart; of more of them it is only known that they cost too much.
const DEGREES: usize = 6;

/// A number, by powers of the most items that anything has; saturating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count([usize; DEGREES]);

/// `fixed + each * weight`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) fixed: Count,
    pub(super) each: Count,
}

/// A value: how large it is, and how many items a list or an object in it has at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) size: Size,
    pub(super) items: Count,
}

impl Count {
    pub(super) fn of(n: usize) -> Count {
        let mut powers = [0; DEGREES];
        powers.iter_mut().take(1).for_each(|p| *p = n);
        Count(powers)
    }

    /// As many as the longest list or object of a request has.
    fn most() -> Count {
        let mut powers = [0; DEGREES];
        powers.iter_mut().skip(1).take(1).for_each(|p| *p = 1);
        Count(powers)
    }

    pub(super) fn plus(self, other: Count) -> Count {
        let mut sum = self;
        sum.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = a.saturating_add(b));
        sum
    }

    pub(super) fn times(self, other: Count) -> Count {
        let mut product = [0usize; DEGREES];
        for (i, a) in self.0.iter().enumerate().filter(|(_, a)| **a > 0) {
            for (j, b) in other.0.iter().enumerate().filter(|(_, b)| **b > 0) {
                let term = if i + j < DEGREES { a.saturating_mul(*b) } else { usize::MAX };
                let at = (i + j).min(DEGREES - 1);
                product.iter_mut().skip(at).take(1).for_each(|p| *p = p.saturating_add(term));
            }
        }
        Count(product)
    }

    /// Without a part of it; what is too much stays so.
    pub(super) fn less(self, part: Count) -> Count {
        let mut rest = self;
        let all = rest.0.iter_mut().zip(part.0).filter(|(a, _)| **a < usize::MAX);
        all.for_each(|(a, b)| *a = a.saturating_sub(b));
        rest
    }

    /// The larger of both.
    fn or(self, other: Count) -> Count {
        let mut all = self;
        all.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = b.max(*a));
        all
    }

    /// Whether it depends on how many items there are.
    fn grows(self) -> bool {
        self.0.iter().skip(1).any(|power| *power > 0)
    }

    /// Where nothing has more than `most` items.
    pub(super) fn at(self, most: usize) -> usize {
        self.0.iter().rev().fold(0usize, |sum, power| sum.saturating_mul(most).saturating_add(*power))
    }
}

impl Size {
    pub(super) fn of(n: usize) -> Size {
        Size { fixed: Count::of(n), each: Count::default() }
    }

    pub(super) fn plus(self, other: Size) -> Size {
        Size { fixed: self.fixed.plus(other.fixed), each: self.each.plus(other.each) }
    }

    pub(super) fn times(self, n: Count) -> Size {
        Size { fixed: self.fixed.times(n), each: self.each.times(n) }
    }

    pub(super) fn less(self, part: Size) -> Size {
        Size { fixed: self.fixed.less(part.fixed), each: self.each.less(part.each) }
    }

    pub(super) fn or(self, other: Size) -> Size {
        Size { fixed: self.fixed.or(other.fixed), each: self.each.or(other.each) }
    }

    pub(super) fn grows(self) -> bool {
        self.fixed.grows() || self.each.grows()
    }

    /// At a weight, where nothing has more than `most` items.
    pub(super) fn at(self, weight: usize, most: usize) -> usize {
        self.fixed.at(most).saturating_add(self.each.at(most).saturating_mul(weight))
    }
}

impl Extent {
    /// What a request brings.
    pub(super) fn given() -> Extent {
        let size = Size { fixed: Count::default(), each: Count::of(1) };
        Extent { size, items: Count::most() }
    }

    /// So many bytes.
    pub(super) fn of(n: usize) -> Extent {
        Extent { size: Size::of(n), items: Count::default() }
    }

    /// One item or entry, beside what is in it.
    pub(super) fn member(n: usize) -> Extent {
        Extent { size: Size::of(n), items: Count::of(1) }
    }

    /// The largest value of a type, if it is a scalar with a greatest length.
    pub(super) fn largest(ty: &Type) -> Option<Extent> {
        const BYTES: usize = 4; // of a character
        match ty {
            Type::Bool | Type::Int(_) | Type::Number => Some(Extent::of(1)),
            Type::Literals(all) => {
                let length = |lit: &Lit| if let Lit::Str(s) = lit { s.len() } else { 0 };
                Some(Extent::of(1 + all.iter().map(length).max().unwrap_or(0)))
            }
            Type::Str(Str { class, max, .. }) => {
                let most = max.or_else(|| class.and_then(|c| c.max_len()))?;
                Some(Extent::of(1 + BYTES * usize::try_from(most).ok()?))
            }
            _ => None,
        }
    }

    /// The same without its weight.
    pub(super) fn weightless(self) -> Extent {
        Extent { size: Size::default(), ..self }
    }

    pub(super) fn plus(self, other: Extent) -> Extent {
        Extent { size: self.size.plus(other.size), items: self.items.plus(other.items) }
    }

    pub(super) fn times(self, n: Count) -> Extent {
        Extent { size: self.size.times(n), items: self.items.times(n) }
    }

    pub(super) fn less(self, part: Extent) -> Extent {
        Extent { size: self.size.less(part.size), items: self.items.less(part.items) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_multiply_and_more_of_them_than_are_told_apart_cost_too_much() {
        let (n, two) = (Count::most(), Count::of(2));
        assert_eq!(n.plus(two).times(n.plus(two)).at(10), 144);
        assert_eq!(Size { fixed: n, each: two }.times(n).at(1_000, 3), 9 + 6_000);
        let many = (0..DEGREES).fold(Count::of(1), |many, _| many.times(n));
        assert_eq!((many.at(0), many.at(1)), (0, usize::MAX));
        assert_eq!(Count::of(usize::MAX).times(two).less(two).at(1), usize::MAX);
    }
}
