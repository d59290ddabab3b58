//! The types of the language. Being optional is no type but a modality, [`Ty`]: a value is there or absent, and there
//! is no null.

mod class;
mod contains;
mod relation;
mod show;
pub(crate) mod token;

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use crate::syntax::ast::Literal;
pub use class::Class;
pub use contains::Mismatch;
pub(crate) use contains::{pattern_regex, shorten};
pub(crate) use relation::pattern_error;

use crate::source::Span;
use crate::wire::shared;

/// A type of values.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum Type {
    /// No value: the type of what refuses.
    Never,
    /// `true` or `false`.
    Bool,
    /// Integers between two ends, both included.
    Int(IntRange),
    /// Any number.
    Number,
    /// Texts, perhaps refined.
    Str(Str),
    /// One of a few literals of one base type.
    Literals(BTreeSet<Lit>),
    /// Lists.
    List(#[serde(with = "shared")] Arc<Type>),
    /// Objects with any keys, key-sorted.
    Map(#[serde(with = "shared")] Arc<Type>),
    /// Objects with exactly these fields, in the author's order.
    Record(#[serde(with = "shared")] Arc<Record>),
    /// Free-form objects: a map of [`Type::Any`].
    Object,
    /// Any JSON value, null included; only from free-form input.
    Any,
    /// Integers and texts; only from Kubernetes' schemas.
    IntOrString,
}

/// A literal that can stand in an ordered set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Lit {
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text.
    Str(Arc<str>),
}

impl From<&Literal> for Lit {
    fn from(l: &Literal) -> Self {
        match l {
            Literal::Str(s) => Lit::Str(s.as_str().into()),
            Literal::Int(i) => Lit::Int(*i),
            Literal::Bool(b) => Lit::Bool(*b),
        }
    }
}

/// `lo..hi`, both included; `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct IntRange {
    /// The least.
    pub lo: Option<i64>,
    /// The greatest.
    pub hi: Option<i64>,
}

/// What is known of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Str {
    /// A named class.
    pub class: Option<Class>,
    /// A regular expression that must match somewhere in it (Kubernetes patterns are not anchored).
    pub pattern: Option<Arc<str>>,
    /// The least number of characters.
    pub min: Option<u32>,
    /// The greatest number of characters.
    pub max: Option<u32>,
}

/// The fields of a record, in the author's order.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Record {
    /// The fields.
    pub fields: IndexMap<Arc<str>, Field>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

/// A field of a record.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Field {
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where it is declared.
    pub span: Span,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.ty == other.ty && self.optional == other.optional
    }
}

/// The type of an expression: of its value, and whether it may be absent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Ty {
    /// The type of the value.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
}

impl Ty {
    /// A value that is always there.
    pub fn always(ty: Type) -> Self {
        Ty { ty, optional: false }
    }

    /// A value that may be absent.
    pub fn maybe(ty: Type) -> Self {
        Ty { ty, optional: true }
    }
}

impl Type {
    /// Any text.
    pub const STRING: Type = Type::Str(Str { class: None, pattern: None, min: None, max: None });
    /// Any integer of 64 bits.
    pub const INT: Type = Type::Int(IntRange { lo: None, hi: None });

    /// Texts of a class.
    pub fn class(class: Class) -> Type {
        Type::Str(Str { class: Some(class), ..Str::default() })
    }

    /// Lists of `item`.
    pub fn list(item: Type) -> Type {
        Type::List(Arc::new(item))
    }

    /// Maps to `value`.
    pub fn map(value: Type) -> Type {
        Type::Map(Arc::new(value))
    }

    /// The finite set of one literal.
    pub fn literal(lit: Lit) -> Type {
        Type::Literals(BTreeSet::from([lit]))
    }
}
