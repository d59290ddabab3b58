//! `vow build`.

use std::path::{Path, PathBuf};

use crate::build::{BuildError, WORKFLOW, build, workflow};
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
    #[arg(short, long, value_name = "DIR", required_unless_present = "github_workflow")]
    directory: Option<PathBuf>,
    /// Write `.github/workflows/build-promise-images.yaml` into the platform's folder: it builds the image of each promise that
    /// is compiled to something else (`vow changed`)
    #[arg(long, conflicts_with_all = ["promises", "directory"])]
    github_workflow: bool,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let engine = work.engine(ui)?;
        let Some(directory) = self.directory else {
            let text = workflow(engine.program()).map_err(|e| Failure::Input(e.to_string()))?;
            let (folder, file) = WORKFLOW.rsplit_once('/').unwrap_or(("", WORKFLOW));
            let mut bundle = Bundle::default();
            bundle.insert(file, text).map_err(|e| Failure::Input(e.to_string()))?;
            write_folder(&work.disk.root().join(folder), &bundle)?;
            ui.say(&format!("wrote {WORKFLOW}"));
            return Ok(());
        };
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
        write_folder(&directory, &bundle)?;
        ui.say(&format!("wrote {} to {}", words::count(bundle.len(), "file"), directory.display()));
        Ok(())
    }
}
