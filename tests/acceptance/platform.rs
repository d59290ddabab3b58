//! The platforms of this repository, and what they render for a text with requests.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::compile::{self, Compilation};
use vow::diag::render;
use vow::eval::Engine;
use vow::rules::Passed;
use vow::source::Sources;
use vow::source::disk::Disk;
use vow::value::{Value, json};

/// A platform that is compiled, and every text it was made of.
pub(crate) struct Platform {
    pub(crate) sources: Sources,
    pub(crate) engine: Engine,
}

/// The platform that ships.
pub(crate) fn shipped() -> Platform {
    Platform::at(".")
}

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The shared folder, if it is there.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = root().join("../shared");
    let folder = std::env::var_os("VOW_SHARED").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

impl Platform {
    /// The platform in a folder of this repository.
    pub(crate) fn at(folder: &str) -> Self {
        let disk = Disk::open(&root().join(folder)).unwrap();
        let Compilation { sources, diagnostics, engine, .. } = compile::platform(&disk);
        let engine = engine.unwrap_or_else(|| panic!("{}", render::text(&sources, &diagnostics, false, 120)));
        Platform { sources, engine }
    }

    /// The requests in a text.
    pub(crate) fn jobs(&mut self, name: &str, text: &str) -> Vec<Job> {
        let file = self.sources.add(name, text);
        let jobs = read(&self.engine, &self.sources, file);
        jobs.unwrap_or_else(|found| panic!("{}", render::text(&self.sources, &found, false, 120)))
    }

    /// What the requests in a text render, sub-requests included, if every rule passes it.
    pub(crate) fn flow(&mut self, name: &str, text: &str) -> Passed {
        let jobs = self.jobs(name, text);
        self.render(&jobs)
    }

    pub(crate) fn render(&self, jobs: &[Job]) -> Passed {
        let passed = render_all(&self.engine, jobs, Depth::Flow);
        passed.unwrap_or_else(|found| panic!("{}", render::text(&self.sources, &found, false, 120)))
    }
}

/// A value as JSON.
pub(crate) fn to_json(value: &Value) -> Json {
    serde_json::from_str(&json::write_compact(value)).unwrap()
}

/// A value of JSON as one of ours, its keys in the order in which they come.
pub(crate) fn from_json(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap()), Value::Int),
        Json::String(s) => Value::str(s.as_str()),
        Json::Array(items) => Value::list(items.iter().map(from_json).collect()),
        Json::Object(entries) => {
            Value::map(entries.iter().map(|(k, v)| (k.as_str().into(), from_json(v))).collect())
        }
    }
}

/// The documents of a YAML text, read by a reader that is not ours.
pub(crate) fn yaml(text: &str) -> Vec<Json> {
    let all = serde_yaml::Deserializer::from_str(text).map(|d| Json::deserialize(d).unwrap());
    all.filter(|d| !d.is_null()).collect()
}

/// The documents of a YAML file.
pub(crate) fn yaml_file(path: &Path) -> Vec<Json> {
    yaml(&text(path))
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What lies in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = folder.read_dir().unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut all: Vec<PathBuf> = read.map(|e| e.unwrap().path()).collect();
    all.sort();
    all
}

/// The last part of a path.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The request files of this repository and of the shared folder that the shipped platform serves: name and text.
pub(crate) fn requests() -> Vec<(String, String)> {
    let mut all = entries(&root().join("platform/vclusters"));
    all.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    if let Some(shared) = shared() {
        all.extend(entries(&shared.join("reference/cases")).iter().map(|case| case.join("request.yaml")));
    }
    all.iter().map(|path| (path.display().to_string(), text(path))).collect()
}
