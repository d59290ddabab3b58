//! What each stage costs on the platform that ships: check, compile, read, render, emit.
//!
//! How to run and compare: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod inputs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use inputs::Stage;
use vow::compile;
use vow::source::{FileId, Memory};
use vow::syntax::parse;
use vow::value::yaml;

fn stages(c: &mut Criterion) {
    let files = inputs::platform();
    let stage = Stage::new(&files);
    let jobs = stage.jobs();
    let passed = stage.rendered(&jobs);
    let emitted = yaml::write_stream(passed.documents().map(|d| &d.object)).len();
    let source: usize = ours(&files).map(str::len).sum();

    let mut group = c.benchmark_group("stages");
    group.throughput(Throughput::Bytes(source as u64));
    group.bench_function("parse", |b| b.iter(|| parse_all(black_box(&files))));
    group.bench_function("compile", |b| b.iter(|| compile::platform(black_box(&files))));
    group.throughput(Throughput::Bytes(stage.sources.text(stage.file).len() as u64));
    group.bench_function("read", |b| b.iter(|| black_box(&stage).jobs()));
    group.bench_function("render", |b| b.iter(|| stage.rendered(black_box(&jobs))));
    group.throughput(Throughput::Bytes(emitted as u64));
    group.bench_function("emit", |b| {
        b.iter(|| yaml::write_stream(black_box(&passed).documents().map(|d| &d.object)).len())
    });
    group.finish();
}

/// The texts of the language.
fn ours(files: &Memory) -> impl Iterator<Item = &str> {
    let ours = files.0.iter().filter(|(name, _)| name.ends_with(".promise") || name.ends_with(".dsl"));
    ours.map(|(_, text)| text.as_str())
}

fn parse_all(files: &Memory) -> usize {
    ours(files).map(|text| parse(FileId::default(), text).0.items.len()).sum()
}

criterion_group!(benches, stages);
criterion_main!(benches);
