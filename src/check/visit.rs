//! The children of an expression, for walks that look for something.

use super::program::{Condition, Entry, Expr, ExprKind, Item, Part, Walk};

impl Expr {
    /// Calls `f` with the expression and every expression in it.
    pub fn visit<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        f(self);
        match &self.kind {
            ExprKind::Error | ExprKind::Const(_) | ExprKind::Slot(_) | ExprKind::Global(_) => {}
            ExprKind::Field { base, .. } | ExprKind::Present(base) | ExprKind::Not(base) => base.visit(f),
            ExprKind::Index { base: a, index: b } | ExprKind::Binary { left: a, right: b, .. } => {
                a.visit(f);
                b.visit(f);
            }
            ExprKind::Call { args, .. } | ExprKind::Builtin { args, .. } => {
                args.iter().for_each(|a| a.visit(f))
            }
            ExprKind::If { condition, then, otherwise } => {
                condition.visit(f);
                then.visit(f);
                otherwise.iter().for_each(|e| e.visit(f));
            }
            ExprKind::Match { subject, arms } => {
                subject.visit(f);
                arms.iter().for_each(|a| a.value.visit(f));
            }
            ExprKind::Object(entries) => entries.iter().for_each(|e| e.visit(f)),
            ExprKind::List(items) => items.iter().for_each(|i| i.visit(f)),
            ExprKind::Text(parts) => {
                for part in parts {
                    if let Part::Expr(e) = part {
                        e.visit(f);
                    }
                }
            }
            ExprKind::Cast { value, message, .. } => {
                value.visit(f);
                message.iter().for_each(|m| m.visit(f));
            }
        }
    }
}

impl Entry {
    /// Calls `f` with every expression of the entry.
    pub fn visit<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match self {
            Entry::Field { value, .. } => value.visit(f),
            Entry::Computed { key, value } => {
                key.visit(f);
                value.visit(f);
            }
            Entry::When { condition, entries } => {
                condition.visit(f);
                entries.iter().for_each(|e| e.visit(f));
            }
            Entry::For { walk, entries } => {
                walk.visit(f);
                entries.iter().for_each(|e| e.visit(f));
            }
        }
    }
}

impl Item {
    /// Calls `f` with every expression of the item.
    pub fn visit<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match self {
            Item::Expr(e) | Item::Spread(e) => e.visit(f),
            Item::When(condition, item) => {
                condition.visit(f);
                item.visit(f);
            }
            Item::For(walk, item) => {
                walk.visit(f);
                item.visit(f);
            }
        }
    }
}

impl Condition {
    /// Calls `f` with every expression of the condition.
    pub fn visit<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match self {
            Condition::Expr(e) | Condition::Let { value: e, .. } => e.visit(f),
        }
    }
}

impl Walk {
    /// Calls `f` with every expression of the walk.
    pub fn visit<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        self.over.visit(f);
    }
}
