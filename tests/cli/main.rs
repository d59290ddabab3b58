//! Holds what the command says: standard output, standard error and the exit status of each case.
//!
//! The files in `tests/cli/cases/` hold cases (`## NAME`): files (`@@ PATH` and their lines), `$ vow …` (and `$ ls DIR`, `$ cat FILE`), and
//! below each command what came out: `1> ` standard output, `2> ` standard error, `=> ` the exit status. `$ repo DIR` makes a bare
//! repository, `$ tree DIR` lists its branch, `$ put DIR PATH` commits a file to it as somebody else,
//! as `link`, `chmod` and `drop` make a symbolic link, an executable and nothing of a path; ids are shown as `COMMIT`. `<PATH` at the
//! end of a command is its standard input. Every case starts in a folder of its own, with the files of the case
//! `platform` at the head of the file. `VOW_BLESS=1` writes down what is said now; read the difference before you keep it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

struct Case {
    name: String,
    files: Vec<(String, String)>,
    runs: Vec<Run>,
}

struct Run {
    command: String,
    said: String,
}

#[test]
fn every_command_says_what_is_written() {
    let bless = std::env::var_os("VOW_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let mut wrong = vec![];
    for path in paths {
        let cases = cases(&std::fs::read_to_string(&path).unwrap());
        let base = cases.iter().find(|c| c.name == "platform").map_or(&[][..], |c| &c.files[..]);
        let mut blessed = String::new();
        for case in &cases {
            let said = played(base, case);
            blessed.push_str(&written(case, &said));
            for (run, said) in case.runs.iter().zip(said).filter(|(r, s)| r.said != *s) {
                let file = path.file_name().unwrap().display();
                wrong.push(format!(
                    "{file}: {}: $ {}\nexpected\n{}said\n{said}",
                    case.name, run.command, run.said
                ));
            }
        }
        if bless {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    assert!(bless || wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = vec![];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case { name: name.into(), files: vec![], runs: vec![] });
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        if let Some(path) = line.strip_prefix("@@ ") {
            case.files.push((path.into(), String::new()));
        } else if let Some(command) = line.strip_prefix("$ ") {
            case.runs.push(Run { command: command.into(), said: String::new() });
        } else if let Some(run) = case.runs.last_mut() {
            if !line.is_empty() {
                let _ = writeln!(run.said, "{line}");
            }
        } else if let Some((_, text)) = case.files.last_mut() {
            let _ = writeln!(text, "{line}");
        }
    }
    cases
}

/// What each command of a case says, in a folder of its own.
fn played(base: &[(String, String)], case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    // The case's own files win: they are written last.
    for (path, text) in base.iter().chain(&case.files) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    case.runs.iter().map(|run| played_one(folder.path(), &run.command)).collect()
}

fn played_one(folder: &Path, command: &str) -> String {
    let command = command.replace("FOLDER", &folder.to_string_lossy());
    let mut words: Vec<&str> = command.split_whitespace().collect();
    let input = words.last().and_then(|w| w.strip_prefix('<'));
    if input.is_some() {
        words.pop();
    }
    if words[0] == "ls" {
        return listed(&folder.join(words[1]));
    }
    if words[0] == "cat" {
        let text = std::fs::read_to_string(folder.join(words[1])).unwrap();
        return text.lines().map(|l| format!("1> {l}\n")).collect::<String>() + "=> 0\n";
    }
    if matches!(words[0], "repo" | "tree" | "put" | "chmod" | "link" | "drop") {
        return repository(folder, &words);
    }
    if words[0] == "commit" {
        return committed(folder);
    }
    if words[0] == "mv" {
        std::fs::rename(folder.join(words[1]), folder.join(words[2])).unwrap();
        return "=> 0\n".into();
    }
    let said = said_by_vow(folder, &words, input);
    let reads = ["check", "graph", "render", "test"].contains(&words[1]);
    let writes = ["-d", "--directory", "--junit", "--report-file", "--update"];
    if reads && !words.iter().any(|w| writes.iter().any(|option| w.starts_with(option))) {
        // The first run has left the compiled platform in the cache.
        assert_eq!(said, said_by_vow(folder, &words, input), "{command}, for the second time");
    }
    said
}

fn said_by_vow(folder: &Path, words: &[&str], input: Option<&str>) -> String {
    let stdin = input.map_or_else(Stdio::null, |f| std::fs::File::open(folder.join(f)).unwrap().into());
    let mut vow = Command::new(env!("CARGO_BIN_EXE_vow"));
    vow.current_dir(folder).args(&words[1..]).stdin(stdin);
    vow.env("NO_COLOR", "1").env_remove("COLUMNS").env_remove("VOW_CACHE").env_remove("CLICOLOR_FORCE");
    vow.env("SOURCE_DATE_EPOCH", "86400").env("XDG_CACHE_HOME", folder.join(".cache"));
    let out = vow.output().unwrap();
    let mut said = String::new();
    // Ids of commits change with the version of vow.
    let id = regex::Regex::new(r"\b([0-9a-f]{40}|[0-9a-f]{10})\b").unwrap();
    for (sign, bytes) in [("1>", &out.stdout), ("2>", &out.stderr)] {
        let text = String::from_utf8_lossy(bytes).replace(&*folder.to_string_lossy(), "FOLDER");
        let text = if words[1] == "state" { id.replace_all(&text, "COMMIT").into_owned() } else { text };
        for line in text.lines() {
            let _ = writeln!(said, "{}", format!("{sign} {line}").trim_end());
        }
    }
    let _ = writeln!(said, "=> {}", out.status.code().map_or("killed".into(), |c| c.to_string()));
    said
}

/// Commits all files of the folder, which is a work tree then, but those below `edits`.
fn committed(folder: &Path) -> String {
    let mut options = git2::RepositoryInitOptions::new();
    let repository = git2::Repository::init_opts(folder, options.external_template(false)).unwrap();
    let mut index = repository.index().unwrap();
    let skip = &mut |path: &Path, _: &[u8]| i32::from(path.starts_with("edits"));
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, Some(skip)).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = git2::Signature::new("Sam", "sam@example.org", &git2::Time::new(0, 0)).unwrap();
    repository.commit(Some("HEAD"), &who, &who, "As it is", &tree, &[]).unwrap();
    "=> 0\n".into()
}

/// Makes, lists or changes a bare repository with the branch `main`.
fn repository(folder: &Path, words: &[&str]) -> String {
    let at = folder.join(words[1]);
    let mut options = git2::RepositoryInitOptions::new();
    let repository = match words[0] {
        "repo" => git2::Repository::init_opts(&at, options.bare(true).external_template(false)).unwrap(),
        _ => git2::Repository::open_bare(&at).unwrap(),
    };
    let tip = repository.find_reference("refs/heads/main").ok().map(|r| r.peel_to_commit().unwrap());
    let mut said = String::new();
    match words[0] {
        "tree" => {
            let Some(tip) = tip else { return "=> 0\n".into() };
            let walk = |above: &str, entry: &git2::TreeEntry<'_>| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    let _ = writeln!(said, "1> {above}{}", entry.name().unwrap());
                }
                git2::TreeWalkResult::Ok
            };
            tip.tree().unwrap().walk(git2::TreeWalkMode::PreOrder, walk).unwrap();
        }
        "put" | "chmod" | "link" | "drop" => {
            let tip = tip.unwrap();
            let mut update = git2::build::TreeUpdateBuilder::new();
            let blob = repository.blob(b"somebody else was here\n").unwrap();
            let there = tip.tree().unwrap().get_path(Path::new(words[2])).map(|e| e.id());
            match words[0] {
                "put" => update.upsert(words[2], blob, git2::FileMode::Blob),
                "link" => update.upsert(words[2], blob, git2::FileMode::Link),
                "chmod" => update.upsert(words[2], there.unwrap(), git2::FileMode::BlobExecutable),
                _ => update.remove(words[2]),
            };
            let tree = update.create_updated(&repository, &tip.tree().unwrap()).unwrap();
            let tree = repository.find_tree(tree).unwrap();
            let who = git2::Signature::new("Sam", "sam@example.org", &git2::Time::new(0, 0)).unwrap();
            repository.commit(Some("refs/heads/main"), &who, &who, "Mend it", &tree, &[&tip]).unwrap();
        }
        _ => {}
    }
    said + "=> 0\n"
}

fn listed(folder: &Path) -> String {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.filter(|e| e.file_type().is_file());
    let shown = files.map(|e| format!("1> {}\n", e.path().strip_prefix(folder).unwrap().display()));
    shown.collect::<String>() + "=> 0\n"
}

fn written(case: &Case, said: &[String]) -> String {
    let mut out = format!("## {}\n", case.name);
    for (path, text) in &case.files {
        let _ = write!(out, "@@ {path}\n{text}");
    }
    for (run, said) in case.runs.iter().zip(said) {
        let _ = write!(out, "$ {}\n{said}\n", run.command);
    }
    out
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let mut vow = Command::new(env!("CARGO_BIN_EXE_vow"))
        .args(["completion", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(vow.stdout.take());
    let out = vow.wait_with_output().unwrap();
    assert_eq!((out.status.code(), out.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_text_is_cut_and_what_programs_read_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let lets: String = (0..150).map(|i| format!("  let a{i} = nothing\n")).collect();
    std::fs::write(folder.path().join("many.promise"), format!("promise many {{\n{lets}}}\n")).unwrap();
    let check = |form: &str| {
        let mut vow = Command::new(env!("CARGO_BIN_EXE_vow"));
        vow.current_dir(folder.path()).args(["check", "many.promise", "-o", form]).env("NO_COLOR", "1");
        let out = vow.output().unwrap();
        assert_eq!(out.status.code(), Some(1));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(out.stdout), text(out.stderr))
    };
    let (out, said) = check("text");
    assert_eq!((out.as_str(), said.matches("there is no `nothing`").count()), ("", 100));
    assert!(said.ends_with("and 50 more\n150 errors\n"), "{said}");
    for form in ["json", "sarif", "github"] {
        let (out, said) = check(form);
        assert_eq!((out.matches("there is no `nothing`").count(), said.as_str()), (150, ""), "{form}");
        assert_eq!(out, check(form).0, "{form}");
    }
}
