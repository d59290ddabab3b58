//! Holds the documentation to the program: every example in it is checked, every command in it exists, and what is
//! generated is up to date.
//!
//! A fenced block marked `vow` is a whole `.promise` file that must pass. A line that is only `// promises.dsl` or
//! `// FOLDER/NAME.dsl` `.promise` or `.json` begins another file of the same block. `vow error=CODE` is an example of that mistake.
//!
//! `docs/vcluster.md` is walked: its `sh` blocks are run in their order, a `text` block below one is what it said, and a block
//! marked `file=PATH` is part of that file as it is then; `state.git/…` is a file of the branch.

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
const WALK: &str = "docs/vcluster.md";
/// The pages with examples.
const PAGES: [&str; 8] = [
    "README.md",
    "docs/language.md",
    "docs/state.md",
    "docs/kratix.md",
    "docs/from-bash.md",
    WALK,
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
];
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
    let count = check("docs/from-bash.md");
    assert!(count >= 14, "only {count} examples were found");
}

#[test]
fn every_example_is_marked_as_what_it_is() {
    for path in PAGES {
        for block in blocks(&text(path)) {
            let word = block.info.split(' ').next().unwrap_or_default();
            let known = ["vow", "yaml", "sh", "bash", "text", "rust"].contains(&word);
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
fn every_command_of_a_page_exists_and_takes_its_flags() {
    assert!(commands(&text("README.md")).len() >= 8);
    assert!(commands(&text("docs/from-bash.md")).len() >= 8);
    for line in PAGES.iter().flat_map(|page| commands(&text(page))) {
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

/// What keeps a block from being part of a text: its lines follow each other there, but where a line `…` or `# …` stands for
/// some that are left out. A `whole` text has no others before and after them.
fn not_shown(block: &str, real: &str, whole: bool) -> Option<String> {
    let real: Vec<&str> = real.lines().collect();
    let shown: Vec<&str> = block.lines().collect();
    let groups: Vec<&[&str]> = shown.split(|line| matches!(line.trim(), "…" | "# …")).collect();
    let mut from = 0;
    for (number, group) in groups.iter().enumerate() {
        // What is left out is at least one line.
        let least = from + usize::from(number > 0);
        let begins = |at: &usize| real.get(*at..).is_some_and(|rest| rest.starts_with(group));
        let last = if whole && number == 0 { least } else { real.len() };
        let Some(at) = (least..=last).find(begins) else {
            return Some(group.join("\n"));
        };
        from = at + group.len();
    }
    (whole && groups.last().is_some_and(|g| !g.is_empty()) && from != real.len())
        .then(|| real.get(from..).unwrap_or_default().join("\n"))
}

#[test]
fn a_block_shows_what_is_there_and_nothing_else() {
    let real = "a\nb\nc\nd\ne\n";
    for block in ["a\nb\n", "d\ne\n", "a\n# …\nc\n  # …\ne\n", "…\ne\n", "a\n…\n"] {
        assert_eq!(not_shown(block, real, false), None, "{block}");
    }
    for block in ["a\nc\n", "b\n…\na\n", "a\n…\nb\n", "x\n", "a\n…\nb\nd\n", "e\n…\n", "…\na\n"] {
        assert!(not_shown(block, real, false).is_some(), "{block}");
    }
    for block in ["a\nb\nc\nd\ne\n", "…\nd\ne\n", "a\n…\n", "…\nb\n…\n"] {
        assert_eq!(not_shown(block, real, true), None, "{block}");
    }
    for block in ["b\n…\n", "a\n", "…\nd\n"] {
        assert!(not_shown(block, real, true).is_some(), "{block}");
    }
}

/// Runs lines of a shell in a folder, with `vow` on the path; what they say, standard output first.
fn run(lines: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_vow")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([bin.to_owned()].into_iter().chain(std::env::split_paths(&path)));
    let output = Command::new("sh")
        .args(["-e", "-c", lines])
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .env("VOW_CACHE", "")
        .env("SOURCE_DATE_EPOCH", "0")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|o| String::from_utf8(o).unwrap()).concat();
    assert!(output.status.success(), "{lines}\n{said}");
    said
}

#[test]
fn the_walk_shows_what_its_commands_write() {
    let copy = tempfile::tempdir().unwrap();
    for part in [PLATFORM_FILE, "promises", "lib", "rules", "platform"] {
        for entry in walkdir::WalkDir::new(root().join(part)).into_iter().map(Result::unwrap) {
            let target = copy.path().join(entry.path().strip_prefix(root()).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir_all(target).unwrap();
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let (mut said, mut files) = (None, 0);
    for block in blocks(&text(WALK)) {
        let at = format!("{WALK}:{}", block.line);
        let wrong = match block.info.split_once(" file=") {
            Some((_, path)) => {
                files += 1;
                let real = match path.strip_prefix("state.git/") {
                    Some(path) => run(&format!("git -C state.git show main:{path}"), copy.path()),
                    None => fs::read_to_string(copy.path().join(path)).expect(&at),
                };
                not_shown(&block.text, &real, false)
            }
            None if block.info == "sh" => {
                said = Some(run(&block.text, copy.path()));
                None
            }
            None => {
                assert_eq!(block.info, "text", "{at}: which file is this?");
                not_shown(&block.text, &said.take().expect(&at), true)
            }
        };
        assert_eq!(wrong, None, "{at}: this is not in {}", block.info);
    }
    assert!(files >= 15, "only {files} files were shown");
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
