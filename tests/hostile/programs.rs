//! Programs that expand hugely or nest deeply come to an end, as an error where they must; and no text makes the compiler
//! panic.

use std::fmt::Write;

use vow::compile::{self, Compilation};
use vow::diag::has_errors;
use vow::source::Memory;
use vow::{eval, request, rules};

/// As much as the command line gives.
const STACK: usize = 256 << 20;

const API: &str = "  api P in example.org/v1 { name: DnsLabel, items: [Int] = [1, 2, 3, 4, 5, 6] }\n";
const REQUEST: &str =
    "apiVersion: example.org/v1\nkind: P\nmetadata: { name: p, namespace: ns }\nspec: { name: p }\n";

/// Runs `work` on a stack as large as that of the program.
pub fn on_a_large_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}

fn compiled(text: String) -> Compilation {
    compile::promise(&Memory([("p.promise".to_owned(), text)].into()), "p.promise")
}

/// Whether a promise with these members, and a plain request of it, ends in documents.
fn renders(members: String) -> bool {
    on_a_large_stack(move || {
        let c = compiled(format!("promise p {{\n{API}{members}\n}}\n"));
        let Some(engine) = c.engine else {
            assert!(has_errors(&c.diagnostics), "no engine, and no word why");
            return false;
        };
        let mut sources = vow::source::Sources::default();
        let file = sources.add("r.yaml", REQUEST);
        let object = vow::value::yaml::read(file, REQUEST).unwrap().remove(0).to_value();
        let request = request::admit(engine.program().promises[0].api.as_ref().unwrap(), &object).unwrap();
        match eval::render_flow(&engine, "p", &request) {
            Ok(flow) => rules::gate(&engine, vec![flow]).is_ok(),
            Err(_) => false,
        }
    })
}

/// `let a0 = …`, each twice the one before, and an object that shows the last.
fn doubling(first: &str, step: impl Fn(String) -> String, shown: &str) -> String {
    let mut text = format!("  let a0 = {first}\n");
    for i in 1..=40 {
        let _ = writeln!(text, "  let a{i} = {}", step(format!("a{}", i - 1)));
    }
    text.push_str(&config(&shown.replace('@', "a40")));
    text
}

fn config(value: &str) -> String {
    format!("  resource v1/ConfigMap \"c\" in \"ns\" {{ data: {{ v: {value} }} }}\n")
}

#[test]
fn what_doubles_forty_times_is_refused() {
    assert!(!renders(doubling("\"x\"", |a| format!("\"${{{a}}}${{{a}}}\""), "@")));
    assert!(!renders(doubling("[1]", |a| format!("[...{a}, ...{a}]"), "yaml(@)")));
    assert!(!renders(doubling("{ x: 1 }", |a| format!("{{ l: {a}, r: {a} }}"), "yaml(@)")));
}

#[test]
fn loops_within_loops_are_refused() {
    let open: String = (0..20).map(|i| format!("for x{i} in spec.items => ")).collect();
    assert!(!renders(config(&format!("yaml([{}x19])", open))));
    let nested = (0..12).rev().fold("1".to_owned(), |e, i| format!("[for x{i} in spec.items => {e}]"));
    assert!(!renders(config(&format!("yaml({nested})"))));
}

#[test]
fn what_nests_deeply_is_refused() {
    let lets = (0..60).map(|i| format!("when spec.items[{i}]? {{ ")).collect::<String>();
    renders(format!("{lets}check true else \"x\"{}", " }".repeat(60)));
    for count in [65, 1_000, 100_000] {
        assert!(!renders(format!("  let a = {}1{}", "(".repeat(count), ")".repeat(count))), "( {count}");
        assert!(!renders(format!("  let a = {}{}", "[".repeat(count), "]".repeat(count))), "[ {count}");
        assert!(!renders(format!("  let a = {}", "[".repeat(count))), "open {count}");
        assert!(!renders(format!("  let a = {}", "{ x: ".repeat(count))), "object {count}");
    }
}

#[test]
fn what_is_long_ends() {
    renders(format!("  let a = 1{}", " + 1".repeat(100_000)));
    assert!(!renders(format!("  let a = spec{}", ".a".repeat(100_000))));
    renders(format!("  let a = {}{{ 1 }}", "if spec.name == \"x\" { 2 } else ".repeat(2_000)));
    let arms: String = (0..5_000).map(|i| format!("\"{i}\" => {i}\n")).collect();
    assert!(renders(format!("  let a = match spec.name {{\n{arms}_ => 0\n}}\n{}", config("\"${a}\""))));
}

#[test]
fn a_long_chain_of_lets_ends() {
    let chain = |n: usize| (1..n).map(|i| format!("  let a{i} = a{}\n", i - 1)).collect::<String>();
    renders(format!("  let a0 = 1\n{}", chain(40_000)));
    // The other way round each let waits for the next one.
    let back: String = (0..40_000).map(|i| format!("  let a{i} = a{}\n", i + 1)).collect();
    assert!(!renders(back + "  let a40000 = 1\n"));
}

#[test]
fn no_text_makes_the_compiler_panic() {
    on_a_large_stack(|| {
        let shipped: Vec<String> = ["vcluster-core", "argocd-project", "argocd-application"]
            .iter()
            .map(|n| format!("{}/promises/{n}.promise", env!("CARGO_MANIFEST_DIR")))
            .map(|p| std::fs::read_to_string(p).unwrap())
            .collect();
        let words = TOKENS.split(' ').collect::<Vec<_>>();
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move |n: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % n as u64).unwrap()
        };
        for round in 0..240 {
            let mut tokens: Vec<String> = match round % 2 {
                0 => (0..60).map(|_| words[next(words.len())].to_owned()).collect(),
                _ => shipped[next(shipped.len())].split_inclusive(' ').map(str::to_owned).collect(),
            };
            for _ in 0..=next(4) {
                let (at, from) = (next(tokens.len()), next(tokens.len()));
                match next(3) {
                    0 => drop(tokens.remove(at)),
                    1 => tokens.insert(at, format!("{} ", words[next(words.len())])),
                    _ => tokens.swap(at, from),
                }
            }
            let text = tokens.join(if round % 2 == 0 { " " } else { "" });
            let text = if round % 4 == 0 { format!("promise p {{\n{API}{text}\n}}") } else { text };
            compiled(text);
        }
    });
}

const TOKENS: &str = "let a = b spec . name ?. ?? ? && || ! { } [ ] ( ) , : => -> when for in if else match _ resource \
    request v1/ConfigMap \"x\" \"${ } \" \"\"\" r\" 1 -1 0.5 true as DnsLabel Int(1..2) fn rhai native check test given \
    expect refuse with merge yaml keys len ... api promise use ./x // /* */ é \u{1F600} \u{0} \\ ' ` $ ; @ #";

/// Texts that a careless writer of YAML or of templates gets wrong.
const HARD: [&str; 16] = [
    "${{ x }}",
    "\"",
    "'",
    "a: b",
    "- a",
    "---",
    "a\n---\nb: c\n",
    "# a",
    " a ",
    "a\n",
    "\n",
    "{{ .x }}",
    "é😀\u{2028}",
    "no",
    "0x10",
    "!!binary aa",
];

#[test]
fn what_is_hard_to_quote_is_read_back_equal_or_refused() {
    on_a_large_stack(|| {
        let members = "  resource v1/ConfigMap \"c\" in \"ns\" {\n    metadata.labels: self.metadata.labels\n    \
            metadata.annotations: self.metadata.annotations\n    data: { v: spec.text }\n  }\n";
        let api = "  api P in example.org/v1 { text: String }\n";
        let engine = compiled(format!("promise p {{\n{api}{members}}}\n")).engine.unwrap();
        let api = engine.program().promises[0].api.clone().unwrap();
        let mut rendered = 0;
        for (text, place) in
            HARD.iter().flat_map(|t| ["name", "labels", "annotations", "text"].map(|p| (t, p)))
        {
            let quoted = serde_json::to_string(text).unwrap();
            let at = |p: &str, or: &str| if p == place { quoted.clone() } else { or.to_owned() };
            let request = format!(
                "{{ \"apiVersion\": \"example.org/v1\", \"kind\": \"P\", \"metadata\": {{ \"name\": {}, \"namespace\": \"ns\", \
                 \"labels\": {{ \"k\": {} }}, \"annotations\": {{ \"k\": {} }} }}, \"spec\": {{ \"text\": {} }} }}",
                at("name", "\"p\""),
                at("labels", "\"a\""),
                at("annotations", "\"a\""),
                at("text", "\"a\"")
            );
            let mut sources = vow::source::Sources::default();
            let file = sources.add("r.json", request.clone());
            let Ok(node) = vow::value::json::read(file, &request) else { continue };
            let Ok(request) = request::admit(&api, &node.to_value()) else { continue };
            let Ok(flow) = eval::render_flow(&engine, "p", &request) else { continue };
            let Ok(passed) = rules::gate(&engine, vec![flow]) else { continue };
            for document in passed.documents() {
                let written = vow::value::yaml::write_stream([&document.object]);
                let file = sources.add("out.yaml", written.clone());
                let read = vow::value::yaml::read(file, &written).unwrap();
                assert_eq!(read.len(), 1, "{place} {text:?}");
                assert_eq!(read[0].to_value(), document.object, "{place} {text:?}");
                rendered += 1;
            }
        }
        assert!(rendered >= 2 * HARD.len(), "only {rendered} were rendered");
    });
}
