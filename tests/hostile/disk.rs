//! Ways out of a platform's folder: paths, links, and what is no file.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::codes;

const API: &str = "  api P in example.org/v1 { name: DnsLabel }\n";

/// A platform in `in/`, beside a folder `out/` that is none of its business.
fn platform(settings: &str, before: &str, members: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("in/lib")).unwrap();
    fs::create_dir_all(dir.path().join("out")).unwrap();
    fs::write(dir.path().join("out/secret.dsl"), "let token = \"hunter2\"\n").unwrap();
    fs::write(dir.path().join("out/secret.yaml"), "token: hunter2\n").unwrap();
    fs::write(dir.path().join("in/promises.dsl"), format!("platform t {{ {settings} }}\n")).unwrap();
    let promise = format!("{before}promise p {{\n{API}{members}\n}}\n");
    fs::write(dir.path().join("in/p.promise"), promise).unwrap();
    dir
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts at `lib/x.dsl` what `make` makes, and returns the codes of a platform that names it everywhere it can.
fn codes_with(make: impl Fn(&Path)) -> Vec<Vec<&'static str>> {
    let all = [
        platform("promises \"p.promise\"", "use ./lib/x\n", ""),
        platform("promises \"p.promise\"", "", "let a = file(\"lib/x.dsl\")"),
        platform("promises \"p.promise\"", "", "fn f() -> Int rhai \"lib/x.dsl\""),
        platform("promises \"lib/*.dsl\"", "", ""),
        platform("promises \"p.promise\" schemas \"lib/x.dsl\"", "", ""),
        platform("promises \"p.promise\" foreign \"lib/x.dsl\"", "", ""),
    ];
    let run = |dir: &tempfile::TempDir| {
        make(&dir.path().join("in/lib/x.dsl"));
        codes(&dir.path().join("in")).into_iter().collect()
    };
    all.iter().map(run).collect()
}

#[test]
fn links_out_of_the_platform_are_not_followed() {
    for found in codes_with(|at| symlink("../../out/secret.dsl", at).unwrap()) {
        assert!(
            found.iter().all(|c| matches!(*c, "unreadable-file" | "bad-glob")) && !found.is_empty(),
            "{found:?}"
        );
    }
    for found in codes_with(|at| symlink("/etc/hostname", at).unwrap()) {
        assert!(
            found.iter().all(|c| matches!(*c, "unreadable-file" | "bad-glob")) && !found.is_empty(),
            "{found:?}"
        );
    }
    // A folder on the way leads out.
    for found in codes_with(|at| {
        fs::remove_dir(at.parent().unwrap()).unwrap();
        symlink("../out", at.parent().unwrap()).unwrap();
        fs::rename(at.parent().unwrap().join("secret.dsl"), at).unwrap();
    }) {
        assert!(
            found.iter().all(|c| matches!(*c, "unreadable-file" | "bad-glob")) && !found.is_empty(),
            "{found:?}"
        );
    }
}

#[test]
fn what_is_no_file_is_not_opened() {
    let names = |found: &[&str]| found.iter().all(|c| matches!(*c, "unreadable-file" | "bad-glob"));
    for found in codes_with(pipe).into_iter().take(3) {
        assert!(names(&found) && !found.is_empty(), "a pipe: {found:?}");
    }
    for found in codes_with(|at| fs::create_dir(at).unwrap()).into_iter().take(3) {
        assert!(names(&found) && !found.is_empty(), "a folder: {found:?}");
    }
    for found in codes_with(|at| symlink("x.dsl", at).unwrap()).into_iter().take(3) {
        assert!(names(&found) && !found.is_empty(), "a link to itself: {found:?}");
    }
    for found in codes_with(|at| symlink("/dev/zero", at).unwrap()) {
        assert!(names(&found) && !found.is_empty(), "a device: {found:?}");
    }
}

#[test]
fn paths_do_not_climb() {
    for path in
        ["../out/secret.dsl", "/etc/hostname", "lib/../../out/secret.dsl", "lib\\\\..\\\\x", "a\\u{0}b", ""]
    {
        for member in [format!("let a = file(\"{path}\")"), format!("fn f() -> Int rhai \"{path}\"")] {
            let dir = platform("promises \"p.promise\"", "", &member);
            let found = codes(&dir.path().join("in"));
            assert!(found.contains("unreadable-file"), "{member}: {found:?}");
        }
        for word in ["schemas", "foreign"] {
            let dir = platform(&format!("promises \"p.promise\" {word} \"{path}\""), "", "");
            let found = codes(&dir.path().join("in"));
            assert!(found.contains("bad-glob"), "{word} {path}: {found:?}");
        }
    }
}
