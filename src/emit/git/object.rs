//! Reading objects: bounded, and never one that libgit2 would read forever.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::id::Id;

/// The most bytes of a commit or a file that is read.
const MOST_BYTES: usize = 8 << 20;
/// The most bytes of an object that is copied from one repository to another.
const MOST_COPIED: usize = 256 << 20;

/// The most bytes of a tree: some 400,000 entries.
const MOST_TREE_BYTES: usize = 32 << 20;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Commit,
    Tree,
    Blob,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
        }
    }

    fn of_git(self) -> git2::ObjectType {
        match self {
            Kind::Commit => git2::ObjectType::Commit,
            Kind::Tree => git2::ObjectType::Tree,
            Kind::Blob => git2::ObjectType::Blob,
        }
    }

    fn limit(self) -> usize {
        if self == Kind::Tree { MOST_TREE_BYTES } else { MOST_BYTES }
    }
}

/// The objects of a repository.
pub(super) struct Objects {
    odb: git2::Odb<'static>,
    folder: PathBuf,
    /// The loose objects of each of the 256 folders that was looked into.
    loose: RefCell<HashMap<u8, HashSet<String>>>,
    /// The most bytes of an object that is copied, not looked into.
    most: Option<usize>,
}

impl Objects {
    /// The objects below `folder`, a repository's `objects`.
    pub(super) fn open(folder: PathBuf) -> Result<Objects, GitError> {
        let odb = git2::Odb::new().map_err(GitError::git("make room for objects"))?;
        let Some(path) = folder.to_str() else {
            return Err(GitError::unusable(&folder, "has a name that is no UTF-8"));
        };
        odb.add_disk_alternate(path).map_err(GitError::git("open the objects of the repository"))?;
        Ok(Objects { odb, folder, loose: RefCell::default(), most: None })
    }

    /// The objects with those that are too large to be looked into.
    pub(super) fn with_large(self) -> Objects {
        Objects { most: Some(MOST_COPIED), ..self }
    }

    fn limit(&self, kind: Kind) -> usize {
        self.most.unwrap_or_else(|| kind.limit())
    }

    /// Looks again at what is there: another process may have packed it.
    pub(super) fn refresh(&self) -> Result<(), GitError> {
        self.loose.borrow_mut().clear();
        self.odb.refresh().map_err(GitError::git("look at the objects again"))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether an object is there, whatever state it is in.
    pub(super) fn holds(&self, id: Id) -> bool {
        self.odb.exists(id.oid())
    }

    /// The content of the object `id`, which must be of `kind`.
    pub(super) fn read(&self, id: Id, kind: Kind) -> Result<Vec<u8>, GitError> {
        match self.read_now(id, kind) {
            // It may have been packed or moved between the two looks.
            Err(GitError::Damaged { .. }) => self.refresh().and_then(|()| self.read_now(id, kind)),
            other => other,
        }
    }

    fn read_now(&self, id: Id, kind: Kind) -> Result<Vec<u8>, GitError> {
        let damaged = |why: String| GitError::damaged(format!("the {} {id}", kind.word()), why);
        self.check_loose(id, kind).map_err(|e| damaged(format!("is broken: {e}")))?;
        let explain = |e: git2::Error| match e.code() {
            git2::ErrorCode::NotFound => damaged("is missing".into()),
            _ => damaged(format!("cannot be read: {}", e.message())),
        };
        // In a damaged pack an object may be of no kind at all, which the binding takes for impossible.
        let header = std::panic::catch_unwind(AssertUnwindSafe(|| self.odb.read_header(id.oid())));
        let header = header.map_err(|_| damaged("is of no kind that Git knows".into()))?;
        let (size, found) = header.map_err(explain)?;
        if found != kind.of_git() {
            return Err(damaged(format!("is a {found}")));
        }
        if size > self.limit(kind) {
            return Err(damaged(format!("is larger than {} MiB", self.limit(kind) >> 20)));
        }
        let object = self.odb.read(id.oid()).map_err(explain)?;
        Ok(object.data().to_vec())
    }

    /// Reads a loose object to its end. libgit2 waits for ever for the rest of one that was cut short.
    fn check_loose(&self, id: Id, kind: Kind) -> io::Result<()> {
        let hex = id.to_string();
        let (Some(first), Some((folder, name))) = (id.0.first(), hex.split_at_checked(2)) else {
            return Ok(());
        };
        let mut loose = self.loose.borrow_mut();
        let names = match loose.entry(*first) {
            std::collections::hash_map::Entry::Occupied(o) => o.into_mut(),
            std::collections::hash_map::Entry::Vacant(v) => v.insert(names(&self.folder.join(folder))?),
        };
        if !names.contains(name) {
            return Ok(());
        }
        let path = self.folder.join(folder).join(name);
        match fs::symlink_metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Ok(facts) if !facts.is_file() => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no plain file"));
            }
            _ => {}
        }
        let file = match fs::File::open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        whole(file, self.limit(kind))
    }
}

fn names(folder: &Path) -> io::Result<HashSet<String>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        other => other?,
    };
    entries.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned())).collect()
}

/// Whether a loose object is whole: its length is that of its header, and nothing is missing.
fn whole(file: fs::File, limit: usize) -> io::Result<()> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut reader = flate2::read::ZlibDecoder::new(io::BufReader::new(file)).take(limit as u64 + 64);
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let end = bytes.iter().take(64).position(|b| *b == 0).ok_or_else(|| wrong("it has no header"))?;
    let header = bytes.get(..end).and_then(|h| std::str::from_utf8(h).ok()).unwrap_or_default();
    let length = header.split_once(' ').and_then(|(_, n)| n.parse::<usize>().ok());
    let length = length.ok_or_else(|| wrong("its header says no length"))?;
    match length > limit || bytes.len() == end + 1 + length {
        true => Ok(()),
        false => Err(wrong("it is not as long as its header says")),
    }
}
