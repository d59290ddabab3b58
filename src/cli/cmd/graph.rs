//! `vow graph`.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};

/// Show the render graph: what is computed and rendered for a request, in order, and what leads to what
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// A `.promise` file, with the platform that it lies in or by itself, instead of the platform
    file: Option<std::path::PathBuf>,
    /// The form of the graph
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// One line a node
    Text,
    /// Graphviz
    Dot,
    /// Mermaid, for Markdown
    Mermaid,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = match &self.file {
            Some(file) => platform::compile_file(given, file, None)?,
            None => platform::compile(given)?,
        };
        work.engine(ui)?;
        let graph = &work.compilation.graph;
        ui.data(&match self.output {
            Output::Text => graph.to_text(),
            Output::Dot => graph.to_dot(),
            Output::Mermaid => graph.to_mermaid(),
        })
    }
}
