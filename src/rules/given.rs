//! What the rules of one file say of objects that a test beside them gives.

use super::lint::title;
use super::platform_rule::{Judged, Ruling};
use super::subject::Subject;
use crate::diag::{Diagnostic, has_errors};
use crate::eval::Engine;
use crate::source::{FileId, Span};
use crate::value::Value;
use crate::value::path::Step;

/// Judges objects by the rules that stand in `file`, whomever they hold for: each by itself, and all together as a flow
/// without a request. The problems have no places.
pub fn say(engine: &Engine, file: FileId, objects: &[Value]) -> Vec<Diagnostic> {
    let Some(mut ruling) = Ruling::of_file(engine, file) else { return vec![] };
    let nowhere = Span::default();
    let called = |object: &Value| format!("`{}`", title(Subject::of(object)));
    let mut out = Vec::new();
    for object in objects {
        let subject = Subject::of(object);
        let serves = engine.program().serving(subject.group, subject.kind).map(|p| p.name.as_str());
        let said = ruling.object(Judged { subject, serves, made_by: None, refused: false });
        out.extend(said.into_iter().map(|said| said.diagnostic(&called(object), nowhere)));
    }
    let refused = has_errors(&out);
    let all: Vec<&Value> = objects.iter().collect();
    for said in ruling.flow(&all, None, refused) {
        let about = match said.path.0.first() {
            Some(Step::Index(index)) => objects.get(*index).map(called),
            _ => None,
        };
        out.push(said.diagnostic(&about.unwrap_or_else(|| "what is given".into()), nowhere));
    }
    out
}
