//! `vow state delete`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::apply::told;
use super::progress::Progress;
use super::repo::{Commit, Form, Repo};
use super::show::{self, Done};
use crate::check::label::is_subdomain;
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::compile::requests::Depth;
use crate::emit::{Bundle, write_folder};
use crate::layout::{self, Owner};
use crate::request::{self, Request};
use crate::source::Sources;
use crate::source::disk::request_files;
use crate::state::{Limits, Order, Task, World};
use crate::value::{Value, yaml};

/// Remove everything that requests made from the repository, as one commit
///
/// A request is named by its file, or, if that is gone, as `KIND/NAME` or `PROMISE/NAME`. Its sub-requests go with it,
/// and so do the folders that are empty then. What is not there is gone already, and no mistake. What promises declare in
/// `on delete` is told; `--on-delete DIR` writes it.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Files with requests, folders, or KIND/NAME
    #[arg(required = true, value_name = "REQUEST|KIND/NAME")]
    requests: Vec<String>,
    /// The namespace of requests named as KIND/NAME
    #[arg(long, short, value_name = "NAMESPACE", default_value = Request::DEFAULT_NAMESPACE)]
    namespace: String,
    /// Write the objects that the promises declare in `on delete` into DIR, one file each; running them is somebody
    /// else's work. Needs the files of the requests. With `--dry-run` they are all that is written
    #[arg(long, value_name = "DIR")]
    on_delete: Option<PathBuf>,
    #[command(flatten)]
    repo: Repo,
    #[command(flatten)]
    commit: Commit,
    /// The form of what is told
    #[arg(long, short, value_enum, default_value = "text", value_name = "FORM")]
    output: Form,
}

impl Args {
    pub(super) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let mut work = platform::compile(given)?;
        let world = Arc::new(World::of(work.engine(ui)?)?);
        let last = self.last_objects(&mut work, ui)?;
        let mut owners = vec![];
        for word in &self.requests {
            for owner in named(&world, word, &self.namespace, ui)? {
                if !owners.contains(&owner) {
                    owners.push(owner);
                }
            }
        }
        let (store, branch) = self.repo.open(&world.state, Some(&self.commit))?;
        let limits = Limits { adopt: self.commit.adopt, ..Limits::default() };
        let task = Task::Delete(Arc::clone(&world), owners);
        let order = Order { task, limits, message: self.commit.message.clone(), confirmed: None };
        let by = self.commit.author()?;
        if let Some(dir) = &self.on_delete {
            // Without a commit, too: what it needs is there until then, so it is best done before.
            // Before the commit: once the request is gone from the repository, nobody can tell any more.
            write_folder(dir, &last)?;
            let count = last.len();
            let s = if count == 1 { "" } else { "s" };
            ui.say(&format!("wrote {count} object{s} of `on delete` to {}", dir.display()));
        }
        let mut progress = Progress::new();
        let mut tick = |doing, steps| progress.tick(doing, steps);
        if self.commit.dry_run {
            let plan = order.preview(&store, &mut tick)?;
            ui.data(&show::plan(&plan, &world, &Done::Planned, self.output))?;
            ui.say(&show::sentence(&plan, &Done::Planned, &branch));
            return Ok(());
        }
        let (plan, outcome) = order.run(&store, &by, &mut tick)?;
        drop(progress);
        if self.on_delete.is_none() && plan.changes.iter().any(|c| world.has_on_delete(&c.owner)) {
            ui.say("promises declare in `on delete` what must happen now: `--on-delete DIR` with the requests' files writes it");
        }
        told(&plan, &world, outcome, &branch, self.output, ui)
    }
}

impl Args {
    /// What the promises declare for the deletion of the requests, if somebody wants it.
    fn last_objects(&self, work: &mut Work, ui: &mut Ui) -> Result<Bundle, Failure> {
        let mut bundle = Bundle::default();
        if self.on_delete.is_none() {
            return Ok(bundle);
        }
        if let Some(word) = self.requests.iter().find(|w| !Path::new(w).exists() && *w != "-") {
            let message = format!(
                "what `{word}` declares in `on delete` depends on its file: name that, or leave `--on-delete` out"
            );
            return Err(Failure::Usage(message));
        }
        let passed = work.render(&self.requests, Depth::Flow, ui)?;
        for document in passed.flows().iter().flat_map(|f| &f.renderings).flat_map(|r| &r.deletion) {
            let text = yaml::write_stream([&document.object]);
            let inserted = bundle.insert(&layout::document_name(document), text);
            inserted.map_err(|e| Failure::Input(e.to_string()))?;
        }
        Ok(bundle)
    }
}

/// The requests that a word means.
pub(super) fn named(world: &World, word: &str, namespace: &str, ui: &mut Ui) -> Result<Vec<Owner>, Failure> {
    // A name may hold dots. What ends as files of requests do is one, also if it is not there: so the mistake is told.
    let is_file = Path::new(word).exists()
        || word == "-"
        || [".yaml", ".yml", ".json"].iter().any(|ending| word.ends_with(ending));
    match word.split_once('/') {
        Some((kind, name)) if !is_file && !name.contains('/') => {
            let promise = world.promise_called(kind).unwrap_or(kind);
            // A promise that is gone is named as its folder is; a kind that nobody serves has none.
            if promise.starts_with(|c: char| c.is_ascii_uppercase()) {
                return Err(Failure::Usage(format!(
                    "no promise of the platform serves `{kind}`; of one that is gone, name the promise: `PROMISE/{name}`"
                )));
            }
            if ![promise, name, namespace].into_iter().all(is_subdomain) {
                return Err(Failure::Usage(format!("`{word}` in `{namespace}` names no request")));
            }
            let owner = Owner {
                namespace: namespace.to_owned(),
                promise: promise.to_owned(),
                request: name.to_owned(),
            };
            Ok(vec![owner])
        }
        _ => in_files(world, word, ui),
    }
}

/// The requests in a file or folder. Only their heads are read: what they ask for may be long out of date.
fn in_files(world: &World, word: &str, ui: &mut Ui) -> Result<Vec<Owner>, Failure> {
    let files = request_files(word)?;
    if files.is_empty() {
        return Err(Failure::Input(format!("there are no requests in `{word}`")));
    }
    let mut sources = Sources::default();
    let mut owners = vec![];
    for file in files {
        let id = sources.add(file.name.clone(), file.read()?);
        let nodes = match request::read_documents(id, sources.name(id), sources.text(id)) {
            Ok(nodes) => nodes,
            Err(d) => {
                ui.report(&sources, &[*d])?;
                continue;
            }
        };
        for node in &nodes {
            let object = node.to_value();
            let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
            let metadata = object.get("metadata");
            let kind = text(object.get("kind")).unwrap_or_default();
            let name = text(metadata.and_then(|m| m.get("name")));
            let namespace = text(metadata.and_then(|m| m.get("namespace")));
            let promise = world.promise_called(&kind).map(str::to_owned);
            let (Some(promise), Some(name)) = (promise, name) else {
                let message =
                    format!("`{}` holds a `{kind}` that no promise serves, or without a name", file.name);
                return Err(Failure::Input(message));
            };
            let namespace = namespace.unwrap_or_else(|| Request::DEFAULT_NAMESPACE.to_owned());
            if !is_subdomain(&name) || !is_subdomain(&namespace) {
                let message = format!("`{}` holds a `{kind}` whose name or namespace is none", file.name);
                return Err(Failure::Input(message));
            }
            owners.push(Owner { namespace, promise, request: name });
        }
    }
    Ok(owners)
}
