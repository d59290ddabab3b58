//! What leaves a container: the files of its output, and what it tells Kratix beside them.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::program::Promise;
use crate::check::workflow::Dependency;
use crate::emit::{Bundle, PathError, file_name};
use crate::eval::{Engine, Labels, Rendering};
use crate::layout::document_name;
use crate::rules::{Passed, reread};
use crate::value::{Map, Value, yaml};

/// What leaves a container.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The files below the output folder.
    pub files: Bundle,
    /// The fields of the status, whole ones: Kratix replaces a field by the new one, and does not look into it.
    pub status: Map,
    /// The labels of destinations by folder; `.` is everything that lies in no folder of its own.
    pub selectors: BTreeMap<String, Labels>,
    /// What the workflow is told, if it is not to go on.
    pub control: Option<Control>,
    /// The files beside the output of which nothing is kept that others have written.
    pub discarded: BTreeSet<&'static str>,
}

/// What a workflow is told that is not to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// To wait until the object changes.
    Suspend {
        /// Why, for people.
        message: String,
    },
    /// To try again.
    Retry {
        /// After how many seconds.
        seconds: u32,
        /// Why, for people.
        message: String,
    },
}

impl Control {
    /// Why the workflow does not go on.
    pub fn message(&self) -> &str {
        match self {
            Control::Suspend { message } | Control::Retry { message, .. } => message,
        }
    }
}

/// The folder of what has no destination of its own.
pub(super) const ROOT: &str = ".";

impl Output {
    /// What one request renders, sub-requests as the requests they are. The bytes are read again before they leave.
    pub(super) fn of(engine: &Engine, passed: &Passed) -> Result<Output, String> {
        let mut output = Output::default();
        for rendering in passed.flows().iter().flat_map(|f| &f.renderings) {
            output.add(engine, rendering)?;
        }
        Ok(output)
    }

    fn add(&mut self, engine: &Engine, rendering: &Rendering) -> Result<(), String> {
        let texts: Vec<String> =
            rendering.documents.iter().map(|d| yaml::write_stream([&d.object])).collect();
        let pieces = rendering.documents.iter().zip(texts.iter().map(String::as_str));
        reread(engine, pieces).map_err(|e| e.to_string())?;
        let clash = |e: PathError| format!("{e}; rename one of them in the promise");
        for (document, text) in rendering.documents.iter().zip(texts) {
            self.files.insert(&document_name(document), text).map_err(clash)?;
        }
        for file in &rendering.files {
            self.files.insert(&file.path, file.text.as_bytes()).map_err(clash)?;
            if let (Some(folder), Some(labels)) = (file.directory(), &file.to) {
                self.selectors.insert(folder.to_owned(), labels.clone());
            }
        }
        // The labels that are the same for every request are the Promise's own; of the two, Kratix takes those.
        if !rendering.destination.chosen.is_empty() {
            self.selectors.insert(ROOT.to_owned(), rendering.destination.chosen.clone());
        }
        if let Some(status) = rendering.status.as_ref().and_then(Value::as_map) {
            self.status.extend(status.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        Ok(())
    }

    /// What is installed with a promise.
    pub(super) fn dependencies(promise: &Promise) -> Result<Output, PathError> {
        let mut output = Output::default();
        for object in promise.dependencies.iter().flat_map(|d: &Dependency| &d.objects) {
            output.files.insert(&object_file(object), yaml::write_stream([object]))?;
        }
        Ok(output)
    }
}

fn object_file(object: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let metadata = |key: &str| text(object.get("metadata").and_then(|m| m.get(key)));
    let api = text(object.get("apiVersion"));
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let namespace = Some(metadata("namespace")).filter(|n| !n.is_empty());
    file_name(group, &text(object.get("kind")), namespace.as_deref(), &metadata("name"))
}
