//! A problem as data: what is wrong, where, and the way out.
//!
//! Stages return diagnostics beside their result; nothing here knows a stage, and nothing here prints. `render` turns
//! them into text or what programs read, `codes` holds what `vow explain` tells about each.

pub mod codes;
pub mod render;
pub mod suggest;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Severity {
    /// Nothing is rendered.
    Error,
    /// Rendered, but look at it.
    Warning,
}

/// A place and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words beside the underline; may be empty.
    pub text: String,
}

/// A replacement that mends the problem.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// One problem. `message` starts in lower case, is one sentence without a final stop, and quotes the user's words in
/// backticks; `help` says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Diagnostic {
    /// A stable kebab-case name with a page in [`codes`].
    #[serde(deserialize_with = "codes::read")]
    pub code: codes::Name,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// Ways out, the best first.
    pub help: Vec<String>,
    /// An edit that mends it, if there is a certain one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error with `code` at `span`.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        let message = shortened(message.into());
        Self { code, severity: Severity::Error, message, primary, labels: vec![], help: vec![], fix: None }
    }

    /// A warning with `code` at `span`.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// Puts `text` beside the primary underline.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds the edit that mends it.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// Whether this stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The longest message, in bytes; what is longer quotes a word that nobody wants to read.
const LONGEST: usize = 2000;

fn shortened(mut message: String) -> String {
    if message.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|i| message.is_char_boundary(*i)).unwrap_or(0);
        message.truncate(end);
        message.push('…');
    }
    message
}

/// Whether any of `diagnostics` stops the work.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
