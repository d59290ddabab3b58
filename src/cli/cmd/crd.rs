//! `vow crd`.

use std::path::{Path, PathBuf};

use crate::check::openapi::{compat, crd};
use crate::check::program::Promise;
use crate::cli::exit::Failure;
use crate::cli::platform::Work;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::source::Sources;
use crate::value::{Value, yaml};

/// Bytes that an older definition may have.
const MOST_BYTES: u64 = 4 << 20;

/// Print the CustomResourceDefinition of a promise's api, or what changed in it since
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The promise's name, or its `.promise` file
    promise: String,
    /// Tell which changes break requests that exist: since a CRD, a Kratix Promise (YAML) or an older `.promise` file
    #[arg(long, value_name = "OLD")]
    compat: Option<PathBuf>,
    /// How the changes are written
    #[arg(short, long, value_name = "FORMAT", default_value = "text", requires = "compat")]
    output: Output,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let is_file = self.promise.ends_with(".promise");
        let work = match is_file {
            true => platform::compile_file(given, Path::new(&self.promise), None)?,
            false => platform::compile(given)?,
        };
        work.engine(ui)?;
        let promise = match is_file {
            true => of_file(&work, Path::new(&self.promise)),
            false => work.compilation.program.promise(&self.promise),
        };
        let Some(promise) = promise else { return Err(work.no_promise(&self.promise, "")) };
        let definition = definition(promise)?;
        let Some(old) = &self.compat else { return ui.data(&yaml::write_stream([&definition])) };
        let old = match old.extension().is_some_and(|end| end == "promise") {
            true => older_promise(given, old, &work, promise, ui)?,
            false => older_definition(old, &definition, ui)?,
        };
        compare(&old, &definition, self.output, ui)
    }
}

fn of_file<'w>(work: &'w Work, file: &Path) -> Option<&'w Promise> {
    let named =
        |p: &&Promise| Path::new(work.compilation.sources.name(p.span.file)).file_name() == file.file_name();
    work.compilation.program.promises.iter().find(named)
}

fn definition(promise: &Promise) -> Result<Value, Failure> {
    match &promise.api {
        Some(api) => Ok(crd(api)),
        None => Err(Failure::Input(format!("the promise `{}` has no api, so it has no CRD", promise.name))),
    }
}

/// The definition of an older `.promise` file: its text is read in the place of the new one, with all that is around it.
fn older_promise(
    given: Option<&Path>,
    file: &Path,
    work: &Work,
    promise: &Promise,
    ui: &mut Ui,
) -> Result<Value, Failure> {
    let name = work.compilation.sources.name(promise.span.file);
    let place = Path::new(name);
    let older = platform::compile_file(given, place, Some(text(file)?))?;
    if older.compilation.engine.is_none() {
        ui.say(&format!("`{}` in the place of `{}`:", file.display(), name));
    }
    older.engine(ui)?;
    match of_file(&older, place) {
        Some(promise) => definition(promise),
        None => Err(Failure::Input(format!("`{}` holds no promise", file.display()))),
    }
}

/// The definition in an older file of YAML.
fn older_definition(file: &Path, new: &Value, ui: &mut Ui) -> Result<Value, Failure> {
    let (name, text) = (file.display().to_string(), text(file)?);
    let mut sources = Sources::default();
    let id = sources.add(&name, text.as_str());
    let documents = match yaml::read(id, &text) {
        Ok(documents) => documents,
        Err(problem) => {
            ui.report(&sources, &[*problem])?;
            return Err(Failure::Reported);
        }
    };
    let documents: Vec<Value> = documents.iter().map(yaml::Node::to_value).collect();
    let found = compat::definition_in(&documents, new);
    found.cloned().map_err(|why| Failure::Input(format!("`{name}`: {why}")))
}

fn text(file: &Path) -> Result<String, Failure> {
    let name = file.display();
    let outside = |e: std::io::Error| Failure::Outside(format!("`{name}` cannot be read: {e}"));
    let size = std::fs::metadata(file).map_err(outside)?.len();
    if size > MOST_BYTES {
        return Err(Failure::Input(format!("`{name}` has {size} bytes, more than {MOST_BYTES}")));
    }
    let bytes = std::fs::read(file).map_err(outside)?;
    String::from_utf8(bytes).map_err(|_| Failure::Input(format!("`{name}` is not UTF-8")))
}

fn compare(old: &Value, new: &Value, output: Output, ui: &mut Ui) -> Outcome {
    let changes = compat::compare(old, new);
    match output {
        Output::Text => ui.data(&compat::text(&changes))?,
        Output::Json => ui.data(&format!("{}\n", compat::to_json(&changes)))?,
    }
    let breaking = changes.iter().filter(|c| c.severity() == compat::Severity::Error).count();
    match breaking {
        0 => ui.say("no change breaks requests that exist"),
        1 => ui.say("1 change breaks requests that exist"),
        n => ui.say(&format!("{n} changes break requests that exist")),
    }
    if breaking > 0 { Err(Failure::Reported) } else { Ok(()) }
}
