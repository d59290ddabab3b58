//! Sizes of values and costs of evaluations. All sums saturate.

use std::cmp::max;

use crate::check::types::{Class, Lit, Str, Type};
use crate::value::{Value, ops};

/// What a text of a request is taken for, in bytes.
pub(super) const TEXT: u64 = 256;
/// What a list or map of a request is taken for, in items.
pub(super) const ITEMS: u64 = 16;
/// What a free-form part of a request is taken for, in bytes.
const FREE_FORM: u64 = 4 << 10;
/// The most that any part of a request is taken for, in bytes.
const PART: u64 = 64 << 10;
/// What a number, a truth value or the key of a map is taken for, in bytes.
pub(super) const SCALAR: u64 = 8;

/// How large a value may become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Size {
    /// As often as they would be written.
    pub bytes: u64,
    /// How many items a walk over it finds.
    pub count: u64,
    /// Whether it is a part of the request, which has the size of its type.
    pub given: bool,
    /// Whether it was warned about, or comes of what was.
    pub blamed: bool,
}

impl Size {
    /// Any part of a request.
    pub(super) const GIVEN: Size = Size { bytes: 0, count: ITEMS, given: true, blamed: false };

    /// A value of so many bytes.
    pub(super) fn of(bytes: u64) -> Size {
        Size { bytes, count: ITEMS, ..Size::default() }
    }

    /// The size of a value that is known, as far as `limit`.
    pub(super) fn of_value(value: &Value, limit: usize) -> Option<Size> {
        let count = match value {
            Value::List(items) => items.len(),
            Value::Map(map) => map.len(),
            _ => 0,
        };
        Some(Size { bytes: wide(ops::weight(value, limit)?), count: wide(count), ..Size::default() })
    }

    /// One of `n` equal parts.
    pub(super) fn part(self, n: u64) -> Size {
        if self.given { self } else { Size::of(self.bytes / max(n, 1)) }
    }

    /// Both together.
    pub(super) fn plus(self, other: Size) -> Size {
        let add = u64::saturating_add;
        Size { bytes: add(self.bytes, other.bytes), count: add(self.count, other.count), ..Size::default() }
    }

    /// So many of it.
    pub(super) fn times(self, n: u64) -> Size {
        let times = |a: u64| a.saturating_mul(n);
        Size { bytes: times(self.bytes), count: times(self.count), ..Size::default() }
    }

    /// The larger one.
    pub(super) fn or(self, other: Size) -> Size {
        Size { bytes: max(self.bytes, other.bytes), count: max(self.count, other.count), ..Size::default() }
    }

    /// As a value of `ty`, which may be bounded.
    pub(super) fn within(self, ty: &Type) -> Size {
        let bytes = bound(ty).map_or(self.bytes, |most| most.min(self.bytes));
        Size { bytes, ..self }
    }
}

/// What an evaluation pays, as [`Budget`](super::super::budget::Budget) counts it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    /// Evaluated expressions.
    pub steps: u64,
    /// Bytes of all texts made on the way, and of all values walked.
    pub bytes: u64,
}

impl Cost {
    /// Both together.
    pub(super) fn plus(self, other: Cost) -> Cost {
        let add = u64::saturating_add;
        Cost { steps: add(self.steps, other.steps), bytes: add(self.bytes, other.bytes) }
    }

    /// So many times.
    pub(super) fn times(self, n: u64) -> Cost {
        Cost { steps: self.steps.saturating_mul(n), bytes: self.bytes.saturating_mul(n) }
    }

    /// The larger one.
    pub(super) fn or(self, other: Cost) -> Cost {
        Cost { steps: max(self.steps, other.steps), bytes: max(self.bytes, other.bytes) }
    }
}

/// The most bytes that a value of a type has, if the type says so.
fn bound(ty: &Type) -> Option<u64> {
    match ty {
        Type::Bool | Type::Int(_) | Type::Number => Some(SCALAR),
        Type::Str(Str { class, max, .. }) => {
            [*max, class.and_then(Class::max_len)].into_iter().flatten().min().map(u64::from)
        }
        Type::Literals(all) => all.iter().map(literal).max(),
        _ => None,
    }
}

fn literal(lit: &Lit) -> u64 {
    if let Lit::Str(s) = lit { wide(s.len()) } else { SCALAR }
}

/// What a value of a type that a request brings, or a script gives, is taken for. Each part costs `fuel`.
pub(super) fn of_type(ty: &Type, fuel: &mut u64) -> Size {
    Size::of(typical(ty, 8, fuel).min(PART))
}

fn typical(ty: &Type, depth: u8, fuel: &mut u64) -> u64 {
    *fuel = fuel.saturating_sub(1);
    let Some(depth) = depth.checked_sub(1).filter(|_| *fuel > 0) else { return FREE_FORM };
    match ty {
        Type::List(item) => ITEMS.saturating_mul(typical(item, depth, fuel)),
        Type::Map(value) => ITEMS.saturating_mul(SCALAR + typical(value, depth, fuel)),
        Type::Record(record) => {
            let mut sum = 0_u64;
            for (name, field) in &record.fields {
                sum =
                    sum.saturating_add(wide(name.len()) + 1).saturating_add(typical(&field.ty, depth, fuel));
                if sum > PART {
                    break;
                }
            }
            sum
        }
        Type::Object | Type::Any => FREE_FORM,
        Type::Str(_) => bound(ty).map_or(TEXT, |most| most.min(TEXT)),
        _ => bound(ty).unwrap_or(SCALAR),
    }
}

/// A length as a number of 64 bits.
pub(super) fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
