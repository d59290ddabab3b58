//! What applying or deleting requests changes in a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Change, Plan};
use super::error::StateError;
use super::family::{Held, family};
use super::kratix;
use super::message::message;
use super::search::{Names, folders, search};
use super::wanted::{Target, Wanted, World};
use crate::emit::Bundle;
use crate::emit::git::{Draft, Edits, File, Snapshot, file_id};
use crate::layout::{self, Folder, Owner};

/// What a command may do.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Take over what a Kratix has written.
    pub adopt: bool,
    /// Remove the requests that are not asked for.
    pub prune: bool,
    /// How many requests may go; any number if none is given.
    pub max_deletions: Option<usize>,
}

/// What applying `wanted` changes.
///
/// # Errors
/// If an object or a folder is somebody else's, more would go than may, or the repository cannot be read.
pub fn plan_apply(snapshot: &Snapshot, wanted: &Wanted, limits: &Limits) -> Result<Plan, StateError> {
    let world = &wanted.world;
    if !limits.adopt {
        kratix::check(snapshot, world)?;
    }
    let new = by_path(wanted)?;
    let mut making = Making::new(snapshot, world, new);
    let mut families = Vec::with_capacity(wanted.targets.len());
    for target in &wanted.targets {
        let held = family(snapshot, world, &target.owner, &making.new, limits.adopt)?;
        families.push(held.iter().map(|h| h.owner.clone()).collect::<BTreeSet<Owner>>());
        making.old.extend(held.into_iter().map(|h| (h.path.clone(), h)));
    }
    making.check_owners(wanted, &families)?;
    making.tell_targets(wanted);
    if limits.prune {
        making.prune(limits.adopt)?;
    }
    making.finish(limits)
}

/// What deleting the requests `owners` changes.
///
/// # Errors
/// If a request is made by another one that stays, a file below it is somebody else's, or the repository cannot be read.
pub fn plan_delete(
    snapshot: &Snapshot,
    world: &World,
    owners: &[Owner],
    limits: &Limits,
) -> Result<Plan, StateError> {
    if !limits.adopt {
        kratix::check(snapshot, world)?;
    }
    let mut making = Making::new(snapshot, world, BTreeMap::new());
    for owner in owners {
        let held = family(snapshot, world, owner, &making.new, limits.adopt)?;
        let list = if held.is_empty() { &mut making.plan.absent } else { &mut making.plan.deletions };
        list.push(world.title(owner));
        making.old.extend(held.into_iter().map(|h| (h.path.clone(), h)));
    }
    let there: Vec<&Owner> =
        owners.iter().filter(|o| making.old.values().any(|held| held.owner == **o)).collect();
    making.check_parents(&there)?;
    making.finish(limits)
}

impl Plan {
    /// The plan as what is to be committed, with a message that tells it; `given` may stand in for its first sentence.
    pub fn draft(&self, wanted: Option<&Wanted>, given: Option<&str>) -> Draft {
        let none = BTreeMap::new();
        let versions = wanted.map_or(&none, |w| &w.versions);
        let versions = if self.applied.is_empty() { &none } else { versions };
        Draft { edits: Arc::clone(&self.edits), message: message(self, versions, given) }
    }
}

/// The folders that are wanted. A request that is asked for and also made by another would be there twice.
fn by_path(wanted: &Wanted) -> Result<BTreeMap<&str, &Folder>, StateError> {
    let mut by_path: BTreeMap<&str, (&Folder, &Target)> = BTreeMap::new();
    for target in &wanted.targets {
        for folder in &target.folders {
            if let Some((_, first)) = by_path.insert(&folder.path, (folder, target)) {
                let parent = if first.owner == folder.owner { target } else { first };
                return Err(StateError::Child {
                    request: wanted.world.title(&folder.owner),
                    parent: wanted.world.title(&parent.owner),
                });
            }
        }
    }
    Ok(by_path.into_iter().map(|(path, (folder, _))| (path, folder)).collect())
}

struct Making<'a> {
    snapshot: &'a Snapshot,
    world: &'a World,
    /// The folders that are to be there, by their paths.
    new: BTreeMap<&'a str, &'a Folder>,
    /// The folders that are there and are replaced or go, by their paths.
    old: BTreeMap<String, Held>,
    /// The folders that are as they should be already, by their paths.
    same: BTreeSet<&'a str>,
    plan: Plan,
    edits: Edits,
}

impl<'a> Making<'a> {
    fn new(snapshot: &'a Snapshot, world: &'a World, new: BTreeMap<&'a str, &'a Folder>) -> Self {
        let (old, same, plan, edits) = Default::default();
        Making { snapshot, world, new, old, same, plan, edits }
    }

    /// Refuses what is somebody else's.
    fn check_owners(&self, wanted: &Wanted, families: &[BTreeSet<Owner>]) -> Result<(), StateError> {
        let tops: Vec<&Owner> = wanted.targets.iter().map(|t| &t.owner).collect();
        self.check_objects(wanted)?;
        self.check_parents(&tops)?;
        let known: BTreeSet<&Owner> = families.iter().flatten().collect();
        for target in &wanted.targets {
            let own = |f: &&Folder| f.owner == target.owner || known.contains(&f.owner);
            for folder in target.folders.iter().filter(|f| !own(f)) {
                for destination in &self.world.state.destinations {
                    let path = folder.owner.folder(&self.world.state, destination);
                    if self.snapshot.folder(&path)?.is_some() {
                        return Err(StateError::Taken {
                            request: self.world.title(&folder.owner),
                            parent: self.world.title(&target.owner),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses objects that another request has.
    fn check_objects(&self, wanted: &Wanted) -> Result<(), StateError> {
        let skip = self.skipped();
        for (number, destination) in self.world.state.destinations.iter().enumerate() {
            let top = format!("{}/", layout::resources(&self.world.state, destination));
            let held = self.old.iter().filter(|(path, _)| path.starts_with(&top));
            let had: BTreeSet<&str> =
                held.flat_map(|(_, h)| &h.files).filter_map(|f| f.path.rsplit('/').next()).collect();
            let mut names = Names::new();
            let folders = wanted.targets.iter().flat_map(|t| &t.folders);
            for folder in folders.filter(|f| f.destination == number) {
                let new = folder.documents.iter().filter(|n| !had.contains(n.as_str()));
                names.extend(new.map(|n| (n.clone(), &folder.owner)));
            }
            if let Some(hit) = search(self.snapshot, self.world, destination, &names, None, &skip)? {
                return Err(StateError::Owned {
                    object: hit.name,
                    owner: self.world.title(&hit.owner),
                    by: self.world.title(hit.by),
                });
            }
        }
        Ok(())
    }

    /// Refuses requests that another one makes.
    fn check_parents(&self, tops: &[&Owner]) -> Result<(), StateError> {
        let mut names = Names::new();
        let skip = self.skipped();
        // A request is in the namespace of what it makes.
        let within: BTreeSet<&str> = tops.iter().map(|o| o.namespace.as_str()).collect();
        for owner in tops {
            names.extend(self.world.request_file(owner).map(|name| (name, *owner)));
        }
        for destination in &self.world.state.destinations {
            if let Some(hit) = search(self.snapshot, self.world, destination, &names, Some(&within), &skip)? {
                return Err(StateError::Child {
                    request: self.world.title(hit.by),
                    parent: self.world.title(&hit.owner),
                });
            }
        }
        Ok(())
    }

    /// Folders that are replaced or go: what is in them is nobody's in the end.
    fn skipped(&self) -> BTreeSet<&str> {
        self.new.keys().copied().chain(self.old.keys().map(String::as_str)).collect()
    }

    /// Notes which of the requests that were asked for change.
    fn tell_targets(&mut self, wanted: &Wanted) {
        let same = self.new.iter().filter(|(path, folder)| is_same(folder, self.old.get(**path)));
        self.same = same.map(|(path, _)| *path).collect();
        for target in &wanted.targets {
            let title = self.world.title(&target.owner);
            let same = target.folders.iter().all(|f| self.same.contains(f.path.as_str()));
            let list = if same { &mut self.plan.unchanged } else { &mut self.plan.applied };
            list.push(title);
        }
    }

    /// Has the requests go that are not asked for.
    fn prune(&mut self, adopt: bool) -> Result<(), StateError> {
        for destination in &self.world.state.destinations {
            let top = layout::resources(&self.world.state, destination);
            for namespace in folders(self.snapshot.entries(&top)?) {
                for promise in folders(Some(self.snapshot.entries_of(namespace.id)?)) {
                    for request in folders(Some(self.snapshot.entries_of(promise.id)?)) {
                        let path = format!("{top}/{}/{}/{}", namespace.name, promise.name, request.name);
                        if self.new.contains_key(path.as_str()) || self.old.contains_key(&path) {
                            continue;
                        }
                        let owner = Owner {
                            namespace: namespace.name.clone(),
                            promise: promise.name.clone(),
                            request: request.name,
                        };
                        let held = family(self.snapshot, self.world, &owner, &self.new, adopt)?;
                        // What a request that goes has made may be wanted for itself now.
                        let held = held.into_iter().filter(|h| !self.new.contains_key(h.path.as_str()));
                        self.old.extend(held.map(|h| (h.path.clone(), h)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Lists the changes.
    fn finish(mut self, limits: &Limits) -> Result<Plan, StateError> {
        let old = std::mem::take(&mut self.old);
        for (path, held) in &old {
            match self.new.get(path.as_str()).copied() {
                Some(folder) => self.replace(folder, Some(held))?,
                None => self.remove(held)?,
            }
        }
        let fresh = self.new.iter().filter(|(path, _)| !old.contains_key(**path));
        for folder in fresh.map(|(_, f)| *f).collect::<Vec<&Folder>>() {
            self.replace(folder, None)?;
        }
        let mut plan = self.plan;
        plan.edits = Arc::new(self.edits);
        plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(most) = limits.max_deletions.filter(|most| plan.deleted.len() > *most) {
            let names: Vec<&str> = plan.deleted.iter().take(5).map(String::as_str).collect();
            let names = names.join(", ");
            return Err(StateError::TooMany { count: plan.deleted.len(), most, names });
        }
        Ok(plan)
    }

    fn replace(&mut self, folder: &Folder, held: Option<&Held>) -> Result<(), StateError> {
        let files = held.map_or(&[][..], |h| &h.files);
        if self.same.contains(folder.path.as_str()) {
            // The tree says that all is there; what it names may be lost all the same, and is written again then.
            if files.iter().any(|f| !self.snapshot.has(f.id)) {
                self.edits.replace(&folder.path, folder.files.clone())?;
            }
            return Ok(());
        }
        let mut old: BTreeMap<&str, &File> = files.iter().map(|f| (f.path.as_str(), f)).collect();
        let change = |name: &str, old, new| Change {
            path: format!("{}/{name}", folder.path),
            owner: folder.owner.clone(),
            old,
            new,
        };
        for (name, bytes) in folder.files.shared() {
            let was = match old.remove(name) {
                Some(file) if file.odd.is_none() && file.id == file_id(bytes) => continue,
                Some(file) => Some(self.content(file)?),
                None => None,
            };
            self.plan.changes.push(change(name, was, Some(Arc::clone(bytes))));
        }
        for (name, file) in old {
            let was = Some(self.content(file)?);
            self.plan.changes.push(change(name, was, None));
        }
        self.put(&folder.path, folder.files.clone(), held)
    }

    /// What a file holds; a submodule holds nothing.
    fn content(&self, file: &File) -> Result<Arc<[u8]>, StateError> {
        match file.odd {
            Some("a submodule") => Ok(Arc::from([])),
            _ => Ok(self.snapshot.content(file.id)?.into()),
        }
    }

    fn put(&mut self, path: &str, files: Bundle, held: Option<&Held>) -> Result<(), StateError> {
        self.edits.replace(path, files)?;
        if held.is_some_and(|h| h.files.iter().any(|f| f.odd.is_some())) {
            // Each of them was looked at: it is a file of ours whose mode was changed, or may be taken over.
            self.edits.clear(path);
        }
        Ok(())
    }

    fn remove(&mut self, held: &Held) -> Result<(), StateError> {
        for file in &held.files {
            let old = Some(self.content(file)?);
            let path = format!("{}/{}", held.path, file.path);
            self.plan.changes.push(Change { path, owner: held.owner.clone(), old, new: None });
        }
        let title = self.world.title(&held.owner);
        let stays = self.new.values().any(|f| f.owner == held.owner);
        if !stays && !self.plan.deleted.contains(&title) {
            self.plan.deleted.push(title);
        }
        self.put(&held.path, Bundle::default(), Some(held))
    }
}

/// Whether a folder holds what it should already.
fn is_same(folder: &Folder, held: Option<&Held>) -> bool {
    let Some(held) = held else { return folder.files.is_empty() };
    let mut files: Vec<(&str, _)> = held.files.iter().map(|f| (f.path.as_str(), f.id)).collect();
    files.sort();
    held.files.iter().all(|f| f.odd.is_none())
        && files.len() == folder.files.len()
        && folder
            .files
            .iter()
            .zip(files)
            .all(|((name, bytes), (old, id))| name == old && file_id(bytes) == id)
}
