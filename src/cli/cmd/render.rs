//! `vow render`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::check::program::Gvk;
use crate::check::resource::show_gvk;
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::compile::requests::{self, Depth};
use crate::emit::{Bundle, file_name, write_folder};
use crate::eval::Document;
use crate::rules::Passed;
use crate::source::disk::request_files;
use crate::value::{Value, json, yaml};

/// Render the documents of requests
///
/// All requests are read, checked, rendered and judged before the first byte is written: if anything is wrong with any
/// of them, nothing is.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Render sub-requests too, as the requests they are
    #[arg(long)]
    flow: bool,
    /// The form of the documents
    #[arg(short, long, value_enum, default_value = "yaml")]
    output: Output,
    /// Write one file a document into DIR, all or none, instead of standard output
    #[arg(short, long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Files with requests, folders (every .yaml, .yml and .json below), `-` for standard input; before them, a
    /// `.promise` file to render with
    #[arg(required = true, value_name = "[PROMISE-FILE] REQUEST")]
    requests: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A stream of YAML documents
    Yaml,
    /// An array of objects
    Json,
    /// One line a document: kind, namespace and name
    Name,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let (promise, requests) = self.split()?;
        let mut work = match promise {
            Some(file) => platform::compile_file(given, Path::new(file), None)?,
            None => platform::compile(given)?,
        };
        work.engine(ui)?;
        let passed = self.render(&mut work, requests, ui)?;
        match &self.directory {
            Some(dir) => self.to_folder(dir, &passed, ui),
            None => ui.data(&self.to_text(&passed)),
        }
    }

    /// The promise's file, if the first word is one, and the requests.
    fn split(&self) -> Result<(Option<&str>, &[String]), Failure> {
        let (promise, requests) = match self.requests.split_first() {
            Some((first, rest)) if first.ends_with(".promise") => (Some(first.as_str()), rest),
            _ => (None, self.requests.as_slice()),
        };
        match requests.is_empty() {
            true => Err(Failure::Usage("name at least one request: a file, a folder, or `-`".into())),
            false => Ok((promise, requests)),
        }
    }

    fn render(&self, work: &mut Work, words: &[String], ui: &mut Ui) -> Result<Passed, Failure> {
        let c = &mut work.compilation;
        let Some(engine) = &c.engine else { return Err(Failure::Reported) };
        let mut jobs = Vec::new();
        let mut out = Vec::new();
        for word in words {
            let files = request_files(word)?;
            if files.is_empty() {
                return Err(Failure::Input(format!("there are no requests in `{word}`")));
            }
            for file in files {
                let id = c.sources.add(file.name.clone(), file.read()?);
                match requests::read(engine, &c.sources, id) {
                    Ok(found) => jobs.extend(found),
                    Err(found) => out.extend(found),
                }
            }
        }
        ui.report(&c.sources, &out)?;
        let depth = if self.flow { Depth::Flow } else { Depth::One };
        requests::render_all(engine, &jobs, depth).or_else(|found| {
            ui.report(&c.sources, &found)?;
            Err(Failure::Reported)
        })
    }

    fn to_text(&self, passed: &Passed) -> String {
        match self.output {
            Output::Yaml => yaml::write_stream(passed.documents().map(|d| &d.object)),
            Output::Json => {
                let all = passed.documents().map(|d| d.object.clone()).collect();
                json::write_pretty(&Value::list(all))
            }
            Output::Name => passed.documents().map(|d| format!("{}\n", name_of(d))).collect(),
        }
    }

    fn to_folder(&self, dir: &Path, passed: &Passed, ui: &mut Ui) -> Outcome {
        let mut bundle = Bundle::default();
        for d in passed.documents() {
            let name = file_name(&d.group, &d.kind, d.namespace.as_deref(), &d.name);
            let (name, text) = match self.output {
                Output::Json => (swap_extension(&name), json::write_pretty(&d.object)),
                _ => (name, yaml::write_stream([&d.object])),
            };
            bundle.insert(&name, text).map_err(|e| Failure::Input(e.to_string()))?;
        }
        write_folder(dir, &bundle)?;
        let count = bundle.len();
        ui.say(&format!("wrote {count} file{} to {}", if count == 1 { "" } else { "s" }, dir.display()));
        Ok(())
    }
}

fn swap_extension(name: &str) -> String {
    format!("{}.json", name.strip_suffix(".yaml").unwrap_or(name))
}

fn name_of(d: &Document) -> String {
    let gvk =
        Gvk { group: d.group.clone(), version: d.version.clone(), kind: d.kind.clone(), span: d.origin.span };
    match &d.namespace {
        Some(namespace) => format!("{} {namespace}/{}", show_gvk(&gvk), d.name),
        None => format!("{} {}", show_gvk(&gvk), d.name),
    }
}
