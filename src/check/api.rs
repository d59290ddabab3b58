//! The api of a promise: what a request may say, as the API server sees it (shapes, defaults) and as the program sees
//! it (types).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::types::{Field, Record, Type};
use crate::source::Span;
use crate::value::Value;
use crate::wire::Later;

/// The api of a promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Api {
    /// The group, never empty.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// The plural.
    pub plural: String,
    /// The singular: the kind in lower case.
    pub singular: String,
    /// Short names.
    pub short: Vec<String>,
    /// What it is, in words.
    pub docs: Option<String>,
    /// The `spec`.
    pub spec: Later<ApiRecord>,
    /// What the status tells, if the promise says.
    pub status: Option<ApiRecord>,
    /// Printer columns.
    pub columns: Vec<Column>,
    /// What the schema asks beyond shapes, in the order of the promise.
    pub rules: Vec<Rule>,
    /// Where it is declared: the kind.
    pub span: Span,
}

/// A rule of the schema in the Common Expression Language (CEL): a `check … in schema`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Rule {
    /// What must hold. `self` is the `spec`, or the request if `whole`.
    pub rule: String,
    /// Whether it stands at the root of the schema, because it names `self.metadata.name`.
    pub whole: bool,
    /// What is said if it does not hold: one line of at most 2048 bytes.
    pub message: Option<String>,
    /// An expression that makes what is said.
    pub message_expression: Option<String>,
}

/// A printer column.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Column {
    /// The heading.
    pub title: String,
    /// Such as `.spec.size`.
    pub json_path: String,
    /// `string`, `integer`, `number` or `boolean`.
    pub ty: String,
    /// Where its path is written.
    pub span: Span,
}

/// An object of an api.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ApiRecord {
    /// Its fields in the author's order.
    pub fields: Vec<ApiField>,
}

/// A field of an api.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ApiField {
    /// Its name.
    pub name: Arc<str>,
    /// Its description.
    pub docs: Option<String>,
    /// Its type.
    pub ty: ApiType,
    /// Whether a request may leave it out and nothing takes its place (`x?: T`).
    pub optional: bool,
    /// What takes its place when it is left out.
    pub default: Option<Value>,
    /// Where it is declared: its name.
    pub span: Span,
}

/// A type of an api: its shape in the schema, and what the program sees if that is narrower.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ApiType {
    /// What the schema shows.
    pub shape: Shape,
    /// The `T` of `T via S`: checked after the schema; what the program sees.
    pub refined: Option<Type>,
}

/// What a structural schema can say.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Shape {
    /// A scalar: `Bool`, `Int`, `Number`, `Str`, `Literals` or `IntOrString`.
    Scalar(Type),
    /// A list.
    List(Box<ApiType>),
    /// A map.
    Map(Box<ApiType>),
    /// An object with these fields.
    Record(ApiRecord),
    /// A free-form object.
    Object,
}

impl ApiType {
    /// The type that the program sees, after defaulting.
    pub fn program_type(&self) -> Type {
        match (&self.refined, &self.shape) {
            (Some(ty), _) => ty.clone(),
            (None, Shape::Scalar(ty)) => ty.clone(),
            (None, Shape::List(item)) => Type::list(item.program_type()),
            (None, Shape::Map(value)) => Type::map(value.program_type()),
            (None, Shape::Record(record)) => Type::Record(Arc::new(record.program_record())),
            (None, Shape::Object) => Type::Object,
        }
    }

    /// The type of what may be written in a request: as [`ApiType::program_type`], but fields with a default may be
    /// left out.
    pub fn input_type(&self) -> Type {
        match (&self.refined, &self.shape) {
            (Some(ty), _) => ty.clone(),
            (None, Shape::Scalar(ty)) => ty.clone(),
            (None, Shape::List(item)) => Type::list(item.input_type()),
            (None, Shape::Map(value)) => Type::map(value.input_type()),
            (None, Shape::Record(record)) => Type::Record(Arc::new(record.input_record())),
            (None, Shape::Object) => Type::Object,
        }
    }
}

impl ApiField {
    /// Whether a request must write it.
    pub fn is_required(&self) -> bool {
        !self.optional && self.default.is_none()
    }
}

impl ApiRecord {
    /// The record that the program sees, after defaulting.
    pub fn program_record(&self) -> Record {
        self.record(|f| (f.ty.program_type(), f.optional && f.default.is_none()))
    }

    /// The record that may be written in a request.
    pub fn input_record(&self) -> Record {
        self.record(|f| (f.ty.input_type(), f.optional || f.default.is_some()))
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&ApiField> {
        self.fields.iter().find(|f| &*f.name == name)
    }

    fn record(&self, of: impl Fn(&ApiField) -> (Type, bool)) -> Record {
        let field = |f: &ApiField| {
            let (ty, optional) = of(f);
            (Arc::clone(&f.name), Field { ty, optional, span: f.span })
        };
        Record { fields: self.fields.iter().map(field).collect() }
    }
}
