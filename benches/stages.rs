//! What each stage costs on the platform that ships: check, compile, read, render, emit.
//!
//! How to run and compare: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::compile::{self, Compilation};
use vow::source::disk::Disk;
use vow::source::{FileId, Loader, Memory, Sources};
use vow::syntax::parse;
use vow::value::yaml;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const REQUEST: &str = "platform/vclusters/prod-vip.yaml";

/// Every file of the platform, so that no disk is measured.
fn files() -> Memory {
    let disk = Disk::open(Path::new(ROOT)).expect("the repository");
    let patterns = ["promises.dsl", "promises/**", "lib/**"];
    let names = Loader::glob(&disk, &patterns).expect("files");
    let text = |name: String| {
        let text = Loader::read(&disk, &name).expect("a text");
        (name, text)
    };
    Memory(names.into_iter().map(text).collect::<BTreeMap<_, _>>())
}

fn stages(c: &mut Criterion) {
    let files = files();
    let compiled = compile::platform(&files);
    let Compilation { mut sources, engine, .. } = compiled;
    let engine = engine.expect("a platform without mistakes");
    let text = std::fs::read_to_string(Path::new(ROOT).join(REQUEST)).expect("a request");
    let file = sources.add(REQUEST, text);
    let jobs =
        |sources: &Sources, file: FileId| -> Vec<Job> { read(&engine, sources, file).expect("a request") };
    let job = jobs(&sources, file);
    let passed = render_all(&engine, &job, Depth::Flow).expect("documents");

    c.bench_function("parse", |b| b.iter(|| parse_all(black_box(&files))));
    c.bench_function("compile", |b| b.iter(|| compile::platform(black_box(&files))));
    c.bench_function("read", |b| b.iter(|| jobs(black_box(&sources), file)));
    c.bench_function("render", |b| b.iter(|| render_all(&engine, black_box(&job), Depth::Flow)));
    c.bench_function("emit", |b| {
        b.iter(|| yaml::write_stream(black_box(&passed).documents().map(|d| &d.object)).len())
    });
}

/// Parses every text of the language.
fn parse_all(files: &Memory) -> usize {
    let ours = files.0.iter().filter(|(name, _)| name.ends_with(".promise") || name.ends_with(".dsl"));
    ours.map(|(_, text)| parse(FileId::default(), text).0.items.len()).sum()
}

criterion_group!(benches, stages);
criterion_main!(benches);
