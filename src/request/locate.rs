//! Problems of an object in the text that it was read from.

use super::Problem;
use crate::check::api::{Api, ApiField, ApiRecord, Shape};
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::value::path::{Path, Step};
use crate::value::yaml::{Node, NodeKind};

/// Shows `problem` in `object`, the text that was read as a request of `api`.
pub fn locate(problem: &Problem, object: &Node, api: &Api) -> Diagnostic {
    let mut shown = Diagnostic::error(problem.code, place(problem, object), problem.message.as_str());
    if let Some(help) = &problem.help {
        shown = shown.help(help.as_str());
    }
    let field = match problem.code {
        "unknown-field" => meant(&api.spec, &problem.path),
        _ => declared(&api.spec, &problem.path).0,
    };
    match field {
        // An api that was read from a definition has no place.
        Some(field) if field.span != Span::default() => shown.also(field.span, "declared here"),
        _ => shown,
    }
}

/// The place by which a request is known: its name, or its beginning if it has none.
pub fn name_place(object: &Node) -> Span {
    let name = object.at(&Path::key("metadata").then_key("name"));
    name.map_or_else(|| beginning(object), |name| name.span)
}

fn place(problem: &Problem, object: &Node) -> Span {
    let key = || object.key_span(&problem.path).unwrap_or_else(|| beginning(object));
    match object.at(&problem.path).filter(|_| !problem.at_key) {
        // A block of many lines is known by its key.
        Some(node) if matches!(node.kind, NodeKind::Scalar(_)) => node.span,
        _ => key(),
    }
}

/// The first key of an object; anything else as a whole.
fn beginning(object: &Node) -> Span {
    match &object.kind {
        NodeKind::Map(entries) => entries.first().map_or(object.span, |(key, _)| key.span),
        _ => object.span,
    }
}

/// The field that was probably meant by the last key of the path, which names none.
fn meant<'a>(spec: &'a ApiRecord, path: &Path) -> Option<&'a ApiField> {
    let (Step::Key(name), parent) = path.0.split_last()? else { return None };
    let record = declared(spec, &Path(parent.to_vec())).1?;
    let close = suggest::closest(name, record.fields.iter().map(|f| &*f.name))?;
    record.field(close)
}

/// The deepest field that the path leads to, and the record that it leads to, if it leads to one.
fn declared<'a>(spec: &'a ApiRecord, path: &Path) -> (Option<&'a ApiField>, Option<&'a ApiRecord>) {
    let below = match path.0.split_first() {
        Some((Step::Key(first), below)) if &**first == "spec" => below,
        _ => return (None, None),
    };
    let (mut found, mut record) = (None, Some(spec));
    let mut shape: Option<&Shape> = None;
    for step in below {
        if let Some(Shape::List(item) | Shape::Map(item)) = shape {
            shape = Some(&item.shape);
        } else {
            let Step::Key(name) = step else { return (found, None) };
            let Some(field) = record.and_then(|record| record.field(name)) else { return (found, None) };
            found = Some(field);
            shape = Some(&field.ty.shape);
        }
        record = if let Some(Shape::Record(record)) = shape { Some(record) } else { None };
    }
    (found, record)
}
