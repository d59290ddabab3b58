//! vow as a container of a Kratix pipeline: an object comes in, and what it becomes lies in the folders that Kratix reads.
//!
//! Kratix never reads what a container left that failed, so a request that is refused does not fail: it suspends its
//! workflow, and says why in the status. `docs/kratix.md` has the table.

mod beside;
mod deletion;
mod environment;
mod input;
mod judge;
mod mounts;
mod output;
mod report;

pub use beside::{Beside, beside};
pub use deletion::{Removal, remove};
pub use environment::{Action, Environment, EnvironmentError, Workflow, promise_files};
pub use judge::{Judged, judge};
pub use mounts::{MountError, Mounts, Written};
pub use output::{Control, Output};
pub use report::Refused;

use std::sync::Arc;

use crate::compile::Compilation;
use crate::compile::requests::{Depth, render_all};
use crate::diag::{Diagnostic, has_errors};
use crate::eval::{Document, Engine, Flow, render_deletion};
use crate::rules::gate;
use crate::source::disk::{DiskError, read_file};
use crate::source::{FileId, Sources};
use crate::value::Value;

/// What Kratix itself says of a request that it has rendered.
const REQUESTED: &str = "Resource requested";

/// What is to leave, and what should be looked at although it may.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// What is to leave.
    pub output: Output,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Rendered {
    /// The warnings as a log shows them.
    pub fn log(&self, sources: &Sources) -> String {
        report::log(sources, &self.warnings, &Default::default())
    }
}

/// Reads the object that the pipeline is about, into `sources`.
///
/// # Errors
/// If it cannot be read: a failure of the outside world, not of the object.
pub fn read(sources: &mut Sources, mounts: &Mounts) -> Result<FileId, DiskError> {
    let text = read_file(&mounts.object)?;
    Ok(sources.add(mounts.object.display().to_string(), text))
}

/// What the object becomes: the documents of a request, or what is installed with a Promise.
///
/// # Errors
/// Why it is refused.
pub fn configure(
    compilation: &Compilation,
    object: FileId,
    environment: &Environment,
) -> Result<Rendered, Refused> {
    let engine = engine(compilation)?;
    match environment.workflow {
        Workflow::Resource => request(engine, &compilation.sources, object, environment),
        Workflow::Promise => promise(engine, &compilation.sources, object, environment),
    }
}

fn request(
    engine: &Engine,
    sources: &Sources,
    object: FileId,
    environment: &Environment,
) -> Result<Rendered, Refused> {
    let input = input::request(engine, sources, object, environment).map_err(Refused::found)?;
    let jobs = std::slice::from_ref(&input.job);
    let passed = render_all(engine, jobs, Depth::One).map_err(Refused::found)?;
    let mut output = Output::of(engine, &passed).map_err(Refused::said)?;
    // Nobody but us takes back what we said when the request was refused.
    if input.was_refused && !output.status.contains_key("message") {
        output.status.insert(Arc::from("message"), Value::str(REQUESTED));
    }
    Ok(Rendered { output, warnings: passed.warnings().to_vec() })
}

fn promise(
    engine: &Engine,
    sources: &Sources,
    object: FileId,
    environment: &Environment,
) -> Result<Rendered, Refused> {
    let name = &environment.promise;
    input::promise(sources, object, name).map_err(Refused::found)?;
    let Some(promise) = engine.program().promise(name) else {
        return Err(Refused::said(format!("there is no promise `{name}` in this platform")));
    };
    let output = Output::dependencies(promise).map_err(|e| Refused::said(e.to_string()))?;
    Ok(Rendered { output, warnings: vec![] })
}

/// The documents that make what has to happen when the object goes, judged; none if nothing has to.
///
/// # Errors
/// Why it is refused.
pub fn deletion(
    compilation: &Compilation,
    object: FileId,
    environment: &Environment,
) -> Result<Vec<Document>, Refused> {
    let engine = engine(compilation)?;
    if environment.workflow == Workflow::Promise {
        return Ok(vec![]);
    }
    let job = input::request(engine, &compilation.sources, object, environment).map_err(Refused::found)?.job;
    let mut rendering = render_deletion(engine, &job.promise, &job.request)
        .map_err(|refusal| Refused::found(vec![refusal.diagnostic()]))?;
    // Rules about what a request renders say nothing about what its deletion makes.
    rendering.deletion = std::mem::take(&mut rendering.documents);
    let passed = gate(engine, vec![Flow { renderings: vec![rendering] }]).map_err(Refused::found)?;
    let renderings = passed.flows().iter().flat_map(|f| &f.renderings);
    Ok(renderings.flat_map(|r| r.deletion.iter().cloned()).collect())
}

/// The engine, or what is wrong with the promises.
fn engine(compilation: &Compilation) -> Result<&Engine, Refused> {
    match &compilation.engine {
        Some(engine) if !has_errors(&compilation.diagnostics) => Ok(engine),
        _ => Err(Refused::found(compilation.diagnostics.iter().filter(|d| d.is_error()).cloned().collect())),
    }
}

/// What is left of a refused object: the word to the workflow, unless the container is to fail, and no file.
pub fn refusal(refused: &Refused, sources: &Sources, suspend: bool) -> Output {
    let mut output = Output::default();
    if suspend {
        output.discarded.clone_from(&refused.broken);
        output.control = Some(Control::Suspend { message: refused.message(sources) });
        output.status.insert(Arc::from("message"), Value::str(refused.headline()));
    }
    output
}
