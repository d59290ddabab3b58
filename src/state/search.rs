//! Looks for objects by the names of their files, in the folders of other requests.
//!
//! Only new objects are looked for, so that most runs look for nothing. No folder is passed over for what its promise
//! renders today: what it holds may be older than the promise.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StateError;
use super::wanted::World;
use crate::check::state::Destination;
use crate::emit::git::{Entry, EntryKind, Snapshot};
use crate::layout::{self, Owner};

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
    let here = |e: &Entry| within.is_none_or(|w| w.contains(e.name.as_str()));
    for namespace in folders(snapshot.entries(&top)?).filter(here) {
        for promise in folders(Some(snapshot.entries_of(namespace.id)?)) {
            for request in folders(Some(snapshot.entries_of(promise.id)?)) {
                let path = format!("{top}/{}/{}/{}", namespace.name, promise.name, request.name);
                if skip.contains(path.as_str()) {
                    continue;
                }
                if let Some((name, by)) = below(snapshot, &request, names, 0)? {
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
            EntryKind::Folder if depth < 2 => below(snapshot, &entry, names, depth + 1)?,
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
