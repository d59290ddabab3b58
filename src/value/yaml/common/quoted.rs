//! Scalars between quotes.

use std::sync::Arc;

use super::cursor::Reader;

impl Reader<'_> {
    /// Reads the quoted scalar that starts at the next byte, and goes behind it. It may go on in other lines if they are
    /// deeper than `parent`, and not at all without one.
    pub(super) fn quoted(&mut self, parent: Option<i32>) -> Option<Arc<str>> {
        let quote = self.byte(self.at);
        let start = self.at + 1;
        let end = self.find(start, |b| b == quote || b == b'\\' || b == b'\n');
        if self.byte(end) == quote && !(quote == b'\'' && self.byte(end + 1) == quote) {
            self.at = end + 1;
            return Some(self.texts.get(self.text.get(start..end)?));
        }
        self.buffer.clear();
        self.at = start;
        self.unquote(quote, parent)?;
        Some(self.texts.get(&self.buffer))
    }

    /// Reads a quoted scalar into the buffer, up to and with its closing quote.
    fn unquote(&mut self, quote: u8, parent: Option<i32>) -> Option<()> {
        // What stands before is written for good; blanks after it are lost where a line ends.
        let mut kept = 0;
        loop {
            let end = self.find(self.at, |b| b == quote || b == b'\\' && quote == b'"' || b == b'\n');
            self.buffer.push_str(self.text.get(self.at..end)?);
            self.at = end + 1;
            match self.byte(end) {
                b'\'' if quote == b'\'' && self.byte(self.at) == b'\'' => {
                    self.buffer.push('\'');
                    self.at += 1;
                }
                b'\\' if self.byte(self.at) == b'\n' => self.escaped_break(parent?)?,
                b'\\' => {
                    let c = self.escape()?;
                    self.buffer.push(c);
                }
                b'\n' => {
                    self.at = end;
                    let text = self.buffer.get(kept..)?.trim_end_matches([' ', '\t']).len();
                    self.buffer.truncate(kept + text);
                    let breaks = self.next_part(parent?)?;
                    self.push_breaks(breaks);
                }
                byte => return (byte == quote).then_some(()),
            }
            kept = self.buffer.len();
        }
    }

    /// A line ends in a backslash: the text goes on in the next one as if there were none.
    fn escaped_break(&mut self, parent: i32) -> Option<()> {
        let breaks = self.next_part(parent)?;
        self.buffer.extend(std::iter::repeat_n('\n', breaks - 1));
        Some(())
    }

    /// Goes from the end of a line to where the scalar goes on; gives the number of lines that end before.
    fn next_part(&mut self, parent: i32) -> Option<usize> {
        let (breaks, column, word) = self.continuation()?;
        self.at = word;
        (column > parent).then_some(breaks)
    }

    /// Reads the escape behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let byte = self.byte(self.at);
        self.at += 1;
        Some(match byte {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' | b'"' | b'/' | b'\\' => char::from(byte),
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => self.code(2)?,
            b'u' => self.code(4)?,
            b'U' => self.code(8)?,
            _ => return None,
        })
    }

    /// Reads the character that `digits` hexadecimal digits stand for.
    fn code(&mut self, digits: usize) -> Option<char> {
        let code = self.text.get(self.at..self.at + digits)?;
        self.at += digits;
        let is_hex = code.bytes().all(|b| b.is_ascii_hexdigit());
        char::from_u32(u32::from_str_radix(code, 16).ok().filter(|_| is_hex)?)
    }
}
