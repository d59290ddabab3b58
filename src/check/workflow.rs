//! What a promise tells Kratix beside its objects: its pipelines, where its output goes, files that are no objects, the
//! status of a request, what a deletion does, and what is installed with the promise.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::program::{Entry, Expr, Promise, Step};
use super::types::Record;
use crate::source::{FileId, Span};
use crate::value::Value;

/// The name of a pipeline that nobody declared, in each workflow.
///
/// Names are identity in Kratix' state store: another name is another Work, and the files of the old one are deleted. So
/// it never changes. It is this short because Kratix takes 40 characters for the names of promise and pipeline together.
pub const DEFAULT_PIPELINE: &str = "main";

/// A pipeline of the workflow that a request starts.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its containers, in order.
    pub steps: Vec<PipelineStep>,
    /// What its containers share, such as volumes.
    pub settings: Vec<PipelineSetting>,
    /// Its name in the promise; the promise's own name if it was not declared.
    pub span: Span,
}

/// A key of a pipeline beside its containers, as Kratix names it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PipelineSetting {
    /// The one field; the same for every request.
    pub body: Vec<Entry>,
    /// How many slots its expressions need.
    pub slots: usize,
    /// The whole field.
    pub span: Span,
}

/// A container of a pipeline.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum PipelineStep {
    /// vow itself.
    Render,
    /// Somebody else's.
    Container(Container),
}

/// A container that is not vow's.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its other keys, as Kubernetes names them; the same for every request.
    pub body: Vec<Entry>,
    /// How many slots its expressions need.
    pub slots: usize,
    /// Its name in the promise.
    pub span: Span,
}

impl Pipeline {
    /// The pipelines of a promise that declares none.
    pub(super) fn default_for(promise: Span) -> Vec<Pipeline> {
        let steps = vec![PipelineStep::Render];
        vec![Pipeline { name: DEFAULT_PIPELINE.into(), steps, settings: vec![], span: promise }]
    }

    /// Whether it is the one that renders.
    pub fn renders(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, PipelineStep::Render))
    }
}

impl Promise {
    /// The name of the pipeline that renders.
    pub fn rendering_pipeline(&self) -> &str {
        self.pipelines.iter().find(|p| p.renders()).map_or(DEFAULT_PIPELINE, |p| &p.name)
    }
}

/// Where the output goes: labels of a destination of Kratix.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Destination {
    /// The labels that are the same for every request: they become the promise's own selectors.
    pub fixed: Vec<Entry>,
    /// The labels that depend on the request.
    pub chosen: Vec<Entry>,
    /// The whole form.
    pub span: Span,
}

/// Output that is no Kubernetes object.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OutputFile {
    /// Its path below the output folder.
    pub path: Expr,
    /// The labels of a destination of its own.
    pub to: Option<Vec<Entry>>,
    /// How the content is written.
    pub format: Format,
    /// The content.
    pub body: Expr,
    /// The whole form.
    pub span: Span,
}

/// How the content of a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Format {
    /// As one YAML document.
    Yaml,
    /// As JSON.
    Json,
    /// As it is.
    Text,
}

impl Format {
    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        match name {
            "yaml" => Some(Format::Yaml),
            "json" => Some(Format::Json),
            "text" => Some(Format::Text),
            _ => None,
        }
    }
}

/// What a request's status tells.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Status {
    /// The fields.
    pub body: Vec<Entry>,
    /// Their types.
    pub ty: Arc<Record>,
    /// The whole form.
    pub span: Span,
}

/// What is done when a request is deleted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Deletion {
    /// The handles of the request's objects that it still uses.
    pub needs: Vec<String>,
    /// What it renders.
    pub steps: Vec<Step>,
    /// The whole form.
    pub span: Span,
}

/// A file of objects that are installed with the promise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Dependency {
    /// Its path within the platform.
    pub path: String,
    /// Its text.
    pub file: FileId,
    /// Its objects.
    pub objects: Vec<Value>,
    /// What named it.
    pub span: Span,
}
