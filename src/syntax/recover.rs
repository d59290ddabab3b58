//! What to say about text that the grammar does not accept.

use crate::source::Span;

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
