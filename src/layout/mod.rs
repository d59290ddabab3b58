//! Decides where documents go in a state repository: Kratix' `nestedByMetadata`.
//!
//! `[STORE/]DESTINATION/resources/NAMESPACE/PROMISE/REQUEST/PIPELINE/GROUP/FILE`, one document a file. The files of
//! a pipeline that go to a destination of their own are a group, named after their folder. A path says whose
//! a file is, and the same object has the same file name everywhere.

use std::collections::BTreeSet;
use std::fmt;

use md5::{Digest, Md5};

use crate::check::state::{Destination, State};
use crate::emit::{Bundle, PathError, file_name};
use crate::eval::{Document, Labels, Rendering};
use crate::value::yaml;

/// The folder of a destination that requests render into.
pub const RESOURCES: &str = "resources";

/// A request, as the folders name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The namespace of the request.
    pub namespace: String,
    /// The promise that serves it.
    pub promise: String,
    /// Its name.
    pub request: String,
}

impl Owner {
    /// The request of a rendering.
    pub fn of(rendering: &Rendering) -> Owner {
        Owner {
            namespace: rendering.request.namespace.clone(),
            promise: rendering.promise.clone(),
            request: rendering.request.name.clone(),
        }
    }

    /// The folder of the request below that of its destination.
    pub fn folder(&self, state: &State, destination: &Destination) -> String {
        let Owner { namespace, promise, request } = self;
        format!("{}/{namespace}/{promise}/{request}", resources(state, destination))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} in {}", self.promise, self.request, self.namespace)
    }
}

/// The folder of a destination, without the `/` at its end; empty for the top.
pub fn top(state: &State, destination: &Destination) -> String {
    let parts = [state.path.as_str(), destination.path.as_str()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/")
}

/// The folder of everything that requests render into a destination.
pub fn resources(state: &State, destination: &Destination) -> String {
    let top = top(state, destination);
    if top.is_empty() { RESOURCES.to_owned() } else { format!("{top}/{RESOURCES}") }
}

/// The name of the group of files that a pipeline puts into `directory`; `.` is that of all the others.
pub fn group(directory: &str) -> String {
    let digest = Md5::digest(directory.as_bytes());
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    hex.chars().take(5).collect()
}

/// The name of the file of a document.
pub fn document_name(document: &Document) -> String {
    file_name(&document.group, &document.kind, document.namespace.as_deref(), &document.name)
}

/// The files of one request in one destination.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Whose they are.
    pub owner: Owner,
    /// The destination: its place among those of the platform.
    pub destination: usize,
    /// The path of the folder.
    pub path: String,
    /// The files below it.
    pub files: Bundle,
    /// The names of those that hold documents.
    pub documents: BTreeSet<String>,
}

/// Why a request has no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The platform declares no destination.
    #[error(
        "the platform declares no destination; add `state {{ destination NAME {{ path: \"clusters/NAME\" }} }}` to `promises.dsl`"
    )]
    NoState,
    /// No destination has the labels.
    #[error("no destination is there for `{promise}`{labels}; there is {known}")]
    None {
        /// The promise.
        promise: String,
        /// What it selects.
        labels: String,
        /// What there is.
        known: String,
    },
    /// Kratix would choose among several by chance.
    #[error(
        "more than one destination is there for `{promise}`{labels}: {found}; select one by labels that no other has: `destination {{ … }}` in the promise"
    )]
    Several {
        /// The promise.
        promise: String,
        /// What it selects.
        labels: String,
        /// What fits.
        found: String,
    },
    /// A path that is none everywhere.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Lays out what a request renders: a folder for each destination, that of the documents first.
///
/// # Errors
/// If no destination, or more than one, fits; or a path is none.
pub fn lay(state: &State, rendering: &Rendering) -> Result<Vec<Folder>, LayoutError> {
    let mut folders = vec![];
    let Rendering { promise, pipeline, .. } = rendering;
    let labels = rendering.destination.labels();
    let own = find(&mut folders, state, rendering, select(state, promise, &labels)?)?;
    let others = group(".");
    for document in &rendering.documents {
        let name = document_name(document);
        own.files.insert(&format!("{pipeline}/{others}/{name}"), yaml::write_stream([&document.object]))?;
        own.documents.insert(name);
    }
    for file in &rendering.files {
        let labels = file.to.as_ref().unwrap_or(&labels);
        let folder = find(&mut folders, state, rendering, select(state, promise, labels)?)?;
        let group = group(file.directory().unwrap_or("."));
        folder.files.insert(&format!("{pipeline}/{group}/{}", file.path), file.text.as_str())?;
    }
    Ok(folders)
}

/// The folder of a request in a destination, made if it is not among `folders`.
fn find<'f>(
    folders: &'f mut Vec<Folder>,
    state: &State,
    rendering: &Rendering,
    (destination, selected): (usize, &Destination),
) -> Result<&'f mut Folder, LayoutError> {
    let at = match folders.iter().position(|f| f.destination == destination) {
        Some(at) => at,
        None => {
            let owner = Owner::of(rendering);
            let path = owner.folder(state, selected);
            Bundle::default().insert(&path, "")?;
            let (files, documents) = (Bundle::default(), BTreeSet::new());
            folders.push(Folder { owner, destination, path, files, documents });
            folders.len() - 1
        }
    };
    folders.get_mut(at).ok_or(LayoutError::NoState)
}

/// The one destination whose labels hold all of `labels`; without any, the one that is not strict.
///
/// # Errors
/// If there is none, or more than one.
pub fn select<'s>(
    state: &'s State,
    promise: &str,
    labels: &Labels,
) -> Result<(usize, &'s Destination), LayoutError> {
    let fits = |d: &Destination| match labels.is_empty() {
        true => !d.strict || d.labels.is_empty(),
        false => labels.iter().all(|(k, v)| d.labels.get(k) == Some(v)),
    };
    let found: Vec<(usize, &Destination)> =
        state.destinations.iter().enumerate().filter(|(_, d)| fits(d)).collect();
    let names = |of: &mut dyn Iterator<Item = &Destination>| {
        of.map(|d| format!("`{}`", d.name)).collect::<Vec<_>>().join(", ")
    };
    let pairs: Vec<String> = labels.iter().map(|(k, v)| format!("`{k}: {v}`")).collect();
    let labels = if pairs.is_empty() { String::new() } else { format!(" with {}", pairs.join(", ")) };
    let promise = promise.to_owned();
    match found.as_slice() {
        [one] => Ok(*one),
        [] if state.destinations.is_empty() => Err(LayoutError::NoState),
        [] => Err(LayoutError::None { promise, labels, known: names(&mut state.destinations.iter()) }),
        many => {
            Err(LayoutError::Several { promise, labels, found: names(&mut many.iter().map(|(_, d)| *d)) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_as_kratix_names_them() {
        assert_eq!([group("."), group("backstage"), group("platform")], ["5058f", "5cfaf", "34a6e"]);
    }

    #[test]
    fn one_destination_is_selected_or_it_is_an_error() {
        let destination = |name: &str, env: &str, strict| Destination {
            name: name.into(),
            labels: [("env".to_owned(), env.to_owned())].into(),
            strict,
            ..Destination::default()
        };
        let state = State {
            destinations: vec![
                destination("a", "dev", true),
                destination("b", "prod", false),
                destination("c", "prod", true),
            ],
            ..State::default()
        };
        let select = |labels: &[(&str, &str)]| {
            let labels: Labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            select(&state, "p", &labels).map(|(at, _)| at).map_err(|e| e.to_string())
        };
        assert_eq!(select(&[]), Ok(1));
        assert_eq!(select(&[("env", "dev")]), Ok(0));
        insta::assert_snapshot!(select(&[("env", "prod")]).unwrap_err(), @"more than one destination is there for `p` with `env: prod`: `b`, `c`; select one by labels that no other has: `destination { … }` in the promise");
        insta::assert_snapshot!(select(&[("env", "x")]).unwrap_err(), @"no destination is there for `p` with `env: x`; there is `a`, `b`, `c`");
    }
}
