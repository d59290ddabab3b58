//! `vow explain`.

use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::diag::{codes, suggest};

/// Tell what a code means, with an example and its mend
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The code, as it stands in brackets before a message; without it all codes are listed
    code: Option<String>,
}

impl Args {
    pub(in crate::cli) fn run(self, ui: &mut Ui) -> Outcome {
        let Some(name) = self.code else {
            let width = codes::all().iter().map(|c| c.name.len()).max().unwrap_or(0);
            let lines = codes::all().iter().map(|c| format!("{:width$}  {}\n", c.name, c.summary()));
            return ui.data(&lines.collect::<String>());
        };
        match codes::find(&name) {
            Some(code) => ui.data(&format!("{}\n", code.page.trim_end())),
            None => {
                let close = suggest::closest(&name, codes::all().iter().map(|c| c.name));
                let help = close.map(|c| format!("; did you mean `{c}`?")).unwrap_or_default();
                Err(Failure::Input(format!("there is no code `{name}`{help} (`vow explain` lists all)")))
            }
        }
    }
}
