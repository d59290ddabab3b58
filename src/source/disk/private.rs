//! Reads what vow itself has kept for a user.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The most bytes of one file.
const MOST: u64 = 64 << 20;

/// The bytes of a file that nobody but this user can have written; `None` for any other, and where there is none.
pub fn read_private(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let facts = file.metadata().ok()?;
    let own = facts.uid() == rustix::process::geteuid().as_raw() && facts.mode() & 0o022 == 0;
    if !facts.is_file() || !own || facts.len() > MOST {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).ok()?);
    file.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
