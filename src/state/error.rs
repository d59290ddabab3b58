//! Why a repository is left as it is.

use crate::diag::words;
use crate::emit::PathError;
use crate::emit::git::GitError;
use crate::layout::LayoutError;
use crate::rules::Unfaithful;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The repository says no.
    #[error(transparent)]
    Git(#[from] GitError),
    /// There is no place for a request.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A path that is none everywhere.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A document whose bytes mean something else: a mistake in vow.
    #[error(transparent)]
    Unfaithful(#[from] Unfaithful),
    /// An object of another request.
    #[error(
        "`{object}` is owned by the request {owner}, so {by} cannot have it; give it another name, or delete that request first"
    )]
    Owned {
        /// The object, as the name of its file.
        object: String,
        /// Whose it is.
        owner: String,
        /// Who wants it.
        by: String,
    },
    /// A request that another request has made.
    #[error("{request} is made by the request {parent}; change or delete that one")]
    Child {
        /// The request.
        request: String,
        /// What made it.
        parent: String,
    },
    /// A sub-request that stands in the repository for itself.
    #[error(
        "{request} is in the repository already, and {parent} did not make it; delete it first, or rename one of the two"
    )]
    Taken {
        /// The sub-request.
        request: String,
        /// Who wants to make it.
        parent: String,
    },
    /// A file that vow did not write, below a folder of a request.
    #[error(
        "`{path}` belongs to no request of vow: {why}; move it out of the folder of {owner}, or say `--adopt` to have it replaced"
    )]
    Foreign {
        /// The file.
        path: String,
        /// The request whose folder it is in.
        owner: String,
        /// How it can be seen.
        why: String,
    },
    /// Kratix writes here.
    #[error(
        "a live Kratix writes to this repository ({sign}), and two writers of one path fight; stop it, or say `--adopt` to take its files over"
    )]
    Kratix {
        /// How it can be seen.
        sign: String,
    },
    /// The repository has changed since somebody agreed.
    #[error(
        "the repository has changed, and other requests would be removed than were shown; nothing was written, look again"
    )]
    Unseen,
    /// More would go than is allowed.
    #[error("{} would be removed, more than `--max-deletions {most}`: {names}", words::count(*count, "request"))]
    TooMany {
        /// How many.
        count: usize,
        /// How many may.
        most: usize,
        /// The first of them.
        names: String,
    },
}
