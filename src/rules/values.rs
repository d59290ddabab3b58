//! **valid-object**: values are held against the schema that the platform attached to them. What the promise itself says
//! has to be right; what it was told by a request is passed on with a warning.

use crate::diag::Diagnostic;
use crate::eval::{Document, Engine, Rendering};

pub(super) fn judge(engine: &Engine, rendering: &Rendering, document: &Document) -> Vec<Diagnostic> {
    let attached = engine.program().platform.attached.iter();
    let mut out = Vec::new();
    for schema in attached.filter(|a| a.is_for(&document.group, &document.version, &document.kind)) {
        for problem in schema.judge(&document.object) {
            let place = engine.place_of(&rendering.request, document, &problem.path);
            let message = format!("{}: `{}` {}", document.title(), problem.path, problem.what);
            let d = match &place.request {
                Some(_) => Diagnostic::warning("valid-object", place.span, message),
                None => Diagnostic::error("valid-object", place.span, message),
            };
            let mut d = d.also(schema.span, "this schema is attached");
            d.help.extend(problem.help);
            out.push(match place.request {
                Some(path) => d.help(format!(
                    "the value comes from `{path}` of the request `{}`",
                    rendering.request.name
                )),
                None => d,
            });
        }
    }
    out
}
