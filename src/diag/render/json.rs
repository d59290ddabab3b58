//! Diagnostics for programs.
//!
//! The shape is a promise to those who read it: keys are added, never renamed or removed. An array of
//!
//! ```json
//! {
//!   "code": "unknown-name", "severity": "error", "message": "…", "label": "…",
//!   "file": "a.promise", "line": 3, "column": 5, "endLine": 3, "endColumn": 9,
//!   "labels": [{ "file": "…", "line": 1, "column": 1, "endLine": 1, "endColumn": 4, "text": "…" }],
//!   "help": ["…"],
//!   "fix": { "file": "…", "line": 3, "column": 5, "endLine": 3, "endColumn": 9, "text": "…" }
//! }
//! ```
//!
//! Lines and columns count from 1, columns in characters; the end is one past the last character. `severity` is `error`
//! or `warning`; `fix` is `null` where there is none; `text` of a fix replaces what lies between its places.

use serde_json::{Map, Value};

use crate::diag::render::ordered;
use crate::diag::{Diagnostic, Fix, Label, Severity};
use crate::source::{Sources, Span};

/// Returns `diagnostics` as a JSON array, in the order of file name, place and code, each once.
pub fn json(sources: &Sources, diagnostics: &[Diagnostic]) -> Value {
    ordered(sources, diagnostics).into_iter().map(|d| diagnostic(sources, d)).collect()
}

/// Returns [`json`] as it is written, without holding all of it as values: a broken file may have a problem at every word.
pub fn json_text(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::from("[");
    for d in ordered(sources, diagnostics) {
        out.push_str(if out.len() > 1 { ",\n  " } else { "\n  " });
        // A line feed within a text is escaped, so each of these ends a line of the layout.
        out.push_str(&format!("{:#}", diagnostic(sources, d)).replace('\n', "\n  "));
    }
    out.push_str(if out.len() > 1 { "\n]\n" } else { "]\n" });
    out
}

fn diagnostic(sources: &Sources, d: &Diagnostic) -> Value {
    let mut out = place(sources, d.primary.span);
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let labels: Vec<Value> = d.labels.iter().map(|l| label(sources, l)).collect();
    out.insert("code".into(), d.code.into());
    out.insert("severity".into(), severity.into());
    out.insert("message".into(), d.message.as_str().into());
    out.insert("label".into(), d.primary.text.as_str().into());
    out.insert("labels".into(), labels.into());
    out.insert("help".into(), d.help.clone().into());
    out.insert("fix".into(), d.fix.as_ref().map_or(Value::Null, |f| fix(sources, f)));
    out.into()
}

fn label(sources: &Sources, label: &Label) -> Value {
    with_text(place(sources, label.span), &label.text)
}

fn fix(sources: &Sources, fix: &Fix) -> Value {
    with_text(place(sources, fix.span), &fix.text)
}

fn with_text(mut place: Map<String, Value>, text: &str) -> Value {
    place.insert("text".into(), text.into());
    place.into()
}

fn place(sources: &Sources, span: Span) -> Map<String, Value> {
    let (start, end) = (sources.place(span), sources.place(span.after()));
    let entry = |key: &str, value: Value| (key.to_owned(), value);
    Map::from_iter([
        entry("file", sources.name(span.file).into()),
        entry("line", start.line.into()),
        entry("column", start.column.into()),
        entry("endLine", end.line.into()),
        entry("endColumn", end.column.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_holds() {
        let mut sources = Sources::default();
        let file = sources.add("a.promise", "let é = 1\nlet y = z\n");
        let z = Span::new(file, 19, 20);
        let d =
            Diagnostic::error("unknown-name", z, "there is no `z`").also(Span::new(file, 4, 6), "but this");
        let both = [d.clone().help("a\nb"), Diagnostic::warning("x", z, "y")];
        for some in [&both[..], &both[..1], &[]] {
            assert_eq!(json_text(&sources, some), format!("{:#}\n", json(&sources, some)));
        }
        let shown = json(&sources, &[d.clone().help("did you mean `é`?").fix(z, "é"), d.help("twice")]);
        assert_eq!(
            shown,
            serde_json::json!([{
                "code": "unknown-name", "severity": "error", "message": "there is no `z`", "label": "",
                "file": "a.promise", "line": 2, "column": 9, "endLine": 2, "endColumn": 10,
                "labels": [
                    { "file": "a.promise", "line": 1, "column": 5, "endLine": 1, "endColumn": 6, "text": "but this" },
                ],
                "help": ["did you mean `é`?"],
                "fix": { "file": "a.promise", "line": 2, "column": 9, "endLine": 2, "endColumn": 10, "text": "é" },
            }])
        );
    }
}
