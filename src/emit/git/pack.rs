//! New objects, as one pack with its index.
//!
//! libgit2 can build packs, too. But it looks for deltas between all objects, syncs nothing unless `unsafe` code tells it
//! to, and lets no `.keep` stand beside a pack from its first moment on. A pack without deltas is a list, so it is
//! written here, and every order of writing and syncing can be seen.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::{Compress, Compression, FlushCompress, Status};
use sha1::{Digest, Sha1};

use super::error::GitError;
use super::id::Id;
use super::object::Kind;
use super::sync;

/// Below it an object is stored as it is: compression would cost more than it saves.
const WORTH_COMPRESSING: usize = 512;

/// The most bytes of a pack; an index of the plain form reaches no further.
const MOST_BYTES: usize = 0x7fff_ffff;

/// What a `.keep` of ours says, so that one of a dead writer is known.
const KEEP: &str = "vow: being committed\n";

/// A file that is not yet in its place. It lies in the repository's own folder: beside the packs, `git gc --prune=now`
/// takes away whatever looks unfinished.
const PART: &str = "vow.part";

/// New objects.
pub(super) struct Pack {
    bytes: Vec<u8>,
    entries: Vec<Packed>,
    added: HashSet<Id>,
    compress: Compress,
    /// What the last object was compressed to.
    scratch: Vec<u8>,
}

struct Packed {
    id: Id,
    crc: u32,
    offset: usize,
}

impl Default for Pack {
    fn default() -> Self {
        let bytes = b"PACK\0\0\0\x02\0\0\0\0".to_vec();
        let compress = Compress::new(Compression::new(1), true);
        Pack { bytes, entries: vec![], added: HashSet::new(), compress, scratch: vec![] }
    }
}

/// The name of an object.
pub(super) fn name(kind: Kind, content: &[u8]) -> Id {
    let mut hash = Sha1::new();
    hash.update(format!("{} {}\0", kind.word(), content.len()));
    hash.update(content);
    Id(hash.finalize().into())
}

impl Pack {
    /// How many objects there are in it.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many bytes it has.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Adds an object, and gives its name.
    pub(super) fn add(&mut self, kind: Kind, content: &[u8]) -> Id {
        let id = name(kind, content);
        self.put(id, kind, content);
        id
    }

    /// Adds an object unless it is there already, and gives its name.
    pub(super) fn add_unless(&mut self, kind: Kind, content: &[u8], there: impl Fn(Id) -> bool) -> Id {
        let id = name(kind, content);
        if !there(id) {
            self.put(id, kind, content);
        }
        id
    }

    fn put(&mut self, id: Id, kind: Kind, content: &[u8]) {
        if !self.added.insert(id) {
            return;
        }
        let offset = self.bytes.len();
        let number = match kind {
            Kind::Commit => 1_u8,
            Kind::Tree => 2,
            Kind::Blob => 3,
        };
        let mut size = content.len();
        let mut byte = (number << 4) | (size & 15) as u8;
        size >>= 4;
        while size > 0 {
            self.bytes.push(byte | 0x80);
            byte = (size & 127) as u8;
            size >>= 7;
        }
        self.bytes.push(byte);
        let small = kind == Kind::Tree || content.len() < WORTH_COMPRESSING;
        if small || !self.compressed(content) {
            self.stored(content);
        }
        // That of flate2 copies its tables for each object.
        let crc = crc32fast::hash(self.bytes.get(offset..).unwrap_or_default());
        self.entries.push(Packed { id, crc, offset });
    }

    /// Appends the content compressed, if that went well. Not straight to the end: whoever compresses into a vector clears all
    /// the room that it has first, and the room of a pack is as large as the pack.
    fn compressed(&mut self, content: &[u8]) -> bool {
        self.scratch.resize(content.len() + content.len() / 8 + 64, 0);
        self.compress.reset();
        let done = self.compress.compress(content, &mut self.scratch, FlushCompress::Finish);
        let length = usize::try_from(self.compress.total_out()).ok();
        match (done, length.and_then(|length| self.scratch.get(..length))) {
            (Ok(Status::StreamEnd), Some(bytes)) => {
                self.bytes.extend_from_slice(bytes);
                true
            }
            _ => false,
        }
    }

    /// Appends the content as a zlib stream that is not compressed.
    fn stored(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(&[0x78, 0x01]);
        let mut blocks = content.chunks(0xffff).peekable();
        if blocks.peek().is_none() {
            self.bytes.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
        }
        while let Some(block) = blocks.next() {
            let length = block.len() as u16;
            self.bytes.push(u8::from(blocks.peek().is_none()));
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(&(!length).to_le_bytes());
            self.bytes.extend_from_slice(block);
        }
        self.bytes.extend_from_slice(&adler(content).to_be_bytes());
    }

    /// Writes the pack below `objects`, synced; what it gives must be kept until the branch has moved.
    pub(super) fn write(mut self, objects: &Path) -> Result<Kept, GitError> {
        let folder = objects.join("pack");
        if self.bytes.len() > MOST_BYTES {
            return Err(GitError::unusable(objects, "would get more than 2 GiB at once; write less of it"));
        }
        let count = (self.entries.len() as u32).to_be_bytes();
        self.bytes.get_mut(8..12).into_iter().for_each(|at| at.copy_from_slice(&count));
        let sum: [u8; 20] = Sha1::digest(&self.bytes).into();
        self.bytes.extend_from_slice(&sum);
        let index = self.index(&sum);
        prepare(objects)?;
        let name = format!("pack-{}", Id(sum));
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        let kept = Kept { keep: Some(file("keep")) };
        // Whoever packs the repository meanwhile sees the `.keep` before the pack, and lets it be. It is there with all of its
        // text or not at all, so that nobody else's is taken for it.
        let part = part(objects);
        place(&part, &file("keep"), KEEP.as_bytes())?;
        place(&part, &file("pack"), &self.bytes)?;
        if let Err(error) = place(&part, &file("idx"), &index) {
            // Without its index nobody has seen it yet.
            let _ = fs::remove_file(file("pack"));
            return Err(error);
        }
        sync::folder(&folder)?;
        Ok(kept)
    }

    /// The index: sorted names, checksums and places.
    fn index(&mut self, pack: &[u8; 20]) -> Vec<u8> {
        self.entries.sort_by_key(|e| e.id);
        let mut out = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=u8::MAX {
            let count = self.entries.partition_point(|e| e.id.0.first().is_some_and(|b| *b <= first));
            out.extend_from_slice(&(count as u32).to_be_bytes());
        }
        self.entries.iter().for_each(|e| out.extend_from_slice(&e.id.0));
        self.entries.iter().for_each(|e| out.extend_from_slice(&e.crc.to_be_bytes()));
        self.entries.iter().for_each(|e| out.extend_from_slice(&(e.offset as u32).to_be_bytes()));
        out.extend_from_slice(pack);
        let sum = Sha1::digest(&out);
        out.extend_from_slice(&sum);
        out
    }
}

/// Has the folder of the packs be there. libgit2 looks for it once, when the objects are opened: a pack in one that is made later
/// is not seen.
pub(super) fn prepare(objects: &Path) -> Result<(), GitError> {
    let folder = objects.join("pack");
    if !folder.is_dir() {
        fs::create_dir_all(&folder).map_err(GitError::io("make", &folder))?;
        sync::folder(objects)?;
    }
    Ok(())
}

fn adler(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // So many bytes fit before a sum can overflow.
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    (b << 16) | a
}

/// A pack that no other process may take away as long as this lives.
pub(super) struct Kept {
    keep: Option<PathBuf>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(keep) = self.keep.take() {
            let _ = fs::remove_file(keep);
        }
    }
}

fn part(objects: &Path) -> PathBuf {
    objects.parent().unwrap_or(objects).join(PART)
}

/// Writes a file as `part`, syncs it, and moves it to its place.
fn place(part: &Path, target: &Path, bytes: &[u8]) -> Result<(), GitError> {
    let written = write_once(part, bytes)
        .map_err(GitError::io("write", part))
        .and_then(|()| fs::rename(part, target).map_err(GitError::io("write", target)));
    if written.is_err() {
        let _ = fs::remove_file(part);
    }
    written
}

/// Writes a file that nobody else writes, synced. Git's own objects cannot be written to, and ours cannot either.
fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _ = fs::remove_file(path);
    let mut file = fs::File::create_new(path)?;
    file.write_all(bytes)?;
    let mut rights = file.metadata()?.permissions();
    rights.set_readonly(true);
    file.set_permissions(rights)?;
    file.sync_all()
}

/// Removes what a writer that died has left behind. Only for whoever holds the lock of all writers.
pub(super) fn clean(objects: &Path) {
    let folder = objects.join("pack");
    for entry in fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let is_ours = || is_file && fs::read(entry.path()).is_ok_and(|text| text == KEEP.as_bytes());
        if let Some(pack) = name.strip_suffix(".keep")
            && is_ours()
        {
            // Without its index a pack is of use to nobody.
            if !folder.join(format!("{pack}.idx")).exists() {
                let _ = fs::remove_file(folder.join(format!("{pack}.pack")));
            }
            let _ = fs::remove_file(entry.path());
        }
    }
    let _ = fs::remove_file(part(objects));
}
