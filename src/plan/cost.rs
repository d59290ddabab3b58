//! What the evaluator would pay for what the plan does not evaluate: an upper bound, as a line over the weight of what a
//! request brings. Where the line reaches a budget, the evaluator decides whether the request stays within it.

use std::collections::BTreeMap;

use crate::check::program::{Builtin, Condition, Entry, Expr, ExprKind, FunctionBody, Item, Part, Walk};
use crate::eval::Engine;
use crate::value::{Value, ops};

/// `fixed + each * weight`, saturating.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) fixed: usize,
    pub(super) each: usize,
}

/// Steps and bytes that the evaluator pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) steps: usize,
    pub(super) bytes: Line,
}

/// The most bytes that a byte of a value takes in a text of YAML or JSON: escapes, and the spaces of 128 levels.
const WRITTEN: usize = 300;
/// The most bytes of a number.
const NUMBER: usize = 24;
/// How deep calls are followed.
const CALLS: usize = 16;

impl Line {
    /// What a request brings.
    const GIVEN: Line = Line { fixed: 0, each: 1 };

    fn of(fixed: usize) -> Line {
        Line { fixed, each: 0 }
    }

    fn plus(self, other: Line) -> Line {
        Line { fixed: self.fixed.saturating_add(other.fixed), each: self.each.saturating_add(other.each) }
    }

    fn times(self, n: usize) -> Line {
        Line { fixed: self.fixed.saturating_mul(n), each: self.each.saturating_mul(n) }
    }

    /// At a weight.
    pub(super) fn at(self, weight: usize) -> usize {
        self.fixed.saturating_add(self.each.saturating_mul(weight))
    }
}

/// The sizes of slots, and what was paid so far.
pub(super) struct Meter<'p> {
    engine: &'p Engine,
    frames: Vec<BTreeMap<usize, Line>>,
    pub(super) cost: Cost,
}

impl<'p> Meter<'p> {
    pub(super) fn new(engine: &'p Engine) -> Self {
        Meter { engine, frames: vec![BTreeMap::new()], cost: Cost::default() }
    }

    /// A let that the plan does not evaluate.
    pub(super) fn let_(&mut self, slot: usize, value: &Expr) -> Cost {
        let size = self.expr(value);
        self.bind(slot, size);
        std::mem::take(&mut self.cost)
    }

    /// What was paid since it was asked last.
    pub(super) fn paid(&mut self) -> Cost {
        std::mem::take(&mut self.cost)
    }

    fn bind(&mut self, slot: usize, size: Line) {
        if let Some(frame) = self.frames.last_mut() {
            frame.insert(slot, size);
        }
    }

    fn pay(&mut self, bytes: Line) {
        self.cost.bytes = self.cost.bytes.plus(bytes);
    }

    /// The size of a value. What is evaluated for a request is part of what it brings, whatever made it.
    pub(super) fn expr(&mut self, e: &Expr) -> Line {
        self.cost.steps = self.cost.steps.saturating_add(1);
        match &e.kind {
            ExprKind::Error => Line::default(),
            ExprKind::Const(v) => weight(v),
            ExprKind::Slot(slot) => {
                self.frames.last().and_then(|f| f.get(slot)).copied().unwrap_or(Line::GIVEN)
            }
            ExprKind::Global(_) => match self.engine.constant(e, 0) {
                Ok(value) => value.as_ref().map_or_else(Line::default, weight),
                Err(_) => Line::of(usize::MAX),
            },
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::Index { base, index } => {
                self.expr(index);
                self.expr(base)
            }
            ExprKind::Call { function, args } => self.call(*function, args),
            ExprKind::Builtin { builtin, args } => {
                let all = self.all(args);
                self.pay(all);
                match builtin {
                    Builtin::Yaml | Builtin::Json => all.times(WRITTEN),
                    _ => all,
                }
            }
            ExprKind::Present(inner) | ExprKind::Not(inner) => {
                self.expr(inner);
                Line::of(1)
            }
            ExprKind::Binary { left, right, .. } => {
                let both = self.expr(left).plus(self.expr(right));
                self.pay(both);
                both.plus(Line::of(1))
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                let then = self.expr(then);
                then.plus(otherwise.as_ref().map_or_else(Line::default, |e| self.expr(e)))
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                arms.iter().fold(Line::default(), |sum, arm| sum.plus(self.expr(&arm.value)))
            }
            ExprKind::Object(entries) => self.entries(entries),
            ExprKind::List(items) => items.iter().fold(Line::of(1), |sum, i| sum.plus(self.item(i))),
            ExprKind::Text(parts) => {
                let size = parts.iter().fold(Line::of(1), |sum, part| match part {
                    Part::Str(s) => sum.plus(Line::of(s.len())),
                    Part::Expr(e) => sum.plus(self.expr(e)).plus(Line::of(NUMBER)),
                });
                self.pay(size.times(parts.len()));
                size
            }
            ExprKind::Cast { value, message, .. } => {
                if let Some(message) = message {
                    self.expr(message);
                }
                let size = self.expr(value);
                self.pay(size);
                size
            }
        }
    }

    fn all(&mut self, args: &[Expr]) -> Line {
        args.iter().fold(Line::default(), |sum, a| sum.plus(self.expr(a)))
    }

    /// The size of an object of these entries.
    pub(super) fn entries(&mut self, entries: &[Entry]) -> Line {
        entries.iter().fold(Line::of(1), |sum, entry| sum.plus(self.entry(entry)))
    }

    fn entry(&mut self, entry: &Entry) -> Line {
        match entry {
            Entry::Field { path, value, .. } => {
                let keys: usize = path.iter().map(|k| k.len() + 2).sum();
                self.expr(value).plus(Line::of(keys))
            }
            Entry::Computed { key, value } => self.expr(key).plus(self.expr(value)).plus(Line::of(2)),
            Entry::When { condition, entries } => {
                self.condition(condition);
                self.entries(entries)
            }
            // What walks is evaluated for the request, as a whole.
            Entry::For { walk, .. } => self.walk(walk),
        }
    }

    fn item(&mut self, item: &Item) -> Line {
        match item {
            Item::Expr(e) => self.expr(e).plus(Line::of(1)),
            Item::Spread(e) => {
                let size = self.expr(e);
                self.pay(size);
                size
            }
            Item::When(condition, item) => {
                self.condition(condition);
                self.item(item)
            }
            Item::For(walk, _) => self.walk(walk),
        }
    }

    fn walk(&mut self, walk: &Walk) -> Line {
        self.expr(&walk.over);
        Line::GIVEN
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(e) => drop(self.expr(e)),
            Condition::Let { slot, value } => {
                let size = self.expr(value);
                self.bind(*slot, size);
            }
        }
    }

    fn call(&mut self, id: usize, args: &[Expr]) -> Line {
        let sizes: Vec<Line> = args.iter().map(|a| self.expr(a)).collect();
        let all = sizes.iter().fold(Line::default(), |sum, s| sum.plus(*s));
        self.pay(all);
        let engine = self.engine;
        let body = engine.program().functions.get(id).map(|f| &f.body);
        match body.map(|body| &**body) {
            Some(FunctionBody::Expr { value, .. }) if self.frames.len() <= CALLS => {
                self.frames.push(sizes.into_iter().enumerate().collect());
                let size = self.expr(value);
                self.frames.pop();
                size
            }
            // A call that is not put in its place is evaluated for the request.
            _ => Line::GIVEN,
        }
    }
}

fn weight(value: &Value) -> Line {
    Line::of(ops::weight(value, usize::MAX).unwrap_or(usize::MAX))
}
