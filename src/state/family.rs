//! What a request has in the repository: its own folders, and those of the requests that came of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::error::StateError;
use super::labels::Labels;
use super::message::VERSION;
use super::wanted::World;
use crate::emit::git::{File, Snapshot, file_id};
use crate::layout::{self, Folder, Owner};

/// A folder of a request in the repository.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) owner: Owner,
    pub(super) path: String,
    /// What is below it, at least one file; not all of them need be plain ones.
    pub(super) files: Vec<File>,
}

/// Finds what `top` has, its own folders first. `new` is what is to be there, by the path of the folder: a file that is
/// equal is not read. Unless `adopt`, a file that the request did not make is an error.
pub(super) fn family(
    snapshot: &Snapshot,
    world: &World,
    top: &Owner,
    new: &BTreeMap<&str, &Folder>,
    adopt: bool,
) -> Result<Vec<Held>, StateError> {
    let mut found = vec![];
    let mut seen = BTreeSet::from([top.clone()]);
    let mut open = VecDeque::from([top.clone()]);
    while let Some(owner) = open.pop_front() {
        for destination in &world.state.destinations {
            let path = owner.folder(&world.state, destination);
            let files = snapshot.all_files(&path)?;
            if files.is_empty() {
                continue;
            }
            let folder = new.get(path.as_str()).copied();
            for child in children(snapshot, world, &owner, &path, &files, folder, adopt)? {
                if seen.insert(child.clone()) {
                    open.push_back(child);
                }
            }
            found.push(Held { owner: owner.clone(), path, files });
        }
    }
    Ok(found)
}

/// The requests among the files of a folder, all of which are looked at.
fn children(
    snapshot: &Snapshot,
    world: &World,
    owner: &Owner,
    path: &str,
    files: &[File],
    new: Option<&Folder>,
    adopt: bool,
) -> Result<Vec<Owner>, StateError> {
    let wanted: BTreeMap<&str, &[u8]> = new.iter().flat_map(|f| f.files.iter()).collect();
    let mut found = vec![];
    for file in files {
        let foreign = |why: &str| StateError::Foreign {
            path: format!("{path}/{}", file.path),
            owner: world.title(owner),
            why: why.to_owned(),
        };
        match file.odd {
            // Somebody has changed the mode of a file; whose it is, it says itself.
            None | Some("an executable file") => {}
            Some(_) if adopt => continue,
            Some(what) => return Err(foreign(&format!("it is {what}"))),
        }
        let equal = wanted.get(file.path.as_str()).filter(|bytes| file_id(bytes) == file.id);
        let labels = match equal {
            Some(_) if !world.may_be_request(&file.path) => continue,
            Some(bytes) => Labels::of(bytes),
            None => Labels::of(&snapshot.content(file.id)?),
        };
        match labels {
            Some(labels) if labels.is_of(owner) => found.extend(world.child(labels, &file.path)),
            _ if equal.is_some() || adopt || is_output(&file.path) => {}
            Some(other) => {
                return Err(foreign(&format!("its labels name `{}/{}`", other.promise, other.request)));
            }
            None if is_written_by_vow(snapshot, &format!("{path}/{}", file.path))? => {}
            None => return Err(foreign("it has no labels that tell whose it is, and vow did not write it")),
        }
    }
    Ok(found)
}

/// Whether the path is that of an output which is no document: those lie in a folder whose name its group is made of.
fn is_output(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    let (group, directory) = (parts.next(), parts.next());
    directory.is_some_and(|d| parts.next().is_some() && group == Some(layout::group(d).as_str()))
}

/// Whether the commit that changed a file last is one of vow. Files that are no documents carry no labels.
fn is_written_by_vow(snapshot: &Snapshot, path: &str) -> Result<bool, StateError> {
    let Some(tip) = snapshot.tip() else { return Ok(false) };
    let mut here = snapshot.at(tip.id)?;
    let of = |at: &Snapshot| at.entry(path).map(|found| found.map(|(id, _)| id));
    let id = of(&here)?;
    while let Some(commit) = here.tip().cloned() {
        // It came by any of the parents: a merge writes nothing that one of them has.
        let mut from = None;
        for parent in &commit.parents {
            let before = snapshot.at(*parent)?;
            if of(&before)? == id {
                from = Some(before);
                break;
            }
        }
        match from {
            Some(before) => here = before,
            None => return Ok(commit.trailers(VERSION).next().is_some()),
        }
    }
    Ok(false)
}
