//! What is small and expands hugely is warned about when it is checked, once, and ends in `over-budget` when it is run.

use std::fmt::Write;

use vow::source::{Memory, Sources};
use vow::{compile, eval, request};

use super::programs::on_a_large_stack;

const API: &str =
    "  api P in example.org/v1 { name: DnsLabel, items: [Int] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }\n";
const REQUEST: &str =
    "apiVersion: example.org/v1\nkind: P\nmetadata: { name: p, namespace: ns }\nspec: { name: p }\n";

/// What is warned about when `files` are checked, and the code and message with which a plain request of `p` ends.
fn judged(files: Vec<(String, String)>) -> (Vec<String>, Option<(&'static str, String)>) {
    let platform = ("promises.dsl".to_owned(), "platform t { promises \"*.promise\" }\n".to_owned());
    let files = Memory(files.into_iter().chain([platform]).collect());
    on_a_large_stack(move || {
        let c = compile::platform(&files);
        let engine = c.engine.unwrap_or_else(|| panic!("{:#?}", c.diagnostics));
        let warned = c.diagnostics.iter().filter(|d| d.code == "expands-hugely");
        let warned = warned.map(|d| d.message.clone()).collect();
        let file = Sources::default().add("r.yaml", REQUEST);
        let object = vow::value::yaml::read(file, REQUEST).unwrap().remove(0).to_value();
        let api = engine.program().promise("p").unwrap().api.as_ref().unwrap();
        let request = request::admit(api, &object).unwrap();
        let refused = eval::render_flow(&engine, "p", &request).err();
        (warned, refused.map(|r| (r.code, r.message)))
    })
}

fn alone(members: &str) -> (Vec<String>, Option<(&'static str, String)>) {
    judged(vec![("p.promise".to_owned(), format!("promise p {{\n{API}{members}\n}}\n"))])
}

fn shown(value: &str) -> String {
    format!("  resource v1/ConfigMap \"c\" in \"ns\" {{ data: {{ v: {value} }} }}\n")
}

/// `let a0 = …` and thirty that are each made of the one before; the last is shown.
fn thirty(first: &str, step: &str, value: &str) -> String {
    let mut text = format!("  let a0 = {first}\n");
    for i in 1..=30 {
        let _ = writeln!(text, "  let a{i} = {}", step.replace('@', &format!("a{}", i - 1)));
    }
    text + shown(&value.replace("@", "a30")).as_str()
}

/// `walks` loops over the items of the request, one within the other.
fn loops(walks: usize) -> String {
    let walks: String = (0..walks).map(|i| format!("for x{i} in spec.items => ")).collect();
    shown(&format!("yaml([{walks}x0])"))
}

fn calls() -> String {
    let mut text = "  fn f0(n: Int) -> Int = n\n".to_owned();
    for i in 1..=40 {
        let before = i - 1;
        let _ = writeln!(text, "  fn f{i}(n: Int) -> Int = f{before}(n) - f{before}(n + 1)");
    }
    text + shown("\"${f40(1)}\"").as_str()
}

#[test]
fn what_expands_hugely_is_warned_about_once_and_stopped() {
    let walks = "for a in spec.items { for b in spec.items { for c in spec.items { for d in spec.items {";
    let name = "(\"c-${a}-${b}-${c}-${d}\" as DnsLabel else \"no name\")";
    let many = format!(
        "  {walks}\n  resource v1/ConfigMap {name} in \"ns\" {{ data: {{ v: spec.name }} }}\n  }} }} }} }}\n"
    );
    for (what, members, named) in [
        ("texts", thirty("\"${spec.name}\"", "\"${@}${@}\"", "@"), "`a17` grows to about 7 MiB"),
        ("lists", thirty("[spec.name]", "[...@, ...@]", "yaml(@)"), "`a17` grows to about"),
        ("nested lists", thirty("[spec.name]", "[@, @]", "yaml(@)"), "grows to about"),
        ("objects in lists", thirty("[{ x: spec.name }]", "[...@, ...@]", "yaml(@)"), "grows to about"),
        ("yaml", thirty("spec.name", "yaml([@, @])", "@"), "grows to about"),
        ("loops", loops(7), "grows to about"),
        ("calls", calls(), "million steps"),
        ("documents", many, "grows to about"),
    ] {
        let (warned, refused) = alone(&members);
        assert_eq!(warned.len(), 1, "{what}: {warned:?}");
        assert!(warned[0].contains(named), "{what}: {warned:?}");
        let (code, message) = refused.unwrap_or_else(|| panic!("{what}: rendered"));
        assert_eq!(code, "over-budget", "{what}: {message}");
    }
}

#[test]
fn requests_that_double_are_warned_about_and_stopped() {
    let promise = |i: usize| {
        let (name, kind) = if i == 0 { ("p".into(), "P".into()) } else { (format!("p{i}"), format!("P{i}")) };
        let next = i + 1;
        let requests = match i {
            30 => shown("spec.name").replace("\"c\" in", "spec.name in"),
            _ => ["a", "b"]
                .map(|c| format!("(\"${{spec.name}}{c}\" as DnsLabel else \"no name\")"))
                .map(|name| format!("  request p{next} {name} {{ name: {name} }}\n"))
                .concat(),
        };
        let text =
            format!("promise {name} {{\n  api {kind} in example.org/v1 {{ name: DnsLabel }}\n{requests}}}\n");
        (format!("p{i}.promise"), text)
    };
    let (warned, refused) = judged((0..=30).map(promise).collect());
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].contains("`p1"), "{warned:?}");
    assert_eq!(refused.unwrap().0, "over-budget");
}

#[test]
fn what_stays_small_is_not_warned_about() {
    for members in [
        thirty("\"${spec.name}\"", "\"${@}x\"", "@"),
        thirty("[spec.name]", "[...@, \"x\"]", "yaml(@)"),
        thirty("spec.name", "if @ == \"x\" { @ } else { @ }", "@"),
        loops(3),
    ] {
        let (warned, refused) = alone(&members);
        assert!(warned.is_empty() && refused.is_none(), "{members}: {warned:?} {refused:?}");
    }
    let disk = vow::source::disk::Disk::open(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let c = compile::platform(&disk);
    assert!(c.engine.is_some(), "{:#?}", c.diagnostics);
    assert!(c.diagnostics.iter().all(|d| d.code != "expands-hugely"), "{:#?}", c.diagnostics);
}
