//! Diagnostics as SARIF 2.1.0, for code scanning.
//!
//! One run with the codes that were raised as its rules, each told as its page tells it, and one result a problem.
//! Columns are characters. A file is named by its path from the current folder, as in text, and as a URI: code scanning
//! takes such a path from the top of the repository, so the report is made there. Braces stand for themselves: viewers
//! take them for placeholders only in a message with arguments.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::diag::render::ordered;
use crate::diag::render::visible::escaped;
use crate::diag::{Diagnostic, Fix, Label, Severity, codes};
use crate::source::{FileId, Sources, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What is escaped in a path: everything but the unreserved characters of RFC 3986 and `/`. A `:` would be legal further
/// on, but makes a scheme of the first part.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Returns `diagnostics` as a SARIF log, its results in the order of file name, place and code, each once.
pub fn sarif(sources: &Sources, diagnostics: &[Diagnostic]) -> Value {
    let shown = ordered(sources, diagnostics);
    let mut raised: Vec<&str> = shown.iter().map(|d| d.code).collect();
    raised.sort_unstable();
    raised.dedup();
    let results: Vec<Value> = shown.iter().map(|d| result(sources, d, &raised)).collect();
    let rules: Vec<Value> = raised.iter().map(|code| rule(code)).collect();
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "vow", "version": version, "semanticVersion": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(name: &str) -> Value {
    match codes::find(name) {
        Some(code) => json!({
            "id": name,
            "shortDescription": { "text": code.summary() },
            "fullDescription": { "text": code.meaning() },
            "help": { "text": code.page, "markdown": code.page },
        }),
        None => json!({ "id": name }),
    }
}

fn result(sources: &Sources, d: &Diagnostic, raised: &[&str]) -> Value {
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut out = json!({
        "ruleId": d.code,
        "ruleIndex": raised.binary_search(&d.code).unwrap_or_default(),
        "level": level,
        "message": { "text": words(d) },
        "locations": [location(sources, d.primary.span)],
    });
    let Some(fields) = out.as_object_mut() else { return out };
    if !d.labels.is_empty() {
        let related: Vec<Value> = d.labels.iter().map(|l| related(sources, l)).collect();
        fields.insert("relatedLocations".into(), related.into());
    }
    if let Some(fix) = &d.fix {
        fields.insert("fixes".into(), json!([change(sources, fix, d.help.first())]));
    }
    out
}

/// The message, and below it what is said of its place and the ways out.
fn words(d: &Diagnostic) -> String {
    let label = Some(&d.primary.text).filter(|t| !t.is_empty()).map(|t| escaped(t).into_owned());
    let help = d.help.iter().map(|h| format!("help: {}", escaped(h)));
    let all = std::iter::once(escaped(&d.message).into_owned()).chain(label).chain(help);
    all.collect::<Vec<_>>().join("\n")
}

fn location(sources: &Sources, span: Span) -> Value {
    let place = json!({ "artifactLocation": artifact(sources, span.file), "region": region(sources, span) });
    json!({ "physicalLocation": place })
}

fn related(sources: &Sources, label: &Label) -> Value {
    let mut out = location(sources, label.span);
    if let (Some(fields), false) = (out.as_object_mut(), label.text.is_empty()) {
        fields.insert("message".into(), json!({ "text": escaped(&label.text) }));
    }
    out
}

fn change(sources: &Sources, fix: &Fix, help: Option<&String>) -> Value {
    let replacement =
        json!({ "deletedRegion": region(sources, fix.span), "insertedContent": { "text": fix.text } });
    let change =
        json!({ "artifactLocation": artifact(sources, fix.span.file), "replacements": [replacement] });
    let words = help.map_or_else(|| "write this instead".into(), |h| escaped(h));
    json!({ "description": { "text": words }, "artifactChanges": [change] })
}

fn artifact(sources: &Sources, file: FileId) -> Value {
    json!({ "uri": uri(sources.name(file)) })
}

/// A path as a URI: relative as it is relative, absolute with its scheme.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(path, IN_PATH))
}

fn region(sources: &Sources, span: Span) -> Value {
    let (start, end) = (sources.place(span), sources.place(span.after()));
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("promises/web.promise"), "promises/web.promise");
        assert_eq!(uri("../a b/käse:1%.promise"), "../a%20b/k%C3%A4se%3A1%25.promise");
        assert_eq!(uri("/a#b?c"), "file:///a%23b%3Fc");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }

    #[test]
    fn a_result_tells_its_rule_and_its_places() {
        let mut sources = Sources::default();
        let file = sources.add("a.promise", "let é = 1\nlet y = z\n");
        let z = Span::new(file, 19, 20);
        let region = |line, start, end| json!({ "startLine": line, "startColumn": start, "endLine": line, "endColumn": end });
        let name = Diagnostic::error("unknown-name", z, "there is no `z`").help("did you mean `é`?");
        let name = name.also(Span::new(file, 4, 6), "but {this}").fix(z, "é");
        let log = sarif(&sources, &[name, Diagnostic::warning("never-true", z, "so it is").label("here")]);
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][1]["id"], "unknown-name");
        let artifact = json!({ "uri": "a.promise" });
        let place = json!({ "artifactLocation": artifact, "region": region(2, 9, 10) });
        assert_eq!(run["results"][0]["message"]["text"], "so it is\nhere");
        assert_eq!(
            run["results"][1],
            json!({
                "ruleId": "unknown-name", "ruleIndex": 1, "level": "error",
                "message": { "text": "there is no `z`\nhelp: did you mean `é`?" },
                "locations": [{ "physicalLocation": place }],
                "relatedLocations": [{
                    "physicalLocation": { "artifactLocation": artifact, "region": region(1, 5, 6) },
                    "message": { "text": "but {this}" },
                }],
                "fixes": [{
                    "description": { "text": "did you mean `é`?" },
                    "artifactChanges": [{
                        "artifactLocation": artifact,
                        "replacements": [{ "deletedRegion": region(2, 9, 10), "insertedContent": { "text": "é" } }],
                    }],
                }],
            })
        );
    }
}
