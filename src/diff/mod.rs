//! What differs between two sets of objects: which objects, and in each of them which fields.
//!
//! An object is the same one by its group, kind, namespace and name, wherever its file lies and in whatever version it
//! is written. [`compare()`] is exact; [`Comparison::shown`] hides what looks like a credential, and only what it gives
//! can be rendered.

mod change;
mod fields;
mod hide;
mod inside;
mod lines;
mod lists;
mod merge_keys;
mod object;
pub mod render;

#[cfg(test)]
mod tests;

pub use change::{Change, Item, Path, Step, What};
pub use fields::fields;
pub use hide::Shown;
pub use lines::{Line, Lines, lines};
pub use object::{Content, Identity, Object, read};

use std::collections::BTreeMap;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Only the new set has it.
    Added,
    /// Only the old set has it.
    Removed,
    /// Some of its fields differ.
    Changed,
    /// It says the same in another file.
    Moved,
    /// It says the same in other words: the order of keys, quotes, comments.
    Rewritten,
}

impl Status {
    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Added => "added",
            Status::Removed => "removed",
            Status::Changed => "changed",
            Status::Moved => "moved",
            Status::Rewritten => "rewritten",
        }
    }
}

/// An object that is not the same in both sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// Which object.
    pub identity: Identity,
    /// What became of it.
    pub status: Status,
    /// As it was; `None` if it was not there.
    pub old: Option<Object>,
    /// As it is; `None` if it is not there.
    pub new: Option<Object>,
    /// The fields that differ, if its status is [`Status::Changed`].
    pub changes: Vec<Change>,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that only the new set has.
    pub added: usize,
    /// Objects that only the old set has.
    pub removed: usize,
    /// Objects of which fields differ.
    pub changed: usize,
    /// Objects that say the same in another file.
    pub moved: usize,
    /// Objects that say the same in other words.
    pub rewritten: usize,
    /// Objects that are the same.
    pub unchanged: usize,
    /// Fields that differ in those that changed.
    pub fields: usize,
}

impl Counts {
    /// Objects that are not the same.
    pub fn touched(self) -> usize {
        self.added + self.removed + self.changed + self.moved + self.rewritten
    }

    fn count(&mut self, delta: &Delta) {
        let of = match delta.status {
            Status::Added => &mut self.added,
            Status::Removed => &mut self.removed,
            Status::Changed => &mut self.changed,
            Status::Moved => &mut self.moved,
            Status::Rewritten => &mut self.rewritten,
        };
        *of += 1;
        self.fields += change::count(&delta.changes);
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.added += other.added;
        self.removed += other.removed;
        self.changed += other.changed;
        self.moved += other.moved;
        self.rewritten += other.rewritten;
        self.unchanged += other.unchanged;
        self.fields += other.fields;
    }
}

/// What differs between two sets of objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The objects that are not the same, in the order of their identities.
    pub deltas: Vec<Delta>,
    /// How many there are.
    pub counts: Counts,
}

impl Comparison {
    /// Whether both sets say the same, in the same words and files.
    pub fn is_empty(&self) -> bool {
        self.deltas.is_empty()
    }

    /// With the objects of another comparison, which are of other places.
    #[must_use]
    pub fn and(mut self, other: Comparison) -> Comparison {
        self.deltas.extend(other.deltas);
        self.counts += other.counts;
        self
    }
}

/// Compares two sets of objects. An object that a set holds twice is compared in the order in which the set has it.
pub fn compare(old: Vec<Object>, new: Vec<Object>) -> Comparison {
    let mut all: BTreeMap<(Identity, usize), (Option<Object>, Option<Object>)> = BTreeMap::new();
    for (key, object) in keyed(old) {
        all.entry(key).or_default().0 = Some(object);
    }
    for (key, object) in keyed(new) {
        all.entry(key).or_default().1 = Some(object);
    }
    let mut comparison = Comparison::default();
    for ((identity, _), (old, new)) in all {
        match delta(identity, old, new) {
            Some(delta) => {
                comparison.counts.count(&delta);
                comparison.deltas.push(delta);
            }
            None => comparison.counts.unchanged += 1,
        }
    }
    comparison
}

/// The objects by their identity, and by how many there were of it before.
fn keyed(objects: Vec<Object>) -> Vec<((Identity, usize), Object)> {
    let mut seen: BTreeMap<Identity, usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(objects.len());
    for object in objects {
        let identity = object.identity();
        let before = seen.entry(identity.clone()).or_default();
        all.push(((identity, *before), object));
        *before += 1;
    }
    all
}

fn delta(identity: Identity, old: Option<Object>, new: Option<Object>) -> Option<Delta> {
    let mut changes = vec![];
    let status = match (&old, &new) {
        (None, None) => return None,
        (None, Some(_)) => Status::Added,
        (Some(_), None) => Status::Removed,
        (Some(a), Some(b)) => {
            changes = object::changes(&a.content, &b.content);
            if !changes.is_empty() {
                Status::Changed
            } else if a.path != b.path {
                Status::Moved
            } else if a.text != b.text {
                Status::Rewritten
            } else {
                return None;
            }
        }
    };
    Some(Delta { identity, status, old, new, changes })
}
