//! Reading and writing YAML, with serde_yaml beside it; ends with how many times as fast ours is.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod inputs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group};
use inputs::rounds::{ROUNDS, best};
use vow::source::FileId;
use vow::value::yaml;

fn reading(c: &mut Criterion) {
    for (name, text) in inputs::texts() {
        let mut group = c.benchmark_group(format!("read/{name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("vow", |b| b.iter(|| read_vow(black_box(&text))));
        group.bench_function("serde_yaml", |b| {
            b.iter(|| inputs::theirs::<serde_yaml::Value>(black_box(&text)))
        });
        group.bench_function("serde_yaml-json", |b| {
            b.iter(|| inputs::theirs::<serde_json::Value>(black_box(&text)));
        });
        group.finish();
    }
}

fn emitting(c: &mut Criterion) {
    for (name, text) in inputs::texts() {
        let (ours, theirs) = (inputs::ours(&text), inputs::theirs::<serde_yaml::Value>(&text));
        let mut group = c.benchmark_group(format!("emit/{name}"));
        group.throughput(Throughput::Bytes(yaml::write_stream(&ours).len() as u64));
        group.bench_function("vow", |b| b.iter(|| yaml::write_stream(black_box(&ours))));
        group.bench_function("serde_yaml", |b| b.iter(|| emit_theirs(black_box(&theirs))));
        group.finish();
    }
}

/// What a caller gets: nodes with their places.
fn read_vow(text: &str) -> Vec<yaml::Node> {
    yaml::read(FileId::default(), text).expect("what can be read")
}

fn emit_theirs<T: serde::Serialize>(documents: &[T]) -> usize {
    documents.iter().map(|d| serde_yaml::to_string(d).expect("what can be written").len()).sum()
}

/// Prints how many times as fast vow is. Both sides take turns, so that a busy machine slows both; the best round counts.
fn summary() {
    println!("\nvow against serde_yaml (the faster of its two values), best of {ROUNDS} rounds each:");
    for (name, text) in inputs::texts() {
        let mut read = || drop(black_box(read_vow(&text)));
        let mut value = || drop(black_box(inputs::ours(&text)));
        let mut own = || drop(black_box(inputs::theirs::<serde_yaml::Value>(&text)));
        let mut json = || drop(black_box(inputs::theirs::<serde_json::Value>(&text)));
        let [read, value, own, json] = best([&mut read, &mut value, &mut own, &mut json]);
        let theirs = own.min(json);
        println!(
            "  read {name:17} {:6.1} MB/s   {:5.1} x; as values {:5.1} x",
            text.len() as f64 / read / 1e6,
            theirs / read,
            theirs / value
        );
        let (ours, own) = (inputs::ours(&text), inputs::theirs::<serde_yaml::Value>(&text));
        let json = inputs::theirs::<serde_json::Value>(&text);
        let mut write = || drop(black_box(yaml::write_stream(&ours)));
        let mut own = || assert!(black_box(emit_theirs(&own)) > 0);
        let mut json = || assert!(black_box(emit_theirs(&json)) > 0);
        let [write, own, json] = best([&mut write, &mut own, &mut json]);
        let len = yaml::write_stream(&ours).len();
        println!("  emit {name:17} {:6.1} MB/s   {:5.1} x", len as f64 / write / 1e6, own.min(json) / write);
    }
}

criterion_group!(benches, reading, emitting);

fn main() {
    inputs::rounds::run(benches, summary);
}
