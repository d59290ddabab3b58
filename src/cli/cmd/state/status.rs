//! `vow state status`.

use std::path::Path;
use std::sync::Arc;

use super::progress::Progress;
use super::repo::{Form, Repo};
use super::show::record;
use crate::cli::Outcome;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::diag::words;
use crate::state::{self, Held, Status, World};
use crate::value::{Value, json};

/// Show the requests in the repository, what made them, and what others changed
///
/// Each request with its files, the commit that changed it last, and the versions of its promise and of vow; then the
/// files that somebody else changed, removed or added.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    repo: Repo,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
}

impl Args {
    pub(super) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let world = Arc::new(World::of(work.engine(ui)?)?);
        let (store, branch) = self.repo.open(&world.state, None)?;
        let of = Arc::clone(&world);
        let status = {
            let mut progress = Progress::new();
            store.read(&mut |doing, steps| progress.tick(doing, steps), move |s| state::status(s, &of))?
        };
        match self.output {
            Form::Text => ui.data(&text(&status))?,
            Form::Json => ui.data(&format!("{}\n", json::write_pretty(&object(&status))))?,
        }
        let tip = status.tip.as_deref().map_or("no commit", |t| t.get(..10).unwrap_or(t));
        let drift = match status.drift.len() {
            0 => String::new(),
            1 => ", 1 not as vow left it".into(),
            n => format!(", {n} not as vow left them"),
        };
        let files = words::count(status.requests.iter().map(|r| r.files).sum(), "file");
        let requests = words::count(status.requests.len(), "request");
        ui.say(&format!("{branch} at {tip}: {requests} with {files}{drift}"));
        Ok(())
    }
}

fn text(status: &Status) -> String {
    let mut out = String::new();
    let width = status.requests.iter().map(|r| r.title.len()).max().unwrap_or_default();
    for held in &status.requests {
        let Held { title, destination, files, .. } = held;
        let by = match &held.by {
            Some(made) => {
                let promise = made.promise.as_deref().map(|v| format!(", promise {v}")).unwrap_or_default();
                let commit = made.commit.get(..10).unwrap_or(&made.commit);
                format!("{commit} by vow {}{promise}", made.vow)
            }
            None => "not by vow".into(),
        };
        let parent = held.parent.as_deref().map(|p| format!(", for {p}")).unwrap_or_default();
        out.push_str(&format!("{title:width$}  {files:>3} in {destination}  {by}{parent}\n"));
    }
    for drift in &status.drift {
        out.push_str(&format!("drift: {} {}\n", drift.path, drift.what));
    }
    out
}

fn object(status: &Status) -> Value {
    let text = |t: &str| Value::str(t);
    let maybe = |t: Option<&str>| t.map_or(Value::Null, Value::str);
    let requests = status.requests.iter().map(|held| {
        let by = held.by.as_ref();
        record([
            ("namespace", text(&held.owner.namespace)),
            ("promise", text(&held.owner.promise)),
            ("name", text(&held.owner.request)),
            ("destination", text(&held.destination)),
            ("parent", maybe(held.parent.as_deref())),
            ("files", Value::Int(i64::try_from(held.files).unwrap_or(i64::MAX))),
            ("commit", maybe(by.map(|m| m.commit.as_str()))),
            ("promiseVersion", maybe(by.and_then(|m| m.promise.as_deref()))),
            ("vowVersion", maybe(by.map(|m| m.vow.as_str()))),
        ])
    });
    let requests = Value::list(requests.collect());
    let drift = status.drift.iter().map(|d| record([("path", text(&d.path)), ("what", text(&d.what))]));
    record([
        ("tip", maybe(status.tip.as_deref())),
        ("requests", requests),
        ("drift", Value::list(drift.collect())),
    ])
}
