//! Members of a promise.

use super::Formatter;
use super::doc::Doc;
use super::object::condition_end;
use crate::source::Span;
use crate::syntax::ast::{
    Block, Member, OnDelete, OutputFile, Pipeline, PipelineStep, Request, Resource, StrLit,
};

impl Formatter<'_> {
    pub(super) fn member(&mut self, member: &Member) -> Doc {
        match member {
            Member::Api(x) => self.api(x),
            Member::Needs(x) => self.needs(x),
            Member::Let(x) => self.let_(x),
            Member::Fn(x) => self.fn_(x),
            Member::Resource(x) => self.resource(x),
            Member::Request(x) => self.request(x),
            Member::When(x) => {
                let head = self.condition(&x.condition);
                let span = self.brace_after(condition_end(&x.condition), x.span);
                Doc::All(vec![head, Doc::text(" "), self.braces(span, &x.body, " ", Self::member)])
            }
            Member::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                let span = self.brace_after(x.over.span, x.span);
                Doc::All(vec![head, Doc::text(" "), self.braces(span, &x.body, " ", Self::member)])
            }
            Member::Check(x) => self.check("check", x),
            Member::OnDelete(x) => self.on_delete(x),
            Member::Destination(x) => self.block("destination ", x),
            Member::Status(x) => self.block("status ", x),
            Member::Dependencies(x) => self.texts("dependencies", &x.globs),
            Member::Pipeline(x) => self.pipeline(x),
            Member::File(x) => self.output_file(x),
            Member::Rule(x) => self.rule(x),
            Member::Test(x) => self.test(x),
            Member::Observe(crate::syntax::ast::Observe { span }) | Member::Error(span) => {
                self.verbatim(*span)
            }
        }
    }

    fn resource(&mut self, x: &Resource) -> Doc {
        let handle = x.handle.as_ref().map(|h| format!("{} = ", h.node)).unwrap_or_default();
        let mut docs =
            vec![Doc::text(format!("resource {handle}{} ", self.slice(x.gvk.span))), self.expr(&x.name)];
        if let Some(namespace) = &x.namespace {
            docs.extend([Doc::text(" in "), self.expr(namespace)]);
        }
        docs.extend([Doc::text(" "), self.object(&x.body)]);
        Doc::All(docs)
    }

    fn request(&mut self, x: &Request) -> Doc {
        let handle = x.handle.as_ref().map(|h| format!("{} = ", h.node)).unwrap_or_default();
        let mut docs = vec![Doc::text(format!("request {handle}{} ", x.promise.node)), self.expr(&x.name)];
        if let Some(with) = &x.with {
            docs.extend([Doc::text(" with "), self.object(with)]);
        }
        docs.extend([Doc::text(" "), self.object(&x.body)]);
        Doc::All(docs)
    }

    fn on_delete(&mut self, x: &OnDelete) -> Doc {
        let needs: Vec<&str> = x.needs.iter().map(|n| n.node.as_str()).collect();
        let needs = if needs.is_empty() { String::new() } else { format!("needs {} ", needs.join(", ")) };
        let start = Span { end: x.span.start, ..x.span };
        let body = self.braces(self.brace_after(start, x.span), &x.members, " ", Self::member);
        Doc::All(vec![Doc::text(format!("on delete {needs}")), body])
    }

    fn block(&mut self, word: &str, x: &Block) -> Doc {
        Doc::All(vec![Doc::text(word), self.object(&x.body)])
    }

    /// A word and texts: on one line, or one a line below the first.
    pub(super) fn texts(&mut self, word: &str, texts: &[StrLit]) -> Doc {
        let between = texts.iter().zip(texts.iter().skip(1));
        let gaps: Vec<Span> =
            between.map(|(a, b)| Span { start: a.span.end, end: b.span.start, ..a.span }).collect();
        let broken = gaps.iter().any(|g| self.slice(*g).contains('\n'));
        let mut rest = vec![];
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                rest.extend([Doc::text(","), Doc::Line(" ")]);
            }
            rest.push(self.verbatim(text.span));
        }
        Doc::Group(broken, vec![Doc::text(format!("{word} ")), Doc::Indent(rest)])
    }

    fn pipeline(&mut self, x: &Pipeline) -> Doc {
        let head = Doc::text(format!("pipeline {} ", self.slice(x.name.span)));
        let body = self.braces(self.brace_after(x.name.span, x.span), &x.steps, " ", Self::step);
        Doc::All(vec![head, body])
    }

    fn step(&mut self, step: &PipelineStep) -> Doc {
        match step {
            PipelineStep::Render(_) => Doc::text("render"),
            PipelineStep::Container { name, body, .. } => {
                Doc::All(vec![Doc::text(format!("container {} ", name.node)), self.object(body)])
            }
            PipelineStep::Setting { body } => {
                Doc::All(body.entries.iter().map(|entry| self.entry(entry)).collect())
            }
            PipelineStep::Error(span) => self.verbatim(*span),
        }
    }

    fn output_file(&mut self, x: &OutputFile) -> Doc {
        let mut docs = vec![Doc::text("file "), self.expr(&x.path)];
        if let Some(to) = &x.to {
            docs.extend([Doc::text(" to "), self.object(to)]);
        }
        docs.extend([Doc::text(format!(" {} ", x.format.node)), self.expr(&x.body)]);
        Doc::All(docs)
    }
}
