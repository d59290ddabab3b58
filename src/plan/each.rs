//! Emission of loops, and of maps of which only the request tells some keys.

use std::ops::Range;
use std::sync::Arc;

use super::member::Walk;
use super::op::Op;
use super::residue::{Load, Piece};
use super::run::{Bail, Emit, Run};
use super::slots::Slots;
use super::text::joined;
use crate::value::Value;

/// A pair that is written: its key, and where its lines are.
pub(super) type Put = (Arc<str>, Range<usize>);

impl Emit<'_> {
    /// Does `body` for each item: those of a list in their order, those of a map in the order of its keys.
    pub(super) fn each(&mut self, walk: &Walk, body: &[Op], slots: Slots<'_>) -> Run {
        match slots.get(&walk.over) {
            Some(Value::List(items)) => items.iter().try_for_each(|item| {
                let item = slots.bind(walk.item, item);
                self.turn(body, slots.with(&item))
            }),
            Some(Value::Map(map)) => {
                let mut entries: Vec<(&Arc<str>, &Value)> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                entries.into_iter().try_for_each(|(key, item)| {
                    let key = Value::Str(Arc::clone(key));
                    let key = slots.bind(walk.key, &key);
                    let slots = slots.with(&key);
                    let item = slots.bind(walk.item, item);
                    self.turn(body, slots.with(&item))
                })
            }
            Some(_) => Err(Bail),
            None if walk.over.always => Err(Bail),
            None => Ok(()),
        }
    }

    /// One round; what is larger than any output may be ends here.
    fn turn(&mut self, body: &[Op], slots: Slots<'_>) -> Run {
        self.all(body, slots)?;
        (self.out.len() <= self.most).then_some(()).ok_or(Bail)
    }

    /// Pairs, then in the order of their keys. A key that is there twice is the evaluator's to refuse.
    pub(super) fn sorted(&mut self, pairs: &[Op], without: &[Box<str>], slots: Slots<'_>) -> Run {
        let (start, outer) = (self.out.len(), std::mem::take(&mut self.pairs));
        self.all(pairs, slots)?;
        let mut pairs = std::mem::replace(&mut self.pairs, outer);
        let (sorted, count) = (pairs.is_sorted_by(|a, b| a.0 < b.0), pairs.len());
        if !sorted {
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            if !pairs.is_sorted_by(|a, b| a.0 < b.0) {
                return Err(Bail);
            }
        }
        pairs.retain(|(key, _)| without.iter().all(|w| **w != **key));
        if sorted && pairs.len() == count {
            return Ok(());
        }
        let written = self.out.split_off(start);
        for (_, Range { start: from, end }) in pairs {
            self.out.push_str(written.get(from - start..end - start).ok_or(Bail)?);
        }
        Ok(())
    }

    /// The lines of a pair; none, if its value is absent.
    pub(super) fn pair(&mut self, key: &[Piece], lines: &[Op], slots: Slots<'_>) -> Run {
        let outer = std::mem::replace(&mut self.key, key_of(key, slots)?);
        let start = self.out.len();
        self.all(lines, slots)?;
        let key = std::mem::replace(&mut self.key, outer);
        if self.out.len() > start {
            self.pairs.push((key, start..self.out.len()));
        }
        Ok(())
    }
}

fn key_of(key: &[Piece], slots: Slots<'_>) -> Result<Arc<str>, Bail> {
    match key {
        [Piece::Str(key)] => Ok(Arc::clone(key)),
        [Piece::Load(load)] => text(load, slots),
        pieces => joined(slots, pieces).map(Arc::from),
    }
}

/// A text by itself is no other scalar.
fn text(load: &Load, slots: Slots<'_>) -> Result<Arc<str>, Bail> {
    match slots.get(load) {
        Some(Value::Str(text)) => Ok(Arc::clone(text)),
        _ => Err(Bail),
    }
}
