//! Rules and tests.

use super::{Builder, Kids};
use crate::syntax::ast::{
    Expect, ExpectWhich, Given, GivenObject, Object, Rule as RuleNode, RuleStmt, RuleTarget, Test, TestBody,
    TestStmt,
};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_>) -> Option<RuleNode> {
        let span = self.span(&pair);
        let docs = self.docs(span.start);
        let mut kids = Kids::of(pair);
        let head = kids.next()?;
        let (name, target) = match head.as_rule() {
            Rule::rule_head => {
                let mut head = Kids::of(head);
                (self.name(head.opt(Rule::name)?), self.target(head.next()?)?)
            }
            _ => {
                let name = self.bad_head(Rule::only_rule_head, &head);
                let target = RuleTarget::Document(name.span);
                (name, target)
            }
        };
        let body = self.rule_body(kids.opt(Rule::rule_body)?);
        Some(RuleNode { docs, name, target, body, span })
    }

    fn target(&mut self, pair: Pair<'_>) -> Option<RuleTarget> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::on_document => RuleTarget::Document(span),
            Rule::on_flow => RuleTarget::Flow(span),
            Rule::rule_request => RuleTarget::Request(self.name(Kids::of(pair).opt(Rule::name)?)),
            _ => RuleTarget::Kind(self.gvk(&pair)),
        })
    }

    fn rule_body(&mut self, pair: Pair<'_>) -> Vec<RuleStmt> {
        self.children(Level::RuleStmt, pair, Self::rule_stmt, RuleStmt::Error)
    }

    fn rule_stmt(&mut self, pair: Pair<'_>) -> Option<RuleStmt> {
        match pair.as_rule() {
            Rule::let_ => self.let_(pair).map(RuleStmt::Let),
            Rule::when_rule => self.when(pair, Rule::rule_body, Self::rule_body).map(RuleStmt::When),
            Rule::for_rule => self.for_(pair, Rule::rule_body, Self::rule_body).map(RuleStmt::For),
            Rule::require => self.check(pair).map(RuleStmt::Require),
            Rule::deny => self.check(pair).map(RuleStmt::Deny),
            Rule::warn => self.check(pair).map(RuleStmt::Warn),
            _ => None,
        }
    }

    pub(super) fn test(&mut self, pair: Pair<'_>) -> Option<Test> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let name = self.str_lit(kids.opt(Rule::text)?);
        let body = kids.next()?;
        let body = match body.as_rule() {
            Rule::test_from => TestBody::From(self.only_text(body)?),
            _ => TestBody::Stmts(self.children(Level::TestStmt, body, Self::test_stmt, TestStmt::Error)),
        };
        Some(Test { name, body, span })
    }

    fn test_stmt(&mut self, pair: Pair<'_>) -> Option<TestStmt> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut kids = Kids::of(pair);
        if rule == Rule::given {
            return self.given(kids, span).map(|g| TestStmt::Given(Box::new(g)));
        }
        let flow = kids.opt(Rule::kw_flow).is_some();
        match rule {
            Rule::expect_count => {
                let count = self.int(&kids.opt(Rule::number)?).unwrap_or_default();
                Some(TestStmt::Count { flow, count, span })
            }
            Rule::expect_no => {
                let gvk = self.gvk(&kids.opt(Rule::gvk)?);
                let name = kids.opt(Rule::text).map(|t| self.text_expr(t));
                let namespace = kids.opt(Rule::given_in).and_then(|g| Kids::of(g).opt(Rule::text));
                let namespace = namespace.map(|t| self.text_expr(t));
                Some(TestStmt::ExpectNo { flow, gvk, name, namespace, span })
            }
            Rule::expect_file => {
                let path = self.str_lit(kids.opt(Rule::text)?);
                self.in_expect = true;
                let value = kids.next().and_then(|p| match p.as_rule() {
                    Rule::contains => self.contains(p),
                    _ => Some(self.expr(p)),
                });
                self.in_expect = false;
                Some(TestStmt::ExpectFile { path, value: value?, span })
            }
            Rule::expect_kind => {
                let gvk = self.gvk(&kids.opt(Rule::gvk)?);
                let name = self.expr(kids.opt(Rule::expr)?);
                let namespace = kids.opt(Rule::namespace).and_then(|n| self.only_expr(n));
                let body = self.expected(&mut kids)?;
                let which = ExpectWhich::Named { gvk, name, namespace };
                Some(TestStmt::Expect(Box::new(Expect { flow, which, body, span })))
            }
            Rule::expect_handle => {
                let which = ExpectWhich::Handle(self.name(kids.opt(Rule::handle)?));
                let body = self.expected(&mut kids)?;
                Some(TestStmt::Expect(Box::new(Expect { flow, which, body, span })))
            }
            Rule::given_object => {
                let gvk = self.gvk(&kids.opt(Rule::gvk)?);
                let name = self.expr(kids.opt(Rule::expr)?);
                let namespace = kids.opt(Rule::namespace).and_then(|n| self.only_expr(n));
                let body = self.object(kids.opt(Rule::object)?);
                Some(TestStmt::Object(Box::new(GivenObject { gvk, name, namespace, body, span })))
            }
            Rule::passed => Some(TestStmt::Pass(span)),
            Rule::warned => Some(TestStmt::Warn { message: self.str_lit(kids.opt(Rule::text)?), span }),
            Rule::refuse => Some(TestStmt::Refuse { message: self.str_lit(kids.opt(Rule::text)?), span }),
            _ => None,
        }
    }

    fn expected(&mut self, kids: &mut Kids<'_>) -> Option<Object> {
        let pair = kids.opt(Rule::object)?;
        self.in_expect = true;
        let object = self.object(pair);
        self.in_expect = false;
        Some(object)
    }

    fn given(&mut self, mut kids: Kids<'_>, span: crate::source::Span) -> Option<Given> {
        let name = kids.opt(Rule::text).map(|t| self.str_lit(t));
        let namespace = kids.opt(Rule::given_in).and_then(|g| self.only_text(g));
        let spec = self.object(kids.opt(Rule::object)?);
        let with = kids.opt(Rule::with).and_then(|w| self.only_object(w));
        Some(Given { name, namespace, spec, with, span })
    }
}
