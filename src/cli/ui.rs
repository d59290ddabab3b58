//! The two streams: data on standard output, words on standard error.

use std::io::{BufWriter, IsTerminal, Write};

use super::Outcome;
use super::exit::Failure;
use crate::diag::render::text;
use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

/// How many problems are shown at once; nobody reads more, and the first ones mend many of the rest.
const MOST_SHOWN: usize = 100;

/// Where a command writes.
pub(super) struct Ui {
    out: BufWriter<std::io::Stdout>,
    color: bool,
    width: usize,
}

impl Ui {
    /// The streams of this process.
    pub(super) fn of_process() -> Self {
        let choice = anstream::AutoStream::choice(&std::io::stderr());
        let color = !matches!(choice, anstream::ColorChoice::Never);
        let width = terminal_width().unwrap_or(110);
        Ui { out: BufWriter::new(std::io::stdout()), color, width }
    }

    /// Writes data.
    pub(super) fn data(&mut self, text: &str) -> Outcome {
        self.out.write_all(text.as_bytes()).map_err(Failure::from)
    }

    /// Writes everything that is still held.
    pub(super) fn finish(&mut self) -> Outcome {
        self.out.flush().map_err(Failure::from)
    }

    /// Whether data may be coloured.
    pub(super) fn colors_data(&self) -> bool {
        self.color && std::io::stdout().is_terminal()
    }

    /// Says a sentence.
    pub(super) fn say(&mut self, words: &str) {
        // Words that nobody can read are lost; the exit status still tells.
        let _ = writeln!(anstream::stderr(), "{words}");
    }

    /// Says what went wrong.
    pub(super) fn error(&mut self, message: &str) {
        let (on, off) = if self.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.say(&format!("{on}error{off}: {message}"));
    }

    /// Shows diagnostics and how many there are; fails if any of them is an error.
    pub(super) fn report(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) -> Outcome {
        if diagnostics.is_empty() {
            return Ok(());
        }
        let mut first: Vec<Diagnostic> = diagnostics.to_vec();
        first.sort_by_key(|d| (d.severity, d.primary.span));
        first.truncate(MOST_SHOWN);
        let shown = text(sources, &first, self.color, self.width);
        self.say(shown.trim_end_matches('\n'));
        if diagnostics.len() > MOST_SHOWN {
            self.say(&format!("and {} more", diagnostics.len() - MOST_SHOWN));
        }
        let count = |s: Severity| diagnostics.iter().filter(|d| d.severity == s).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let part = |n: usize, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let parts: Vec<String> =
            [part(errors, "error"), part(warnings, "warning")].into_iter().flatten().collect();
        self.say(&parts.join(", "));
        if errors > 0 { Err(Failure::Reported) } else { Ok(()) }
    }
}

fn terminal_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok()?.parse().ok()?;
    (40..=400).contains(&columns).then_some(columns)
}
