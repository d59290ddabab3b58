//! Which names of files are there below a folder, however many folders that has: what a note remembers of an older tree,
//! and what has changed since.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;

use super::error::GitError;
use super::id::Id;
use super::memo::{MOST_NAMES, Mark, Note, Notes, mark};
use super::snapshot::Snapshot;
use super::tree::{FOLDER, Item};

/// How many trees may be read for what has changed before a new note is written: so much reading costs what the writing does.
const ENOUGH: usize = if cfg!(test) { 8 } else { 256 };

/// How many trees are read at most; beyond, any name may be there.
const MOST_TREES: usize = MOST_NAMES;

/// What was found out for a snapshot.
#[derive(Default)]
pub(super) struct Finds {
    notes: Option<Notes>,
    of: RefCell<HashMap<String, Rc<RefCell<Marks>>>>,
}

impl Finds {
    pub(super) fn with(notes: Notes) -> Finds {
        Finds { notes: Some(notes), of: RefCell::default() }
    }
}

/// How often each name is there: as often as the note says, without what went, with what came.
#[derive(Default)]
struct Marks {
    note: Option<Note>,
    gone: Vec<Mark>,
    come: Vec<Mark>,
    trees: usize,
}

impl Snapshot {
    /// Those of `names` that a plain file may have that lies so many folders below the folder `path` as `levels` says. What is
    /// left out is no file's name there; what is given is one's, but for two names in 2⁶⁴ and where there are too many to know.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn among<'n>(
        &self,
        path: &str,
        levels: &RangeInclusive<usize>,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<BTreeSet<&'n str>, GitError> {
        let Some(tree) = self.folder(path)? else { return Ok(BTreeSet::new()) };
        let what = format!("{path}\0{}\0{}", levels.start(), levels.end());
        let marks = match self.noted(&what, tree, levels) {
            Some(marks) => marks,
            None => self.remember(&what, tree, self.all_marks(tree, levels)?),
        };
        let names: Vec<&str> = names.into_iter().collect();
        let found = marks.borrow_mut().among(&names);
        match found {
            Some(found) => Ok(found),
            // The note is damaged.
            None => {
                let marks = self.all_marks(tree, levels)?;
                self.remember(&what, tree, marks)
                    .borrow_mut()
                    .among(&names)
                    .ok_or_else(|| GitError::damaged(format!("the tree {tree}"), "changes while it is read"))
            }
        }
    }

    /// As [`Snapshot::among`], where that is known without a look into every folder; none where it is not.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn among_noted<'n>(
        &self,
        path: &str,
        levels: &RangeInclusive<usize>,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Option<BTreeSet<&'n str>>, GitError> {
        let Some(tree) = self.folder(path)? else { return Ok(Some(BTreeSet::new())) };
        let what = format!("{path}\0{}\0{}", levels.start(), levels.end());
        let names: Vec<&str> = names.into_iter().collect();
        Ok(self.noted(&what, tree, levels).and_then(|marks| marks.borrow_mut().among(&names)))
    }

    /// What was found out before, or what a note says with what has changed since.
    fn noted(&self, what: &str, tree: Id, levels: &RangeInclusive<usize>) -> Option<Rc<RefCell<Marks>>> {
        if let Some(known) = self.finds.of.borrow().get(what) {
            return Some(Rc::clone(known));
        }
        let note = self.finds.notes.as_ref().and_then(|notes| notes.find(what))?;
        let mut marks = Marks::default();
        // What the note is of may have been taken away since: nothing names it for ever.
        self.tally(Some(note.tree), Some(tree), 0, levels, &mut marks).ok()?;
        Some(self.remember(what, tree, Marks { note: Some(note), ..marks }))
    }

    fn all_marks(&self, tree: Id, levels: &RangeInclusive<usize>) -> Result<Marks, GitError> {
        let mut marks = Marks::default();
        self.tally(None, Some(tree), 0, levels, &mut marks)?;
        Ok(marks)
    }

    fn remember(&self, what: &str, tree: Id, mut marks: Marks) -> Rc<RefCell<Marks>> {
        marks.gone.sort_unstable();
        marks.come.sort_unstable();
        if marks.trees > ENOUGH
            && let Some(notes) = &self.finds.notes
            && notes.may_write
            && let Some(all) = marks.all()
        {
            notes.write(what, tree, &all);
        }
        let marks = Rc::new(RefCell::new(marks));
        self.finds.of.borrow_mut().insert(what.to_owned(), Rc::clone(&marks));
        marks
    }

    /// The names that went and came between two trees; what is the same in both is not read.
    fn tally(
        &self,
        old: Option<Id>,
        new: Option<Id>,
        level: usize,
        levels: &RangeInclusive<usize>,
        marks: &mut Marks,
    ) -> Result<(), GitError> {
        if old == new || marks.is_too_much() {
            return Ok(());
        }
        marks.trees += 1;
        let read = |id: Option<Id>| id.map_or(Ok(Rc::default()), |id| self.items(id));
        let (old, new) = (read(old)?, read(new)?);
        let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.order(b),
            };
            let gone = if order == Ordering::Greater { None } else { old.next() };
            let come = if order == Ordering::Less { None } else { new.next() };
            let file = |item: Option<&Item>| item.filter(|i| i.is_file()).map(|i| mark(&i.name));
            if levels.contains(&level) && gone.is_some_and(Item::is_file) != come.is_some_and(Item::is_file) {
                marks.gone.extend(file(gone));
                marks.come.extend(file(come));
            }
            let folder = |item: Option<&Item>| item.filter(|i| i.mode == FOLDER).map(|i| i.id);
            if level < *levels.end() {
                self.tally(folder(gone), folder(come), level + 1, levels, marks)?;
            }
        }
    }
}

impl Marks {
    /// Whether there is more than is worth remembering: a folder may hold itself many times, so that a small repository
    /// has more names than memory has room for.
    fn is_too_much(&self) -> bool {
        self.gone.len() + self.come.len() > MOST_NAMES || self.trees > MOST_TREES
    }

    /// Those of `names` that are there; none if the note is damaged, or says less than went.
    fn among<'n>(&mut self, names: &[&'n str]) -> Option<BTreeSet<&'n str>> {
        if self.is_too_much() {
            return Some(names.iter().copied().collect());
        }
        let mut found = BTreeSet::new();
        for name in names {
            let mark = mark(name.as_bytes());
            let noted = self.note.as_mut().map_or(Some(0), |note| note.count(mark))?;
            let left = (noted + count(&self.come, mark)).checked_sub(count(&self.gone, mark))?;
            if left > 0 {
                found.insert(*name);
            }
        }
        Some(found)
    }

    /// All of them in order; none if the note is damaged, or says less than went.
    fn all(&mut self) -> Option<Vec<Mark>> {
        if self.is_too_much() {
            return None;
        }
        let noted = self.note.as_mut().map_or_else(|| Some(vec![]), Note::all)?;
        let mut all = Vec::with_capacity(noted.len() + self.come.len());
        let mut gone = self.gone.iter().peekable();
        for mark in noted {
            if gone.next_if_eq(&&mark).is_none() {
                all.push(mark);
            }
        }
        if gone.peek().is_some() {
            return None;
        }
        all.extend_from_slice(&self.come);
        all.sort_unstable();
        Some(all)
    }
}

/// How often a mark is among sorted ones.
fn count(marks: &[Mark], mark: Mark) -> usize {
    let first = marks.partition_point(|m| *m < mark);
    marks.iter().skip(first).take_while(|m| **m == mark).count()
}
