//! `vow build`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::build::{BuildError, Deployed, Places, Tool, WORKFLOW, build, gitops, previous, workflow};
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform::{self, Work};
use crate::cli::ui::Ui;
use crate::compile::requests::read_each;
use crate::diag::words;
use crate::emit::{Bundle, write_folder};
use crate::eval::Engine;
use crate::source::Sources;
use crate::source::disk::request_files;
use crate::value::Value;
use crate::value::path;
use crate::value::yaml::{self, Node};

/// Compile promises to what Kratix reads
///
/// Each promise gets a folder with `promise.yaml`, an example request and a page for those who request it; beside them lies a
/// catalogue. `pipeline-image` in `promises.dsl` says in what image pipelines run. Whatever Kratix would refuse is refused here.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The names of promises; all of the platform if there are none
    #[arg(value_name = "PROMISE")]
    promises: Vec<String>,
    /// The folder to write into: all files, or none
    #[arg(short, long, value_name = "DIR", required_unless_present = "github_workflow")]
    directory: Option<PathBuf>,
    /// Write `.github/workflows/build-promise-images.yaml` into the platform's folder: it builds the image of each promise that
    /// is compiled to something else (`vow changed`)
    #[arg(long, conflicts_with_all = ["promises", "directory"])]
    github_workflow: bool,
    /// Hold what is built against the Promises in DIR, which are deployed, and refuse what takes something away from their
    /// requests: a lost, new or reordered pipeline, an api that breaks requests, another plural, wider rights
    #[arg(long, value_name = "DIR", conflicts_with = "github_workflow")]
    previous: Option<PathBuf>,
    /// Write `gitops/argocd.yaml` or `gitops/flux.yaml` as well: what applies the state repository and the platform's requests
    #[arg(long, value_enum, value_name = "TOOL", requires = "repo", conflicts_with = "github_workflow")]
    gitops: Option<Gitops>,
    /// With `--gitops`: the URL of the state repository
    #[arg(long, value_name = "URL", requires = "gitops")]
    repo: Option<String>,
    /// With `--gitops`: the URL of the repository in which the platform's requests lie, if it is another one
    #[arg(long, value_name = "URL", requires = "gitops")]
    platform_repo: Option<String>,
    /// With `--gitops`: the branch of that repository
    #[arg(long, value_name = "BRANCH", requires = "gitops", default_value = "main")]
    platform_branch: String,
    /// With `--gitops argocd`: the namespace of requests that name none
    #[arg(long, value_name = "NAMESPACE", default_value = "platform-requests")]
    requests_namespace: String,
    /// With `--previous`: let one of these pass, by the key that its error names; may be given again
    #[arg(long, value_name = "KEY", requires = "previous")]
    acknowledge: Vec<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Gitops {
    Argocd,
    Flux,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let engine = work.engine(ui)?;
        let Some(directory) = &self.directory else {
            let text = workflow(engine.program()).map_err(|e| Failure::Input(e.to_string()))?;
            let (folder, file) = WORKFLOW.rsplit_once('/').unwrap_or(("", WORKFLOW));
            let mut bundle = Bundle::default();
            bundle.insert(file, text).map_err(|e| Failure::Input(e.to_string()))?;
            write_folder(&work.disk.root().join(folder), &bundle)?;
            ui.say(&format!("wrote {WORKFLOW}"));
            return Ok(());
        };
        let mut files = match build(&work.disk, &work.compilation, engine, &self.promises) {
            Ok(files) => files,
            Err(BuildError::Refused(found)) => {
                ui.report(&work.compilation.sources, &found)?;
                return Err(Failure::Reported);
            }
            Err(other) => return Err(Failure::Input(other.to_string())),
        };
        if let (Some(tool), Some(repo)) = (self.gitops, &self.repo) {
            let tool = match tool {
                Gitops::Argocd => Tool::ArgoCd,
                Gitops::Flux => Tool::Flux,
            };
            let platform = self.platform_repo.as_ref().unwrap_or(repo);
            let places = Places {
                state: repo.clone(),
                platform: (platform.clone(), self.platform_branch.clone()),
                requests: request_folders(&work)?,
                namespace: self.requests_namespace.clone(),
            };
            let made = gitops(engine.program(), engine.graph(), tool, &places);
            files.push(made.map_err(|e| Failure::Input(e.to_string()))?);
        }
        if let Some(deployed) = &self.previous {
            self.compare(deployed, &files, &work, engine, ui)?;
        }
        let mut bundle = Bundle::default();
        for (path, text) in files {
            bundle.insert(&path, text).map_err(|e| Failure::Input(e.to_string()))?;
        }
        write_folder(directory, &bundle)?;
        ui.say(&format!("wrote {} to {}", words::count(bundle.len(), "file"), directory.display()));
        Ok(())
    }

    /// Holds what was built against what is deployed.
    fn compare(
        &self,
        deployed: &Path,
        files: &[(String, String)],
        work: &Work,
        engine: &Engine,
        ui: &mut Ui,
    ) -> Outcome {
        let mut sources = work.compilation.sources.clone();
        let mut old = Vec::new();
        for file in request_files(&deployed.display().to_string())? {
            old.extend(promises_in(&mut sources, &file.name, &file.read()?, ui)?);
        }
        if old.is_empty() {
            return Err(Failure::Input(format!("`{}` holds no Promise", deployed.display())));
        }
        let mut new = Vec::new();
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with("/promise.yaml")) {
            new.extend(promises_in(&mut sources, path, text, ui)?.into_iter().map(|d| d.promise));
        }
        let found = previous(engine.program(), &new, &old, self.promises.is_empty());
        let open = found.open(&self.acknowledge).map_err(|e| Failure::Usage(e.to_string()))?;
        for name in &found.new {
            ui.say(&format!("`{name}` was not deployed"));
        }
        let requests = requests(work, engine);
        for name in &found.again {
            let count = requests.as_ref().ok().and_then(|all| all.get(name)).copied();
            let Count { all, refused } = count.unwrap_or_default();
            let here = words::count(all, "request");
            let taken = match refused {
                0 => String::new(),
                n => format!(", of which it refuses {n}"),
            };
            ui.say(&format!(
                "`{name}` is another than before: all its requests run again, {here} of the platform's folders{taken}"
            ));
        }
        // What is wrong with a request hides nothing that would be lost.
        ui.report(&sources, &open)?;
        requests?;
        Ok(())
    }
}

/// The Promises in a text.
fn promises_in(sources: &mut Sources, name: &str, text: &str, ui: &mut Ui) -> Result<Vec<Deployed>, Failure> {
    let file = sources.add(name, text);
    match yaml::read(file, text) {
        Ok(nodes) => {
            let is_one = |d: &Deployed| d.promise.get("kind").and_then(Value::as_str) == Some("Promise");
            let name = path::Path::key("metadata").then_key("name");
            let deployed = |node: &Node| Deployed {
                promise: node.to_value(),
                span: node.at(&name).map_or(node.span, |name| name.span),
            };
            Ok(nodes.iter().map(deployed).filter(is_one).collect())
        }
        Err(problem) => {
            ui.report(sources, &[*problem])?;
            Err(Failure::Reported)
        }
    }
}

/// The folders of the platform that hold requests: those in which a file lies.
fn request_folders(work: &Work) -> Result<Vec<String>, Failure> {
    let folder = |path: &str| {
        let mut parts: Vec<&str> = path.split('/').collect();
        parts.pop();
        parts.truncate(2);
        parts.join("/")
    };
    let all: BTreeSet<String> = work.own_requests()?.iter().map(|(path, _)| folder(path)).collect();
    Ok(all.into_iter().collect())
}

/// How many requests of a promise there are.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: usize,
    /// Those that it does not take.
    refused: usize,
}

/// The requests in the platform's folders, by the promise that serves them.
fn requests(work: &Work, engine: &Engine) -> Result<BTreeMap<String, Count>, Failure> {
    let mut out: BTreeMap<String, Count> = BTreeMap::new();
    for (_, file) in work.own_requests()? {
        let mut sources = Sources::default();
        let id = sources.add(file.name.clone(), file.read()?);
        for single in read_each(engine, &sources, id).unwrap_or_default() {
            let Some(promise) = single.promise else { continue };
            let count = out.entry(promise).or_default();
            count.all += 1;
            count.refused += usize::from(single.job.is_err());
        }
    }
    Ok(out)
}
