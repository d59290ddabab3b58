//! Everything that a type holds.

use std::sync::Arc;

use super::object::Field;
use super::text::Text;
use super::{Hole, Known, List, MOST, Object};
use crate::check::types::{Record, Str, Type};

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
