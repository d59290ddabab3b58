//! `vow state …`: the state repository that a cluster applies from.

mod apply;
mod delete;
mod diff;
mod log;
mod progress;
mod repo;
mod show;
mod status;
mod when;

pub(in crate::cli) use diff::Form;

use std::path::Path;

use clap::Subcommand;

use crate::cli::Outcome;
use crate::cli::ui::Ui;

/// Write rendered requests into a Git repository, and look at what is there
///
/// Every change is one commit on top of the branch, or none. What is there after any command, crash or race is the old
/// state or the new one.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Apply(apply::Args),
    Delete(delete::Args),
    Diff(diff::Args),
    Status(status::Args),
    Log(log::Args),
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        match self.command {
            Command::Apply(args) => args.run(given, ui),
            Command::Delete(args) => args.run(given, ui),
            Command::Diff(args) => args.run(given, ui),
            Command::Status(args) => args.run(given, ui),
            Command::Log(args) => args.run(given, ui),
        }
    }
}
