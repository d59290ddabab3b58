//! What the benches read, render and write: the platform that ships, and streams of manifests of about a megabyte.
#![allow(dead_code, reason = "each bench takes some of it")]

pub(crate) mod judged;
pub(crate) mod peers;
pub(crate) mod requests;
pub(crate) mod rounds;
pub(crate) mod synthetic;

use std::collections::BTreeMap;
use std::path::Path;

use vow::compile::requests::{Depth, Job, read, render_all};
use vow::compile::{self, Compilation};
use vow::eval::Engine;
use vow::rules::Passed;
use vow::source::disk::Disk;
use vow::source::{FileId, Loader, Memory, Sources};
use vow::value::{Value, yaml};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub(crate) const REQUEST: &str = "platform/vclusters/prod-vip.yaml";
const MEGABYTE: usize = 1_000_000;

/// A file of the repository.
pub(crate) fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).expect("a file of the repository")
}

/// Every file of the platform, so that no disk is measured.
pub(crate) fn platform() -> Memory {
    let disk = Disk::open(Path::new(ROOT)).expect("the repository");
    let names = Loader::glob(&disk, &["promises.dsl", "promises/**", "lib/**", "rules/**"]).expect("files");
    let text = |name: String| {
        let text = Loader::read(&disk, &name).expect("a text");
        (name, text)
    };
    Memory(names.into_iter().map(text).collect::<BTreeMap<_, _>>())
}

/// The platform and one request of it.
pub(crate) struct Stage {
    pub(crate) sources: Sources,
    pub(crate) engine: Engine,
    pub(crate) file: FileId,
}

impl Stage {
    pub(crate) fn new(files: &Memory) -> Self {
        let Compilation { mut sources, engine, .. } = compile::platform(files);
        let engine = engine.expect("a platform without mistakes");
        let file = sources.add(REQUEST, file(REQUEST));
        Self { sources, engine, file }
    }

    pub(crate) fn jobs(&self) -> Vec<Job> {
        read(&self.engine, &self.sources, self.file).expect("a request")
    }

    pub(crate) fn rendered(&self, jobs: &[Job]) -> Passed {
        render_all(&self.engine, jobs, Depth::Flow).expect("documents")
    }
}

/// Texts to read, by name.
pub(crate) fn texts() -> Vec<(&'static str, String)> {
    let stage = Stage::new(&platform());
    let rendered = stage.rendered(&stage.jobs());
    let ours = yaml::write_stream(rendered.documents().map(|d| &d.object));
    vec![
        ("request", file(REQUEST)),
        ("crd", file("tests/request/redis.yaml")),
        ("manifests-ours", repeated(&ours)),
        ("manifests-theirs", repeated(&file("benches/inputs/manifests.yaml"))),
    ]
}

/// A megabyte of `stream`, with other names each time.
fn repeated(stream: &str) -> String {
    let mut text = String::with_capacity(MEGABYTE + stream.len());
    let mut round = 0;
    while text.len() < MEGABYTE {
        text.push_str(&stream.replace("-0000", &format!("-{round:04}")));
        round += 1;
    }
    text
}

/// The documents of `text`.
pub(crate) fn ours(text: &str) -> Vec<Value> {
    let documents = yaml::read(FileId::default(), text).expect("what can be read");
    documents.iter().map(yaml::Node::to_value).collect()
}

/// The documents of `text` as serde_yaml reads them into its own values, or into those of serde_json.
pub(crate) fn theirs<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(|d| T::deserialize(d).expect("what can be read")).collect()
}
