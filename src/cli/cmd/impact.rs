//! `vow impact`.

use std::path::Path;

use crate::cli::Outcome;
use crate::cli::cmd::state::Form;
use crate::cli::exit::Failure;
use crate::cli::paint::painted;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::diag::has_errors;
use crate::impact::{self, RequestText};
use crate::source::disk::request_files;
use crate::value::json;

/// Show what an edit of promises does to the requests that are there, before it is merged
///
/// Every request is rendered twice, with its whole flow: with the promises of the revision REV of the repository that the
/// platform lies in, and with those of the work tree. Told is how many requests run again in Kratix, because their promise is
/// compiled to something else, which of them put out something else, field by field, and which are refused from now on or
/// no longer. The requests are those of the work tree: the question is what the edit of the promises does.
///
/// Exit status: 0 fine, 10 with `--exit-code` if any request changes or is newly refused or accepted, and otherwise as always.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// What the work tree is compared with: a branch, a tag, `HEAD~1`, the beginning of a commit's id
    rev: String,
    /// Files and folders with requests, instead of the folders `platform` and `requests` of the platform
    #[arg(long, value_name = "PATH")]
    requests: Vec<String>,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
    /// End with 10 if the edit makes a difference to any request
    #[arg(long)]
    exit_code: bool,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let mut work = platform::compile(given)?;
        work.engine(ui)?;
        let texts = self.texts(&work)?;
        let (_, mut before) = work.at(&self.rev)?;
        if has_errors(&before.diagnostics) {
            ui.say(&format!(
                "the promises of `{}` have mistakes, so there is nothing to compare with:",
                self.rev
            ));
            ui.report(&before.sources, &before.diagnostics)?;
        }
        let found = impact::impact(&mut before, &mut work.compilation, &texts).ok_or(Failure::Reported)?;
        let program = &work.compilation.program;
        let text = match self.output {
            Form::Text => painted(&impact::rows(&found, program), ui.colors_data()),
            Form::Json => {
                format!("{}\n", json::write_pretty(&impact::json(&found, &self.rev, program)))
            }
            Form::Markdown => impact::markdown(&found, &self.rev, program),
        };
        ui.data(&text)?;
        match self.exit_code && !found.is_empty() {
            true => Err(Failure::Differs),
            false => Ok(()),
        }
    }

    /// The texts with requests.
    fn texts(&self, work: &Work) -> Result<Vec<RequestText>, Failure> {
        let mut files = vec![];
        for word in &self.requests {
            files.extend(request_files(word)?);
        }
        if self.requests.is_empty() {
            files.extend(work.own_requests()?.into_iter().map(|(_, file)| file));
        }
        let mut texts = vec![];
        for file in files {
            texts.push(RequestText { name: file.name.clone(), text: file.read()? });
        }
        match texts.is_empty() {
            true => {
                let message = "the platform's folders `platform` and `requests` hold no requests: name others with `--requests PATH`";
                Err(Failure::Usage(message.into()))
            }
            false => Ok(texts),
        }
    }
}
