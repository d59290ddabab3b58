//! What the evaluator would pay for what the plan does not evaluate: an upper bound, by what a request brings. Where it reaches
//! a budget, the evaluator decides whether the request stays within it.

use std::collections::BTreeMap;

use super::size::{Count, Extent, Size};
use crate::check::program::{Builtin, Condition, Entry, Expr, ExprKind, FunctionBody, Item, Part, Walk};
use crate::check::types::Type;
use crate::eval::Engine;
use crate::value::{Value, ops};

/// Steps and bytes that the evaluator pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) steps: Count,
    pub(super) bytes: Size,
    /// The largest value that loops make and that is walked: one larger than any output may be is refused.
    pub(super) largest: Size,
}

/// The most bytes that a byte of a value takes in a text of YAML or JSON: escapes, and the spaces of 128 levels.
const WRITTEN: usize = 300;
/// The same in a text of one level; each level more has two spaces.
const LINE: usize = 32;
/// The most bytes of a number.
const NUMBER: usize = 24;
/// How deep calls are followed.
const CALLS: usize = 16;
/// Within how many loops the items of one are told from the whole.
const WALKS: usize = 4;

impl Cost {
    fn plus(self, other: Cost) -> Cost {
        let (steps, bytes) = (self.steps.plus(other.steps), self.bytes.plus(other.bytes));
        Cost { steps, bytes, largest: self.largest.or(other.largest) }
    }

    fn times(self, n: Count) -> Cost {
        Cost { steps: self.steps.times(n), bytes: self.bytes.times(n), ..self }
    }

    fn less(self, part: Cost) -> Cost {
        Cost { steps: self.steps.less(part.steps), bytes: self.bytes.less(part.bytes), ..self }
    }
}

/// The sizes of slots, and what was paid so far.
pub(super) struct Meter<'p> {
    engine: &'p Engine,
    frames: Vec<BTreeMap<usize, Extent>>,
    /// How many loops are around.
    walks: usize,
    pub(super) cost: Cost,
}

impl<'p> Meter<'p> {
    pub(super) fn new(engine: &'p Engine) -> Self {
        Meter { engine, frames: vec![BTreeMap::new()], walks: 0, cost: Cost::default() }
    }

    /// A let that the plan does not evaluate.
    pub(super) fn let_(&mut self, slot: usize, value: &Expr) -> Cost {
        let size = self.expr(value);
        self.bind(slot, size);
        self.paid()
    }

    /// What was paid since it was asked last.
    pub(super) fn paid(&mut self) -> Cost {
        std::mem::take(&mut self.cost)
    }

    fn bind(&mut self, slot: usize, value: Extent) {
        if let Some(frame) = self.frames.last_mut() {
            frame.insert(slot, value);
        }
    }

    fn pay(&mut self, bytes: Size) {
        self.cost.bytes = self.cost.bytes.plus(bytes);
    }

    /// Pays for a value that is walked.
    fn pay_for(&mut self, value: Extent) {
        self.pay(value.size);
        if value.size.grows() {
            self.cost.largest = self.cost.largest.or(value.size);
        }
    }

    fn step(&mut self) {
        self.cost.steps = self.cost.steps.plus(Count::of(1));
    }

    /// The size of a value. What is evaluated for a request is part of what it brings, whatever made it.
    pub(super) fn expr(&mut self, e: &Expr) -> Extent {
        let value = self.made(e);
        Extent::largest(&e.ty.ty).unwrap_or(value)
    }

    fn made(&mut self, e: &Expr) -> Extent {
        self.step();
        match &e.kind {
            ExprKind::Error => Extent::default(),
            ExprKind::Const(v) => extent(v),
            ExprKind::Slot(slot) => {
                self.frames.last().and_then(|f| f.get(slot)).copied().unwrap_or_else(Extent::given)
            }
            ExprKind::Global(_) => match self.engine.constant(e, 0) {
                Ok(value) => value.as_ref().map_or_else(Extent::default, extent),
                Err(_) => Extent::of(usize::MAX),
            },
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::Index { base, index } => {
                self.expr(index);
                self.expr(base)
            }
            ExprKind::Call { function, args } => self.call(*function, args),
            ExprKind::Builtin { builtin, args } => self.builtin(*builtin, args),
            ExprKind::Present(inner) | ExprKind::Not(inner) => {
                self.expr(inner);
                Extent::of(1)
            }
            ExprKind::Binary { left, right, .. } => {
                let both = self.expr(left).plus(self.expr(right));
                self.pay_for(both);
                both.plus(Extent::of(1))
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                let then = self.expr(then);
                then.plus(otherwise.as_ref().map_or_else(Extent::default, |e| self.expr(e)))
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                arms.iter().fold(Extent::default(), |sum, arm| sum.plus(self.expr(&arm.value)))
            }
            ExprKind::Object(entries) => self.entries(entries),
            ExprKind::List(items) => items.iter().fold(Extent::of(1), |sum, i| sum.plus(self.item(i))),
            ExprKind::Text(parts) => {
                let text = parts.iter().fold(Extent::of(1), |sum, part| match part {
                    Part::Str(s) => sum.plus(Extent::of(s.len())),
                    Part::Expr(e) => sum.plus(self.expr(e)).plus(Extent::of(NUMBER)),
                });
                self.pay(text.size.times(Count::of(parts.len())));
                text
            }
            ExprKind::Cast { value, message, .. } => {
                if let Some(message) = message {
                    self.expr(message);
                }
                let value = self.expr(value);
                self.pay_for(value);
                value
            }
        }
    }

    fn builtin(&mut self, builtin: Builtin, args: &[Expr]) -> Extent {
        let all = args.iter().fold(Extent::default(), |sum, a| sum.plus(self.expr(a)));
        self.pay_for(all);
        match builtin {
            Builtin::Yaml | Builtin::Json => {
                let depth = args.iter().try_fold(0, |most, a| Some(depth(&a.ty.ty)?.max(most)));
                all.times(Count::of(depth.map_or(WRITTEN, |depth| LINE + 2 * depth)))
            }
            Builtin::Distinct => {
                // Each item is looked for among those before it.
                self.pay(Size { fixed: all.items.times(all.items), each: Count::default() });
                all
            }
            _ => all,
        }
    }

    /// The size of an object of these entries.
    pub(super) fn entries(&mut self, entries: &[Entry]) -> Extent {
        entries.iter().fold(Extent::of(1), |sum, entry| sum.plus(self.entry(entry)))
    }

    fn entry(&mut self, entry: &Entry) -> Extent {
        match entry {
            Entry::Field { path, value, .. } => {
                let keys: usize = path.iter().map(|k| k.len() + 2).sum();
                self.expr(value).plus(Extent::member(keys))
            }
            Entry::Computed { key, value } => self.expr(key).plus(self.expr(value)).plus(Extent::member(2)),
            Entry::When { condition, entries } => {
                self.condition(condition);
                self.entries(entries)
            }
            Entry::For { walk, entries } => self.walk(walk, |this| this.entries(entries)),
        }
    }

    fn item(&mut self, item: &Item) -> Extent {
        match item {
            Item::Expr(e) => self.expr(e).plus(Extent::member(1)),
            Item::Spread(e) => {
                let list = self.expr(e);
                self.pay(list.size);
                list
            }
            Item::When(condition, item) => {
                self.condition(condition);
                self.item(item)
            }
            Item::For(walk, item) => self.walk(walk, |this| this.item(item)),
        }
    }

    /// What is paid for an item whatever is in it is paid for as many as there can be. What is paid for what is in it is paid
    /// for all items together, and they are no larger than what is walked.
    fn walk(&mut self, walk: &Walk, mut body: impl FnMut(&mut Self) -> Extent) -> Extent {
        let (over, before) = (self.expr(&walk.over), self.paid());
        self.walks += 1;
        // Each loop is looked at twice, so within many it has to do without.
        let none = if self.walks <= WALKS { over.weightless() } else { over };
        let (one, each) = self.round(walk, none, &mut body);
        let (all, together) = match none == over {
            true => (one, each),
            false => self.round(walk, over, &mut body),
        };
        self.walks -= 1;
        self.cost = before.plus(each.times(over.items)).plus(together.less(each));
        one.times(over.items).plus(all.less(one))
    }

    /// One round, where the item is as large as that, and what it costs.
    fn round(
        &mut self,
        walk: &Walk,
        item: Extent,
        body: &mut dyn FnMut(&mut Self) -> Extent,
    ) -> (Extent, Cost) {
        walk.key.into_iter().chain([walk.item]).for_each(|slot| self.bind(slot, item));
        self.step();
        (body(self), self.paid())
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(e) => drop(self.expr(e)),
            Condition::Let { slot, value } => {
                let value = self.expr(value);
                self.bind(*slot, value);
            }
        }
    }

    fn call(&mut self, id: usize, args: &[Expr]) -> Extent {
        let args: Vec<Extent> = args.iter().map(|a| self.expr(a)).collect();
        let all = args.iter().fold(Extent::default(), |sum, a| sum.plus(*a));
        self.pay_for(all);
        let engine = self.engine;
        let body = engine.program().functions.get(id).map(|f| &f.body);
        match body.map(|body| &**body) {
            Some(FunctionBody::Expr { value, .. }) if self.frames.len() <= CALLS => {
                self.frames.push(args.into_iter().enumerate().collect());
                let value = self.expr(value);
                self.frames.pop();
                value
            }
            // A call that is not put in its place is evaluated for the request.
            _ => Extent::given(),
        }
    }
}

fn extent(value: &Value) -> Extent {
    let weight = ops::weight(value, usize::MAX).unwrap_or(usize::MAX);
    Extent { items: Count::of(most(value)), ..Extent::of(weight) }
}

/// How many items a list or an object in it has at most.
fn most(value: &Value) -> usize {
    let within = |all: &mut dyn Iterator<Item = &Value>| all.map(most).max().unwrap_or(0);
    match value {
        Value::List(items) => items.len().max(within(&mut items.iter())),
        Value::Map(map) => map.len().max(within(&mut map.values())),
        _ => 0,
    }
}

/// How deep the values of a type are; `None` if it does not say.
fn depth(ty: &Type) -> Option<usize> {
    match ty {
        Type::List(of) | Type::Map(of) => Some(1 + depth(of)?),
        Type::Record(record) => {
            let fields = record.fields.values().map(|f| depth(&f.ty));
            Some(1 + fields.collect::<Option<Vec<_>>>()?.into_iter().max().unwrap_or(0))
        }
        Type::Object | Type::Any => None,
        _ => Some(0),
    }
}
