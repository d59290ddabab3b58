//! Reads what vow itself has kept for a user.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// The most bytes of one file.
pub const PRIVATE_LIMIT: usize = 64 << 20;

/// A file that only this user, or root, can have written, and its length; `None` for any other, and where there is none.
pub fn open_private(path: &Path) -> Option<(File, u64)> {
    // A pipe has no end to wait for, and a link leads to what somebody else wrote.
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits();
    let file = OpenOptions::new().read(true).custom_flags(i32::try_from(flags).ok()?).open(path).ok()?;
    let facts = file.metadata().ok()?;
    let own = facts.uid() == rustix::process::geteuid().as_raw() && facts.mode() & 0o022 == 0;
    (facts.is_file() && own).then_some((file, facts.len()))
}

/// The bytes of a file as [`open_private`] opens it.
pub fn read_private(path: &Path) -> Option<Vec<u8>> {
    let (file, length) = open_private(path)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= PRIVATE_LIMIT)?;
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(length as u64 + 1).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_others_may_have_written_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "kept").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read_private(&file).as_deref(), Some(&b"kept"[..]));
        symlink(&file, &link).unwrap();
        assert_eq!((read_private(&link), read_private(folder.path())), (None, None));
        for mode in [0o620, 0o602, 0o666] {
            fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
            assert_eq!(read_private(&file), None, "{mode:o}");
        }
        assert_eq!(read_private(&folder.path().join("none")), None);
    }

    #[test]
    fn nobody_waits_for_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read_private(&pipe), None);
    }
}
