//! `vow check`.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;
use crate::cli::report::Form;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::fuzz::Witnesses;
use crate::rules::prove::show as proofs_table;
use crate::rules::prove::{self, Verdict};

/// Check the platform's promises, or one file
///
/// Every name is resolved and every expression typed, for every possible request. All mistakes are shown, each with its
/// place and a way out; `vow explain CODE` tells more about one.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// A platform's folder, or a `.promise` file (checked with the platform that it lies in, or by itself)
    path: Option<PathBuf>,
    /// The form of the report, as `--report`
    #[arg(short, long, value_enum, value_name = "FORM", conflicts_with = "report")]
    output: Option<Form>,
    /// Print what is proved: for each document and rule whether the rule holds for every request, and if not, what
    /// leaves it open
    ///
    /// A rule is `proved` if nothing that a request may say breaks it, `refuted` if the promise itself does (an error), and
    /// `residual` if that depends on what a type leaves open: it is judged for every request, before anything is written.
    #[arg(long)]
    proofs: bool,
    /// With `--proofs`: show for each residual pair a small request that the rule refuses, where one is found
    #[arg(long, requires = "proofs")]
    witness: bool,
    /// Read the content of FILE from standard input, for editors
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    stdin_path: Option<PathBuf>,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        match self.proofs {
            true if matches!(self.output, None | Some(Form::Text | Form::Json)) => {}
            true => return Err(Failure::Usage("`--proofs` is written as `text` or as `json`".into())),
            false => ui.only_reports(self.output),
        }
        let work = match (&self.stdin_path, &self.path) {
            (Some(file), _) => platform::compile_file(given, file, Some(stdin()?))?,
            (None, Some(path)) if path.is_dir() => platform::compile(Some(path))?,
            (None, Some(file)) => platform::compile_file(given, file, None)?,
            (None, None) => platform::compile(given)?,
        };
        let c = &work.compilation;
        let mut proofs = c.engine.as_ref().map(prove::proofs).unwrap_or_default();
        let mut diagnostics = c.diagnostics.clone();
        diagnostics.extend(prove::refuted(&proofs, &diagnostics));
        let reported = ui.report(&c.sources, &diagnostics);
        if let Some(engine) = c.engine.as_ref().filter(|_| self.witness) {
            // The proofs of one promise stand together.
            let mut witnesses: Option<Witnesses<'_>> = None;
            for proof in &mut proofs {
                let Verdict::Residual(open) = &proof.verdict else { continue };
                if witnesses.as_ref().is_none_or(|w| w.promise() != proof.promise) {
                    witnesses = engine.program().promise(&proof.promise).map(|p| Witnesses::of(engine, p));
                }
                proof.witness = witnesses.as_ref().and_then(|w| w.find(proof.rule, open));
            }
        }
        if self.proofs && c.engine.is_some() {
            ui.data(&match self.output {
                Some(Form::Json) => proofs_table::json(&c.sources, &proofs),
                _ => proofs_table::text(&proofs),
            })?;
        }
        reported?;
        let count = c.program.promises.len();
        ui.say(&format!("checked {count} promise{}", if count == 1 { "" } else { "s" }));
        Ok(())
    }
}

/// All of standard input, at most 1 MiB and one byte, so that too much is seen as too much.
fn stdin() -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take((1 << 20) + 1).read_to_string(&mut text);
    read.map(|_| text).map_err(|e| Failure::Input(format!("standard input cannot be read: {}", e.kind())))
}
