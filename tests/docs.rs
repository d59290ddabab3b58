//! Holds the documentation to the program: every example in it is checked, every command in it exists, and what is
//! generated is up to date.
//!
//! A fenced block marked `vow` is a whole `.promise` file that must pass. A line that is only `// promises.dsl` or
//! `// FOLDER/NAME.dsl` `.promise` or `.json` begins another file of the same block. `vow error=CODE` is an example of that mistake.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that breaks is a test that fails"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use vow::compile::{self, Compilation, PLATFORM_FILE};
use vow::diag::codes;
use vow::source::Memory;

const CODES_FILE: &str = "docs/codes.md";
const UPDATE: &str = "VOW_UPDATE_DOCS=1 cargo test --test docs";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// A fenced block: what is said after the backticks, the line it starts at, its text.
struct Block {
    info: String,
    line: usize,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                found.push(Block { info: info.to_owned(), line: number + 1, text: String::new() });
            }
            None if open => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!open, "a block is never closed");
    found
}

/// The files of a block, by path; what stands before the first path is `example.promise`.
fn files(block: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut at = "example.promise".to_owned();
    for line in block.lines() {
        let path = line.strip_prefix("// ").filter(|p| !p.contains(' '));
        match path.filter(|p| [".dsl", ".promise", ".json"].iter().any(|e| p.ends_with(e))) {
            Some(path) => at = path.to_owned(),
            None if line.is_empty() && !files.contains_key(&at) => {}
            None => {
                let file = files.entry(at.clone()).or_default();
                file.push_str(line);
                file.push('\n');
            }
        }
    }
    files
}

/// Compiles the files of a block: one promise by itself, anything else as a platform.
fn compiled(mut files: BTreeMap<String, String>) -> Compilation {
    if files.len() == 1 && files.contains_key("example.promise") {
        return compile::promise(&Memory(files), "example.promise");
    }
    if !files.contains_key(PLATFORM_FILE) {
        let mut platform = String::new();
        for module in files.keys().filter_map(|p| p.strip_suffix(".dsl")) {
            let _ = writeln!(platform, "use ./{module}");
        }
        let has_promises = files.keys().any(|p| p.ends_with(".promise"));
        let promises = if has_promises { "promises \"**/*.promise\"" } else { "" };
        let _ = writeln!(platform, "platform example {{ pod-security baseline {promises} }}");
        files.insert(PLATFORM_FILE.to_owned(), platform);
    }
    compile::platform(&Memory(files))
}

/// Checks the blocks of a page; how many there are.
fn check(path: &str) -> usize {
    let page = text(path);
    let mut count = 0;
    for block in blocks(&page).iter().filter(|b| b.info.split(' ').next() == Some("vow")) {
        count += 1;
        let at = format!("{path}:{}", block.line);
        let compiled = compiled(files(&block.text));
        let problems: Vec<String> =
            compiled.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
        match block.info.split_once(" error=") {
            None => assert!(problems.is_empty(), "{at}: {problems:#?}"),
            Some((_, code)) => {
                assert!(codes::find(code).is_some(), "{at}: there is no code `{code}`");
                let only = compiled.diagnostics.iter().all(|d| d.code == code);
                assert!(only && !problems.is_empty(), "{at}: expected {code}, found {problems:#?}");
            }
        }
    }
    count
}

#[test]
fn every_example_of_the_language_reference_is_checked() {
    let count = check("docs/language.md");
    assert!(count >= 20, "only {count} examples were found");
}

#[test]
fn every_example_of_the_other_pages_is_checked() {
    assert!(check("README.md") > 0);
    assert!(check("docs/state.md") > 0);
}

#[test]
fn every_example_is_marked_as_what_it_is() {
    for path in ["README.md", "docs/language.md", "docs/state.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        for block in blocks(&text(path)) {
            let word = block.info.split(' ').next().unwrap_or_default();
            let known = ["vow", "yaml", "sh", "text", "rust"].contains(&word);
            assert!(known, "{path}:{}: what is a block of `{}`?", block.line, block.info);
        }
    }
}

#[test]
fn an_example_may_hold_several_files() {
    let found = files(
        "promise a {}\n\n// lib/x.dsl\nlet b = 1\n// a comment.\n// promises/c.promise\npromise c {}\n",
    );
    let found: Vec<(&str, &str)> = found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let expected = [
        ("example.promise", "promise a {}\n\n"),
        ("lib/x.dsl", "let b = 1\n// a comment.\n"),
        ("promises/c.promise", "promise c {}\n"),
    ];
    assert_eq!(found, expected);
}

/// The commands that a page tells to type, from the first word after `vow`.
fn commands(page: &str) -> Vec<String> {
    let shell = blocks(page).into_iter().filter(|b| b.info == "sh");
    let lines: Vec<String> =
        shell.flat_map(|b| b.text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let of_vow = |line: &String| {
        let line = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("vow "))?;
        Some(line.to_owned())
    };
    lines.iter().filter_map(of_vow).collect()
}

#[test]
fn every_command_of_the_readme_exists_and_takes_its_flags() {
    let commands = commands(&text("README.md"));
    assert!(commands.len() >= 8, "{commands:#?}");
    for line in commands {
        let mut words = line.split_whitespace();
        let command = words.next().unwrap();
        let command: Vec<&str> = match command {
            "state" => [Some(command), words.next()].into_iter().flatten().collect(),
            _ => vec![command],
        };
        let help = Command::new(env!("CARGO_BIN_EXE_vow")).args(&command).arg("--help").output().unwrap();
        let command = command.join(" ");
        assert!(help.status.success(), "there is no `vow {command}`");
        let help = String::from_utf8(help.stdout).unwrap();
        for flag in words.filter(|w| w.starts_with('-') && w.len() > 1) {
            let known = help.split(|c: char| c.is_whitespace() || c == ',').any(|word| word == flag);
            assert!(known, "`vow {command}` has no `{flag}`");
        }
    }
}

#[test]
fn the_files_that_the_readme_names_exist() {
    for line in commands(&text("README.md")) {
        for word in line.split_whitespace().filter(|w| w.contains('/')) {
            // What `vow init` makes stands in a folder of its own.
            let made = Path::new("src/cli/cmd/init").join(Path::new(word).file_name().unwrap_or_default());
            let exists = root().join(word).exists() || root().join(made).exists();
            assert!(exists || word.starts_with("/tmp/"), "`{word}` of `vow {line}` does not exist");
        }
    }
}

#[test]
fn the_readme_begins_with_the_two_commands() {
    let page = text("README.md");
    let first: Vec<String> = blocks(&page)
        .into_iter()
        .filter(|b| b.info == "sh")
        .flat_map(|b| b.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .take(2)
        .collect();
    let ci = text(".ci/run");
    assert_eq!(
        first.first().map(String::as_str),
        Some("cargo run --release -- render --flow platform/vclusters/dev-minimal.yaml")
    );
    let test = first.get(1).unwrap();
    assert!(test.starts_with("cargo test"), "{test}");
    assert!(ci.lines().any(|l| l == test), ".ci/run does not run `{test}`");
}

/// What `docs/codes.md` has to be.
fn codes_page() -> String {
    let mut out = String::from(
        "# Codes\n\nEvery message of vow has a code. `vow explain CODE` shows its page: what it means, an example, and a way out.\n\n",
    );
    let _ = writeln!(out, "This file is generated: `{UPDATE}`.\n");
    out.push_str("| code | what it means |\n|---|---|\n");
    for code in codes::all() {
        let page = format!("../src/diag/codes/{}.md", code.name);
        let _ = writeln!(out, "| [`{}`]({page}) | {} |", code.name, code.summary());
    }
    out
}

#[test]
fn the_list_of_codes_is_up_to_date() {
    let expected = codes_page();
    if std::env::var_os("VOW_UPDATE_DOCS").is_some() {
        fs::write(root().join(CODES_FILE), &expected).unwrap();
    }
    let found = fs::read_to_string(root().join(CODES_FILE)).unwrap_or_default();
    assert!(found == expected, "{CODES_FILE} is not up to date; run `{UPDATE}`");
}

#[test]
fn the_reference_tells_the_limits_and_every_function() {
    let page = text("docs/language.md");
    for (what, limit) in vow::script::limits() {
        let row = format!("| {what} | {limit} |");
        assert!(page.contains(&row), "docs/language.md lacks `{row}`");
    }
    for (what, limit) in [
        ("steps of a request", vow::eval::budget::STEPS),
        ("bytes of the documents of a flow", vow::eval::budget::OUTPUT_BYTES),
        ("bytes of all texts made on the way", vow::eval::budget::TEXT_BYTES),
        ("calls within calls", vow::eval::budget::CALLS),
        ("documents of a flow", vow::eval::budget::DOCUMENTS),
        ("steps of a rule over the documents of a flow", vow::eval::budget::STEPS),
        ("steps of all rules over the documents of a flow", vow::eval::budget::RULES_STEPS),
    ] {
        let row = format!("| {what} | {limit} |");
        assert!(page.contains(&row), "docs/language.md lacks `{row}`");
    }
    for module in vow::stdlib::modules() {
        let source = vow::stdlib::module(module).unwrap();
        for line in source.lines().filter_map(|l| l.strip_prefix("fn ")) {
            let name = line.split('(').next().unwrap_or_default();
            assert!(
                page.contains(&format!("| `{module}.{name}(")),
                "docs/language.md lacks `{module}.{name}`"
            );
        }
    }
}
