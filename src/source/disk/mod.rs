//! Reads files beneath one folder, and requests from where the user says.
//!
//! The only reader of files. A [`Disk`] never leaves its folder: no absolute path, no `..`, no symbolic link that leads
//! out. Sizes are bounded before anything is read, and no message ever holds what a file holds.

#![expect(clippy::disallowed_methods, reason = "a door: the only reader of files")]

mod private;
mod read;
mod requests;

pub use private::{PRIVATE_LIMIT, open_private, read_private};
pub use read::read_file;
pub use requests::{RequestFile, request_files};

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use crate::source::Loader;
use crate::source::disk::read::{io_error, read_regular};

/// The most bytes a file may have.
pub const LIMIT: u64 = 4 * 1024 * 1024;

/// The name of a platform's own file, by which its folder is found.
pub const PLATFORM_FILE: &str = "promises.dsl";

/// The most files and folders a search looks at.
const MOST_ENTRIES: usize = 100_000;

/// The deepest a search goes.
const DEEPEST: usize = 32;

/// Something was not read.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` {why}")]
pub struct DiskError {
    /// What should have been read, as it was named.
    pub path: String,
    /// Why it was not.
    pub why: Why,
}

/// Why something was not read, as the end of a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// Nothing is there.
    #[error("does not exist")]
    NotFound,
    /// The path is absolute, climbs with `..`, or a link leads out of the folder.
    #[error("leads out of the folder it belongs to")]
    Outside,
    /// A folder, a device, a pipe.
    #[error("is no regular file")]
    NotAFile,
    /// A file where a folder is needed.
    #[error("is no folder")]
    NotAFolder,
    /// More bytes than [`LIMIT`].
    #[error("is larger than {} MiB", LIMIT / (1024 * 1024))]
    TooLarge,
    /// The text is no UTF-8; the offset is that of the first byte that is wrong.
    #[error("is no UTF-8 text: the byte at offset {0} cannot stand there")]
    NotUtf8(usize),
    /// The name of a file is no UTF-8.
    #[error("has a name that is no UTF-8")]
    BadName,
    /// A pattern that is none.
    #[error("is no pattern of file names")]
    BadPattern,
    /// A search that looks at too much.
    #[error("is in a folder of more than {MOST_ENTRIES} files")]
    TooMany,
    /// The system says no.
    #[error("cannot be read: {}", .0.kind())]
    Io(#[source] std::io::Error),
}

impl Why {
    fn of(self, path: impl Into<String>) -> DiskError {
        DiskError { path: path.into(), why: self }
    }
}

/// A folder and what is beneath it.
#[derive(Clone, Debug)]
pub struct Disk {
    /// Canonical: what is beneath it starts with it.
    root: PathBuf,
    /// What stands before the names of its files when they are shown; empty, or ends in `/`.
    shown: String,
}

impl Disk {
    /// Opens the folder `root`.
    ///
    /// # Errors
    /// If there is none, or it is no folder.
    pub fn open(root: &Path) -> Result<Self, DiskError> {
        let name = root.display().to_string();
        let canonical = root.canonicalize().map_err(|e| io_error(&name, e))?;
        if !canonical.is_dir() {
            return Err(Why::NotAFolder.of(name));
        }
        let shown = match name.as_str() {
            "" | "." => String::new(),
            name => format!("{}/", name.trim_end_matches('/')),
        };
        Ok(Self { root: canonical, shown })
    }

    /// The folder, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads the text of `relative`, a path beneath the folder with `/` between its parts.
    ///
    /// # Errors
    /// If the path leaves the folder, or is no regular file of UTF-8 text within the limit.
    pub fn read(&self, relative: &str) -> Result<String, DiskError> {
        let path = self.resolve(relative)?;
        read_regular(&path, relative)
    }

    /// Finds the files beneath the folder that match any of `patterns`, as relative paths with `/`, sorted.
    ///
    /// `*` stays within one name, `**` spans folders. Hidden folders are not entered, nor are links to folders.
    ///
    /// # Errors
    /// If a pattern is none or leaves the folder, or a file that matches has no readable name or leads out.
    pub fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, DiskError> {
        let mut found = vec![];
        for pattern in patterns {
            check_relative(pattern)?;
            let set = compile(pattern)?;
            let Some(base) = self.base(pattern)? else { continue };
            for entry in files(&base, pattern)? {
                found.extend(self.matching(&entry, &set)?);
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Every file beneath the folder, in hidden folders too, as relative paths with `/`, sorted. A link is a file.
    ///
    /// # Errors
    /// If the folder cannot be searched, or a file has no readable name.
    pub fn every_file(&self) -> Result<Vec<String>, DiskError> {
        let mut found = vec![];
        for (count, entry) in WalkDir::new(&self.root).sort_by_file_name().into_iter().enumerate() {
            if count >= MOST_ENTRIES {
                return Err(Why::TooMany.of(&self.shown));
            }
            let entry = entry.map_err(|e| io_error(&self.shown, e.into()))?;
            let Ok(relative) = entry.path().strip_prefix(&self.root) else { continue };
            if !entry.file_type().is_dir() {
                let name =
                    relative.to_str().ok_or_else(|| Why::BadName.of(relative.display().to_string()))?;
                found.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
            }
        }
        found.sort();
        Ok(found)
    }

    /// The canonical path of `relative`, if it is beneath the folder.
    fn resolve(&self, relative: &str) -> Result<PathBuf, DiskError> {
        check_relative(relative)?;
        let path = self.root.join(relative).canonicalize().map_err(|e| io_error(relative, e))?;
        match path.starts_with(&self.root) {
            true => Ok(path),
            false => Err(Why::Outside.of(relative)),
        }
    }

    /// The folder in which the search for `pattern` starts: its leading parts that are plain names.
    fn base(&self, pattern: &str) -> Result<Option<PathBuf>, DiskError> {
        let is_plain = |part: &&str| !part.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let folder = pattern.rsplit_once('/').map_or("", |(folder, _)| folder);
        let plain: Vec<&str> = folder.split('/').take_while(is_plain).filter(|p| !p.is_empty()).collect();
        if plain.is_empty() {
            return Ok(Some(self.root.clone()));
        }
        match self.resolve(&plain.join("/")) {
            Ok(path) => Ok(path.is_dir().then_some(path)),
            Err(DiskError { why: Why::NotFound, .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The relative path of `entry`, if it matches and is a regular file.
    fn matching(&self, entry: &DirEntry, set: &GlobSet) -> Result<Option<String>, DiskError> {
        let Ok(relative) = entry.path().strip_prefix(&self.root) else { return Ok(None) };
        if !set.is_match(relative) {
            return Ok(None);
        }
        let Some(name) = relative.to_str() else {
            return Err(Why::BadName.of(relative.display().to_string()));
        };
        let name = name.replace(std::path::MAIN_SEPARATOR, "/");
        let is_file = match entry.path_is_symlink() {
            true => self.resolve(&name)?.is_file(),
            false => entry.file_type().is_file(),
        };
        Ok(is_file.then_some(name))
    }
}

impl Loader for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        Disk::read(self, path).map_err(|e| e.why.to_string())
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        Disk::glob(self, patterns).map_err(|e| e.why.to_string())
    }

    fn display(&self, path: &str) -> String {
        format!("{}{path}", self.shown)
    }
}

/// Finds the folder of the platform that `from` belongs to: the nearest one upwards that holds a `promises.dsl`.
pub fn find_platform(from: &Path) -> Option<PathBuf> {
    let from = from.canonicalize().ok()?;
    let found = from.ancestors().find(|folder| folder.join(PLATFORM_FILE).is_file());
    found.map(Path::to_path_buf)
}

/// Refuses what is not a plain way downwards, before the file system is asked.
fn check_relative(path: &str) -> Result<(), DiskError> {
    let climbs = path.split('/').any(|part| part == "..");
    let foreign = path.contains(['\\', '\0']) || Path::new(path).is_absolute() || path.starts_with('/');
    match climbs || foreign || path.is_empty() {
        true => Err(Why::Outside.of(path)),
        false => Ok(()),
    }
}

fn compile(pattern: &str) -> Result<GlobSet, DiskError> {
    let bad = |_| Why::BadPattern.of(pattern);
    let glob =
        GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build().map_err(bad)?;
    GlobSetBuilder::new().add(glob).build().map_err(bad)
}

/// Everything beneath `base` that is no folder and not hidden in one.
fn files(base: &Path, pattern: &str) -> Result<Vec<DirEntry>, DiskError> {
    let depth = if pattern.contains("**") { DEEPEST } else { pattern.split('/').count() };
    let is_hidden = |e: &DirEntry| e.depth() > 0 && e.file_name().as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(base).max_depth(depth).sort_by_file_name();
    let walk = walk.into_iter().filter_entry(|e| !(e.file_type().is_dir() && is_hidden(e)));
    let mut found = vec![];
    for (count, entry) in walk.enumerate() {
        if count >= MOST_ENTRIES {
            return Err(Why::TooMany.of(pattern));
        }
        let entry = entry.map_err(|e| io_error(pattern, e.into()))?;
        if !entry.file_type().is_dir() {
            found.push(entry);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        dir
    }

    #[test]
    fn only_what_is_beneath_is_read() {
        let dir = folder(&[("in/a.promise", b"a"), ("out", b"secret"), ("in/bad", b"ab\xff")]);
        let root = dir.path().join("in");
        let disk = Disk::open(&root).unwrap();
        assert_eq!(disk.read("a.promise").unwrap(), "a");
        for path in ["../out", "x/../../out", "/etc/passwd", "", "a\\b"] {
            assert!(matches!(disk.read(path), Err(DiskError { why: Why::Outside, .. })), "{path}");
        }
        assert!(matches!(disk.read("."), Err(DiskError { why: Why::NotAFile, .. })));
        assert!(matches!(disk.read("none"), Err(DiskError { why: Why::NotFound, .. })));
        assert_eq!(
            disk.read("bad").unwrap_err().to_string(),
            "`bad` is no UTF-8 text: the byte at offset 2 cannot stand there"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_within() {
        use std::os::unix::fs::symlink;
        let dir = folder(&[("in/a.yaml", b"a"), ("out.yaml", b"secret")]);
        let root = dir.path().join("in");
        symlink("a.yaml", root.join("b.yaml")).unwrap();
        let disk = Disk::open(&root).unwrap();
        assert_eq!(disk.read("b.yaml").unwrap(), "a");
        assert_eq!(disk.glob(&["*.yaml"]).unwrap(), ["a.yaml", "b.yaml"]);
        fs::create_dir(root.join(".hidden")).unwrap();
        fs::write(root.join(".hidden/x"), "").unwrap();
        assert_eq!(disk.every_file().unwrap(), [".hidden/x", "a.yaml", "b.yaml"]);
        symlink("../out.yaml", root.join("c.yaml")).unwrap();
        assert!(matches!(disk.read("c.yaml"), Err(DiskError { why: Why::Outside, .. })));
        assert!(matches!(disk.glob(&["*.yaml"]), Err(DiskError { why: Why::Outside, .. })));
    }

    #[test]
    fn patterns_find_files_in_order() {
        let dir = folder(&[
            ("p/b.promise", b""),
            ("p/a.promise", b""),
            ("p/x/c.promise", b""),
            (".git/d.promise", b""),
        ]);
        let disk = Disk::open(dir.path()).unwrap();
        assert_eq!(disk.glob(&["p/*.promise"]).unwrap(), ["p/a.promise", "p/b.promise"]);
        assert_eq!(disk.glob(&["**/*.promise", "./p/a.promise"]).unwrap().len(), 3);
        assert!(disk.glob(&["none/*.promise"]).unwrap().is_empty());
        assert!(matches!(disk.glob(&["../*"]), Err(DiskError { why: Why::Outside, .. })));
        assert!(matches!(disk.glob(&["a[b"]), Err(DiskError { why: Why::BadPattern, .. })));
    }

    #[test]
    fn a_platform_is_found_upwards_and_requests_downwards() {
        let dir =
            folder(&[(PLATFORM_FILE, b""), ("a/b/r.yaml", b"r"), ("a/q.json", b"q"), ("a/no.txt", b"")]);
        let nested = dir.path().join("a/b");
        assert_eq!(find_platform(&nested), Some(dir.path().canonicalize().unwrap()));
        let found = request_files(dir.path().join("a").to_str().unwrap()).unwrap();
        let texts: Vec<String> = found.iter().map(|f| f.read().unwrap()).collect();
        assert_eq!(texts, ["r", "q"]);
        assert!(matches!(request_files("/none/at/all"), Err(DiskError { why: Why::NotFound, .. })));
    }

    #[test]
    fn large_files_are_refused_before_they_are_read() {
        let dir = folder(&[]);
        fs::File::create(dir.path().join("large")).unwrap().set_len(LIMIT + 1).unwrap();
        let disk = Disk::open(dir.path()).unwrap();
        assert_eq!(disk.read("large").unwrap_err().to_string(), "`large` is larger than 4 MiB");
    }
}
