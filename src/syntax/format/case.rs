//! Rules, tests and the platform.

use super::Formatter;
use super::doc::Doc;
use super::object::condition_end;
use super::place::{Placed, StateItem};
use crate::source::Span;
use crate::syntax::ast::{
    Expect, ExpectWhich, Expr, Given, Gvk, Platform, Rule, RuleStmt, RuleTarget, Setting, Test, TestBody,
    TestStmt,
};

impl Formatter<'_> {
    pub(super) fn rule(&mut self, x: &Rule) -> Doc {
        let (target, at) = match &x.target {
            RuleTarget::Kind(gvk) => (self.slice(gvk.span).to_owned(), gvk.span),
            RuleTarget::Document(span) => ("document".to_owned(), *span),
            RuleTarget::Flow(span) => ("flow".to_owned(), *span),
            RuleTarget::Request(name) => (format!("request {}", name.node), name.span),
        };
        let body = self.braces(self.brace_after(at, x.span), &x.body, " ", Self::rule_stmt);
        Doc::All(vec![Doc::text(format!("rule {} on {target} ", x.name.node)), body])
    }

    fn rule_stmt(&mut self, stmt: &RuleStmt) -> Doc {
        match stmt {
            RuleStmt::Let(x) => self.let_(x),
            RuleStmt::When(x) => {
                let head = self.condition(&x.condition);
                let span = self.brace_after(condition_end(&x.condition), x.span);
                Doc::All(vec![head, Doc::text(" "), self.braces(span, &x.body, " ", Self::rule_stmt)])
            }
            RuleStmt::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                let span = self.brace_after(x.over.span, x.span);
                Doc::All(vec![head, Doc::text(" "), self.braces(span, &x.body, " ", Self::rule_stmt)])
            }
            RuleStmt::Require(x) => self.check("require", x),
            RuleStmt::Deny(x) => self.check("deny", x),
            RuleStmt::Warn(x) => self.check("warn", x),
            RuleStmt::Error(span) => self.verbatim(*span),
        }
    }

    pub(super) fn test(&mut self, x: &Test) -> Doc {
        let head = format!("test {} ", self.slice(x.name.span));
        match &x.body {
            TestBody::From(from) => Doc::text(format!("{head}from {}", self.slice(from.span))),
            TestBody::Stmts(stmts) => {
                let body = self.braces(self.brace_after(x.name.span, x.span), stmts, " ", Self::test_stmt);
                Doc::All(vec![Doc::Text(head), body])
            }
        }
    }

    fn test_stmt(&mut self, stmt: &TestStmt) -> Doc {
        let flow_word = |flow: &bool| if *flow { "flow " } else { "" };
        match stmt {
            TestStmt::Given(x) => self.given(x),
            TestStmt::Count { flow, count, .. } => {
                let documents = if *count == 1 { "document" } else { "documents" };
                Doc::text(format!("expect {}{count} {documents}", flow_word(flow)))
            }
            TestStmt::Expect(x) => self.expect(x),
            TestStmt::ExpectFile { path, value, .. } => {
                let head = Doc::text(format!("expect file {} ", self.slice(path.span)));
                Doc::All(vec![head, self.expr(value)])
            }
            TestStmt::ExpectNo { flow, gvk, name, namespace, .. } => {
                let mut docs =
                    vec![Doc::text(format!("expect no {}{}", flow_word(flow), self.slice(gvk.span)))];
                if let Some(name) = name {
                    docs.extend([Doc::text(" "), self.expr(name)]);
                }
                if let Some(namespace) = namespace {
                    docs.extend([Doc::text(" in "), self.expr(namespace)]);
                }
                Doc::All(docs)
            }
            TestStmt::Refuse { message, .. } => Doc::text(format!("refuse {}", self.slice(message.span))),
            TestStmt::Object(x) => {
                let mut docs = self.named("given ".into(), &x.gvk, &x.name, x.namespace.as_ref());
                docs.extend([Doc::text(" "), self.object(&x.body)]);
                Doc::All(docs)
            }
            TestStmt::Pass(_) => Doc::text("pass"),
            TestStmt::Warn { message, .. } => Doc::text(format!("warn {}", self.slice(message.span))),
            TestStmt::Error(span) => self.verbatim(*span),
        }
    }

    fn given(&mut self, x: &Given) -> Doc {
        let mut head = "given ".to_owned();
        if let Some(name) = &x.name {
            head.push_str(&format!("{} ", self.slice(name.span)));
        }
        if let Some(namespace) = &x.namespace {
            head.push_str(&format!("in {} ", self.slice(namespace.span)));
        }
        let mut docs = vec![Doc::Text(head), self.object(&x.spec)];
        if let Some(with) = &x.with {
            docs.extend([Doc::text(" with "), self.object(with)]);
        }
        Doc::All(docs)
    }

    fn expect(&mut self, x: &Expect) -> Doc {
        let flow = if x.flow { "flow " } else { "" };
        let mut docs = match &x.which {
            ExpectWhich::Handle(name) => vec![Doc::text(format!("expect {} ", name.node))],
            ExpectWhich::Named { gvk, name, namespace } => {
                let mut docs = self.named(format!("expect {flow}"), gvk, name, namespace.as_ref());
                docs.push(Doc::text(" "));
                docs
            }
        };
        docs.push(self.object(&x.body));
        Doc::All(docs)
    }

    fn named(&mut self, word: String, gvk: &Gvk, name: &Expr, namespace: Option<&Expr>) -> Vec<Doc> {
        let mut docs = vec![Doc::text(format!("{word}{} ", self.slice(gvk.span))), self.expr(name)];
        if let Some(namespace) = namespace {
            docs.extend([Doc::text(" in "), self.expr(namespace)]);
        }
        docs
    }

    pub(super) fn platform(&mut self, x: &Platform) -> Doc {
        let body = self.braces(self.brace_after(x.name.span, x.span), &x.settings, " ", Self::setting);
        Doc::All(vec![Doc::text(format!("platform {} ", x.name.node)), body])
    }

    fn setting(&mut self, setting: &Setting) -> Doc {
        match setting {
            Setting::Promises(texts, _) => self.texts("promises", texts),
            Setting::Rules(texts, _) => self.texts("rules", texts),
            Setting::Foreign(texts, _) => self.texts("foreign", texts),
            Setting::Schemas(texts, _) => self.texts("schemas", texts),
            Setting::ValuesSchema { file, gvk, path, .. } => {
                let (file, gvk, path) = (self.slice(file.span), self.slice(gvk.span), self.slice(path.span));
                Doc::text(format!("values-schema {file} for {gvk} {path}"))
            }
            Setting::Values(fields, span) => {
                let start = Span { end: span.start, ..*span };
                let body = self.braces(self.brace_after(start, *span), fields, ", ", Self::api_field);
                Doc::All(vec![Doc::text("values "), body])
            }
            Setting::SecretStore { name, body, .. } => {
                Doc::All(vec![Doc::text(format!("secret-store {} ", name.node)), self.object(body)])
            }
            Setting::PodSecurity(level, _) => Doc::text(format!("pod-security {}", level.node)),
            Setting::PipelineImage(image, _) => {
                Doc::text(format!("pipeline-image {}", self.slice(image.span)))
            }
            Setting::OnBadInput(word, _) => Doc::text(format!("on-bad-input {}", word.node)),
            Setting::HostAccess { namespace, because, .. } => {
                let (namespace, because) = (self.slice(namespace.span), self.slice(because.span));
                Doc::text(format!("host-access {namespace} because {because}"))
            }
            Setting::State { body, destinations, .. } => {
                let mut items: Vec<StateItem<'_>> = body.entries.iter().map(StateItem::Entry).collect();
                items.extend(destinations.iter().map(|(name, body)| StateItem::Destination(name, body)));
                items.sort_by_key(|i| i.place().start);
                let body = self.braces(body.span, &items, ", ", Self::state_item);
                Doc::All(vec![Doc::text("state "), body])
            }
            Setting::Error(span) => self.verbatim(*span),
        }
    }

    fn state_item(&mut self, item: &StateItem<'_>) -> Doc {
        match item {
            StateItem::Entry(entry) => self.entry(entry),
            StateItem::Destination(name, body) => {
                Doc::All(vec![Doc::text(format!("destination {} ", name.node)), self.object(body)])
            }
        }
    }
}
