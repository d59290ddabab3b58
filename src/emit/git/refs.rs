//! The branch: what it says, and moving it by compare-and-swap.
//!
//! By Git's own protocol: whoever moves `refs/heads/B` holds `refs/heads/B.lock`, compares under it, and renames it.
//! libgit2 speaks it too, but it gives up at once when the lock is held, and it cannot tell its own lock from
//! another's once it was killed. Here the lock is a second name of a file that only vow writes, so it is known again.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::id::Id;
use super::sync;
use super::watch::Pulse;

/// The file that becomes the branch; also what tells a lock of ours.
const NEXT: &str = "vow.next";

/// How long a lock of somebody else is waited for, in steps of [`STEP_MILLIS`].
const STEPS: u32 = 400;
const STEP_MILLIS: u64 = 25;

/// The most bytes of `packed-refs`: some million references.
const MOST_PACKED: u64 = 128 << 20;

/// A branch of a repository.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// The repository's common folder.
    folder: PathBuf,
    /// `refs/heads/…`.
    name: String,
}

/// What became of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Swap {
    Done,
    /// The branch no longer says what was expected.
    Moved,
}

impl Branch {
    pub(super) fn new(folder: &Path, branch: &str) -> Result<Branch, GitError> {
        let name = format!("refs/heads/{branch}");
        let unusable = |why: &str| GitError::Unusable { place: branch.to_owned(), why: why.to_owned() };
        let parts = || branch.split('/');
        let plain = parts().all(|p| !p.is_empty() && !p.starts_with('.') && !p.ends_with(".lock"));
        let odd = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
        let odd = branch.contains(odd) || branch.contains("..") || branch.contains("@{");
        if !git2::Reference::is_valid_name(&name) || !plain || odd || branch.ends_with('.') {
            return Err(unusable("is no name of a branch"));
        }
        // Git takes these for something else wherever somebody names a branch.
        if branch.starts_with('-') || branch == "HEAD" || branch == "@" || Id::parse(branch).is_some() {
            return Err(unusable("is no name of a branch: Git takes it for something else"));
        }
        if let Some(short) = branch.strip_prefix("refs/") {
            let short = short.strip_prefix("heads/").unwrap_or(short);
            return Err(unusable(&format!("is no name of a branch; write `{short}`")));
        }
        Ok(Branch { folder: folder.to_path_buf(), name })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn file(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn lock(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.name))
    }

    /// The commit that the branch names; none if there is no such branch yet.
    pub(super) fn read(&self) -> Result<Option<Id>, GitError> {
        match self.loose()? {
            Some(id) => Ok(Some(id)),
            // It may have been packed between the two looks.
            None => match self.packed()? {
                Some(id) => Ok(Some(id)),
                None => self.loose(),
            },
        }
    }

    fn loose(&self) -> Result<Option<Id>, GitError> {
        let path = self.file();
        let mut text = String::new();
        let Some(file) = plain(&path)? else { return self.check_above() };
        let read = file.take(1024).read_to_string(&mut text);
        let damaged = |why: &str| GitError::damaged(format!("the branch `{}`", self.name), why);
        match read {
            Err(e) if e.kind() == io::ErrorKind::InvalidData => return Err(damaged("is no text")),
            other => other.map_err(GitError::io("read", &path))?,
        };
        if text.starts_with("ref:") {
            return Err(GitError::Unusable {
                place: self.name.clone(),
                why: "stands for another branch; name that one".into(),
            });
        }
        match Id::parse(text.trim_end()) {
            Some(id) => Ok(Some(id)),
            None if text.is_empty() => Err(damaged("is an empty file")),
            None => Err(damaged("names no commit")),
        }
    }

    /// A branch cannot lie below one that is a file.
    fn check_above(&self) -> Result<Option<Id>, GitError> {
        let heads = self.folder.join("refs/heads");
        let above = self.file();
        let file = above.ancestors().skip(1).take_while(|a| *a != heads).find(|a| a.is_file());
        match file {
            Some(file) => Err(GitError::Unusable {
                place: self.name.clone(),
                why: format!("cannot be a branch, because `{}` is one", file.display()),
            }),
            None => Ok(None),
        }
    }

    fn packed(&self) -> Result<Option<Id>, GitError> {
        let path = self.folder.join("packed-refs");
        let mut text = Vec::new();
        let Some(file) = plain(&path)? else { return Ok(None) };
        file.take(MOST_PACKED).read_to_end(&mut text).map_err(GitError::io("read", &path))?;
        for line in text.split(|b| *b == b'\n') {
            let Some((id, name)) = line.split_at_checked(40) else { continue };
            let Some(name) = name.strip_prefix(b" ") else { continue };
            let name = name.strip_suffix(b"\r").unwrap_or(name);
            if name == self.name.as_bytes() {
                let id = std::str::from_utf8(id).ok().and_then(Id::parse);
                let damaged =
                    || GitError::damaged("`packed-refs`", format!("names no commit for `{}`", self.name));
                return id.map(Some).ok_or_else(damaged);
            }
            let below = |a: &[u8], b: &[u8]| a.strip_prefix(b).is_some_and(|rest| rest.starts_with(b"/"));
            if below(name, self.name.as_bytes()) || below(self.name.as_bytes(), name) {
                return Err(GitError::Unusable {
                    place: self.name.clone(),
                    why: format!("cannot be a branch, because `{}` is one", String::from_utf8_lossy(name)),
                });
            }
        }
        Ok(None)
    }

    /// Has the branch name `new`, if it names `old` now. Only for whoever holds the lock of all writers.
    pub(super) fn swap(
        &self,
        old: Option<Id>,
        new: Id,
        may_break: bool,
        pulse: &Pulse,
    ) -> Result<Swap, GitError> {
        let next = self.folder.join(NEXT);
        let (file, lock) = (self.file(), self.lock());
        let above = file.parent().unwrap_or(&self.folder).to_path_buf();
        if !above.is_dir() {
            fs::create_dir_all(&above).map_err(GitError::io("make", &above))?;
            let mut made = above.ancestors().skip(1).take_while(|a| a.starts_with(&self.folder));
            made.try_for_each(sync::folder)?;
        }
        write_new(&next, new).map_err(GitError::io("write", &next))?;
        sync::folder(&self.folder)?;
        let _next = Gone(next.clone());
        self.take(&next, &lock, may_break, pulse)?;
        let held = Gone(lock.clone());
        if self.read()? != old {
            return Ok(Swap::Moved);
        }
        // What is left of branches whose names went on below this one.
        if file.is_dir() {
            let _ = fs::remove_dir(&file);
        }
        fs::rename(&lock, &file).map_err(GitError::io("write", &file))?;
        std::mem::forget(held);
        sync::folder(&above)?;
        Ok(Swap::Done)
    }

    /// Removes what a writer of ours left when it died: the lock, on whatever branch. Only for whoever holds the lock of
    /// all writers, so that none of them lives.
    pub(super) fn clean(&self) -> Result<(), GitError> {
        let next = &self.folder.join(NEXT);
        if sync::has_other_names(next) {
            let heads =
                walkdir::WalkDir::new(self.folder.join("refs/heads")).into_iter().filter_map(Result::ok);
            let is_lock = |path: &Path| path.extension().is_some_and(|e| e == "lock");
            for entry in heads.filter(|e| is_lock(e.path()) && sync::is_same_file(next, e.path())) {
                fs::remove_file(entry.path()).map_err(GitError::io("remove", entry.path()))?;
            }
        }
        // Never written to again: it may be the branch by now.
        match fs::remove_file(next) {
            Err(e) if !is_absent(&e) => Err(GitError::io("remove", next)(e)),
            _ => Ok(()),
        }
    }

    /// Takes the lock of the branch, and waits for whoever holds it.
    fn take(&self, next: &Path, lock: &Path, may_break: bool, pulse: &Pulse) -> Result<(), GitError> {
        let mut seen = None;
        let mut waited = 0;
        loop {
            match fs::hard_link(next, lock) {
                Ok(()) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) if cannot_link(&e) => match write_exclusive(next, lock) {
                    Ok(()) => return Ok(()),
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(e) => return Err(GitError::io("make", lock)(e)),
                },
                Err(e) => return Err(GitError::io("make", lock)(e)),
            }
            // A lock that is another file by now belongs to somebody else, who gets the whole time.
            let now = fs::symlink_metadata(lock).ok().and_then(|m| m.modified().ok());
            waited = if now == seen { waited + 1 } else { 0 };
            seen = now;
            if waited > STEPS {
                if may_break {
                    fs::remove_file(lock).map_err(GitError::io("remove", lock))?;
                    waited = 0;
                    continue;
                }
                let help = "If no Git command is running there, it was left by one that died: remove the file, or say `--break-lock`";
                return Err(GitError::Locked { path: lock.to_path_buf(), help: help.into() });
            }
            pulse.rest(STEP_MILLIS);
        }
    }
}

/// Opens a plain file; none if there is nothing, or a folder. What may never come to an end is not opened.
fn plain(path: &Path) -> Result<Option<fs::File>, GitError> {
    match fs::symlink_metadata(path) {
        Err(e) if is_absent(&e) => Ok(None),
        Err(e) => Err(GitError::io("look at", path)(e)),
        Ok(facts) if facts.is_dir() => Ok(None),
        Ok(facts) if !facts.is_file() => {
            Err(GitError::damaged(format!("`{}`", path.display()), "is no plain file"))
        }
        Ok(_) => match fs::File::open(path) {
            Err(e) if is_absent(&e) => Ok(None),
            other => other.map(Some).map_err(GitError::io("read", path)),
        },
    }
}

/// A file that is removed in the end, whatever the end is.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn write_new(path: &Path, id: Id) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(format!("{id}\n").as_bytes())?;
    file.sync_all()
}

/// Where a file system knows no second names.
fn write_exclusive(next: &Path, lock: &Path) -> io::Result<()> {
    let text = fs::read(next)?;
    let mut file = fs::File::create_new(lock)?;
    let written = file.write_all(&text).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(lock);
    }
    written
}

fn cannot_link(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

fn is_absent(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
