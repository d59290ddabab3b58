//! The strict reader: a stream of documents as nodes with places.
//!
//! What every reader of Kubernetes takes for the same value is taken; the rest is refused with its place and a way out:
//! duplicate keys, keys that are no texts, tags that change a value, anchors, aliases, merges, and plain scalars that
//! mean two things (see [`scalar`]). Size, depth and number of values are bounded before the work is done.

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::diag::Diagnostic;
use crate::source::{FileId, Span, Spanned};
use crate::value::Value;
use crate::value::yaml::common;
use crate::value::yaml::layout;
use crate::value::yaml::meter::{Meter, Metered};
use crate::value::yaml::refusal;
use crate::value::yaml::scalar::{self, Surprise};
use crate::value::yaml::syntax::{self, Scene};
use crate::value::yaml::text::{self, MAX_DEPTH, MAX_NODES, Places};
use crate::value::yaml::{Node, NodeKind};

/// A value has at most four tokens: its key, a `:`, itself and a `,`.
pub(super) const MAX_TOKENS: usize = 4 * MAX_NODES + 1_000;

/// Reads every document of the stream `text`.
///
/// A document without a value, as between two lines `---` or under comments alone, is none: an empty text gives an
/// empty list. A document that says `null` is one, with that value.
///
/// # Errors
/// The first thing that is wrong with it: `yaml-syntax`, `yaml-duplicate-key`, `yaml-ambiguous`, `yaml-unsupported` or
/// `yaml-too-large`.
pub fn read(file: FileId, text: &str) -> Result<Vec<Node>, Box<Diagnostic>> {
    text::check_size(file, text)?;
    text::check_characters(file, text)?;
    match common::read(file, text) {
        Some(documents) => Ok(documents),
        None => strictly(file, text),
    }
}

/// As [`read`], by the quick way alone: `None` tells nothing about the text.
pub(super) fn quickly(file: FileId, text: &str) -> Option<Vec<Node>> {
    text::check_size(file, text).ok()?;
    text::check_characters(file, text).ok()?;
    common::read(file, text)
}

/// As [`read`], without the quick way: the same documents at the same places, or the same refusal.
///
/// # Errors
/// As [`read`].
pub fn read_strictly(file: FileId, text: &str) -> Result<Vec<Node>, Box<Diagnostic>> {
    text::check_size(file, text)?;
    text::check_characters(file, text)?;
    strictly(file, text)
}

/// Reads a text of lawful size and characters, whatever stands in it.
pub(super) fn strictly(file: FileId, text: &str) -> Read<Vec<Node>> {
    let meter = Meter::new(MAX_TOKENS);
    let mut reader = Reader {
        file,
        text,
        places: Places::new(text),
        events: Parser::new(Metered::new(text, meter.clone())),
        meter,
        nodes: 0,
        last: 0,
        open: vec![],
    };
    reader.stream()
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    places: Places<'a>,
    events: Parser<'a, Metered<'a>>,
    meter: Meter,
    /// How many values were read.
    nodes: usize,
    /// Where the last event ended.
    last: usize,
    /// The lists and objects that are not closed yet.
    open: Vec<Open>,
}

/// A list or object that is not closed yet.
pub(super) struct Open {
    /// Where it starts.
    pub(super) at: usize,
    /// Whether it stands between brackets, its own or another's.
    pub(super) bracket: bool,
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl<'a> Reader<'a> {
    fn stream(&mut self) -> Read<Vec<Node>> {
        let mut documents = vec![];
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(documents),
                (Event::DocumentStart(_), _) => {
                    let (event, span) = self.next()?;
                    let absent =
                        matches!(&event, Event::Scalar(v, ScalarStyle::Plain, 0, None) if v.is_empty());
                    let node = self.node(event, span)?;
                    if !absent {
                        documents.push(node);
                    }
                }
                _ => {}
            }
        }
    }

    /// The next event and its place in bytes.
    fn next(&mut self) -> Read<(Event<'a>, Span)> {
        let event = self.events.next_event();
        if self.meter.is_spent() {
            return Err(Box::new(refusal::too_many(self.span(self.last, self.last))));
        }
        match event {
            Some(Ok((event, span))) => {
                let span =
                    self.span(self.places.byte(span.start.index()), self.places.byte(span.end.index()));
                self.last = self.last.max(span.range().end);
                Ok((event, span))
            }
            Some(Err(error)) => {
                let at = self.places.byte(error.marker().index());
                let (file, text) = (self.file, self.text);
                let scene = Scene { file, text, at, last: self.last, open: &self.open };
                Err(Box::new(syntax::explain(&scene, error.info())))
            }
            None => Ok((Event::StreamEnd, self.span(self.text.len(), self.text.len()))),
        }
    }

    /// The value that starts with `event`.
    fn node(&mut self, event: Event<'a>, span: Span) -> Read<Node> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Box::new(refusal::too_many(span)));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_anchor(anchor, span)?;
                let span = self.trim(span, style);
                self.check_layout(&text, style, span, tag.is_some())?;
                let value =
                    scalar(&text, style).map_err(|surprise| refusal::ambiguous(span, &text, surprise))?;
                self.check_tag(tag.as_deref(), span, scalar_tag(&value))?;
                Ok(Node { span, kind: NodeKind::Scalar(value) })
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_anchor(anchor, span)?;
                self.check_tag(tag.as_deref(), span, "seq")?;
                self.enter(span)?;
                self.list(span)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_anchor(anchor, span)?;
                self.check_tag(tag.as_deref(), span, "map")?;
                self.enter(span)?;
                self.map(span)
            }
            Event::Alias(_) => Err(Box::new(refusal::alias(span))),
            _ => Err(Box::new(syntax::unknown(span, "a value is missing"))),
        }
    }

    fn list(&mut self, start: Span) -> Read<Node> {
        let mut items: Vec<Node> = vec![];
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    let last = items.last().map(|n| n.span);
                    return Ok(self.leave(start, last, end, NodeKind::List(items)));
                }
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self, start: Span) -> Read<Node> {
        let mut entries: Vec<(Spanned<Arc<str>>, Node)> = vec![];
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, end) => {
                    refusal::check_duplicates("yaml-duplicate-key", &entries)?;
                    let last = entries.last().map(|(_, n)| n.span);
                    return Ok(self.leave(start, last, end, NodeKind::Map(entries)));
                }
                (event, span) => self.key(event, span)?,
            };
            let (event, span) = self.next()?;
            entries.push((key, self.node(event, span)?));
        }
    }

    fn key(&self, event: Event<'a>, span: Span) -> Read<Spanned<Arc<str>>> {
        let (text, style, tagged) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_anchor(anchor, span)?;
                self.check_tag(tag.as_deref(), span, "str")?;
                (text, style, tag.is_some())
            }
            Event::Alias(_) => return Err(Box::new(refusal::alias(span))),
            _ => return Err(Box::new(refusal::composite_key(self.text, span))),
        };
        let span = self.trim(span, style);
        if style == ScalarStyle::Plain && text == "<<" {
            return Err(Box::new(refusal::merge(span)));
        }
        self.check_layout(&text, style, span, tagged)?;
        if !self.in_brackets() {
            layout::key(self.text, span).map_or(Ok(()), |problem| Err(Box::new(problem)))?;
        }
        match scalar(&text, style).map_err(|surprise| refusal::ambiguous_key(span, &text, surprise))? {
            Value::Str(key) => Ok(Spanned::new(key, span)),
            other => Err(Box::new(refusal::key_is_no_text(span, &text, &other))),
        }
    }

    /// Refuses a scalar whose end or beginning readers see in different places.
    fn check_layout(&self, text: &str, style: ScalarStyle, span: Span, tagged: bool) -> Read<()> {
        let what = match style {
            ScalarStyle::Plain if self.in_brackets() => {
                layout::plain_in_brackets(self.text, text, span, tagged)
            }
            ScalarStyle::Plain => layout::plain(self.text, span),
            ScalarStyle::Literal | ScalarStyle::Folded => layout::block(self.text, text, span, tagged),
            _ => None,
        };
        what.map_or(Ok(()), |problem| Err(Box::new(problem)))
    }

    fn in_brackets(&self) -> bool {
        self.open.last().is_some_and(|open| open.bracket)
    }

    fn enter(&mut self, span: Span) -> Read<()> {
        let at = span.range().start;
        // A list in dashes or an object in lines starts before its first token, so its place is empty.
        let bracket = span.start < span.end
            && layout::after_tag(self.text.get(at..).unwrap_or("")).starts_with(['[', '{']);
        self.open.push(Open { at, bracket: bracket || self.in_brackets() });
        match self.open.len() > MAX_DEPTH {
            true => Err(Box::new(refusal::too_deep(span))),
            false => Ok(()),
        }
    }

    /// Closes the list or object that starts at `start` and whose last child is at `last`.
    fn leave(&mut self, start: Span, last: Option<Span>, end: Span, kind: NodeKind) -> Node {
        self.open.pop();
        // Only brackets have an end of their own; the place of the others' end is that of what follows them.
        let bracket = self.text.as_bytes().get(end.range().start);
        let span = match (bracket, last) {
            (Some(b']' | b'}'), _) if end.start < end.end => Span { end: end.start + 1, ..start },
            (_, Some(last)) => start.to(last),
            (_, None) => start,
        };
        Node { span, kind }
    }

    /// The place of a scalar without the blanks and comments that the parser counts in.
    fn trim(&self, span: Span, style: ScalarStyle) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        let len = match style {
            ScalarStyle::SingleQuoted => text::quoted_len(text, '\''),
            ScalarStyle::DoubleQuoted => text::quoted_len(text, '"'),
            _ => None,
        };
        let end = span.range().start + len.unwrap_or_else(|| text.trim_end().len());
        self.span(span.range().start, end)
    }

    fn refuse_anchor(&self, anchor: usize, span: Span) -> Read<()> {
        if anchor == 0 { Ok(()) } else { Err(Box::new(refusal::anchor(self.text, span))) }
    }

    /// Refuses a tag other than the one that the value has anyway, as it is spelled: some readers take a `,` after it
    /// for a part of it.
    fn check_tag(&self, tag: Option<&Tag>, span: Span, own: &str) -> Read<()> {
        let Some(tag) = tag else { return Ok(()) };
        let word = self.text.get(refusal::word(self.text, span).range()).unwrap_or("");
        match tag.is_yaml_core_schema() && word.strip_prefix("!!") == Some(own) {
            true => Ok(()),
            false => Err(Box::new(refusal::tag(self.text, span))),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Result<Value, Surprise> {
    match style {
        ScalarStyle::Plain => scalar::resolve(text),
        _ => Ok(Value::str(text)),
    }
}

fn scalar_tag(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        _ => "str",
    }
}
