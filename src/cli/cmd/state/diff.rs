//! `vow state diff`.

use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;

use super::progress::Progress;
use super::repo::Repo;
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::paint::painted;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::compile::requests::Depth;
use crate::diff::render;
use crate::state::{Limits, Order, Task, Wanted, compared};
use crate::value::json;

/// Show what `vow state apply` would change, object by object and field by field
///
/// An object is the same one by its group, kind, namespace and name, wherever its file lies; items of lists are matched by
/// the keys that name them; texts are compared line by line, and by their fields if they are YAML. What looks like a
/// credential is hidden. Nothing is written.
///
/// Exit status: 0 fine, 10 with `--exit-code` if anything would change, and otherwise as always.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Files with requests, folders (every .yaml, .yml and .json below), `-` for standard input
    #[arg(required = true, value_name = "REQUEST")]
    requests: Vec<String>,
    #[command(flatten)]
    repo: Repo,
    /// As if the requests that are in the repository and not among these were removed
    #[arg(long)]
    prune: bool,
    /// As if the files of a Kratix that writes to the repository too were taken over
    #[arg(long)]
    adopt: bool,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
    /// End with 10 if anything would change
    #[arg(long)]
    exit_code: bool,
}

/// The form of a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object, with nothing cut
    Json,
    /// A comment for a pull request
    Markdown,
}

impl Args {
    pub(super) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let mut work = platform::compile(given)?;
        work.engine(ui)?;
        let passed = work.render(&self.requests, Depth::Flow, ui)?;
        let wanted = Arc::new(Wanted::of(work.engine(ui)?, &passed)?);
        drop(passed);
        let (store, _) = self.repo.open(&wanted.world.state, None)?;
        let limits = Limits { adopt: self.adopt, prune: self.prune, max_deletions: None };
        let order = Order { task: Task::Apply(Arc::clone(&wanted)), limits, message: None, confirmed: None };
        let plan = {
            let mut progress = Progress::new();
            order.preview(&store, &mut |doing, steps| progress.tick(doing, steps))?
        };
        let shown = compared(&plan, &wanted).shown(&work.compilation.program);
        let text = match self.output {
            Form::Text => painted(&render::text(&shown), ui.colors_data()),
            Form::Json => format!("{}\n", json::write_pretty(&render::json(&shown))),
            Form::Markdown => render::markdown("**vow state diff**", &shown),
        };
        ui.data(&text)?;
        match self.exit_code && !plan.changes.is_empty() {
            true => Err(Failure::Differs),
            false => Ok(()),
        }
    }
}
