//! What an expression may cost, and how large its value may become.

use super::Estimate;
use super::amount::{Cost, SCALAR, Size, of_type, wide};
use crate::check::program::{
    Arm, BinaryOp, Builtin, Condition, Entry, Expr, ExprKind, FunctionBody, Item, Part, Walk,
};
use crate::check::types::Type;
use crate::eval::budget;

/// The size of each slot.
pub(super) type Frame = Vec<Size>;

impl Estimate<'_> {
    /// The size of a value that is looked into or handed on; a part of the request is not measured yet.
    pub(super) fn eval(&mut self, e: &Expr, frame: &mut Frame) -> Size {
        let Some(left) = self.fuel.checked_sub(1) else { return Size::default() };
        self.fuel = left;
        self.cost.steps = self.cost.steps.saturating_add(1);
        let size = match &e.kind {
            ExprKind::Error => Size::default(),
            ExprKind::Const(v) => {
                let size = Size::of_value(v, budget::OUTPUT_BYTES).unwrap_or_default();
                self.fuel = self.fuel.saturating_sub(size.bytes / 64);
                size
            }
            ExprKind::Slot(slot) => self.read(frame.get(*slot).copied()),
            ExprKind::Global(id) => self.read(self.globals.get(*id).copied()),
            ExprKind::Field { base, .. } => {
                let fields = if let Type::Record(r) = &base.ty.ty { wide(r.fields.len()) } else { 1 };
                self.eval(base, frame).part(fields)
            }
            ExprKind::Index { base, index } => {
                self.eval(index, frame);
                let base = self.eval(base, frame);
                base.part(base.count)
            }
            ExprKind::Call { function, args } => self.call(*function, args, frame),
            ExprKind::Builtin { builtin, args } => self.builtin(*builtin, args, frame),
            ExprKind::Present(inner) | ExprKind::Not(inner) => self.scalar(&[inner], frame),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, frame),
            ExprKind::If { condition, then, otherwise } => {
                self.eval(condition, frame);
                self.either([Some(&**then), otherwise.as_deref()].into_iter().flatten(), frame)
            }
            ExprKind::Match { subject, arms } => {
                self.eval(subject, frame);
                self.either(arms.iter().map(|a: &Arm| &a.value), frame)
            }
            ExprKind::Object(entries) => self.entries(entries, frame),
            ExprKind::List(items) => items.iter().fold(Size::default(), |s, i| s.plus(self.item(i, frame))),
            ExprKind::Text(parts) => self.text(parts, frame),
            ExprKind::Cast { value, .. } => {
                let size = self.sized(value, frame);
                self.pay(size.bytes);
                size
            }
        };
        size.within(&e.ty.ty)
    }

    /// The size of a value that is used as a whole.
    pub(super) fn sized(&mut self, e: &Expr, frame: &mut Frame) -> Size {
        let size = self.eval(e, frame);
        if size.given { of_type(&e.ty.ty, &mut self.fuel) } else { size }
    }

    fn read(&mut self, size: Option<Size>) -> Size {
        let size = size.unwrap_or_default();
        self.tainted |= size.blamed;
        size
    }

    fn pay(&mut self, bytes: u64) {
        self.cost.bytes = self.cost.bytes.saturating_add(bytes);
    }

    fn scalar(&mut self, parts: &[&Expr], frame: &mut Frame) -> Size {
        for part in parts {
            self.eval(part, frame);
        }
        Size::of(SCALAR)
    }

    /// One of several: the most that any costs, and the largest.
    fn either<'e>(&mut self, choices: impl Iterator<Item = &'e Expr>, frame: &mut Frame) -> Size {
        let before = std::mem::take(&mut self.cost);
        let (mut size, mut most) = (Size::default(), Cost::default());
        for choice in choices {
            size = size.or(self.sized(choice, frame));
            most = most.or(std::mem::take(&mut self.cost));
        }
        self.cost = before.plus(most);
        size
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, frame: &mut Frame) -> Size {
        match op {
            BinaryOp::Coalesce => self.sized(left, frame).or(self.sized(right, frame)),
            BinaryOp::Eq | BinaryOp::Ne => {
                let both = self.sized(left, frame).plus(self.sized(right, frame));
                self.pay(both.bytes);
                Size::of(SCALAR)
            }
            _ => self.scalar(&[left, right], frame),
        }
    }

    fn text(&mut self, parts: &[Part], frame: &mut Frame) -> Size {
        let mut length = 0_u64;
        for part in parts {
            let more = match part {
                Part::Str(s) => wide(s.len()),
                Part::Expr(e) => self.sized(e, frame).bytes,
            };
            length = length.saturating_add(more);
            self.pay(length);
        }
        Size::of(length)
    }

    /// The size of an object of these entries.
    pub(super) fn entries(&mut self, entries: &[Entry], frame: &mut Frame) -> Size {
        entries.iter().fold(Size::default(), |sum, entry| sum.plus(self.entry(entry, frame)))
    }

    fn entry(&mut self, entry: &Entry, frame: &mut Frame) -> Size {
        match entry {
            Entry::Field { path, value, .. } => {
                let keys: usize = path.iter().map(|k| k.len() + 1).sum();
                let bytes = self.sized(value, frame).bytes.saturating_add(wide(keys));
                Size { bytes, count: 1, ..Size::default() }
            }
            Entry::Computed { key, value } => {
                let both = self.sized(key, frame).plus(self.sized(value, frame));
                Size { count: 1, ..both }
            }
            Entry::When { condition, entries } => {
                self.condition(condition, frame);
                self.entries(entries, frame)
            }
            Entry::For { walk, entries } => self.each(walk, frame, |this, f| this.entries(entries, f)),
        }
    }

    fn item(&mut self, item: &Item, frame: &mut Frame) -> Size {
        match item {
            Item::Expr(e) => {
                let bytes = self.sized(e, frame).bytes.saturating_add(1);
                Size { bytes, count: 1, ..Size::default() }
            }
            Item::Spread(e) => {
                let size = self.sized(e, frame);
                self.pay(size.count);
                size
            }
            Item::When(condition, item) => {
                self.condition(condition, frame);
                self.item(item, frame)
            }
            Item::For(walk, item) => self.each(walk, frame, |this, f| this.item(item, f)),
        }
    }

    /// Evaluates a condition, and fills what it binds.
    pub(super) fn condition(&mut self, condition: &Condition, frame: &mut Frame) {
        match condition {
            Condition::Expr(e) => drop(self.eval(e, frame)),
            Condition::Let { slot, value } => {
                let size = self.eval(value, frame);
                fill(frame, *slot, size);
            }
        }
    }

    /// Fills the slots of a walk, and returns how often it goes round.
    pub(super) fn walk(&mut self, walk: &Walk, frame: &mut Frame) -> u64 {
        let over = self.eval(&walk.over, frame);
        fill(frame, walk.item, over.part(over.count));
        if let Some(key) = walk.key {
            fill(frame, key, Size::of(SCALAR));
        }
        over.count
    }

    fn each(
        &mut self,
        walk: &Walk,
        frame: &mut Frame,
        work: impl FnOnce(&mut Self, &mut Frame) -> Size,
    ) -> Size {
        let count = self.walk(walk, frame);
        let before = std::mem::take(&mut self.cost);
        let size = work(self, frame);
        self.cost.steps = self.cost.steps.saturating_add(1);
        self.cost = before.plus(self.cost.times(count));
        size.times(count)
    }

    fn builtin(&mut self, builtin: Builtin, args: &[Expr], frame: &mut Frame) -> Size {
        let all = args.iter().fold(Size::default(), |sum, a| sum.plus(self.sized(a, frame)));
        match builtin {
            Builtin::Keys => all,
            Builtin::Len => Size::of(SCALAR),
            Builtin::Contains => {
                self.pay(all.bytes);
                Size::of(SCALAR)
            }
            Builtin::Distinct => {
                self.pay(all.bytes.saturating_add(all.count.saturating_mul(all.count) / 2));
                all
            }
            Builtin::Yaml | Builtin::Json | Builtin::Merge => {
                self.pay(all.bytes);
                all
            }
        }
    }

    /// A call, by its body. The sizes of the same function for the same sizes are the same.
    fn call(&mut self, id: usize, args: &[Expr], frame: &mut Frame) -> Size {
        let mut sizes: Frame = args.iter().map(|a| self.sized(a, frame)).collect();
        sizes.iter_mut().for_each(|s| s.blamed = self.tainted);
        let Some(function) = self.program.functions.get(id) else { return Size::default() };
        let FunctionBody::Expr { value, slots } = &*function.body else {
            let all = sizes.iter().fold(Size::default(), |a, b| a.plus(*b));
            self.pay(all.bytes);
            return of_type(&function.result.ty, &mut self.fuel).plus(all);
        };
        let key = (id, sizes);
        if let Some((size, cost)) = self.calls.get(&key).copied() {
            self.cost = self.cost.plus(cost);
            return self.read(Some(size));
        }
        if self.depth == budget::CALLS {
            return Size::default();
        }
        self.depth += 1;
        let before = (std::mem::take(&mut self.cost), std::mem::take(&mut self.tainted));
        let mut inner = key.1.clone();
        inner.resize((*slots).max(inner.len()), Size::default());
        let size = self.sized(value, &mut inner);
        self.judge(&function.name, function.span, size.bytes);
        let size = Size { blamed: self.tainted, ..size };
        self.calls.insert(key, (size, self.cost));
        self.depth -= 1;
        self.cost = before.0.plus(self.cost);
        self.tainted |= before.1;
        size
    }
}

/// Fills a slot.
pub(super) fn fill(frame: &mut Frame, slot: usize, size: Size) {
    if let Some(s) = frame.get_mut(slot) {
        *s = size;
    }
}
