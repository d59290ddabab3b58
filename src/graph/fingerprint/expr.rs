//! Expressions, and the functions and globals that they reach.

use std::collections::BTreeSet;

use super::Ink;
use crate::check::program::{Arm, Condition, Entry, Expr, ExprKind, FunctionBody, Item, Part, Walk};
use crate::check::types::Lit;

impl Ink<'_> {
    /// Writes the functions and globals that were reached, and those that these reach, by their names.
    pub(super) fn reached(&mut self) {
        let (mut functions, mut globals) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let name = |id: usize| self.program.functions.get(id).map(|f| (f.name.as_str(), id));
            let open = self.functions.difference(&functions).filter_map(|id| name(*id)).min();
            if let Some((_, id)) = open {
                functions.insert(id);
                self.function(id);
                continue;
            }
            let name = |id: usize| self.program.globals.get(id).map(|g| (g.name.as_str(), id));
            let Some((_, id)) = self.globals.difference(&globals).filter_map(|id| name(*id)).min() else {
                return;
            };
            globals.insert(id);
            if let Some(global) = self.program.globals.get(id) {
                self.text(&global.name);
                self.expr(&global.value);
            }
        }
    }

    fn function(&mut self, id: usize) {
        let Some(function) = self.program.functions.get(id) else { return };
        self.text(&function.name);
        self.each(&function.params, Self::ty);
        self.ty(&function.result.ty);
        self.number(usize::from(function.result.optional));
        match &*function.body {
            FunctionBody::Expr { value, slots: _ } => self.expr(value),
            FunctionBody::Script { script, span: _ } => self.text(&format!("{script:?}")),
            // A part of vow, known by the name above.
            FunctionBody::Native(_) => self.text("native"),
            FunctionBody::Error => self.text("error"),
        }
    }

    pub(super) fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Error => self.text("error"),
            ExprKind::Const(value) => {
                self.text("const");
                self.value(value);
            }
            ExprKind::Slot(slot) => {
                self.text("slot");
                self.number(*slot);
            }
            ExprKind::Global(id) => {
                self.text("global");
                self.globals.insert(*id);
                let name = self.program.globals.get(*id).map_or("", |g| &g.name);
                self.text(name);
            }
            ExprKind::Field { base, name } => {
                self.text("field");
                self.text(name);
                self.expr(base);
            }
            ExprKind::Index { base, index } => self.all("index", [&**base, &**index]),
            ExprKind::Call { function, args } => {
                self.text("call");
                self.functions.insert(*function);
                let name = self.program.functions.get(*function).map_or("", |f| &f.name);
                self.text(name);
                self.each(args, Self::expr);
            }
            ExprKind::Builtin { builtin, args } => {
                self.text(&format!("{builtin:?}"));
                self.each(args, Self::expr);
            }
            ExprKind::Present(value) => self.all("present", [&**value]),
            ExprKind::Not(value) => self.all("not", [&**value]),
            ExprKind::Binary { op, left, right } => self.all(op.symbol(), [&**left, &**right]),
            ExprKind::If { condition, then, otherwise } => {
                self.all("if", [&**condition, &**then]);
                self.maybe(otherwise.as_deref(), Self::expr);
            }
            ExprKind::Match { subject, arms } => {
                self.all("match", [&**subject]);
                self.each(arms, Self::arm);
            }
            ExprKind::Object(entries) => {
                self.text("object");
                self.entries(entries);
            }
            ExprKind::List(items) => {
                self.text("list");
                self.each(items, Self::item);
            }
            ExprKind::Text(parts) => {
                self.text("text");
                self.each(parts, Self::part);
            }
            ExprKind::Cast { value, to, message } => {
                self.all("cast", [&**value]);
                self.ty(to);
                self.maybe(message.as_deref(), Self::expr);
            }
        }
    }

    fn all<const N: usize>(&mut self, word: &str, expressions: [&Expr; N]) {
        self.text(word);
        expressions.into_iter().for_each(|e| self.expr(e));
    }

    fn arm(&mut self, arm: &Arm) {
        self.each(&arm.patterns, Self::literal);
        self.expr(&arm.value);
    }

    pub(super) fn literal(&mut self, literal: &Lit) {
        match literal {
            Lit::Bool(b) => self.text(&format!("bool {b}")),
            Lit::Int(i) => self.text(&format!("int {i}")),
            Lit::Str(s) => self.text(&format!("text {s}")),
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Str(text) => {
                self.text("plain");
                self.text(text);
            }
            Part::Expr(value) => self.expr(value),
        }
    }

    pub(super) fn entries(&mut self, entries: &[Entry]) {
        self.each(entries, |ink, entry| match entry {
            Entry::Field { path, key_span: _, value } => {
                ink.text("entry");
                ink.each(path, |ink, key| ink.text(key));
                ink.expr(value);
            }
            Entry::Computed { key, value } => ink.all("computed", [key, value]),
            Entry::When { condition, entries } => {
                ink.text("when");
                ink.condition(condition);
                ink.entries(entries);
            }
            Entry::For { walk, entries } => {
                ink.text("for");
                ink.walk(walk);
                ink.entries(entries);
            }
        });
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Expr(value) => self.all("item", [value]),
            Item::Spread(value) => self.all("spread", [value]),
            Item::When(condition, item) => {
                self.text("when");
                self.condition(condition);
                self.item(item);
            }
            Item::For(walk, item) => {
                self.text("for");
                self.walk(walk);
                self.item(item);
            }
        }
    }

    pub(super) fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(value) => self.all("holds", [value]),
            Condition::Let { slot, value } => {
                self.text("there");
                self.number(*slot);
                self.expr(value);
            }
        }
    }

    pub(super) fn walk(&mut self, walk: &Walk) {
        self.maybe(walk.key, Self::number);
        self.number(walk.item);
        self.expr(&walk.over);
    }
}
