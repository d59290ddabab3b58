//! `vow graph`.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::plan::Plan;

/// Show the render graph: what is computed and rendered for a request, in order, and what leads to what
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// A `.promise` file, with the platform that it lies in or by itself, instead of the platform
    file: Option<std::path::PathBuf>,
    /// The form of the graph
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    /// Show the plan instead: what is left to do for a request at each node, and what is ready
    ///
    /// A let is evaluated, or stands within templates. An object is a template of ready bytes with holes; what no template
    /// says is evaluated and written by the emitter.
    #[arg(long, conflicts_with = "output")]
    plan: bool,
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
        if let (true, Some(engine)) = (self.plan, &work.compilation.engine) {
            return ui.data(&Plan::of(engine).to_text());
        }
        let graph = &work.compilation.graph;
        ui.data(&match self.output {
            Output::Text => graph.to_text(),
            Output::Dot => graph.to_dot(),
            Output::Mermaid => graph.to_mermaid(),
        })
    }
}
