//! `vow completion`.

use clap_complete::Shell;

use crate::cli::ui::Ui;
use crate::cli::{Outcome, command_line};

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub(in crate::cli) fn run(self, ui: &mut Ui) -> Outcome {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut command_line(), "vow", &mut out);
        ui.data(&String::from_utf8_lossy(&out))
    }
}
