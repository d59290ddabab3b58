//! Problems of an object in the text that it was read from.

use super::Problem;
use crate::check::api::{Api, ApiField, ApiRecord, Shape};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::value::path::{Path, Step};
use crate::value::yaml::{Node, NodeKind};

/// Shows `problem` in `object`, the text that was read as a request of `api`.
pub fn locate(problem: &Problem, object: &Node, api: &Api) -> Diagnostic {
    let mut shown = Diagnostic::error(problem.code, place(problem, object), problem.message.as_str());
    if let Some(help) = &problem.help {
        shown = shown.help(help.as_str());
    }
    match declared(&api.spec, &problem.path).filter(|_| problem.code != "unknown-field") {
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

/// The deepest field that the path leads to.
fn declared<'a>(spec: &'a ApiRecord, path: &Path) -> Option<&'a ApiField> {
    let (first, below) = path.0.split_first()?;
    if *first != Step::Key("spec".into()) {
        return None;
    }
    let mut found = None;
    let mut record = Some(spec);
    let mut shape: Option<&Shape> = None;
    for step in below {
        if let Some(Shape::List(item) | Shape::Map(item)) = shape {
            shape = Some(&item.shape);
        } else {
            let Step::Key(name) = step else { break };
            let Some(field) = record.and_then(|record| record.field(name)) else { break };
            found = Some(field);
            shape = Some(&field.ty.shape);
        }
        record = if let Some(Shape::Record(record)) = shape { Some(record) } else { None };
    }
    found
}
