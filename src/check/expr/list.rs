//! `[ … ]`.

use crate::check::checker::{Checker, poison};
use crate::check::program::{Expr, ExprKind, Item};
use crate::check::types::{Ty, Type};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::ListItem;

impl<'a> Checker<'a> {
    pub(super) fn list(&mut self, items: &'a [ListItem], expected: Option<&Type>, span: Span) -> Expr {
        let want = match expected {
            Some(Type::List(item)) => Some((**item).clone()),
            _ => None,
        };
        let declared = self.cx.declared.take();
        let mut ty = Type::Never;
        let mut first = None;
        let mut typed = Vec::new();
        let mut broken = false;
        for item in items {
            let Some((item, found, place)) = self.item(item, want.as_ref(), declared) else {
                broken = true;
                continue;
            };
            match ty.join(&found) {
                Some(joined) => {
                    ty = joined;
                    first = first.or(Some(place));
                }
                // A list for a free-form place may mix; any other may not.
                None if want.is_none() && (self.cx.in_body || expected.is_some_and(|t| *t == Type::Any)) => {
                    ty = Type::Any;
                }
                None => {
                    let message = format!("a list has items of one type; so far `{ty}`, here `{found}`");
                    let d = Diagnostic::error("no-common-type", place, message).label(format!("`{found}`"));
                    let d = first.into_iter().fold(d, |d, first| d.also(first, "the first item"));
                    self.out.push(d.help("give all items one type"));
                    broken = true;
                }
            }
            typed.push(item);
        }
        if broken {
            return poison(span);
        }
        Expr { kind: ExprKind::List(typed), ty: Ty::always(Type::list(ty)), span }
    }

    /// An item, the type of the values it gives, and its place.
    fn item(
        &mut self,
        item: &'a ListItem,
        want: Option<&Type>,
        declared: Option<Span>,
    ) -> Option<(Item, Type, Span)> {
        match item {
            ListItem::Expr(e) => {
                let typed = match want {
                    Some(want) => self.optional_value_of(e, want, declared),
                    None => self.expr(e, None),
                };
                if matches!(typed.kind, ExprKind::Error) {
                    return None;
                }
                let (ty, place) = (typed.ty.ty.clone(), typed.span);
                Some((Item::Expr(typed), ty, place))
            }
            ListItem::Spread(e, span) => {
                let list = want.map(|t| Type::list(t.clone()));
                let typed = self.expr(e, list.as_ref());
                let typed = self.require(typed);
                match typed.ty.ty.clone() {
                    Type::List(item) => Some((Item::Spread(typed), (*item).clone(), *span)),
                    Type::Never => None,
                    other => {
                        let message = format!("`...` puts a list into a list, this is `{other}`");
                        self.out.push(
                            Diagnostic::error("type-mismatch", *span, message).help("remove the `...`"),
                        );
                        None
                    }
                }
            }
            ListItem::When(when) => {
                let (condition, inner) =
                    self.under(&when.condition, vec![], |this| this.item(&when.body, want, declared));
                let (item, ty, place) = inner?;
                Some((Item::When(condition, Box::new(item)), ty, place))
            }
            ListItem::For(form) => {
                let (walk, inner) = self.walk(form, vec![], |this| this.item(&form.body, want, declared));
                let (item, ty, place) = inner?;
                Some((Item::For(walk, Box::new(item)), ty, place))
            }
            ListItem::Error(_) => None,
        }
    }
}

impl Expr {
    /// How many items it has, if it is a list that is written out and always has them all.
    pub(in crate::check) fn length(&self) -> Option<usize> {
        let ExprKind::List(items) = &self.kind else { return None };
        let always = |i: &Item| matches!(i, Item::Expr(e) if !e.ty.optional);
        items.iter().all(always).then_some(items.len())
    }
}
