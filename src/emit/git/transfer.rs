//! Copies commits from one repository of this machine to another, with everything that they bring.
//!
//! libgit2 does it too, but it waits for ever for the rest of an object that was cut short, and moves the branch there
//! whatever that names by then. What a commit brings is what its tree holds and its parent's does not; nothing is taken
//! for there only because some object of that name is: housekeeping may be about to remove it.

use std::collections::HashSet;
use std::path::Path;

use super::error::GitError;
use super::history;
use super::id::Id;
use super::object::{Kind, Objects};
use super::pack::{Kept, Pack};
use super::tree::{self, DEEPEST, FOLDER};
use super::watch::Pulse;

/// How large a pack gets before another is begun.
const ENOUGH: usize = 256 << 20;

/// The mode of a submodule, whose commit is in another repository.
const SUBMODULE: u32 = 0o160_000;

/// Writes `tip` and all before it that is not `known` below `to`, a repository's `objects`. What it gives must be kept until
/// a branch names the commit.
pub(super) fn transfer(
    from: &Objects,
    to: &Path,
    tip: Id,
    known: impl Fn(Id) -> bool,
    pulse: &Pulse,
) -> Result<Vec<Kept>, GitError> {
    let mut copy = Copy { from, pulse, pack: Pack::default(), done: HashSet::new() };
    let mut kept = vec![];
    // Parents first: whatever is written when it breaks off is whole.
    let mut seen = HashSet::new();
    let mut open = vec![(tip, false)];
    while let Some((id, is_ready)) = open.pop() {
        if is_ready {
            copy.commit(id)?;
            if copy.pack.size() > ENOUGH {
                kept.push(std::mem::take(&mut copy.pack).write(to)?);
            }
        } else if !known(id) && seen.insert(id) {
            pulse.beat();
            open.push((id, true));
            open.extend(history::read(from, id)?.parents.into_iter().map(|parent| (parent, false)));
        }
    }
    if copy.pack.len() > 0 {
        kept.push(copy.pack.write(to)?);
    }
    Ok(kept)
}

struct Copy<'a> {
    from: &'a Objects,
    pulse: &'a Pulse,
    pack: Pack,
    done: HashSet<Id>,
}

impl Copy<'_> {
    fn commit(&mut self, id: Id) -> Result<(), GitError> {
        let commit = history::read(self.from, id)?;
        let parent = commit.parents.first().map(|p| history::read(self.from, *p)).transpose()?;
        self.tree(commit.tree, parent.map(|p| p.tree), 0)?;
        let bytes = self.from.read(id, Kind::Commit)?;
        self.add(id, Kind::Commit, &bytes)
    }

    /// A tree and what it holds, without what `old` holds in the same place.
    fn tree(&mut self, id: Id, old: Option<Id>, depth: usize) -> Result<(), GitError> {
        if old == Some(id) || self.done.contains(&id) {
            return Ok(());
        }
        if depth > DEEPEST {
            return Err(GitError::damaged(format!("the tree {id}"), "nests too deep"));
        }
        self.pulse.beat();
        let before = old.map_or(Ok(vec![]), |old| tree::read(self.from, old))?;
        for item in tree::read(self.from, id)? {
            let was = before.binary_search_by(|b| b.order(&item)).ok().and_then(|at| before.get(at));
            let was = was.filter(|was| was.mode == item.mode);
            match item.mode {
                FOLDER => self.tree(item.id, was.map(|w| w.id), depth + 1)?,
                SUBMODULE => {}
                _ if was.is_some_and(|w| w.id == item.id) || self.done.contains(&item.id) => {}
                _ => {
                    let bytes = self.from.read(item.id, Kind::Blob)?;
                    self.add(item.id, Kind::Blob, &bytes)?;
                }
            }
        }
        let bytes = self.from.read(id, Kind::Tree)?;
        self.add(id, Kind::Tree, &bytes)
    }

    fn add(&mut self, id: Id, kind: Kind, bytes: &[u8]) -> Result<(), GitError> {
        self.done.insert(id);
        match self.pack.add(kind, bytes) == id {
            true => Ok(()),
            false => Err(GitError::damaged(format!("the {} {id}", kind.word()), "holds something else")),
        }
    }
}
