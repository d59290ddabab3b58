//! The formatter: from the tree back to text, in the one way that everybody writes.
//!
//! Two blanks a level, lines of at most 110 characters, objects and lists on one line if they fit and were written so.
//! Texts and scripts keep their bytes (only `\r\n` becomes `\n`), comments their places.

mod branch;
mod case;
mod doc;
mod expr;
mod member;
mod object;
mod place;
mod siblings;
mod types;

use super::ast::{Comment, Docs, File, Fn, FnBody, Item, Let, Promise};
use crate::source::Span;
use doc::Doc;

/// The canonical text of `file`, the tree of `text`, which must have been parsed without an error.
///
/// Formatting the result again changes nothing, and its tree is that of `text` but for the places.
pub fn format(text: &str, file: &File) -> String {
    let mut comments = file.comments.clone();
    comments.sort_by_key(|c| c.span.start);
    let taken = vec![false; comments.len()];
    let mut formatter = Formatter { text, comments, taken };
    let items = formatter.lines(0, text.len(), &file.items, Formatter::item);
    let mut out = doc::print(&Doc::All(items)).replace("\r\n", "\n");
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

struct Formatter<'a> {
    text: &'a str,
    comments: Vec<Comment>,
    /// Which of them are in the document already.
    taken: Vec<bool>,
}

impl Formatter<'_> {
    fn item(&mut self, item: &Item) -> Doc {
        match item {
            Item::Use(x) => Doc::text(format!("use {}", x.path.node)),
            Item::Promise(x) => self.promise(x),
            Item::Platform(x) => self.platform(x),
            Item::Let(x) => self.let_(x),
            Item::Fn(x) => self.fn_(x),
            Item::Rule(x) => self.rule(x),
            Item::Test(x) => self.test(x),
            Item::Error(span) => self.verbatim(*span),
        }
    }

    fn promise(&mut self, promise: &Promise) -> Doc {
        let version = promise.version.as_ref().map(|v| format!(" version {}", self.slice(v.span)));
        let head = format!("promise {}{} ", promise.name.node, version.unwrap_or_default());
        let before = promise.version.as_ref().map_or(promise.name.span, |v| v.span);
        let body = self.braces(self.brace_after(before, promise.span), &promise.members, " ", Self::member);
        Doc::All(vec![Doc::Text(head), body])
    }

    fn let_(&mut self, x: &Let) -> Doc {
        let mut docs = vec![Doc::text(format!("let {}", x.name.node))];
        if let Some(ty) = &x.ty {
            docs.extend([Doc::text(": "), self.ty(ty)]);
        }
        docs.extend([Doc::text(" = "), self.expr(&x.value)]);
        Doc::All(docs)
    }

    fn fn_(&mut self, x: &Fn) -> Doc {
        let mut docs = vec![Doc::text(format!("fn {}", x.name.node))];
        let params = Span { start: x.name.span.end, end: x.result.span.start, ..x.span };
        docs.push(self.arguments(params, &x.params, |f, p| {
            let ty = f.ty(&p.ty);
            Doc::All(vec![Doc::text(format!("{}: ", p.name.node)), ty])
        }));
        docs.extend([Doc::text(" -> "), self.ty(&x.result)]);
        docs.push(Doc::text(if x.optional { "?" } else { "" }));
        docs.push(match &x.body {
            FnBody::Expr(e) => Doc::All(vec![Doc::text(" = "), self.expr(e)]),
            FnBody::Rhai(span) => {
                let source = self.verbatim(*span);
                Doc::All(vec![Doc::text(" rhai {"), source, Doc::text("}")])
            }
            FnBody::RhaiFile(lit) => Doc::text(format!(" rhai {}", self.slice(lit.span))),
            FnBody::Native(_) => Doc::text(" native"),
        });
        Doc::All(docs)
    }

    /// Doc lines, each with its newline.
    fn docs(&self, docs: &Docs) -> Vec<Doc> {
        let line = |line: &str| if line.is_empty() { "///".to_owned() } else { format!("/// {line}") };
        docs.lines.iter().flat_map(|l| [Doc::Text(line(&l.node)), Doc::Newline(false)]).collect()
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The bytes of `span`; the comments in it are part of them.
    fn verbatim(&mut self, span: Span) -> Doc {
        self.take(span.range().start, span.range().end);
        Doc::Verbatim(self.slice(span).to_owned())
    }

    /// From the first brace after `before` to the end of `whole`.
    fn brace_after(&self, before: Span, whole: Span) -> Span {
        let rest = self.text.get(before.range().end..whole.range().end).unwrap_or("");
        let brace = rest.find('{').unwrap_or(0);
        Span::new(whole.file, before.range().end + brace, whole.range().end)
    }
}
