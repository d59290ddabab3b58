//! Whether a type and a schema have a value in common.

use crate::check::kinds::Schema;
use crate::check::types::{Record, Type};

/// Why no value of `ty` is allowed by `schema`, as the end of a sentence. What a part lacks is no reason: it may come
/// from elsewhere.
pub(super) fn conflict(ty: &Type, schema: &Schema, part: bool) -> Option<String> {
    within(ty, schema, part, 0)
}

/// Why a value of `ty` is not even of the kind that `schema` asks for.
pub(super) fn wrong_kind(ty: &Type, schema: &Schema) -> Option<String> {
    let wanted = |what: &str| Some(format!("this takes {what}, not `{ty}`"));
    match (ty, schema) {
        (Type::Never | Type::Any, _) | (_, Schema::Any | Schema::Either(_)) => None,
        (_, Schema::Nullable(inner)) => wrong_kind(ty, inner),
        (_, Schema::Scalar(Type::Int(_))) if ty.is_disjoint(&Type::INT) => wanted("an integer"),
        (_, Schema::Scalar(want)) if ty.is_disjoint(want) => wanted(&format!("`{want}`")),
        (_, Schema::Quantity) if ty.is_disjoint(&Type::IntOrString) && ty.is_disjoint(&Type::Number) => {
            wanted("a quantity")
        }
        (_, Schema::Time | Schema::Bytes) if ty.is_disjoint(&Type::STRING) => wanted("a text"),
        (_, Schema::Scalar(_) | Schema::Quantity | Schema::Time | Schema::Bytes) => None,
        (Type::List(_), Schema::List(_)) => None,
        (_, Schema::List(_)) => wanted("a list"),
        (Type::Map(_) | Type::Object | Type::Record(_), _) => None,
        (_, Schema::Map(_) | Schema::Object(_) | Schema::Ref(_)) => wanted("an object"),
    }
}

fn within(ty: &Type, schema: &Schema, part: bool, depth: usize) -> Option<String> {
    if depth > 32 {
        return None;
    }
    if let Some(why) = wrong_kind(ty, schema) {
        return Some(why);
    }
    match (ty, schema) {
        (_, Schema::Nullable(inner)) => within(ty, inner, part, depth),
        (Type::List(item), Schema::List(inner)) => within(item, inner, part, depth + 1),
        (Type::Map(value), Schema::Map(inner)) => within(value, inner, part, depth + 1),
        (Type::Record(record), Schema::Map(inner)) => {
            record.fields.values().find_map(|f| within(&f.ty, inner, part, depth + 1))
        }
        (Type::Record(record), Schema::Object(_) | Schema::Ref(_)) => fields(record, schema, part, depth),
        _ => None,
    }
}

fn fields(record: &Record, schema: &Schema, part: bool, depth: usize) -> Option<String> {
    let object = schema.object()?;
    let unknown = record.fields.keys().find(|k| !object.open && !object.fields.contains_key(*k));
    if let Some(key) = unknown {
        return Some(format!("there is no field `{key}` here"));
    }
    let lacks = |k| !part && !record.fields.contains_key(k);
    if let Some((key, _)) = object.fields.iter().find(|(k, f)| f.required && lacks(*k)) {
        return Some(format!("this lacks `{key}`"));
    }
    record.fields.iter().find_map(|(k, f)| within(&f.ty, &object.fields.get(k)?.schema, part, depth + 1))
}
