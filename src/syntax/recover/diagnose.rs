//! What is wrong with a bad stretch: it is parsed once more by the strict rule, and pest tells how far it came.

use super::forms;
use super::hints;
use super::words::{self, expected, first_word};
use super::{Bad, Level};
use crate::diag::{Diagnostic, suggest};
use crate::source::{FileId, Span};
use crate::syntax::grammar::{Grammar, Rule};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

/// A place where the grammar could not go on.
pub(super) struct Stop<'a> {
    /// The whole stretch.
    pub(super) stretch: &'a str,
    /// The place in it.
    pub(super) at: usize,
    /// What was tried there.
    pub(super) rules: Vec<Rule>,
    /// What stands there: a word, a text, a bracket, an operator; empty at the end.
    pub(super) found: &'a str,
    /// What follows the stretch.
    next: &'a str,
}

/// Says what is wrong with a stretch of `text` that is none of `bad.level`. The places are those of `text`.
pub(super) fn siblings(file: FileId, text: &str, bad: Bad) -> Diagnostic {
    let stretch = text.get(bad.span.range()).unwrap_or("");
    let start = bad.span.range().start;
    let word = first_word(stretch);
    let known = bad.level.words();
    if !known.is_empty() && !known.contains(&word) {
        return unknown_word(file, start, stretch, word, bad.level);
    }
    let next = text.get(bad.span.range().end..).unwrap_or("");
    match stop(bad.level.strict(), stretch, next) {
        Some(stop) => describe(file, start, &stop, bad.level, forms::form(bad.level, word)),
        None => Diagnostic::error("syntax", bad.span, format!("this is no {}", bad.level.one())),
    }
}

/// Says what is wrong with the head of a promise, a resource and so on.
pub(super) fn head(file: FileId, text: &str, rule: Rule, span: Span) -> Diagnostic {
    let stretch = text.get(span.range()).unwrap_or("");
    let before = text.get(..span.range().start).unwrap_or("").trim_end();
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let next = text.get(span.range().end..).unwrap_or("");
    match stop(rule, stretch, next) {
        Some(stop) => {
            describe(file, span.range().start, &stop, Level::Member, forms::form(Level::Member, word))
        }
        None => Diagnostic::error("syntax", span, "this head makes no sense"),
    }
}

fn unknown_word(file: FileId, start: usize, stretch: &str, word: &str, level: Level) -> Diagnostic {
    let found = token(stretch);
    let span = Span::new(file, start, start + found.len());
    let one = level.one();
    if word.is_empty() {
        let problem =
            Diagnostic::error("syntax", span, format!("expected {} {one}, found `{found}`", article(one)));
        let help = hints::for_token(found).unwrap_or_else(|| forms::form(level, ""));
        return problem.help(help);
    }
    let span = Span::new(file, start, start + word.len());
    let problem = Diagnostic::error("unknown-word", span, format!("`{word}` starts no {one}"));
    if stretch.get(word.len()..).unwrap_or("").trim_start().starts_with(':') {
        return problem
            .help(format!("`key: value` stands in an object; a {one} starts with a word of its own"));
    }
    if let Some(home) = words::home_of(word) {
        return problem.help(format!("`{word}` stands {home}"));
    }
    match suggest::closest(word, level.words().iter().copied()) {
        Some(close) => problem.help(format!("did you mean `{close}`?")).fix(span, close),
        None => problem.help(forms::form(level, "")),
    }
}

/// How far `rule` comes in `stretch`; `None` if it matches the whole of it.
fn stop<'a>(rule: Rule, stretch: &'a str, next: &'a str) -> Option<Stop<'a>> {
    // An operator wants a blank behind it, also at the end.
    let error = Grammar::parse(rule, &format!("{stretch}\n")).err()?;
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let rules = match error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => vec![],
    };
    let rest = stretch.get(at..).unwrap_or("");
    let blank = rest.len() - rest.trim_start().len();
    Some(Stop { stretch, at: at + blank, rules, found: token(rest.trim_start()), next })
}

fn describe(file: FileId, start: usize, stop: &Stop<'_>, level: Level, form: String) -> Diagnostic {
    if let Some((at, wanted)) = dangling(stop) {
        let span = Span::new(file, start + at, start + at);
        return Diagnostic::error("syntax", span, format!("expected {wanted}, found the end of the line"))
            .help(form);
    }
    let wanted = wanted(&stop.rules);
    let found = match stop.found {
        "" => match token(stop.next.trim_start_matches([' ', '\t'])).trim() {
            "" => "the end of the line".to_owned(),
            token => format!("`{token}`"),
        },
        token => format!("`{token}`"),
    };
    let may_end = stop.rules.contains(&Rule::EOI) && !stop.found.is_empty();
    let message = match or_list(&wanted) {
        Some(list) if !may_end => format!("expected {list}, found {found}"),
        _ => format!("{found} makes no sense here"),
    };
    let end = if stop.found.is_empty() { stop.stretch.trim_end().len() } else { stop.at };
    let span = Span::new(file, start + end, start + end + stop.found.len());
    Diagnostic::error("syntax", span, message).help(hints::hint(stop, level).unwrap_or(form))
}

/// The words for what was tried, the most telling four.
fn wanted(rules: &[Rule]) -> Vec<&'static str> {
    let mut wanted: Vec<(u8, &str)> = rules.iter().copied().filter_map(expected).collect();
    wanted.sort_unstable();
    wanted.dedup();
    // Where a value may start, the forms of a value are too much to say.
    if wanted.iter().any(|(_, w)| *w == "a value") {
        wanted.retain(|(_, w)| matches!(*w, "a value" | "`)`"));
    }
    if wanted.iter().any(|(_, w)| *w == "a type") {
        wanted.retain(|(_, w)| matches!(*w, "a type" | "`)`" | "`]`"));
    }
    wanted.truncate(4);
    wanted.into_iter().map(|(_, w)| w).collect()
}

/// A line that ends in the middle of something took the first word of the next line, and only what follows that word
/// made no sense. Returns the end of the line and what is missing there.
fn dangling(stop: &Stop<'_>) -> Option<(usize, &'static str)> {
    let before = stop.stretch.get(..stop.at)?.trim_end();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let line = before.trim_end_matches(word);
    let above = line.trim_end();
    if line.len() == before.len() || !line.get(above.len()..)?.contains('\n') {
        return None;
    }
    let last = above.rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
    let operator = matches!(
        last,
        "=" | "+" | "-" | "*" | "/" | "%" | "??" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "=>"
    );
    let wanted = match last {
        "via" | "|" | "->" => "a type",
        _ if operator || last.ends_with(':') => "a value",
        _ => return None,
    };
    Some((above.len(), wanted))
}

fn or_list(words: &[&str]) -> Option<String> {
    match words.split_last()? {
        (one, []) => Some((*one).to_owned()),
        (last, rest) => Some(format!("{} or {last}", rest.join(", "))),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The token at the start of `text`, shortened if it is long: for `found …`.
fn token(text: &str) -> &str {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return "" };
    let len = match first {
        c if c.is_ascii_alphanumeric() || c == '_' => {
            text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        }
        '"' => text.get(1..).and_then(|t| t.find(['"', '\n'])).map(|i| i + 2),
        '&' | '|' | '=' | '!' | '<' | '>' | '?' | '-' | '.' => text.find(|c| !"&|=!<>?-.".contains(c)),
        _ => chars.next().map(|(i, _)| i),
    };
    let len = len.unwrap_or(text.len());
    let line = text.get(..len).unwrap_or(text).lines().next().unwrap_or("");
    let end = line.char_indices().nth(40).map_or(line.len(), |(i, _)| i);
    line.get(..end).unwrap_or(line)
}
