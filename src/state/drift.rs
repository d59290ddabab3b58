//! What somebody else made of the files of requests: what the tree holds now against what vow left there.
//!
//! Only the tree decides. The history tells which commit of vow changed the folder of a request last, so what vow left in
//! it, and who did the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StateError;
use super::message::{PROMISE, VERSION};
use super::status::{Drift, Made, owner_of};
use super::wanted::World;
use crate::emit::git::{EntryKind, File, Id, Logged, Snapshot};
use crate::layout::Owner;

/// What differs, and of whom it is known who did it.
#[derive(Default)]
struct Open {
    /// By the path: what became of it.
    differs: BTreeMap<String, &'static str>,
    /// Who touched a path last that is not vow.
    by: BTreeMap<String, String>,
}

/// Adds what is not as vow left it to `drift`, and gives the last commit of vow of each request.
pub(super) fn settle<'a>(
    snapshot: &Snapshot,
    world: &World,
    drift: &mut Vec<Drift>,
    there: impl Iterator<Item = &'a Owner>,
) -> Result<BTreeMap<Owner, Made>, StateError> {
    let there: BTreeSet<&Owner> = there.collect();
    let mut settled: BTreeMap<Owner, Made> = BTreeMap::new();
    let mut open = Open::default();
    let mut walk = snapshot.walk();
    while let Some(here) = walk.next_commit()? {
        let Some(commit) = here.tip() else { break };
        let made_by_vow = commit.trailers(VERSION).next().is_some();
        for path in here.touched()? {
            let Some(owner) = owner_of(world, &path) else { continue };
            if !made_by_vow {
                // After vow has come, only what still differs is worth a name.
                if !settled.contains_key(&owner) || open.differs.contains_key(&path) {
                    let by = || format!("by {} in {}", commit.author, commit.id.short());
                    open.by.entry(path).or_insert_with(by);
                }
            } else if !settled.contains_key(&owner) {
                settled.insert(owner.clone(), made(commit, &owner));
                differences(snapshot, Some(&here), world, &owner, &mut open)?;
            }
        }
    }
    for owner in there.into_iter().filter(|owner| !settled.contains_key(owner)) {
        differences(snapshot, None, world, owner, &mut open)?;
    }
    drift.extend(open.differs.into_iter().map(|(path, what)| {
        let by = open.by.get(&path).cloned().unwrap_or_else(|| "since vow wrote it".into());
        Drift { path, what: format!("{what} {by}") }
    }));
    Ok(settled)
}

/// What the folders of a request hold now and did not at `before`, or held then.
fn differences(
    now: &Snapshot,
    before: Option<&Snapshot>,
    world: &World,
    owner: &Owner,
    open: &mut Open,
) -> Result<(), StateError> {
    for destination in &world.state.destinations {
        let folder = owner.folder(&world.state, destination);
        let at = |snapshot: &Snapshot| snapshot.entry(&folder);
        let (is, was) = (at(now)?, before.map(at).transpose()?.flatten());
        if is == was {
            continue;
        }
        let is = files(now, &folder, is)?;
        let mut was = match before {
            Some(before) => files(before, &folder, was)?,
            None => BTreeMap::new(),
        };
        for (path, file) in is {
            let what = match (was.remove(&path), file.odd) {
                (Some(old), odd) if (old.id, old.odd) == (file.id, odd) => continue,
                (_, Some("an executable file")) => "was made executable",
                (_, Some("a symbolic link")) => "was made a symbolic link",
                (_, Some("a submodule")) => "was made a submodule",
                (_, Some(_)) => "was made no plain file",
                (Some(_), None) => "was changed",
                (None, None) => "was written",
            };
            open.differs.insert(format!("{folder}/{path}"), what);
        }
        open.differs.extend(was.into_keys().map(|path| (format!("{folder}/{path}"), "was removed")));
    }
    Ok(())
}

fn files(
    snapshot: &Snapshot,
    folder: &str,
    found: Option<(Id, EntryKind)>,
) -> Result<BTreeMap<String, File>, StateError> {
    match found {
        Some((_, EntryKind::Folder)) => {
            Ok(snapshot.all_files(folder)?.into_iter().map(|f| (f.path.clone(), f)).collect())
        }
        _ => Ok(BTreeMap::new()),
    }
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
