//! The history of a branch: each commit before all those that it comes of, whatever was merged.

use std::collections::{HashMap, HashSet};

use super::error::GitError;
use super::history;
use super::id::Id;
use super::snapshot::Snapshot;

/// Goes back through the history from one commit.
pub struct Walk<'a> {
    from: &'a Snapshot,
    /// Commits all of whose children were seen.
    ready: Vec<Id>,
    /// How many children of a commit are still to come; known once there is a merge, before it nothing branches.
    children: Option<HashMap<Id, usize>>,
}

impl Snapshot {
    /// The history from this commit back.
    pub fn walk(&self) -> Walk<'_> {
        Walk { from: self, ready: self.tip().map(|t| t.id).into_iter().collect(), children: None }
    }

    /// The paths whose files differ from those of every parent, in order: what this commit itself did.
    ///
    /// # Errors
    /// If an object cannot be read.
    pub fn touched(&self) -> Result<Vec<String>, GitError> {
        let parents = self.tip().map(|t| t.parents.clone()).unwrap_or_default();
        let Some((first, others)) = parents.split_first() else { return self.changed(None) };
        let mut touched = self.changed(Some(&self.at(*first)?))?;
        for other in others {
            if touched.is_empty() {
                break;
            }
            let changed: HashSet<String> = self.changed(Some(&self.at(*other)?))?.into_iter().collect();
            touched.retain(|path| changed.contains(path));
        }
        Ok(touched)
    }
}

impl Walk<'_> {
    /// The next commit; none after the last.
    ///
    /// # Errors
    /// If a commit cannot be read.
    pub fn next_commit(&mut self) -> Result<Option<Snapshot>, GitError> {
        let Some(id) = self.ready.pop() else { return Ok(None) };
        let here = self.from.at(id)?;
        self.from.pulse.beat();
        let parents = here.tip().map(|t| t.parents.clone()).unwrap_or_default();
        if parents.len() > 1 && self.children.is_none() {
            self.children = Some(self.count(id)?);
        }
        for parent in parents {
            let left = self.children.as_mut().and_then(|c| c.get_mut(&parent));
            let is_last = left.is_none_or(|left| {
                *left = left.saturating_sub(1);
                *left == 0
            });
            if is_last && !self.ready.contains(&parent) {
                self.ready.push(parent);
            }
        }
        Ok(Some(here))
    }

    /// How many children each commit before `from` has.
    fn count(&self, from: Id) -> Result<HashMap<Id, usize>, GitError> {
        let mut children: HashMap<Id, usize> = HashMap::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            self.from.pulse.beat();
            for parent in history::read(&self.from.objects, id)?.parents {
                let count = children.entry(parent).or_default();
                *count += 1;
                if *count == 1 {
                    open.push(parent);
                }
            }
        }
        Ok(children)
    }
}
