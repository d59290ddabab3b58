//! One pass over the characters before the grammar: comments, doc lines, and whether brackets and quotes balance.
//!
//! It knows just enough of the language to tell code from texts, comments and rhai, and keeps its own stack, so no
//! input makes it recurse.

use super::ast::Comment;
use crate::source::{FileId, Span};

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Every comment that is no doc line, in order of place.
    pub(super) comments: Vec<Comment>,
    /// Every doc line (`/// …` on a line of its own), in order of place.
    pub(super) docs: Vec<Span>,
    /// Brackets and quotes that do not balance, in order of discovery.
    pub(super) faults: Vec<Fault>,
    /// The brackets of code, in order of place.
    pub(super) brackets: Vec<Bracket>,
    /// Where the nesting first exceeds [`MAX_DEPTH`].
    pub(super) too_deep: Option<usize>,
    /// Characters that have no business outside of texts and comments.
    pub(super) strange: Vec<(usize, char)>,
}

/// How deep brackets may nest.
pub(super) const MAX_DEPTH: usize = 64;

/// A bracket of code: `{`, `[`, `(`, a hole's `${`, or what closes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    /// Its place.
    pub(super) at: usize,
    /// The character; a hole is `$`.
    pub(super) kind: u8,
}

/// Something that does not balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An opener (`{`, `[`, `(`, or `$` for a hole) without its closer, and where that was noticed.
    Unclosed(Bracket, usize),
    /// A closer without an opener.
    Extra(Bracket),
    /// A text without its closing quotes, and where it was cut off.
    Text(Quote, usize, usize),
    /// A `/*` without its `*/`.
    Comment(usize),
}

/// The quotes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// `"…"`, on one line.
    Single,
    /// `"""…"""`.
    Block,
    /// `r"…"`, on one line.
    Raw,
    /// `r"""…"""`.
    RawBlock,
}

#[derive(Clone, Copy, Debug)]
enum Frame {
    Code(Bracket),
    Text(Quote, usize),
    Rhai(Bracket),
    Tick,
}

/// Scans a whole text.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut scanner = Scanner { file, text, at: 0, stack: vec![], found: Scan::default() };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    while let Some(byte) = scanner.peek(0) {
        match scanner.stack.last() {
            Some(Frame::Text(quote, start)) => scanner.text(*quote, *start),
            Some(Frame::Rhai(_)) => scanner.rhai(byte),
            Some(Frame::Tick) => scanner.tick(),
            Some(Frame::Code(_)) | None => scanner.code(byte),
        }
    }
    scanner.finish()
}

struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    stack: Vec<Frame>,
    found: Scan,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn bytes_at(&self, what: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|r| r.starts_with(what.as_bytes()))
    }

    /// The distance to `what`, or to the end.
    fn until(&self, what: &str) -> Option<usize> {
        self.rest().find(what)
    }

    fn code(&mut self, byte: u8) {
        match byte {
            b'/' if self.peek(1) == Some(b'/') => self.line_comment(),
            b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
            b'"' => self.open_text(0),
            b'{' | b'[' | b'(' => self.open(byte),
            b'}' | b']' | b')' => self.close(byte),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.word(),
            b' ' | b'\t' | b'\n' | 0x21..=0x7e => self.at += 1,
            b'\r' if self.peek(1) == Some(b'\n') => self.at += 1,
            _ => {
                let strange = self.rest().chars().next().unwrap_or('\0');
                self.found.strange.push((self.at, strange));
                self.at += strange.len_utf8();
            }
        }
    }

    fn line_comment(&mut self) {
        let line = self.rest().lines().next().unwrap_or("").trim_end();
        let (start, end) = (self.at, self.at + line.len());
        let before = self.text.get(..start).unwrap_or("");
        let own_line = before.rsplit('\n').next().unwrap_or("").trim_start_matches('\u{feff}').trim().is_empty();
        let doc = line.starts_with("///") && !line.starts_with("////") && own_line;
        let span = Span::new(self.file, start, end);
        match doc {
            true => self.found.docs.push(span),
            false => self.found.comments.push(Comment { span, own_line }),
        }
        self.at += self.until("\n").unwrap_or(self.rest().len());
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let before = self.text.get(..start).unwrap_or("");
        let own_line = before.rsplit('\n').next().unwrap_or("").trim().is_empty();
        self.at += 2;
        match self.until("*/") {
            Some(n) => self.at += n + 2,
            None => {
                self.found.faults.push(Fault::Comment(start));
                self.at = self.text.len();
            }
        }
        let span = Span::new(self.file, start, self.at);
        self.found.comments.push(Comment { span, own_line });
    }

    fn word(&mut self) {
        let start = self.at;
        let len = self.rest().bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let field = start.checked_sub(1).and_then(|i| self.text.as_bytes().get(i)) == Some(&b'.');
        let word = self.rest().get(..len).unwrap_or("");
        if word == "r" && self.peek(1) == Some(b'"') {
            return self.open_text(1);
        }
        let rhai = word == "rhai" && !field;
        self.at += len;
        if rhai && self.rest().trim_start().starts_with('{') {
            self.at += self.rest().len() - self.rest().trim_start().len();
            self.push(Frame::Rhai(Bracket { at: self.at, kind: b'{' }));
            self.at += 1;
        }
    }

    fn open_text(&mut self, prefix: usize) {
        let start = self.at;
        self.at += prefix;
        let block = self.bytes_at("\"\"\"");
        let quote = match (prefix, block) {
            (0, false) => Quote::Single,
            (0, true) => Quote::Block,
            (_, false) => Quote::Raw,
            (_, true) => Quote::RawBlock,
        };
        self.at += if block { 3 } else { 1 };
        self.stack.push(Frame::Text(quote, start));
    }

    fn text(&mut self, quote: Quote, start: usize) {
        let stops: &[char] = match quote {
            Quote::Single => &['"', '\\', '$', '\n'],
            Quote::Block => &['"', '\\', '$'],
            Quote::Raw => &['"', '\n'],
            Quote::RawBlock => &['"'],
        };
        self.at += self.rest().find(stops).unwrap_or(self.rest().len());
        let single = matches!(quote, Quote::Single | Quote::Raw);
        match self.peek(0) {
            Some(b'"') if single || self.bytes_at("\"\"\"") => {
                self.at += if single { 1 } else { 3 };
                self.stack.pop();
            }
            Some(b'\\') => {
                self.at += 1;
                let line_end = single && matches!(self.peek(0), Some(b'\n' | b'\r'));
                self.at += if line_end { 0 } else { self.rest().chars().next().map_or(0, char::len_utf8) };
            }
            Some(b'$') if self.peek(1) == Some(b'{') => {
                self.at += 1;
                self.open(b'{');
            }
            Some(b'\n') => self.cut_text(quote, start),
            Some(_) => self.at += 1,
            None => self.cut_text(quote, start),
        }
    }

    fn cut_text(&mut self, quote: Quote, start: usize) {
        self.found.faults.push(Fault::Text(quote, start, self.at));
        self.stack.pop();
    }

    fn open(&mut self, byte: u8) {
        let hole = matches!(self.stack.last(), Some(Frame::Text(..)));
        let bracket = Bracket { at: self.at, kind: if hole { b'$' } else { byte } };
        self.found.brackets.push(bracket);
        self.push(Frame::Code(bracket));
        self.at += 1;
    }

    fn push(&mut self, frame: Frame) {
        self.stack.push(frame);
        if self.stack.len() > MAX_DEPTH && self.found.too_deep.is_none() {
            self.found.too_deep = Some(self.at);
        }
    }

    fn close(&mut self, byte: u8) {
        let bracket = Bracket { at: self.at, kind: byte };
        self.found.brackets.push(bracket);
        self.at += 1;
        let mut depth = self.stack.len();
        while let Some(Frame::Code(opener)) = depth.checked_sub(1).and_then(|d| self.stack.get(d)) {
            if closes(byte, opener.kind) {
                for frame in self.stack.drain(depth..).rev() {
                    if let Frame::Code(inner) = frame {
                        self.found.faults.push(Fault::Unclosed(inner, bracket.at));
                    }
                }
                self.stack.pop();
                return;
            }
            depth -= 1;
        }
        self.found.faults.push(Fault::Extra(bracket));
    }

    fn rhai(&mut self, byte: u8) {
        match byte {
            b'/' if self.peek(1) == Some(b'/') => self.at += self.until("\n").unwrap_or(self.rest().len()),
            b'/' if self.peek(1) == Some(b'*') => self.rhai_comment(),
            b'"' => self.rhai_quoted(b'"'),
            b'\'' => self.rhai_quoted(b'\''),
            b'#' => self.rhai_raw(),
            b'`' => {
                self.stack.push(Frame::Tick);
                self.at += 1;
            }
            b'{' => {
                self.push(Frame::Rhai(Bracket { at: self.at, kind: b'{' }));
                self.at += 1;
            }
            b'}' => {
                self.stack.pop();
                self.at += 1;
            }
            _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
        }
    }

    fn rhai_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth = depth.saturating_sub(1);
                    self.at += 2;
                }
                (Some(_), _) => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
                (None, _) => return,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn rhai_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            let escape = usize::from(byte == b'\\');
            self.at += escape;
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            if byte == quote {
                return;
            }
        }
    }

    fn rhai_raw(&mut self) {
        let hashes = self.rest().bytes().take_while(|b| *b == b'#').count();
        self.at += hashes;
        if self.peek(0) == Some(b'"') {
            let end = format!("\"{}", "#".repeat(hashes));
            self.at += 1;
            self.at += self.until(&end).map_or(self.rest().len(), |n| n + end.len());
        }
    }

    fn tick(&mut self) {
        self.at += self.rest().find(['`', '$']).unwrap_or(self.rest().len());
        match (self.peek(0), self.peek(1)) {
            (Some(b'`'), _) => {
                self.stack.pop();
                self.at += 1;
            }
            (Some(b'$'), Some(b'{')) => {
                self.push(Frame::Rhai(Bracket { at: self.at + 1, kind: b'{' }));
                self.at += 2;
            }
            (Some(_), _) => self.at += 1,
            (None, _) => {}
        }
    }

    fn finish(mut self) -> Scan {
        let end = self.text.len();
        for frame in self.stack.drain(..).rev() {
            match frame {
                Frame::Code(b) | Frame::Rhai(b) => self.found.faults.push(Fault::Unclosed(b, end)),
                Frame::Text(quote, start) => self.found.faults.push(Fault::Text(quote, start, end)),
                Frame::Tick => {}
            }
        }
        self.found
    }
}

fn closes(closer: u8, opener: u8) -> bool {
    matches!((opener, closer), (b'{' | b'$', b'}') | (b'[', b']') | (b'(', b')'))
}
