//! The files of a revision, as a platform's files are read.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSetBuilder};

use super::error::GitError;
use super::id::Id;
use super::revision::Revision;
use super::snapshot::{EntryKind, Snapshot};
use crate::source::Loader;

/// The most files that a revision may have below the folder.
const MOST_FILES: usize = 100_000;
/// The deepest that they are looked for.
const DEEPEST: usize = 32;

/// The files below a folder of a revision. Hidden folders are not entered; links and submodules are not followed.
pub struct RevisionFiles {
    revision: Revision,
    /// How the revision is called.
    shown: String,
    files: BTreeMap<String, Id>,
}

impl RevisionFiles {
    /// The files below the folder of `revision`, which is called `shown`.
    ///
    /// # Errors
    /// If they cannot be listed, or there are too many.
    pub fn of(revision: Revision, shown: &str) -> Result<RevisionFiles, GitError> {
        let folder = revision.folder.clone();
        let files = revision.read(move |snapshot| {
            let mut files = BTreeMap::new();
            match snapshot.folder(&folder)? {
                Some(id) => list(snapshot, id, "", 0, &mut files)?,
                None => {
                    let why = "is not in that revision, so there is no platform to compare with";
                    return Err(GitError::Unusable { place: folder, why: why.into() });
                }
            }
            Ok::<_, GitError>(files)
        })?;
        Ok(RevisionFiles { revision, shown: shown.to_owned(), files })
    }
}

fn list(
    snapshot: &Snapshot,
    folder: Id,
    above: &str,
    depth: usize,
    files: &mut BTreeMap<String, Id>,
) -> Result<(), GitError> {
    for entry in snapshot.entries_of(folder)? {
        let path = format!("{above}{}", entry.name);
        match entry.kind {
            EntryKind::Folder if depth < DEEPEST && !entry.name.starts_with('.') => {
                list(snapshot, entry.id, &format!("{path}/"), depth + 1, files)?;
            }
            EntryKind::File | EntryKind::Other("an executable file") => drop(files.insert(path, entry.id)),
            EntryKind::Folder | EntryKind::Other(_) => {}
        }
        if files.len() > MOST_FILES {
            let why = format!("is one of more than {MOST_FILES} files");
            return Err(GitError::InTheWay { path: above.to_owned(), why });
        }
    }
    Ok(())
}

impl Loader for RevisionFiles {
    fn read(&self, path: &str) -> Result<String, String> {
        let Some(id) = self.files.get(path).copied() else { return Err("does not exist".into()) };
        let bytes = self.revision.read(move |snapshot| snapshot.content(id)).map_err(|e| {
            let e: GitError = e;
            format!("cannot be read: {e}")
        })?;
        String::from_utf8(bytes).map_err(|e| {
            format!(
                "is no UTF-8 text: the byte at offset {} cannot stand there",
                e.utf8_error().valid_up_to()
            )
        })
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        let bad = |_| "is no pattern of file names".to_owned();
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let pattern = pattern.trim_start_matches("./");
            set.add(GlobBuilder::new(pattern).literal_separator(true).build().map_err(bad)?);
        }
        let set = set.build().map_err(bad)?;
        Ok(self.files.keys().filter(|path| set.is_match(path)).cloned().collect())
    }

    fn display(&self, path: &str) -> String {
        format!("{}:{path}", self.shown)
    }
}
