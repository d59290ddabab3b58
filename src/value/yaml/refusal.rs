//! Well-formed YAML that is refused all the same, because not all readers take it for the same value.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::source::{Span, Spanned};
use crate::value::Value;
use crate::value::yaml::Node;
use crate::value::yaml::scalar::Surprise;
use crate::value::yaml::text::{MAX_DEPTH, MAX_NODES};

/// Refuses, with `code`, the first key that its object already has.
pub(crate) fn check_duplicates(
    code: &'static str,
    entries: &[(Spanned<Arc<str>>, Node)],
) -> Result<(), Box<Diagnostic>> {
    if !has_duplicates(entries) {
        return Ok(());
    }
    let mut keys: Vec<&Spanned<Arc<str>>> = entries.iter().map(|(k, _)| k).collect();
    keys.sort_by(|a, b| a.node.cmp(&b.node));
    let pairs = keys.iter().zip(keys.iter().skip(1));
    let twice = pairs.filter(|(a, b)| a.node == b.node).min_by_key(|(_, b)| b.span.start);
    match twice {
        Some((first, again)) => Err(Box::new(duplicate(code, first, again))),
        None => Ok(()),
    }
}

/// Whether an object has a key twice.
pub(super) fn has_duplicates(entries: &[(Spanned<Arc<str>>, Node)]) -> bool {
    const FEW: usize = 16;
    if entries.len() <= FEW {
        let earlier = |i, key: &str| entries.iter().take(i).any(|(k, _)| *k.node == *key);
        return entries.iter().enumerate().any(|(i, (key, _))| earlier(i, &key.node));
    }
    let mut keys: Vec<&str> = entries.iter().map(|(k, _)| &*k.node).collect();
    keys.sort_unstable();
    keys.iter().zip(keys.iter().skip(1)).any(|(a, b)| a == b)
}

fn duplicate(code: &'static str, first: &Spanned<Arc<str>>, again: &Spanned<Arc<str>>) -> Diagnostic {
    Diagnostic::error(code, again.span, format!("key `{}` is given twice", shown(&again.node)))
        .also(first.span, "first given here")
        .help("remove one of them")
}

pub(super) fn ambiguous(span: Span, text: &str, surprise: Surprise) -> Diagnostic {
    let text = &shown(text);
    Diagnostic::error("yaml-ambiguous", span, surprise.message(text)).help(surprise.help(text))
}

/// A key that is no text to some readers.
pub(super) fn ambiguous_key(span: Span, text: &str, surprise: Surprise) -> Diagnostic {
    let text = &shown(text);
    Diagnostic::error("yaml-ambiguous", span, surprise.message(text)).help(format!("quote it: `\"{text}\"`"))
}

pub(super) fn merge(span: Span) -> Diagnostic {
    unsupported(span, "`<<` merges objects in some readers only").help("write the merged keys out")
}

pub(super) fn key_is_no_text(span: Span, text: &str, value: &Value) -> Diagnostic {
    let text = shown(text);
    let (message, help) = match text.as_str() {
        "" => {
            ("a key is missing here".into(), "write it, or quote a text that starts with `:` or `?`".into())
        }
        _ => (format!("key `{text}` is {}, not a text", article(value)), format!("quote it: `\"{text}\"`")),
    };
    Diagnostic::error("yaml-ambiguous", span, message).help(help)
}

fn article(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Int(_) => "an integer".into(),
        other => format!("a {}", other.kind()),
    }
}

/// A list or object stands as a key at `span`; most often it is meant as a template.
pub(super) fn composite_key(text: &str, span: Span) -> Diagnostic {
    let word = word(text, span);
    let template = text.get(word.range()).is_some_and(|t| t.starts_with('{'));
    let problem = unsupported(word, "a key is a text, not a list or an object");
    match template {
        true => problem.help("quote a text that starts with `{`, such as a template in `{{ }}`"),
        false => problem.help("write the key as a text"),
    }
}

pub(super) fn anchor(text: &str, span: Span) -> Diagnostic {
    let word = word(text, span);
    unsupported(word, "anchors are not read")
        .help("write the value out where it is used; a text that starts with `&` must be quoted")
}

pub(super) fn alias(span: Span) -> Diagnostic {
    unsupported(span, "aliases are not read")
        .help("write the value out; a text that starts with `*` must be quoted")
}

pub(super) fn tag(text: &str, span: Span) -> Diagnostic {
    let word = word(text, span);
    unsupported(word, "this tag would change the value")
        .help("remove it, and quote the value if it is a text; a text that starts with `!` must be quoted")
}

pub(crate) fn too_many(span: Span) -> Diagnostic {
    let message = format!("this text holds more than the {MAX_NODES} values that are read");
    Diagnostic::error("yaml-too-large", span, message).help("split it into smaller files")
}

pub(crate) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("lists and objects are nested deeper than {MAX_DEPTH} levels");
    Diagnostic::error("yaml-too-large", span, message).help("make it flatter")
}

fn unsupported(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error("yaml-unsupported", span, message)
}

/// The user's `text` as it stands in a sentence: on one line, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut shown = String::new();
    for (i, c) in text.chars().enumerate() {
        match c {
            _ if i == LONGEST => {
                shown.push('…');
                break;
            }
            _ if c.is_control() => shown.extend(c.escape_default()),
            _ => shown.push(c),
        }
    }
    shown
}

/// The first word at `span`.
pub(super) fn word(text: &str, span: Span) -> Span {
    let rest = text.get(span.range().start..).unwrap_or("");
    let len = rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len());
    Span::new(span.file, span.range().start, span.range().start + len)
}
