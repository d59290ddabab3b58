//! A plan writes what the evaluator renders, byte for byte, for every promise that ships and every shape of request.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../benches/inputs/mod.rs"]
mod inputs;

#[path = "plan/generate.rs"]
mod generate;
#[path = "plan/loops.rs"]
mod loops;

use std::path::PathBuf;

use inputs::requests;
use vow::compile;
use vow::compile::batch;
use vow::compile::requests::{Depth, Job, read, render_all};
use vow::eval::{self, Engine, Flow};
use vow::graph::{Node, NodeKind};
use vow::plan::{LookedAt, Plan};
use vow::request::Request;
use vow::rules::{Owners, Stream};
use vow::sample::Samples;
use vow::source::Sources;
use vow::source::disk::Disk;
use vow::value::yaml;

/// How many requests are made of each promise; `VOW_REQUESTS` asks for more.
const SAMPLES: usize = 30;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn engine(folder: &str) -> Engine {
    let c = compile::platform(&Disk::open(&root().join(folder)).unwrap());
    c.engine.unwrap_or_else(|| panic!("{:?}", c.diagnostics))
}

fn jobs(engine: &Engine, text: &str) -> Vec<Job> {
    let mut sources = Sources::default();
    let file = sources.add("request.yaml", text);
    read(engine, &sources, file).expect("requests")
}

/// Both ways to render a request: the same bytes and the same objects, or the same refusal. Whether the plan did it alone.
fn same(plan: &Plan, promise: &str, request: &Request, deep: bool) -> bool {
    let mut written = String::from("before");
    let planned = plan.write(promise, request, deep, &mut written);
    let rendered = match deep {
        true => eval::render_flow(plan.engine(), promise, request),
        false => eval::render(plan.engine(), promise, request).map(|r| Flow { renderings: vec![r] }),
    };
    let alone = plan.planned(promise, request, deep, &mut String::new(), &|_, _| LookedAt::All);
    match (planned, rendered) {
        (Ok(all), Ok(rendered)) => {
            let expected = yaml::write_stream(rendered.documents().map(|d| &d.object));
            assert_eq!(written, format!("before{expected}"), "{promise} {request:?}");
            assert_eq!(all.len(), rendered.documents().count());
            for (a, b) in all.iter().zip(rendered.documents()) {
                assert_eq!((&a.origin, &a.name, &a.namespace), (&b.origin, &b.name, &b.namespace));
                assert_eq!((&*a.group, &*a.kind), (&*b.group, &*b.kind));
                assert_eq!(written.get(a.range.clone()), Some(&*yaml::write(&b.object)));
            }
            let objects = alone.iter().flatten().flat_map(|p| &p.objects);
            assert!(alone.is_none() || objects.eq(rendered.documents()), "{promise} {request:?}");
        }
        (Err(planned), Err(rendered)) => {
            assert_eq!(planned, rendered, "{promise} {request:?}");
            assert_eq!(written, "before");
            assert!(alone.is_none());
        }
        (planned, rendered) => panic!("{promise} {request:?}\n{planned:?}\n{rendered:?}"),
    }
    alone.is_some()
}

/// Whether a node puts out something that is no document.
fn is_beside(node: &Node) -> bool {
    matches!(node.kind, NodeKind::File(_) | NodeKind::Destination(_) | NodeKind::Status(_))
}

#[test]
fn requests_of_every_shape_are_written_as_they_are_rendered() {
    let count = std::env::var("VOW_REQUESTS").map_or(SAMPLES, |n| n.parse().unwrap());
    for folder in [".", "examples/redis", "examples/jenkins"] {
        let engine = engine(folder);
        let plan = Plan::of(&engine);
        for promise in &engine.program().promises {
            let Some(api) = promise.api.as_ref().filter(|_| !promise.foreign) else { continue };
            let mut alone = 0;
            for sample in Samples::new(api, 7).take(count) {
                let request = engine.admit(&promise.name, &sample).expect("a valid request");
                same(&plan, &promise.name, &request, true);
                alone += usize::from(same(&plan, &promise.name, &request, false));
            }
            // What puts out more than documents is evaluated. Of the others most are refused, or nest deeper than a template
            // looks.
            let beside = engine.graph().promise(&promise.name).is_some_and(|g| g.nodes.iter().any(is_beside));
            if beside || promise.destination.is_some() {
                assert_eq!(alone, 0, "{folder} {}", promise.name);
                continue;
            }
            assert!(2 * alone >= count, "{folder} {}: {alone} of {count} by the plan alone", promise.name);
        }
    }
}

#[test]
fn requests_of_a_platform_in_daily_use_are_written_by_the_plan_alone() {
    let engine = engine(".");
    let plan = Plan::of(&engine);
    for text in requests::texts(requests::COUNT) {
        for job in jobs(&engine, &text) {
            assert!(same(&plan, &job.promise, &job.request, false), "{text}");
        }
    }
}

#[test]
fn what_may_be_empty_is_written_by_the_plan_alone() {
    let engine = engine("tests/plan/platform");
    let plan = Plan::of(&engine);
    let api = engine.program().promise("merges").unwrap().api.as_ref().unwrap();
    for sample in Samples::new(api, 7).take(SAMPLES) {
        let request = engine.admit("merges", &sample).expect("a valid request");
        assert!(same(&plan, "merges", &request, false), "{request:?}");
    }
}

#[test]
fn what_is_left_of_the_promises_that_ship() {
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("plan", Plan::of(&engine(".")).to_text());
    });
}

#[test]
fn a_batch_passes_where_the_gate_lets_it_pass() {
    let engine = engine(".");
    let stream = Stream::of(&engine);
    let texts = requests::texts(40);
    for depth in [Depth::One, Depth::Flow] {
        let all: Vec<Job> = texts.iter().flat_map(|text| jobs(&engine, text)).collect();
        let passed = render_all(&engine, &all, depth).expect("documents");
        let mut owners = Owners::default();
        let one = |text: &String| {
            batch::judged(&stream, "request.yaml", text.clone(), depth).expect("nothing to say")
        };
        let judged: Vec<String> =
            texts.iter().flat_map(one).map(|j| owners.pass(j).expect("an owner for each")).collect();
        assert_eq!(judged.concat(), yaml::write_stream(passed.documents().map(|d| &d.object)), "{depth:?}");
        let again = batch::judged(&stream, "request.yaml", texts[7].clone(), depth).expect("nothing to say");
        assert!(again.into_iter().all(|j| owners.pass(j).is_none()), "the same request twice");
    }
    let smuggled =
        texts[3].replace("    preset:", "    helmOverrides: { password: hunter2hunter2 }\n    preset:");
    assert!(render_all(&engine, &jobs(&engine, &smuggled), Depth::One).is_err(), "{smuggled}");
    assert!(batch::judged(&stream, "request.yaml", smuggled, Depth::One).is_none());
}

#[test]
fn many_files_are_rendered_in_order_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let texts = requests::texts(70);
    for (i, text) in texts.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{i:03}.yaml")), text).unwrap();
    }
    let vow = || {
        let mut vow = std::process::Command::new(env!("CARGO_BIN_EXE_vow"));
        vow.env("VOW_CACHE", "")
            .arg("--platform")
            .arg(root())
            .arg("render")
            .arg(folder.path())
            .output()
            .unwrap()
    };
    let out = vow();
    let engine = engine(".");
    let all: Vec<Job> = texts.iter().flat_map(|text| jobs(&engine, text)).collect();
    let passed = render_all(&engine, &all, Depth::One).expect("documents");
    let expected = yaml::write_stream(passed.documents().map(|d| &d.object));
    assert!(out.status.success() && String::from_utf8(out.stdout).unwrap() == expected);

    std::fs::write(
        folder.path().join("069.yaml"),
        texts[69].replace("preset: dev", "preset: huge").replace("preset: prod", "preset: huge"),
    )
    .unwrap();
    let out = vow();
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!((out.status.code(), out.stdout), (Some(1), vec![]), "{said}");
    assert!(said.contains("not-allowed") && said.contains("069.yaml"), "{said}");
}
