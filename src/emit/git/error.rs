//! What may go wrong with a repository. Every message says what is there now.

use std::io;
use std::path::{Path, PathBuf};

/// Why a repository was not read, or not written.
///
/// After any of them the branch is as it was, except after [`GitError::Unknown`], which says that nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no repository, or none that can be used.
    #[error("`{place}` {why}")]
    Unusable {
        /// What was named.
        place: String,
        /// The end of the sentence, with what to do.
        why: String,
    },
    /// An object, a reference or a tree that is not as it should be.
    #[error("the repository is damaged: {what} {why}; run `git fsck` in it")]
    Damaged {
        /// The object or reference.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something else stands where files of ours go.
    #[error("`{path}` in the repository {why}")]
    InTheWay {
        /// The path in the tree.
        path: String,
        /// The end of the sentence, with what to do.
        why: String,
    },
    /// Somebody holds a lock and does not let go of it.
    #[error("`{path}` is held by another process; nothing was written. {help}")]
    Locked {
        /// The lock.
        path: PathBuf,
        /// What to do.
        help: String,
    },
    /// Others were always faster.
    #[error(
        "the branch moved {tries} times while this was being written, and nothing was written; try again"
    )]
    Busy {
        /// How often it was tried.
        tries: u32,
    },
    /// A call did not come back.
    #[error("reading or writing the repository took too long while {doing}, and was given up; {now}")]
    Stuck {
        /// What was being done.
        doing: &'static str,
        /// What the branch says now.
        now: String,
    },
    /// The work ended by a mistake in vow or in the Git library.
    #[error("internal error while {doing}, please report it; {now}")]
    Broken {
        /// What was being done.
        doing: &'static str,
        /// What the branch says now.
        now: String,
    },
    /// The system says no.
    #[error("cannot {action} `{path}`: {}", .source.kind())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The Git library says no.
    #[error("cannot {action}: {message}")]
    Git {
        /// What was tried.
        action: String,
        /// What the library says.
        message: String,
    },
    /// It failed, and the branch could not be read afterwards.
    #[error("{source}; whether the commit {commit} is in the branch is not known: {why}")]
    Unknown {
        /// The commit that was to become the tip.
        commit: String,
        /// Why nobody knows.
        why: String,
        /// What went wrong first.
        source: Box<GitError>,
    },
}

impl GitError {
    pub(super) fn unusable(place: &Path, why: impl Into<String>) -> GitError {
        GitError::Unusable { place: place.display().to_string(), why: why.into() }
    }

    pub(super) fn damaged(what: impl Into<String>, why: impl Into<String>) -> GitError {
        GitError::Damaged { what: what.into(), why: why.into() }
    }

    pub(super) fn in_the_way(path: impl Into<String>, why: impl Into<String>) -> GitError {
        GitError::InTheWay { path: path.into(), why: why.into() }
    }

    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> GitError {
        let path = path.to_path_buf();
        move |source| GitError::Io { action, path, source }
    }

    pub(super) fn git(action: impl Into<String>) -> impl FnOnce(git2::Error) -> GitError {
        let action = action.into();
        move |e| GitError::Git { action, message: e.message().to_owned() }
    }
}
