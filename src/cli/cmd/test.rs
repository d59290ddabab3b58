//! `vow test`.

use std::fmt::Write;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::source::Loader;
use crate::testing::{self, Failure as Mismatch};

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
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let file = self.filter.ends_with(".promise").then(|| Path::new(&self.filter));
        let work = match file {
            Some(file) => platform::compile_file(given, file, None)?,
            None => platform::compile(given)?,
        };
        let filter = if file.is_some() { "" } else { self.filter.as_str() };
        let engine = work.engine(ui)?;
        let sources = &work.compilation.sources;
        let prefix = work.disk.display("");
        let folder = |span: crate::source::Span| {
            let name = sources.name(span.file);
            let path = name.strip_prefix(&prefix).unwrap_or(name);
            path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"))
        };
        let outcomes = testing::run(engine, &work.disk, filter, &folder);
        if outcomes.is_empty() {
            return Err(Failure::Input(match self.filter.is_empty() {
                true => "there are no tests; write one: `test \"…\" { given { … } expect … }`".into(),
                false => format!("no test's name contains `{}`", self.filter),
            }));
        }
        let (mut failed, mut written) = (0, 0);
        for outcome in &outcomes {
            let updates = if self.update { outcome.updates.as_slice() } else { &[] };
            for (path, text) in updates {
                update(&work.disk.root().join(path), text.as_deref())?;
            }
            written += updates.len();
            let word = match (outcome.failures.is_empty(), updates.is_empty()) {
                (true, _) => "ok  ",
                (false, true) => "FAIL",
                (false, false) => "new ",
            };
            ui.data(&format!("{word} {}/{}\n", outcome.promise, outcome.name))?;
            failed += usize::from(word == "FAIL");
            for failure in &outcome.failures {
                let place = sources.place(failure.span);
                let at = format!("{}:{}:{}", sources.name(failure.span.file), place.line, place.column);
                ui.data(&describe(failure, &at, ui.colors_data()))?;
            }
        }
        ui.data(&format!("{} passed, {failed} failed\n", outcomes.len() - failed))?;
        if written > 0 {
            let files =
                if written == 1 { "1 expected file was" } else { &format!("{written} expected files were") };
            ui.say(&format!("{files} written; look at the difference before you commit it"));
        }
        if failed > 0 { Err(Failure::Reported) } else { Ok(()) }
    }
}

fn describe(failure: &Mismatch, at: &str, color: bool) -> String {
    let mut out = format!("     {at}: {}\n", failure.message);
    let Some((expected, found)) = &failure.diff else { return out };
    let diff = TextDiff::from_lines(expected.as_str(), found.as_str());
    for (index, hunk) in diff.grouped_ops(3).iter().enumerate() {
        if index > 0 {
            out.push_str("       ⋮\n");
        }
        for change in hunk.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, paint) = match change.tag() {
                ChangeTag::Delete => ('-', "\u{1b}[31m"),
                ChangeTag::Insert => ('+', "\u{1b}[32m"),
                ChangeTag::Equal => (' ', ""),
            };
            let (on, off) = if color && !paint.is_empty() { (paint, "\u{1b}[0m") } else { ("", "") };
            let text = change.value().trim_end_matches('\n');
            let _ = writeln!(out, "       {on}{sign} {text}{off}");
        }
    }
    out
}

fn update(path: &Path, text: Option<&str>) -> Outcome {
    let failed = |e: std::io::Error| Failure::Outside(format!("`{}` cannot be written: {e}", path.display()));
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
