//! A revision of the repository that the platform itself lies in: read, never written.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::error::GitError;
use super::id::Id;
use super::object::Objects;
use super::place::Place;
use super::snapshot::Snapshot;
use super::watch::{self, Patience, Pulse, Stage};

/// A commit of a repository, and a folder in it.
#[derive(Clone, Debug)]
pub struct Revision {
    place: Place,
    /// The commit.
    pub commit: Id,
    /// The path of the folder from the top of the work tree, with `/` between its parts; empty for the top.
    pub folder: String,
}

impl Revision {
    /// The commit that `rev` names (a branch, a tag, `HEAD~1`, the start of an id), in the repository whose work tree
    /// holds `folder`.
    ///
    /// # Errors
    /// If `folder` is in no work tree, or there is no such commit.
    pub fn find(folder: &Path, rev: &str) -> Result<Revision, GitError> {
        let full = folder.canonicalize().map_err(GitError::io("find", folder))?;
        let top = full.ancestors().find(|a| a.join(".git").exists());
        let top = top.ok_or_else(|| GitError::unusable(folder, "lies in no Git repository"))?;
        let place = Place::find(top)?;
        let parts = full.strip_prefix(top).unwrap_or(Path::new(""));
        let parts: Vec<String> =
            parts.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        let (at, rev, shown) = (PathBuf::from(top), rev.to_owned(), folder.to_path_buf());
        let work = move |pulse: &Pulse| {
            pulse.enter(Stage::Open);
            let explain =
                |_| GitError::unusable(&shown, format!("lies in a repository that knows no commit `{rev}`"));
            let repository = git2::Repository::open(&at).map_err(GitError::git("open the repository"))?;
            let object = repository.revparse_single(&rev).map_err(explain)?;
            let commit = object.peel_to_commit().map_err(explain)?;
            Ok(Id::of(commit.id()))
        };
        let commit =
            watch::guarded(Patience::default(), &mut |_, _| {}, || "nothing was written".into(), work)??;
        Ok(Revision { place, commit, folder: parts.join("/") })
    }

    /// Looks at the files of the commit.
    ///
    /// # Errors
    /// If they cannot be read, or what `work` says.
    pub fn read<T, E>(&self, work: impl FnOnce(&Snapshot) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<GitError> + Send + 'static,
    {
        let (objects, commit) = (self.place.common.join("objects"), self.commit);
        let work = move |pulse: &Pulse| {
            pulse.enter(Stage::Read);
            let objects = Rc::new(Objects::open(objects)?);
            work(&Snapshot::of(objects, Some(commit), pulse.clone())?)
        };
        watch::guarded(Patience::default(), &mut |_, _| {}, || "nothing was written".into(), work)?
    }
}
