//! Looks for objects by the names of their files, in the folders of other requests.
//!
//! First it is asked which of the names are there at all, which is known without a look into every folder. Mostly none is,
//! and only where one is, the folders are searched for whose it is.
//!
//! Only new objects are looked for, so that most runs look for nothing. No folder is passed over for what its promise
//! renders today: what it holds may be older than the promise.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::error::StateError;
use super::wanted::World;
use crate::check::state::Destination;
use crate::emit::git::{Entry, EntryKind, Snapshot};
use crate::layout::{self, Owner};

/// How many folders deep files are looked for in that of a request: that of the pipeline, and that of the group.
const DEEPEST: usize = 2;

/// How many folders of a namespace, a promise, a request and so on a file lies in.
const LEVELS: RangeInclusive<usize> = 3..=3 + DEEPEST;

/// What is looked for in a destination: names of files, and who wants each.
pub(super) type Names<'a> = BTreeMap<String, &'a Owner>;

/// An object that is there already.
pub(super) struct Hit<'a> {
    /// The name of its file.
    pub(super) name: String,
    /// Whose it is.
    pub(super) owner: Owner,
    /// Who wants it.
    pub(super) by: &'a Owner,
}

/// The first of `names` in a folder of a request whose path is not in `skip`: in the namespaces `within`, if given.
pub(super) fn search<'a>(
    snapshot: &Snapshot,
    world: &World,
    destination: &Destination,
    names: &Names<'a>,
    within: Option<&BTreeSet<&str>>,
    skip: &BTreeSet<&str>,
) -> Result<Option<Hit<'a>>, StateError> {
    if names.is_empty() {
        return Ok(None);
    }
    let top = layout::resources(&world.state, destination);
    let wanted = names.keys().map(String::as_str);
    let there = match within {
        None => snapshot.among(&top, &LEVELS, wanted)?,
        // A look into a few namespaces is cheaper than one into all, and asks nothing of the others.
        Some(_) => match snapshot.among_noted(&top, &LEVELS, wanted.clone())? {
            Some(there) => there,
            None => wanted.collect(),
        },
    };
    if there.is_empty() {
        return Ok(None);
    }
    let names: Names<'_> =
        names.iter().filter(|(n, _)| there.contains(n.as_str())).map(|(n, by)| (n.clone(), *by)).collect();
    let here = |e: &Entry| within.is_none_or(|w| w.contains(e.name.as_str()));
    for namespace in folders(snapshot.entries(&top)?).filter(here) {
        for promise in folders(Some(snapshot.entries_of(namespace.id)?)) {
            for request in folders(Some(snapshot.entries_of(promise.id)?)) {
                let path = format!("{top}/{}/{}/{}", namespace.name, promise.name, request.name);
                if skip.contains(path.as_str()) {
                    continue;
                }
                if let Some((name, by)) = below(snapshot, &request, &names, 0)? {
                    let owner =
                        Owner { namespace: namespace.name, promise: promise.name, request: request.name };
                    return Ok(Some(Hit { name, owner, by }));
                }
            }
        }
    }
    Ok(None)
}

fn below<'a>(
    snapshot: &Snapshot,
    folder: &Entry,
    names: &Names<'a>,
    depth: usize,
) -> Result<Option<(String, &'a Owner)>, StateError> {
    for entry in snapshot.entries_of(folder.id)? {
        let found = match entry.kind {
            EntryKind::Folder if depth < DEEPEST => below(snapshot, &entry, names, depth + 1)?,
            EntryKind::File => names.get_key_value(&entry.name).map(|(n, by)| (n.clone(), *by)),
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The folders among `entries`.
pub(super) fn folders(entries: Option<Vec<Entry>>) -> impl Iterator<Item = Entry> {
    entries.into_iter().flatten().filter(|e| e.kind == EntryKind::Folder)
}
