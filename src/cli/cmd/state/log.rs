//! `vow state log`.

use std::path::Path;
use std::sync::Arc;

use super::delete::named;
use super::progress::Progress;
use super::repo::{Form, Repo};
use super::show::record;
use crate::cli::Outcome;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::diag::words;
use crate::request::Request;
use crate::state::{self, Touch, World};
use crate::value::{Value, json};

/// Show which commit changed which requests
///
/// Newest first; of all requests, or only of those that are named. A commit that vow did not make is shown with its
/// first line.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Only these: files with requests, folders, or KIND/NAME
    #[arg(value_name = "REQUEST|KIND/NAME")]
    requests: Vec<String>,
    /// The namespace of requests named as KIND/NAME
    #[arg(long, short, value_name = "NAMESPACE", default_value = Request::DEFAULT_NAMESPACE)]
    namespace: String,
    #[command(flatten)]
    repo: Repo,
    /// Show at most N commits
    #[arg(long, value_name = "N", default_value_t = 100)]
    max: usize,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
}

impl Args {
    pub(super) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let world = Arc::new(World::of(work.engine(ui)?)?);
        let mut only = vec![];
        for word in &self.requests {
            only.extend(named(&world, word, &self.namespace, ui)?);
        }
        let (store, _) = self.repo.open(&world.state, None)?;
        let (of, most) = (Arc::clone(&world), self.max);
        let touches = {
            let mut progress = Progress::new();
            store.read(&mut |doing, steps| progress.tick(doing, steps), move |s| {
                state::history(s, &of, &only, most)
            })?
        };
        match self.output {
            Form::Text => ui.data(&touches.iter().map(line).collect::<String>()),
            Form::Json => {
                let all = Value::list(touches.iter().map(object).collect());
                ui.data(&format!("{}\n", json::write_pretty(&all)))
            }
        }
    }
}

fn line(touch: &Touch) -> String {
    let id = touch.commit.id.short();
    let files = words::count(touch.files.len(), "file");
    let mut out = format!("{id}  {files:>10}  {}", touch.commit.subject());
    if !touch.is_ours {
        out.push_str(&format!("  (not by vow, but by {})", touch.commit.author));
    }
    out.push('\n');
    for (verb, titles) in [("applied", &touch.applied), ("deleted", &touch.deleted)] {
        titles.iter().for_each(|title| out.push_str(&format!("  {verb} {title}\n")));
    }
    out
}

fn object(touch: &Touch) -> Value {
    let texts = |all: &[String]| Value::list(all.iter().map(|t| Value::str(t.as_str())).collect());
    record([
        ("commit", Value::str(touch.commit.id.to_string())),
        ("subject", Value::str(touch.commit.subject())),
        ("author", Value::str(touch.commit.author.as_str())),
        ("time", Value::Int(touch.commit.seconds)),
        ("byVow", Value::Bool(touch.is_ours)),
        ("applied", texts(&touch.applied)),
        ("deleted", texts(&touch.deleted)),
        ("files", texts(&touch.files)),
    ])
}
