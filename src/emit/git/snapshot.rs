//! What is in a repository at one commit.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::error::GitError;
use super::history::{self, Logged};
use super::id::Id;
use super::memo::Notes;
use super::names::Finds;
use super::object::{Kind, Objects};
use super::tree::{self, DEEPEST, FOLDER, Item};
use super::watch::Pulse;

/// The most files that are listed at once.
const MOST_FILES: usize = 2_000_000;

/// How many entries of trees are kept in memory.
const MOST_KEPT: usize = 200_000;

/// Trees that were read: many questions begin at the same top.
#[derive(Default)]
pub(super) struct Trees {
    read: HashMap<Id, Rc<Vec<Item>>>,
    entries: usize,
}

/// The files of one commit.
pub struct Snapshot {
    trees: Rc<RefCell<Trees>>,
    pub(super) finds: Finds,
    pub(super) objects: Rc<Objects>,
    /// The commit; none if the branch has none yet.
    pub(super) commit: Option<Logged>,
    pub(super) pulse: Pulse,
}

/// What stands in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; what is no UTF-8 in it is shown as `�`.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Its object.
    pub id: Id,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// Something else, as people call it: a link, a submodule, an executable.
    Other(&'static str),
}

/// A file below a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// The path from the folder that was listed, with `/` between its parts.
    pub path: String,
    /// The object with its content: two files of one id are equal.
    pub id: Id,
    /// What it is, if it is no plain file: a link, a submodule, an executable.
    pub odd: Option<&'static str>,
}

impl Snapshot {
    pub(super) fn of(objects: Rc<Objects>, tip: Option<Id>, pulse: Pulse) -> Result<Snapshot, GitError> {
        let commit = tip.map(|id| history::read(&objects, id)).transpose()?;
        Ok(Snapshot { trees: Rc::default(), finds: Finds::default(), objects, commit, pulse })
    }

    /// With what is noted down of the branch.
    pub(super) fn with(self, notes: Notes) -> Snapshot {
        Snapshot { finds: Finds::with(notes), ..self }
    }

    /// The commit; none if the branch has none yet.
    pub fn tip(&self) -> Option<&Logged> {
        self.commit.as_ref()
    }

    /// The files of another commit, such as a parent.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn at(&self, commit: Id) -> Result<Snapshot, GitError> {
        let other = Snapshot::of(Rc::clone(&self.objects), Some(commit), self.pulse.clone())?;
        Ok(Snapshot { trees: Rc::clone(&self.trees), ..other })
    }

    /// What stands in the folder `path` (`""` is the top), in Git's order; `None` if there is no such folder.
    ///
    /// # Errors
    /// If an object on the way cannot be read.
    pub fn entries(&self, path: &str) -> Result<Option<Vec<Entry>>, GitError> {
        let Some(id) = self.folder(path)? else { return Ok(None) };
        Ok(Some(self.items(id)?.iter().map(entry).collect()))
    }

    /// The plain files below the folder `path`, in the order of their paths; none if there is no such folder.
    ///
    /// # Errors
    /// If an object cannot be read, or there is anything but plain files and folders.
    pub fn files(&self, path: &str) -> Result<Vec<File>, GitError> {
        let files = self.all_files(path)?;
        match files.iter().find_map(|file| Some((&file.path, file.odd?))) {
            None => Ok(files),
            Some((odd, what)) => {
                let why = format!("is {what}, and vow writes only plain files there; remove it");
                Err(GitError::in_the_way(format!("{path}/{odd}"), why))
            }
        }
    }

    /// Everything but folders below the folder `path`, whatever it is, in the order of the paths.
    ///
    /// # Errors
    /// If an object cannot be read, or there is too much.
    pub fn all_files(&self, path: &str) -> Result<Vec<File>, GitError> {
        let mut found = vec![];
        if let Some(id) = self.folder(path)? {
            self.collect(id, path, "", 0, &mut found)?;
        }
        Ok(found)
    }

    /// Whether the repository has an object: a tree may name one that is lost.
    pub fn has(&self, id: Id) -> bool {
        self.pulse.beat();
        self.objects.holds(id)
    }

    /// The object of the folder `path`; none if there is nothing there.
    ///
    /// # Errors
    /// If an object on the way cannot be read, or something else stands there.
    pub fn folder(&self, path: &str) -> Result<Option<Id>, GitError> {
        let Some(mut id) = self.commit.as_ref().map(|c| c.tree) else { return Ok(None) };
        for part in path.split('/').filter(|p| !p.is_empty()) {
            match tree::find(&self.items(id)?, part.as_bytes()) {
                None => return Ok(None),
                Some(item) if item.mode == FOLDER => id = item.id,
                Some(item) => {
                    let why = format!("has {} `{part}` where a folder goes; remove it", item.what());
                    return Err(GitError::in_the_way(path, why));
                }
            }
        }
        Ok(Some(id))
    }

    /// The content of the plain file `path`; none if there is no such file.
    ///
    /// # Errors
    /// If an object cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        self.file_id(path)?.map(|id| self.content(id)).transpose()
    }

    /// The object of the plain file `path`; none if there is no such file.
    ///
    /// # Errors
    /// If an object on the way cannot be read.
    pub fn file_id(&self, path: &str) -> Result<Option<Id>, GitError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(id) = self.folder(folder)? else { return Ok(None) };
        let items = self.items(id)?;
        Ok(tree::find(&items, name.as_bytes()).filter(|i| i.is_file()).map(|item| item.id))
    }

    /// The object at `path` and whether it is a plain file, a folder or what else; none if nothing is there, or something
    /// else than a folder is above it.
    ///
    /// # Errors
    /// If an object on the way cannot be read.
    pub fn entry(&self, path: &str) -> Result<Option<(Id, EntryKind)>, GitError> {
        let Some(mut id) = self.commit.as_ref().map(|c| c.tree) else { return Ok(None) };
        let mut kind = EntryKind::Folder;
        for part in path.split('/').filter(|p| !p.is_empty()) {
            let items = if kind == EntryKind::Folder { self.items(id)? } else { return Ok(None) };
            let Some(item) = tree::find(&items, part.as_bytes()) else { return Ok(None) };
            (id, kind) = (item.id, entry(item).kind);
        }
        Ok(Some((id, kind)))
    }

    /// Whether a folder stands at `path`.
    ///
    /// # Errors
    /// As [`Snapshot::entry`].
    pub fn is_folder(&self, path: &str) -> Result<bool, GitError> {
        Ok(matches!(self.entry(path)?, Some((_, EntryKind::Folder))))
    }

    /// The content of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn content(&self, file: Id) -> Result<Vec<u8>, GitError> {
        self.pulse.beat();
        self.objects.read(file, Kind::Blob)
    }

    /// The entries of the folder whose object is `id`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn entries_of(&self, id: Id) -> Result<Vec<Entry>, GitError> {
        Ok(self.items(id)?.iter().map(entry).collect())
    }

    /// The paths whose files differ between this commit and `other`, in order; folders that are equal are not read.
    ///
    /// # Errors
    /// If an object cannot be read.
    pub fn changed(&self, other: Option<&Snapshot>) -> Result<Vec<String>, GitError> {
        let tree = |s: Option<&Snapshot>| s.and_then(|s| s.commit.as_ref()).map(|c| c.tree);
        let mut found = vec![];
        self.compare(tree(Some(self)), tree(other), "", 0, &mut found)?;
        found.sort();
        Ok(found)
    }

    fn compare(
        &self,
        a: Option<Id>,
        b: Option<Id>,
        above: &str,
        depth: usize,
        found: &mut Vec<String>,
    ) -> Result<(), GitError> {
        if a == b || depth > DEEPEST || found.len() > MOST_FILES {
            return Ok(());
        }
        let read = |id: Option<Id>| id.map_or(Ok(Rc::default()), |id| self.items(id));
        let (a, b) = (read(a)?, read(b)?);
        let other: HashMap<&[u8], &Item> = b.iter().map(|i| (i.name.as_slice(), i)).collect();
        let names: HashSet<&[u8]> = a.iter().map(|i| i.name.as_slice()).collect();
        let pairs = a.iter().map(|i| (Some(i), other.get(i.name.as_slice()).copied()));
        let gone = b.iter().filter(|i| !names.contains(i.name.as_slice())).map(|i| (None, Some(i)));
        for (one, two) in pairs.chain(gone) {
            let same = |x: &Item, y: &Item| (x.mode, x.id) == (y.mode, y.id);
            let Some(any) = one.or(two) else { continue };
            if one.zip(two).is_some_and(|(x, y)| same(x, y)) {
                continue;
            }
            let path = format!("{above}{}", String::from_utf8_lossy(&any.name));
            let folder = |i: Option<&Item>| i.filter(|i| i.mode == FOLDER).map(|i| i.id);
            if one.into_iter().chain(two).any(|i| i.mode != FOLDER) {
                found.push(path.clone());
            }
            self.compare(folder(one), folder(two), &format!("{path}/"), depth + 1, found)?;
        }
        Ok(())
    }

    fn collect(
        &self,
        id: Id,
        top: &str,
        above: &str,
        depth: usize,
        found: &mut Vec<File>,
    ) -> Result<(), GitError> {
        for item in self.items(id)?.iter() {
            let path = format!("{above}{}", String::from_utf8_lossy(&item.name));
            let shown = format!("{top}/{path}");
            let refuse = |why: String| Err(GitError::in_the_way(shown.as_str(), why));
            match item.mode {
                FOLDER if depth > DEEPEST => return refuse("nests too deep".into()),
                FOLDER => self.collect(item.id, top, &format!("{path}/"), depth + 1, found)?,
                _ => {
                    let odd = (!item.is_file()).then(|| item.what());
                    found.push(File { path, id: item.id, odd });
                }
            }
            if found.len() > MOST_FILES {
                return refuse("is one of too many files".into());
            }
        }
        Ok(())
    }

    pub(super) fn items(&self, id: Id) -> Result<Rc<Vec<Item>>, GitError> {
        self.pulse.beat();
        if let Some(items) = self.trees.borrow().read.get(&id) {
            return Ok(Rc::clone(items));
        }
        let items = Rc::new(tree::read(&self.objects, id)?);
        let mut trees = self.trees.borrow_mut();
        trees.entries += items.len();
        if trees.entries > MOST_KEPT {
            trees.read.clear();
            trees.entries = items.len();
        }
        trees.read.insert(id, Rc::clone(&items));
        Ok(items)
    }
}

fn entry(item: &Item) -> Entry {
    let kind = match item.mode {
        FOLDER => EntryKind::Folder,
        _ if item.is_file() => EntryKind::File,
        _ => EntryKind::Other(item.what()),
    };
    Entry { name: String::from_utf8_lossy(&item.name).into_owned(), kind, id: item.id }
}
