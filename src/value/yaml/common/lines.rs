//! Scalars as lines under a `|` or `>`.

use super::cursor::Reader;
use crate::value::Value;
use crate::value::yaml::Node;

/// What is left of the newlines at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    /// One.
    Clip,
    /// None.
    Strip,
    /// All.
    Keep,
}

impl Reader<'_> {
    /// Reads the lines under the `|` or `>` at the next byte, which belongs to what stands at `parent`.
    pub(super) fn lines(&mut self, parent: i32) -> Option<Node> {
        // Readers differ on whether a last line without an end has one.
        if !self.text.ends_with('\n') {
            return None;
        }
        let folded = self.byte(self.at) == b'>';
        let chomp = self.head()?;
        self.buffer.clear();
        let indent = self.leading_lines(parent)?;
        let start = self.at + indent;
        let (end, trailing) = match folded {
            true => self.folded(indent)?,
            false => self.literal(indent)?,
        };
        if chomp != Chomp::Strip {
            self.buffer.push('\n');
        }
        if chomp == Chomp::Keep {
            self.push_newlines(trailing);
        }
        let value = Value::Str(self.texts.get(&self.buffer));
        let span = self.trimmed(start, end)?;
        self.next_line()?;
        self.scalar(span, value)
    }

    /// Reads the line of the `|`, and goes to the next one.
    fn head(&mut self) -> Option<Chomp> {
        let chomp = match self.byte(self.at + 1) {
            b'-' => Chomp::Strip,
            b'+' => Chomp::Keep,
            _ => Chomp::Clip,
        };
        self.at += if chomp == Chomp::Clip { 1 } else { 2 };
        self.at = self.line_end()?;
        if self.byte(self.at - 1) != b'\n' {
            // A comment ends before its newline.
            self.at += 1;
        }
        Some(chomp)
    }

    /// Reads the empty lines before the text; gives the number of spaces before its first line.
    fn leading_lines(&mut self, parent: i32) -> Option<usize> {
        let mut widest = 0;
        loop {
            let word = self.after_spaces(self.at);
            let indent = word - self.at;
            match self.byte(word) {
                b'\n' => {
                    self.buffer.push('\n');
                    widest = widest.max(indent);
                    self.at = word + 1;
                }
                b'\t' | 0 => return None,
                _ => return (indent >= widest && i32::try_from(indent).ok()? > parent).then_some(indent),
            }
        }
    }

    /// Reads lines at `indent` as they are. Gives the end of the last one and the number of empty lines after it.
    fn literal(&mut self, indent: usize) -> Option<(usize, usize)> {
        loop {
            let end = self.line(indent)?;
            let empty = self.empty_lines(indent);
            match self.goes_deep(indent) {
                true => self.push_newlines(empty + 1),
                false => return Some((end, empty)),
            }
        }
    }

    /// As [`Self::literal`], but single newlines between lines that do not start with a blank become spaces.
    fn folded(&mut self, indent: usize) -> Option<(usize, usize)> {
        loop {
            let blank = matches!(self.byte(self.at + indent), b' ' | b'\t');
            let end = self.line(indent)?;
            let empty = self.empty_lines(indent);
            if !self.goes_deep(indent) {
                return Some((end, empty));
            }
            match blank || matches!(self.byte(self.at + indent), b' ' | b'\t') {
                true => self.push_newlines(empty + 1),
                false => self.push_breaks(empty + 1),
            }
        }
    }

    /// Reads a line without its newline; gives its end.
    fn line(&mut self, indent: usize) -> Option<usize> {
        let rest = self.text.get(self.at + indent..)?;
        let line = rest.get(..rest.find('\n')?)?;
        self.buffer.push_str(line);
        let end = self.at + indent + line.len();
        self.at = end + 1;
        Some(end)
    }

    /// Skips lines of at most `indent` spaces; gives their number.
    fn empty_lines(&mut self, indent: usize) -> usize {
        let mut empty = 0;
        loop {
            let word = self.after_spaces(self.at);
            if self.byte(word) != b'\n' || word - self.at > indent {
                return empty;
            }
            empty += 1;
            self.at = word + 1;
        }
    }

    /// Whether the next line belongs to the text.
    fn goes_deep(&self, indent: usize) -> bool {
        self.byte(self.at) != 0 && self.after_spaces(self.at) - self.at >= indent
    }

    fn push_newlines(&mut self, count: usize) {
        self.buffer.extend(std::iter::repeat_n('\n', count));
    }
}
