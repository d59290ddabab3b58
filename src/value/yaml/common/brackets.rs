//! Lists and objects between brackets, within a line.

use super::bytes;
use super::cursor::Reader;
use crate::source::Spanned;
use crate::value::Value;
use crate::value::yaml::{Node, NodeKind};

impl Reader<'_> {
    /// Reads the list or object that starts at the next byte.
    pub(super) fn bracket(&mut self) -> Option<Node> {
        let start = self.at;
        self.enter(2)?;
        self.at += 1;
        self.skip_spaces();
        let kind = match self.byte(start) {
            b'[' => self.bracketed_list()?,
            _ => self.bracketed_map()?,
        };
        Some(Node { span: self.span(start, self.at), kind })
    }

    fn bracketed_list(&mut self) -> Option<NodeKind> {
        let base = self.items.len();
        if self.byte(self.at) == b']' {
            self.at += 1;
            return Some(self.leave_list(base));
        }
        loop {
            let item = self.bracketed_value()?;
            self.items.push(item);
            if !self.goes_on(b']')? {
                return Some(self.leave_list(base));
            }
        }
    }

    fn bracketed_map(&mut self) -> Option<NodeKind> {
        let base = self.entries.len();
        if self.byte(self.at) == b'}' {
            self.at += 1;
            return self.leave_map(base);
        }
        loop {
            self.spend(2);
            let start = self.at;
            let key = match self.bracketed_scalar()? {
                Value::Str(key) => Spanned::new(key, self.trimmed(start, self.at)?),
                _ => return None,
            };
            if self.byte(self.at) != b':' || self.byte(self.at + 1) != b' ' {
                return None;
            }
            self.at += 1;
            self.skip_spaces();
            let value = self.bracketed_value()?;
            self.entries.push((key, value));
            if !self.goes_on(b'}')? {
                return self.leave_map(base);
            }
        }
    }

    /// Whether a `,` and another element follow, rather than `close`.
    fn goes_on(&mut self, close: u8) -> Option<bool> {
        self.skip_spaces();
        let byte = self.byte(self.at);
        self.at += 1;
        match byte {
            b',' => {
                self.spend(1);
                self.skip_spaces();
                Some(true)
            }
            _ if byte == close => Some(false),
            _ => None,
        }
    }

    fn bracketed_value(&mut self) -> Option<Node> {
        if matches!(self.byte(self.at), b'[' | b'{') {
            return self.bracket();
        }
        let start = self.at;
        let value = self.bracketed_scalar()?;
        let span = self.trimmed(start, self.at)?;
        self.scalar(span, value)
    }

    fn bracketed_scalar(&mut self) -> Option<Value> {
        if matches!(self.byte(self.at), b'"' | b'\'') {
            return self.quoted(None).map(Value::Str);
        }
        self.bracketed_plain()
    }

    fn bracketed_plain(&mut self) -> Option<Value> {
        let start = self.at;
        let (first, next) = (self.byte(start), self.byte(start + 1));
        let is_dash = first == b'-' && !bytes::is_blank(next) && !bytes::is(next, bytes::FLOW_STOP);
        if !is_dash && !bytes::is(first, bytes::START) {
            return None;
        }
        let mut end = start;
        loop {
            end = self.find(end, |b| bytes::is(b, bytes::FLOW_STOP));
            match self.byte(end) {
                b':' if !bytes::is_blank(self.byte(end + 1)) && !is_sign(self.byte(end + 1)) => end += 1,
                b'#' if self.byte(end - 1) != b' ' => end += 1,
                b':' | b',' | b']' | b'}' => break,
                _ => return None,
            }
        }
        let text = self.text.get(start..end)?.trim_end_matches(' ');
        if text.ends_with(" -") {
            return None;
        }
        self.at = start + text.len();
        self.plain(text)
    }
}

/// Whether `byte` ends a scalar between brackets.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}
