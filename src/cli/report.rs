//! The form in which problems are reported, and where the report goes.
//!
//! As text it goes to standard error, as it comes. In the other forms it is one document of the whole run, written at
//! its end: to the file that is named; else to standard output where the command writes nothing else there, and to
//! standard error where it does.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::diag::Diagnostic;
use crate::diag::render::{github, json_text, sarif, text};
use crate::source::Sources;

/// Columns of a text that goes to a file.
const WIDTH: usize = 110;

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    #[default]
    Text,
    /// An array of problems
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines
    Github,
}

/// Where a report goes as one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Output,
    Error,
    File(PathBuf),
}

/// What is reported as one document, so far.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) form: Form,
    pub(super) target: Target,
    found: Vec<Diagnostic>,
    document: Option<String>,
}

impl Report {
    pub(super) fn new(form: Form, file: Option<PathBuf>) -> Self {
        let target = file.map_or(Target::Error, Target::File);
        Report { form, target, found: vec![], document: None }
    }

    /// Whether problems are shown as they come, for people.
    pub(super) fn is_shown(&self) -> bool {
        self.form == Form::Text && !matches!(self.target, Target::File(_))
    }

    /// Takes the problems of one stage. Over a run, `sources` only grow.
    pub(super) fn take(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) {
        self.found.extend_from_slice(diagnostics);
        self.document = Some(self.written(sources));
    }

    /// The document; none for a command that looks for no problems.
    pub(super) fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    fn written(&self, sources: &Sources) -> String {
        match self.form {
            Form::Text => text(sources, &self.found, false, WIDTH),
            Form::Json => json_text(sources, &self.found),
            Form::Sarif => format!("{:#}\n", sarif(sources, &self.found)),
            Form::Github => github(sources, &self.found),
        }
    }
}
