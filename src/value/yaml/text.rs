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
    let mut at = 0;
    while let Some(found) = suspect(text.as_bytes(), at) {
        let mut rest = text.get(found..).unwrap_or("").chars();
        let Some(c) = rest.next() else { return Ok(()) };
        let lone_return = c == '\r' && rest.next() != Some('\n');
        let bom_inside = c == '\u{feff}' && found > 0;
        at = found + c.len_utf8();
        if !is_plain(c) || lone_return || bom_inside {
            return Err(Box::new(refusal(Span::new(file, found, at), c)));
        }
    }
    Ok(())
}

/// The first byte from `from` on that may start a character to refuse. Blocks without any are passed over as a whole.
fn suspect(bytes: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let rest = bytes.get(from..)?;
    // No branch within a block, so that its bytes are looked at together.
    let is_clean = |block: &&[u8]| !block.iter().fold(false, |any, b| any | is_suspect(*b));
    let clean = rest.chunks(BLOCK).take_while(is_clean).count() * BLOCK;
    let last = rest.get(clean..)?;
    last.iter().position(|b| is_suspect(*b)).map(|i| from + clean + i)
}

/// Whether a character that starts with `byte` may be one to refuse: a control, U+0080 to U+00BF, or from U+2000 or
/// U+F000 on.
fn is_suspect(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\n') & (byte != b'\t')
        | (byte == 0x7f)
        | (byte == 0xc2)
        | (byte == 0xe2)
        | (byte == 0xef)
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
    fn every_character_that_is_refused_is_found_wherever_it_stands() {
        for c in '\0'..=char::MAX {
            for before in [0, 63] {
                let text = format!("{}{c}a", "a".repeat(before));
                let lawful = is_plain(c) && c != '\r' && (c != '\u{feff}' || before == 0);
                assert_eq!(
                    check_characters(FileId::default(), &text).is_ok(),
                    lawful,
                    "{c:?} after {before}"
                );
            }
        }
        let refused =
            |text: &str| check_characters(FileId::default(), text).unwrap_err().primary.span.range();
        assert_eq!(refused(&format!("{}é\r\n\rx", "a".repeat(200))), 204..205);
        assert_eq!(refused(&format!("{}\u{2028}", "é\u{a0}\r\n".repeat(50))), 300..303);
    }

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
