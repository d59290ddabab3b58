//! The entries of an object, key by key.

use std::sync::Arc;

use super::member::{Member, Pair};
use super::reduce::{Reduce, Reduced, Unseen, known};
use super::residue::{Cond, Entry, Object, Piece, Residue};
use super::text;
use crate::check::program::{Entry as Written, Expr};
use crate::check::types::Type;

impl Reduce<'_> {
    /// The object that entries make as a value of a type.
    pub(super) fn object(&mut self, written: &[Written], ty: &Type) -> Reduced<Residue> {
        // A map has no order of its own, so it is sorted; a record keeps its author's.
        let is_map = matches!(ty, Type::Map(_));
        if !written.iter().any(is_computed) {
            let object = self.entries(written)?;
            return Ok(known(if is_map { object.in_order() } else { object }));
        }
        if !is_map {
            return Err(Unseen);
        }
        let pairs = self.pairs(written)?;
        if let Some(object) = of_known_keys(&pairs) {
            return Ok(known(object.in_order()));
        }
        self.distinct(&pairs);
        Ok(Residue::Pairs(pairs))
    }

    /// The object that entries make whose keys are written out.
    pub(super) fn entries(&mut self, entries: &[Written]) -> Reduced<Object> {
        let mut object = Object::default();
        self.add(entries, &Cond::Always, &mut object)?;
        Ok(object)
    }

    fn add(&mut self, entries: &[Written], when: &Cond, object: &mut Object) -> Reduced<()> {
        for entry in entries {
            match entry {
                Written::Field { path, value, .. } => {
                    let value = self.reduce_or_fill(value)?;
                    put(object, path, when, value)?;
                }
                Written::When { condition, entries } => {
                    let outer = when.clone();
                    self.when(condition, |this, cond| this.add(entries, &outer.and(cond), object))?;
                }
                Written::Computed { .. } | Written::For { .. } => return Err(Unseen),
            }
        }
        Ok(())
    }

    /// Entries some of whose keys are computed.
    fn pairs(&mut self, entries: &[Written]) -> Reduced<Vec<Member<Pair>>> {
        let mut pairs = vec![];
        for entry in entries {
            match entry {
                Written::Field { path, value, .. } => {
                    let [key] = path.as_slice() else { return Err(Unseen) };
                    let value = self.reduce_or_fill(value)?;
                    pairs.push(Member::one(Pair { key: vec![Piece::Str(Arc::clone(key))], value }));
                }
                Written::Computed { key, value } => {
                    let key = self.key(key)?;
                    let value = self.reduce_or_fill(value)?;
                    pairs.push(Member::one(Pair { key, value }));
                }
                Written::When { condition, entries } => self.when(condition, |this, cond| {
                    pairs.extend(this.pairs(entries)?.into_iter().map(|p| p.under(&cond)));
                    Ok(())
                })?,
                Written::For { walk, entries } => {
                    pairs.extend(self.walk(walk, &mut |this| this.pairs(entries))?);
                }
            }
        }
        Ok(pairs)
    }

    /// A key in pieces.
    fn key(&mut self, key: &Expr) -> Reduced<Vec<Piece>> {
        text::of(self.there(key)?).ok_or(Unseen)
    }
}

fn is_computed(entry: &Written) -> bool {
    match entry {
        Written::Field { .. } => false,
        Written::Computed { .. } | Written::For { .. } => true,
        Written::When { entries, .. } => entries.iter().any(is_computed),
    }
}

/// The object, if no key needs a request and none is there twice.
fn of_known_keys(pairs: &[Member<Pair>]) -> Option<Object> {
    let mut object = Object::default();
    for pair in pairs {
        let Member::One { when, of: Pair { key, value } } = pair else { return None };
        let [Piece::Str(key)] = key.as_slice() else { return None };
        put(&mut object, &[Arc::clone(key)], when, value.clone()).ok()?;
    }
    Some(object)
}

/// Puts a value at a path of keys, as the evaluator does: objects on the way are made if the value is there.
fn put(object: &mut Object, path: &[Arc<str>], when: &Cond, value: Residue) -> Reduced<()> {
    let Some((key, rest)) = path.split_first() else { return Ok(()) };
    let mut same = object.entries.iter_mut().filter(|e| e.key == *key);
    if rest.is_empty() {
        // One key twice is fine if only one of them is there at a time.
        if same.any(|e| e.when != when.clone().not()) {
            return Err(Unseen);
        }
        object.entries.push(Entry { key: Arc::clone(key), when: when.clone(), value });
        return Ok(());
    }
    match (same.next(), same.next()) {
        (None, _) => {
            let mut inner = Object { entries: vec![], omitted: true };
            put(&mut inner, rest, &Cond::Always, value)?;
            let value = Residue::Object(inner);
            object.entries.push(Entry { key: Arc::clone(key), when: when.clone(), value });
            Ok(())
        }
        (Some(Entry { when: there, value: Residue::Object(inner), .. }), None) if there == when => {
            put(inner, rest, &Cond::Always, value)
        }
        _ => Err(Unseen),
    }
}
