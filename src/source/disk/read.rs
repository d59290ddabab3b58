//! Reads one file: bounded, and only what is text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::source::disk::{DiskError, LIMIT, Why};

/// Reads the one file at `path`, which the user named and which may lie anywhere.
///
/// # Errors
/// If it is no file of UTF-8 text within the limit.
pub fn read_file(path: &Path) -> Result<String, DiskError> {
    read_named(path, &path.display().to_string())
}

/// Reads a file that the user named; a pipe of the shell (`<(…)`) counts as one.
pub(super) fn read_named(path: &Path, name: &str) -> Result<String, DiskError> {
    match path.starts_with("/dev/fd") || path == Path::new("/dev/stdin") {
        true => read_bounded(File::open(path).map_err(|e| io_error(name, e))?, 0, name),
        false => read_regular(path, name),
    }
}

pub(super) fn read_regular(path: &Path, name: &str) -> Result<String, DiskError> {
    // Asked before the file is opened: opening a pipe waits for its other end.
    let facts = path.metadata().map_err(|e| io_error(name, e))?;
    if !facts.is_file() {
        return Err(Why::NotAFile.of(name));
    }
    if facts.len() > LIMIT {
        return Err(Why::TooLarge.of(name));
    }
    read_bounded(File::open(path).map_err(|e| io_error(name, e))?, facts.len(), name)
}

/// Reads a text of which `likely` bytes are expected.
pub(super) fn read_bounded(source: impl Read, likely: u64, name: &str) -> Result<String, DiskError> {
    // One more, to see the end without asking for more memory.
    let mut bytes = Vec::with_capacity(usize::try_from(likely + 1).unwrap_or_default());
    source.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|e| io_error(name, e))?;
    if bytes.len() as u64 > LIMIT {
        return Err(Why::TooLarge.of(name));
    }
    String::from_utf8(bytes).map_err(|e| Why::NotUtf8(e.utf8_error().valid_up_to()).of(name))
}

pub(super) fn io_error(path: &str, source: std::io::Error) -> DiskError {
    match source.kind() {
        std::io::ErrorKind::NotFound => Why::NotFound.of(path),
        _ => Why::Io(source).of(path),
    }
}
