//! The state repository, with plain libgit2 beside it, in one run.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod inputs;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use inputs::requests;
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::emit::git::{Author, Outcome, Store};
use vow::eval::Engine;
use vow::state::{Limits, Order, Task, Wanted};

/// How many flows a new repository gets.
const FLOWS: usize = requests::COUNT;

/// How many flows make a repository of 100,000 files.
const MANY: usize = 5_264;

/// How many flows are committed at once while the large repository is made.
const AT_ONCE: usize = 1_000;

fn main() {
    let many = std::env::args().any(|a| a == "--many");
    let stage = inputs::Stage::new(&inputs::platform());
    let count = if many { MANY } else { FLOWS };
    let jobs = jobs(&stage.engine, count);
    let folder = tempfile::tempdir().unwrap();
    if many {
        large(&stage.engine, &jobs, folder.path());
    } else {
        new(&stage.engine, &jobs, folder.path());
    }
}

/// A thousand flows into a new repository, the same blobs by plain libgit2, and a look at what is unchanged.
fn new(engine: &Engine, jobs: &[Job], folder: &Path) {
    let (passed, rendering) = measured(|| render_all(engine, jobs, Depth::Flow).expect("documents"));
    let (wanted, laying) = measured(|| Arc::new(Wanted::of(engine, &passed).expect("places")));
    let files: usize = wanted.targets.iter().flat_map(|t| &t.folders).map(|f| f.files.len()).sum();
    let store = bare(&folder.join("ours.git"));
    let order = apply(Arc::clone(&wanted));
    let (made, writing) = measured(|| order.run(&store, &author(), &mut |_, _| {}).expect("a commit"));
    assert!(matches!(made.1, Outcome::Committed { .. }));
    let (plan, looking) = measured(|| order.preview(&store, &mut |_, _| {}).expect("a plan"));
    assert!(plan.changes.is_empty());
    let ((), plain) = measured(|| by_libgit2(&wanted, &folder.join("plain.git")));
    println!("{} flows, {files} files, CPU time:", jobs.len());
    show("render and judge", rendering, jobs.len());
    show("lay out, read back", laying, jobs.len());
    show("commit", writing, jobs.len());
    show("plain libgit2: the same blobs, loose", plain, jobs.len());
    show("plan of what is unchanged", looking, jobs.len());
    println!("commit / plain libgit2: {:.2}", writing.as_secs_f64() / plain.as_secs_f64());
}

/// One request of a repository of 100,000 files.
fn large(engine: &Engine, jobs: &[Job], folder: &Path) {
    let store = bare(&folder.join("large.git"));
    for some in jobs.chunks(AT_ONCE) {
        let passed = render_all(engine, some, Depth::Flow).expect("documents");
        let order = apply(Arc::new(Wanted::of(engine, &passed).expect("places")));
        order.run(&store, &author(), &mut |_, _| {}).expect("a commit");
    }
    let files = store.read::<_, vow::emit::git::GitError>(&mut |_, _| {}, |s| s.files("")).unwrap().len();
    println!("a repository of {files} files, wall time (with CPU time):");
    let some = jobs.get(..1).expect("a request");
    let rendered = |job: &Job| {
        let passed = render_all(engine, std::slice::from_ref(job), Depth::Flow).expect("documents");
        Arc::new(Wanted::of(engine, &passed).expect("places"))
    };
    for round in 0..5 {
        let mut changed = some.first().expect("a request").clone();
        let note = vow::value::Value::str(format!("2026-11-0{}T10:00:00Z", round + 1));
        let key = "platform.integratn.tech/reconcile-at";
        changed.request.annotations = vow::value::Value::map([(key.into(), note)].into_iter().collect());
        timed("update one request", &apply(rendered(&changed)), &store);
    }
    let fresh = crate::jobs(engine, jobs.len() + 1);
    timed("create one request", &apply(rendered(fresh.last().expect("a request"))), &store);
    println!("peak memory: {} MiB", peak() >> 10);
}

fn timed(what: &str, order: &Order, store: &Store) {
    let start = Instant::now();
    let (made, cpu) = measured(|| order.run(store, &author(), &mut |_, _| {}).expect("a commit"));
    let wall = start.elapsed();
    let is_new = matches!(made.1, Outcome::Committed { .. });
    println!(
        "  {what}: {:.1} ms ({:.0} ms), committed: {is_new}",
        wall.as_secs_f64() * 1e3,
        cpu.as_secs_f64() * 1e3
    );
}

fn jobs(engine: &Engine, count: usize) -> Vec<Job> {
    let mut sources = vow::source::Sources::default();
    let texts = requests::texts(count);
    let files: Vec<_> = texts.into_iter().map(|text| sources.add("request.yaml", text)).collect();
    files.into_iter().flat_map(|file| read(engine, &sources, file).expect("a request")).collect()
}

fn apply(wanted: Arc<Wanted>) -> Order {
    Order { task: Task::Apply(wanted), limits: Limits::default(), message: None, confirmed: None }
}

fn author() -> Author {
    Author { name: "bench".into(), email: "bench@localhost".into(), seconds: 1_700_000_000 }
}

fn bare(folder: &Path) -> Store {
    let mut options = git2::RepositoryInitOptions::new();
    git2::Repository::init_opts(folder, options.bare(true).external_template(false)).unwrap();
    Store::open(folder, "main", false).unwrap()
}

/// The same blobs, written as libgit2 writes them by itself.
fn by_libgit2(wanted: &Wanted, folder: &Path) {
    let repository = git2::Repository::init_bare(folder).unwrap();
    for (_, bytes) in wanted.targets.iter().flat_map(|t| &t.folders).flat_map(|f| f.files.iter()) {
        repository.blob(bytes).unwrap();
    }
}

fn show(what: &str, time: Duration, flows: usize) {
    let ms = time.as_secs_f64() * 1e3;
    println!("  {what}: {ms:.0} ms, {:.3} ms a flow", ms / flows as f64);
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = cpu();
    let done = work();
    (done, cpu().saturating_sub(before))
}

/// The CPU time of this process, in hundredths of a second.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The most memory that this process had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse().ok()).unwrap_or_default()
}
