//! Where the reader stands: the next word and its column, and what was spent so far.

use std::sync::Arc;

use super::texts::Texts;
use crate::source::{FileId, Span, Spanned};
use crate::value::Value;
use crate::value::yaml::read::MAX_TOKENS;
use crate::value::yaml::text::{MAX_DEPTH, MAX_NODES};
use crate::value::yaml::{Node, NodeKind};

/// A key and its value.
pub(super) type Entry = (Spanned<Arc<str>>, Node);

/// A column to the left of every word: that of what surrounds a document, and of its end.
pub(super) const OUTSIDE: i32 = -1;

/// Tokens of the strict reader that are not counted one by one: of the stream, and of the last document.
const SPARE_TOKENS: usize = 16;

/// The reader of one text. Between two values it stands at the next word, at `column`.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    file: FileId,
    /// The next byte.
    pub(super) at: usize,
    /// The column of the next word, counted in spaces and dashes; [`OUTSIDE`] where the document ends.
    pub(super) column: i32,
    /// The entries of objects, and the items of lists, that are not closed yet.
    pub(super) entries: Vec<Entry>,
    pub(super) items: Vec<Node>,
    pub(super) texts: Texts,
    /// A text that does not stand in the source as it is.
    pub(super) buffer: String,
    depth: usize,
    values: usize,
    tokens: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            file,
            at: 0,
            column: OUTSIDE,
            entries: vec![],
            items: vec![],
            texts: Texts::new(),
            buffer: String::new(),
            depth: 0,
            values: 0,
            tokens: SPARE_TOKENS,
        }
    }

    /// The byte at `at`, 0 after the last one; none in the text is 0.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The bytes from `at`.
    pub(super) fn from(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or(&[])
    }

    /// The offset of the first byte from `at` for which `stops`; the end of the text if there is none.
    pub(super) fn find(&self, at: usize, stops: impl Fn(u8) -> bool) -> usize {
        let rest = self.from(at);
        at + rest.iter().position(|b| stops(*b)).unwrap_or(rest.len())
    }

    /// The offset after the spaces at `at`.
    pub(super) fn after_spaces(&self, at: usize) -> usize {
        self.find(at, |b| b != b' ')
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at = self.after_spaces(self.at);
    }

    pub(super) fn in_document(&self) -> bool {
        self.column != OUTSIDE
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Goes to the first word from the start of a line on.
    pub(super) fn next_line(&mut self) -> Option<()> {
        loop {
            let word = self.after_spaces(self.at);
            match self.byte(word) {
                b'\n' => self.at = word + 1,
                b'#' => self.at = self.find(word, |b| b == b'\n'),
                b'\t' => return None,
                byte => {
                    self.column = match byte {
                        0 => OUTSIDE,
                        _ => i32::try_from(word - self.at).ok()?,
                    };
                    self.at = word;
                    return if self.column == 0 { self.see_marker(byte) } else { Some(()) };
                }
            }
        }
    }

    /// Whether a line starts with a marker between documents.
    fn see_marker(&mut self, first: u8) -> Option<()> {
        if matches!(first, b'-' | b'.') && super::bytes::is_blank(self.byte(self.at + 3)) {
            match self.from(self.at) {
                [b'-', b'-', b'-', ..] => self.column = OUTSIDE,
                [b'.', b'.', b'.', ..] => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Goes from a marker to the first word after it.
    pub(super) fn skip_marker(&mut self) -> Option<()> {
        self.tokens += 1;
        self.at += 3;
        self.end_line()
    }

    /// Goes to the next word, if there is only a comment behind the one that just ended.
    pub(super) fn end_line(&mut self) -> Option<()> {
        self.at = self.line_end()?;
        self.next_line()
    }

    /// The end of this line, if there are only spaces and a comment before it.
    pub(super) fn line_end(&self) -> Option<usize> {
        let word = self.after_spaces(self.at);
        match self.byte(word) {
            b'\n' => Some(word + 1),
            0 => Some(word),
            b'#' if word > self.at => Some(self.find(word, |b| b == b'\n')),
            _ => None,
        }
    }

    /// From the end of a line: how many lines end before the next one that is not empty, its column, and where its first
    /// word stands. `None` if there is none, or only after a tab.
    pub(super) fn continuation(&self) -> Option<(usize, i32, usize)> {
        let mut breaks = 0;
        let mut line = self.at;
        let mut word = line;
        while self.byte(word) == b'\n' {
            breaks += 1;
            line = word + 1;
            word = self.after_spaces(line);
        }
        let ends = matches!(self.byte(word), 0 | b'\t');
        if ends { None } else { Some((breaks, i32::try_from(word - line).ok()?, word)) }
    }

    /// Counts a value and its tokens, as the strict reader does.
    pub(super) fn count(&mut self, tokens: usize) -> Option<()> {
        self.values += 1;
        self.tokens += tokens;
        (self.values <= MAX_NODES && self.tokens < MAX_TOKENS).then_some(())
    }

    /// Counts tokens that are no value.
    pub(super) fn spend(&mut self, tokens: usize) {
        self.tokens += tokens;
    }

    /// Opens a list or object.
    pub(super) fn enter(&mut self, tokens: usize) -> Option<()> {
        self.depth += 1;
        self.count(tokens)?;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    /// Closes the list or object whose entries start at `base`; `None` if it has a key twice.
    pub(super) fn leave_map(&mut self, base: usize) -> Option<NodeKind> {
        self.depth -= 1;
        let entries = self.entries.split_off(base);
        let twice = crate::value::yaml::refusal::has_duplicates(&entries);
        if twice { None } else { Some(NodeKind::Map(entries)) }
    }

    pub(super) fn leave_list(&mut self, base: usize) -> NodeKind {
        self.depth -= 1;
        NodeKind::List(self.items.split_off(base))
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The place of what is written at `start..end`, without blanks after it, of whatever script they are.
    pub(super) fn trimmed(&self, start: usize, end: usize) -> Option<Span> {
        if self.byte(end.saturating_sub(1)).is_ascii_graphic() {
            return Some(self.span(start, end));
        }
        let text = self.text.get(start..end)?;
        Some(self.span(start, start + text.trim_end().len()))
    }

    pub(super) fn scalar(&mut self, span: Span, value: Value) -> Option<Node> {
        self.count(1)?;
        Some(Node { span, kind: NodeKind::Scalar(value) })
    }
}
