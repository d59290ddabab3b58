//! One pass over the characters before the grammar: comments, doc lines, and whether brackets and quotes balance.
//!
//! It knows just enough of the language to tell code from texts, comments and rhai, and keeps its own stack, so no
//! input makes it recurse.

mod script;

use super::ast::Comment;
use crate::source::{FileId, Span};

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Every comment that is no doc line, in order of place.
    pub(super) comments: Vec<Comment>,
    /// Every doc line (`/// …` on a line of its own), in order of place.
    pub(super) docs: Vec<Span>,
    /// The brackets of code, in order of place.
    pub(super) brackets: Vec<Bracket>,
    /// Texts in `"""` that are closed: start and end.
    pub(super) blocks: Vec<(usize, usize)>,
    /// Bodies of rhai that are closed: the opening and the closing brace.
    pub(super) scripts: Vec<(usize, usize)>,
    /// Quotes, comments, holes and scripts that are not closed.
    pub(super) faults: Vec<Fault>,
    /// Whether some bracket of code lacks its partner.
    pub(super) unbalanced: bool,
    /// Where the nesting first exceeds [`MAX_DEPTH`]; the pass ends there.
    pub(super) too_deep: Option<usize>,
    /// Characters that have no business outside of texts and comments.
    pub(super) strange: Vec<(usize, char)>,
    /// A word of code longer than [`MAX_WORD`], and its length; the pass ends there.
    pub(super) long_word: Option<(usize, usize)>,
    /// Where the words and signs exceed [`MAX_SIGNS`]; the pass ends there.
    pub(super) too_many: Option<usize>,
    /// How many words and signs there are.
    pub(super) signs: usize,
}

/// How deep brackets may nest.
pub(super) const MAX_DEPTH: usize = 64;

/// How many words and signs a file may have. Each becomes a node of the tree and of the program, about a kilobyte all
/// together, so this bounds the memory that a file costs; a thousand lines of code have about ten thousand.
pub(super) const MAX_SIGNS: usize = 65_536;

/// How long a word of code may be: as long as the longest name of Kubernetes.
pub(super) const MAX_WORD: usize = 253;

/// A bracket of code: `{`, `[`, `(`, a hole's `${`, or what closes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    /// Its place; for a hole that of the brace.
    pub(super) at: usize,
    /// The character; the opener of a hole is `$`.
    pub(super) kind: u8,
}

/// Something that is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A text on one line: its start and the end of the line.
    Line(usize, usize),
    /// A text in `"""` or `r"""`.
    Block(usize),
    /// A `/*`.
    Comment(usize),
    /// The brace of a hole `${`.
    Hole(usize),
    /// The brace of a rhai body.
    Script(usize),
}

/// The quotes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    Single,
    Block,
    Raw,
    RawBlock,
}

impl Quote {
    fn on_one_line(self) -> bool {
        matches!(self, Quote::Single | Quote::Raw)
    }
}

#[derive(Clone, Copy, Debug)]
enum Frame {
    Code(Bracket),
    Text(Quote, usize),
    Rhai(usize),
    Tick,
}

/// Scans a whole text.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut scanner = Scanner { file, text, at: 0, solid: None, stack: vec![], found: Scan::default() };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    while let Some(byte) = scanner.peek(0).filter(|_| !scanner.found.is_beyond_limits()) {
        let blank = scanner.in_code() && byte.is_ascii_whitespace();
        match scanner.stack.last() {
            Some(Frame::Text(quote, start)) => scanner.text(*quote, *start),
            Some(Frame::Rhai(_)) => scanner.rhai(byte),
            Some(Frame::Tick) => scanner.tick(),
            Some(Frame::Code(_)) | None => scanner.code(byte),
        }
        if !blank {
            scanner.solid = Some(scanner.at);
        }
    }
    scanner.finish()
}

impl Scan {
    /// Whether there is no use in going on.
    pub(super) fn is_beyond_limits(&self) -> bool {
        self.too_deep.is_some() || self.too_many.is_some() || self.long_word.is_some()
    }
}

struct Scanner<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    /// The end of what was seen last and is no blank.
    solid: Option<usize>,
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

    /// Counts a word, a sign, or a piece of a text.
    fn count(&mut self) {
        self.found.signs += 1;
        if self.found.signs > MAX_SIGNS && self.found.too_many.is_none() {
            self.found.too_many = Some(self.at);
        }
    }

    fn in_code(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Code(_)) | None)
    }

    /// Whether only blanks stand before this place on its line.
    fn on_own_line(&self) -> bool {
        self.solid.is_none_or(|end| self.text.get(end..self.at).is_some_and(|t| t.contains('\n')))
    }

    fn code(&mut self, byte: u8) {
        if !byte.is_ascii_whitespace() {
            self.count();
        }
        match byte {
            b'/' if self.peek(1) == Some(b'/') => self.line_comment(),
            b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
            b'"' => self.open_text(0),
            b'{' | b'[' | b'(' => self.open(byte),
            b'}' | b']' | b')' => self.close(byte),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.word(),
            b'\n' if self.in_line_text() => self.leave_hole(Quote::Single),
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
        let own_line = self.on_own_line();
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
        let own_line = self.on_own_line();
        self.at += 2;
        match self.until("*/") {
            Some(n) => self.at += n + 2,
            None => {
                self.found.faults.push(Fault::Comment(start));
                self.at = self.text.len();
                self.stack.clear();
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
        if len > MAX_WORD {
            self.found.long_word = Some((start, len));
        }
        self.at += len;
        if rhai && self.rest().trim_start().starts_with('{') {
            self.at += self.rest().len() - self.rest().trim_start().len();
            self.push(Frame::Rhai(self.at));
            self.at += 1;
        }
    }

    fn in_line_text(&self) -> bool {
        self.stack.iter().any(|f| matches!(f, Frame::Text(Quote::Single, _)))
    }

    /// Gives up the innermost hole and the text of `quote` that it belongs to.
    fn leave_hole(&mut self, quote: Quote) {
        let hole = self.stack.iter().rev().find_map(|f| match f {
            Frame::Code(b) if b.kind == b'$' => Some(b.at),
            _ => None,
        });
        self.found.faults.extend(hole.map(Fault::Hole));
        let text = self.stack.iter().position(|f| matches!(f, Frame::Text(q, _) if *q == quote));
        self.stack.truncate(text.unwrap_or(0));
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
        // `"""` in a hole of such a text ends that text: nobody could read the one in the other.
        let nested = self.stack.iter().any(|f| matches!(f, Frame::Text(Quote::Block, _)));
        if block && nested {
            self.at += 3;
            return self.leave_hole(Quote::Block);
        }
        self.at += if block { 3 } else { 1 };
        self.push(Frame::Text(quote, start));
    }

    fn text(&mut self, quote: Quote, start: usize) {
        let stops: &[char] = match quote {
            Quote::Single => &['"', '\\', '$', '\n'],
            Quote::Block => &['"', '\\', '$'],
            Quote::Raw => &['"', '\n'],
            Quote::RawBlock => &['"'],
        };
        self.at += self.rest().find(stops).unwrap_or(self.rest().len());
        let line = quote.on_one_line();
        match self.peek(0) {
            Some(b'"') if line || self.bytes_at("\"\"\"") => {
                self.at += if line { 1 } else { 3 };
                self.stack.pop();
                if !line {
                    self.found.blocks.push((start, self.at));
                }
            }
            Some(b'\\') => {
                self.count();
                self.at += 1;
                let line_end = line && matches!(self.peek(0), Some(b'\n' | b'\r'));
                self.at += if line_end { 0 } else { self.rest().chars().next().map_or(0, char::len_utf8) };
            }
            Some(b'$') if self.peek(1) == Some(b'{') => {
                self.at += 1;
                self.open(b'{');
            }
            Some(b'\n') => {
                self.stack.pop();
                match self.in_line_text() {
                    true => self.leave_hole(Quote::Single),
                    false => self.found.faults.push(Fault::Line(start, self.at)),
                }
            }
            Some(_) => self.at += 1,
            None => {}
        }
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
        self.found.brackets.push(Bracket { at: self.at, kind: byte });
        self.at += 1;
        let in_text = self.stack.iter().rposition(|f| !matches!(f, Frame::Code(_))).map_or(0, |i| i + 1);
        let partner = self
            .stack
            .iter()
            .skip(in_text)
            .rposition(|f| matches!(f, Frame::Code(b) if closes(byte, b.kind)));
        match partner {
            Some(depth) => {
                self.found.unbalanced |= in_text + depth + 1 != self.stack.len();
                self.stack.truncate(in_text + depth);
            }
            None => self.found.unbalanced = true,
        }
    }

    fn finish(mut self) -> Scan {
        let end = self.text.len();
        let lone = self.stack.iter().filter(|f| matches!(f, Frame::Text(Quote::Single, _))).count() == 1;
        if self.in_line_text() && !(lone && matches!(self.stack.last(), Some(Frame::Text(..)))) {
            self.leave_hole(Quote::Single);
        }
        for frame in self.stack {
            match frame {
                Frame::Code(_) => self.found.unbalanced = true,
                Frame::Text(quote, start) if quote.on_one_line() => {
                    self.found.faults.push(Fault::Line(start, end))
                }
                Frame::Text(_, start) => self.found.faults.push(Fault::Block(start)),
                Frame::Rhai(open) => {
                    self.found.faults.push(Fault::Script(open));
                    return self.found;
                }
                Frame::Tick => {}
            }
        }
        self.found
    }
}

/// Whether `closer` closes `opener`, the kinds of two [`Bracket`]s.
pub(super) fn closes(closer: u8, opener: u8) -> bool {
    matches!((opener, closer), (b'{' | b'$', b'}') | (b'[', b']') | (b'(', b')'))
}
