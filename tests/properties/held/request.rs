//! What holds for every text as a request.

use std::path::Path;
use std::sync::OnceLock;

use vow::compile::requests::{self, Depth, Job};
use vow::compile::{self};
use vow::eval::{self, Engine, budget};
use vow::plan::Plan;
use vow::source::disk::{Disk, find_platform};
use vow::source::{FileId, Sources};
use vow::value::{Value, yaml};

use super::shown;

/// The platform of this repository, and the texts that problems may point into.
fn shipped() -> &'static (Engine, Sources) {
    static SHIPPED: OnceLock<(Engine, Sources)> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let root = find_platform(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a platform");
        let c = compile::platform(&Disk::open(&root).expect("a folder"));
        (c.engine.unwrap_or_else(|| panic!("{:?}", c.diagnostics)), c.sources)
    })
}

/// Any text is taken as a request of the shipped platform and rendered, or refused at a place in it.
pub fn request(text: &str) {
    let (engine, sources) = shipped();
    let mut sources = sources.clone();
    let file = sources.add("request.yaml", text);
    match requests::read(engine, &sources, file) {
        Ok(jobs) => render(engine, &jobs),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            shown(&sources, &problems);
        }
    }
}

/// What a plan writes is what the evaluator renders, byte for byte, and it refuses what that refuses.
fn planned(engine: &Engine, jobs: &[Job]) {
    let plan = Plan::of(engine);
    for job in jobs {
        let mut written = String::new();
        let planned = plan.write(&job.promise, &job.request, true, &mut written).map(|_| written);
        let rendered = eval::render_flow(engine, &job.promise, &job.request);
        let rendered = rendered.map(|r| yaml::write_stream(r.documents().map(|d| &d.object)));
        assert_eq!(planned, rendered, "{:?}", job.request);
    }
}

/// Requests render within the budget, twice the same, and what is written reads back; or are refused, twice the same.
pub(super) fn render(engine: &Engine, jobs: &[Job]) {
    planned(engine, jobs);
    let both = [(); 2].map(|()| requests::render_all(engine, jobs, Depth::Flow));
    let [first, second] =
        both.map(|r| r.map(|passed| passed.documents().map(|d| d.object.clone()).collect()));
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "rendered twice, it differs");
    let documents: Vec<Value> = match first {
        Ok(documents) => documents,
        Err(problems) => return assert!(!problems.is_empty(), "refused without a word"),
    };
    assert!(documents.len() <= jobs.len() * budget::DOCUMENTS, "{} documents", documents.len());
    // What is read has bounds of its own, below those of what is written.
    for document in &documents {
        let text = yaml::write(document);
        match yaml::read(FileId::default(), &text) {
            Ok(nodes) => {
                let again: Vec<Value> = nodes.iter().map(yaml::Node::to_value).collect();
                assert_eq!(again, std::slice::from_ref(document));
            }
            Err(problem) => assert_eq!(problem.code, "yaml-too-large", "{}", problem.message),
        }
    }
}
