//! Which repository, which branch, and who commits.

use std::path::PathBuf;

use clap::ValueEnum;

use super::when;
use crate::check::state::State;
use crate::cli::cache;
use crate::cli::exit::Failure;
use crate::emit::git::{Author, Store, Token};

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
    /// The repository: the folder of a bare one, that of a work tree with another branch checked out, or a URL: `file://`,
    /// and `https://` (with the token of `VOW_GIT_TOKEN`, if the server asks) or `ssh://` where vow was built with that feature
    #[arg(long, value_name = "REPO")]
    repo: String,
    /// The branch, instead of the one that `state { branch: … }` in `promises.dsl` names
    #[arg(long, short, value_name = "BRANCH")]
    branch: Option<String>,
    /// Where copies of repositories that are elsewhere are kept, instead of `vow` in the user's cache
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
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
    /// Take over what others wrote where requests have their files
    ///
    /// A repository that a live Kratix writes to is refused otherwise: two writers of one path fight. So are files, links and
    /// submodules of others in the folders of the requests; with this they are replaced or removed like the rest.
    #[arg(long)]
    pub(super) adopt: bool,
    /// Remove a lock of Git on the branch that nobody has let go of for ten seconds
    #[arg(long)]
    break_lock: bool,
    /// Tell what would change, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// The variable that holds the password or the token for a repository that is reached by `https`.
const TOKEN: &str = "VOW_GIT_TOKEN";

impl Repo {
    /// The branch, and what it is called.
    pub(super) fn open(&self, state: &State, commit: Option<&Commit>) -> Result<(Store, String), Failure> {
        let branch = self.branch.clone().unwrap_or_else(|| state.branch.clone());
        let may_break = commit.is_some_and(|c| c.break_lock);
        let store = match self.place()? {
            Place::Folder(folder) => Store::open(&folder, &branch, may_break)?,
            Place::Elsewhere(url) => {
                // Not an option: whoever lists the processes of a machine reads those.
                let token = std::env::var(TOKEN).ok().filter(|t| !t.is_empty()).map(Token::new);
                Store::mirror(&url, &self.cache()?, &branch, may_break)?.with_token(token)
            }
        };
        Ok((store, branch))
    }

    /// A folder is written to where it is; a URL is worked on in a copy, which is pushed.
    fn place(&self) -> Result<Place, Failure> {
        let repo = self.repo.as_str();
        let lacks = |what: &str| {
            let message = format!(
                "`{repo}` is reached by {what}, which this vow was built without; build it with `--features {what}`, or name a clone"
            );
            Err(Failure::Usage(message))
        };
        match repo.split_once("://") {
            Some(("file", path)) if path.starts_with('/') => Ok(Place::Elsewhere(repo.to_owned())),
            Some(("file", _)) => {
                let message = format!("`{repo}` names no folder of this machine: write `file:///…`");
                Err(Failure::Usage(message))
            }
            Some(("https", _)) if cfg!(feature = "https") => Ok(Place::Elsewhere(repo.to_owned())),
            Some(("ssh", _)) if cfg!(feature = "ssh") => Ok(Place::Elsewhere(repo.to_owned())),
            Some(("https", _)) => lacks("https"),
            Some(("ssh", _)) => lacks("ssh"),
            Some((scheme, _)) => {
                let message =
                    format!("`{scheme}` is no protocol for a repository: use `file`, `https` or `ssh`");
                Err(Failure::Usage(message))
            }
            None if is_scp(repo) && cfg!(feature = "ssh") => Ok(Place::Elsewhere(repo.to_owned())),
            None if is_scp(repo) => lacks("ssh"),
            None => Ok(Place::Folder(repo.into())),
        }
    }

    /// The folder for copies of repositories that are elsewhere.
    fn cache(&self) -> Result<PathBuf, Failure> {
        match self.cache.clone().or_else(cache::folder) {
            Some(cache) => Ok(cache),
            None => Err(Failure::Usage("name a folder for copies of repositories: `--cache DIR`".into())),
        }
    }
}

/// Whether it is written as `HOST:PATH`: by Git's rule, if no `/` is before the `:`, and there is no such folder.
fn is_scp(repo: &str) -> bool {
    let host = repo.split_once(':').map(|(host, _)| host);
    // One letter is a drive.
    host.is_some_and(|host| host.len() > 1 && !host.contains('/')) && !std::path::Path::new(repo).exists()
}

enum Place {
    Folder(PathBuf),
    Elsewhere(String),
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
