//! Objects and lists in lines.

use std::sync::Arc;

use super::bytes;
use super::cursor::{OUTSIDE, Reader};
use super::plain::Stop;
use crate::source::{Span, Spanned};
use crate::value::Value;
use crate::value::yaml::{Node, NodeKind};

/// The longest key: readers stop looking for its `:` after 1,024 characters.
const MAX_KEY: usize = 1_000;

type Key = Spanned<Arc<str>>;

impl Reader<'_> {
    /// Reads a document from its first word to its end.
    pub(super) fn document(&mut self) -> Option<Node> {
        let node = self.block(OUTSIDE)?;
        let is_scalar = matches!(node.kind, NodeKind::Scalar(_));
        (!is_scalar && !self.in_document()).then_some(node)
    }

    /// Reads the value at the next word, which is the first of its line or of its item, and deeper than `parent`.
    fn block(&mut self, parent: i32) -> Option<Node> {
        let start = self.at;
        match self.byte(start) {
            b'-' if bytes::is_blank(self.byte(start + 1)) => self.list(self.column, Some(start)),
            b'"' | b'\'' => {
                let column = self.column;
                let text = self.quoted(Some(parent))?;
                if self.byte(self.at) == b':' {
                    let key = self.quoted_key(start, text)?;
                    return self.map(column, key);
                }
                self.quoted_value(start, text)
            }
            b'[' | b'{' | b'|' | b'>' => self.inline(parent),
            _ => {
                let column = self.column;
                match self.plain_line()? {
                    Stop::Colon(end) => {
                        let key = self.plain_key(start, end)?;
                        self.map(column, key)
                    }
                    stop => self.plain_value(start, stop, parent),
                }
            }
        }
    }

    /// Reads an object at `column`, the first key of which was read up to its `:`.
    fn map(&mut self, column: i32, first: Key) -> Option<Node> {
        self.enter(2)?;
        let base = self.entries.len();
        let start = first.span;
        let mut key = first;
        let last = loop {
            let value = self.value(column)?;
            let span = value.span;
            self.entries.push((key, value));
            if self.column != column {
                break span;
            }
            self.spend(2);
            key = self.key()?;
        };
        if self.column > column {
            return None;
        }
        Some(Node { span: start.to(last), kind: self.leave_map(base)? })
    }

    /// Reads a key up to its `:`.
    fn key(&mut self) -> Option<Key> {
        let start = self.at;
        match self.byte(start) {
            b'"' | b'\'' => {
                let text = self.quoted(None)?;
                self.quoted_key(start, text)
            }
            _ => match self.plain_line()? {
                Stop::Colon(end) => self.plain_key(start, end),
                _ => None,
            },
        }
    }

    fn plain_key(&mut self, start: usize, end: usize) -> Option<Key> {
        let text = self.text.get(start..end)?;
        match self.plain(text)? {
            Value::Str(key) => self.key_at(start, key),
            _ => None,
        }
    }

    fn quoted_key(&self, start: usize, text: Arc<str>) -> Option<Key> {
        let one_line = !self.text.get(start..self.at)?.contains('\n');
        if one_line { self.key_at(start, text) } else { None }
    }

    /// The key that was read from `start`, if its `:` follows at once.
    fn key_at(&self, start: usize, text: Arc<str>) -> Option<Key> {
        let end = self.at;
        let is_key = self.byte(end) == b':' && matches!(self.byte(end + 1), b' ' | b'\n' | 0);
        if is_key && end - start <= MAX_KEY {
            Some(Spanned::new(text, self.trimmed(start, end)?))
        } else {
            None
        }
    }

    /// Reads the value of a key at `column`, from its `:` on.
    fn value(&mut self, column: i32) -> Option<Node> {
        let colon = self.at;
        self.at += 1;
        let word = self.after_spaces(self.at);
        if !matches!(self.byte(word), b'\n' | b'#' | 0) {
            self.at = word;
            return self.inline(column);
        }
        self.end_line()?;
        let dash = self.column == column && self.byte(self.at) == b'-';
        match self.column > column {
            true => self.block(column),
            false if dash && bytes::is_blank(self.byte(self.at + 1)) => self.list(column, None),
            false => {
                let place = self.span(colon, colon);
                self.scalar(place, Value::Null)
            }
        }
    }

    /// Reads a value that is no object or list in lines and belongs to what stands at `parent`.
    fn inline(&mut self, parent: i32) -> Option<Node> {
        let start = self.at;
        match self.byte(start) {
            b'"' | b'\'' => {
                let text = self.quoted(Some(parent))?;
                self.quoted_value(start, text)
            }
            b'[' | b'{' => {
                let node = self.bracket()?;
                self.end_line()?;
                Some(node)
            }
            b'|' | b'>' => self.lines(parent),
            _ => {
                let stop = self.plain_line()?;
                self.plain_value(start, stop, parent)
            }
        }
    }

    fn quoted_value(&mut self, start: usize, text: Arc<str>) -> Option<Node> {
        let span = self.span(start, self.at);
        self.end_line()?;
        self.scalar(span, Value::Str(text))
    }

    /// Reads a list at `column`. It starts at its first dash; under a key of the same column, at its first item.
    fn list(&mut self, column: i32, start: Option<usize>) -> Option<Node> {
        self.enter(0)?;
        let base = self.items.len();
        let mut span: Option<Span> = start.map(|at| self.span(at, at));
        loop {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            self.spend(1);
            self.column = column + i32::try_from(self.at - dash).ok()?;
            if matches!(self.byte(self.at), b'\n' | b'#' | b'\t' | 0) {
                return None;
            }
            let first = self.span(self.at, self.at);
            let item = self.block(column)?;
            span = Some(span.unwrap_or(first).to(item.span));
            self.items.push(item);
            if self.column != column {
                break;
            }
            if self.byte(self.at) != b'-' || !bytes::is_blank(self.byte(self.at + 1)) {
                if start.is_some() {
                    return None;
                }
                break;
            }
        }
        if self.column > column {
            return None;
        }
        Some(Node { span: span?, kind: self.leave_list(base) })
    }
}
