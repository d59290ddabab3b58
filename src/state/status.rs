//! What is in the repository, whose it is, and who changed it.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StateError;
use super::labels::Labels;
use super::message::{APPLIED, DELETED, PROMISE, VERSION};
use super::search::folders;
use super::wanted::World;
use crate::emit::git::{EntryKind, Id, Logged, Snapshot};
use crate::layout::{self, Owner};

/// A request in the repository.
#[derive(Clone, Debug)]
pub struct Held {
    /// The request.
    pub owner: Owner,
    /// How people call it.
    pub title: String,
    /// The destination that its files are in.
    pub destination: String,
    /// The request that made it, if one did.
    pub parent: Option<String>,
    /// How many files it has.
    pub files: usize,
    /// The last commit of vow that changed it, with what it says of its promise and of vow.
    pub by: Option<Made>,
}

/// What made the files of a request.
#[derive(Clone, Debug)]
pub struct Made {
    /// The commit.
    pub commit: String,
    /// The version of the promise, if it declares one.
    pub promise: Option<String>,
    /// The version of vow.
    pub vow: String,
}

/// A file that is not as vow left it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// Its path.
    pub path: String,
    /// What became of it.
    pub what: String,
}

/// What is in the repository.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The commit that was looked at; none if the branch has none.
    pub tip: Option<String>,
    /// The requests, in the order of their folders.
    pub requests: Vec<Held>,
    /// What is not as vow left it.
    pub drift: Vec<Drift>,
}

/// Looks at all requests and their history.
///
/// # Errors
/// If the repository cannot be read.
pub fn status(snapshot: &Snapshot, world: &World) -> Result<Status, StateError> {
    let mut status = Status { tip: snapshot.tip().map(|t| t.id.to_string()), ..Status::default() };
    let mut files = BTreeMap::new();
    for destination in &world.state.destinations {
        let top = layout::resources(&world.state, destination);
        let mut strange = |path: String, kind: EntryKind| {
            if kind != EntryKind::Folder {
                status.drift.push(Drift { path, what: "belongs to no request".into() });
            }
        };
        for entry in snapshot.entries(&top)?.into_iter().flatten() {
            strange(format!("{top}/{}", entry.name), entry.kind);
        }
        for namespace in folders(snapshot.entries(&top)?) {
            let at = format!("{top}/{}", namespace.name);
            let promises = snapshot.entries_of(namespace.id)?;
            promises.iter().for_each(|e| strange(format!("{at}/{}", e.name), e.kind));
            for promise in folders(Some(promises)) {
                let at = format!("{at}/{}", promise.name);
                let requests = snapshot.entries_of(promise.id)?;
                requests.iter().for_each(|e| strange(format!("{at}/{}", e.name), e.kind));
                for request in folders(Some(requests)) {
                    let path = format!("{at}/{}", request.name);
                    let owner = Owner {
                        namespace: namespace.name.clone(),
                        promise: promise.name.clone(),
                        request: request.name,
                    };
                    let held = snapshot.files(&path)?;
                    status.requests.push(Held {
                        title: world.title(&owner),
                        destination: destination.name.clone(),
                        parent: None,
                        files: held.len(),
                        by: None,
                        owner,
                    });
                    files.extend(held.into_iter().map(|f| (format!("{path}/{}", f.path), f.id)));
                }
            }
        }
    }
    parents(snapshot, world, &files, &mut status)?;
    attribute(snapshot, world, files.into_keys().collect(), &mut status)?;
    status.drift.sort();
    status.drift.dedup();
    Ok(status)
}

/// Finds which requests were made by others.
fn parents(
    snapshot: &Snapshot,
    world: &World,
    files: &BTreeMap<String, Id>,
    status: &mut Status,
) -> Result<(), StateError> {
    let mut parents = BTreeMap::new();
    for (path, id) in files.iter().filter(|(path, _)| world.may_be_request(path)) {
        let bytes = snapshot.content(*id)?;
        let (Some(owner), Some(labels)) = (owner_of(world, path), Labels::of(&bytes)) else { continue };
        parents.extend(world.child(labels, path).map(|child| (child, world.title(&owner))));
    }
    for held in &mut status.requests {
        held.parent = parents.get(&held.owner).cloned();
    }
    Ok(())
}

/// Walks back through the history until it is known who wrote each file last.
fn attribute(
    snapshot: &Snapshot,
    world: &World,
    mut open: BTreeSet<String>,
    status: &mut Status,
) -> Result<(), StateError> {
    let mut requests: BTreeMap<Owner, Made> = BTreeMap::new();
    let mut wanted: BTreeSet<Owner> = status.requests.iter().map(|r| r.owner.clone()).collect();
    let mut foreign: BTreeMap<String, String> = BTreeMap::new();
    let mut next = snapshot.tip().map(|t| t.id);
    while let Some(id) = next.filter(|_| !open.is_empty() || !wanted.is_empty()) {
        let here = snapshot.at(id)?;
        let Some(commit) = here.tip() else { break };
        let parent = commit.parents.first().map(|p| snapshot.at(*p)).transpose()?;
        let is_ours = commit.trailers(VERSION).next().is_some();
        for path in here.changed(parent.as_ref())? {
            let Some(owner) = owner_of(world, &path) else { continue };
            if !is_ours {
                let is_there = open.remove(&path);
                let what = match is_there {
                    true => format!("was written by {} in {}", commit.author, commit.id.short()),
                    false => format!("was removed by {} in {}", commit.author, commit.id.short()),
                };
                foreign.entry(path).or_insert(what);
                continue;
            }
            if let Some(what) = foreign.remove(&path) {
                // It was vow's before somebody else came.
                let what = what.replacen("was written", "was changed", 1);
                status.drift.push(Drift { path: path.clone(), what });
            }
            open.remove(&path);
            if wanted.remove(&owner) {
                requests.insert(owner.clone(), made(commit, &owner));
            }
        }
        next = commit.parents.first().copied();
    }
    let there = foreign.into_iter().filter(|(_, what)| what.starts_with("was written"));
    status.drift.extend(there.map(|(path, what)| Drift { path, what }));
    for held in &mut status.requests {
        held.by = requests.get(&held.owner).cloned();
    }
    Ok(())
}

fn made(commit: &Logged, owner: &Owner) -> Made {
    let version = |line: &str| {
        let (name, version) = line.split_once(' ')?;
        (name == owner.promise).then(|| version.to_owned())
    };
    Made {
        commit: commit.id.to_string(),
        promise: commit.trailers(PROMISE).find_map(version),
        vow: commit.trailers(VERSION).next().unwrap_or_default().to_owned(),
    }
}

/// The request whose folder a path lies in.
fn owner_of(world: &World, path: &str) -> Option<Owner> {
    world.state.destinations.iter().find_map(|destination| {
        let top = format!("{}/", layout::resources(&world.state, destination));
        let mut parts = path.strip_prefix(&top)?.split('/');
        let mut part = || parts.next().map(str::to_owned);
        let owner = Owner { namespace: part()?, promise: part()?, request: part()? };
        part().map(|_| owner)
    })
}

/// A commit of the branch, and what it says that it did.
#[derive(Clone, Debug)]
pub struct Touch {
    /// The commit.
    pub commit: Logged,
    /// Whether vow made it.
    pub is_ours: bool,
    /// The requests that it applied.
    pub applied: Vec<String>,
    /// The requests that it removed.
    pub deleted: Vec<String>,
    /// The files that it changed.
    pub files: Vec<String>,
}

/// The last commits, the newest first: at most `most` that changed a file of a request, of those in `only` if it names
/// any.
///
/// # Errors
/// If the repository cannot be read.
pub fn history(
    snapshot: &Snapshot,
    world: &World,
    only: &[Owner],
    most: usize,
) -> Result<Vec<Touch>, StateError> {
    let mut found = vec![];
    let mut next = snapshot.tip().map(|t| t.id);
    while let Some(id) = next.filter(|_| found.len() < most) {
        let here = snapshot.at(id)?;
        let Some(commit) = here.tip() else { break };
        let parent = commit.parents.first().map(|p| snapshot.at(*p)).transpose()?;
        let mut files = here.changed(parent.as_ref())?;
        files.retain(|path| match owner_of(world, path) {
            Some(owner) => only.is_empty() || only.contains(&owner),
            None => false,
        });
        next = commit.parents.first().copied();
        let all = |key| commit.trailers(key).map(str::to_owned).collect::<Vec<String>>();
        let touch = Touch {
            is_ours: commit.trailers(VERSION).next().is_some(),
            applied: all(APPLIED),
            deleted: all(DELETED),
            commit: commit.clone(),
            files,
        };
        if !touch.files.is_empty() {
            found.push(touch);
        }
    }
    Ok(found)
}
