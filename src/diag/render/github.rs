//! Diagnostics as workflow commands of GitHub Actions, which become annotations of the lines that they are about.
//!
//! One line a problem: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`. What else is known (labels,
//! help) stands below the message. The runner takes columns only of what lies on one line, so a taller place has none.

use std::fmt::Write;

use crate::diag::render::ordered;
use crate::diag::render::visible::escaped;
use crate::diag::{Diagnostic, Label, Severity};
use crate::source::{Sources, Span};

/// Returns `diagnostics` as workflow commands, in the order of file name, place and code, each once.
pub fn github(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    ordered(sources, diagnostics).into_iter().map(|d| command(sources, d)).collect()
}

fn command(sources: &Sources, d: &Diagnostic) -> String {
    let word = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = properties(sources, d.primary.span);
    let title = property(&format!("vow ({})", d.code));
    format!("::{word} {place},title={title}::{}\n", data(&words(sources, d)))
}

/// The message, and below it all else that is said.
fn words(sources: &Sources, d: &Diagnostic) -> String {
    let mut out = escaped(&d.message).into_owned();
    if !d.primary.text.is_empty() {
        let _ = write!(out, "\n{}", escaped(&d.primary.text));
    }
    for Label { span, text } in &d.labels {
        let (file, at) = (sources.name(span.file), sources.place(*span));
        let _ = write!(out, "\n{}:{}:{}: {}", escaped(file), at.line, at.column, escaped(text));
    }
    for help in &d.help {
        let _ = write!(out, "\nhelp: {}", escaped(help));
    }
    out
}

fn properties(sources: &Sources, span: Span) -> String {
    let (start, end) = (sources.place(span), sources.place(span.after()));
    let file = property(sources.name(span.file));
    let lines = format!("file={file},line={},endLine={}", start.line, end.line);
    match start.line == end.line {
        true => format!("{lines},col={},endColumn={}", start.column, end.column),
        false => lines,
    }
}

/// `text` as the runner reads it behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// `text` as the runner reads it as a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runner_reads_as_its_own_is_escaped() {
        let mut sources = Sources::default();
        let file = sources.add("a,b:c%.promise", "let é = 1\nlet y = z\n");
        let z = Span::new(file, 19, 20);
        let d = Diagnostic::error("unknown-name", z, "100% of\r\n::`z`::").label("here");
        let shown = github(&sources, &[d.also(Span::new(file, 4, 6), "but, this").help("use `é`")]);
        assert_eq!(
            shown,
            "::error file=a%2Cb%3Ac%25.promise,line=2,endLine=2,col=9,endColumn=10,title=vow (unknown-name)::\
             100%25 of\\r\\n::`z`::%0Ahere%0Aa,b:c%25.promise:1:5: but, this%0Ahelp: use `é`\n"
        );
    }

    #[test]
    fn a_tall_place_has_no_columns() {
        let mut sources = Sources::default();
        let file = sources.add("a.promise", "let a = 1\nlet b = 2\n");
        let d = Diagnostic::warning("never-true", Span::new(file, 4, 14), "so it is");
        let expected = "::warning file=a.promise,line=1,endLine=2,title=vow (never-true)::so it is\n";
        assert_eq!(github(&sources, &[d]), expected);
    }
}
