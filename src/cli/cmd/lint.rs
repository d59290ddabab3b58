//! `vow lint`.

use std::path::Path;

use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::compile::Compilation;
use crate::diag::has_errors;
use crate::eval::Engine;
use crate::rules::{lint, lint_together};
use crate::source::Sources;
use crate::source::disk::request_files;

/// Judge plain manifests by the rules of the platform
///
/// The rules that stand between vow's own documents and a repository, over YAML that something else rendered. The
/// platform tells which secret stores there are, which namespaces may have host access, and which kinds it adds; without
/// one, only what Kubernetes and the standard library declare is known.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Files with manifests, folders (every .yaml, .yml and .json below), `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        ui.only_reports(None);
        let (engine, mut sources) = match platform::compile_if_any(given)? {
            Some(work) => {
                work.engine(ui)?;
                let Compilation { engine, sources, .. } = work.compilation;
                (engine.ok_or(Failure::Reported)?, sources)
            }
            None => (Engine::without_platform(), Sources::default()),
        };
        let mut out = Vec::new();
        let mut ids = Vec::new();
        for path in &self.paths {
            let files = request_files(path)?;
            if files.is_empty() {
                return Err(Failure::Input(format!("there are no manifests in `{path}`")));
            }
            for file in files {
                let id = sources.add(file.name.clone(), file.read()?);
                out.extend(lint(&engine, id, sources.text(id)));
                ids.push(id);
            }
        }
        let texts: Vec<_> = ids.iter().map(|id| (*id, sources.text(*id))).collect();
        out.extend(lint_together(&engine, &texts, has_errors(&out)));
        let count = ids.len();
        ui.report(&sources, &out)?;
        ui.say(&format!("judged {count} file{}", if count == 1 { "" } else { "s" }));
        Ok(())
    }
}
