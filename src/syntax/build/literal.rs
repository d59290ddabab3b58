//! Numbers, texts without holes, and keys that should be texts.

use super::Builder;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{ExprKind, StrLit, TextPart};
use crate::syntax::grammar::Pair;

impl Builder<'_> {
    /// An integer or a float; anything else is reported.
    pub(super) fn number(&mut self, pair: &Pair<'_>) -> ExprKind {
        let (span, text) = (self.span(pair), pair.as_str());
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        if !is_whole(whole.strip_prefix('-').unwrap_or(whole)) || !fraction.is_none_or(all_digits) {
            self.bad_number(span, text);
            return ExprKind::Error;
        }
        let float = fraction.and_then(|_| text.parse::<f64>().ok()).filter(|f| f.is_finite());
        match (fraction, whole.parse::<i64>(), float) {
            (None, Ok(int), _) => ExprKind::Int(int),
            (Some(_), _, Some(float)) => ExprKind::Float(float),
            _ => {
                let problem = Diagnostic::error(
                    "bad-number",
                    span,
                    format!("the number `{text}` needs more than 64 bits"),
                )
                .help("write it as a text if its digits matter");
                self.problems.push(problem);
                ExprKind::Error
            }
        }
    }

    fn bad_number(&mut self, span: Span, text: &str) {
        let zero = text.trim_start_matches('-').starts_with('0')
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let why = if zero { "starts with a zero" } else { "is no number" };
        let problem = Diagnostic::error("bad-number", span, format!("`{text}` {why}"))
            .help("a number is written with the digits 0 to 9, such as `12` or `1.5`; put quotes around anything else")
            .fix(span, format!("\"{text}\""));
        self.problems.push(problem);
    }

    /// An integer where no other number may stand.
    pub(super) fn int(&mut self, pair: &Pair<'_>) -> Option<i64> {
        match self.number(pair) {
            ExprKind::Int(int) => Some(int),
            ExprKind::Float(_) => {
                let problem = Diagnostic::error(
                    "bad-number",
                    self.span(pair),
                    format!("`{}` is no whole number", pair.as_str()),
                )
                .help("write it without a fraction");
                self.problems.push(problem);
                None
            }
            _ => None,
        }
    }

    /// A text that may not interpolate.
    pub(super) fn str_lit(&mut self, pair: Pair<'_>) -> StrLit {
        let span = self.span(&pair);
        let mut value = String::new();
        for part in self.text(pair).parts {
            match part {
                TextPart::Str(text) => value.push_str(&text),
                TextPart::Interpolation(expr) => {
                    let problem = Diagnostic::error(
                        "no-interpolation",
                        expr.span,
                        "this text is fixed and cannot hold a `${…}`",
                    )
                    .help("write it out, or `\\${` for the characters themselves");
                    self.problems.push(problem);
                }
            }
        }
        StrLit { value, span }
    }

    /// A key such as `app.kubernetes.io/name` that must be quoted.
    pub(super) fn odd_key(&mut self, pair: &Pair<'_>) -> StrLit {
        let (span, key) = (self.span(pair), pair.as_str());
        let problem = Diagnostic::error("quote-key", span, format!("the key `{key}` needs quotes"))
            .help(format!("write `\"{key}\":`; a key without quotes is a word of letters, digits and `_`"))
            .fix(span, format!("\"{key}\""));
        self.problems.push(problem);
        StrLit { value: key.to_owned(), span }
    }
}

/// Digits without a zero before others, which YAML and C read as octal.
fn is_whole(text: &str) -> bool {
    all_digits(text) && (text == "0" || !text.starts_with('0'))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
