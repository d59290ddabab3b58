//! Requests of the orchestrator to documents, with other ways to get them beside it, in one run; ends with the ratios.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod baseline;
mod inputs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group};
use inputs::requests::{self, COUNT};
use inputs::rounds::{ROUNDS, best};
use serde_json::Value as Json;
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::eval::Engine;
use vow::plan::Plan;
use vow::rules::{Owners, Stream};
use vow::source::Sources;
use vow::value::yaml;

/// All that is measured, so that nothing is made while it is.
struct Ground {
    engine: Engine,
    plan: Plan,
    /// What renders and judges batches.
    stream: Stream,
    texts: Vec<String>,
    jobs: Vec<Job>,
    json: Vec<Json>,
    /// What the first request renders.
    rendered: String,
}

impl Ground {
    fn new() -> Self {
        let stage = inputs::Stage::new(&inputs::platform());
        let texts = requests::texts(COUNT);
        let engine = stage.engine;
        let jobs: Vec<Job> = texts.iter().flat_map(|text| read_one(&engine, text)).collect();
        let first = jobs.first().expect("requests");
        let stream = Stream::of(&engine);
        let rendered = checked(&stream, first, Depth::One);
        let plan = Plan::of(&engine);
        Self { engine, plan, stream, texts, jobs, json: requests::requests(COUNT), rendered }
    }
}

fn read_one(engine: &Engine, text: &str) -> Vec<Job> {
    let mut sources = Sources::default();
    let file = sources.add("request.yaml", text);
    read(engine, &sources, file).expect("a request")
}

/// The checked documents of a request, as a stream.
fn checked(stream: &Stream, job: &Job, depth: Depth) -> String {
    let judged = stream.judged(&job.promise, &job.request, depth == Depth::Flow).expect("nothing to say");
    Owners::default().pass(judged).expect("no object twice")
}

/// The same as if it were alone: evaluated, and judged with nothing left out.
fn alone(engine: &Engine, job: &Job, depth: Depth) -> String {
    let passed = render_all(engine, std::slice::from_ref(job), depth).expect("documents");
    yaml::write_stream(passed.documents().map(|d| &d.object))
}

/// The documents of a request, not judged yet, into a buffer that is used again.
fn planned(plan: &Plan, job: &Job, out: &mut String) {
    out.clear();
    plan.write(&job.promise, &job.request, false, out).expect("documents");
}

/// By hand, into a buffer that is used again.
fn by_hand(request: &Json, out: &mut String) {
    out.clear();
    baseline::stream(&baseline::render(request), out);
}

/// The least that writing the output can cost: each line looked for and copied.
fn copy_lines(text: &str, out: &mut String) {
    out.clear();
    for line in text.split_inclusive('\n') {
        out.push_str(line);
    }
}

/// Goes through `all` again and again.
struct Turn<'a, T>(&'a [T], usize);

impl<'a, T> Turn<'a, T> {
    fn next(&mut self) -> &'a T {
        self.1 = (self.1 + 1) % self.0.len();
        self.0.get(self.1).expect("not empty")
    }
}

fn rendering(c: &mut Criterion) {
    let g = Ground::new();
    let mut out = String::new();
    let mut group = c.benchmark_group("render");
    group.throughput(Throughput::Elements(1));
    let mut jobs = Turn(&g.jobs, 0);
    group.bench_function("request", |b| b.iter(|| checked(&g.stream, jobs.next(), Depth::One)));
    group.bench_function("flow", |b| b.iter(|| checked(&g.stream, jobs.next(), Depth::Flow)));
    group.bench_function("plan", |b| b.iter(|| planned(&g.plan, jobs.next(), &mut out)));
    let mut texts = Turn(&g.texts, 0);
    group.bench_function("text", |b| {
        b.iter(|| {
            read_one(&g.engine, texts.next())
                .iter()
                .map(|j| checked(&g.stream, j, Depth::One).len())
                .sum::<usize>()
        })
    });
    let mut json = Turn(&g.json, 0);
    group.bench_function("by-hand", |b| b.iter(|| by_hand(black_box(json.next()), &mut out)));
    group.bench_function("copy-lines", |b| b.iter(|| copy_lines(black_box(&g.rendered), &mut out)));
    group.finish();
}

/// Prints what everything costs, and how many times as fast vow is.
fn summary() {
    let g = Ground::new();
    let (mut hand, mut lines, mut copied) = (String::new(), String::new(), Vec::new());
    let (mut jobs, mut flows, mut plans) = (Turn(&g.jobs, 0), Turn(&g.jobs, 0), Turn(&g.jobs, 0));
    let mut buffer = String::new();
    let mut plan = || planned(&g.plan, black_box(plans.next()), &mut buffer);
    let (mut texts, mut json) = (Turn(&g.texts, 0), Turn(&g.json, 0));
    let mut singles = Turn(&g.jobs, 0);
    let mut single = || drop(black_box(alone(&g.engine, singles.next(), Depth::One)));
    let mut one = || drop(black_box(checked(&g.stream, jobs.next(), Depth::One)));
    let mut flow = || drop(black_box(checked(&g.stream, flows.next(), Depth::Flow)));
    let mut text = || {
        for job in read_one(&g.engine, texts.next()) {
            drop(black_box(checked(&g.stream, &job, Depth::One)));
        }
    };
    let mut by_hand = || by_hand(black_box(json.next()), &mut hand);
    let mut copy = || copy_lines(black_box(&g.rendered), &mut lines);
    let mut memcpy = || {
        copied.clear();
        copied.extend_from_slice(black_box(g.rendered.as_bytes()));
    };
    let all = best([&mut one, &mut single, &mut plan, &mut flow, &mut text, &mut by_hand, &mut copy, &mut memcpy]);
    let [one, single, plan, flow, text, by_hand, copy, memcpy] = all;
    println!("\none core, {COUNT} requests of the orchestrator, best of {ROUNDS} rounds each:");
    for (name, seconds) in [
        ("request to checked documents", one),
        ("the same, as a request alone", single),
        ("request to documents by the plan", plan),
        ("text to checked documents", text),
        ("request to the whole flow", flow),
        ("by hand: json! and a plain emitter", by_hand),
        ("copying the output line by line", copy),
        ("memcpy of the output", memcpy),
    ] {
        println!("  {name:36} {:8.2} µs {:10.0}/s", seconds * 1e6, 1.0 / seconds);
    }
    println!(
        "  against by hand: {:.1} x; against copying lines: {:.1} times the time",
        by_hand / one,
        one / copy
    );
    if let Some(theirs) = inputs::peers::jrsonnet(&g.json) {
        println!("  jrsonnet, text to documents: {:8.2} µs; vow {:.1} x", theirs * 1e6, theirs / text);
    }
}

criterion_group!(benches, rendering);

fn main() {
    inputs::rounds::run(benches, summary);
}
