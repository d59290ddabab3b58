//! What is kept of compiled platforms in the user's cache, and where that is.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::compile::{self, Compilation, platform_or_kept};
use crate::emit::{keep_private, private_folder, private_path};
use crate::source::disk::{Disk, PRIVATE_LIMIT, read_private};

/// The variable that names the folder of compiled platforms; empty for none.
const VARIABLE: &str = "VOW_CACHE";

/// The folder of vow in the user's cache, if there is one.
pub(super) fn folder() -> Option<PathBuf> {
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    cache.map(|cache| cache.join("vow"))
}

/// The folder that a variable names. One that is named from here would be another one everywhere else.
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

/// The platform in a folder: what was kept of it, or compiled and kept for the next run. Whatever is wrong with the
/// cache, it is only slower without.
pub(super) fn platform(disk: &Disk) -> Compilation {
    let folder = match std::env::var_os(VARIABLE) {
        Some(_) => variable(VARIABLE),
        None => folder().map(|folder| folder.join("platforms")),
    };
    let Some(folder) = folder.filter(|folder| private_folder(folder).is_ok()) else {
        return compile::platform(disk);
    };
    let name = name(disk.root());
    let kept = read_private(&private_path(&folder, &name));
    let (compilation, new) = platform_or_kept(disk, kept.as_deref());
    if let Some(bytes) = new.filter(|bytes| bytes.len() <= PRIVATE_LIMIT) {
        drop(keep_private(&folder, &name, &bytes));
    }
    compilation
}

/// One platform, one file: an edit takes its place, so the cache does not grow with edits.
fn name(root: &Path) -> String {
    let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
