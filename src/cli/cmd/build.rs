//! `vow build`.

use std::path::{Path, PathBuf};

use crate::build::{BuildError, build};
use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::diag::words;
use crate::emit::{Bundle, write_folder};

/// Compile promises to what Kratix reads
///
/// Each promise gets a folder with `promise.yaml`, an example request and a page for those who request it; beside them lies a
/// catalogue. `pipeline-image` in `promises.dsl` says in what image pipelines run. Whatever Kratix would refuse is refused here.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The names of promises; all of the platform if there are none
    #[arg(value_name = "PROMISE")]
    promises: Vec<String>,
    /// The folder to write into: all files, or none
    #[arg(short, long, value_name = "DIR")]
    directory: PathBuf,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let engine = work.engine(ui)?;
        let files = match build(&work.disk, &work.compilation, engine, &self.promises) {
            Ok(files) => files,
            Err(BuildError::Refused(found)) => {
                ui.report(&work.compilation.sources, &found)?;
                return Err(Failure::Reported);
            }
            Err(other) => return Err(Failure::Input(other.to_string())),
        };
        let mut bundle = Bundle::default();
        for (path, text) in files {
            bundle.insert(&path, text).map_err(|e| Failure::Input(e.to_string()))?;
        }
        write_folder(&self.directory, &bundle)?;
        ui.say(&format!("wrote {} to {}", words::count(bundle.len(), "file"), self.directory.display()));
        Ok(())
    }
}
