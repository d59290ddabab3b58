//! What a command changes, before it does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::emit::git::Edits;
use crate::layout::Owner;

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path in the repository.
    pub path: String,
    /// The request that it belongs to.
    pub owner: Owner,
    /// What was there; none if the file is new.
    pub old: Option<Arc<[u8]>>,
    /// What is to be there; none if the file goes.
    pub new: Option<Arc<[u8]>>,
}

/// What a command changes.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The files that change, in the order of their paths.
    pub changes: Vec<Change>,
    /// The requests that were asked for and that change, by how people call them; sub-requests are not among them.
    pub applied: Vec<String>,
    /// The requests that go, by how people call them, sub-requests among them.
    pub deleted: Vec<String>,
    /// Those of them that somebody asked to delete.
    pub deletions: Vec<String>,
    /// The requests that were asked for and are as they should be.
    pub unchanged: Vec<String>,
    /// The requests that were to be deleted and are not there.
    pub absent: Vec<String>,
    /// What is to be written.
    pub edits: Arc<Edits>,
}

/// How many files a plan adds, changes and removes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that are new.
    pub added: usize,
    /// Files with another content.
    pub changed: usize,
    /// Files that go.
    pub removed: usize,
}

impl Plan {
    /// How many files change.
    pub fn counts(&self) -> Counts {
        Counts::of(self.changes.iter())
    }

    /// The changes of each request, in the order of the requests.
    pub fn by_owner(&self) -> BTreeMap<&Owner, Vec<&Change>> {
        let mut by_owner: BTreeMap<&Owner, Vec<&Change>> = BTreeMap::new();
        for change in &self.changes {
            by_owner.entry(&change.owner).or_default().push(change);
        }
        by_owner
    }
}

impl Counts {
    /// How many of `changes` add, change and remove a file.
    pub fn of<'a>(changes: impl Iterator<Item = &'a Change>) -> Counts {
        let mut counts = Counts::default();
        for change in changes {
            match (&change.old, &change.new) {
                (None, _) => counts.added += 1,
                (Some(_), Some(_)) => counts.changed += 1,
                (Some(_), None) => counts.removed += 1,
            }
        }
        counts
    }
}
