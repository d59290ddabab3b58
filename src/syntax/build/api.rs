//! `api`, `needs` and their fields.

use super::{Builder, Kids};
use crate::diag::Diagnostic;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Api, ApiEntry, ApiField, Column, GroupVersion, Name, Needs};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

impl Builder<'_> {
    pub(super) fn api(&mut self, pair: Pair<'_>) -> Option<Api> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let entries = kids.opt(Rule::api_entries)?;
        if head.as_rule() != Rule::api_head {
            let kind = self.bad_head(Rule::only_api_head, &head);
            let entries = self.api_entries(entries);
            let group_version =
                GroupVersion { group: String::new(), version: String::new(), span: kind.span };
            return Some(Api { docs, kind, plural: None, short: vec![], group_version, entries, span });
        }
        let mut head = Kids::of(head);
        let kind = self.name(head.opt(Rule::name)?);
        let plural = head.opt(Rule::plural).and_then(|p| self.only_text(p));
        let short = head.opt(Rule::short).map(|s| self.texts(&mut Kids::of(s))).unwrap_or_default();
        let group_version = self.group_version(head.opt(Rule::group_version)?)?;
        let entries = self.api_entries(entries);
        Some(Api { docs, kind, plural, short, group_version, entries, span })
    }

    fn group_version(&mut self, pair: Pair<'_>) -> Option<GroupVersion> {
        let pair = Kids::of(pair).opt(Rule::gv)?;
        let span = self.span(&pair);
        let (group, version) = pair.as_str().split_once('/').unwrap_or(("", pair.as_str()));
        self.check_version(span, pair.as_str(), version);
        Some(GroupVersion { group: group.to_owned(), version: version.to_owned(), span })
    }

    /// Reports a version that is none, such as the group in `apps/Deployment`.
    pub(super) fn check_version(&mut self, span: Span, whole: &str, version: &str) {
        let mut rest = version.strip_prefix('v').unwrap_or("").chars();
        if rest.next().is_some_and(|c| c.is_ascii_digit()) && rest.all(|c| c.is_ascii_alphanumeric()) {
            return;
        }
        let problem = Diagnostic::error("bad-version", span, format!("`{version}` in `{whole}` is no version"))
            .help("a version looks like `v1` or `v1beta1`; write `group/version/Kind`, or `v1/Kind` for the core group");
        self.problems.push(problem);
    }

    pub(super) fn needs(&mut self, pair: Pair<'_>) -> Option<Needs> {
        let span = self.span(&pair);
        let fields = self.value_fields(Kids::of(pair).opt(Rule::value_fields)?);
        Some(Needs { fields, span })
    }

    /// Fields only; what is none of them is reported and left out.
    pub(super) fn value_fields(&mut self, pair: Pair<'_>) -> Vec<ApiField> {
        let fields = self.children(Level::ValueField, pair, |b, p| b.api_field(p).map(Some), |_| None);
        fields.into_iter().flatten().collect()
    }

    pub(super) fn api_entries(&mut self, pair: Pair<'_>) -> Vec<ApiEntry> {
        self.children(Level::ApiEntry, pair, Self::api_entry, ApiEntry::Error)
    }

    fn api_entry(&mut self, pair: Pair<'_>) -> Option<ApiEntry> {
        match pair.as_rule() {
            Rule::api_field => self.api_field(pair).map(ApiEntry::Field),
            Rule::column => self.column_entry(pair).map(ApiEntry::Column),
            Rule::check => self.check(pair).map(ApiEntry::Check),
            _ => None,
        }
    }

    fn api_field(&mut self, pair: Pair<'_>) -> Option<ApiField> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let name = self.field_name(kids.next()?);
        let optional = kids.opt(Rule::opt_mark).is_some();
        let ty = self.ty(kids.opt(Rule::ty)?);
        let default = kids.opt(Rule::expr).map(|e| self.expr(e));
        Some(ApiField { docs, name, optional, ty, default, span })
    }

    fn field_name(&mut self, pair: Pair<'_>) -> Name {
        match pair.as_rule() {
            Rule::text => {
                let lit = self.str_lit(pair);
                Spanned::new(lit.value, lit.span)
            }
            Rule::odd_key => {
                let lit = self.odd_key(&pair);
                Spanned::new(lit.value, lit.span)
            }
            _ => self.name(pair),
        }
    }

    fn column_entry(&mut self, pair: Pair<'_>) -> Option<Column> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let title = self.str_lit(kids.opt(Rule::text)?);
        Some(Column { title, value: self.expr(kids.opt(Rule::expr)?), span })
    }
}
