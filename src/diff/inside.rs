//! Texts that hold YAML or JSON, such as the values of a chart in a ConfigMap.

use super::change::Change;
use super::fields;
use crate::source::FileId;
use crate::value::Value;
use crate::value::yaml;

/// Whether a text could be an object or a list; a cheap look.
pub(super) fn may_be_object(text: &str) -> bool {
    text.contains('\n') && text.contains(':') || text.starts_with(['{', '['])
}

/// The fields in which the values in two texts differ; none if a text holds no single object or list, or if only the
/// way of writing differs.
pub(super) fn changes(old: &str, new: &str) -> Vec<Change> {
    match (object(old), object(new)) {
        (Some(old), Some(new)) => fields::fields(&old, &new),
        _ => vec![],
    }
}

/// The one object or list that a text holds.
fn object(text: &str) -> Option<Value> {
    if !may_be_object(text) {
        return None;
    }
    let documents = yaml::read(FileId::default(), text).ok()?;
    let [document] = documents.as_slice() else { return None };
    let value = document.to_value();
    matches!(value, Value::Map(_) | Value::List(_)).then_some(value)
}
