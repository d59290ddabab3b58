//! `vow test`.

use std::fmt::Write;
use std::path::Path;

use clap::ValueEnum;

use crate::cli::exit::Failure;
use crate::cli::platform::Work;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::diag::Diagnostic;
use crate::diag::render::visible::escaped;
use crate::source::{Loader, Sources, Span};
use crate::testing::diff::{Line, diff};
use crate::testing::{self, Failure as Mismatch, Status, report};

/// Run the tests in the promises
///
/// A test gives a request and says what is expected of it; see `test` in the language reference.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Only tests whose `promise/name` contains this; or a `.promise` file, with the platform that it lies in or by
    /// itself
    #[arg(default_value = "")]
    filter: String,
    /// Write what is rendered over the expected files of `test … from`
    #[arg(long)]
    update: bool,
    /// The form of the outcome
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line a test, and what differs
    Text,
    /// An object with all tests
    Json,
    /// JUnit's XML, for CI: a suite is a promise
    Junit,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let file = self.filter.ends_with(".promise").then(|| Path::new(&self.filter));
        let work = match file {
            Some(file) => platform::compile_file(given, file, None)?,
            None => platform::compile(given)?,
        };
        let filter = if file.is_some() { "" } else { self.filter.as_str() };
        let mut outcomes = outcomes(&work, filter, ui)?;
        if outcomes.is_empty() {
            return Err(Failure::Input(match self.filter.is_empty() {
                true => "there are no tests; write one: `test \"…\" { given { … } expect … }`".into(),
                false => format!("no test's name contains `{}`", self.filter),
            }));
        }
        let written = if self.update { update_all(&work, &mut outcomes)? } else { 0 };
        let sources = &work.compilation.sources;
        ui.data(&match self.output {
            Output::Text => text(sources, &outcomes, ui.colors_data()),
            Output::Json => format!("{:#}\n", report::json(sources, &outcomes)),
            Output::Junit => report::junit(sources, &outcomes),
        })?;
        if written > 0 {
            let files =
                if written == 1 { "1 expected file was" } else { &format!("{written} expected files were") };
            ui.say(&format!("{files} written; look at the difference before you commit it"));
        }
        let problems: Vec<Diagnostic> = outcomes.iter().flat_map(testing::Outcome::problems).collect();
        ui.report_shown(sources, &problems)
    }
}

fn outcomes(work: &Work, filter: &str, ui: &mut Ui) -> Result<Vec<testing::Outcome>, Failure> {
    let engine = work.engine(ui)?;
    let sources = &work.compilation.sources;
    let prefix = work.disk.display("");
    let folder = |span: Span| {
        let name = sources.name(span.file);
        let path = name.strip_prefix(&prefix).unwrap_or(name);
        path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"))
    };
    Ok(testing::run(engine, &work.disk, filter, &folder))
}

/// Writes the expected files of what failed; gives how many.
fn update_all(work: &Work, outcomes: &mut [testing::Outcome]) -> Result<usize, Failure> {
    let mut written = 0;
    for outcome in outcomes.iter_mut().filter(|o| !o.updates.is_empty()) {
        for (path, text) in &outcome.updates {
            update(&work.disk.root().join(path), text.as_deref())?;
        }
        written += outcome.updates.len();
        outcome.status = Status::Updated;
    }
    Ok(written)
}

fn text(sources: &Sources, outcomes: &[testing::Outcome], color: bool) -> String {
    let mut out = String::new();
    for outcome in outcomes {
        let word = match outcome.status {
            Status::Passed => "ok  ",
            Status::Failed => "FAIL",
            Status::Updated => "new ",
        };
        let _ = writeln!(out, "{word} {}/{}", outcome.promise, outcome.name);
        for failure in &outcome.failures {
            out.push_str(&describe(failure, &report::place(sources, failure.span), color));
        }
    }
    let failed = outcomes.iter().filter(|o| o.status == Status::Failed).count();
    let _ = writeln!(out, "{} passed, {failed} failed", outcomes.len() - failed);
    out
}

fn describe(failure: &Mismatch, at: &str, color: bool) -> String {
    let mut out = format!("     {at}: {}\n", escaped(&failure.message));
    for line in failure.diff.iter().flat_map(|(expected, found)| diff(expected, found)) {
        let (paint, shown) = match &line {
            Line::Same(text) => ("", format!("  {text}")),
            Line::Expected(text) => ("\u{1b}[31m", format!("- {text}")),
            Line::Found(text) => ("\u{1b}[32m", format!("+ {text}")),
            Line::Gap => ("", "⋮".into()),
        };
        let (on, off) = if color && !paint.is_empty() { (paint, "\u{1b}[0m") } else { ("", "") };
        let _ = writeln!(out, "       {on}{}{off}", escaped(&shown));
    }
    out
}

fn update(path: &Path, text: Option<&str>) -> Outcome {
    let failed =
        |e: std::io::Error| Failure::Outside(format!("`{}` cannot be written: {}", path.display(), e.kind()));
    match text {
        Some(text) => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(failed)?;
            }
            std::fs::write(path, text).map_err(failed)
        }
        None => std::fs::remove_file(path).map_err(failed),
    }
}
