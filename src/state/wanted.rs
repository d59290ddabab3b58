//! What is to be in the repository: requests, laid out; and what of the platform decides whose a file is.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StateError;
use super::labels::Labels;
use crate::check::state::State;
use crate::emit::file_name;
use crate::eval::{Document, Engine, Flow, Rendering};
use crate::layout::{self, Folder, LayoutError, Owner};
use crate::rules::{Passed, reread};

/// What of the platform is needed to tell whose a file is.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The branch and its destinations.
    pub state: State,
    /// Group and kind of each promise's api.
    pub(super) kinds: BTreeMap<String, (String, String)>,
    /// The promises that declare what happens when a request is deleted.
    on_delete: BTreeSet<String>,
}

impl World {
    /// What the platform of `engine` says.
    ///
    /// # Errors
    /// If it declares no destination.
    pub fn of(engine: &Engine) -> Result<World, StateError> {
        let program = engine.program();
        let state = program.platform.state.clone().unwrap_or_default();
        if state.destinations.is_empty() {
            return Err(LayoutError::NoState.into());
        }
        let mut world = World { state, ..World::default() };
        for promise in &program.promises {
            if let Some(api) = &promise.api {
                world.kinds.insert(promise.name.clone(), (api.group.clone(), api.kind.clone()));
            }
        }
        for promise in program.promises.iter().filter(|p| !p.foreign) {
            world.on_delete.extend(promise.deletion.is_some().then(|| promise.name.clone()));
        }
        Ok(world)
    }

    /// The promise that `word` means: its name, or the kind that it serves.
    pub fn promise_called(&self, word: &str) -> Option<&str> {
        let by_kind = || self.kinds.iter().find(|(_, (_, kind))| kind.eq_ignore_ascii_case(word));
        match self.kinds.get_key_value(word).or_else(by_kind) {
            Some((promise, _)) => Some(promise),
            None => None,
        }
    }

    /// Whether the promise of a request declares what happens when it is deleted.
    pub fn has_on_delete(&self, owner: &Owner) -> bool {
        self.on_delete.contains(&owner.promise)
    }

    /// How people call a request: `Kind/name in namespace`.
    pub fn title(&self, owner: &Owner) -> String {
        match self.kinds.get(&owner.promise) {
            Some((_, kind)) => format!("{kind}/{} in {}", owner.request, owner.namespace),
            None => owner.to_string(),
        }
    }

    /// Whether a file may hold a request, by the kind that its name begins with.
    pub(super) fn may_be_request(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let kind = name.split('.').next().unwrap_or_default();
        self.kinds.values().any(|(_, k)| k.eq_ignore_ascii_case(kind))
    }

    /// The request that the document in the file `path` is, if it is one: that it says so is not enough, it must be of the
    /// kind that its promise serves.
    pub(super) fn child(&self, labels: Labels, path: &str) -> Option<Owner> {
        let child = labels.child?;
        let name = path.rsplit('/').next().unwrap_or_default();
        self.request_file(&child).is_none_or(|file| file == name).then_some(child)
    }

    /// The name of the file that holds a request, where another request makes it.
    pub(super) fn request_file(&self, owner: &Owner) -> Option<String> {
        let (group, kind) = self.kinds.get(&owner.promise)?;
        Some(file_name(group, kind, Some(&owner.namespace), &owner.request))
    }
}

/// A request and everything that comes of it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The request.
    pub owner: Owner,
    /// Its own folders, then those of its sub-requests.
    pub folders: Vec<Folder>,
}

/// What is to be in the repository.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What of the platform is needed.
    pub world: World,
    /// The requests, in their order.
    pub targets: Vec<Target>,
    /// Versions of the promises in them that declare one.
    pub versions: BTreeMap<String, String>,
}

impl Wanted {
    /// Lays out flows that have passed all rules, and reads back every byte that is to be written.
    ///
    /// # Errors
    /// If there is no place for one.
    pub fn of(engine: &Engine, passed: &Passed) -> Result<Wanted, StateError> {
        let world = World::of(engine)?;
        let targets = passed.flows().iter().filter(|f| !f.renderings.is_empty());
        let targets: Result<Vec<Target>, StateError> = targets.map(|f| target(engine, &world, f)).collect();
        let targets = targets?;
        let used: BTreeSet<&str> =
            targets.iter().flat_map(|t| &t.folders).map(|f| f.owner.promise.as_str()).collect();
        let promises = engine.program().promises.iter().filter(|p| used.contains(p.name.as_str()));
        let versions = promises.filter_map(|p| Some((p.name.clone(), p.version.clone()?))).collect();
        Ok(Wanted { world, targets, versions })
    }
}

fn target(engine: &Engine, world: &World, flow: &Flow) -> Result<Target, StateError> {
    let mut folders = Vec::with_capacity(flow.renderings.len());
    for rendering in &flow.renderings {
        for folder in layout::lay(&world.state, rendering)? {
            reread(engine, documents(rendering, &folder))?;
            folders.push(folder);
        }
    }
    let owner = match folders.first() {
        Some(folder) => folder.owner.clone(),
        None => return Err(LayoutError::NoState.into()),
    };
    Ok(Target { owner, folders })
}

/// The documents beside the texts of the files that hold them.
fn documents<'a>(
    rendering: &'a Rendering,
    folder: &'a Folder,
) -> impl Iterator<Item = (&'a Document, &'a str)> {
    let by_name: BTreeMap<String, &Document> =
        rendering.documents.iter().map(|d| (layout::document_name(d), d)).collect();
    folder.files.iter().filter_map(move |(path, bytes)| {
        let name = path.rsplit('/').next().filter(|name| folder.documents.contains(*name))?;
        by_name.get(name).map(|document| (*document, std::str::from_utf8(bytes).unwrap_or_default()))
    })
}
