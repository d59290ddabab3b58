//! Keeps what vow may want again: for this user alone, and never in the way.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What the names of the files end in, and those that are being written begin with: no other file is ever removed.
const ENDING: &str = "vow-platform";
const UNFINISHED: &str = ".vow-platform-";

/// The most files in a folder; the oldest go.
const MOST: usize = 64;

/// The place of the file of that name in a folder.
pub fn private_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(ENDING)
}

/// Makes a folder that no other user reads or writes, if it is not there.
///
/// # Errors
/// What the system says.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes the file of that name into a folder: whole, or not at all, and for this user alone. There are never many of
/// them.
///
/// # Errors
/// What the system says.
pub fn keep_private(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(private_path(folder, name))?;
    thin(folder)
}

fn thin(folder: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let begun = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()));
        if begun || path.extension() == Some(OsStr::new(ENDING)) {
            // Another process may have removed it since.
            all.extend(path.symlink_metadata().and_then(|m| m.modified()).ok().map(|time| (time, path)));
        }
    }
    all.sort();
    all.iter().rev().skip(MOST).for_each(|(_, path)| drop(fs::remove_file(path)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_its_own_go() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MOST + 10 {
            fs::write(folder.path().join(format!("mine-{number}")), "x").unwrap();
            keep_private(folder.path(), &format!("{number}"), b"x").unwrap();
        }
        let names = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name());
        let (mine, kept): (Vec<_>, Vec<_>) = names.partition(|n| n.to_string_lossy().starts_with("mine"));
        assert_eq!((mine.len(), kept.len()), (MOST + 10, MOST));
    }
}
