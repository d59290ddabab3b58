//! Promises and their members.

use super::{Builder, Kids};
use crate::diag::{Diagnostic, suggest};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Block, Check, Condition, Dependencies, Expr, ExprKind, Fn, FnBody, For, Gvk, Let, Member, Name, Object,
    Observe, OnDelete, OutputFile, Param, Pipeline, PipelineStep, Promise, Request, Resource, StrLit, When,
};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

impl Builder<'_> {
    pub(super) fn promise(&mut self, pair: Pair<'_>) -> Option<Promise> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let (name, version) = match head.as_rule() {
            Rule::promise_head => {
                let mut head = Kids::of(head);
                let name = self.name(head.opt(Rule::name)?);
                (name, head.opt(Rule::version).and_then(|v| self.only_text(v)))
            }
            _ => (self.bad_head(Rule::only_promise_head, &head), None),
        };
        let members = self.members(kids.opt(Rule::members)?);
        Some(Promise { docs, name, version, members, span })
    }

    /// Notes a head that is no good; its first word stands in for the name.
    pub(super) fn bad_head(&mut self, strict: Rule, head: &Pair<'_>) -> Name {
        let span = self.span(head);
        self.bad_heads.push((strict, span));
        let word: String = head
            .as_str()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        let place = Span { end: span.start.saturating_add(u32::try_from(word.len()).unwrap_or(0)), ..span };
        Spanned::new(word, place)
    }

    pub(super) fn members(&mut self, pair: Pair<'_>) -> Vec<Member> {
        self.children(Level::Member, pair, Self::member, Member::Error)
    }

    fn member(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::let_ => self.let_(pair).map(Member::Let),
            Rule::resource => self.resource(pair),
            Rule::request => self.request(pair),
            Rule::when_member => self.when(pair, Rule::members, Self::members).map(Member::When),
            Rule::for_member => self.for_(pair, Rule::members, Self::members).map(Member::For),
            Rule::check => self.check(pair).map(Member::Check),
            Rule::fn_ => self.fn_(pair).map(Member::Fn),
            Rule::api => self.api(pair).map(Member::Api),
            Rule::needs => self.needs(pair).map(Member::Needs),
            Rule::on_delete => self.on_delete(pair).map(Member::OnDelete),
            Rule::destination => self.block(pair).map(Member::Destination),
            Rule::status => self.block(pair).map(Member::Status),
            Rule::dependencies => {
                Some(Member::Dependencies(Dependencies { globs: self.texts(&mut Kids::of(pair)), span }))
            }
            Rule::pipeline => self.pipeline(pair).map(Member::Pipeline),
            Rule::output_file => self.output_file(pair).map(Member::File),
            Rule::observe => Some(Member::Observe(Observe { span })),
            Rule::rule_ => self.rule(pair).map(Member::Rule),
            Rule::test => self.test(pair).map(Member::Test),
            _ => None,
        }
    }

    pub(super) fn let_(&mut self, pair: Pair<'_>) -> Option<Let> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::ident)?);
        let ty = kids.opt(Rule::ty).map(|t| self.ty(t));
        let value = self.expr(kids.opt(Rule::expr)?);
        Some(Let { docs, name, ty, value, span })
    }

    fn resource(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let body = kids.opt(Rule::object)?;
        if head.as_rule() != Rule::resource_head {
            self.bad_head(Rule::only_resource_head, &head);
            self.object(body);
            return Some(Member::Error(span));
        }
        let mut head = Kids::of(head);
        let handle = head.opt(Rule::handle).map(|h| self.name(h));
        let gvk = self.gvk(&head.opt(Rule::gvk)?);
        let name = self.expr(head.opt(Rule::expr)?);
        let namespace = head.opt(Rule::namespace).and_then(|n| self.only_expr(n));
        let body = self.object(body);
        Some(Member::Resource(Resource { docs, handle, gvk, name, namespace, body, span }))
    }

    fn request(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let body = kids.opt(Rule::object)?;
        if head.as_rule() != Rule::request_head {
            self.bad_head(Rule::only_request_head, &head);
            self.object(body);
            return Some(Member::Error(span));
        }
        let mut head = Kids::of(head);
        let handle = head.opt(Rule::handle).map(|h| self.name(h));
        let promise = self.name(head.opt(Rule::name)?);
        let name = self.expr(head.opt(Rule::expr)?);
        let with = head.opt(Rule::with).and_then(|w| self.only_object(w));
        let body = self.object(body);
        Some(Member::Request(Request { docs, handle, promise, name, with, body, span }))
    }

    /// `when C …`, whose body is of `rule` and built by `body`.
    pub(super) fn when<'i, B>(
        &mut self,
        pair: Pair<'i>,
        rule: Rule,
        body: impl FnOnce(&mut Self, Pair<'i>) -> B,
    ) -> Option<When<B>> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let condition = self.condition(&mut kids)?;
        let body = body(self, kids.opt(rule)?);
        Some(When { condition, body, span })
    }

    pub(super) fn condition(&mut self, kids: &mut Kids<'_>) -> Option<Condition> {
        let pair = kids.next()?;
        if pair.as_rule() == Rule::expr {
            return Some(Condition::Expr(self.expr(pair)));
        }
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::ident)?);
        Some(Condition::Let { name, value: self.expr(kids.opt(Rule::expr)?) })
    }

    /// `for x in xs …`, whose body is of `rule` and built by `body`.
    pub(super) fn for_<'i, B>(
        &mut self,
        pair: Pair<'i>,
        rule: Rule,
        body: impl FnOnce(&mut Self, Pair<'i>) -> B,
    ) -> Option<For<B>> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let (key, item, over) = self.loop_(&mut kids)?;
        let body = body(self, kids.opt(rule)?);
        Some(For { key, item, over, body, span })
    }

    pub(super) fn loop_(&mut self, kids: &mut Kids<'_>) -> Option<(Option<Name>, Name, Expr)> {
        let first = self.name(kids.opt(Rule::ident)?);
        let second = kids.opt(Rule::ident).map(|n| self.name(n));
        let over = self.expr(kids.opt(Rule::expr)?);
        Some(match second {
            Some(item) => (Some(first), item, over),
            None => (None, first, over),
        })
    }

    pub(super) fn check(&mut self, pair: Pair<'_>) -> Option<Check> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let condition = self.expr(kids.opt(Rule::expr)?);
        let in_schema = kids.opt(Rule::in_schema).is_some();
        let message = kids.opt(Rule::message).and_then(|m| self.only_expr(m))?;
        Some(Check { condition, in_schema, message, span })
    }

    fn on_delete(&mut self, pair: Pair<'_>) -> Option<OnDelete> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let needed = kids.opt(Rule::needed).map(|n| Kids::of(n).all(Rule::ident)).unwrap_or_default();
        let needs = needed.into_iter().map(|n| self.name(n)).collect();
        let members = self.members(kids.opt(Rule::members)?);
        Some(OnDelete { needs, members, span })
    }

    fn block(&mut self, pair: Pair<'_>) -> Option<Block> {
        let span = self.span(&pair);
        Some(Block { body: self.only_object(pair)?, span })
    }

    fn pipeline(&mut self, pair: Pair<'_>) -> Option<Pipeline> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let name = self.str_lit(kids.opt(Rule::text)?);
        let steps = self.rest(Level::Step, kids, Self::step, PipelineStep::Error);
        Some(Pipeline { name, steps, span })
    }

    fn step(&mut self, pair: Pair<'_>) -> Option<PipelineStep> {
        let span = self.span(&pair);
        if pair.as_rule() == Rule::render {
            return Some(PipelineStep::Render(span));
        }
        if pair.as_rule() == Rule::field {
            let entries = vec![self.entry(pair)?];
            return Some(PipelineStep::Setting { body: Object { entries, span } });
        }
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::name)?);
        let body = self.object(kids.opt(Rule::object)?);
        Some(PipelineStep::Container { name, body, span })
    }

    fn output_file(&mut self, pair: Pair<'_>) -> Option<OutputFile> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let path = self.expr(kids.opt(Rule::expr)?);
        let to = kids.opt(Rule::to).and_then(|t| self.only_object(t));
        let format = self.name(kids.opt(Rule::format)?);
        self.check_format(&format);
        let body = self.expr(kids.opt(Rule::expr)?);
        Some(OutputFile { path, to, format, body, span })
    }

    fn check_format(&mut self, format: &Name) {
        let all = ["yaml", "json", "text"];
        if !all.contains(&format.node.as_str()) {
            let problem =
                Diagnostic::error("unknown-word", format.span, format!("`{}` is no format", format.node));
            let help = suggest::help(&format.node, all).unwrap_or_default();
            self.problems.push(problem.help(help));
        }
    }

    pub(super) fn fn_(&mut self, pair: Pair<'_>) -> Option<Fn> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::ident)?);
        let params =
            self.children(Level::Param, kids.opt(Rule::params)?, |b, p| b.param(p).map(Some), |_| None);
        let params = params.into_iter().flatten().collect();
        let result = self.ty(kids.opt(Rule::ty)?);
        let optional = kids.opt(Rule::opt_mark).is_some();
        let body = kids.next()?;
        let body = match body.as_rule() {
            Rule::expr => FnBody::Expr(self.expr(body)),
            Rule::rhai_body => {
                let source = Kids::of(body).opt(Rule::rhai_src)?;
                FnBody::Rhai(self.raw_span(&source))
            }
            Rule::text => FnBody::RhaiFile(self.str_lit(body)),
            _ => FnBody::Native(self.span(&body)),
        };
        Some(Fn { docs, name, params, result, optional, body, span })
    }

    fn param(&mut self, pair: Pair<'_>) -> Option<Param> {
        let mut kids = Kids::of(pair);
        let name = self.name(kids.opt(Rule::ident)?);
        Some(Param { name, ty: self.ty(kids.opt(Rule::ty)?) })
    }

    /// `group/version/Kind`, or `version/Kind` for the core group.
    pub(super) fn gvk(&mut self, pair: &Pair<'_>) -> Gvk {
        let span = self.span(pair);
        let parts: Vec<&str> = pair.as_str().split('/').collect();
        let (group, version, kind) = match parts.as_slice() {
            [group, version, kind] => (*group, *version, *kind),
            [version, kind] => ("", *version, *kind),
            _ => ("", "", ""),
        };
        self.check_version(span, pair.as_str(), version);
        Gvk { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned(), span }
    }

    pub(super) fn only_expr(&mut self, pair: Pair<'_>) -> Option<Expr> {
        Kids::of(pair).opt(Rule::expr).map(|e| self.expr(e))
    }

    pub(super) fn only_text(&mut self, pair: Pair<'_>) -> Option<StrLit> {
        Kids::of(pair).opt(Rule::text).map(|t| self.str_lit(t))
    }

    pub(super) fn texts(&mut self, kids: &mut Kids<'_>) -> Vec<StrLit> {
        kids.all(Rule::text).into_iter().map(|t| self.str_lit(t)).collect()
    }

    /// An expression that is only a text.
    pub(super) fn text_expr(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        Expr { kind: ExprKind::Text(self.text(pair)), span }
    }
}
