//! Partial evaluation: an expression becomes its residue.
//!
//! Constants are computed, lets and functions are put in their places, fields are taken from objects that are known. What is
//! left to compute for a request (calls of native functions and scripts, casts, arithmetic) is *filled* into a slot of its
//! own before anything is written, under the conditions under which the program computes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::member::{Item, Member};
use super::op::Op;
use super::residue::{Cond, Load, Merge, Object, Residue};
use crate::check::program::{
    Arm, BinaryOp, Builtin, Condition, Expr, ExprKind, FunctionBody, Item as Written, SELF, SPEC,
};
use crate::check::types::{Lit, Type};
use crate::eval::Engine;
use crate::value::{Map, Value, ops, yaml};

/// How many parts the residues of one promise have together.
const FUEL: usize = 200_000;
/// How deep functions are put in the places of their calls.
const CALLS: usize = 16;

/// What is not seen before there is a request; the expression around it is evaluated as a whole.
#[derive(Debug)]
pub(super) struct Unseen;

/// The result of a reduction.
pub(super) type Reduced<T> = Result<T, Unseen>;

/// What is done before anything is written.
#[derive(Clone, Debug)]
pub(super) enum Fill {
    /// Something to evaluate into a slot, where the program evaluates it.
    Value { slot: usize, guard: Cond, expr: Box<Expr> },
    /// Keys that have to differ, whether or not what they stand in is written.
    Keys(Vec<Op>),
}

/// The reduction of the expressions of one promise.
pub(super) struct Reduce<'e> {
    engine: &'e Engine,
    /// What slots hold: those of the promise, then those of the functions that are being put in place.
    frames: Vec<BTreeMap<usize, Residue>>,
    /// Slots that are bound within an expression and nowhere else.
    local: BTreeSet<usize>,
    /// The conditions around what is reduced.
    pub(super) guard: Cond,
    /// How many loops are around it.
    pub(super) loops: usize,
    /// What is to be filled.
    pub(super) fills: Vec<Fill>,
    /// The slots of the promise that have to be evaluated.
    pub(super) read: BTreeSet<usize>,
    /// The next slot that is free.
    pub(super) next: usize,
    fuel: usize,
}

impl Fill {
    pub(super) fn is_value(&self) -> bool {
        matches!(self, Fill::Value { .. })
    }

    pub(super) fn keys(self) -> Vec<Op> {
        match self {
            Fill::Keys(keys) => keys,
            Fill::Value { .. } => vec![],
        }
    }
}

impl<'e> Reduce<'e> {
    pub(super) fn new(engine: &'e Engine, slots: usize) -> Self {
        Reduce {
            engine,
            frames: vec![BTreeMap::new()],
            local: BTreeSet::new(),
            guard: Cond::Always,
            loops: 0,
            fills: vec![],
            read: BTreeSet::new(),
            next: slots,
            fuel: FUEL,
        }
    }

    /// A slot that nothing has yet.
    pub(super) fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    /// What a let is, if it need not be evaluated.
    pub(super) fn let_(&mut self, slot: usize, value: &Expr) -> bool {
        let mark = self.fills.len();
        let Ok(residue) = self.reduce(value) else {
            self.fills.truncate(mark);
            return false;
        };
        let structured = matches!(value.ty.ty, Type::Record(_) | Type::Map(_) | Type::Object | Type::List(_));
        let evaluated = self.fills.iter().skip(mark).any(Fill::is_value);
        if !structured && evaluated {
            self.fills.truncate(mark);
            return false;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.insert(slot, residue);
        }
        true
    }

    /// The residue, or a slot that the value is filled into.
    pub(super) fn reduce_or_fill(&mut self, e: &Expr) -> Reduced<Residue> {
        let mark = self.fills.len();
        self.reduce(e).or_else(|Unseen| {
            self.fills.truncate(mark);
            self.fill(e)
        })
    }

    /// A slot that the value is filled into. Nothing is for what is in a loop: that would be one for each item, and the evaluator
    /// pays for each.
    pub(super) fn fill(&mut self, e: &Expr) -> Reduced<Residue> {
        let slots = slots(e);
        if self.frames.len() > 1 || self.loops > 0 || !slots.is_disjoint(&self.local) {
            return Err(Unseen);
        }
        if slots.is_empty()
            && let Ok(value) = self.engine.constant(e, 0)
        {
            return Ok(value.map_or(Residue::Absent, Residue::Const));
        }
        self.read.extend(slots);
        let slot = self.fresh();
        self.fills.push(Fill::Value { slot, guard: self.guard.clone(), expr: Box::new(e.clone()) });
        Ok(Residue::Load(Load::slot(slot, e.ty.ty.clone(), !e.ty.optional)))
    }

    /// The residue. What is in a loop over constants is there once for each of them, so it has a price.
    pub(super) fn reduce(&mut self, e: &Expr) -> Reduced<Residue> {
        let residue = self.reduced(e)?;
        if self.loops > 0 {
            self.fuel = self.fuel.checked_sub(residue.parts()).ok_or(Unseen)?;
        }
        Ok(residue)
    }

    fn reduced(&mut self, e: &Expr) -> Reduced<Residue> {
        match &e.kind {
            ExprKind::Error => Err(Unseen),
            ExprKind::Const(v) => Ok(Residue::Const(v.clone())),
            ExprKind::Slot(slot) => self.slot(*slot, e),
            ExprKind::Global(_) => {
                let value = self.engine.constant(e, 0).map_err(|_| Unseen)?;
                Ok(value.map_or(Residue::Absent, Residue::Const))
            }
            ExprKind::Field { base, name } => {
                self.reduce_or_fill(base)?.field(name, &e.ty.ty, !e.ty.optional).ok_or(Unseen)
            }
            ExprKind::Index { base, index } => match self.reduce(index)? {
                Residue::Const(Value::Str(key)) => {
                    self.reduce_or_fill(base)?.field(&key, &e.ty.ty, false).ok_or(Unseen)
                }
                _ => Err(Unseen),
            },
            ExprKind::Call { function, args } => self.call(*function, args),
            ExprKind::Builtin { builtin: Builtin::Yaml, args } => self.yaml(args),
            ExprKind::Builtin { builtin: Builtin::Merge, args } => self.merge(args, e),
            ExprKind::Present(inner) => Ok(boolean(self.reduce(inner)?.present())),
            ExprKind::Not(inner) => Ok(boolean(self.truth(inner)?.not())),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::If { condition, then, otherwise } => {
                let cond = self.truth(condition)?;
                let then = self.under(cond.clone(), |this| this.reduce_or_fill(then))?;
                let otherwise = match otherwise {
                    Some(e) => self.under(cond.clone().not(), |this| this.reduce_or_fill(e))?,
                    None => Residue::Absent,
                };
                Ok(Residue::choose(cond, then, otherwise))
            }
            ExprKind::Match { subject, arms } => self.match_(subject, arms),
            ExprKind::Object(entries) => self.object(entries, &e.ty.ty),
            ExprKind::List(items) => {
                let mut list = vec![];
                items.iter().try_for_each(|i| self.item(i, &mut list))?;
                Ok(all_known(list))
            }
            ExprKind::Text(parts) => self.text(parts),
            ExprKind::Cast { value, to, .. } => match self.reduce(value)? {
                Residue::Const(v) if to.check(&v).is_ok() => Ok(Residue::Const(v)),
                _ => Err(Unseen),
            },
            ExprKind::Builtin { .. } => Err(Unseen),
        }
    }

    fn slot(&mut self, slot: usize, e: &Expr) -> Reduced<Residue> {
        let known = self.frames.last().and_then(|f| f.get(&slot));
        if let Some(residue) = known
            && let Some(left) = self.fuel.checked_sub(residue.parts())
        {
            let residue = residue.clone();
            self.fuel = left;
            return Ok(residue);
        }
        if self.frames.len() > 1 || self.local.contains(&slot) {
            return Err(Unseen);
        }
        if slot != SELF && slot != SPEC {
            self.read.insert(slot);
        }
        Ok(Residue::Load(Load::slot(slot, e.ty.ty.clone(), !e.ty.optional)))
    }

    /// A call of a function that is an expression: its body, with the arguments in their places.
    fn call(&mut self, id: usize, args: &[Expr]) -> Reduced<Residue> {
        let engine = self.engine;
        let function = engine.program().functions.get(id).ok_or(Unseen)?;
        let FunctionBody::Expr { value, .. } = &*function.body else { return Err(Unseen) };
        if self.frames.len() > CALLS {
            return Err(Unseen);
        }
        let mut frame = BTreeMap::new();
        for (slot, arg) in args.iter().enumerate() {
            frame.insert(slot, self.there(arg)?);
        }
        self.frames.push(frame);
        let result = self.reduce(value);
        self.frames.pop();
        result
    }

    /// What has to be there.
    pub(super) fn there(&mut self, e: &Expr) -> Reduced<Residue> {
        let residue = self.reduce_or_fill(e)?;
        if residue.present() == Cond::Always { Ok(residue) } else { Err(Unseen) }
    }

    fn yaml(&mut self, args: &[Expr]) -> Reduced<Residue> {
        let [arg] = args else { return Err(Unseen) };
        Ok(match self.there(arg)? {
            Residue::Const(v) => Residue::Const(Value::str(yaml::write(&v))),
            other => Residue::Yaml(Box::new(other)),
        })
    }

    fn merge(&mut self, args: &[Expr], e: &Expr) -> Reduced<Residue> {
        let [left, right] = args else { return Err(Unseen) };
        let (left, right) = (self.there(left)?, self.there(right)?);
        let sorted = !matches!(e.ty.ty, Type::Record(_));
        let in_order = |residue: Residue| if sorted { residue.sorted() } else { residue };
        let right = match (right, &left) {
            (Residue::Const(Value::Map(none)), _) if none.is_empty() => return Ok(in_order(left)),
            (Residue::Const(over), Residue::Const(under)) => {
                return Ok(in_order(Residue::Const(ops::merge(under, &over))));
            }
            (Residue::Load(load), _) => load,
            (Residue::Or(load, other), _) => match *other {
                Residue::Const(Value::Map(none)) if none.is_empty() => load,
                _ => return Err(Unseen),
            },
            _ => return Err(Unseen),
        };
        let left = left.object().ok_or(Unseen)?;
        if sorted {
            let right = Load { sorted: true, ..right };
            return Ok(Residue::Merge(Merge { left: left.sorted(), right, sorted }));
        }
        Ok(Residue::Merge(Merge { left, right, sorted }))
    }

    fn truth(&mut self, e: &Expr) -> Reduced<Cond> {
        self.reduce_or_fill(e)?.truth().ok_or(Unseen)
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Reduced<Residue> {
        match op {
            BinaryOp::And => {
                let left = self.truth(left)?;
                let right = self.under(left.clone(), |this| this.truth(right))?;
                Ok(boolean(left.and(right)))
            }
            BinaryOp::Or => {
                let left = self.truth(left)?;
                let right = self.under(left.clone().not(), |this| this.truth(right))?;
                Ok(boolean(left.or(right)))
            }
            BinaryOp::Coalesce => {
                let left = self.reduce_or_fill(left)?;
                let missing = left.present().not();
                let right = match missing {
                    Cond::Never => return Ok(left),
                    _ => self.under(missing, |this| this.reduce_or_fill(right))?,
                };
                Ok(coalesce(left, right))
            }
            BinaryOp::Eq | BinaryOp::Ne => {
                let (left, right) = (self.there(left)?, self.there(right)?);
                let is = match (&left, &right) {
                    (one, Residue::Const(v)) | (Residue::Const(v), one) => {
                        one.is(&[Lit::of(v).ok_or(Unseen)?])
                    }
                    _ => None,
                };
                let is = is.ok_or(Unseen)?;
                Ok(boolean(if op == BinaryOp::Eq { is } else { is.not() }))
            }
            _ => Err(Unseen),
        }
    }

    /// The last arm is the one that is left: the checker has seen that one of them matches.
    fn match_(&mut self, subject: &Expr, arms: &[Arm]) -> Reduced<Residue> {
        let subject = self.there(subject)?;
        let (mut conds, mut left) = (vec![], Cond::Always);
        for arm in arms {
            let is = match arm.patterns.is_empty() {
                true => Cond::Always,
                false => subject.is(&arm.patterns).ok_or(Unseen)?,
            };
            let here = left.clone().and(is.clone());
            conds.push((is.clone(), self.under(here, |this| this.reduce_or_fill(&arm.value))?));
            left = left.and(is.not());
        }
        let (_, last) = conds.pop().ok_or(Unseen)?;
        Ok(conds.into_iter().rev().fold(last, |other, (is, value)| Residue::choose(is, value, other)))
    }

    fn item(&mut self, item: &Written, out: &mut Vec<Item>) -> Reduced<()> {
        match item {
            Written::Expr(e) => out.push(Member::one(self.reduce_or_fill(e)?)),
            Written::Spread(e) => out.extend(self.spread(e)?),
            Written::When(condition, item) => self.when(condition, |this, cond| {
                let mut under = vec![];
                this.item(item, &mut under)?;
                out.extend(under.into_iter().map(|i| i.under(&cond)));
                Ok(())
            })?,
            Written::For(walk, item) => out.extend(self.walk(walk, &mut |this| {
                let mut one = vec![];
                this.item(item, &mut one)?;
                Ok(one)
            })?),
        }
        Ok(())
    }

    /// Does `work` where a condition holds, with what it binds.
    pub(super) fn when<T>(
        &mut self,
        condition: &Condition,
        work: impl FnOnce(&mut Self, Cond) -> Reduced<T>,
    ) -> Reduced<T> {
        match condition {
            Condition::Expr(e) => {
                let cond = self.truth(e)?;
                self.under(cond.clone(), |this| work(this, cond))
            }
            Condition::Let { slot, value } => {
                let residue = self.reduce_or_fill(value)?;
                let cond = residue.present();
                self.with(*slot, residue.there(), |this| this.under(cond.clone(), |this| work(this, cond)))
            }
        }
    }

    /// Does `work` where a slot is bound within an expression.
    pub(super) fn with<T>(
        &mut self,
        slot: usize,
        to: Residue,
        work: impl FnOnce(&mut Self) -> Reduced<T>,
    ) -> Reduced<T> {
        self.frames.last_mut().ok_or(Unseen)?.insert(slot, to);
        let outermost = self.frames.len() == 1;
        if outermost {
            self.local.insert(slot);
        }
        let result = work(self);
        if outermost {
            self.local.remove(&slot);
        }
        self.frames.last_mut().ok_or(Unseen)?.remove(&slot);
        result
    }

    pub(super) fn under<T>(&mut self, cond: Cond, work: impl FnOnce(&mut Self) -> Reduced<T>) -> Reduced<T> {
        let outer = self.guard.clone();
        self.guard = outer.clone().and(cond);
        let result = work(self);
        self.guard = outer;
        result
    }
}

/// The slots that an expression reads.
pub(super) fn slots(e: &Expr) -> BTreeSet<usize> {
    let mut slots = BTreeSet::new();
    e.visit(&mut |e| {
        if let ExprKind::Slot(slot) = e.kind {
            slots.insert(slot);
        }
    });
    slots
}

fn coalesce(left: Residue, right: Residue) -> Residue {
    match left {
        Residue::Absent => right,
        Residue::Load(load) => match right {
            Residue::Absent => Residue::Load(load),
            right => Residue::Or(load, Box::new(right)),
        },
        Residue::Or(load, other) => Residue::Or(load, Box::new(coalesce(*other, right))),
        left => Residue::choose(left.present(), left, right),
    }
}

fn boolean(cond: Cond) -> Residue {
    Residue::choose(cond, Residue::Const(true.into()), Residue::Const(false.into()))
}

/// An object whose values are constants is a constant.
pub(super) fn known(object: Object) -> Residue {
    let constant = |e: &super::residue::Entry| match (&e.when, &e.value) {
        (Cond::Always, Residue::Const(v)) => Some((Arc::clone(&e.key), v.clone())),
        _ => None,
    };
    let map: Option<Map> = object.entries.iter().map(constant).collect();
    match map {
        Some(map) if !object.omitted => Residue::Const(Value::map(map)),
        _ => Residue::Object(object),
    }
}

fn all_known(items: Vec<Item>) -> Residue {
    let constant = |i: &Item| match i {
        Member::One { when: Cond::Always, of: Residue::Const(v) } => Some(v.clone()),
        _ => None,
    };
    let values: Option<Vec<Value>> = items.iter().map(constant).collect();
    values.map_or(Residue::List(items), |v| Residue::Const(Value::list(v)))
}
