//! Promises whose objects are made by loops, and whose keys are computed.

use std::fmt::Write;

use vow::compile;
use vow::eval::Engine;
use vow::plan::{LookedAt, Plan};
use vow::sample::Samples;
use vow::source::Memory;

use super::{engine, generate, jobs, root, same};

/// How many promises are made, and how many requests of each; `VOW_REQUESTS` asks for more promises.
const PROMISES: u64 = 40;
const REQUESTS: usize = 8;

/// A request each for `count` samples, written as it is rendered. How many of them the plan wrote alone.
fn written(plan: &Plan, promise: &str, count: usize) -> usize {
    let engine = plan.engine();
    let api = engine.program().promise(promise).unwrap().api.as_ref().unwrap();
    let samples = Samples::new(api, 7).take(count);
    let requests = samples.map(|s| engine.admit(promise, &s).expect("a valid request"));
    requests.filter(|request| same(plan, promise, request, false)).count()
}

/// What a plan says of the nodes of a promise.
fn said(plan: &Plan, promise: &str) -> Vec<String> {
    let text = plan.to_text();
    let lines = text.lines().skip_while(|l| *l != format!("promise {promise}")).skip(1);
    lines.take_while(|l| l.starts_with("  ")).map(str::to_owned).collect()
}

#[test]
fn loops_and_computed_keys_are_written_by_the_plan_alone() {
    let plan = Plan::of(&engine("tests/plan/platform"));
    for (promise, least) in [("lists", 54), ("maps", 40), ("collide", 20), ("left", 54), ("sink", 54)] {
        let alone = written(&plan, promise, 60);
        assert!(alone >= least, "{promise}: {alone} of 60");
    }
}

#[test]
fn keys_that_are_there_twice_are_refused_where_nothing_writes_them() {
    let plan = Plan::of(&engine("tests/plan/platform"));
    assert!(said(&plan, "refused").iter().all(|line| !line.contains("evaluated")));
    let alone = written(&plan, "refused", 200);
    assert!((40..160).contains(&alone), "{alone} of 200");
}

#[test]
fn what_is_left_of_loops() {
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("plan_loops", Plan::of(&engine("tests/plan/platform")).to_text());
    });
}

/// The engine of a promise that is made, beside one that takes anything.
fn made(promise: &str) -> Engine {
    let folder = root().join("tests/plan/platform");
    let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
    let files = ["promises.dsl", "promises/sink.promise"].map(|path| (path.to_owned(), read(path)));
    let own = ("promises/made.promise".to_owned(), promise.to_owned());
    let c = compile::platform(&Memory(files.into_iter().chain([own]).collect()));
    c.engine.unwrap_or_else(|| panic!("{promise}\n{:?}", c.diagnostics))
}

#[test]
fn promises_of_every_shape_are_written_as_they_are_rendered() {
    let promises = std::env::var("VOW_REQUESTS").map_or(PROMISES, |n| n.parse().unwrap());
    let (mut alone, mut loops) = (0, 0);
    for seed in 0..promises {
        let promise = generate::promise(seed);
        let plan = Plan::of(&made(&promise));
        let said = plan.to_text();
        assert!(!said.contains("evaluated"), "{promise}\n{said}");
        loops += usize::from(said.contains(" loop"));
        alone += written(&plan, "made", REQUESTS);
    }
    // A key that is there twice is the evaluator's to refuse.
    let all = usize::try_from(promises).unwrap() * REQUESTS;
    assert!(10 * alone >= 7 * all, "{alone} of {all} by the plan alone");
    assert!(2 * loops >= usize::try_from(promises).unwrap(), "{loops} of {promises} with loops");
}

/// Words, each with a number.
fn words(count: usize) -> String {
    (0..count).fold(String::new(), |mut out, i| {
        let _ = write!(out, "{}\"w{i}\"", if i > 0 { ", " } else { "" });
        out
    })
}

/// Whether a request with so many words, of a promise with that body, is written by the plan alone; the same in any case.
fn with_words(body: &str, count: usize) -> bool {
    let api = "api Made in example.org/v1 { name: DnsLabel, none?: String, words: [String] = [] }";
    let plan = Plan::of(&made(&format!("promise made {{\n  {api}\n  {body}\n}}\n")));
    assert!(!plan.to_text().contains("evaluated"), "{}", plan.to_text());
    let text = format!(
        "apiVersion: example.org/v1\nkind: Made\nmetadata: {{ name: one }}\nspec: {{ name: one, words: [{}] }}\n",
        words(count)
    );
    let [job] = &*jobs(plan.engine(), &text) else { panic!("one request") };
    same(&plan, "made", &job.request, false);
    plan.planned("made", &job.request, false, &mut String::new(), &|_| LookedAt::Nothing).is_some()
}

#[test]
fn a_budget_ends_what_it_ends_without_a_plan() {
    let map = |data: &str| {
        format!("resource v1/ConfigMap spec.name in self.metadata.namespace {{ data: {{ {data} }} }}")
    };
    let twice = map("all: yaml([for a in spec.words => for b in spec.words => { a: a, b: b }])");
    assert!(with_words(&twice, 40));
    assert!(!with_words(&twice, 1_000), "more text than a request has");
    let large = map(&format!("for a in spec.words {{ [a]: \"{}\" }}", "x".repeat(10_000)));
    assert!(with_words(&large, 400));
    assert!(!with_words(&large, 450), "more than a flow may put out");
    let deep = map(
        "all: yaml([for a in spec.words => [for b in spec.words => [for c in spec.words => [c, b, a]]]])",
    );
    assert!(with_words(&deep, 12));
    let unused = format!(
        "let unused = yaml([for a in spec.words => for b in spec.words => \"{}\"])\n  {}",
        "x".repeat(100),
        map("a: \"a\"")
    );
    assert!(with_words(&unused, 100));
    assert!(!with_words(&unused, 300), "a value larger than any output");
    let texts = map("for a in spec.words { [\"of ${a}\"]: \"${spec.name} has ${a}, and ${a} again\" }");
    assert!(with_words(&texts, 500), "the items of a list are together no larger than the list");
    // Three steps for each, and some more around them: four million of them fit.
    let steps = "request sink spec.name { name: spec.name, tree: { all: [for a in spec.words => for b in spec.words => spec.none] } }";
    assert!(with_words(steps, 1_150));
    assert!(!with_words(steps, 1_156));
}
