//! Loops: what each item of what is walked becomes.
//!
//! A loop over what a request brings stays one, over a slot. One over what is known here is written out, item by item.

use super::layout::each;
use super::member::{Item, Member, Walk};
use super::op::Op;
use super::reduce::{Fill, Reduce, Reduced, Unseen};
use super::residue::{Cond, Entry, Load, Residue};
use crate::check::program::{Expr, Walk as Written};
use crate::check::types::Type;
use crate::value::Value;

/// Makes what stands for one item from its key and the item; a list has no keys.
type Body<'b, 'e, T> =
    &'b mut dyn FnMut(&mut Reduce<'e>, Option<Residue>, Residue) -> Reduced<Vec<Member<T>>>;

impl<'e> Reduce<'e> {
    /// What `work` makes of each item, its slots bound.
    pub(super) fn walk<T>(
        &mut self,
        walk: &Written,
        work: &mut dyn FnMut(&mut Self) -> Reduced<Vec<Member<T>>>,
    ) -> Reduced<Vec<Member<T>>> {
        let over = self.seen_or_filled(&walk.over, is_walkable)?;
        self.each(over, &mut |this, key, item| {
            this.with(walk.item, item, |this| match walk.key.zip(key) {
                Some((slot, key)) => this.with(slot, key, &mut *work),
                None => work(this),
            })
        })
    }

    /// The items of a list within another.
    pub(super) fn spread(&mut self, e: &Expr) -> Reduced<Vec<Item>> {
        match self.seen_or_filled(e, |list| matches!(list, Residue::List(_)) || is_walkable(list))? {
            Residue::List(items) => Ok(items),
            over => self.each(over, &mut |_, _, item| Ok(vec![Member::one(item)])),
        }
    }

    /// A residue that fits; if need be it is evaluated first.
    fn seen_or_filled(&mut self, e: &Expr, fits: impl Fn(&Residue) -> bool) -> Reduced<Residue> {
        let mark = self.fills.len();
        match self.reduce(e) {
            Ok(residue) if fits(&residue) => Ok(residue),
            _ => {
                self.fills.truncate(mark);
                self.fill(e)
            }
        }
    }

    fn each<T>(&mut self, over: Residue, body: Body<'_, 'e, T>) -> Reduced<Vec<Member<T>>> {
        self.loops += 1;
        let members = self.of(over, body);
        self.loops -= 1;
        members
    }

    fn of<T>(&mut self, over: Residue, body: Body<'_, 'e, T>) -> Reduced<Vec<Member<T>>> {
        match over {
            Residue::Absent => Ok(vec![]),
            Residue::Const(Value::List(items)) => {
                let items = items.iter().map(|v| (None, Cond::Always, Residue::Const(v.clone())));
                self.one_by_one(items.collect(), body)
            }
            Residue::Load(load) => self.loaded(load, body),
            Residue::Or(load, other) => {
                let missing = Cond::Present(load.clone()).not();
                let mut all = self.loaded(load, body)?;
                all.extend(self.of_under(missing, *other, body)?);
                Ok(all)
            }
            Residue::Choose(cond, a, b) => {
                let mut all = self.of_under((*cond).clone(), *a, body)?;
                all.extend(self.of_under(cond.not(), *b, body)?);
                Ok(all)
            }
            Residue::List(items) => {
                let one = |item| match item {
                    Member::One { when, of } => Ok((None, when, of)),
                    Member::Each { .. } => Err(Unseen),
                };
                self.one_by_one(items.into_iter().map(one).collect::<Reduced<_>>()?, body)
            }
            map => {
                let entries = map.object().ok_or(Unseen)?.in_order().entries.into_iter();
                let one = |e: Entry| (Some(Residue::Const(Value::Str(e.key))), e.when, e.value);
                self.one_by_one(entries.map(one).collect(), body)
            }
        }
    }

    fn of_under<T>(&mut self, cond: Cond, over: Residue, body: Body<'_, 'e, T>) -> Reduced<Vec<Member<T>>> {
        let members = self.under(cond.clone(), |this| this.of(over, body))?;
        Ok(members.into_iter().map(|m| m.under(&cond)).collect())
    }

    /// What is known item by item: key, condition, item.
    fn one_by_one<T>(
        &mut self,
        items: Vec<(Option<Residue>, Cond, Residue)>,
        body: Body<'_, 'e, T>,
    ) -> Reduced<Vec<Member<T>>> {
        let mut all = vec![];
        for (key, when, item) in items {
            let when = when.and(item.present());
            let members = self.under(when.clone(), |this| body(this, key, item.there()))?;
            all.extend(members.into_iter().map(|m| m.under(&when)));
        }
        Ok(all)
    }

    /// What a request brings.
    fn loaded<T>(&mut self, over: Load, body: Body<'_, 'e, T>) -> Reduced<Vec<Member<T>>> {
        let ty = match &over.ty {
            Type::List(item) | Type::Map(item) => (**item).clone(),
            Type::Object | Type::Record(_) => Type::Any,
            _ => return Err(Unseen),
        };
        let (key, item) = (self.fresh(), self.fresh());
        let load = Load { sorted: over.sorted, ..Load::slot(item, ty, true) };
        let name = Residue::Load(Load::slot(key, Type::STRING, true));
        let (walk, mark) = (Walk { over, key, item }, self.fills.len());
        let members = body(self, Some(name), Residue::Load(load))?;
        // Nothing is evaluated for an item, so these are keys.
        let keys: Vec<Op> = self.fills.split_off(mark).into_iter().flat_map(Fill::keys).collect();
        if !keys.is_empty() {
            self.differ(each(&walk, keys));
        }
        Ok(vec![Member::Each { when: Cond::Always, walk, members }])
    }
}

/// Whether it can be walked as it is.
fn is_walkable(over: &Residue) -> bool {
    match over {
        Residue::Absent | Residue::Load(_) | Residue::Const(_) | Residue::Object(_) => true,
        Residue::Or(_, other) => is_walkable(other),
        Residue::Choose(_, a, b) => is_walkable(a) && is_walkable(b),
        Residue::List(items) => items.iter().all(|i| matches!(i, Member::One { .. })),
        Residue::Pairs(_) | Residue::Text(_) | Residue::Merge(_) | Residue::Yaml(_) => false,
    }
}
