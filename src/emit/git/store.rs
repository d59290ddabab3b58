//! A branch that is written to: read, plan, commit, and again if somebody was faster.

use std::collections::HashSet;
use std::fs;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::GitError;
use super::history::{self, Author};
use super::id::Id;
use super::memo::Notes;
use super::object::{Kind, Objects};
use super::pack::{self, Pack};
use super::place::Place;
use super::refs::{Branch, Swap};
use super::remote::{Remote, Token};
use super::snapshot::Snapshot;
use super::transfer::transfer;
use super::tree::{self, Edits};
use super::watch::{self, Patience, Pulse, Stage};

/// How often a commit is built anew on a tip that has moved.
const TRIES: u32 = 64;

/// The file whose lock orders the writers: of vow, not of Git.
const LOCK: &str = "vow.lock";

/// How many commits are looked through for one of ours, after an error.
const LOOK_BACK: usize = 10_000;

/// A branch of a repository on this machine.
#[derive(Clone, Debug)]
pub struct Store {
    place: Place,
    branch: Branch,
    may_break: bool,
    /// Where the branch really is, if not here.
    remote: Option<Remote>,
    /// Whether something was sent there.
    sent: Arc<AtomicBool>,
    patience: Patience,
}

/// What is to be committed.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What changes.
    pub edits: Arc<Edits>,
    /// The whole message.
    pub message: String,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is as it should be already.
    Unchanged {
        /// The commit that it is in; none if the branch has none.
        tip: Option<Id>,
        /// How many objects of it were missing from the repository, and were written again.
        mended: usize,
    },
    /// The branch is at, or beyond, a new commit.
    Committed {
        /// The commit.
        id: Id,
        /// How often it was built.
        tries: u32,
        /// What went wrong all the same: the commit is there, but the disk did not confirm that it stays.
        note: Option<String>,
    },
}

impl Store {
    /// The branch `branch` of the repository in `folder`: a bare one, or that of a work tree in which another branch is
    /// checked out. `may_break` lets a lock of Git be removed that nobody has let go of for ten seconds.
    ///
    /// # Errors
    /// If there is no such repository, or it is none that can be written to safely.
    pub fn open(folder: &Path, branch: &str, may_break: bool) -> Result<Store, GitError> {
        let place = Place::find(folder)?;
        place.check_writable()?;
        let branch = Branch::new(&place.common, branch)?;
        place.check_not_checked_out(branch.name())?;
        Ok(Store {
            place,
            branch,
            may_break,
            remote: None,
            sent: Arc::default(),
            patience: Patience::default(),
        })
    }

    /// The branch `branch` of the repository at `url`. It is worked on in a bare repository below the folder `cache`.
    ///
    /// # Errors
    /// If the repository there cannot be made or used; nobody is spoken to yet.
    pub fn mirror(url: &str, cache: &Path, branch: &str, may_break: bool) -> Result<Store, GitError> {
        Branch::new(cache, branch)?;
        let remote = Remote::open(url, cache, branch)?;
        let store = Store::open(&remote.folder, branch, may_break)?;
        Ok(Store { remote: Some(remote), ..store })
    }

    /// With what is told to a server that asks for a password.
    #[must_use]
    pub fn with_token(self, token: Option<Token>) -> Store {
        Store { remote: self.remote.map(|remote| remote.with_token(token)), ..self }
    }

    /// Waits so many seconds for a server.
    #[cfg(test)]
    pub(super) fn impatient(self, seconds: u64) -> Store {
        Store { patience: Patience { server: Some(seconds) }, ..self }
    }

    /// Looks at the tip of the branch.
    ///
    /// # Errors
    /// If it cannot be read, or what `work` says.
    pub fn read<T, E>(
        &self,
        tick: &mut dyn FnMut(&'static str, usize),
        work: impl FnOnce(&Snapshot) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<GitError> + Send + 'static,
    {
        let store = self.clone();
        let work = move |pulse: &Pulse| {
            pulse.enter(Stage::Wait);
            // Others fetch into the same folder.
            let lock = store.remote.is_some().then(|| store.lock()).transpose()?;
            store.fetch(pulse)?;
            pulse.enter(Stage::Open);
            let objects = Rc::new(Objects::open(store.place.common.join("objects"))?);
            pulse.enter(Stage::Read);
            work(&store.snapshot(&objects, pulse, lock.as_ref())?)
        };
        watch::guarded(self.patience, tick, || "nothing was written".into(), work)?
    }

    /// Commits what `plan` makes of the tip, in one commit on top of it. If the branch has moved meanwhile, `plan` is
    /// asked again, with the new tip.
    ///
    /// # Errors
    /// What `plan` says, or why nothing was committed. The branch is then as it was, if the error does not say otherwise.
    pub fn write<E: From<GitError> + Send + 'static>(
        &self,
        by: &Author,
        tick: &mut dyn FnMut(&'static str, usize),
        plan: impl FnMut(&Snapshot) -> Result<Draft, E> + Send + 'static,
    ) -> Result<Outcome, E> {
        let (store, by) = (self.clone(), by.clone());
        let before = self.branch.read()?;
        self.sent.store(false, Ordering::Relaxed);
        // What the copy here says, says nothing of the branch there.
        let there = self.remote.as_ref().map(Remote::shown);
        let now = || match (&there, self.branch.read()) {
            (Some(there), _) if !self.sent.load(Ordering::Relaxed) => {
                format!("nothing was sent to `{there}`")
            }
            (Some(there), _) => format!(
                "whether `{there}` has the commit is not known: look at the branch there before you try again"
            ),
            (None, Ok(now)) if now == before => "the branch has not moved".to_owned(),
            (None, Ok(Some(now))) => format!("the branch is now at {now}"),
            (None, Ok(None)) => "the branch has no commit".to_owned(),
            (None, Err(e)) => e.to_string(),
        };
        watch::guarded(self.patience, tick, now, move |pulse| store.write_now(&by, pulse, plan))?
    }

    fn write_now<E: From<GitError>>(
        &self,
        by: &Author,
        pulse: &Pulse,
        mut plan: impl FnMut(&Snapshot) -> Result<Draft, E>,
    ) -> Result<Outcome, E> {
        pulse.enter(Stage::Wait);
        let lock = self.lock()?;
        pulse.enter(Stage::Open);
        let folder = self.place.common.join("objects");
        pack::prepare(&folder)?;
        let objects = Rc::new(Objects::open(folder)?);
        pack::clean(objects.folder());
        self.branch.clean()?;
        self.notes(true).clean();
        for tries in 1..=TRIES {
            if self.remote.is_some() {
                self.fetch(pulse)?;
                objects.refresh()?;
            }
            pulse.enter(Stage::Read);
            let snapshot = self.snapshot(&objects, pulse, Some(&lock))?;
            let draft = plan(&snapshot)?;
            pulse.enter(Stage::Write);
            let done = match self.attempt(&snapshot, &draft, by, tries, pulse)? {
                Some(Outcome::Committed { id, note, .. }) => {
                    self.push(&objects, id, pulse)?.then_some(Outcome::Committed { id, tries, note })
                }
                other => other,
            };
            if let Some(outcome) = done {
                return Ok(outcome);
            }
            // Whoever was faster may be about to be faster again: not all at the same time.
            let chance = std::hash::RandomState::new().hash_one(tries) % 50;
            pulse.rest(1 + chance.min(u64::from(tries) * 5));
            objects.refresh()?;
        }
        Err(GitError::Busy { tries: TRIES }.into())
    }

    fn fetch(&self, pulse: &Pulse) -> Result<(), GitError> {
        self.remote.as_ref().map_or(Ok(()), |remote| remote.fetch(pulse))
    }

    /// Whether the commit is where the branch really is; not if the branch there has moved meanwhile.
    fn push(&self, objects: &Objects, id: Id, pulse: &Pulse) -> Result<bool, GitError> {
        let Some(remote) = &self.remote else { return Ok(true) };
        let before = self.parent_of(objects, id)?;
        self.sent.store(true, Ordering::Relaxed);
        let pushed = match remote.there(self.may_break) {
            Some(there) => there.and_then(|there| there.take_in(objects, id, before, pulse)),
            None => remote.push(pulse),
        };
        let Err(error) = pushed else { return Ok(true) };
        // Whatever went wrong, the branch there says whether the commit is in it.
        let now = remote.fetch(pulse).and_then(|()| objects.refresh()).and_then(|()| {
            let is_there = self.holds(objects, id, before)?;
            Ok((is_there, self.branch.read()? == before))
        });
        match now {
            Ok((true, _)) => Ok(true),
            Ok((false, true)) => Err(error),
            Ok((false, false)) => Ok(false),
            Err(why) => Err(GitError::Unknown {
                commit: id.to_string(),
                why: why.to_string(),
                source: Box::new(error),
            }),
        }
    }

    /// Takes in a commit of another repository of this machine, if the branch is at `before`.
    fn take_in(&self, from: &Objects, id: Id, before: Option<Id>, pulse: &Pulse) -> Result<(), GitError> {
        let _lock = self.lock()?;
        let objects = self.place.common.join("objects");
        pack::clean(&objects);
        self.branch.clean()?;
        let kept = transfer(from, &objects, id, |known| Some(known) == before, pulse)?;
        let swap = self.branch.swap(before, id, self.may_break, pulse);
        drop(kept);
        match swap? {
            Swap::Done => Ok(()),
            Swap::Moved => {
                let action = format!("push to `{}`", self.place.shown.display());
                Err(GitError::Git { action, message: "the branch has moved there".into() })
            }
        }
    }

    fn parent_of(&self, objects: &Objects, id: Id) -> Result<Option<Id>, GitError> {
        Ok(history::read(objects, id)?.parents.first().copied())
    }

    /// One commit on top of `snapshot`; `None` if the branch has moved.
    fn attempt(
        &self,
        snapshot: &Snapshot,
        draft: &Draft,
        by: &Author,
        tries: u32,
        pulse: &Pulse,
    ) -> Result<Option<Outcome>, GitError> {
        let tip = snapshot.tip();
        let mut pack = Pack::default();
        let tree = tree::apply(&snapshot.objects, tip.map(|t| t.tree), &draft.edits, &mut pack)?;
        let empty = pack::name(Kind::Tree, &[]);
        if tree == tip.map_or(empty, |t| t.tree) {
            // What the branch names already and is new all the same was missing.
            let mended = if tip.is_some() { pack.len() } else { 0 };
            if mended > 0 {
                drop(pack.write(snapshot.objects.folder())?);
            }
            return Ok(Some(Outcome::Unchanged { tip: tip.map(|t| t.id), mended }));
        }
        let text = history::written(tree, tip.map(|t| t.id), by, &draft.message)?;
        let id = pack.add(Kind::Commit, text.as_bytes());
        let committed = |note| Ok(Some(Outcome::Committed { id, tries, note }));
        match self.commit(snapshot, pack, id, tree, pulse) {
            Ok(Swap::Done) => committed(None),
            Ok(Swap::Moved) => Ok(None),
            // Whatever went wrong, the branch itself says whether the commit is there.
            Err(error) => match self.holds(&snapshot.objects, id, tip.map(|t| t.id)) {
                Ok(true) => committed(Some(error.to_string())),
                Ok(false) => Err(error),
                Err(why) => Err(GitError::Unknown {
                    commit: id.to_string(),
                    why: why.to_string(),
                    source: Box::new(error),
                }),
            },
        }
    }

    fn commit(
        &self,
        snapshot: &Snapshot,
        pack: Pack,
        id: Id,
        tree: Id,
        pulse: &Pulse,
    ) -> Result<Swap, GitError> {
        let objects = &snapshot.objects;
        let kept = pack.write(objects.folder())?;
        pulse.beat();
        // Read back by other code than wrote it, before anybody can see it.
        objects.refresh()?;
        objects.read(id, Kind::Commit)?;
        objects.read(tree, Kind::Tree)?;
        let swap = self.branch.swap(snapshot.tip().map(|t| t.id), id, self.may_break, pulse);
        drop(kept);
        swap
    }

    /// Whether `commit`, whose parent is `before`, is in the branch.
    fn holds(&self, objects: &Objects, commit: Id, before: Option<Id>) -> Result<bool, GitError> {
        let Some(tip) = self.branch.read()? else { return Ok(false) };
        let mut open = vec![tip];
        let mut seen: HashSet<Id> = before.into_iter().collect();
        while let Some(id) = open.pop() {
            if id == commit {
                return Ok(true);
            }
            if seen.len() > LOOK_BACK {
                let why = format!("has moved by more than {LOOK_BACK} commits since");
                return Err(GitError::Unusable { place: self.branch.name().to_owned(), why });
            }
            if seen.insert(id) {
                open.extend(history::read(objects, id)?.parents);
            }
        }
        Ok(false)
    }

    /// The tip. Only whoever holds the lock may write down what is found out about it.
    fn snapshot(
        &self,
        objects: &Rc<Objects>,
        pulse: &Pulse,
        lock: Option<&fs::File>,
    ) -> Result<Snapshot, GitError> {
        let snapshot = Snapshot::of(Rc::clone(objects), self.branch.read()?, pulse.clone())?;
        Ok(snapshot.with(self.notes(lock.is_some())))
    }

    fn notes(&self, may_write: bool) -> Notes {
        Notes::of(&self.place.common, self.branch.name(), may_write)
    }

    /// The lock of all writers; the system lets go of it when this process ends, however it ends.
    fn lock(&self) -> Result<fs::File, GitError> {
        let path: PathBuf = self.place.common.join(LOCK);
        if fs::symlink_metadata(&path).is_ok_and(|m| !m.is_file()) {
            return Err(GitError::damaged(format!("`{}`", path.display()), "is no plain file"));
        }
        let open = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(GitError::io("open", &path))?;
        file.lock().map_err(GitError::io("lock", &path))?;
        Ok(file)
    }
}
