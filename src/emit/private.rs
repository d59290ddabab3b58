//! Keeps what vow may want again: for this user alone, and never in the way.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// The most files in a folder; the oldest go.
const MOST: usize = 64;

/// Writes the file `name` into `folder`, which is made if it is not there; whole, or not at all. Other users can neither
/// read nor write either. There are never many files in it.
///
/// # Errors
/// What the system says.
pub fn keep_private(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    thin(folder)
}

fn thin(folder: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        all.push((entry.metadata()?.modified()?, entry.path()));
    }
    all.sort();
    all.iter().rev().skip(MOST).try_for_each(|(_, path)| fs::remove_file(path))
}
