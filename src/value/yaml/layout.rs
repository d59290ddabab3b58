//! Places of YAML where Kubernetes' readers see a scalar begin or end elsewhere than the standard says.

use crate::diag::Diagnostic;
use crate::source::Span;
use crate::value::yaml::syntax;

/// What is wrong with the key at `span`, which stands outside of brackets.
pub(super) fn key(text: &str, span: Span) -> Option<Diagnostic> {
    let start = span.range().start;
    let after_tab = text.get(..start)?.ends_with('\t');
    after_tab.then(|| syntax::tab(Span::new(span.file, start - 1, start)))
}

/// What is wrong with the plain scalar at `span`, whichever way it is read: a line of it looks like a list item.
pub(super) fn plain(text: &str, span: Span) -> Option<Diagnostic> {
    let scalar = text.get(span.range())?;
    let mut lines = scalar.match_indices('\n').map(|(at, _)| at + 1);
    let dash = lines.find_map(|at| {
        let line = scalar.get(at..)?;
        let item = line.trim_start_matches([' ', '\t']);
        item.starts_with("- ").then(|| span.range().start + at + line.len() - item.len())
    })?;
    let dash = Span::new(span.file, dash, dash + 1);
    let first = scalar.lines().next().map_or(0, |line| line.trim_end().len());
    Some(
        ambiguous(dash, "this `-` starts no list item, but goes on with the text above")
            .also(
                Span::new(span.file, span.range().start, span.range().start + first),
                "the text starts here",
            )
            .help("indent the item like its neighbours, or quote the text above"),
    )
}

/// What is wrong with the plain scalar at `span`, which stands between brackets and reads `value`.
pub(super) fn plain_in_brackets(text: &str, value: &str, span: Span, tagged: bool) -> Option<Diagnostic> {
    if value.starts_with('?') || tagged && value.starts_with(':') {
        return Some(
            ambiguous(span, "a text between brackets that starts with such a sign is a key to some readers")
                .help("quote the text"),
        );
    }
    let after = text.get(span.range().end..)?.trim_start_matches([' ', '\t']);
    let glued = after.strip_prefix(':')?.starts_with([',', '[', ']', '{', '}']);
    glued.then(|| {
        ambiguous(span, "the `:` after this key is part of it to some readers")
            .help("put a space after the `:`, or quote the key")
    })
}

/// What is wrong with the block scalar at `span` that was read as `value`.
pub(super) fn block(text: &str, value: &str, span: Span, tagged: bool) -> Option<Diagnostic> {
    // The place starts with the text, or with the tag of the `|` before it.
    let from = text.get(span.range().start..)?;
    let lines = if tagged { after_tag(from).split_once('\n')?.1 } else { from };
    let at_line_start = text.get(..text.len() - lines.len())?.ends_with('\n');
    if at_line_start && !value.trim().is_empty() && !lines.starts_with([' ', '\n', '\r']) {
        return Some(
            ambiguous(span, "the lines of this text are not indented").help("indent them by two spaces"),
        );
    }
    let is_last = text.get(span.range().end..)?.trim().is_empty();
    (is_last && value.ends_with('\n') && !text.ends_with('\n')).then(|| {
        ambiguous(span, "the text ends without a newline, so readers differ on whether this value has one")
            .help("end the last line, or write `|-` if the value should end without a newline")
    })
}

/// The text after the tag that it may start with.
pub(super) fn after_tag(text: &str) -> &str {
    match text.starts_with('!') {
        true => text.trim_start_matches(|c: char| !c.is_whitespace()).trim_start(),
        false => text,
    }
}

fn ambiguous(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error("yaml-ambiguous", span, message)
}
