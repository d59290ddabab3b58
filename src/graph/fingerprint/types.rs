//! Types, where they decide what is refused.

use super::Ink;
use crate::check::api::{ApiRecord, ApiType, Shape};
use crate::check::types::{Record, Type};

impl Ink<'_> {
    pub(super) fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Int(range) => self.text(&format!("{range:?}")),
            Type::Str(text) => self.text(&format!("{text:?}")),
            Type::Literals(all) => {
                self.text("literals");
                self.number(all.len());
                all.iter().for_each(|literal| self.literal(literal));
            }
            Type::List(item) => {
                self.text("list");
                self.ty(item);
            }
            Type::Map(value) => {
                self.text("map");
                self.ty(value);
            }
            Type::Record(record) => self.record(record),
            Type::Never => self.text("never"),
            Type::Bool => self.text("bool"),
            Type::Number => self.text("number"),
            Type::Object => self.text("object"),
            Type::Any => self.text("any"),
            Type::IntOrString => self.text("int or string"),
        }
    }

    pub(super) fn record(&mut self, record: &Record) {
        self.text("record");
        self.number(record.fields.len());
        for (name, field) in &record.fields {
            self.text(name);
            self.number(usize::from(field.optional));
            self.ty(&field.ty);
        }
    }

    /// What an api asks beyond its schema: the `T` of each `T via S`.
    pub(super) fn refined(&mut self, record: &ApiRecord) {
        self.each(&record.fields, |ink, field| ink.narrowed(&field.ty));
    }

    fn narrowed(&mut self, ty: &ApiType) {
        self.maybe(ty.refined.as_ref(), Self::ty);
        match &ty.shape {
            Shape::List(item) => self.narrowed(item),
            Shape::Map(value) => self.narrowed(value),
            Shape::Record(record) => self.refined(record),
            Shape::Scalar(_) | Shape::Object => {}
        }
    }
}
