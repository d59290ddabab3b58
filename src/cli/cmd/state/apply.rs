//! `vow state apply`.

use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use super::progress::Progress;
use super::repo::{Commit, Form, Repo};
use super::show::{self, Done};
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::compile::requests::Depth;
use crate::emit::git;
use crate::state::{Limits, Order, Plan, Task, Wanted};

/// Write what requests render into the repository, as one commit
///
/// The whole flow of each request is rendered and judged; then what the requests had in the repository is replaced by it.
/// Nothing else is touched, and nothing at all if anything is wrong. Without a change there is no commit.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Files with requests, folders (every .yaml, .yml and .json below), `-` for standard input
    #[arg(required = true, value_name = "REQUEST")]
    requests: Vec<String>,
    #[command(flatten)]
    repo: Repo,
    #[command(flatten)]
    commit: Commit,
    /// Remove the requests that are in the repository and not among these
    #[arg(long)]
    prune: bool,
    /// Remove no more than N requests, sub-requests among them, or change nothing
    #[arg(long, value_name = "N", requires = "prune")]
    max_deletions: Option<usize>,
    /// Remove them without asking
    #[arg(long, short, requires = "prune")]
    yes: bool,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
}

impl Args {
    pub(super) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let mut work = platform::compile(given)?;
        work.engine(ui)?;
        let passed = work.render(&self.requests, Depth::Flow, ui)?;
        let wanted = Arc::new(Wanted::of(work.engine(ui)?, &passed)?);
        drop(passed);
        let world = wanted.world.clone();
        let (store, branch) = self.repo.open(&world.state, Some(&self.commit))?;
        let limits =
            Limits { adopt: self.commit.adopt, prune: self.prune, max_deletions: self.max_deletions };
        let message = self.commit.message.clone();
        let mut order = Order { task: Task::Apply(wanted), limits, message, confirmed: None };
        let by = self.commit.author()?;
        if self.prune || self.commit.dry_run {
            let plan = {
                let mut progress = Progress::new();
                order.preview(&store, &mut |doing, steps| progress.tick(doing, steps))?
            };
            if self.commit.dry_run {
                ui.data(&show::plan(&plan, &world, &Done::Planned, self.output))?;
                ui.say(&show::sentence(&plan, &Done::Planned, &branch));
                return Ok(());
            }
            self.confirm(&plan, ui)?;
            order.confirmed = Some(plan.deleted);
        }
        let (plan, outcome) = {
            let mut progress = Progress::new();
            order.run(&store, &by, &mut |doing, steps| progress.tick(doing, steps))?
        };
        told(&plan, &world, outcome, &branch, self.output, ui)
    }

    /// Shows what goes, and asks.
    fn confirm(&self, plan: &Plan, ui: &mut Ui) -> Outcome {
        if plan.deleted.is_empty() {
            return Ok(());
        }
        ui.say(&removed(plan));
        if self.yes {
            return Ok(());
        }
        let input = std::io::stdin();
        if !input.is_terminal() {
            let message = "requests would be removed, and nobody can be asked: say `--yes`, or see them with `--dry-run`";
            return Err(Failure::Usage(message.into()));
        }
        ui.say("remove them? [y/N]");
        let mut answer = String::new();
        input.lock().read_line(&mut answer)?;
        match matches!(answer.trim(), "y" | "Y" | "yes") {
            true => Ok(()),
            false => Err(Failure::Input("nothing was changed".into())),
        }
    }
}

fn removed(plan: &Plan) -> String {
    let lines: Vec<String> = plan.deleted.iter().map(|title| format!("  {title}")).collect();
    format!("these requests are removed:\n{}", lines.join("\n"))
}

/// Tells what was done.
pub(super) fn told(
    plan: &Plan,
    world: &crate::state::World,
    outcome: git::Outcome,
    branch: &str,
    form: Form,
    ui: &mut Ui,
) -> Outcome {
    if let git::Outcome::Committed { note: Some(note), .. } = &outcome {
        ui.say(&format!(
            "warning: the commit is in the branch, but the disk did not confirm that it stays there: {note}"
        ));
    }
    let done = Done::Made(outcome);
    // What was done is said even if nobody can be told the rest.
    let written = ui.data(&show::plan(plan, world, &done, form));
    for title in &plan.absent {
        ui.say(&format!("{title} is not there"));
    }
    ui.say(&show::sentence(plan, &done, branch));
    written
}
