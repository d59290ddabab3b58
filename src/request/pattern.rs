//! The regular expressions of an api, compiled when they are first needed and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use regex::Regex;

use crate::check::api::{Api, ApiRecord, ApiType, Shape};
use crate::check::types::{Type, pattern_regex};

/// The regular expressions of an api. Compiling one costs more than reading a request.
#[derive(Clone, Debug, Default)]
pub struct Patterns(BTreeMap<Arc<str>, OnceLock<Option<Regex>>>);

impl Patterns {
    /// The patterns of `api`, none compiled yet.
    pub fn of(api: &Api) -> Self {
        let mut patterns = Patterns::default();
        patterns.add_record(&api.spec);
        patterns
    }

    /// Whether `pattern` matches somewhere in `text`; a pattern that is none of ours to read matches nothing.
    pub(super) fn is_match(&self, pattern: &str, text: &str) -> bool {
        match self.0.get(pattern) {
            Some(kept) => {
                kept.get_or_init(|| pattern_regex(pattern).ok()).as_ref().is_some_and(|r| r.is_match(text))
            }
            None => pattern_regex(pattern).is_ok_and(|r| r.is_match(text)),
        }
    }

    fn add_record(&mut self, record: &ApiRecord) {
        record.fields.iter().for_each(|field| self.add_api_type(&field.ty));
    }

    fn add_api_type(&mut self, ty: &ApiType) {
        ty.refined.iter().for_each(|refined| self.add_type(refined));
        match &ty.shape {
            Shape::Scalar(scalar) => self.add_type(scalar),
            Shape::List(item) | Shape::Map(item) => self.add_api_type(item),
            Shape::Record(record) => self.add_record(record),
            Shape::Object => {}
        }
    }

    fn add_type(&mut self, ty: &Type) {
        match ty {
            Type::Str(text) => text.pattern.iter().for_each(|p| {
                self.0.entry(Arc::clone(p)).or_default();
            }),
            Type::List(item) | Type::Map(item) => self.add_type(item),
            Type::Record(record) => record.fields.values().for_each(|field| self.add_type(&field.ty)),
            _ => {}
        }
    }
}
