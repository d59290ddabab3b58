//! Trees: what stands in one, and the tree that edits make of it. Only the trees on the way to an edit are read.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::error::GitError;
use super::id::Id;
use super::object::{Kind, Objects};
use super::pack::Pack;
use crate::emit::bundle::{Bundle, PathError};

pub(super) const FILE: u32 = 0o100_644;
/// As old versions of Git wrote it.
const GROUP_FILE: u32 = 0o100_664;
pub(super) const FOLDER: u32 = 0o40_000;

/// The deepest a tree is read.
pub(super) const DEEPEST: usize = 64;

/// An entry of a tree.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) mode: u32,
    pub(super) name: Vec<u8>,
    pub(super) id: Id,
}

impl Item {
    /// What the entry is, as people call it.
    pub(super) fn what(&self) -> &'static str {
        match self.mode {
            FILE | GROUP_FILE => "a file",
            FOLDER => "a folder",
            0o100_755 => "an executable file",
            0o120_000 => "a symbolic link",
            0o160_000 => "a submodule",
            _ => "of no kind that Git knows",
        }
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self.mode, FILE | GROUP_FILE)
    }

    /// Git sorts a folder as if its name ended in a slash.
    pub(super) fn order(&self, other: &Item) -> Ordering {
        let end = |i: &Item| (i.mode == FOLDER).then_some(b'/');
        let (a, b) =
            (self.name.iter().copied().chain(end(self)), other.name.iter().copied().chain(end(other)));
        a.cmp(b)
    }
}

/// Reads the entries of a tree.
pub(super) fn read(objects: &Objects, id: Id) -> Result<Vec<Item>, GitError> {
    let bytes = objects.read(id, Kind::Tree)?;
    let mut items = Vec::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let (item, more) =
            next(rest).ok_or_else(|| GitError::damaged(format!("the tree {id}"), "is no list of entries"))?;
        // Names are looked for by halving, so a tree whose names are out of order would hide some of them.
        if items.last().is_some_and(|last: &Item| last.order(&item) != Ordering::Less) {
            return Err(GitError::damaged(format!("the tree {id}"), "has entries out of order"));
        }
        items.push(item);
        rest = more;
    }
    Ok(items)
}

/// The entry called `name`, as a folder or as anything else.
pub(super) fn find<'i>(items: &'i [Item], name: &[u8]) -> Option<&'i Item> {
    let of = |mode| {
        let wanted = Item { mode, name: name.to_vec(), id: Id([0; 20]) };
        let at = items.binary_search_by(|item| item.order(&wanted)).ok()?;
        items.get(at).filter(|item| item.name == name)
    };
    of(FOLDER).or_else(|| of(FILE))
}

fn next(bytes: &[u8]) -> Option<(Item, &[u8])> {
    let blank = bytes.iter().take(8).position(|b| *b == b' ')?;
    let mode = std::str::from_utf8(bytes.get(..blank)?).ok()?;
    let bytes = bytes.get(blank + 1..)?;
    let end = bytes.iter().position(|b| *b == 0)?;
    let name = bytes.get(..end).filter(|n| !n.is_empty() && !n.contains(&b'/'))?;
    let (id, rest) = bytes.get(end + 1..)?.split_first_chunk::<20>()?;
    let mode = u32::from_str_radix(mode, 8).ok()?;
    Some((Item { mode, name: name.to_vec(), id: Id(*id) }, rest))
}

fn bytes(items: &[Item]) -> Vec<u8> {
    let mut out = Vec::with_capacity(items.iter().map(|i| i.name.len() + 28).sum());
    for item in items {
        out.extend_from_slice(format!("{:o} ", item.mode).as_bytes());
        out.extend_from_slice(&item.name);
        out.push(0);
        out.extend_from_slice(&item.id.0);
    }
    out
}

/// Prefixes and what is to be below them, instead of what is.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    /// By the prefix; no file means that the prefix is to go.
    prefixes: BTreeMap<String, Bundle>,
    /// The prefixes below which anything goes: links, submodules and executables, too.
    cleared: BTreeSet<String>,
}

impl Edits {
    /// Has `files` be all that is below `prefix`, a path with `/` between its parts.
    ///
    /// # Errors
    /// If the prefix is no portable path.
    pub fn replace(&mut self, prefix: &str, files: Bundle) -> Result<(), PathError> {
        Bundle::default().insert(prefix, "")?;
        self.prefixes.insert(prefix.to_owned(), files);
        Ok(())
    }

    /// Has nothing be below `prefix`.
    ///
    /// # Errors
    /// If the prefix is no portable path.
    pub fn remove(&mut self, prefix: &str) -> Result<(), PathError> {
        self.replace(prefix, Bundle::default())
    }

    /// Has whatever else is below `prefix` go as well: links, submodules and executables, which are in the way otherwise.
    pub fn clear(&mut self, prefix: &str) {
        self.cleared.insert(prefix.to_owned());
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }

    /// The prefixes and their files, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bundle)> {
        self.prefixes.iter().map(|(p, b)| (p.as_str(), b))
    }
}

/// What is to become of a folder.
#[derive(Default)]
struct Node<'a> {
    /// Nothing that is there stays.
    is_new: bool,
    /// Whatever is there goes, links and submodules among it.
    is_cleared: bool,
    file: Option<&'a [u8]>,
    children: BTreeMap<&'a str, Node<'a>>,
}

impl<'a> Node<'a> {
    fn of(edits: &'a Edits) -> Result<Node<'a>, GitError> {
        let mut root = Node::default();
        for (prefix, files) in edits.iter() {
            let node = root.at(prefix);
            if node.is_new || !node.children.is_empty() {
                return Err(GitError::in_the_way(prefix, "would be written twice at once"));
            }
            node.is_new = true;
            node.is_cleared = edits.cleared.contains(prefix);
            for (path, bytes) in files.iter() {
                let file = node.at(path);
                file.is_new = true;
                file.file = Some(bytes);
            }
        }
        Ok(root)
    }

    fn at(&mut self, path: &'a str) -> &mut Node<'a> {
        path.split('/').fold(self, |node, part| node.children.entry(part).or_default())
    }
}

/// The tree that `edits` make of the tree `base`, with the new objects in `pack`.
pub(super) fn apply(
    objects: &Objects,
    base: Option<Id>,
    edits: &Edits,
    pack: &mut Pack,
) -> Result<Id, GitError> {
    let root = Node::of(edits)?;
    let mut maker = Maker { objects, pack, path: String::new() };
    match maker.kept(base, &root)? {
        Some(id) => Ok(id),
        None => Ok(maker.pack.add(Kind::Tree, &[])),
    }
}

struct Maker<'a> {
    objects: &'a Objects,
    pack: &'a mut Pack,
    /// Where we are, for messages.
    path: String,
}

impl Maker<'_> {
    /// A folder of which all stays but what the node names; `None` if nothing is left.
    fn kept(&mut self, old: Option<Id>, node: &Node<'_>) -> Result<Option<Id>, GitError> {
        let mut items = match old {
            Some(id) => read(self.objects, id)?,
            None => vec![],
        };
        let mut changed = false;
        for (name, child) in &node.children {
            let above = self.path.len();
            self.enter(name);
            let found = items.iter().position(|i| i.name == name.as_bytes());
            let there = match found.and_then(|at| items.get(at)) {
                Some(item) if item.mode == FOLDER => Some(item.id),
                Some(item) => return Err(self.in_the_way(item)),
                None => {
                    self.check_case(&items, name, child)?;
                    None
                }
            };
            let new = if child.is_new { self.replaced(there, child)? } else { self.kept(there, child)? };
            self.path.truncate(above);
            changed |= new != there;
            match (found, new) {
                (None, None) => {}
                (Some(at), None) => drop(items.remove(at)),
                (Some(at), Some(id)) => items.get_mut(at).into_iter().for_each(|i| i.id = id),
                (None, Some(id)) => items.push(Item { mode: FOLDER, name: name.as_bytes().to_vec(), id }),
            }
        }
        if !changed {
            return Ok(old);
        }
        Ok(self.written(items, &HashSet::new()))
    }

    /// A folder of which nothing stays.
    fn replaced(&mut self, old: Option<Id>, node: &Node<'_>) -> Result<Option<Id>, GitError> {
        let mut there = HashSet::new();
        if let Some(id) = old {
            there.insert(id);
            self.collect(id, 0, node.is_cleared, &mut there)?;
        }
        Ok(self.built(node, &there))
    }

    fn built(&mut self, node: &Node<'_>, there: &HashSet<Id>) -> Option<Id> {
        let objects = self.objects;
        // What an old tree names may be missing, and is then written once more.
        let is_there = |id| there.contains(&id) && objects.holds(id);
        let mut items = Vec::with_capacity(node.children.len());
        for (name, child) in &node.children {
            let (mode, id) = match child.file {
                Some(bytes) => (FILE, Some(self.pack.add_unless(Kind::Blob, bytes, is_there))),
                None => (FOLDER, self.built(child, there)),
            };
            items.extend(id.map(|id| Item { mode, name: name.as_bytes().to_vec(), id }));
        }
        self.written(items, there)
    }

    fn written(&mut self, mut items: Vec<Item>, there: &HashSet<Id>) -> Option<Id> {
        if items.is_empty() {
            return None;
        }
        items.sort_by(Item::order);
        let objects = self.objects;
        let is_there = |id| there.contains(&id) && objects.holds(id);
        Some(self.pack.add_unless(Kind::Tree, &bytes(&items), is_there))
    }

    /// Every object below a folder that goes; but plain files and folders all there is an error, unless `anything` may go.
    fn collect(
        &mut self,
        id: Id,
        depth: usize,
        anything: bool,
        there: &mut HashSet<Id>,
    ) -> Result<(), GitError> {
        if depth > DEEPEST {
            return Err(GitError::in_the_way(&self.path, "nests too deep"));
        }
        for item in read(self.objects, id)? {
            let above = self.path.len();
            self.enter(&String::from_utf8_lossy(&item.name));
            there.insert(item.id);
            match item.mode {
                FOLDER => self.collect(item.id, depth + 1, anything, there)?,
                _ if item.is_file() || anything => {}
                _ => return Err(self.in_the_way(&item)),
            }
            self.path.truncate(above);
        }
        Ok(())
    }

    /// Refuses a new name that differs from one that is there in case alone.
    fn check_case(&self, items: &[Item], name: &str, child: &Node<'_>) -> Result<(), GitError> {
        let twin = items.iter().find(|i| i.name.eq_ignore_ascii_case(name.as_bytes()));
        match twin {
            Some(twin) if !(child.is_new && child.children.is_empty()) => {
                let twin = String::from_utf8_lossy(&twin.name).into_owned();
                let why = format!(
                    "would be the same as `{twin}` beside it where case does not count; rename one of them"
                );
                Err(GitError::in_the_way(&self.path, why))
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
    }

    fn in_the_way(&self, item: &Item) -> GitError {
        let why = format!("is {}, and vow writes only plain files and folders there; remove it", item.what());
        GitError::in_the_way(&self.path, why)
    }
}
