//! The command itself: how long it takes to start and render one request, what many requests cost on one core and on all,
//! how much memory they need, and how all of it grows.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod inputs;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use inputs::rounds::{best, peak};
use inputs::{requests, synthetic};
use vow::compile::requests::{Depth, read, render_all};
use vow::compile::{self, Compilation};

const VOW: &str = env!("CARGO_BIN_EXE_vow");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// How often each command is started.
const STARTS: usize = 60;

fn main() {
    // Whoever asks for the list of benches, or tests them, gets nothing from here.
    if std::env::args().any(|a| a == "--list" || a == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    starts(folder.path());
    batches(folder.path());
    growth();
}

/// Starts each command many times, in turns.
fn starts(folder: &Path) {
    let cache = folder.join("cache");
    let request = format!("{ROOT}/{}", inputs::REQUEST);
    let render = |cache: &Path, flow: bool| {
        let mut vow = vow(cache);
        vow.args(["--platform", ROOT, "render", &request]).args(flow.then_some("--flow"));
        vow
    };
    let mut version = vow(&cache);
    version.arg("--version");
    let mut sides = vec![
        ("vow --version", version),
        ("vow render, nothing kept", render(Path::new(""), false)),
        ("vow render, the platform from the cache", render(&cache, false)),
        ("vow render --flow, the same", render(&cache, true)),
    ];
    let trivial = trivial(folder);
    sides.extend(trivial.map(|program| ("a trivial static program", Command::new(program))));
    let mut times = vec![vec![]; sides.len()];
    for _ in 0..STARTS {
        for ((_, command), times) in sides.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let status = command.stdout(Stdio::null()).status().expect("a program");
            times.push(start.elapsed());
            assert!(status.success(), "{command:?}");
        }
    }
    let least = |times: &[Duration]| times.iter().min().copied().unwrap_or_default().as_secs_f64() * 1e3;
    let trivial = times.last().map_or(f64::NAN, |times| least(times));
    println!(
        "cold starts, the best and the median of {STARTS}, and the best beside a trivial static program"
    );
    for ((name, _), times) in sides.iter().zip(&mut times) {
        times.sort_unstable();
        let median = times.get(STARTS / 2).copied().unwrap_or_default().as_secs_f64() * 1e3;
        let best = least(times);
        println!("  {name:<42} {best:6.2} ms {median:6.2} ms {:5.1} x", best / trivial);
    }
}

/// A program that does nothing, where there is a C compiler.
fn trivial(folder: &Path) -> Option<PathBuf> {
    let (source, program) = (folder.join("trivial.c"), folder.join("trivial"));
    fs::write(&source, "int main(void) { return 0; }\n").ok()?;
    let cc = Command::new("cc").args(["-O2", "-static", "-o"]).arg(&program).arg(&source).status();
    cc.is_ok_and(|status| status.success()).then_some(program)
}

fn vow(cache: &Path) -> Command {
    let mut vow = Command::new(VOW);
    vow.env("VOW_CACHE", cache).stdin(Stdio::null());
    vow
}

/// Renders folders of requests: on one core and on all, and ten times as many.
fn batches(folder: &Path) {
    let count = std::env::var("VOW_REQUESTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    println!("requests in a folder, rendered to standard output");
    let few = folders(folder, count);
    let [(one, _), (all, memory)] = ["1", "0"].map(|threads| rendered(folder, &few, threads));
    let each = |seconds: f64, count: usize| seconds * 1e6 / count as f64;
    println!("  {count:>7} on one core  {one:7.2} s {:7.1} µs each", each(one, count));
    println!(
        "  {count:>7} on all cores {all:7.2} s {:7.1} µs each {:5.2} x {memory:>5} MiB",
        each(all, count),
        one / all
    );
    let many = folders(folder, count * 10);
    let (all, memory) = rendered(folder, &many, "0");
    println!(
        "  {:>7} on all cores {all:7.2} s {:7.1} µs each {memory:>13} MiB",
        count * 10,
        each(all, count * 10)
    );
}

/// So many requests, ten thousand in a folder.
fn folders(folder: &Path, count: usize) -> Vec<PathBuf> {
    let texts = requests::texts(count);
    let written = |(number, texts): (usize, &[String])| {
        let place = folder.join(format!("{count}-{number}"));
        fs::create_dir(&place).expect("a folder");
        for (i, text) in texts.iter().enumerate() {
            fs::write(place.join(format!("{i:06}.yaml")), text).expect("a request");
        }
        place
    };
    texts.chunks(10_000).enumerate().map(written).collect()
}

/// The seconds and the memory that it takes to render the requests of folders.
fn rendered(folder: &Path, requests: &[PathBuf], threads: &str) -> (f64, u64) {
    let mut command = vow(&folder.join("cache"));
    command.env("RAYON_NUM_THREADS", threads).args(["--platform", ROOT, "render"]).args(requests);
    followed(&mut command)
}

/// How long a command takes, in seconds, and the most memory that it has, in MiB.
fn followed(command: &mut Command) -> (f64, u64) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("a program");
    let process = child.id().to_string();
    let mut most = 0;
    let ended = loop {
        most = most.max(peak(&process));
        match child.try_wait().expect("a program") {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert!(ended.success(), "{command:?}");
    (start.elapsed().as_secs_f64(), most / 1024)
}

/// What ten times as much costs, as the exponent of the growth: 1 is linear.
fn growth() {
    println!("ten times as much of it, and the exponent of the growth (1 is linear)");
    let compile = |promises, resources| {
        let files = synthetic::platform(promises, resources, 10);
        move || {
            black_box(compile::platform(&files));
        }
    };
    told("promises, compiled", &mut compile(5, 5), &mut compile(50, 5));
    told("resources of a promise, compiled", &mut compile(1, 10), &mut compile(1, 100));
    told("resources of a promise, rendered", &mut render(10, 10), &mut render(100, 10));
    told("lines of a document, rendered", &mut render(1, 100), &mut render(1, 1000));
}

fn told(what: &str, small: &mut dyn FnMut(), large: &mut dyn FnMut()) {
    let [small, large] = best([small, large]);
    println!("  {what:<36} {:8.1} µs {:9.1} µs {:6.2}", small * 1e6, large * 1e6, (large / small).log10());
}

/// Renders and judges a request of a promise with so many resources, each of so many lines.
fn render(resources: usize, lines: usize) -> impl FnMut() {
    let Compilation { mut sources, engine, diagnostics, .. } =
        compile::platform(&synthetic::platform(1, resources, lines));
    let engine = engine.unwrap_or_else(|| panic!("{diagnostics:#?}"));
    let file = sources.add("request.yaml", synthetic::REQUEST);
    let jobs = read(&engine, &sources, file).expect("a request");
    move || {
        black_box(render_all(&engine, &jobs, Depth::One).expect("documents"));
    }
}
