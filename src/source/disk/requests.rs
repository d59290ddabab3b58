//! Finds the texts with requests that a word of the command line names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::Loader;
use crate::source::disk::read::{io_error, read_bounded, read_named};
use crate::source::disk::{Disk, DiskError};

/// A text with requests that was named, and not yet read.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// The name to show: the path, or `<stdin>`.
    pub name: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Stdin,
    Named(PathBuf),
    Beneath(Arc<Disk>, String),
}

impl RequestFile {
    /// Reads the text.
    ///
    /// # Errors
    /// If it is no file of UTF-8 text within the limit.
    pub fn read(&self) -> Result<String, DiskError> {
        match &self.place {
            Place::Stdin => read_bounded(std::io::stdin().lock(), 0, &self.name),
            Place::Named(path) => read_named(path, &self.name),
            Place::Beneath(disk, relative) => disk.read(relative),
        }
    }
}

/// Finds the request files that `argument` names: standard input for `-`, every `*.yaml`, `*.yml` and `*.json` in a
/// folder and below it in the order of their paths, or the one file.
///
/// # Errors
/// If there is nothing of that name, or a folder cannot be searched.
pub fn request_files(argument: &str) -> Result<Vec<RequestFile>, DiskError> {
    if argument == "-" {
        return Ok(vec![RequestFile { name: "<stdin>".into(), place: Place::Stdin }]);
    }
    let path = Path::new(argument);
    if !path.metadata().map_err(|e| io_error(argument, e))?.is_dir() {
        return Ok(vec![RequestFile { name: argument.to_owned(), place: Place::Named(path.to_path_buf()) }]);
    }
    let disk = Arc::new(Disk::open(path)?);
    let found = disk.glob(&["**/*.yaml", "**/*.yml", "**/*.json"])?;
    let file =
        |f: String| RequestFile { name: disk.display(&f), place: Place::Beneath(Arc::clone(&disk), f) };
    Ok(found.into_iter().map(file).collect())
}
