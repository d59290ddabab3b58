//! A branch of a Git repository as a place for files: a whole commit, or none.
//!
//! There is no work tree. New objects are made in memory and written as one pack, synced; then the branch is moved by
//! compare-and-swap, and if somebody was faster, the edits are applied to the new tip. Nothing is read of the
//! configuration but what the repository's format is, and nothing is run: no hook, no filter.
//!
//! The order of writing, with a sync at each arrow: pack and index → their names → the next value of the branch → its
//! name → (lock, compare, rename) → the branch's name. So whatever is cut off at any time is the old or the new commit.
//!
//! The single importer of git2.

mod error;
mod files;
mod history;
mod id;
mod memo;
mod names;
mod object;
mod pack;
mod place;
mod refs;
mod remote;
mod revision;
mod snapshot;
mod store;
mod sync;
#[cfg(test)]
mod tests;
mod transfer;
mod tree;
mod walk;
mod watch;

pub use error::GitError;
pub use files::RevisionFiles;
pub use history::{Author, Logged};
pub use id::Id;
pub use remote::Token;
pub use revision::Revision;
pub use snapshot::{Entry, EntryKind, File, Snapshot};
pub use store::{Draft, Outcome, Store};
pub use tree::Edits;
pub use walk::Walk;
pub use watch::Pulse;

/// The id that a file of this content has in every repository.
pub fn file_id(content: &[u8]) -> Id {
    pack::name(object::Kind::Blob, content)
}
