//! What is known of a value that turned out to be of a type.

use std::sync::Arc;

use super::object::{Field, Object, Rest, Segment};
use super::text::Text;
use super::{Known, List, types};
use crate::check::types::{IntRange, Type};

impl Known {
    /// With what a type tells of it; what can be no value of the type is gone.
    #[must_use]
    pub(super) fn fitted(&self, ty: &Type) -> Known {
        match (self, ty) {
            (_, Type::Any | Type::Never) => self.clone(),
            (Known::Is(value), _) => match ty.check(value) {
                Ok(()) => self.clone(),
                Err(_) => Known::Never,
            },
            (Known::OneOf(all), _) => {
                let fits = all.iter().map(|k| k.fitted(ty));
                fits.fold(Known::Never, |sum, k| sum.join(&k))
            }
            (Known::Free(hole), _) => types::any(ty, hole.path()),
            (_, Type::Literals(set)) => {
                let held = set.iter().map(|l| Known::Is(l.value())).filter(|k| self.may_hold(k));
                let held: Vec<Known> = held.collect();
                if held.len() > super::MOST { self.clone() } else { Known::one_of(held) }
            }
            (Known::Text(text), Type::Str(s)) => Known::Text(Arc::new(text.fitted(s))),
            (Known::Text(_), Type::IntOrString) => self.clone(),
            (Known::Int(range, hole), Type::Int(wanted)) => Known::Int(common(*range, *wanted), hole.clone()),
            (Known::Number(hole), Type::Int(wanted)) => Known::Int(*wanted, hole.clone()),
            (Known::Object(object), Type::Record(record)) => {
                let own = object.fields.keys().filter(|name| record.fields.contains_key(*name));
                let others = record.fields.keys().filter(|name| !object.fields.contains_key(*name));
                let field = |name: &Arc<str>| {
                    let (had, of) = (object.get(name), record.fields.get(name)?);
                    let (known, absent) = (had.known.fitted(&of.ty), had.absent && of.optional);
                    (!matches!(known, Known::Never)).then(|| (Arc::clone(name), Field { known, absent }))
                };
                Object { fields: own.chain(others).filter_map(field).collect(), rest: None }.known()
            }
            (Known::Object(object), Type::Map(value)) => {
                let field = |(name, f): (&Arc<str>, &Field)| {
                    (Arc::clone(name), Field { known: f.known.fitted(value), absent: f.absent })
                };
                let rest = object.rest.as_ref().map(|r| Rest { value: r.value.fitted(value), ..r.clone() });
                Object { fields: object.fields.iter().map(field).collect(), rest }.known()
            }
            (Known::List(list), Type::List(item)) => {
                let segment = |s: &Segment| Segment { count: s.count, item: s.item.fitted(item) };
                List { segments: list.segments.iter().map(segment).collect() }.known()
            }
            _ => self.clone(),
        }
    }

    /// Whether it may be this known scalar.
    fn may_hold(&self, scalar: &Known) -> bool {
        match (self, scalar) {
            (Known::Text(text), Known::Is(value)) => value.as_str().is_some_and(|s| text.may_be(s)),
            (_, Known::Is(value)) => self.contains(value),
            _ => true,
        }
    }

    /// Whether every value that it stands for belongs to `ty`, as far as can be told.
    pub fn is_within(&self, ty: &Type) -> bool {
        match self {
            Known::Never => true,
            Known::Is(value) => ty.check(value).is_ok(),
            Known::OneOf(all) => all.iter().all(|k| k.is_within(ty)),
            Known::Bool(_) => Type::Bool.is_within(ty),
            Known::Int(range, _) => Type::Int(*range).is_within(ty),
            Known::Number(_) => Type::Number.is_within(ty),
            Known::Text(text) => text_within(text, ty),
            Known::Object(_) | Known::List(_) | Known::Free(_) => *ty == Type::Any,
        }
    }
}

fn text_within(text: &Text, ty: &Type) -> bool {
    Type::Str(text.whole.clone()).is_within(ty)
}

fn common(a: IntRange, b: IntRange) -> IntRange {
    let lo = match (a.lo, b.lo) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    let hi = match (a.hi, b.hi) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    IntRange { lo, hi }
}
