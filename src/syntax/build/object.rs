//! Objects and lists.

use super::{Builder, Kids};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{
    Condition, Entry, Expr, ExprKind, For, Key, ListItem, Name, Object, StrLit, TextPart, When,
};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

enum Head {
    When(Condition, Span),
    For((Option<Name>, Name, Expr), Span),
}

impl Builder<'_> {
    pub(super) fn object(&mut self, pair: Pair<'_>) -> Object {
        let span = self.span(&pair);
        Object { entries: self.entries(pair), span }
    }

    pub(super) fn only_object(&mut self, pair: Pair<'_>) -> Option<Object> {
        Kids::of(pair).opt(Rule::object).map(|o| self.object(o))
    }

    pub(super) fn entries(&mut self, pair: Pair<'_>) -> Vec<Entry> {
        self.children(Level::Entry, pair, Self::entry, Entry::Error)
    }

    pub(super) fn entry(&mut self, pair: Pair<'_>) -> Option<Entry> {
        match pair.as_rule() {
            Rule::field => self.field(pair),
            Rule::when_entry => self.when(pair, Rule::entries, Self::entries).map(Entry::When),
            Rule::for_entry => self.for_(pair, Rule::entries, Self::entries).map(Entry::For),
            _ => None,
        }
    }

    fn field(&mut self, pair: Pair<'_>) -> Option<Entry> {
        let mut kids = Kids::of(pair);
        let key = self.key(kids.next()?)?;
        let value = kids.next()?;
        let value = match value.as_rule() {
            Rule::contains => self.contains(value)?,
            _ => self.expr(value),
        };
        Some(Entry::Field { key, value })
    }

    fn key(&mut self, pair: Pair<'_>) -> Option<Key> {
        Some(match pair.as_rule() {
            Rule::text => self.text_key(pair),
            Rule::odd_key => Key::Quoted(self.odd_key(&pair)),
            Rule::computed => Key::Computed(self.only_expr(pair)?),
            _ => {
                let words = Kids::of(pair).all(Rule::word);
                Key::Path(words.into_iter().map(|w| self.name(w)).collect())
            }
        })
    }

    /// A quoted key; one with holes should have been a computed one.
    fn text_key(&mut self, pair: Pair<'_>) -> Key {
        let span = self.span(&pair);
        let written = pair.as_str().to_owned();
        let text = self.text(pair);
        let whole: Option<String> = text
            .parts
            .iter()
            .map(|p| match p {
                TextPart::Str(part) => Some(part.as_str()),
                TextPart::Interpolation(_) => None,
            })
            .collect();
        if let Some(value) = whole {
            return Key::Quoted(StrLit { value, span });
        }
        let problem =
            Diagnostic::error("no-interpolation", span, "a key with a `${…}` is computed and needs brackets")
                .help(format!("write `[{written}]:`; only maps have computed keys"))
                .fix(span, format!("[{written}]"));
        self.problems.push(problem);
        Key::Computed(Expr { kind: ExprKind::Text(text), span })
    }

    pub(super) fn contains(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        if !self.in_expect {
            let problem = Diagnostic::error(
                "misplaced-contains",
                span,
                "`contains` before a value is for the `expect` of a test",
            )
            .help("call it as a function: `contains(list, item)`");
            self.problems.push(problem);
        }
        let inner = self.only_expr(pair)?;
        Some(Expr { kind: ExprKind::Contains(Box::new(inner)), span })
    }

    pub(super) fn list(&mut self, pair: Pair<'_>) -> Vec<ListItem> {
        self.children(Level::ListItem, pair, Self::list_item, ListItem::Error)
    }

    fn list_item(&mut self, pair: Pair<'_>) -> Option<ListItem> {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let mut heads = vec![];
        while let Some(head) = kids.opt(Rule::when_head).or_else(|| kids.opt(Rule::for_head)) {
            heads.push(self.head(head, span)?);
        }
        let value = kids.next()?;
        let value_span = self.span(&value);
        let item = match value.as_rule() {
            Rule::spread => ListItem::Spread(self.only_expr(value)?, value_span),
            _ => ListItem::Expr(self.expr(value)),
        };
        if heads.len() > super::super::scan::MAX_DEPTH {
            let problem =
                Diagnostic::error("nested-too-deep", span, "this item stands under too many conditions")
                    .help("join them with `&&`");
            self.problems.push(problem);
            return Some(ListItem::Error(span));
        }
        Some(heads.into_iter().rev().fold(item, |body, head| match head {
            Head::When(condition, span) => ListItem::When(Box::new(When { condition, body, span })),
            Head::For((key, item, over), span) => {
                ListItem::For(Box::new(For { key, item, over, body, span }))
            }
        }))
    }

    /// A head; its form lasts until the end of the whole item.
    fn head(&mut self, pair: Pair<'_>, item: Span) -> Option<Head> {
        let span = Span { end: item.end, ..self.span(&pair) };
        let rule = pair.as_rule();
        let mut kids = Kids::of(pair);
        Some(match rule {
            Rule::when_head => Head::When(self.condition(&mut kids)?, span),
            _ => Head::For(self.loop_(&mut kids)?, span),
        })
    }
}
