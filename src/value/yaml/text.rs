//! The text of a stream before it is read: its size, its characters, and the way from characters to bytes.

use crate::diag::Diagnostic;
use crate::source::{FileId, Span};

/// The most bytes that are read: etcd takes no object above 1.5 MiB.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of lists and objects.
pub(crate) const MAX_DEPTH: usize = 64;
/// The most values in one text.
pub(crate) const MAX_NODES: usize = 100_000;

/// Refuses a text that is too large to be read.
pub(crate) fn check_size(file: FileId, text: &str) -> Result<(), Box<Diagnostic>> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("this text has {} bytes, and at most {MAX_BYTES} are read", text.len());
    let problem = Diagnostic::error("yaml-too-large", Span::new(file, 0, 0), message);
    Err(Box::new(problem.help("split it into smaller files")))
}

/// Refuses characters that YAML forbids, and those that end a line to some readers only: behind such a character a
/// comment is data to them.
pub(super) fn check_characters(file: FileId, text: &str) -> Result<(), Box<Diagnostic>> {
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let lone_return = c == '\r' && rest.peek().is_none_or(|(_, next)| *next != '\n');
        let bom_inside = c == '\u{feff}' && at > 0;
        if is_plain(c) && !lone_return && !bom_inside {
            continue;
        }
        let span = Span::new(file, at, at + c.len_utf8());
        return Err(Box::new(refusal(span, c)));
    }
    Ok(())
}

fn is_plain(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | ' '..='~' => true,
        ..'\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

fn refusal(span: Span, c: char) -> Diagnostic {
    let code = u32::from(c);
    match c {
        '\r' => Diagnostic::error("yaml-ambiguous", span, "a carriage return stands without its line feed")
            .help("end lines with LF or CRLF"),
        '\u{85}' | '\u{2028}' | '\u{2029}' => {
            let message = format!("U+{code:04X} ends a line to some readers and not to others");
            Diagnostic::error("yaml-ambiguous", span, message).help(escape_help(code))
        }
        '\u{feff}' => Diagnostic::error("yaml-syntax", span, "a byte order mark stands inside the text")
            .help("remove it; it may only be the first character of a file"),
        _ => {
            let message = format!("U+{code:04X} is a character that YAML does not allow");
            Diagnostic::error("yaml-syntax", span, message).help(escape_help(code))
        }
    }
}

fn escape_help(code: u32) -> String {
    format!("remove it, or write it as `\\u{code:04x}` between double quotes")
}

/// The length of the quoted scalar that `text` starts with, with its quotes; `None` if it is not closed.
pub(super) fn quoted_len(text: &str, quote: char) -> Option<usize> {
    let start = text.find(quote)? + 1;
    let mut rest = text.get(start..)?.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c == '\\' && quote == '"' {
            rest.next();
        } else if c == quote {
            if quote == '\'' && rest.peek().is_some_and(|(_, next)| *next == quote) {
                rest.next();
            } else {
                return Some(start + at + 1);
            }
        }
    }
    None
}

/// How many characters lie between two marks.
const STRIDE: usize = 64;

/// The way from an index in characters to an offset in bytes.
pub(super) struct Places<'a> {
    text: &'a str,
    /// The offsets of every [`STRIDE`]th character; empty if the text is ASCII.
    marks: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let marks = match text.is_ascii() {
            true => vec![],
            false => text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect(),
        };
        Self { text, marks }
    }

    /// The offset of the character with `index`, the end of the text if there is none.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.marks.is_empty() {
            return index.min(self.text.len());
        }
        let Some(mark) = self.marks.get(index / STRIDE).copied() else { return self.text.len() };
        let mut from = self.text.get(mark..).unwrap_or("").char_indices();
        from.nth(index % STRIDE).map_or(self.text.len(), |(at, _)| mark + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found_again() {
        let text: String = "aé€😀\n".repeat(60);
        let places = Places::new(&text);
        for (index, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(places.byte(index), at);
        }
        assert_eq!(places.byte(10_000), text.len());
        assert_eq!(Places::new("abc").byte(9), 3);
    }
}
