//! Where the siblings of a list stand and what documents them.

use crate::source::Span;
use crate::syntax::ast::{
    ApiEntry, ApiField, Arm, Docs, Entry, Expr, Item, Key, ListItem, Member, Name, Object, Param,
    PipelineStep, RuleStmt, Setting, StrLit, TestStmt,
};

/// One of several siblings.
pub(super) trait Placed {
    /// Where it stands, without its doc comment.
    fn place(&self) -> Span;

    /// Its doc comment.
    fn docs(&self) -> Option<&Docs> {
        None
    }
}

impl Placed for Item {
    fn place(&self) -> Span {
        match self {
            Item::Use(x) => x.span,
            Item::Promise(x) => x.span,
            Item::Platform(x) => x.span,
            Item::Let(x) => x.span,
            Item::Fn(x) => x.span,
            Item::Rule(x) => x.span,
            Item::Test(x) => x.span,
            Item::Error(span) => *span,
        }
    }

    fn docs(&self) -> Option<&Docs> {
        match self {
            Item::Promise(x) => Some(&x.docs),
            Item::Platform(x) => Some(&x.docs),
            Item::Let(x) => Some(&x.docs),
            Item::Fn(x) => Some(&x.docs),
            Item::Rule(x) => Some(&x.docs),
            Item::Use(_) | Item::Test(_) | Item::Error(_) => None,
        }
    }
}

impl Placed for Member {
    fn place(&self) -> Span {
        match self {
            Member::Api(x) => x.span,
            Member::Needs(x) => x.span,
            Member::Let(x) => x.span,
            Member::Fn(x) => x.span,
            Member::Resource(x) => x.span,
            Member::Request(x) => x.span,
            Member::When(x) => x.span,
            Member::For(x) => x.span,
            Member::Check(x) => x.span,
            Member::OnDelete(x) => x.span,
            Member::Destination(x) | Member::Status(x) => x.span,
            Member::Dependencies(x) => x.span,
            Member::Pipeline(x) => x.span,
            Member::File(x) => x.span,
            Member::Observe(x) => x.span,
            Member::Rule(x) => x.span,
            Member::Test(x) => x.span,
            Member::Error(span) => *span,
        }
    }

    fn docs(&self) -> Option<&Docs> {
        match self {
            Member::Api(x) => Some(&x.docs),
            Member::Let(x) => Some(&x.docs),
            Member::Fn(x) => Some(&x.docs),
            Member::Resource(x) => Some(&x.docs),
            Member::Request(x) => Some(&x.docs),
            Member::Rule(x) => Some(&x.docs),
            _ => None,
        }
    }
}

impl Placed for ApiField {
    fn place(&self) -> Span {
        self.span
    }

    fn docs(&self) -> Option<&Docs> {
        Some(&self.docs)
    }
}

impl Placed for ApiEntry {
    fn place(&self) -> Span {
        match self {
            ApiEntry::Field(x) => x.span,
            ApiEntry::Column(x) => x.span,
            ApiEntry::Check(x) => x.span,
            ApiEntry::Error(span) => *span,
        }
    }

    fn docs(&self) -> Option<&Docs> {
        match self {
            ApiEntry::Field(x) => Some(&x.docs),
            _ => None,
        }
    }
}

impl Placed for Entry {
    fn place(&self) -> Span {
        match self {
            Entry::Field { key, value } => key_span(key).to(value.span),
            Entry::When(x) => x.span,
            Entry::For(x) => x.span,
            Entry::Error(span) => *span,
        }
    }
}

/// The place of a key; that of a computed one is inside of its brackets.
fn key_span(key: &Key) -> Span {
    match key {
        Key::Path(words) => words.first().map(|w| w.span).unwrap_or_default(),
        Key::Quoted(lit) => lit.span,
        Key::Computed(expr) => expr.span,
    }
}

impl Placed for ListItem {
    fn place(&self) -> Span {
        match self {
            ListItem::Expr(x) => x.span,
            ListItem::Spread(_, span) | ListItem::Error(span) => *span,
            ListItem::When(x) => x.span,
            ListItem::For(x) => x.span,
        }
    }
}

impl Placed for Arm {
    fn place(&self) -> Span {
        self.pattern_span.to(self.value.span)
    }
}

impl Placed for Expr {
    fn place(&self) -> Span {
        self.span
    }
}

impl Placed for Param {
    fn place(&self) -> Span {
        self.name.span.to(self.ty.span)
    }
}

impl Placed for StrLit {
    fn place(&self) -> Span {
        self.span
    }
}

impl Placed for PipelineStep {
    fn place(&self) -> Span {
        match self {
            PipelineStep::Setting { body } => body.span,
            PipelineStep::Container { span, .. } | PipelineStep::Render(span) | PipelineStep::Error(span) => {
                *span
            }
        }
    }
}

impl Placed for RuleStmt {
    fn place(&self) -> Span {
        match self {
            RuleStmt::Let(x) => x.span,
            RuleStmt::When(x) => x.span,
            RuleStmt::For(x) => x.span,
            RuleStmt::Require(x) | RuleStmt::Deny(x) | RuleStmt::Warn(x) => x.span,
            RuleStmt::Error(span) => *span,
        }
    }

    fn docs(&self) -> Option<&Docs> {
        match self {
            RuleStmt::Let(x) => Some(&x.docs),
            _ => None,
        }
    }
}

impl Placed for TestStmt {
    fn place(&self) -> Span {
        match self {
            TestStmt::Given(x) => x.span,
            TestStmt::Object(x) => x.span,
            TestStmt::Expect(x) => x.span,
            TestStmt::Count { span, .. }
            | TestStmt::ExpectNo { span, .. }
            | TestStmt::ExpectFile { span, .. } => *span,
            TestStmt::Refuse { span, .. } | TestStmt::Warn { span, .. } => *span,
            TestStmt::Pass(span) | TestStmt::Error(span) => *span,
        }
    }
}

impl Placed for Setting {
    fn place(&self) -> Span {
        match self {
            Setting::Promises(_, span)
            | Setting::Rules(_, span)
            | Setting::Foreign(_, span)
            | Setting::Schemas(_, span) => *span,
            Setting::Values(_, span) | Setting::PodSecurity(_, span) | Setting::Error(span) => *span,
            Setting::PipelineImage(_, span) | Setting::OnBadInput(_, span) => *span,
            Setting::SecretStore { span, .. }
            | Setting::ValuesSchema { span, .. }
            | Setting::HostAccess { span, .. }
            | Setting::State { span, .. } => *span,
        }
    }
}

/// What stands in the `state` of a platform.
pub(super) enum StateItem<'a> {
    Entry(&'a Entry),
    Destination(&'a Name, &'a Object),
}

impl Placed for StateItem<'_> {
    fn place(&self) -> Span {
        match self {
            StateItem::Entry(entry) => entry.place(),
            StateItem::Destination(name, body) => name.span.to(body.span),
        }
    }
}
