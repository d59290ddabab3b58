//! What the objects of a kind look like: close to the types of the language, but with definitions that may refer to
//! themselves and with what only Kubernetes has (quantities, base64, `null`).

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::DefId;
use crate::check::types::{Class, Field as TypeField, IntRange, Record, Type};
use crate::source::Span;
use crate::wire::shared;

/// How deep a schema may be nested, and a value that is held against one.
pub(super) const MAX_DEPTH: usize = 64;

/// A structural schema.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum Schema {
    /// Any JSON value.
    Any,
    /// What the language has a type for: `Bool`, `Int`, `Number`, `Str`, `Literals` or `IntOrString`.
    Scalar(Type),
    /// A quantity: `200m`, `1Gi`, 2, 0.5.
    Quantity,
    /// A point in time, as RFC 3339 writes it.
    Time,
    /// Bytes in base64.
    Bytes,
    /// A list.
    List(#[serde(with = "shared")] Arc<Schema>),
    /// An object with any keys.
    Map(#[serde(with = "shared")] Arc<Schema>),
    /// An object with these fields.
    Object(#[serde(with = "shared")] Arc<Object>),
    /// A definition; the only way in which a schema refers to itself.
    Ref(DefId),
    /// One of these, told apart by their kind of value.
    Either(Arc<[Schema]>),
    /// This or `null`.
    Nullable(#[serde(with = "shared")] Arc<Schema>),
}

/// The fields of an object.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Object {
    /// The fields.
    pub fields: IndexMap<Arc<str>, Field>,
    /// Whether there may be others, about which nothing is known.
    pub open: bool,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Field {
    /// What it holds.
    pub schema: Schema,
    /// Whether an object must have it.
    pub required: bool,
}

impl Schema {
    /// A free-form object.
    pub fn free_form() -> Schema {
        Schema::Map(Arc::new(Schema::Any))
    }

    /// The fields, if this is an object with fields.
    pub fn object(&self) -> Option<Arc<Object>> {
        match self {
            Schema::Object(object) => Some(Arc::clone(object)),
            Schema::Ref(id) => Some(id.object()),
            Schema::Nullable(schema) => schema.object(),
            _ => None,
        }
    }

    /// What a field of that name holds; `None` if this is no object or has no such field. Whatever a map holds, and
    /// anything where nothing is known.
    pub fn field(&self, name: &str) -> Option<Schema> {
        match self {
            Schema::Any => Some(Schema::Any),
            Schema::Map(value) => Some((**value).clone()),
            Schema::Nullable(schema) => schema.field(name),
            Schema::Either(choices) => choices.iter().find_map(|c| c.field(name)),
            _ => {
                let object = self.object()?;
                let unknown = || object.open.then_some(Schema::Any);
                object.fields.get(name).map(|f| f.schema.clone()).or_else(unknown)
            }
        }
    }

    /// What the items of a list are; `None` if this is no list.
    pub fn item(&self) -> Option<Schema> {
        match self {
            Schema::Any => Some(Schema::Any),
            Schema::List(item) => Some((**item).clone()),
            Schema::Nullable(schema) => schema.item(),
            Schema::Either(choices) => choices.iter().find_map(Schema::item),
            _ => None,
        }
    }

    /// The type of the language that holds every value that the schema allows. A definition inside itself becomes a
    /// free-form object, and so does an object that is open.
    pub fn to_type(&self) -> Type {
        Converter::default().convert(self, 0)
    }

    /// The type of what a rule sees of the values that the schema allows; see [`Schema::judged`](super::judged).
    pub(super) fn to_judged_type(&self) -> Type {
        Converter { judged: true, ..Converter::default() }.convert(self, 0)
    }

    /// Integers of 32 bits.
    pub(super) fn int32() -> Schema {
        let range = IntRange { lo: Some(i32::MIN.into()), hi: Some(i32::MAX.into()) };
        Schema::Scalar(Type::Int(range))
    }
}

/// Turns schemas into types; each definition but once, so that a pod is not spelt out a hundred times.
#[derive(Default)]
struct Converter {
    /// `None` while the definition is being converted.
    done: BTreeMap<DefId, Option<Type>>,
    /// Whether quantities are texts, whatever form they were written in.
    judged: bool,
}

impl Converter {
    fn convert(&mut self, schema: &Schema, depth: usize) -> Type {
        if depth > MAX_DEPTH {
            return Type::Any;
        }
        match schema {
            Schema::Any | Schema::Either(_) => Type::Any,
            Schema::Scalar(ty) => ty.clone(),
            Schema::Quantity if self.judged => Type::class(Class::Quantity),
            Schema::Quantity => Type::IntOrString,
            Schema::Time | Schema::Bytes => Type::STRING,
            Schema::List(item) => Type::list(self.convert(item, depth + 1)),
            Schema::Map(value) if **value == Schema::Any => Type::Object,
            Schema::Map(value) => Type::map(self.convert(value, depth + 1)),
            Schema::Object(object) => self.object(object, depth),
            Schema::Ref(id) => self.definition(*id, depth),
            Schema::Nullable(schema) => self.convert(schema, depth + 1),
        }
    }

    fn definition(&mut self, id: DefId, depth: usize) -> Type {
        if let Some(known) = self.done.get(&id) {
            return known.clone().unwrap_or(Type::Object);
        }
        self.done.insert(id, None);
        let ty = self.object(&id.object(), depth);
        self.done.insert(id, Some(ty.clone()));
        ty
    }

    fn object(&mut self, object: &Object, depth: usize) -> Type {
        if object.open {
            return Type::Object;
        }
        let mut fields = IndexMap::with_capacity(object.fields.len());
        for (name, field) in &object.fields {
            let ty = self.convert(&field.schema, depth + 1);
            fields
                .insert(Arc::clone(name), TypeField { ty, optional: !field.required, span: Span::default() });
        }
        Type::Record(Arc::new(Record { fields }))
    }
}
