//! Texts: escapes, holes, and the indentation of blocks.

use super::{Builder, Kids};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Expr, Text, TextPart, TextStyle};
use crate::syntax::grammar::{Pair, Rule};

/// A part of a text before indentation is taken off.
enum Piece {
    /// Written as it is, from this byte on.
    Plain(usize, String),
    /// An escape, resolved.
    Escaped(String),
    /// A backslash at the end of a line.
    LineEnd(Span),
    Hole(Expr),
}

impl Builder<'_> {
    pub(super) fn text(&mut self, pair: Pair<'_>) -> Text {
        let Some(inner) = Kids::of(pair).next() else {
            return Text { style: TextStyle::Quoted, parts: vec![] };
        };
        let style = match inner.as_rule() {
            Rule::block_text => TextStyle::Block,
            Rule::raw => TextStyle::Raw,
            Rule::raw_block => TextStyle::RawBlock,
            _ => TextStyle::Quoted,
        };
        let mut pieces: Vec<Piece> = inner.into_inner().filter_map(|p| self.piece(p)).collect();
        if matches!(style, TextStyle::Block | TextStyle::RawBlock) {
            self.unindent(&mut pieces, style);
        }
        let mut parts: Vec<TextPart> = vec![];
        for piece in pieces {
            let text = match piece {
                Piece::Plain(_, text) | Piece::Escaped(text) => text,
                Piece::LineEnd(span) => {
                    self.line_end(span, style);
                    continue;
                }
                Piece::Hole(expr) => {
                    parts.push(TextPart::Interpolation(expr));
                    continue;
                }
            };
            match parts.last_mut() {
                Some(TextPart::Str(last)) => last.push_str(&text),
                _ if text.is_empty() => {}
                _ => parts.push(TextPart::Str(text)),
            }
        }
        Text { style, parts }
    }

    fn piece(&mut self, pair: Pair<'_>) -> Option<Piece> {
        let span = self.raw_span(&pair);
        match pair.as_rule() {
            Rule::interp => self.only_expr(pair).map(Piece::Hole),
            Rule::escape => {
                let escaped = pair.as_str().strip_prefix('\\').unwrap_or("");
                if escaped.ends_with('\n') {
                    return Some(Piece::LineEnd(span));
                }
                Some(Piece::Escaped(self.escape(escaped, span)))
            }
            _ => Some(Piece::Plain(span.range().start, pair.as_str().to_owned())),
        }
    }

    fn escape(&mut self, escaped: &str, span: Span) -> String {
        let hex = escaped.strip_prefix("u{").and_then(|h| h.strip_suffix('}'));
        if let Some(hex) = hex {
            let digits = (1..=6).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit());
            let code = u32::from_str_radix(hex, 16).ok().filter(|_| digits);
            if let Some(character) = code.and_then(char::from_u32) {
                return character.to_string();
            }
            let problem = Diagnostic::error("bad-escape", span, format!("`\\u{{{hex}}}` names no character"))
                .help("write one to six hexadecimal digits, such as `\\u{20ac}`");
            self.problems.push(problem);
            return String::new();
        }
        let resolved = match escaped {
            "n" => "\n",
            "t" => "\t",
            "r" => "\r",
            "\\" => "\\",
            "\"" => "\"",
            "$" => "$",
            _ => {
                let shown = format!("\\{}", escaped.escape_debug());
                let problem = Diagnostic::error("bad-escape", span, format!("`{shown}` is no escape"))
                    .help("there is `\\n`, `\\t`, `\\r`, `\\\\`, `\\\"`, `\\$` and `\\u{…}`; texts in `r\"…\"` have no escapes")
                    .fix(span, format!("\\\\{escaped}"));
                self.problems.push(problem);
                ""
            }
        };
        resolved.to_owned()
    }

    fn line_end(&mut self, span: Span, style: TextStyle) {
        let help = match style {
            TextStyle::Block => {
                "a backslash drops a newline only directly before the closing `\"\"\"`; write `\\\\` for a backslash"
            }
            _ => "write `\\n` for a newline, or use a text in `\"\"\"`",
        };
        let problem =
            Diagnostic::error("bad-escape", span, "a backslash at the end of a line is no escape").help(help);
        self.problems.push(problem);
    }

    /// Takes off the first newline and, from every line, the indentation of the closing quotes.
    fn unindent(&mut self, pieces: &mut Vec<Piece>, style: TextStyle) {
        let indent = closing_indent(pieces, style == TextStyle::RawBlock);
        let mut line_start = drop_first_newline(pieces);
        for piece in pieces {
            if let Piece::Plain(start, text) = piece {
                *text = self.unindent_piece(*start, text, indent.as_deref().unwrap_or(""), line_start);
            }
            line_start = false;
        }
    }

    fn unindent_piece(&mut self, start: usize, text: &str, indent: &str, line_start: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = start;
        for (i, line) in text.split_inclusive('\n').enumerate() {
            let ended = line.ends_with('\n');
            let body = line.strip_suffix('\n').unwrap_or(line);
            let body = if ended { body.strip_suffix('\r').unwrap_or(body) } else { body };
            let stripped = match body.strip_prefix(indent) {
                _ if i == 0 && !line_start => body,
                Some(stripped) => stripped,
                None if ended && body.trim().is_empty() => "",
                None => {
                    self.shallow_line(at, body, indent);
                    body.trim_start()
                }
            };
            out.push_str(stripped);
            out.push_str(if ended { "\n" } else { "" });
            at += line.len();
        }
        out
    }

    fn shallow_line(&mut self, at: usize, body: &str, indent: &str) {
        let blanks = body.len() - body.trim_start().len();
        let first = body.chars().next().map_or(1, char::len_utf8);
        let span = Span::new(self.file, at, at + blanks.max(first));
        let mixed = body.starts_with([' ', '\t']) && blanks >= indent.len();
        let message = match mixed {
            true => "this line mixes tabs and blanks differently than the closing `\"\"\"`",
            false => "this line is indented less than the closing `\"\"\"`",
        };
        let problem = Diagnostic::error("block-indent", span, message)
            .help("the closing quotes set the indentation; move them to the left, or this line to the right");
        self.problems.push(problem);
    }
}

/// The blanks before the closing quotes if these stand on a line of their own; takes them off, and a backslash before.
fn closing_indent(pieces: &mut Vec<Piece>, raw: bool) -> Option<String> {
    if let Some(Piece::LineEnd(_)) = pieces.last() {
        pieces.pop();
        return Some(String::new());
    }
    let Some(Piece::Plain(_, last)) = pieces.last_mut() else { return None };
    let tail_at = last.rfind('\n').map(|i| i + 1);
    let tail = last.get(tail_at.unwrap_or(0)..).unwrap_or("").to_owned();
    if !tail.chars().all(|c| c == ' ' || c == '\t') {
        return None;
    }
    match tail_at {
        Some(at) => {
            last.truncate(at);
            let dropped = last.strip_suffix("\\\n").or_else(|| last.strip_suffix("\\\r\n")).map(str::len);
            if let Some(len) = dropped.filter(|_| raw) {
                last.truncate(len);
            }
            Some(tail)
        }
        None => {
            let before = pieces.len().checked_sub(2).and_then(|i| pieces.get(i));
            if !matches!(before, Some(Piece::LineEnd(_))) {
                return None;
            }
            pieces.truncate(pieces.len() - 2);
            Some(tail)
        }
    }
}

/// Drops a newline right after the opening quotes; whether there was one.
fn drop_first_newline(pieces: &mut [Piece]) -> bool {
    let Some(Piece::Plain(start, first)) = pieces.first_mut() else { return false };
    let rest = first.trim_start_matches([' ', '\t']);
    let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { return false };
    *start += first.len() - rest.len();
    *first = rest.to_owned();
    true
}
