//! Holds the house to its plan: which room may import which, who alone knows each foreign library, where the outside
//! world is touched, and how long a file may grow. `ARCHITECTURE.md` tells why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that breaks is a test that fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Each room with the rooms that it imports, in the order in which data runs through them.
const ROOMS: [(&str, &[&str]); 27] = [
    ("source", &[]),
    ("diag", &["source"]),
    ("wire", &[]),
    ("value", &["diag", "source"]),
    ("syntax", &["diag", "source"]),
    ("stdlib", &["value"]),
    ("script", &["value", "wire"]),
    ("check", &["diag", "script", "source", "stdlib", "syntax", "value", "wire"]),
    ("graph", &["check", "diag", "source", "value", "wire"]),
    ("request", &["check", "diag", "source", "value"]),
    ("sample", &["check", "value"]),
    ("eval", &["check", "diag", "graph", "request", "script", "source", "value"]),
    ("known", &["check", "eval", "graph", "source", "value"]),
    ("plan", &["check", "eval", "graph", "request", "value"]),
    ("rules", &["check", "diag", "eval", "graph", "known", "plan", "request", "source", "value"]),
    ("diff", &["check", "diag", "rules", "source", "value"]),
    ("testing", &["check", "diag", "eval", "rules", "source", "value"]),
    ("fuzz", &["check", "diag", "eval", "rules", "sample", "source", "value"]),
    ("emit", &["source"]),
    ("cluster", &["source", "value"]),
    ("layout", &["check", "emit", "eval", "value"]),
    ("state", &["check", "diag", "diff", "emit", "eval", "layout", "rules", "source", "value"]),
    (
        "compile",
        &[
            "check", "diag", "eval", "graph", "request", "rules", "source", "stdlib", "syntax", "value",
            "wire",
        ],
    ),
    ("impact", &["check", "compile", "diag", "diff", "eval", "graph", "value"]),
    (
        "container",
        &["check", "cluster", "compile", "diag", "emit", "eval", "layout", "rules", "source", "value"],
    ),
    ("build", &["check", "compile", "diag", "eval", "graph", "layout", "source", "syntax", "value"]),
    (
        "cli",
        &[
            "build",
            "check",
            "cluster",
            "compile",
            "container",
            "diag",
            "diff",
            "emit",
            "eval",
            "fuzz",
            "impact",
            "layout",
            "plan",
            "request",
            "rules",
            "source",
            "state",
            "syntax",
            "testing",
            "value",
        ],
    ),
];

/// Libraries that one place alone knows, so that they can be replaced there.
const SINGLE_IMPORTERS: [(&str, &str); 20] = [
    ("postcard", "src/wire/"),
    ("rustix", "src/source/disk/"),
    ("annotate_snippets", "src/diag/render/"),
    ("anstream", "src/cli/"),
    ("clap", "src/cli/"),
    ("clap_complete", "src/cli/"),
    ("fastrand", "src/sample/"),
    ("git2", "src/emit/git/"),
    ("indicatif", "src/cli/"),
    ("jsonschema", "src/check/attached/"),
    ("percent_encoding", "src/diag/render/"),
    ("pest", "src/syntax/"),
    ("pest_derive", "src/syntax/"),
    ("quick_junit", "src/testing/"),
    ("rayon", "src/cli/"),
    ("regex_syntax", "src/sample/"),
    ("rhai", "src/script/"),
    ("saphyr_parser", "src/value/yaml/"),
    ("strsim", "src/diag/"),
    ("ureq", "src/cluster/"),
];

/// The doors: here alone is the outside world touched.
const DOORS: [&str; 4] = ["src/cli/", "src/cluster/", "src/emit/", "src/source/disk/"];

/// The clock that ends a script as a last resort, and the one that gives a commit its time if nothing else does.
const CLOCKS: [&str; 2] = ["src/script/meter.rs", "src/cli/cmd/state/when.rs"];

/// The most lines that a file has.
const LONGEST: usize = 500;

/// Files that are one long list and would not be clearer as two.
const LONG: [&str; 3] = ["src/check/checker.rs", "src/check/program.rs", "src/syntax/ast.rs"];

/// What lies at the top.
const TOP: [&str; 31] = [
    ".ci",
    ".config",
    ".dockerignore",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "benches",
    "build.rs",
    "clippy.toml",
    "docs",
    "editors",
    "examples",
    "grammar",
    "lib",
    "platform",
    "promises",
    "promises.dsl",
    "rules",
    "rustfmt.toml",
    "src",
    "stdlib",
    "target",
];

/// More of it, which a packaged copy lacks.
const TOP_OF_A_CLONE: [&str; 3] = ["tests", "tools", "fuzz"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, by its path from the root.
fn files(folder: &str) -> Vec<String> {
    let walk = walkdir::WalkDir::new(root().join(folder)).sort_by_file_name();
    let files = walk.into_iter().map(|e| e.unwrap()).filter(|e| e.file_type().is_file());
    let relative = |p: &Path| p.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    files.map(|e| relative(e.path())).collect()
}

/// The sources that are shipped: path and whole text.
fn sources() -> Vec<(String, String)> {
    let shipped = |p: &String| p.ends_with(".rs") && !p.ends_with("/tests.rs") && !p.contains("/tests/");
    files("src")
        .into_iter()
        .filter(shipped)
        .map(|p| (p.clone(), fs::read_to_string(root().join(p)).unwrap()))
        .collect()
}

/// A source without its tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let text = text.get(..end).unwrap();
    let lines = text.lines().filter(|l| !l.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The room that a file belongs to; none for `lib.rs` and `main.rs`.
fn room(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    rest.split_once('/').map(|(room, _)| room)
}

/// What each room imports of the others.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let import = Regex::new(r"\bcrate::([a-z_]+)").unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        let code = code(&text);
        assert!(
            !code.contains("crate::{"),
            "{path}: name each room on a line of its own, not in `crate::{{…}}`"
        );
        let names = import.captures_iter(&code).map(|c| c[1].to_owned()).filter(|n| n != room);
        found.entry(room.to_owned()).or_default().extend(names);
    }
    found
}

#[test]
fn each_room_imports_what_the_table_says() {
    let found = imports();
    let table: BTreeMap<String, BTreeSet<String>> = ROOMS
        .iter()
        .map(|(room, imports)| ((*room).to_owned(), imports.iter().map(|i| (*i).to_owned()).collect()))
        .collect();
    let rooms = |t: &BTreeMap<String, BTreeSet<String>>| t.keys().cloned().collect::<Vec<_>>();
    assert_eq!(rooms(&found), rooms(&table), "the rooms in `src` and those in the table differ");
    for (room, imports) in &found {
        let planned = table.get(room).unwrap();
        let strange: Vec<_> = imports.difference(planned).collect();
        assert!(strange.is_empty(), "`{room}` imports {strange:?}, which the table does not allow");
        let gone: Vec<_> = planned.difference(imports).collect();
        assert!(gone.is_empty(), "`{room}` no longer imports {gone:?}: remove it from the table");
    }
}

#[test]
fn no_room_imports_one_that_comes_after_it() {
    let order: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    for (at, (room, imports)) in ROOMS.iter().enumerate() {
        for import in *imports {
            let earlier = order.iter().position(|r| r == import).is_some_and(|p| p < at);
            assert!(earlier, "`{room}` stands before `{import}`");
        }
    }
}

#[test]
fn the_table_in_the_documentation_is_this_one() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (room, imports) in ROOMS {
        let row = page.lines().find(|l| l.starts_with(&format!("| `{room}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{room}`"));
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let expected = if imports.is_empty() { "nothing".to_owned() } else { imports.join(", ") };
        assert_eq!(last, expected, "the row of `{room}` in ARCHITECTURE.md");
    }
}

#[test]
fn each_foreign_library_has_one_importer() {
    for (library, home) in SINGLE_IMPORTERS {
        let named = Regex::new(&format!(r"(^|[^\w:.]){library}(::|;| as )")).unwrap();
        for (path, text) in sources() {
            let strange = !path.starts_with(home) && named.is_match(&code(&text));
            assert!(!strange, "{path} names `{library}`, which only {home} may");
        }
    }
}

#[test]
fn the_outside_world_is_touched_in_the_doors_alone() {
    let outside = Regex::new(
        r"\bstd::(fs|env|os)\b|std::process::Command|std::net::(Tcp|Udp|To)|\bstd(in|out|err)\(\)|std::thread\b",
    )
    .unwrap();
    let clock = Regex::new(r"\b(Instant|SystemTime)\b").unwrap();
    for (path, text) in sources() {
        let code = code(&text);
        let door = DOORS.iter().any(|d| path.starts_with(d));
        assert!(door || !outside.is_match(&code), "{path} touches the outside world");
        assert!(CLOCKS.contains(&path.as_str()) || !clock.is_match(&code), "{path} looks at a clock");
    }
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{path} does not begin with `//! `");
    }
}

#[test]
fn no_file_grows_too_long() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        let allowed = LONG.contains(&path.as_str());
        assert!(allowed || lines <= LONGEST, "{path} has {lines} lines, more than {LONGEST}: split it");
        assert!(
            !allowed || lines > LONGEST,
            "{path} has {lines} lines: it is long no more, take it off the list"
        );
    }
}

#[test]
fn paths_begin_at_the_crate_or_one_step_up() {
    for (path, text) in sources() {
        let strange = code(&text).lines().any(|l| l.trim_start().contains("use super::super"));
        assert!(!strange, "{path}: write `use crate::…` instead of `use super::super::…`");
    }
}

#[test]
fn nothing_strange_lies_at_the_top() {
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = TOP.contains(&name.as_str()) || TOP_OF_A_CLONE.contains(&name.as_str());
        assert!(known, "`{name}` lies at the top of the repository; put it into a folder, or into the list");
    }
}

#[test]
fn no_snapshot_waits_for_a_decision() {
    for path in ["src", "tests"].into_iter().flat_map(files) {
        assert!(
            !path.ends_with(".snap.new") && !path.ends_with(".pending-snap"),
            "{path} is not decided: accept or remove it"
        );
    }
}
