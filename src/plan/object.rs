//! The entries of an object, key by key.

use std::sync::Arc;

use super::reduce::{Reduce, Reduced, Unseen};
use super::residue::{Cond, Entry, Object, Residue};
use crate::check::program::Entry as Written;

impl Reduce<'_> {
    /// The object that entries make.
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
