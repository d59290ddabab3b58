//! Promises as Kratix reads them: a `Promise` each, an example request, a page for those who request it, and a catalogue.

mod bundle;
mod compiled;
mod gitops;
mod limits;
mod page;
mod previous;
mod promise;
mod rights;
mod workflow;

pub use compiled::{Compiled, changed, compiled};
pub use gitops::{Places, Tool, gitops};
pub use previous::{Concern, Previous, previous};
pub use workflow::{WORKFLOW, workflow};

use crate::check::program::{Program, Promise};
use crate::compile::Compilation;
use crate::diag::{Diagnostic, has_errors};
use crate::eval::Engine;
use crate::graph::{RenderGraph, fingerprint};
use crate::source::{Loader, Sources};
use crate::value::{Map, Value, yaml};

use bundle::Files;

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The platform does not say in what image pipelines run.
    #[error(
        "`promises.dsl` names no image; add `pipeline-image \"registry/vow:1.0.0\"`, or one with `{{promise}}` in it"
    )]
    NoImage,
    /// The platform does not say where its state lies.
    #[error(
        "`promises.dsl` declares no state repository; add `state {{ branch: \"main\", destination NAME {{ path: \"…\" }} }}`"
    )]
    NoState,
    /// A folder of requests has no name that Kubernetes takes.
    #[error(
        "what applies `{0}` is named after it, and Kubernetes takes no such name; rename the folder with letters, digits and `-`"
    )]
    NoName(String),
    /// Two folders of requests have one name.
    #[error("what applies `{0}` and what applies `{1}` would have one name; rename one of the folders")]
    SameName(String, String),
    /// Flux reaches a cluster by its kubeconfig.
    #[error(
        "the destination `{0}` has the cluster `{1}`, and Flux reaches a cluster by a kubeconfig; write its name in `cluster`, and keep the kubeconfig in the Secret `NAME-kubeconfig` of `flux-system`"
    )]
    NoKubeconfig(String, String),
    /// All promises run in one image.
    #[error(
        "all promises run in `{0}`, which does not change with them; let each have an image of its own with `{{promise}}` in `pipeline-image`"
    )]
    OneImage(String),
    /// Something was acknowledged that is not there.
    #[error("there is nothing to acknowledge as `{0}`; leave it out")]
    NothingToAcknowledge(String),
    /// There is no such promise, or it is somebody else's.
    #[error("there is no promise `{0}` here that can be built")]
    Unknown(String),
    /// Something that Kratix would refuse.
    #[error("{} problems", .0.len())]
    Refused(Vec<Diagnostic>),
}

/// What is known while promises are built.
struct Build<'a> {
    engine: &'a Engine,
    program: &'a Program,
    graph: &'a RenderGraph,
    sources: &'a Sources,
    files: Files<'a>,
    /// The image as the platform writes it; empty if it names none.
    image: &'a str,
}

/// Builds the promises of that name, or all: paths and texts of files, and what should be looked at.
///
/// # Errors
/// Why Kratix would not take them; nothing is built then.
pub fn build(
    loader: &dyn Loader,
    compilation: &Compilation,
    engine: &Engine,
    names: &[String],
) -> Result<Vec<(String, String)>, BuildError> {
    let program = engine.program();
    if program.platform.pipeline_image.is_none() {
        return Err(BuildError::NoImage);
    }
    let ours = |p: &&Promise| !p.foreign;
    for name in names {
        if program.promise(name).filter(ours).is_none() {
            return Err(BuildError::Unknown(name.clone()));
        }
    }
    let build = Build::new(loader, compilation, engine);
    let chosen = |p: &&Promise| names.is_empty() || names.contains(&p.name);
    let (mut out, mut built) = (Vec::new(), Vec::new());
    for promise in program.promises.iter().filter(ours).filter(chosen) {
        match build.one(promise) {
            Ok(files) => built.extend(files),
            Err(found) => out.extend(found),
        }
    }
    if has_errors(&out) {
        return Err(BuildError::Refused(out));
    }
    built.push(("README.md".into(), page::catalogue(program, &|p| chosen(&p))));
    Ok(built)
}

impl<'a> Build<'a> {
    fn new(loader: &'a dyn Loader, compilation: &'a Compilation, engine: &'a Engine) -> Build<'a> {
        let (program, graph, sources) = (engine.program(), engine.graph(), &compilation.sources);
        let image = program.platform.pipeline_image.as_ref().map_or("", |(image, _)| image);
        Build { engine, program, graph, sources, files: Files::new(loader, sources, program, graph), image }
    }

    /// The files of one promise.
    fn one(&self, promise: &Promise) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
        let bundle = self.files.of(promise)?;
        let image = self.image_of(promise);
        let document = self.promise(promise, &bundle, &image).map_err(|d| vec![*d])?;
        let text = yaml::write_stream([&document]);
        let found = limits::check(promise, &image, &bundle, self.travels(), &document);
        if has_errors(&found) {
            return Err(found);
        }
        let at = |name: &str| format!("{}/{name}", promise.name);
        let mut files = vec![(at("promise.yaml"), text)];
        if let Some(example) = self.example(promise) {
            files.push((at("example-request.yaml"), yaml::write_stream([&example])));
        }
        files.push((at("README.md"), page::of(self, promise)));
        if !self.travels() {
            files.push((at("Dockerfile"), DOCKERFILE.to_owned()));
            files.extend(bundle.into_iter().map(|(path, text)| (at(&format!("promise/{path}")), text)));
        }
        Ok(files)
    }

    /// Whether the promise travels in the Promise: one image runs them all.
    fn travels(&self) -> bool {
        !self.image.contains("{promise}")
    }

    fn image_of(&self, promise: &Promise) -> String {
        let version = promise.version.as_deref().unwrap_or("latest");
        let image = self.image.replace("{promise}", &promise.name).replace("{version}", version);
        if !image.contains(FINGERPRINT) {
            return image;
        }
        let print = fingerprint(self.program, &promise.name).unwrap_or_default();
        image.replace(FINGERPRINT, print.get(..PRINTED).unwrap_or(&print))
    }

    /// A request that the promise takes: what its first test gives, if it has one.
    fn example(&self, promise: &Promise) -> Option<Value> {
        use crate::check::program::{Expectation, TestBody};
        let api = promise.api.as_ref()?;
        let refuses = |e: &Expectation| matches!(e, Expectation::Refuse { .. });
        let given = promise.tests.iter().find_map(|t| match &t.body {
            TestBody::Given(g) if !g.expectations.iter().any(refuses) => Some(g),
            _ => None,
        })?;
        let mut metadata = object([
            ("name", Some(given.name.as_str().into())),
            ("namespace", Some(given.namespace.as_str().into())),
        ]);
        metadata.extend(self.engine.constant_object(&given.with, given.slots).ok()?);
        let spec = self.engine.constant(&given.spec, given.slots).ok()??;
        Some(Value::map(object([
            ("apiVersion", Some(format!("{}/{}", api.group, api.version).into())),
            ("kind", Some(api.kind.as_str().into())),
            ("metadata", Some(Value::map(metadata))),
            ("spec", Some(spec)),
        ])))
    }
}

/// What stands for the fingerprint of a promise in the name of its image.
const FINGERPRINT: &str = "{fingerprint}";
/// How many digits of it are written: chance does not give two edits of a promise the same.
const PRINTED: usize = 12;

/// The image of one promise: vow, and the promise beside it.
const DOCKERFILE: &str = concat!(
    "ARG VOW=ghcr.io/integratn/vow:",
    env!("CARGO_PKG_VERSION"),
    "\nFROM ${VOW}\nCOPY promise /promise\n"
);

/// The entries that are there, in their order.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Map {
    entries.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect()
}

/// As [`object`], as a value.
fn value<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    Value::map(object(entries))
}

/// A list, if anything is in it.
fn some(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then(|| Value::list(items))
}
