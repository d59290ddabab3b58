//! From pest's pairs to the tree.
//!
//! Functions are named after the grammar's rules. Each returns `None` only where the grammar promises a child that is not
//! there; the nearest list of siblings turns that into an error node, so nothing is lost silently.

mod api;
mod cases;
mod expr;
mod literal;
mod member;
mod object;
mod operators;
mod platform;
mod siblings;
mod text;
mod types;

use super::ast::{Docs, File, Item, Name, Use};
use super::grammar::{Pair, Rule};
use super::recover::{Bad, Level, Repaired};
use super::scan::Scan;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span, Spanned};
use pest::iterators::Pairs;

/// Turns pairs into nodes and collects what is wrong with them.
pub(super) struct Builder<'a> {
    file: FileId,
    text: &'a str,
    repaired: &'a Repaired<'a>,
    scan: &'a Scan,
    used_docs: Vec<bool>,
    /// How deep expressions are nested here, links of chains included.
    height: usize,
    /// Whether `contains e` may stand here.
    in_expect: bool,
    /// Problems with what the grammar accepts.
    pub(super) problems: Vec<Diagnostic>,
    /// Heads that the grammar does not accept, with the rule they should have matched.
    pub(super) bad_heads: Vec<(Rule, Span)>,
    /// Stretches that the grammar does not accept.
    pub(super) bad: Vec<Bad>,
}

impl<'a> Builder<'a> {
    /// A builder for the pairs of `repaired`, the mended copy of `text`.
    pub(super) fn new(file: FileId, text: &'a str, repaired: &'a Repaired<'a>) -> Self {
        let scan = &repaired.scan;
        let used_docs = vec![false; scan.docs.len()];
        Self {
            file,
            text,
            repaired,
            scan,
            used_docs,
            height: 0,
            in_expect: false,
            problems: vec![],
            bad_heads: vec![],
            bad: vec![],
        }
    }

    /// The whole file; doc lines that document nothing become comments.
    pub(super) fn file(&mut self, pairs: Pairs<'_, Rule>) -> File {
        let children = pairs.flat_map(Pair::into_inner).filter(|p| p.as_rule() != Rule::EOI);
        let items = self.siblings(Level::Item, children, Self::item, Item::Error);
        let mut comments = self.scan.comments.clone();
        let unused = self.scan.docs.iter().zip(&self.used_docs).filter(|(_, used)| !**used);
        comments.extend(unused.map(|(span, _)| super::ast::Comment { span: *span, own_line: true }));
        comments.sort_by_key(|c| c.span.start);
        File { items, comments }
    }

    fn item(&mut self, pair: Pair<'_>) -> Option<Item> {
        match pair.as_rule() {
            Rule::use_ => {
                let span = self.span(&pair);
                let path = self.name(Kids::of(pair).opt(Rule::use_path)?);
                Some(Item::Use(Use { path, span }))
            }
            Rule::promise => self.promise(pair).map(Item::Promise),
            Rule::platform => self.platform(pair).map(Item::Platform),
            Rule::let_ => self.let_(pair).map(Item::Let),
            Rule::fn_ => self.fn_(pair).map(Item::Fn),
            Rule::rule_ => self.rule(pair).map(Item::Rule),
            Rule::test => self.test(pair).map(Item::Test),
            _ => None,
        }
    }

    /// The place of a pair, without the blanks and comments at its end.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let raw = self.raw_span(pair).range();
        self.trimmed(raw.start, raw.end)
    }

    /// The place of a pair, with whatever blanks it took.
    fn raw_span(&self, pair: &Pair<'_>) -> Span {
        let raw = pair.as_span();
        Span::new(self.file, self.repaired.original(raw.start()), self.repaired.original(raw.end()))
    }

    fn trimmed(&self, start: usize, mut end: usize) -> Span {
        loop {
            let blank = self.text.get(start..end).unwrap_or("");
            end = start + blank.trim_end_matches([' ', '\t', '\r', '\n']).len();
            match self.comment_ending_at(start, end) {
                Some(comment) => end = comment,
                None => return Span::new(self.file, start, end),
            }
        }
    }

    fn comment_ending_at(&self, from: usize, end: usize) -> Option<usize> {
        let starts_there = |span: &Span| {
            (span.end as usize == end && span.start as usize > from).then_some(span.start as usize)
        };
        let comments = &self.scan.comments;
        let i = comments.partition_point(|c| (c.span.end as usize) < end);
        let docs = &self.scan.docs;
        let j = docs.partition_point(|d| (d.end as usize) < end);
        comments.get(i).and_then(|c| starts_there(&c.span)).or_else(|| docs.get(j).and_then(starts_there))
    }

    fn name(&self, pair: Pair<'_>) -> Name {
        let span = self.span(&pair);
        Spanned::new(pair.as_str().to_owned(), span)
    }

    /// The doc lines directly before `start`, which they document.
    fn docs(&mut self, start: u32) -> Docs {
        let mut first = self.scan.docs.partition_point(|d| d.end <= start);
        let last = first;
        let mut next = start;
        while let Some(line) = first.checked_sub(1).and_then(|i| self.scan.docs.get(i)) {
            let between = self.text.get(line.end as usize..next as usize).unwrap_or("x");
            if !between.trim().is_empty() {
                break;
            }
            next = line.start;
            first -= 1;
        }
        self.used_docs.iter_mut().take(last).skip(first).for_each(|used| *used = true);
        let lines = self.scan.docs.iter().take(last).skip(first).map(|span| {
            let line = self.text.get(span.range()).unwrap_or("").trim_start_matches("///");
            Spanned::new(line.strip_prefix(' ').unwrap_or(line).to_owned(), *span)
        });
        Docs { lines: lines.collect() }
    }
}

/// The children of a pair that carry meaning, taken one after the other.
struct Kids<'i>(std::iter::Peekable<std::vec::IntoIter<Pair<'i>>>);

impl<'i> Kids<'i> {
    fn of(pair: Pair<'i>) -> Self {
        let kids: Vec<Pair<'i>> = pair.into_inner().filter(|p| !is_mark(p.as_rule())).collect();
        Self(kids.into_iter().peekable())
    }

    /// The next child, if it is of `rule`.
    fn opt(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.0.next_if(|p| p.as_rule() == rule)
    }

    /// The next child, whatever it is.
    fn next(&mut self) -> Option<Pair<'i>> {
        self.0.next()
    }

    /// The following children that are of `rule`.
    fn all(&mut self, rule: Rule) -> Vec<Pair<'i>> {
        std::iter::from_fn(|| self.opt(rule)).collect()
    }
}

/// Whether a rule only marks a place: keywords, brackets and separators, named so that messages can name them.
fn is_mark(rule: Rule) -> bool {
    match rule {
        Rule::kw_flow | Rule::kw_native | Rule::kw_if => false,
        Rule::eq | Rule::colon | Rule::comma | Rule::arrow | Rule::fat_arrow => true,
        Rule::lbrace | Rule::rbrace | Rule::rbrack | Rule::rparen => true,
        _ => is_keyword(rule),
    }
}

fn is_keyword(rule: Rule) -> bool {
    use Rule as R;
    matches!(
        rule,
        R::kw_api
            | R::kw_as
            | R::kw_because
            | R::kw_check
            | R::kw_column
            | R::kw_container
            | R::kw_contains
            | R::kw_delete
            | R::kw_deny
            | R::kw_dependencies
            | R::kw_destination
            | R::kw_documents
            | R::kw_else
            | R::kw_expect
            | R::kw_file
            | R::kw_fn
            | R::kw_for
            | R::kw_rules
            | R::kw_foreign
            | R::kw_from
            | R::kw_given
            | R::kw_host_access
            | R::kw_in
            | R::kw_let
            | R::kw_match
            | R::kw_needs
            | R::kw_no
            | R::kw_observe
            | R::kw_on
            | R::kw_on_bad_input
            | R::kw_pass
            | R::kw_pipeline
            | R::kw_pipeline_image
            | R::kw_platform
            | R::kw_plural
            | R::kw_pod_security
            | R::kw_promise
            | R::kw_promises
            | R::kw_refuse
            | R::kw_request
            | R::kw_require
            | R::kw_resource
            | R::kw_retry
            | R::kw_rhai
            | R::kw_rule
            | R::kw_schema
            | R::kw_schemas
            | R::kw_secret_store
            | R::kw_short
            | R::kw_state
            | R::kw_status
            | R::kw_test
            | R::kw_to
            | R::kw_use
            | R::kw_values
            | R::kw_values_schema
            | R::kw_version
            | R::kw_via
            | R::kw_warn
            | R::kw_when
            | R::kw_with
    )
}
