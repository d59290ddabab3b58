//! What to say about text that the grammar does not accept, and how to go on after it.

mod balance;
mod diagnose;
mod forms;
mod hints;
mod lines;
mod patch;
mod repair;
mod strange;
mod words;

pub(super) use repair::Repaired;
pub(super) use strange::strange_characters;

use super::build::Builder;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};

/// More messages than these help nobody.
const MAX_PROBLEMS: usize = 64;

/// A stretch that is none of what may stand there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bad {
    /// What may stand there.
    pub(super) level: Level,
    /// The stretch.
    pub(super) span: Span,
}

/// The lists of siblings that a file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// The top level.
    Item,
    /// In a promise.
    Member,
    /// In an api or a record type.
    ApiEntry,
    /// In `values` and `needs`.
    ValueField,
    /// In an object.
    Entry,
    /// In a list.
    ListItem,
    /// In a `match`.
    Arm,
    /// In the parentheses of a call or a type.
    Argument,
    /// In the parentheses of a function's head.
    Param,
    /// In a pipeline.
    Step,
    /// In a test.
    TestStmt,
    /// In a rule.
    RuleStmt,
    /// In a platform.
    Setting,
    /// In the `state` of a platform.
    StateEntry,
}

impl Level {
    /// Whether siblings on one line need a comma.
    pub(super) fn needs_separator(self) -> bool {
        !self.is_block()
    }

    /// Whether the siblings start with a word of their own.
    pub(super) fn is_block(self) -> bool {
        use Level as L;
        matches!(self, L::Item | L::Member | L::Step | L::TestStmt | L::RuleStmt | L::Setting)
    }

    /// One of them, for messages.
    pub(super) fn one(self) -> &'static str {
        match self {
            Level::Item => "item",
            Level::Member => "member",
            Level::ApiEntry | Level::ValueField => "field",
            Level::Entry | Level::StateEntry => "entry",
            Level::ListItem => "item",
            Level::Arm => "arm",
            Level::Argument => "argument",
            Level::Param => "parameter",
            Level::Step => "step",
            Level::TestStmt | Level::RuleStmt => "statement",
            Level::Setting => "setting",
        }
    }
}

/// A diagnostic for every stretch that the builder could not use, in order of place; those around a missing bracket or
/// quote are left out, for it has been reported.
pub(super) fn diagnose(
    file: FileId,
    text: &str,
    repaired: &Repaired<'_>,
    builder: Builder<'_>,
) -> Vec<Diagnostic> {
    let mut problems = builder.problems;
    let bad = builder.bad.into_iter().filter(|b| !repaired.is_touched(text, b.span));
    problems.extend(bad.map(|b| diagnose::siblings(file, text, b)).take(MAX_PROBLEMS));
    let heads = builder.bad_heads.into_iter().filter(|(_, span)| !repaired.is_touched(text, *span));
    problems.extend(heads.map(|(rule, span)| diagnose::head(file, text, rule, span)).take(MAX_PROBLEMS));
    problems.truncate(4 * MAX_PROBLEMS);
    problems
}
