//! Promises whose objects are made by loops, and whose keys are computed.

use std::fmt::Write;

use vow::compile;
use vow::eval::{self, Engine};
use vow::plan::{LookedAt, Plan};
use vow::request::Request;
use vow::sample::Samples;
use vow::source::Memory;

use super::{engine, generate, jobs, root, same};

/// How many promises are made, and how many requests of each; `VOW_REQUESTS` asks for more promises.
const PROMISES: u64 = 40;
const REQUESTS: usize = 8;

/// A request each for `count` samples, written as it is rendered, by itself and as a flow. How many the plan wrote alone, and how
/// many are not refused.
fn written(plan: &Plan, promise: &str, seed: u64, count: usize) -> (usize, usize) {
    let engine = plan.engine();
    let api = engine.program().promise(promise).unwrap().api.as_ref().unwrap();
    let samples = Samples::new(api, seed).take(count);
    let requests = samples.map(|s| engine.admit(promise, &s).expect("a valid request"));
    requests.fold((0, 0), |(alone, taken), request: Request| {
        same(plan, promise, &request, true);
        let is_alone = same(plan, promise, &request, false);
        let is_taken = eval::render(engine, promise, &request).is_ok();
        (alone + usize::from(is_alone), taken + usize::from(is_taken))
    })
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
    let least =
        [("lists", 54, 54), ("maps", 40, 38), ("collide", 40, 30), ("left", 54, 54), ("sink", 54, 54)];
    for (promise, least_taken, least_alone) in least {
        let (alone, taken) = written(&plan, promise, 7, 60);
        let enough = taken >= least_taken && alone >= least_alone;
        assert!(enough, "{promise}: of 60, {taken} are taken, {alone} by the plan alone");
    }
}

#[test]
fn keys_that_are_there_twice_are_refused_where_nothing_writes_them() {
    let plan = Plan::of(&engine("tests/plan/platform"));
    assert!(said(&plan, "refused").iter().all(|line| !line.contains("evaluated")));
    let (alone, taken) = written(&plan, "refused", 7, 200);
    assert!((40..160).contains(&taken), "{taken} of 200 are taken");
    assert!(20 * alone >= 19 * taken, "{alone} of {taken} by the plan alone");
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
    let (mut alone, mut taken, mut loops) = (0, 0, 0);
    for seed in 0..promises {
        let promise = generate::promise(seed);
        let plan = Plan::of(&made(&promise));
        let said = plan.to_text();
        assert!(!said.contains("evaluated"), "{promise}\n{said}");
        loops += usize::from(said.contains(" loop"));
        let of_it = written(&plan, "made", seed, REQUESTS);
        (alone, taken) = (alone + of_it.0, taken + of_it.1);
    }
    let all = usize::try_from(promises).unwrap() * REQUESTS;
    assert!(2 * taken >= all, "{taken} of {all} are taken");
    // Texts within texts of anything may become too large, as far as a plan knows.
    assert!(10 * alone >= 8 * taken, "{alone} of {taken} by the plan alone");
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
    plan.planned("made", &job.request, false, &mut String::new(), &|_, _| LookedAt::Nothing).is_some()
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

#[test]
fn many_loops_within_each_other_are_planned_soon() {
    // What is walked instead is written out in each, so that there would be 3 * 3 * 3 * … of the innermost.
    let list =
        (0..24).fold(String::new(), |out, i| format!("{out}for w{i} in spec.more ?? [\"a\", \"b\"] => "));
    let spreads = (0..24).fold("[]".to_owned(), |inner, _| format!("[...(spec.more ?? {inner})]"));
    let engine = made(&format!(
        "promise made {{\n  api Made in example.org/v1 {{ name: DnsLabel, more?: [String] }}\n  \
         resource v1/ConfigMap spec.name in self.metadata.namespace {{\n    \
         data: {{ loops: yaml([{list}w0]), spreads: yaml({spreads}) }}\n  }}\n}}\n"
    ));
    let plan = Plan::of(&engine);
    written(&plan, "made", 7, 1);
}
