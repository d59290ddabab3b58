//! `vow render`.

use std::path::{Path as FilePath, PathBuf};

use clap::ValueEnum;

use crate::check::program::Gvk;
use crate::check::resource::show_gvk;
use crate::cli::Outcome;
use crate::cli::batch;
use crate::cli::exit::Failure;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::compile::requests::Depth;
use crate::emit::{Bundle, file_name, write_folder};
use crate::eval::{Document, Engine, File, Labels, Place, Rendering};
use crate::rules::{Passed, Stream, reread};
use crate::source::Sources;
use crate::source::disk::request_files;
use crate::value::path::Path;
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
    /// Write one file a document, and the files of promises, into DIR, all or none, instead of standard output
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
    /// One line a document: kind, namespace and name; one line a file
    Name,
    /// One YAML document a request: its objects, files, status and destination, and what its deletion makes
    All,
    /// One line a value: where it was written, and which field of the request it is, if it is one
    Places,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&FilePath>, ui: &mut Ui) -> Outcome {
        let (promise, requests) = self.split()?;
        let mut work = match promise {
            Some(file) => platform::compile_file(given, FilePath::new(file), None)?,
            None => platform::compile(given)?,
        };
        work.engine(ui)?;
        if self.streams(&work, requests, ui)? {
            return Ok(());
        }
        let passed = work.render(requests, self.depth(), ui)?;
        let Some(engine) = &work.compilation.engine else { return Err(Failure::Reported) };
        match &self.directory {
            Some(dir) => self.to_folder(engine, dir, &passed, ui),
            None if self.output == Output::Places => {
                ui.data(&places(engine, &work.compilation.sources, &passed))
            }
            None => ui.data(&self.to_text(engine, &passed)?),
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

    /// Renders many requests at once, if there are many and nothing is to say about any of them.
    fn streams(&self, work: &Work, words: &[String], ui: &mut Ui) -> Result<bool, Failure> {
        let Some(engine) = &work.compilation.engine else { return Ok(false) };
        if self.output != Output::Yaml || self.directory.is_some() || words.iter().any(|w| w == "-") {
            return Ok(false);
        }
        let mut files = Vec::new();
        for word in words {
            files.extend(request_files(word)?);
        }
        if files.len() < batch::MANY {
            return Ok(false);
        }
        let (stream, progress) = (Stream::of(engine), ui.progress(files.len()));
        match batch::render(&stream, &files, self.depth(), &progress)? {
            Some(documents) => ui.copy(documents).map(|()| true),
            None => Ok(false),
        }
    }

    fn depth(&self) -> Depth {
        if self.flow { Depth::Flow } else { Depth::One }
    }

    fn to_text(&self, engine: &Engine, passed: &Passed) -> Result<String, Failure> {
        Ok(match self.output {
            Output::Yaml => {
                let texts: Vec<String> =
                    passed.documents().map(|d| yaml::write_stream([&d.object])).collect();
                // What goes into a folder is read again always; here it is for those who work on vow.
                if cfg!(debug_assertions) {
                    reread(engine, passed.documents().zip(texts.iter().map(String::as_str)))?;
                }
                texts.concat()
            }
            Output::Json => {
                let all = passed.documents().map(|d| d.object.clone()).collect();
                json::write_pretty(&Value::list(all))
            }
            Output::All => {
                let renderings = passed.flows().iter().flat_map(|f| &f.renderings);
                let all: Vec<Value> = renderings.map(whole).collect();
                yaml::write_stream(&all)
            }
            Output::Name | Output::Places => {
                let renderings = || passed.flows().iter().flat_map(|f| &f.renderings);
                let documents = passed.documents().map(|d| format!("{}\n", name_of(d)));
                let files = renderings().flat_map(|r| &r.files).map(|f| format!("file {}\n", f.path));
                documents.chain(files).collect()
            }
        })
    }

    fn to_folder(&self, engine: &Engine, dir: &FilePath, passed: &Passed, ui: &mut Ui) -> Outcome {
        let mut bundle = Bundle::default();
        let mut texts = Vec::new();
        for d in passed.documents() {
            let name = file_name(&d.group, &d.kind, d.namespace.as_deref(), &d.name);
            let (name, text) = match self.output {
                Output::Json => (swap_extension(&name), json::write_pretty(&d.object)),
                _ => (name, yaml::write_stream([&d.object])),
            };
            texts.push((d, text.clone()));
            bundle.insert(&name, text).map_err(|e| Failure::Input(e.to_string()))?;
        }
        for file in passed.flows().iter().flat_map(|f| &f.renderings).flat_map(|r| &r.files) {
            bundle.insert(&file.path, file.text.as_str()).map_err(|e| Failure::Input(e.to_string()))?;
        }
        reread(engine, texts.iter().map(|(d, text)| (*d, text.as_str())))?;
        write_folder(dir, &bundle)?;
        let count = bundle.len();
        ui.say(&format!("wrote {count} file{} to {}", if count == 1 { "" } else { "s" }, dir.display()));
        Ok(())
    }
}

/// Where every value came from: of documents, files, the status, and what a deletion makes.
fn places(engine: &Engine, sources: &Sources, passed: &Passed) -> String {
    let mut out = String::new();
    let mut line = |what: &str, path: &Path, place: Place| {
        let at = sources.place(place.span);
        let file = sources.name(place.span.file);
        let from = place.request.map(|p| format!(" = {p}")).unwrap_or_default();
        out.push_str(&format!("{what}: {path}: {file}:{}:{}{from}\n", at.line, at.column));
    };
    for rendering in passed.flows().iter().flat_map(|f| &f.renderings) {
        let request = &rendering.request;
        let deletion = rendering.deletion.iter().map(|d| (format!("on delete {}", d.title()), d));
        for (title, document) in rendering.documents.iter().map(|d| (d.title(), d)).chain(deletion) {
            for path in leaves(&document.object) {
                line(&title, &path, engine.place_of(request, document, &path));
            }
        }
        for file in &rendering.files {
            for path in leaves(&file.content) {
                line(&format!("file {}", file.path), &path, engine.place_in_file(request, file, &path));
            }
        }
        for path in rendering.status.iter().flat_map(leaves) {
            if let Some(place) = engine.place_in_status(&rendering.promise, request, &path) {
                line("status", &path, place);
            }
        }
    }
    out
}

/// All that a request puts out, as one value.
fn whole(r: &Rendering) -> Value {
    let labels = |labels: &Labels| {
        Value::map(labels.iter().map(|(k, v)| (k.as_str().into(), v.as_str().into())).collect())
    };
    let objects = |all: &[Document]| Value::list(all.iter().map(|d| d.object.clone()).collect());
    let file = |f: &File| {
        let to = f.to.as_ref().map(labels);
        object([("path", Some(f.path.as_str().into())), ("to", to), ("text", Some(f.text.as_str().into()))])
    };
    let request = object([
        ("name", Some(r.request.name.as_str().into())),
        ("namespace", Some(r.request.namespace.as_str().into())),
    ]);
    let destination = r.destination.labels();
    object([
        ("promise", Some(r.promise.as_str().into())),
        ("request", Some(request)),
        ("pipeline", Some(r.pipeline.as_str().into())),
        ("destination", (!destination.is_empty()).then(|| labels(&destination))),
        ("documents", Some(objects(&r.documents))),
        ("files", (!r.files.is_empty()).then(|| Value::list(r.files.iter().map(file).collect()))),
        ("status", r.status.clone()),
        ("onDelete", (!r.deletion.is_empty()).then(|| objects(&r.deletion))),
    ])
}

/// An object of the entries that are there, in their order.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    Value::map(entries.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect())
}

/// The paths of all values that hold no others, in order.
fn leaves(value: &Value) -> Vec<Path> {
    let mut open = vec![(Path::default(), value)];
    let mut found = Vec::new();
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Map(map) if !map.is_empty() => {
                open.extend(map.iter().rev().map(|(k, v)| (path.then_key(k), v)));
            }
            Value::List(items) if !items.is_empty() => {
                open.extend(items.iter().enumerate().rev().map(|(i, v)| (path.then_index(i), v)));
            }
            _ => found.push(path),
        }
    }
    found
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
