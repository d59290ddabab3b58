//! Diagnostics for people: the place, the text underlined, the way out.
//!
//! The only file that knows annotate-snippets.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use crate::diag::render::excerpt::{Excerpt, line_at, tidy};
use crate::diag::render::ordered;
use crate::diag::render::visible::escaped;
use crate::diag::{Diagnostic, Fix, Label, Severity};
use crate::source::{SourceFile, Sources, Span};

/// Labels of one file that lie further apart than this are quoted apart.
const FAR: usize = 40;

/// Shows `diagnostics` one after the other with an empty line between them, for a terminal of `width` columns.
///
/// They are in the order of file name, place and code, and each is shown once. The result ends in a newline, or is empty.
pub fn text(sources: &Sources, diagnostics: &[Diagnostic], color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(width.clamp(40, 400));
    let shown = ordered(sources, diagnostics).into_iter().map(|d| renderer.render(&report(sources, d)));
    let mut out = shown.collect::<Vec<_>>().join("\n\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn report<'a>(sources: &'a Sources, d: &'a Diagnostic) -> Vec<Group<'a>> {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(escaped(&d.message)).id(d.code));
    for cluster in clusters(sources, d) {
        group = quote(group, sources, &cluster);
    }
    let mut help: Vec<_> = d.help.iter().map(|h| escaped(h)).collect();
    let mut edit = None;
    if let Some(fix) = &d.fix {
        // The first way out stands above the edit that carries it out.
        match patch(sources, fix) {
            Some(patch) if help.is_empty() => edit = Some((title(fix).into(), patch)),
            Some(patch) => edit = Some((help.remove(0), patch)),
            None => help.push(format!("{}: `{}`", title(fix), escaped(&fix.text)).into()),
        }
    }
    let group = group.elements(help.into_iter().map(|h| Level::HELP.message(h)));
    let edit = edit.map(|(title, patch)| Level::HELP.secondary_title(title).element(patch));
    std::iter::once(group).chain(edit).collect()
}

/// A label with its range tidied, and whether it is the primary one.
struct Mark<'a> {
    label: &'a Label,
    primary: bool,
    range: std::ops::Range<usize>,
    line: usize,
}

/// The labels that are quoted together: near each other in one file. The primary one's cluster comes first.
fn clusters<'a>(sources: &Sources, d: &'a Diagnostic) -> Vec<Vec<Mark<'a>>> {
    let labels = std::iter::once((&d.primary, true)).chain(d.labels.iter().map(|l| (l, false)));
    let mut marks: Vec<Mark<'a>> = labels.map(|(label, primary)| mark(sources, label, primary)).collect();
    marks.sort_by_key(|m| (sources.name(m.label.span.file), m.range.start, !m.primary, m.range.end));
    let mut clusters: Vec<Vec<Mark<'a>>> = vec![];
    for mark in marks {
        match clusters.last_mut() {
            Some(cluster) if cluster.last().is_some_and(|last| near(last, &mark)) => cluster.push(mark),
            _ => clusters.push(vec![mark]),
        }
    }
    clusters.sort_by_key(|cluster| !cluster.iter().any(|m| m.primary));
    clusters
}

fn mark<'a>(sources: &Sources, label: &'a Label, primary: bool) -> Mark<'a> {
    let range = tidy(sources.text(label.span.file), label.span.range());
    Mark { label, primary, range, line: sources.place(label.span).line }
}

fn near(a: &Mark<'_>, b: &Mark<'_>) -> bool {
    a.label.span.file == b.label.span.file && b.line.abs_diff(a.line) <= FAR
}

/// Adds one piece of source with its labels, or its bare place if it cannot be quoted.
fn quote<'a>(group: Group<'a>, sources: &'a Sources, marks: &[Mark<'a>]) -> Group<'a> {
    let Some(first) = marks.iter().find(|m| m.primary).or(marks.first()) else { return group };
    let span = first.label.span;
    let Some(file) = sources.get(span.file) else { return group };
    let start = marks.iter().map(|m| m.range.start).min().unwrap_or(0);
    let end = marks.iter().map(|m| m.range.end).max().unwrap_or(start);
    let Some(excerpt) = Excerpt::new(&file.text, start..end) else {
        let place = sources.place(span);
        return group.element(Origin::path(escaped(&file.name)).line(place.line).char_column(place.column));
    };
    let annotations: Vec<_> = marks.iter().map(|m| annotation(file, &excerpt, m)).collect();
    let snippet = Snippet::source(excerpt.text).path(escaped(&file.name));
    group.element(snippet.line_start(line_of(sources, span, start)).annotations(annotations))
}

fn annotation<'a>(file: &SourceFile, excerpt: &Excerpt, mark: &Mark<'a>) -> Annotation<'a> {
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let label = (!mark.label.text.is_empty()).then(|| escaped(&mark.label.text));
    kind.span(excerpt.place(&file.text, mark.range.clone())).label(label)
}

/// The edit, if it is one that can be shown: in a known file, on quotable lines.
fn patch<'a>(sources: &'a Sources, fix: &'a Fix) -> Option<Snippet<'a, Patch<'a>>> {
    let file = sources.get(fix.span.file)?;
    let range = tidy(&file.text, fix.span.range());
    // An edit of several lines would be cut, and a cut edit misleads.
    if range != fix.span.range() || line_at(&file.text, range.start) != line_at(&file.text, range.end) {
        return None;
    }
    let excerpt = Excerpt::new(&file.text, range.clone())?;
    let placed = excerpt.place(&file.text, range.clone());
    let line = line_of(sources, fix.span, range.start);
    let snippet = Snippet::source(excerpt.text).path(escaped(&file.name)).line_start(line);
    Some(snippet.patch(Patch::new(placed, escaped(&fix.text))))
}

fn title(fix: &Fix) -> &'static str {
    match (fix.text.is_empty(), fix.span.start == fix.span.end) {
        (true, _) => "remove this",
        (_, true) => "add this",
        _ => "write this instead",
    }
}

fn line_of(sources: &Sources, span: Span, start: usize) -> usize {
    sources.place(Span::new(span.file, start, start)).line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

    use super::*;

    const PROMISE: &str =
        "promise a {\n  resuorce cm = v1/ConfigMap \"x\" {\n    data: { b: spec.nam }\n  }\n}\n";

    fn shown(make: impl Fn(&dyn Fn(&str) -> Span) -> Diagnostic) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.promise", PROMISE);
        let find = |word: &str| {
            let start = PROMISE.find(word).unwrap();
            Span::new(file, start, start + word.len())
        };
        text(&sources, &[make(&find)], false, 80)
    }

    #[test]
    fn a_problem_is_quoted_with_its_way_out() {
        let d = |at: &dyn Fn(&str) -> Span| {
            Diagnostic::error("unknown-form", at("resuorce"), "`resuorce` starts nothing a promise may hold")
                .label("not a form")
                .also(at("promise a"), "in this promise")
                .help("did you mean `resource`?")
                .help("see the language reference")
                .fix(at("resuorce"), "resource")
        };
        insta::assert_snapshot!(shown(d), @r#"
        error[unknown-form]: `resuorce` starts nothing a promise may hold
         --> a.promise:2:3
          |
        1 | promise a {
          | --------- in this promise
        2 |   resuorce cm = v1/ConfigMap "x" {
          |   ^^^^^^^^ not a form
          |
          = help: see the language reference
        help: did you mean `resource`?
          |
        2 -   resuorce cm = v1/ConfigMap "x" {
        2 +   resource cm = v1/ConfigMap "x" {
          |
        "#);
    }

    #[test]
    fn what_hides_is_made_visible() {
        let mut sources = Sources::default();
        let file = sources.add("a\u{1b}[31m.promise", "let x = \"\u{202e}evil\" // \u{200b}\r\n");
        let d = Diagnostic::warning("hidden-character", Span::new(file, 9, 12), "a \u{202e} hides here");
        insta::assert_snapshot!(text(&sources, &[d], false, 80), @r#"
        warning[hidden-character]: a \u{202e} hides here
         --> a\u{1b}[31m.promise:1:10
          |
        1 | let x = "�evil" // �
          |          ^
        "#);
    }

    #[test]
    fn order_is_stable_and_nothing_is_said_twice() {
        let mut sources = Sources::default();
        let (b, a) = (sources.add("b", "x y"), sources.add("a", "x y"));
        let d = |file, at, code| Diagnostic::error(code, Span::new(file, at, at + 1), "no");
        let all = [d(b, 0, "k"), d(a, 2, "k"), d(a, 0, "z"), d(a, 0, "k"), d(b, 0, "k")];
        let out = text(&sources, &all, false, 80);
        let places: Vec<&str> = out.lines().filter(|l| l.contains("-->") || l.contains("error")).collect();
        assert_eq!(
            places,
            [
                "error[k]: no",
                " --> a:1:1",
                "error[z]: no",
                " --> a:1:1",
                "error[k]: no",
                " --> a:1:3",
                "error[k]: no",
                " --> b:1:1",
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn nothing_breaks_the_renderer(
            source in "[ab é\t\r\n\u{202e}漢{}]{0,60}",
            ends in proptest::collection::vec((any::<u8>(), any::<u8>()), 4),
            fix in "[ab \t\n漢\u{1b}]{0,6}",
            width in any::<usize>(),
        ) {
            let mut sources = Sources::default();
            let file = sources.add("a", source);
            let span = |i: usize| Span::new(file, usize::from(ends[i].0) % 70, usize::from(ends[i].1) % 70);
            let d = Diagnostic::error("k", span(0), fix.clone()).also(span(1), "b").also(span(2), fix.clone());
            prop_assert!(!text(&sources, &[d.fix(span(3), fix)], true, width).is_empty());
        }
    }
}
