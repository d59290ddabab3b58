//! What went wrong, and the exit status that says so.

use crate::emit::EmitError;
use crate::emit::git::GitError;
use crate::rules::Unfaithful;
use crate::source::disk::{DiskError, Why};
use crate::state::StateError;

/// The input is wrong.
pub(super) const INPUT: u8 = 1;
/// The command line is wrong.
pub(super) const USAGE: u8 = 2;
/// The outside world failed.
pub(super) const OUTSIDE: u8 = 3;

/// There are differences, and the exit status was to tell.
pub(super) const DIFFERS: u8 = 10;

/// Why a command did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Diagnostics were shown.
    Reported,
    /// There are differences, and they were shown.
    Differs,
    /// The input is wrong, in one sentence.
    Input(String),
    /// The command line is wrong, in one sentence.
    Usage(String),
    /// The outside world failed, in one sentence.
    Outside(String),
    /// Nobody reads what is written; not worth a word.
    ClosedPipe,
}

impl Failure {
    pub(super) fn code(&self) -> u8 {
        match self {
            Failure::Reported | Failure::Input(_) => INPUT,
            Failure::Differs => DIFFERS,
            Failure::Usage(_) => USAGE,
            Failure::Outside(_) => OUTSIDE,
            Failure::ClosedPipe => 0,
        }
    }

    pub(super) fn message(&self) -> Option<String> {
        match self {
            Failure::Reported | Failure::Differs | Failure::ClosedPipe => None,
            Failure::Input(m) | Failure::Usage(m) | Failure::Outside(m) => Some(m.clone()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Self {
        match e.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::Outside(format!("the output cannot be written: {}", e.kind())),
        }
    }
}

impl From<DiskError> for Failure {
    fn from(e: DiskError) -> Self {
        match e.why {
            Why::Io(_) => Failure::Outside(e.to_string()),
            _ => Failure::Input(e.to_string()),
        }
    }
}

impl From<GitError> for Failure {
    fn from(e: GitError) -> Self {
        Failure::Outside(e.to_string())
    }
}

impl From<Unfaithful> for Failure {
    fn from(e: Unfaithful) -> Self {
        Failure::Outside(e.to_string())
    }
}

impl From<StateError> for Failure {
    fn from(e: StateError) -> Self {
        match e {
            StateError::Git(_)
            | StateError::Kratix { .. }
            | StateError::Foreign { .. }
            | StateError::Unfaithful(_) => Failure::Outside(e.to_string()),
            _ => Failure::Input(e.to_string()),
        }
    }
}

impl From<EmitError> for Failure {
    fn from(e: EmitError) -> Self {
        Failure::Outside(e.to_string())
    }
}
