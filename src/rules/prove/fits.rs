//! Whether everything that a document may be fits the schema of its kind: the walk of `check::kinds`' validator, over what is
//! known. Any doubt counts as no.

use crate::check::kinds::{Object as Fields, Schema};
use crate::check::types::{Class, Type};
use crate::known::{Known, List, Object};

/// Whether no value that `known` stands for has anything that `schema` does not allow.
pub(super) fn fits(schema: &Schema, known: &Known) -> bool {
    match (schema, known) {
        (Schema::Any, _) => true,
        (_, Known::Is(value)) => schema.validate(value).is_empty(),
        (_, Known::OneOf(all)) => all.iter().all(|k| fits(schema, k)),
        (Schema::Nullable(schema), _) => fits(schema, known),
        (Schema::Scalar(ty), _) => type_of(known).is_some_and(|known| known.is_within(ty)),
        (Schema::Quantity, Known::Int(..) | Known::Number(_)) => true,
        (Schema::Quantity, Known::Text(_)) => {
            type_of(known).is_some_and(|known| known.is_within(&Type::class(Class::Quantity)))
        }
        (Schema::List(item), Known::List(list)) => items(item, list),
        (Schema::Map(value), Known::Object(object)) => {
            let rest = object.rest.as_ref().is_none_or(|rest| fits(value, &rest.value));
            rest && object.fields.values().all(|field| fits(value, &field.known))
        }
        (Schema::Object(fields), Known::Object(object)) => self::fields(fields, object),
        (Schema::Ref(id), Known::Object(object)) => self::fields(&id.object(), object),
        _ => false,
    }
}

fn items(item: &Schema, list: &List) -> bool {
    list.segments.iter().all(|segment| fits(item, &segment.item))
}

fn fields(schema: &Fields, object: &Object) -> bool {
    let known = object.fields.iter().all(|(key, field)| match schema.fields.get(key) {
        Some(of) => fits(&of.schema, &field.known),
        None => schema.open,
    });
    // A key that is not known by name may be that of any field.
    let rest = object.rest.is_none();
    let there = |name: &str| object.fields.get(name).is_some_and(|f| !f.absent && !may_be_null(&f.known));
    let required = schema.fields.iter().filter(|(_, of)| of.required).all(|(name, _)| there(name));
    known && rest && required
}

/// A null in the place of a field is as good as no field, so it is not seen as one that is there.
fn may_be_null(known: &Known) -> bool {
    match known {
        Known::Is(value) => *value == crate::value::Value::Null,
        Known::OneOf(all) => all.iter().any(may_be_null),
        Known::Free(_) => true,
        _ => false,
    }
}

/// The type of a scalar of which only that is known.
fn type_of(known: &Known) -> Option<Type> {
    match known {
        Known::Bool(_) => Some(Type::Bool),
        Known::Int(range, _) => Some(Type::Int(*range)),
        Known::Number(_) => Some(Type::Number),
        Known::Text(text) => Some(Type::Str(text.whole.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::kinds::Field as Declared;
    use crate::known::{Field, Hole, Text};
    use crate::value::Value;

    fn text() -> Known {
        Known::Text(Arc::new(Text::of(&Default::default(), Hole::new("spec.text"))))
    }

    /// An object with a text at `b`, so that not all of it is known, and `a`.
    fn with(a: Known) -> Known {
        let mut object = Object::default();
        object.fields.insert("a".into(), Field { known: a, absent: false });
        object.fields.insert("b".into(), Field { known: text(), absent: false });
        object.known()
    }

    #[test]
    fn what_may_be_null_fits_where_null_may_be() {
        let nullable = |of| Schema::Nullable(Arc::new(of));
        assert!(fits(&nullable(Schema::Scalar(Type::STRING)), &text()));
        assert!(!fits(&nullable(Schema::Scalar(Type::Bool)), &text()));
    }

    #[test]
    fn a_null_is_no_field_that_must_be_there() {
        let mut fields = Fields { open: true, ..Fields::default() };
        fields.fields.insert("a".into(), Declared { schema: Schema::Any, required: true });
        let schema = Schema::Object(Arc::new(fields));
        let (one, null) = (Known::Is(Value::Int(1)), Known::Is(Value::Null));
        assert!(fits(&schema, &with(one.clone())) && fits(&schema, &with(text())));
        let either = Known::OneOf(vec![one, null.clone()].into());
        for other in [null, either, Known::Free(Hole::new("spec.any"))] {
            assert!(!fits(&schema, &with(other.clone())), "{other:?}");
        }
    }
}
