//! JSON in and out.
//!
//! [`read()`] is as strict as the standard and a little more: no key twice, no number beyond 64 bits, and the same
//! budgets as for YAML. It gives the same [`Node`] as the YAML reader, so nothing above knows which one was written.

mod write;

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::source::{FileId, Span, Spanned};
use crate::value::Value;
use crate::value::yaml::text::{self, MAX_DEPTH, MAX_NODES};
use crate::value::yaml::{Node, NodeKind, refusal};

pub use write::{write_compact, write_pretty};

const CODE: &str = "json-syntax";

/// Reads the one value that `text` is; a byte order mark before it is skipped.
///
/// # Errors
/// The first thing that is wrong with it, with code `json-syntax`, or `yaml-too-large` where a budget is spent.
pub fn read(file: FileId, text: &str) -> Result<Node, Box<Diagnostic>> {
    text::check_size(file, text)?;
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { file, text, at, nodes: 0 };
    let node = reader.value(0)?;
    match reader.peek() {
        None => Ok(node),
        Some(_) => {
            Err(reader.wrong("there is more text after the value", "remove it; one file holds one value"))
        }
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    nodes: usize,
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Read<Node> {
        let first = self.peek();
        let start = self.at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Box::new(refusal::too_many(self.word(start))));
        }
        let kind = match first {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => NodeKind::Scalar(Value::Str(self.string()?)),
            Some(b'-' | b'0'..=b'9') => NodeKind::Scalar(self.number()?),
            _ => NodeKind::Scalar(self.word_value()?),
        };
        Ok(Node { span: self.span(start, self.at), kind })
    }

    fn map(&mut self, depth: usize) -> Read<NodeKind> {
        self.open(depth)?;
        let mut entries: Vec<(Spanned<Arc<str>>, Node)> = vec![];
        if self.eat(b'}') {
            return Ok(NodeKind::Map(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(
                    self.wrong("a key between double quotes is missing here", "write `\"key\": value`")
                );
            }
            let start = self.at;
            let key = Spanned::new(self.string()?, self.span(start, self.at));
            if !self.eat(b':') {
                return Err(self.wrong("a `:` is missing after the key", "write `\"key\": value`"));
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.goes_on(b'}')? {
                refusal::check_duplicates(CODE, &entries)?;
                return Ok(NodeKind::Map(entries));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Read<NodeKind> {
        self.open(depth)?;
        let mut items = vec![];
        if self.eat(b']') {
            return Ok(NodeKind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.goes_on(b']')? {
                return Ok(NodeKind::List(items));
            }
        }
    }

    /// Takes the bracket that opens a list or an object inside `depth` others.
    fn open(&mut self, depth: usize) -> Read<()> {
        if depth >= MAX_DEPTH {
            return Err(Box::new(refusal::too_deep(self.word(self.at))));
        }
        self.at += 1;
        Ok(())
    }

    /// Takes the `,` before another item or the bracket that closes; whether there is another item.
    fn goes_on(&mut self, close: u8) -> Read<bool> {
        if self.eat(b',') {
            return Ok(true);
        }
        if self.eat(close) {
            return Ok(false);
        }
        let message = format!("a `,` or the closing `{}` is missing here", char::from(close));
        Err(self.wrong(message, "separate items by `,`; JSON has no comments"))
    }

    fn word_value(&mut self) -> Read<Value> {
        for (word, value) in
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
        {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.wrong(
            "a value is missing here",
            "write a text between double quotes, a number, `true` or `null`",
        ))
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        let mut is_integer = true;
        if self.skip(b'.') {
            is_integer = false;
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            is_integer = false;
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let value = match is_integer {
            true => text.parse().ok().map(Value::Int),
            false => text.parse().ok().filter(|f: &f64| f.is_finite()).map(Value::Float),
        };
        value.ok_or_else(|| {
            let message = format!("`{}` is a number beyond 64 bits", refusal::shown(text));
            let problem = Diagnostic::error(CODE, self.span(start, self.at), message);
            Box::new(problem.help("write it as a text, between double quotes"))
        })
    }

    fn digits(&mut self) -> Read<()> {
        let len = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += len;
        match len {
            0 => Err(self.wrong("a digit is missing in this number", "write it as in `-1.5e3`")),
            _ => Ok(()),
        }
    }

    /// Takes a text with its quotes.
    fn string(&mut self) -> Read<Arc<str>> {
        let start = self.at;
        self.at += 1;
        let mut owned: Option<String> = None;
        loop {
            let rest = self.rest();
            let Some(len) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') else {
                self.at = start;
                return Err(self.wrong("this text is not closed", "close it with `\"`"));
            };
            let (run, stop) = (rest.get(..len).unwrap_or(""), rest.as_bytes().get(len).copied());
            self.at += len;
            match (stop, &mut owned) {
                (Some(b'"'), None) => {
                    self.at += 1;
                    return Ok(run.into());
                }
                (Some(b'"'), Some(text)) => {
                    text.push_str(run);
                    self.at += 1;
                    return Ok(text.as_str().into());
                }
                (Some(b'\\'), _) => {
                    let escaped = self.escape()?;
                    let text = owned.get_or_insert_default();
                    text.push_str(run);
                    text.push(escaped);
                }
                _ => {
                    return Err(self
                        .wrong("a control character stands in this text", "write it as `\\n` or `\\u000a`"));
                }
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let escape = self.rest().as_bytes().get(1).copied();
        let c = match escape {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wrong("this is no escape that JSON knows", "write a backslash as `\\\\`")),
        };
        self.at += 2;
        Ok(c)
    }

    /// Takes `\uXXXX`, or two of them for a character beyond U+FFFF.
    fn unicode(&mut self) -> Read<char> {
        let half = |from: usize| -> Option<u32> {
            let digits = self.rest().get(from..from + 6)?.strip_prefix("\\u")?;
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
        };
        let found = match (half(0), half(6)) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|c| (c, 12))
            }
            (Some(code), _) => char::from_u32(code).map(|c| (c, 6)),
            _ => None,
        };
        let Some((c, len)) = found else {
            let help = "write four hexadecimal digits, or two such escapes for a character beyond U+FFFF";
            return Err(self.wrong("this escape is no character", help));
        };
        self.at += len;
        Ok(c)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Skips blanks and returns the next byte.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.at += blanks;
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes `byte` after any blanks, if it is there.
    fn eat(&mut self, byte: u8) -> bool {
        self.peek();
        self.skip(byte)
    }

    /// Takes `byte`, if it is next.
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn wrong(&self, message: impl Into<String>, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(CODE, self.word(self.at), message).help(help))
    }

    /// The word or sign at `at`; nothing at the end of the text.
    fn word(&self, at: usize) -> Span {
        let rest = self.text.get(at..).unwrap_or("");
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        self.span(at, at + word.max(first))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }
}
