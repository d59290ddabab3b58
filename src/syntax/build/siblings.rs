//! Lists of siblings: items, members, entries. Here bad stretches are joined to the sibling they belong to.

use super::{Builder, Kids};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::{Bad, Level};

impl Builder<'_> {
    /// Builds every pair of `pairs`; those that are no good become `error` nodes and are noted for diagnosis.
    pub(super) fn siblings<'i, T>(
        &mut self,
        level: Level,
        pairs: impl Iterator<Item = Pair<'i>>,
        build: impl Fn(&mut Self, Pair<'i>) -> Option<T>,
        error: impl Fn(Span) -> T,
    ) -> Vec<T> {
        let mut nodes = vec![];
        let mut previous: Option<Previous> = None;
        for pair in pairs {
            let (rule, span) = (pair.as_rule(), self.span(&pair));
            if rule == Rule::comma {
                if let Some(p) = &mut previous {
                    p.closed = true;
                }
                continue;
            }
            if is_bad(rule) {
                let joined =
                    previous.as_ref().filter(|p| self.belongs(level, p, span)).map(|p| p.span.to(span));
                self.note_bad(level, joined, span, previous.as_ref());
                let whole = joined.unwrap_or(span);
                previous = Some(Previous { span: whole, bad: true, closed: false });
                nodes.push(error(span));
                continue;
            }
            if let Some(p) = previous.as_ref().filter(|p| level.needs_separator() && !p.bad && !p.closed) {
                self.check_separated(level, p.span, span);
            }
            previous = Some(Previous { span, bad: false, closed: false });
            nodes.push(build(self, pair).unwrap_or_else(|| {
                self.note_bad(level, None, span, None);
                error(span)
            }));
        }
        nodes
    }

    /// The children of a pair, built as [`Builder::siblings`]; keywords and brackets are passed over.
    pub(super) fn children<'i, T>(
        &mut self,
        level: Level,
        pair: Pair<'i>,
        build: impl Fn(&mut Self, Pair<'i>) -> Option<T>,
        error: impl Fn(Span) -> T,
    ) -> Vec<T> {
        let rule = |p: &Pair<'_>| p.as_rule() == Rule::comma || !super::is_mark(p.as_rule());
        self.siblings(level, pair.into_inner().filter(rule), build, error)
    }

    /// The rest of `kids`, built as [`Builder::siblings`].
    pub(super) fn rest<'i, T>(
        &mut self,
        level: Level,
        kids: Kids<'i>,
        build: impl Fn(&mut Self, Pair<'i>) -> Option<T>,
        error: impl Fn(Span) -> T,
    ) -> Vec<T> {
        self.siblings(level, kids.0, build, error)
    }

    /// Whether a bad stretch goes on where `previous` ended: on the same line, or indented deeper than it started.
    fn belongs(&self, level: Level, previous: &Previous, bad: Span) -> bool {
        if previous.closed {
            return false;
        }
        let between = self.text.get(previous.span.end as usize..bad.start as usize).unwrap_or("");
        let same_line = !between.contains('\n');
        match level.is_block() && previous.bad && same_line {
            true => true,
            false => same_line || self.column(bad.start) > self.column(previous.span.start),
        }
    }

    fn column(&self, at: u32) -> usize {
        let before = self.text.get(..at as usize).unwrap_or("");
        before.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }

    fn note_bad(&mut self, level: Level, joined: Option<Span>, span: Span, previous: Option<&Previous>) {
        match joined {
            Some(whole) if previous.is_some_and(|p| p.bad) => {
                if let Some(last) = self.bad.last_mut() {
                    last.span = whole;
                }
            }
            Some(whole) => self.bad.push(Bad { level, span: whole }),
            None => self.bad.push(Bad { level, span }),
        }
    }

    fn check_separated(&mut self, level: Level, previous: Span, next: Span) {
        let between = self.text.get(previous.end as usize..next.start as usize).unwrap_or("\n");
        if !between.contains('\n') {
            let what = level.one();
            let problem = Diagnostic::error(
                "missing-comma",
                previous.after(),
                format!("a comma is missing after this {what}"),
            )
            .also(next, "the next one")
            .help("put a comma between them, or start a new line")
            .fix(previous.after(), ",");
            self.problems.push(problem);
        }
    }
}

struct Previous {
    span: Span,
    bad: bool,
    closed: bool,
}

fn is_bad(rule: Rule) -> bool {
    matches!(rule, Rule::bad_item | Rule::bad_member | Rule::bad_step | Rule::bad_entry | Rule::bad_list_item)
}
