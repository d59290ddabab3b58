//! A set of files in memory: the only thing that can be written.
//!
//! A path that is in a bundle is safe beneath any folder, on any file system and in any Git repository; that is decided
//! here, once, before a byte is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most bytes a part of a path may have.
const LONGEST_PART: usize = 255;

/// The most bytes a path may have.
const LONGEST_PATH: usize = 1024;

/// Names that Windows keeps for devices, with or without an extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Why a path cannot be in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path, or a part of it, is not portable.
    #[error("`{path}` is no path for a file: {why}", path = path.escape_debug())]
    Unsafe {
        /// The path.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two files whose paths are the same, or differ only in case.
    #[error("`{first}` and `{second}` would be the same file")]
    Twice {
        /// The path that is there.
        first: String,
        /// The path that was added.
        second: String,
    },
    /// A path that is a file and also the folder of another.
    #[error("`{0}` would be both a file and a folder")]
    FileAndFolder(String),
}

/// Files in the order of their paths. A copy shares them, until one of both gets another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Shared, because there may be many, and nobody changes one.
    files: Arc<BTreeMap<String, Arc<[u8]>>>,
    /// Lower-case path of each file, with the path as written.
    folded: Arc<BTreeMap<String, String>>,
    /// Lower-case path of each folder that a file needs.
    folders: Arc<BTreeSet<String>>,
}

impl Bundle {
    /// Adds a file at `path`, with `/` between its parts.
    ///
    /// # Errors
    /// If the path is not portable, or meets one that is there; the bundle is then as before.
    pub fn insert(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<(), PathError> {
        check_path(path)?;
        let folded = path.to_ascii_lowercase();
        if let Some(first) = self.folded.get(&folded) {
            return Err(PathError::Twice { first: first.clone(), second: path.to_owned() });
        }
        let folders: Vec<&str> = parents(&folded).collect();
        if let Some(file) = folders.iter().find_map(|folder| self.folded.get(*folder)) {
            return Err(PathError::FileAndFolder(file.clone()));
        }
        if self.folders.contains(&folded) {
            return Err(PathError::FileAndFolder(path.to_owned()));
        }
        Arc::make_mut(&mut self.folders).extend(folders.into_iter().map(str::to_owned));
        Arc::make_mut(&mut self.folded).insert(folded, path.to_owned());
        Arc::make_mut(&mut self.files).insert(path.to_owned(), Arc::from(bytes.into()));
        Ok(())
    }

    /// Paths and contents, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.shared().map(|(path, bytes)| (path, &**bytes))
    }

    /// Paths and contents, in the order of the paths, to be kept beyond the bundle.
    pub fn shared(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The folders above `path`, the nearest first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').rev().filter_map(|(slash, _)| path.get(..slash))
}

fn check_path(path: &str) -> Result<(), PathError> {
    let too_long = (path.len() > LONGEST_PATH).then_some("it is longer than 1024 bytes");
    match too_long.or_else(|| path.split('/').find_map(check_part)) {
        Some(why) => Err(PathError::Unsafe { path: path.to_owned(), why }),
        None => Ok(()),
    }
}

/// What is wrong with one part of a path.
fn check_part(part: &str) -> Option<&'static str> {
    let lower = part.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or("");
    if part.is_empty() {
        return Some("a part of it is empty");
    }
    if part.len() > LONGEST_PART {
        return Some("a part of it is longer than 255 bytes");
    }
    if part == "." || part == ".." {
        return Some("it may not hold `.` or `..`");
    }
    if part.contains(|c: char| !c.is_ascii_graphic() && c != ' ')
        || part.contains(['\\', ':', '*', '?', '"', '<', '>', '|'])
    {
        return Some("only ASCII letters, digits and marks that every file system takes may stand in it");
    }
    if part.starts_with(' ') || part.ends_with([' ', '.']) {
        return Some("a part of it starts with a blank, or ends in a blank or a stop");
    }
    if lower.starts_with(".git") || lower.starts_with("git~") {
        return Some("names that start with `.git` are Git's own");
    }
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_numbered = matches!(device, "com" | "lpt") && stem.len() == 4;
    let is_device = DEVICES.contains(&stem) && !matches!(stem, "com" | "lpt") || is_numbered;
    is_device.then_some("it is the name of a device on Windows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_paths_are_refused() {
        let long = "a".repeat(256);
        let bad = [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "../a",
            "a/../b",
            "a\\b",
            "a\nb",
            "é",
            "a\u{202e}",
            "c:",
            "a ",
            " a",
            "a.",
            ".git/config",
            "x/.GIT",
            ".gitmodules",
            "git~1",
            "aux.yaml",
            "COM1",
            "nul",
            &long,
        ];
        for path in bad {
            assert!(matches!(Bundle::default().insert(path, ""), Err(PathError::Unsafe { .. })), "{path:?}");
        }
        for path in ["a", "a/b.yaml", "com.yaml", "console", "a b", ".kratix", "x_y~z@1"] {
            assert_eq!(Bundle::default().insert(path, ""), Ok(()), "{path}");
        }
    }

    #[test]
    fn paths_that_meet_are_refused() {
        let mut bundle = Bundle::default();
        bundle.insert("a/B.yaml", "1").unwrap();
        let before = bundle.clone();
        let twice = bundle.insert("A/b.yaml", "2").unwrap_err();
        assert_eq!(twice.to_string(), "`a/B.yaml` and `A/b.yaml` would be the same file");
        assert_eq!(bundle.insert("A", "2"), Err(PathError::FileAndFolder("A".into())));
        assert_eq!(bundle.insert("a/b.yaml/c", "2"), Err(PathError::FileAndFolder("a/B.yaml".into())));
        assert_eq!(bundle, before);
    }
}
