//! The object that a pipeline is about.

use super::Environment;
use crate::compile::requests::{self, Job};
use crate::diag::Diagnostic;
use crate::eval::Engine;
use crate::source::{FileId, Sources, Span};
use crate::value::Value;
use crate::value::path::Path;
use crate::value::yaml::{self, Node};

/// How a status tells that its request was refused: by what the message begins with.
pub(super) const REFUSED: &str = "refused: ";

/// The request that a pipeline is about, and whether the last run refused it.
pub(super) struct Input {
    pub(super) job: Job,
    pub(super) was_refused: bool,
}

/// Reads the request in `file` for the promise whose pipeline runs.
pub(super) fn request(
    engine: &Engine,
    sources: &Sources,
    file: FileId,
    environment: &Environment,
) -> Result<Input, Vec<Diagnostic>> {
    let node = one(sources, file)?;
    let object = node.to_value();
    if is_promise(&object) {
        let message = format!("this is a Promise, and `{}` takes requests", environment.promise);
        let help = "put the container into `workflows.resource`; `vow build` writes a Promise that does";
        return Err(vec![Diagnostic::error("wrong-kind", kind(&node), message).help(help)]);
    }
    let job = requests::read(engine, sources, file)?.pop();
    let Some(job) = job else { return Err(vec![several(node.span)]) };
    if job.promise != environment.promise {
        let message =
            format!("this is a request of `{}`, in a pipeline of `{}`", job.promise, environment.promise);
        let help = format!(
            "the Promise `{}` has another api than the one that is compiled here",
            environment.promise
        );
        return Err(vec![Diagnostic::error("wrong-kind", kind(&node), message).help(help)]);
    }
    let message = object.get("status").and_then(|s| s.get("message")).and_then(Value::as_str);
    Ok(Input { job, was_refused: message.is_some_and(|m| m.starts_with(REFUSED)) })
}

/// Holds the object in `file` to be the Promise whose pipeline runs.
pub(super) fn promise(sources: &Sources, file: FileId, name: &str) -> Result<(), Vec<Diagnostic>> {
    let node = one(sources, file)?;
    let object = node.to_value();
    let named = object.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str);
    match is_promise(&object) && named == Some(name) {
        true => Ok(()),
        false => {
            let d = Diagnostic::error("wrong-kind", kind(&node), format!("this is not the Promise `{name}`"));
            Err(vec![d.help(
                "a workflow of the type `promise` is about its Promise; for requests the type is `resource`",
            )])
        }
    }
}

fn is_promise(object: &Value) -> bool {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    text("kind") == "Promise" && text("apiVersion").starts_with("platform.kratix.io/")
}

/// The one object of a text.
fn one(sources: &Sources, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    let mut nodes = yaml::read(file, sources.text(file)).map_err(|d| vec![*d])?;
    match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) => Ok(node),
        (Some(node), false) => Err(vec![several(node.span)]),
        (None, _) => {
            let d = Diagnostic::error("empty-request", Span::new(file, 0, 0), "there is no object here");
            Err(vec![d.help("Kratix writes the object that the pipeline is about into this file")])
        }
    }
}

fn several(span: Span) -> Diagnostic {
    let d = Diagnostic::error("wrong-kind", span, "this is one object more than a pipeline is about");
    d.help("Kratix runs a pipeline for each request by itself")
}

fn kind(node: &Node) -> Span {
    node.key_span(&Path::key("kind")).unwrap_or(node.span)
}
