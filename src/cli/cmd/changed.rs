//! `vow changed`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::build::{Compiled, changed, compiled};
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::value::{Map, Value, json};

/// Tell which promises are compiled to something else than in another revision
///
/// A promise is named that is new since the revision REV of the repository in which the platform lies, or that renders something
/// else or has another api, pipeline, image or right. A comment, a test or another layout of a file changes nothing. If the
/// promises of REV have mistakes, all promises are named.
///
/// Exit status: 0 fine, 10 with `--exit-code` if any promise is named, and otherwise as always.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// What the work tree is compared with: a branch, a tag, `HEAD~1`, the beginning of a commit's id
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    rev: Option<String>,
    /// Ask about these promises alone
    #[arg(value_name = "PROMISE")]
    promises: Vec<String>,
    /// Name every promise, as if there had been none before
    #[arg(long)]
    all: bool,
    /// With `--all`: name this promise alone; may be given again
    #[arg(long = "promise", value_name = "PROMISE", requires = "all")]
    named: Vec<String>,
    /// `text`: a name a line; `json`: a list of objects with `promise` and `image`, as the matrix of a workflow takes it
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Output,
    /// End with 10 if any promise is named
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let after = compiled(&work.disk, &work.compilation, work.engine(ui)?);
        let chosen: Vec<&String> = self.promises.iter().chain(&self.named).collect();
        for name in &chosen {
            if !after.contains_key(*name) {
                return Err(work.no_promise(name, " here"));
            }
        }
        let before = self.before(&work, ui)?;
        let mut found = changed(&before, &after);
        found.retain(|name, _| chosen.is_empty() || chosen.contains(&name));
        let image = work.compilation.program.platform.pipeline_image.as_ref();
        if image.is_some_and(|(image, _)| image.contains("{promise}")) {
            for (name, now) in
                found.iter().filter(|(name, now)| before.get(*name).is_some_and(|b| now.hides(b)))
            {
                ui.say(&format!(
                    "`{name}` is compiled to something else, and its image is still `{}`: raise its version, or write `{{fingerprint}}` into `pipeline-image`",
                    now.image
                ));
            }
        }
        ui.data(&match self.output {
            Output::Text => found.keys().map(|name| format!("{name}\n")).collect(),
            Output::Json => format!("{}\n", json::write_compact(&list(&found))),
        })?;
        match self.exit_code && !found.is_empty() {
            true => Err(Failure::Differs),
            false => Ok(()),
        }
    }

    fn before(&self, work: &Work, ui: &mut Ui) -> Result<BTreeMap<String, Compiled>, Failure> {
        let Some(rev) = &self.rev else { return Ok(BTreeMap::new()) };
        let (files, before) = work.at(rev)?;
        Ok(match &before.engine {
            Some(engine) => compiled(&files, &before, engine),
            None => {
                ui.say(&format!("the promises of `{rev}` have mistakes, so all promises count as changed"));
                BTreeMap::new()
            }
        })
    }
}

fn list(found: &BTreeMap<String, Compiled>) -> Value {
    let one = |(name, compiled): (&String, &Compiled)| {
        let entries = [("promise", name.as_str()), ("image", compiled.image.as_str())];
        Value::map(entries.map(|(key, text)| (key.into(), Value::str(text))).into_iter().collect::<Map>())
    };
    Value::list(found.iter().map(one).collect())
}
