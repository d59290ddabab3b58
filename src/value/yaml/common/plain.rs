//! Scalars without quotes.

use super::bytes;
use super::cursor::Reader;
use super::texts::Texts;
use crate::value::Value;
use crate::value::yaml::Node;
use crate::value::yaml::scalar;

/// What ends the line of a plain scalar, and where the scalar ends in it.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    /// A `:`: the scalar is a key.
    Colon(usize),
    /// A comment, or the end of the text.
    Closed(usize),
    /// The end of the line: the scalar may go on in the next one.
    Open(usize),
}

impl Reader<'_> {
    /// Goes to the end of the first line of the plain scalar that starts at the next byte.
    pub(super) fn plain_line(&mut self) -> Option<Stop> {
        let (first, next) = (self.byte(self.at), self.byte(self.at + 1));
        let starts = bytes::is(first, bytes::START) || matches!(first, b'-' | b':') && !bytes::is_blank(next);
        if starts { self.plain_rest() } else { None }
    }

    /// Goes to the end of a plain scalar in this line.
    fn plain_rest(&mut self) -> Option<Stop> {
        let start = self.at;
        let mut end = start;
        loop {
            end = self.find(end, |b| bytes::is(b, bytes::STOP));
            match self.byte(end) {
                b':' if !bytes::is_blank(self.byte(end + 1)) => end += 1,
                b'#' if end == start || self.byte(end - 1) != b' ' => end += 1,
                b'\t' => return None,
                _ => break,
            }
        }
        self.at = end;
        let trimmed = start + self.text.get(start..end)?.trim_end_matches(' ').len();
        Some(match self.byte(end) {
            b':' if trimmed < end => return None,
            b':' => Stop::Colon(end),
            b'\n' => Stop::Open(trimmed),
            _ => {
                self.at = trimmed;
                Stop::Closed(trimmed)
            }
        })
    }

    /// Reads the plain scalar that starts at `start` and belongs to what stands at `parent`; its first line was read.
    pub(super) fn plain_value(&mut self, start: usize, stop: Stop, parent: i32) -> Option<Node> {
        let (mut end, open) = match stop {
            Stop::Colon(_) => return None,
            Stop::Closed(end) => (end, false),
            Stop::Open(end) => (end, true),
        };
        let next = if open { self.continuation() } else { None };
        let value = match next {
            Some((_, column, word)) if column > parent && self.byte(word) != b'#' => {
                self.buffer.clear();
                self.buffer.push_str(self.text.get(start..end)?);
                end = self.fold_plain(parent)?;
                self.end_line()?;
                plain(&mut self.texts, &self.buffer)?
            }
            Some((_, column, word)) if column > 0 && self.byte(word) != b'#' => {
                (self.at, self.column) = (word, column);
                self.plain(self.text.get(start..end)?)?
            }
            _ => {
                self.end_line()?;
                self.plain(self.text.get(start..end)?)?
            }
        };
        let span = self.trimmed(start, end)?;
        self.scalar(span, value)
    }

    /// Whether the scalar whose line ends here goes on in another line.
    fn continues(&self, parent: i32) -> bool {
        self.continuation().is_some_and(|(_, column, word)| column > parent && self.byte(word) != b'#')
    }

    /// Reads the other lines of a plain scalar into the buffer; gives its end.
    fn fold_plain(&mut self, parent: i32) -> Option<usize> {
        let mut end = self.at;
        while self.continues(parent) {
            let (breaks, _, word) = self.continuation()?;
            if self.byte(word) == b'-' && bytes::is_blank(self.byte(word + 1)) {
                return None;
            }
            self.push_breaks(breaks);
            self.at = word;
            let stop = self.plain_rest()?;
            end = match stop {
                Stop::Colon(_) => return None,
                Stop::Closed(end) | Stop::Open(end) => end,
            };
            self.buffer.push_str(self.text.get(word..end)?);
            if matches!(stop, Stop::Closed(_)) {
                break;
            }
        }
        Some(end)
    }

    /// Writes what stands for the ends of `breaks` lines: a space for one, newlines for those of empty lines.
    pub(super) fn push_breaks(&mut self, breaks: usize) {
        match breaks {
            1 => self.buffer.push(' '),
            _ => self.buffer.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1))),
        }
    }

    /// What the plain scalar `text` stands for.
    pub(super) fn plain(&mut self, text: &str) -> Option<Value> {
        plain(&mut self.texts, text)
    }
}

fn plain(texts: &mut Texts, text: &str) -> Option<Value> {
    match scalar::is_text(text) {
        true => Some(Value::Str(texts.get(text))),
        false => scalar::resolve(text).ok(),
    }
}
