//! Finds the repository in a folder, and refuses what it cannot be sure of.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::GitError;

/// The most bytes of a small file of a repository.
const MOST_BYTES: u64 = 1 << 20;

/// Where the parts of a repository are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder as it was named.
    pub(super) shown: PathBuf,
    /// The folder that holds `objects` and `refs`.
    pub(super) common: PathBuf,
    /// Branches that somebody sees as files, as `refs/heads/…`.
    checked_out: Vec<String>,
}

impl Place {
    /// The repository in `folder`: a bare one, or that of a work tree.
    pub(super) fn find(folder: &Path) -> Result<Place, GitError> {
        let unusable = |why: &str| GitError::unusable(folder, why);
        if !folder.exists() {
            return Err(unusable("does not exist; make a repository there with `git init --bare`"));
        }
        if !folder.is_dir() {
            return Err(unusable("is no folder"));
        }
        let dot = folder.join(".git");
        let own = match fs::symlink_metadata(&dot) {
            Ok(m) if m.is_dir() => dot,
            Ok(m) if m.is_file() => linked(folder, &dot)?,
            Ok(_) => return Err(unusable("holds a `.git` that is neither folder nor file")),
            Err(_) => folder.to_path_buf(),
        };
        let common = match text(&own.join("commondir"))? {
            Some(path) => own.join(path.trim_end()),
            None => own.clone(),
        };
        if !common.join("objects").is_dir() || !own.join("HEAD").is_file() || !common.join("refs").exists() {
            return Err(unusable("is no Git repository; make one there with `git init --bare`"));
        }
        let settings = Settings::read(&common.join("config"))?;
        settings.check(folder)?;
        let mut place = Place { shown: folder.to_path_buf(), common, checked_out: vec![] };
        place.find_checked_out(&settings)?;
        Ok(place)
    }

    /// Refuses a repository whose objects or references may be elsewhere.
    pub(super) fn check_writable(&self) -> Result<(), GitError> {
        let unusable = |why: String| GitError::unusable(&self.shown, why);
        for part in ["objects", "objects/pack", "refs", "refs/heads"] {
            if self.common.join(part).is_symlink() {
                return Err(unusable(format!("has a symbolic link for `{part}`, and none is followed")));
            }
        }
        let alternates = text(&self.common.join("objects/info/alternates"))?.unwrap_or_default();
        if alternates.lines().any(|l| !l.is_empty() && !l.starts_with('#')) {
            return Err(unusable(
                "borrows objects from another repository (`objects/info/alternates`), which may lose them; run `git repack -a -d` in it and remove that file".into(),
            ));
        }
        if text(&self.common.join("shallow"))?.is_some_and(|t| !t.trim().is_empty()) {
            return Err(unusable("is a shallow clone; run `git fetch --unshallow` in it".into()));
        }
        Ok(())
    }

    /// Refuses a branch whose files somebody has before them: they would seem changed.
    pub(super) fn check_not_checked_out(&self, branch: &str) -> Result<(), GitError> {
        match self.checked_out.iter().any(|b| b == branch) {
            false => Ok(()),
            true => {
                let short = branch.trim_start_matches("refs/heads/");
                let why = format!(
                    "has the branch `{short}` checked out, or rebases or bisects it, and its files would not follow; write to a bare repository, or run `git switch --detach` in it"
                );
                Err(GitError::unusable(&self.shown, why))
            }
        }
    }

    fn find_checked_out(&mut self, settings: &Settings) -> Result<(), GitError> {
        let named_git = self.common.file_name().is_some_and(|n| n == ".git");
        let has_files = settings.worktree || !settings.bare.unwrap_or(!named_git);
        let mut trees = vec![];
        if has_files {
            trees.push(self.common.clone());
        }
        let worktrees = fs::read_dir(self.common.join("worktrees")).into_iter().flatten();
        trees.extend(worktrees.filter_map(Result::ok).map(|entry| entry.path()));
        for tree in trees {
            let read = |name: &str| text(&tree.join(name)).map(Option::unwrap_or_default);
            let head = read("HEAD")?;
            self.checked_out.extend(head.strip_prefix("ref:").map(|b| b.trim().to_owned()));
            // While Git works on a branch, `HEAD` names none: it lies here until it is done.
            for name in ["rebase-merge/head-name", "rebase-apply/head-name"] {
                self.checked_out.push(read(name)?.trim().to_owned());
            }
            // Three lines for each branch that a rebase moves along.
            let along = read("rebase-merge/update-refs")?;
            self.checked_out.extend(along.lines().step_by(3).map(|l| l.trim().to_owned()));
            self.checked_out.push(format!("refs/heads/{}", read("BISECT_START")?.trim()));
        }
        Ok(())
    }
}

/// The repository that a `.git` file names.
fn linked(folder: &Path, dot: &Path) -> Result<PathBuf, GitError> {
    let text = text(dot)?.unwrap_or_default();
    match text.strip_prefix("gitdir:") {
        Some(path) => Ok(folder.join(path.trim())),
        None => Err(GitError::unusable(folder, "holds a `.git` file that names no repository")),
    }
}

/// What is read of a repository's configuration: its format.
#[derive(Debug, Default, PartialEq, Eq)]
struct Settings {
    bare: Option<bool>,
    worktree: bool,
    version: Option<String>,
    extensions: Vec<(String, String)>,
}

impl Settings {
    fn read(path: &Path) -> Result<Settings, GitError> {
        match text(path)? {
            Some(text) => Ok(Settings::of(&text)),
            None if path.exists() => Err(GitError::unusable(path, "is no file, so the format is not known")),
            None => Ok(Settings::default()),
        }
    }

    fn of(text: &str) -> Settings {
        let mut settings = Settings::default();
        let mut section = String::new();
        for line in text.lines().map(str::trim) {
            let line = match line.strip_prefix('[').and_then(|l| l.split_once(']')) {
                Some((name, rest)) => {
                    section = name.trim().to_ascii_lowercase();
                    rest.trim()
                }
                None => line,
            };
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, "true"));
            let key = key.trim().to_ascii_lowercase();
            let value = value.split(['#', ';']).next().unwrap_or_default().trim().trim_matches('"');
            let value = value.to_ascii_lowercase();
            match (section.as_str(), key.as_str()) {
                ("core", "bare") => {
                    settings.bare = Some(matches!(value.as_str(), "true" | "yes" | "on" | "1"))
                }
                ("core", "worktree") => settings.worktree = true,
                ("core", "repositoryformatversion") => settings.version = Some(value),
                ("extensions", _) => settings.extensions.push((key, value)),
                _ => {}
            }
        }
        settings
    }

    fn check(&self, folder: &Path) -> Result<(), GitError> {
        let unusable = |why: String| Err(GitError::unusable(folder, why));
        if let Some(version) = self.version.as_deref().filter(|v| !matches!(*v, "0" | "1" | "")) {
            return unusable(format!("is of the format {version}, which this version of vow does not know"));
        }
        for (key, value) in &self.extensions {
            match (key.as_str(), value.as_str()) {
                ("objectformat", "sha1") | ("refstorage", "files") => {}
                ("noop" | "preciousobjects" | "worktreeconfig" | "relativeworktrees", _) => {}
                ("objectformat", other) => {
                    return unusable(format!("names its objects by {other}, and vow knows only SHA-1"));
                }
                ("refstorage", other) => {
                    return unusable(format!("keeps its branches as {other}, and vow knows only files"));
                }
                ("partialclone", _) => {
                    return unusable("is a partial clone: objects are missing from it".into());
                }
                (other, _) => {
                    return unusable(format!("uses the extension `{other}`, which vow does not know"));
                }
            }
        }
        Ok(())
    }
}

/// The text of a small file; none if there is no such file.
fn text(path: &Path) -> Result<Option<String>, GitError> {
    let is_file = fs::metadata(path).is_ok_and(|m| m.is_file());
    if !is_file {
        return Ok(None);
    }
    let mut bytes = vec![];
    let file = fs::File::open(path).map_err(GitError::io("read", path))?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(GitError::io("read", path))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_read_as_git_writes_it() {
        let text = "[core]\n\trepositoryformatversion = 1\n\tbare = false # no\n[remote \"x\"]\n\turl = y\n[Extensions]\n\tobjectFormat = sha256\n[core] worktree=../x\n";
        let settings = Settings::of(text);
        assert_eq!((settings.bare, settings.worktree), (Some(false), true));
        assert_eq!(settings.extensions, [("objectformat".to_owned(), "sha256".to_owned())]);
        let said = settings.check(Path::new("x.git")).unwrap_err().to_string();
        assert_eq!(said, "`x.git` names its objects by sha256, and vow knows only SHA-1");
    }
}
