//! Everything that a type holds.

use std::sync::Arc;

use super::object::Field;
use super::text::Text;
use super::{Hole, Known, List, MOST, Object};
use crate::check::types::{Record, Str, Type};

/// Any value of `ty` that a request, a cast or a function's result held to it.
pub(super) fn held(ty: &Type, path: &str) -> Known {
    any(ty, path).held_to(ty)
}

impl Known {
    /// The value, which was held to be of a type.
    #[must_use]
    pub(super) fn held_to(&self, ty: &Type) -> Known {
        match (self, ty) {
            (Known::OneOf(all), _) => Known::OneOf(all.iter().map(|k| k.held_to(ty)).collect()),
            (Known::Text(text), Type::Str(s)) => Known::Text(Arc::new((**text).clone().held_to(s))),
            (Known::Object(object), Type::Record(record)) => {
                let field = |(name, f): (&Arc<str>, &Field)| {
                    let ty = record.fields.get(name).map_or(&Type::Any, |f| &f.ty);
                    (Arc::clone(name), Field { known: f.known.held_to(ty), absent: f.absent })
                };
                let fields = object.fields.iter().map(field).collect();
                Known::Object(Arc::new(Object { fields, rest: object.rest.clone() }))
            }
            (Known::Object(object), Type::Map(of)) => {
                let field = |(name, f): (&Arc<str>, &Field)| {
                    (Arc::clone(name), Field { known: f.known.held_to(of), absent: f.absent })
                };
                let rest =
                    object.rest.as_ref().map(|r| super::Rest { value: r.value.held_to(of), ..r.clone() });
                let fields = object.fields.iter().map(field).collect();
                Known::Object(Arc::new(Object { fields, rest }))
            }
            (Known::List(list), Type::List(item)) => {
                let segment =
                    |s: &super::Segment| super::Segment { count: s.count, item: s.item.held_to(item) };
                Known::List(Arc::new(List { segments: list.segments.iter().map(segment).collect() }))
            }
            _ => self.clone(),
        }
    }
}

/// Any value of `ty`, which stands at `path` of the request, or is made by what `path` tells.
pub(super) fn any(ty: &Type, path: &str) -> Known {
    let hole = || Hole::new(format!("{path}: {ty}"));
    match ty {
        Type::Never => Known::Never,
        Type::Bool => Known::Bool(hole()),
        Type::Int(range) => Known::Int(*range, hole()),
        Type::Number => Known::Number(hole()),
        Type::Str(s) => Known::Text(Arc::new(Text::of(s, hole()))),
        Type::Literals(set) if set.len() <= MOST => {
            let all: Vec<Known> = set.iter().map(|l| Known::Is(l.value())).collect();
            Known::one_of(all)
        }
        Type::Literals(_) => any(&ty.widen(), path),
        Type::List(item) => Known::List(Arc::new(List::any(any(item, &format!("{path}[]"))))),
        Type::Map(value) => {
            let value = any(value, &format!("{path}[…]"));
            Known::Object(Arc::new(Object::any(value, hole())))
        }
        Type::Record(record) => Known::Object(Arc::new(record_of(record, path))),
        Type::Object => Known::Object(Arc::new(Object::any(Known::Free(hole()), hole()))),
        Type::Any => Known::Free(hole()),
        Type::IntOrString => Known::one_of(vec![
            Known::Int(Default::default(), hole()),
            Known::Text(Arc::new(Text::of(&Str::default(), hole()))),
        ]),
    }
}

fn record_of(record: &Record, path: &str) -> Object {
    let field = |(name, f): (&Arc<str>, &crate::check::types::Field)| {
        let known = any(&f.ty, &format!("{path}.{name}"));
        (Arc::clone(name), Field { known, absent: f.optional })
    };
    Object { fields: record.fields.iter().map(field).collect(), rest: None }
}
