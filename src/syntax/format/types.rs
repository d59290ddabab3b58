//! Types, apis and their fields.

use super::Formatter;
use super::doc::Doc;
use crate::source::Span;
use crate::syntax::ast::{Api, ApiEntry, ApiField, Check, Expr, Needs, Refine, TypeExpr, TypeKind};

impl Formatter<'_> {
    pub(super) fn api(&mut self, x: &Api) -> Doc {
        let mut head = format!("api {}", x.kind.node);
        if let Some(plural) = &x.plural {
            head.push_str(&format!(" plural {}", self.slice(plural.span)));
        }
        let short: Vec<&str> = x.short.iter().map(|s| self.slice(s.span)).collect();
        if !short.is_empty() {
            head.push_str(&format!(" short {}", short.join(", ")));
        }
        head.push_str(&format!(" in {} ", self.slice(x.group_version.span)));
        let span = self.brace_after(x.group_version.span, x.span);
        let body = self.braces(span, &x.entries, ", ", Self::api_entry);
        Doc::All(vec![Doc::Text(head), body])
    }

    pub(super) fn needs(&mut self, x: &Needs) -> Doc {
        let start = Span { end: x.span.start, ..x.span };
        let body = self.braces(self.brace_after(start, x.span), &x.fields, ", ", Self::api_field);
        Doc::All(vec![Doc::text("needs platform "), body])
    }

    pub(super) fn api_entry(&mut self, entry: &ApiEntry) -> Doc {
        match entry {
            ApiEntry::Field(x) => self.api_field(x),
            ApiEntry::Column(x) => {
                let title = self.slice(x.title.span).to_owned();
                Doc::All(vec![Doc::text(format!("column {title} = ")), self.expr(&x.value)])
            }
            ApiEntry::Check(x) => self.check("check", x),
            ApiEntry::Error(span) => self.verbatim(*span),
        }
    }

    pub(super) fn api_field(&mut self, x: &ApiField) -> Doc {
        let mark = if x.optional { "?" } else { "" };
        let mut docs = vec![Doc::text(format!("{}{mark}:", self.slice(x.name.span)))];
        match &x.ty.kind {
            TypeKind::Union(options) => docs.push(self.field_union(options)),
            _ => docs.extend([Doc::text(" "), self.ty(&x.ty)]),
        }
        if let Some(default) = &x.default {
            docs.extend([Doc::text(" = "), self.expr(default)]);
        }
        Doc::All(docs)
    }

    /// A union that may stand below its field, one option a line.
    fn field_union(&mut self, options: &[TypeExpr]) -> Doc {
        let mut docs = vec![Doc::Line(" "), Doc::IfBroken("| ")];
        for (i, option) in options.iter().enumerate() {
            if i > 0 {
                docs.extend([Doc::Line(" "), Doc::text("| ")]);
            }
            docs.push(self.ty(option));
        }
        let gaps = options.iter().zip(options.iter().skip(1));
        let mut gaps = gaps.map(|(a, b)| Span { start: a.span.end, end: b.span.start, ..a.span });
        let broken = gaps.any(|gap| self.slice(gap).contains('\n'));
        Doc::Group(broken, vec![Doc::Indent(docs)])
    }

    pub(super) fn check(&mut self, word: &str, x: &Check) -> Doc {
        let schema = if x.in_schema { " in schema" } else { "" };
        let condition = self.expr(&x.condition);
        let head = vec![Doc::text(format!("{word} ")), condition, Doc::text(schema)];
        self.or_else(Doc::All(head), x.condition.span, &x.message)
    }

    /// What is followed by `else` and a message, which may stand on the next line.
    pub(super) fn or_else(&mut self, head: Doc, end: Span, message: &Expr) -> Doc {
        let gap = Span { start: end.end, end: message.span.start, ..end };
        let broken = self.slice(gap).contains('\n');
        let mut rest = self.gap_comments(gap);
        rest.extend([Doc::Line(" "), Doc::text("else "), self.expr(message)]);
        Doc::Group(broken, vec![head, Doc::Indent(rest)])
    }

    pub(super) fn ty(&mut self, ty: &TypeExpr) -> Doc {
        match &ty.kind {
            TypeKind::Literal(_) | TypeKind::Schema { .. } => self.verbatim(ty.span),
            TypeKind::Named { name, refine } if refine.is_empty() => Doc::text(name.clone()),
            TypeKind::Named { name, refine } => {
                let parts: Vec<String> = refine.iter().map(|r| self.refine(r)).collect();
                Doc::text(format!("{name}({})", parts.join(", ")))
            }
            TypeKind::List(item) => Doc::All(vec![Doc::text("["), self.ty(item), Doc::text("]")]),
            TypeKind::Map(value) => Doc::All(vec![Doc::text("{String: "), self.ty(value), Doc::text("}")]),
            TypeKind::Record(entries) => self.braces(ty.span, entries, ", ", Self::api_entry),
            TypeKind::Union(options) => {
                let mut docs = vec![];
                for (i, option) in options.iter().enumerate() {
                    docs.push(Doc::text(if i > 0 { " | " } else { "" }));
                    docs.push(self.ty(option));
                }
                Doc::All(docs)
            }
            TypeKind::Via { ty, schema } => Doc::All(vec![self.ty(ty), Doc::text(" via "), self.ty(schema)]),
        }
    }

    fn refine(&self, refine: &Refine) -> String {
        let end = |n: &Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        match refine {
            Refine::Range { lo, hi, .. } => format!("{}..{}", end(lo), end(hi)),
            Refine::Pattern(lit) => self.slice(lit.span).to_owned(),
        }
    }
}
