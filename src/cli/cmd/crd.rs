//! `vow crd`.

use std::path::Path;

use crate::check::openapi::crd;
use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::diag::suggest;
use crate::value::yaml;

/// Print the CustomResourceDefinition of a promise's api
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The promise's name, or its `.promise` file
    promise: String,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let is_file = self.promise.ends_with(".promise");
        let work = match is_file {
            true => platform::compile_file(given, Path::new(&self.promise), None)?,
            false => platform::compile(given)?,
        };
        let engine = work.engine(ui)?;
        let promises = &engine.program().promises;
        let promise = match is_file {
            true => promises.iter().find(|p| {
                let name = work.compilation.sources.name(p.span.file);
                Path::new(name).file_name() == Path::new(&self.promise).file_name()
            }),
            false => promises.iter().find(|p| p.name == self.promise),
        };
        let Some(promise) = promise else {
            let help = suggest::help(&self.promise, promises.iter().map(|p| p.name.as_str()));
            let help = help.map(|h| format!("; {h}")).unwrap_or_default();
            return Err(Failure::Input(format!("there is no promise `{}`{help}", self.promise)));
        };
        match &promise.api {
            Some(api) => ui.data(&yaml::write_stream([&crd(api)])),
            None => {
                Err(Failure::Input(format!("the promise `{}` has no api, so it has no CRD", promise.name)))
            }
        }
    }
}
