//! The two streams: data on standard output, words on standard error; and the report of problems.

use std::io::{BufWriter, IsTerminal, Read, Write};

use indicatif::ProgressBar;

use super::Outcome;
use super::exit::Failure;
use super::report::{Form, Report, Target};
use crate::diag::render::text;
use crate::diag::{Diagnostic, Severity, has_errors};
use crate::source::Sources;

/// How many problems are shown at once; nobody reads more, and the first ones mend many of the rest.
const MOST_SHOWN: usize = 100;

/// Where a command writes.
pub(super) struct Ui {
    out: BufWriter<std::io::Stdout>,
    color: bool,
    width: usize,
    report: Report,
}

impl Ui {
    /// The streams of this process, and the report that is asked for.
    pub(super) fn of_process(report: Report) -> Self {
        let choice = anstream::AutoStream::choice(&std::io::stderr());
        let color = !matches!(choice, anstream::ColorChoice::Never);
        let width = terminal_width().unwrap_or(110);
        Ui { out: BufWriter::new(std::io::stdout()), color, width, report }
    }

    /// The report is all that the command writes, in `form` if one is given: it goes to standard output.
    pub(super) fn only_reports(&mut self, form: Option<Form>) {
        self.report.form = form.unwrap_or(self.report.form);
        if self.report.form != Form::Text && self.report.target == Target::Error {
            self.report.target = Target::Output;
        }
    }

    /// Writes data.
    pub(super) fn data(&mut self, text: &str) -> Outcome {
        self.out.write_all(text.as_bytes()).map_err(Failure::from)
    }

    /// Writes data that lies elsewhere.
    pub(super) fn copy(&mut self, mut data: impl Read) -> Outcome {
        std::io::copy(&mut data, &mut self.out).map(drop).map_err(Failure::from)
    }

    /// How far something is, for people at a terminal; nothing is shown elsewhere.
    pub(super) fn progress(&self, steps: usize) -> ProgressBar {
        match self.report.is_shown() {
            true => ProgressBar::new(steps as u64),
            false => ProgressBar::hidden(),
        }
    }

    /// Writes the report, if it is one document, and everything that is still held.
    pub(super) fn finish(&mut self) -> Outcome {
        if let Some(document) = self.report.document() {
            match &self.report.target {
                Target::Output => self.out.write_all(document.as_bytes())?,
                Target::Error => std::io::stderr().write_all(document.as_bytes())?,
                Target::File(file) => std::fs::write(file, document).map_err(|e| {
                    Failure::Outside(format!("`{}` cannot be written: {}", file.display(), e.kind()))
                })?,
            }
        }
        self.out.flush().map_err(Failure::from)
    }

    /// Whether data may be coloured.
    pub(super) fn colors_data(&self) -> bool {
        self.color && std::io::stdout().is_terminal()
    }

    /// Says a sentence to people: to those who read the problems as text, or have the report in a file.
    pub(super) fn say(&mut self, words: &str) {
        if self.report.is_shown() || matches!(self.report.target, Target::File(_)) {
            self.show(words);
        }
    }

    fn show(&self, words: &str) {
        // Words that nobody can read are lost; the exit status still tells.
        let _ = writeln!(anstream::stderr(), "{words}");
    }

    /// Says what went wrong.
    pub(super) fn error(&mut self, message: &str) {
        let (on, off) = if self.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.show(&format!("{on}error{off}: {message}"));
    }

    /// Reports problems; fails if any of them is an error.
    pub(super) fn report(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) -> Outcome {
        match self.report.is_shown() {
            true => self.show_all(sources, diagnostics),
            false => self.report.take(sources, diagnostics),
        }
        if has_errors(diagnostics) { Err(Failure::Reported) } else { Ok(()) }
    }

    /// Reports problems that the command's data tell already: only where the report is one document.
    pub(super) fn report_shown(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) -> Outcome {
        if !self.report.is_shown() {
            self.report.take(sources, diagnostics);
        }
        if has_errors(diagnostics) { Err(Failure::Reported) } else { Ok(()) }
    }

    /// Shows problems and how many there are.
    fn show_all(&self, sources: &Sources, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        let mut first: Vec<Diagnostic> = diagnostics.to_vec();
        first.sort_by_key(|d| (d.severity, d.primary.span));
        first.truncate(MOST_SHOWN);
        let shown = text(sources, &first, self.color, self.width);
        self.show(shown.trim_end_matches('\n'));
        if diagnostics.len() > MOST_SHOWN {
            self.show(&format!("and {} more", diagnostics.len() - MOST_SHOWN));
        }
        let count = |s: Severity| diagnostics.iter().filter(|d| d.severity == s).count();
        let part = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let parts = [part(count(Severity::Error), "error"), part(count(Severity::Warning), "warning")];
        self.show(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
}

fn terminal_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?.parse().ok()?;
    (40..=400).contains(&columns).then_some(columns)
}
