//! Which repository, which branch, and who commits.

use std::path::PathBuf;

use clap::ValueEnum;

use super::when;
use crate::check::program::State;
use crate::cli::exit::Failure;
use crate::emit::git::{Author, Store};

/// The form of what a command tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// Where the branch is.
#[derive(Debug, clap::Args)]
pub(super) struct Repo {
    /// The repository: the folder of a bare one, that of a work tree with another branch checked out, or a `file://` URL
    #[arg(long, value_name = "REPO")]
    repo: String,
    /// The branch, instead of the one that `state { branch: … }` in `promises.dsl` names
    #[arg(long, short, value_name = "BRANCH")]
    branch: Option<String>,
}

/// How a commit is made.
#[derive(Debug, clap::Args)]
pub(super) struct Commit {
    /// What the message of the commit begins with, instead of a sentence that tells what it does
    #[arg(long, short, value_name = "MESSAGE")]
    pub(super) message: Option<String>,
    /// Who commits
    #[arg(long, value_name = "NAME <ADDRESS>", default_value = "vow <vow@localhost>")]
    author: String,
    /// When, in seconds since 1970; else `SOURCE_DATE_EPOCH` of the environment, else now
    #[arg(long, value_name = "SECONDS")]
    time: Option<i64>,
    /// Take over the files of a Kratix that writes to the repository too: two writers of one path fight
    #[arg(long)]
    pub(super) adopt: bool,
    /// Remove a lock of Git on the branch that nobody has let go of for ten seconds
    #[arg(long)]
    break_lock: bool,
    /// Tell what would change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Repo {
    /// The branch, and what it is called.
    pub(super) fn open(&self, state: &State, commit: Option<&Commit>) -> Result<(Store, String), Failure> {
        let branch = self.branch.clone().unwrap_or_else(|| state.branch.clone());
        let may_break = commit.is_some_and(|c| c.break_lock);
        let store = Store::open(&self.folder()?, &branch, may_break)?;
        Ok((store, branch))
    }

    fn folder(&self) -> Result<PathBuf, Failure> {
        let is_url = self.repo.contains("://");
        match self.repo.strip_prefix("file://") {
            Some(path) if path.starts_with('/') => Ok(PathBuf::from(path)),
            None if !is_url => Ok(PathBuf::from(&self.repo)),
            Some(_) => Err(Failure::Usage(format!(
                "`{}` names no folder of this machine: write `file:///…`",
                self.repo
            ))),
            None => Err(Failure::Usage(format!(
                "`{}` is reached by a protocol that this vow was built without; clone it, and name the clone",
                self.repo
            ))),
        }
    }
}

impl Commit {
    /// Who commits, and when.
    pub(super) fn author(&self) -> Result<Author, Failure> {
        let parts = self.author.trim().strip_suffix('>').and_then(|a| a.split_once('<'));
        let Some((name, email)) = parts else {
            return Err(Failure::Usage(format!("`{}` is no author: write `NAME <ADDRESS>`", self.author)));
        };
        let seconds = match self.time {
            Some(seconds) => seconds,
            None => when::seconds()?,
        };
        Ok(Author { name: name.trim().to_owned(), email: email.trim().to_owned(), seconds })
    }
}
