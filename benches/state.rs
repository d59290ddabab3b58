//! The state repository, with plain libgit2 beside it, in one run.
//!
//! How to run and what it says: `benches/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs
)]

mod inputs;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use inputs::requests;
use inputs::rounds::peak;
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::emit::git::{Author, Outcome, Store};
use vow::eval::Engine;
use vow::state::{Limits, Order, Task, Wanted};

/// How many flows a new repository gets.
const FLOWS: usize = requests::COUNT;

/// How many flows make a repository of 100,000 files.
const MANY: usize = 5_264;

/// Names the repository for a run of this program that does nothing but update a request in it.
const ALONE: &str = "VOW_BENCH_ALONE";

/// How many flows are committed at once while the large repository is made.
const AT_ONCE: usize = 1_000;

/// How often one request is updated: one update is shorter than what the system counts.
const UPDATES: usize = 40;

fn main() {
    let many = std::env::args().any(|a| a == "--many");
    if let Some(repository) = std::env::var_os(ALONE) {
        return alone(Path::new(&repository));
    }
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
    let store_folder = &folder.join("large.git");
    let store = bare(store_folder);
    for some in jobs.chunks(AT_ONCE) {
        let passed = render_all(engine, some, Depth::Flow).expect("documents");
        let order = apply(Arc::new(Wanted::of(engine, &passed).expect("places")));
        order.run(&store, &author(), &mut |_, _| {}).expect("a commit");
    }
    let files = store.read::<_, vow::emit::git::GitError>(&mut |_, _| {}, |s| s.files("")).unwrap().len();
    println!("a repository of {files} files:");
    for note in notes(store_folder) {
        std::fs::remove_file(note).unwrap();
    }
    let some = jobs.first().expect("a request");
    let new = crate::jobs(engine, jobs.len() + UPDATES + 1);
    let (create, rest) = new.split_at(jobs.len() + 1);
    timed(
        "create one request, nothing noted",
        &store,
        &[rendered(engine, create.last().expect("a request"))],
    );
    let updates: Vec<_> = (0..UPDATES).map(|round| rendered(engine, &touched(some, round))).collect();
    timed("update one request", &store, &updates);
    let created: Vec<_> = rest.iter().map(|job| rendered(engine, job)).collect();
    timed("create one request", &store, &created);
    let ((), plain) = measured(|| {
        for (round, wanted) in updates.iter().enumerate() {
            by_libgit2(wanted, &folder.join(format!("plain{round}.git")));
        }
    });
    println!(
        "  plain libgit2, all blobs of one request: {:.1} ms of CPU",
        plain.as_secs_f64() * 1e3 / UPDATES as f64
    );
    let program = std::env::current_exe().expect("this program");
    let done = std::process::Command::new(program).env(ALONE, store_folder).status();
    assert!(done.expect("a process").success());
}

/// One update of one request, in a process that does nothing else.
fn alone(repository: &Path) {
    let stage = inputs::Stage::new(&inputs::platform());
    let wanted = rendered(&stage.engine, &touched(&jobs(&stage.engine, 1)[0], UPDATES));
    let before = peak("self");
    let store = Store::open(repository, "main", false).unwrap();
    timed("update one request, in a process of its own", &store, &[wanted]);
    println!(
        "  peak memory of that process: {} MiB, {} MiB of it before the update",
        peak("self") >> 10,
        before >> 10
    );
}

fn notes(repository: &Path) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(repository).unwrap().map(|e| e.unwrap().path());
    all.filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("vow.names-"))).collect()
}

fn rendered(engine: &Engine, job: &Job) -> Arc<Wanted> {
    let passed = render_all(engine, std::slice::from_ref(job), Depth::Flow).expect("documents");
    Arc::new(Wanted::of(engine, &passed).expect("places"))
}

/// The request as it is after somebody has touched it.
fn touched(job: &Job, round: usize) -> Job {
    let mut changed = job.clone();
    let note = vow::value::Value::str(format!("2026-11-01T10:00:{round:02}Z"));
    let key = "platform.integratn.tech/reconcile-at";
    changed.request.annotations = vow::value::Value::map([(key.into(), note)].into_iter().collect());
    changed
}

/// Commits each of `all`; the mean of what one takes.
fn timed(what: &str, store: &Store, all: &[Arc<Wanted>]) {
    let start = Instant::now();
    let ((), cpu) = measured(|| {
        for wanted in all {
            let order = apply(Arc::clone(wanted));
            let made = order.run(store, &author(), &mut |_, _| {}).expect("a commit");
            assert!(matches!(made.1, Outcome::Committed { .. }), "nothing was committed");
        }
    });
    let mean = |time: Duration| time.as_secs_f64() * 1e3 / all.len() as f64;
    println!("  {what}: {:.1} ms of CPU, {:.1} ms", mean(cpu), mean(start.elapsed()));
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
