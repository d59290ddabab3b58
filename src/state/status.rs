//! What is in the repository, whose it is, and who changed it.

use std::collections::BTreeMap;

use super::drift;
use super::error::StateError;
use super::labels::Labels;
use super::message::{APPLIED, DELETED, VERSION};
use super::search::folders;
use super::wanted::World;
use crate::check::state::Destination;
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
        strays(snapshot, world, destination, &mut status)?;
        let mut strange = |path: String, kind: EntryKind| {
            if kind != EntryKind::Folder {
                status.drift.push(Drift { path, what: "belongs to no request".into() });
            }
        };
        if !snapshot.is_folder(&top)? {
            continue;
        }
        let namespaces = snapshot.entries(&top)?.unwrap_or_default();
        namespaces.iter().for_each(|e| strange(format!("{top}/{}", e.name), e.kind));
        for namespace in folders(Some(namespaces)) {
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
                    let held = snapshot.all_files(&path)?;
                    status.requests.push(Held {
                        title: world.title(&owner),
                        destination: destination.name.clone(),
                        parent: None,
                        files: held.len(),
                        by: None,
                        owner,
                    });
                    let plain = held.into_iter().filter(|f| f.odd.is_none());
                    files.extend(plain.map(|f| (format!("{path}/{}", f.path), f.id)));
                }
            }
        }
    }
    parents(snapshot, world, &files, &mut status)?;
    let settled =
        drift::settle(snapshot, world, &mut status.drift, status.requests.iter().map(|r| &r.owner))?;
    for held in &mut status.requests {
        held.by = settled.get(&held.owner).cloned();
    }
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

/// Finds what lies in a destination and is no request's: Argo CD applies the whole folder.
fn strays(
    snapshot: &Snapshot,
    world: &World,
    destination: &Destination,
    status: &mut Status,
) -> Result<(), StateError> {
    let top = layout::top(&world.state, destination);
    if !snapshot.is_folder(&top)? {
        return Ok(());
    }
    // On the way to what other destinations hold.
    let tops: Vec<String> =
        world.state.destinations.iter().map(|d| layout::resources(&world.state, d)).collect();
    for entry in snapshot.entries(&top)?.into_iter().flatten() {
        let path = if top.is_empty() { entry.name } else { format!("{top}/{}", entry.name) };
        let leads = tops.iter().any(|t| *t == path || t.starts_with(&format!("{path}/")));
        let is_folder = entry.kind == EntryKind::Folder;
        if !(leads && is_folder) {
            let path = if is_folder { format!("{path}/") } else { path };
            status.drift.push(Drift { path, what: "belongs to no request".into() });
        }
    }
    Ok(())
}

/// The request whose folder a path lies in.
pub(super) fn owner_of(world: &World, path: &str) -> Option<Owner> {
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
    let mut walk = snapshot.walk();
    while found.len() < most {
        let Some(here) = walk.next_commit()? else { break };
        let Some(commit) = here.tip() else { break };
        let mut files = here.touched()?;
        files.retain(|path| match owner_of(world, path) {
            Some(owner) => only.is_empty() || only.contains(&owner),
            None => false,
        });
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
