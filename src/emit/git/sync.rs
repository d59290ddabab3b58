//! Has the disk keep what was written, before anything says that it is there.

use std::fs;
use std::path::Path;

use super::error::GitError;

/// Syncs the names in a folder: which files it holds, not what they hold.
#[cfg(unix)]
pub(super) fn folder(path: &Path) -> Result<(), GitError> {
    fs::File::open(path).and_then(|f| f.sync_all()).map_err(GitError::io("sync", path))
}

/// Folders cannot be synced here; the file system orders its names by itself.
#[cfg(not(unix))]
pub(super) fn folder(path: &Path) -> Result<(), GitError> {
    fs::metadata(path).map(drop).map_err(GitError::io("look at", path))
}

/// Whether two paths are names of one file.
#[cfg(unix)]
pub(super) fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::symlink_metadata(a), fs::symlink_metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

/// Whether two paths are names of one file: never known here.
#[cfg(not(unix))]
pub(super) fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

/// Whether a file has more than one name.
#[cfg(unix)]
pub(super) fn has_other_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|m| m.nlink() > 1)
}

/// Whether a file has more than one name: never known here.
#[cfg(not(unix))]
pub(super) fn has_other_names(_: &Path) -> bool {
    false
}
