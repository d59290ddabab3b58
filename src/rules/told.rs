//! What leaves beside documents: files that are no objects, and the status of a request. Other tools read them, and people,
//! so of the rules the one that they must not give away a secret holds for them.

use super::Finding;
use super::no_secret;
use crate::diag::Diagnostic;
use crate::eval::{Engine, Place, Rendering};
use crate::source::{FileId, Span};
use crate::value::path::{Path, Step};
use crate::value::{Map, Value, yaml};

/// What a text is called that stands in no object.
const CONTENT: &str = "content";

pub(super) fn judge(engine: &Engine, rendering: &Rendering) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for file in &rendering.files {
        for finding in found(&file.content) {
            let place = engine.place_in_file(&rendering.request, file, &inner(&file.content, &finding.path));
            out.push(report(&format!("file `{}`", file.path), place, rendering, finding));
        }
    }
    if let Some(status) = &rendering.status {
        for finding in found(status) {
            let place = engine.place_in_status(&rendering.promise, &rendering.request, &finding.path);
            let place = place.unwrap_or(Place { span: Default::default(), request: None });
            out.push(report("the status", place, rendering, finding));
        }
    }
    out
}

/// Judges a text that holds no Kubernetes object and that vow did not render: as the text that it is, and as the values that
/// it reads as.
pub fn scan_plain(file: FileId, text: &str) -> Vec<Diagnostic> {
    let start = Span::new(file, 0, 0);
    let report =
        |span, finding: Finding| Diagnostic::error(finding.rule, span, finding.message).help(finding.help);
    let mut out: Vec<Diagnostic> = found(&Value::str(text)).into_iter().map(|f| report(start, f)).collect();
    for node in yaml::read(file, text).unwrap_or_default() {
        let value = node.to_value();
        for finding in found(&value).into_iter().filter(|_| value.as_str().is_none()) {
            let place = node.at(&inner(&value, &finding.path)).map_or(start, |n| n.span);
            out.push(report(place, finding));
        }
    }
    out
}

/// What stands in a value that is no Kubernetes object, and must not leave.
fn found(value: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    match value {
        Value::Map(_) => no_secret::scan(value, &mut found),
        other => {
            let object = Value::map(Map::from_iter([(CONTENT.into(), other.clone())]));
            no_secret::scan(&object, &mut found);
        }
    }
    found
}

/// The path in the content itself, which is no object perhaps.
fn inner(content: &Value, path: &Path) -> Path {
    match (content, path.0.split_first()) {
        (Value::Map(_), _) => path.clone(),
        (_, Some((Step::Key(key), rest))) if **key == *CONTENT => Path(rest.to_vec()),
        _ => path.clone(),
    }
}

fn report(what: &str, place: Place, rendering: &Rendering, finding: Finding) -> Diagnostic {
    let d = Diagnostic::error(finding.rule, place.span, format!("{what}: {}", finding.message));
    let d = d.help(finding.help);
    match place.request {
        Some(path) => {
            d.help(format!("the value comes from `{path}` of the request `{}`", rendering.request.name))
        }
        None => d,
    }
}
