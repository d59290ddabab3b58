//! Objects and lists, and the heads of `when` and `for`.

use super::Formatter;
use super::doc::Doc;
use crate::source::Span;
use crate::syntax::ast::{Condition, Entry, Expr, ExprKind, Key, ListItem, Name, Object};

impl Formatter<'_> {
    pub(super) fn object(&mut self, object: &Object) -> Doc {
        let span = self.inner(&Expr { kind: ExprKind::Error, span: object.span });
        self.braces(span, &object.entries, ", ", Self::entry)
    }

    pub(super) fn entry(&mut self, entry: &Entry) -> Doc {
        match entry {
            Entry::Field { key, value } => {
                let key = match key {
                    Key::Path(words) => {
                        let words: Vec<&str> = words.iter().map(|w| w.node.as_str()).collect();
                        Doc::text(words.join("."))
                    }
                    Key::Quoted(lit) => Doc::text(self.slice(lit.span)),
                    Key::Computed(expr) => Doc::All(vec![Doc::text("["), self.expr(expr), Doc::text("]")]),
                };
                Doc::All(vec![key, Doc::text(": "), self.expr(value)])
            }
            Entry::When(x) => {
                let head = self.condition(&x.condition);
                let body = self.braces(
                    self.brace_after(condition_end(&x.condition), x.span),
                    &x.body,
                    ", ",
                    Self::entry,
                );
                Doc::All(vec![head, Doc::text(" "), body])
            }
            Entry::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                let body = self.braces(self.brace_after(x.over.span, x.span), &x.body, ", ", Self::entry);
                Doc::All(vec![head, Doc::text(" "), body])
            }
            Entry::Error(span) => self.verbatim(*span),
        }
    }

    /// A list; the brackets of its only object stay with the braces if they were written so: `[{` … `}]`.
    pub(super) fn list(&mut self, span: Span, items: &[ListItem]) -> Doc {
        if let [ListItem::Expr(Expr { kind: ExprKind::Object(object), span: item })] = items {
            let before = Span { end: item.start, ..span };
            let after = Span { start: item.end, ..span };
            if self.is_broken(*item) && !self.is_broken(before) && !self.is_broken(after) {
                return Doc::All(vec![Doc::text("["), self.object(object), Doc::text("]")]);
            }
        }
        self.delimited(span, items, ("[", "]", ""), ", ", Self::list_item)
    }

    fn list_item(&mut self, item: &ListItem) -> Doc {
        match item {
            ListItem::Expr(expr) => self.expr(expr),
            ListItem::Spread(expr, _) => Doc::All(vec![Doc::text("..."), self.expr(expr)]),
            ListItem::When(x) => {
                let head = self.condition(&x.condition);
                Doc::All(vec![head, Doc::text(" => "), self.list_item(&x.body)])
            }
            ListItem::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                Doc::All(vec![head, Doc::text(" => "), self.list_item(&x.body)])
            }
            ListItem::Error(span) => self.verbatim(*span),
        }
    }

    /// `when C`.
    pub(super) fn condition(&mut self, condition: &Condition) -> Doc {
        match condition {
            Condition::Expr(expr) => Doc::All(vec![Doc::text("when "), self.expr(expr)]),
            Condition::Let { name, value } => {
                Doc::All(vec![Doc::text(format!("when let {} = ", name.node)), self.expr(value)])
            }
        }
    }

    /// `for k, v in e`.
    pub(super) fn loop_(&mut self, key: Option<&Name>, item: &Name, over: &Expr) -> Doc {
        let key = key.map(|k| format!("{}, ", k.node)).unwrap_or_default();
        Doc::All(vec![Doc::text(format!("for {key}{} in ", item.node)), self.expr(over)])
    }
}

/// Where a condition ends.
pub(super) fn condition_end(condition: &Condition) -> Span {
    match condition {
        Condition::Expr(expr) => expr.span,
        Condition::Let { value, .. } => value.span,
    }
}
