//! `vow version`.

use crate::check::kinds::kubernetes_release;
use crate::cli::Outcome;
use crate::cli::ui::Ui;

/// Print the version, and the version of Kubernetes whose kinds are known
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {}

impl Args {
    pub(in crate::cli) fn run(self, ui: &mut Ui) -> Outcome {
        let Args {} = self;
        ui.data(&format!("vow {} (Kubernetes {})\n", env!("CARGO_PKG_VERSION"), kubernetes_release()))
    }
}
