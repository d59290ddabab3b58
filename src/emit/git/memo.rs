//! How often each name of a file is there below a folder, noted down for one tree, so that a search reads only what has
//! changed since.
//!
//! A note, and no index: it says something of a tree that never changes, and the search says what is there now. Without
//! it, or with one that is damaged or that another user wrote, everything is read, and the answer is the same. So it is written without a sync, and no
//! error in writing it is worth a word.
//!
//! A name is noted as the first bytes of its SHA-1. Marks lie in 256 parts by their first byte, each with a checksum of its
//! own, so that a look at some names reads some parts.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::id::Id;
use crate::source::disk::open_private;

/// What a note begins with. Whoever changes what is noted, or how, changes it.
const MAGIC: &[u8; 16] = b"vow names v1    ";

/// How the names of notes begin; the rest says what of.
const PREFIX: &str = "vow.names-";

/// A note that is being written.
const PART: &str = "vow.names.part";

/// The most notes of one repository: one for each branch and each folder. Beyond, all are made anew.
const MOST_NOTES: usize = 64;

/// The most names of one note: 32 MB.
pub(super) const MOST_NAMES: usize = if cfg!(test) { 1 << 14 } else { 4 << 20 };

const PARTS: usize = 256;
const SUM: usize = 8;
const HEAD: usize = MAGIC.len() + 20 + 20 + PARTS * (4 + SUM) + 20;

/// The first bytes of the SHA-1 of a name.
pub(super) type Mark = u64;

/// The mark of a name.
pub(super) fn mark(name: &[u8]) -> Mark {
    Mark::from_be_bytes(short(name))
}

fn short(bytes: &[u8]) -> [u8; SUM] {
    Sha1::digest(bytes).first_chunk().copied().unwrap_or_default()
}

/// The notes of a repository, for one of its branches.
#[derive(Clone, Debug)]
pub(super) struct Notes {
    folder: PathBuf,
    branch: String,
    /// Whether new ones are written. Only for whoever holds the lock of all writers.
    pub(super) may_write: bool,
}

/// A note: the tree that it is of, and its parts.
pub(super) struct Note {
    pub(super) tree: Id,
    file: fs::File,
    parts: Vec<Part>,
}

#[derive(Clone, Copy)]
struct Part {
    at: u64,
    count: usize,
    sum: [u8; SUM],
}

impl Notes {
    /// Those that lie in `folder`, where the branches are.
    pub(super) fn of(folder: &Path, branch: &str, may_write: bool) -> Notes {
        Notes { folder: folder.to_path_buf(), branch: branch.to_owned(), may_write }
    }

    /// What says which note it is: the branch and what is noted of it.
    fn key(&self, what: &str) -> [u8; 20] {
        Sha1::digest(format!("{}\0{what}", self.branch)).into()
    }

    fn path(&self, what: &str) -> PathBuf {
        self.folder.join(format!("{PREFIX}{}", Id(self.key(what)).short()))
    }

    /// The note of `what`, if there is a whole one.
    pub(super) fn find(&self, what: &str) -> Option<Note> {
        // A checksum proves nothing to whoever can write here: what another user wrote is none.
        let (mut file, length) = open_private(&self.path(what))?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let (tree, parts) = read_head(&head, &self.key(what))?;
        let end = parts.last().map(|p| p.at + (p.count * SUM) as u64)?;
        (length == end).then_some(Note { tree, file, parts })
    }

    /// Writes the note of `what` for the folder that is `tree`; `marks` are sorted.
    pub(super) fn write(&self, what: &str, tree: Id, marks: &[Mark]) {
        if self.may_write && marks.len() <= MOST_NAMES {
            // Who reads finds the old one, or none, and does without.
            let _ = self.write_now(what, tree, marks);
        }
    }

    fn write_now(&self, what: &str, tree: Id, marks: &[Mark]) -> io::Result<()> {
        let (part, path) = (self.folder.join(PART), self.path(what));
        self.bound(&path)?;
        let _ = fs::remove_file(&part);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        let done = io::Write::write_all(&mut file, &written(&self.key(what), tree, marks))
            .and_then(|()| fs::rename(&part, &path));
        if done.is_err() {
            let _ = fs::remove_file(&part);
        }
        done
    }

    /// Has there be no more than so many notes, `path` among them.
    fn bound(&self, path: &Path) -> io::Result<()> {
        let is_note = |p: &PathBuf| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(PREFIX));
        let all = fs::read_dir(&self.folder)?.filter_map(Result::ok).map(|e| e.path()).filter(is_note);
        let others: Vec<PathBuf> = all.filter(|p| p != path).collect();
        match others.len() < MOST_NOTES {
            true => Ok(()),
            // One that cannot go takes no place from a new one.
            false => {
                others.iter().for_each(|other| drop(fs::remove_file(other)));
                Ok(())
            }
        }
    }

    /// Removes what a writer that died has left behind. Only for whoever holds the lock of all writers.
    pub(super) fn clean(&self) {
        let _ = fs::remove_file(self.folder.join(PART));
    }
}

impl Note {
    /// How often a mark is there; none if the note is damaged.
    pub(super) fn count(&mut self, mark: Mark) -> Option<usize> {
        let marks = self.part(usize::from(mark.to_be_bytes()[0]))?;
        let first = marks.partition_point(|m| *m < mark);
        Some(marks.iter().skip(first).take_while(|m| **m == mark).count())
    }

    /// All marks in order; none if the note is damaged.
    pub(super) fn all(&mut self) -> Option<Vec<Mark>> {
        let mut all = Vec::with_capacity(self.parts.iter().map(|p| p.count).sum());
        for number in 0..PARTS {
            all.extend(self.part(number)?);
        }
        Some(all)
    }

    fn part(&mut self, number: usize) -> Option<Vec<Mark>> {
        let Part { at, count, sum } = *self.parts.get(number)?;
        let mut bytes = vec![0; count * SUM];
        self.file.seek(SeekFrom::Start(at)).ok()?;
        self.file.read_exact(&mut bytes).ok()?;
        let (marks, _) = bytes.as_chunks::<SUM>();
        (short(&bytes) == sum).then(|| marks.iter().map(|m| Mark::from_be_bytes(*m)).collect())
    }
}

fn written(key: &[u8; 20], tree: Id, marks: &[Mark]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + marks.len() * SUM);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(key);
    out.extend_from_slice(&tree.0);
    let mut body = Vec::with_capacity(marks.len() * SUM);
    let mut rest = marks;
    for number in 0..PARTS {
        let (part, others) =
            rest.split_at(rest.partition_point(|m| usize::from(m.to_be_bytes()[0]) <= number));
        let from = body.len();
        part.iter().for_each(|m| body.extend_from_slice(&m.to_be_bytes()));
        out.extend_from_slice(&(part.len() as u32).to_be_bytes());
        out.extend_from_slice(&short(body.get(from..).unwrap_or_default()));
        rest = others;
    }
    let sum = Sha1::digest(&out);
    out.extend_from_slice(&sum);
    out.extend_from_slice(&body);
    out
}

/// The tree of a note, and where its parts are; none if it is not one of `key`, or damaged.
fn read_head(head: &[u8; HEAD], key: &[u8; 20]) -> Option<(Id, Vec<Part>)> {
    let (said, sum) = head.split_last_chunk::<20>()?;
    let rest = said.strip_prefix(MAGIC)?.strip_prefix(key)?;
    if *sum != <[u8; 20]>::from(Sha1::digest(said)) {
        return None;
    }
    let (tree, rest) = rest.split_first_chunk::<20>()?;
    let (mut at, mut all) = (HEAD as u64, 0);
    let mut parts = Vec::with_capacity(PARTS);
    for entry in rest.as_chunks::<{ 4 + SUM }>().0 {
        let (count, sum) = entry.split_first_chunk::<4>()?;
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        all += count;
        if all > MOST_NAMES {
            return None;
        }
        parts.push(Part { at, count, sum: *sum.first_chunk()? });
        at += (count * SUM) as u64;
    }
    Some((Id(*tree), parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: Id = Id([7; 20]);

    fn notes(folder: &Path) -> Notes {
        Notes::of(folder, "refs/heads/main", true)
    }

    fn marks(count: usize) -> Vec<Mark> {
        let mut marks: Vec<Mark> = (0..count).map(|i| mark(format!("f{}", i / 2).as_bytes())).collect();
        marks.sort_unstable();
        marks
    }

    #[test]
    fn what_is_noted_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        for count in [0, 1, 2, 5000] {
            let marks = marks(count);
            notes(dir.path()).write("a", TREE, &marks);
            let mut note = notes(dir.path()).find("a").unwrap();
            assert_eq!((note.tree, note.all()), (TREE, Some(marks.clone())));
            assert_eq!(note.count(mark(b"f0")), Some(count.min(2)));
            assert_eq!(note.count(mark(b"other")), Some(0));
        }
        assert!(notes(dir.path()).find("b").is_none());
        assert!(Notes::of(dir.path(), "refs/heads/other", true).find("a").is_none());
        // Of something else, whatever its name says.
        fs::rename(notes(dir.path()).path("a"), notes(dir.path()).path("b")).unwrap();
        assert!(notes(dir.path()).find("b").is_none());
    }

    #[test]
    fn a_damaged_note_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let (notes, marks) = (notes(dir.path()), marks(300));
        notes.write("a", TREE, &marks);
        let path = notes.path("a");
        let whole = fs::read(&path).unwrap();
        let read = || notes.find("a").and_then(|mut note| note.all());
        assert_eq!(read(), Some(marks.clone()));
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(read(), None, "cut to {length}");
        }
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, flipped).unwrap();
            assert_eq!(read(), None, "a bit of byte {at}");
        }
        fs::write(&path, vec![0; whole.len()]).unwrap();
        assert_eq!(read(), None);
        fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        assert_eq!(read(), None);
        // What another user may have written.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::write(&path, &whole).unwrap();
            assert_eq!(read(), Some(marks.clone()));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
            assert_eq!(read(), None);
        }
        // What stands in its place is replaced, not followed.
        fs::remove_file(&path).unwrap();
        #[cfg(unix)]
        {
            let other = dir.path().join("other");
            fs::write(&other, &whole).unwrap();
            std::os::unix::fs::symlink(&other, &path).unwrap();
            assert_eq!(read(), None);
            notes.write("a", Id([8; 20]), &marks);
            assert_eq!(fs::read(&other).unwrap(), whole);
        }
        notes.write("a", TREE, &marks);
        assert_eq!(read(), Some(marks));
    }

    /// A whole head that says there are more than a note has.
    #[test]
    fn no_head_has_much_memory_taken() {
        let dir = tempfile::tempdir().unwrap();
        let notes = notes(dir.path());
        notes.write("a", TREE, &[]);
        let mut forged = fs::read(notes.path("a")).unwrap();
        for part in 0..PARTS {
            let at = MAGIC.len() + 40 + part * (4 + SUM);
            forged[at..at + 4].copy_from_slice(&(MOST_NAMES as u32).to_be_bytes());
        }
        let sum = Sha1::digest(&forged[..HEAD - 20]);
        forged[HEAD - 20..HEAD].copy_from_slice(&sum);
        let file = fs::OpenOptions::new().write(true).open(notes.path("a")).unwrap();
        io::Write::write_all(&mut &file, &forged).unwrap();
        file.set_len((HEAD + PARTS * MOST_NAMES * SUM) as u64).unwrap();
        assert!(notes.find("a").is_none());
    }

    #[test]
    fn notes_are_bounded_and_may_fail_to_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(dir.path()).unwrap().count();
        for number in 0..MOST_NOTES + 3 {
            notes(dir.path()).write(&format!("a{number}"), TREE, &[]);
        }
        assert_eq!(count(), 3);
        Notes { may_write: false, ..notes(dir.path()) }.write("b", TREE, &[]);
        notes(&dir.path().join("absent")).write("b", TREE, &[]);
        assert_eq!(count(), 3);
        // A folder where the note goes.
        fs::create_dir(notes(dir.path()).path("c")).unwrap();
        notes(dir.path()).write("c", TREE, &[]);
        assert!(notes(dir.path()).find("c").is_none());
        assert!(!dir.path().join(PART).exists());
    }
}
