//! The user's cache: where it is, and what is kept of compiled platforms in it.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::compile::{Compilation, platform_or_kept};
use crate::emit::keep_private;
use crate::source::disk::{Disk, read_private};

/// The variable that names the folder; empty for none.
pub(super) const VARIABLE: &str = "VOW_CACHE";

/// The folder, if there is to be one.
pub(super) fn folder() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let is_set = |p: &PathBuf| !p.as_os_str().is_empty();
    match of(VARIABLE) {
        Some(folder) => Some(folder).filter(is_set),
        None => match of("XDG_CACHE_HOME").filter(is_set) {
            Some(cache) => Some(cache.join("vow")),
            None => of("HOME").filter(is_set).map(|home| home.join(".cache/vow")),
        },
    }
}

/// The platform in a folder: what was kept of it, or compiled and kept for the next run. Whatever is wrong with the
/// cache, it is only slower without.
pub(super) fn platform(disk: &Disk) -> Compilation {
    let kept = folder().map(|folder| (folder.join("platforms"), name(disk.root())));
    let bytes = kept.as_ref().and_then(|(folder, name)| read_private(&folder.join(name)));
    let (compilation, new) = platform_or_kept(disk, bytes.as_deref());
    if let (Some((folder, name)), Some(bytes)) = (kept, new) {
        drop(keep_private(&folder, &name, &bytes));
    }
    compilation
}

/// One platform, one file: an edit takes its place, so the cache does not grow with edits.
fn name(root: &Path) -> String {
    let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
