//! Repositories that are broken, or that somebody prepared: a clear word within five seconds, and nothing is written.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::world::{World, bare, copy, each, folder, full, git, image, judge, said, told};

/// How long a command may take.
const SOON: Duration = Duration::from_secs(5);

/// Runs a command, and ends it if it takes far too long.
fn timed(mut vow: Command) -> (Output, Duration) {
    let start = Instant::now();
    let mut child = vow.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() && start.elapsed() < 4 * SOON {
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = start.elapsed();
    child.kill().unwrap();
    (child.wait_with_output().unwrap(), took)
}

/// What may change without anything being written: the lock that orders writers.
fn essence(repo: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut all = image(repo);
    all.retain(|path, _| path.file_name().is_none_or(|n| n != "vow.lock"));
    all
}

/// Expects a refusal that names `word`, or with `free` a success as well; what is wrong.
fn refused(world: &World, file: &str, repo: &Path, title: &str, word: &str, free: bool) -> Vec<String> {
    let before = essence(repo);
    let (out, took) = timed(world.vow(&["apply", file, "--time", "1"], repo));
    let mut wrong = vec![];
    match out.status.code() {
        Some(0) if free => return if took > SOON { vec![format!("{title}: took {took:?}")] } else { vec![] },
        Some(1..=3) if said(&out).contains(word) && said(&out).contains("error") => {}
        _ => wrong.push(format!("{title}: ended with {:?}: {}", out.status, said(&out))),
    }
    if took > SOON {
        wrong.push(format!("{title}: took {took:?}: {}", said(&out)));
    }
    if essence(repo) != before {
        wrong.push(format!("{title}: something was written: {}", said(&out)));
    }
    wrong
}

/// What a loose object is, where it can be read to its end.
fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = vec![];
    flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut whole).ok()?;
    Some(whole)
}

/// Expects a commit in a repository that git finds whole; what is wrong.
fn unharmed(world: &World, file: &str, repo: &Path, title: &str) -> Vec<String> {
    let (out, took) = timed(world.vow(&["apply", file, "--time", "1"], repo));
    let mut wrong = vec![];
    if out.status.code() != Some(0) {
        wrong.push(format!("{title}: the same object, and yet {:?}: {}", out.status, said(&out)));
    }
    if took > SOON {
        wrong.push(format!("{title}: took {took:?}: {}", said(&out)));
    }
    if !git(repo, &["fsck", "--strict"]).status().unwrap().success() {
        wrong.push(format!("{title}: git finds the repository broken"));
    }
    wrong
}

/// A repository with two requests, every object of it a file.
fn seeded(world: &World, repo: &Path) {
    bare(repo);
    for file in [world.request("shop", "a", 1), world.request("other", "a", 1)] {
        world.done(&["apply", &file, "--time", "1"], repo);
    }
    let packs: Vec<PathBuf> =
        fs::read_dir(repo.join("objects/pack")).unwrap().map(|e| e.unwrap().path()).collect();
    let aside = repo.with_extension("packs");
    fs::create_dir(&aside).unwrap();
    for pack in packs {
        fs::rename(&pack, aside.join(pack.file_name().unwrap())).unwrap();
    }
    for entry in fs::read_dir(&aside).unwrap().map(|e| e.unwrap().path()) {
        if entry.extension().is_some_and(|e| e == "pack") {
            let pack = fs::File::open(&entry).unwrap();
            assert!(git(repo, &["unpack-objects", "-q"]).stdin(pack).status().unwrap().success());
        }
    }
    fs::remove_dir_all(aside).unwrap();
}

#[test]
fn broken_objects_are_told_soon_and_nothing_is_written() {
    let (world, room) = (World::new(), folder());
    let base = room.path().join("r.git");
    seeded(&world, &base);
    let update = world.request("shop", "b", 2);
    let of = |rev: &str| told(&base, &["rev-parse", rev]);
    let mut on_path = vec![of("main"), of("main^{tree}")];
    for path in [
        "clusters",
        "clusters/one",
        "clusters/one/resources",
        "clusters/one/resources/team",
        "clusters/one/resources/team/web",
        "clusters/one/resources/team/web/shop",
    ] {
        on_path.push(of(&format!("main:{path}")));
    }
    let blobs: Vec<String> = told(&base, &["ls-tree", "-r", "main", "clusters/one/resources/team/web/shop"])
        .lines()
        .map(|line| line.split_whitespace().nth(2).unwrap().to_owned())
        .collect();
    let mut cases: Vec<(String, String, Vec<u8>)> = vec![];
    for id in on_path.iter().chain(&blobs) {
        let bytes = fs::read(base.join("objects").join(&id[..2]).join(&id[2..])).unwrap();
        let other = if *id == on_path[1] { &on_path[0] } else { &on_path[1] };
        let other = fs::read(base.join("objects").join(&other[..2]).join(&other[2..])).unwrap();
        cases.push((id.clone(), "missing".into(), vec![]));
        cases.push((id.clone(), "empty".into(), vec![]));
        cases.push((id.clone(), "another object".into(), other));
        let step = if full() { 1 } else { bytes.len().div_ceil(5) };
        for length in (1..bytes.len()).step_by(step) {
            cases.push((id.clone(), format!("cut to {length}"), bytes[..length].to_vec()));
        }
        for at in (0..bytes.len()).step_by(step) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            cases.push((id.clone(), format!("bit {} of byte {at} flipped", at % 8), flipped));
        }
    }
    let whole = |id: &str| inflated(&fs::read(base.join("objects").join(&id[..2]).join(&id[2..])).unwrap());
    let wrong = each(&cases, |(id, what, bytes)| {
        let own = folder();
        let repo = own.path().join("r.git");
        copy(&base, &repo);
        let path = repo.join("objects").join(&id[..2]).join(&id[2..]);
        fs::remove_file(&path).unwrap();
        if what != "missing" {
            fs::write(&path, bytes).unwrap();
        }
        // Deflate leaves bits unused: what still is the same object is not broken, and `git fsck` says so too.
        let same = inflated(bytes);
        if same.is_some() && same == whole(id) {
            return unharmed(&world, &update, &repo, &format!("{id} {what}"));
        }
        // What need not be read may be broken; git tells of it, and vow must not make it worse.
        let tree = |out: &Output| String::from_utf8_lossy(&out.stdout).contains(id.as_str());
        let free = blobs.contains(id)
            || tree(
                &git(&base, &["rev-parse", "main:clusters/one/resources/team/web/shop"]).output().unwrap(),
            );
        refused(&world, &update, &repo, &format!("{id} {what}"), "", free)
    });
    judge("broken objects", cases.len(), &wrong);
}

/// A prepared repository: what it is, the word that must be said, and how it is made.
type Prepared = (&'static str, &'static str, fn(&Path));

const PREPARED: [Prepared; 22] = [
    ("a cut pack", "", |r| cut(r, "pack")),
    ("a cut index", "", |r| cut(r, "idx")),
    ("a link where a folder goes", "link", |r| plant(r, "120000", "../../../etc")),
    ("a submodule where a folder goes", "submodule", |r| plant(r, "160000", "")),
    ("an executable where a folder goes", "executable", |r| plant(r, "100755", "x")),
    ("a file where a folder goes", "file", |r| plant(r, "100644", "x")),
    ("a branch that is empty", "empty", |r| fs::write(r.join("refs/heads/main"), "").unwrap()),
    ("a branch that names nothing", "", |r| {
        fs::write(r.join("refs/heads/main"), "f".repeat(40) + "\n").unwrap()
    }),
    ("a branch that is no id", "", |r| fs::write(r.join("refs/heads/main"), "\u{0}\u{1}garbage").unwrap()),
    ("a branch that names a tree", "", |r| {
        let tree = told(r, &["rev-parse", "main^{tree}"]);
        fs::write(r.join("refs/heads/main"), tree + "\n").unwrap();
    }),
    ("a branch that stands for itself", "", |r| {
        fs::write(r.join("refs/heads/main"), "ref: refs/heads/main\n").unwrap();
    }),
    ("a branch that is a pipe", "", |r| {
        fs::remove_file(r.join("refs/heads/main")).unwrap();
        pipe(&r.join("refs/heads/main"));
    }),
    ("a configuration that is a pipe", "", |r| {
        fs::remove_file(r.join("config")).unwrap();
        pipe(&r.join("config"));
    }),
    ("packed references that are a pipe", "", |r| {
        fs::remove_file(r.join("refs/heads/main")).unwrap();
        pipe(&r.join("packed-refs"));
    }),
    ("packed references that are garbage", "", |r| {
        fs::remove_file(r.join("refs/heads/main")).unwrap();
        fs::write(r.join("packed-refs"), "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz refs/heads/main\n")
            .unwrap();
    }),
    ("objects elsewhere by a link", "link", |r| {
        fs::rename(r.join("objects"), r.with_extension("objects")).unwrap();
        symlink(r.with_extension("objects"), r.join("objects")).unwrap();
    }),
    ("another hash", "", |r| again(r, &["init", "-q", "--bare", "--object-format=sha256", "."])),
    ("references in another form", "", |r| again(r, &["init", "-q", "--bare", "--ref-format=reftable", "."])),
    ("a part of a history", "", |r| {
        let whole = r.with_extension("whole");
        fs::rename(r, &whole).unwrap();
        fs::create_dir(r).unwrap();
        let url = format!("file://{}", whole.display());
        told(r, &["clone", "-q", "--bare", "--depth=1", &url, "."]);
    }),
    ("a checked-out branch", "checked out", |r| again(r, &["init", "-q", "--initial-branch=main", "."])),
    ("no repository", "", |r| {
        fs::remove_dir_all(r).unwrap();
        fs::create_dir(r).unwrap();
    }),
    ("an extension that nobody knows", "", |r| {
        told(r, &["config", "core.repositoryFormatVersion", "1"]);
        told(r, &["config", "extensions.moonPhase", "full"]);
    }),
];

fn again(repo: &Path, words: &[&str]) {
    fs::remove_dir_all(repo).unwrap();
    fs::create_dir(repo).unwrap();
    told(repo, words);
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn cut(repo: &Path, ending: &str) {
    told(repo, &["gc", "-q", "--prune=now"]);
    for entry in fs::read_dir(repo.join("objects/pack")).unwrap().map(|e| e.unwrap().path()) {
        if entry.extension().is_some_and(|e| e == ending) {
            let bytes = fs::read(&entry).unwrap();
            fs::set_permissions(&entry, fs::Permissions::from_mode(0o644)).unwrap();
            fs::write(&entry, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
}

/// Commits something else in the place of the folder of a request.
fn plant(repo: &Path, mode: &str, content: &str) {
    let file = repo.with_extension("content");
    fs::write(&file, content).unwrap();
    let id = match mode {
        "160000" => told(repo, &["rev-parse", "main"]),
        _ => told(repo, &["hash-object", "-w", file.to_str().unwrap()]),
    };
    let index = repo.with_extension("index");
    let with = |words: &[&str]| {
        let out = git(repo, words).env("GIT_INDEX_FILE", &index).output().unwrap();
        assert!(out.status.success(), "{}", said(&out));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    };
    let entry = format!("{mode},{id},clusters/one/resources/team/web/shop");
    with(&["update-index", "--add", "--cacheinfo", &entry]);
    let tree = with(&["write-tree"]);
    let commit = with(&["commit-tree", &tree, "-p", "main", "-m", "planted"]);
    told(repo, &["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn prepared_repositories_are_refused_soon_and_nothing_is_written() {
    let world = World::new();
    let (shop, other) = (world.request("shop", "a", 1), world.request("other", "a", 1));
    let wrong = each(&PREPARED, |(title, word, prepare)| {
        let room = folder();
        let repo = room.path().join("r.git");
        bare(&repo);
        world.done(&["apply", &other, "--time", "1"], &repo);
        prepare(&repo);
        refused(&world, &shop, &repo, title, word, false)
    });
    judge("prepared repositories", PREPARED.len(), &wrong);
}

#[test]
fn nothing_that_a_repository_holds_is_run() {
    let (world, room) = (World::new(), folder());
    let repo = room.path().join("r.git");
    let mark = room.path().join("mark");
    bare(&repo);
    let script = format!("#!/bin/sh\necho x >> {}\nexit 1\n", mark.display());
    let evil = room.path().join("evil");
    for at in [repo.join("hooks"), evil.clone()] {
        fs::create_dir_all(&at).unwrap();
        for hook in [
            "pre-commit",
            "commit-msg",
            "post-commit",
            "reference-transaction",
            "update",
            "pre-receive",
            "post-receive",
            "post-update",
            "pre-push",
            "run",
        ] {
            fs::write(at.join(hook), &script).unwrap();
            fs::set_permissions(at.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let run = evil.join("run").display().to_string();
    let settings = format!(
        "[core]\n\thooksPath = {0}\n\tfsmonitor = {1}\n\tsshCommand = {1}\n\tpager = {1}\n\teditor = {1}\n\taskPass = {1}\n[filter \"x\"]\n\tclean = {1}\n\tsmudge = {1}\n\tprocess = {1}\n[gpg]\n\tprogram = {1}\n[commit]\n\tgpgSign = true\n[user]\n\tname = evil\n[include]\n\tpath = {0}/more\n",
        evil.display(),
        run
    );
    let config = fs::read_to_string(repo.join("config")).unwrap();
    fs::write(repo.join("config"), config + &settings).unwrap();
    fs::create_dir_all(repo.join("info")).unwrap();
    fs::write(repo.join("info/attributes"), "* filter=x ident eol=crlf\n").unwrap();
    let home = room.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".gitconfig"), &settings).unwrap();
    let file = world.request("shop", "a", 1);
    let mut vow = world.vow(&["apply", &file, "--time", "1"], &repo);
    vow.env("HOME", &home)
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env("GIT_DIR", "/nowhere")
        .env("GIT_OBJECT_DIRECTORY", "/nowhere");
    let out = vow.output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    assert!(!mark.exists(), "something was run");
    // The bytes are those of a repository without any of it.
    let plain = room.path().join("plain.git");
    bare(&plain);
    world.done(&["apply", &file, "--time", "1"], &plain);
    let id = |repo: &Path| fs::read_to_string(repo.join("refs/heads/main")).unwrap();
    assert_eq!(id(&repo), id(&plain));
}

#[test]
fn what_git_reads_is_what_was_rendered() {
    let (world, room) = (World::new(), folder());
    let repo = room.path().join("r.git");
    bare(&repo);
    world.done(&["apply", &world.request("shop", "a", 2), "--time", "1"], &repo);
    let clone = room.path().join("clone");
    told(room.path(), &["clone", "-q", repo.to_str().unwrap(), clone.to_str().unwrap()]);
    assert!(told(&clone, &["status", "--porcelain"]).is_empty());
    assert!(told(&repo, &["log", "--format=%B", "main"]).contains("shop"));
    let files = told(&clone, &["ls-files"]);
    assert_eq!(files.lines().count(), 5, "{files}");
    let held = fs::read_to_string(clone.join(files.lines().next().unwrap())).unwrap();
    assert!(held.contains("apiVersion: "), "{held}");
    let kubectl = Command::new("kubectl").args(["version", "--client"]).output();
    if kubectl.is_ok_and(|out| out.status.success()) {
        let resources: String = files.lines().map(|f| format!("- {f}\n")).collect();
        fs::write(clone.join("kustomization.yaml"), format!("resources:\n{resources}")).unwrap();
        let out = Command::new("kubectl").args(["kustomize", "."]).current_dir(&clone).output().unwrap();
        assert!(out.status.success(), "{}", said(&out));
        assert_eq!(String::from_utf8_lossy(&out.stdout).matches("apiVersion: ").count(), 5);
    }
}

#[test]
fn a_disk_that_is_full_and_a_folder_that_cannot_be_written_to_are_told() {
    let (world, room) = (World::new(), folder());
    let place = room.path().join("small");
    fs::create_dir(&place).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=200k", "tmpfs"]).arg(&place).output();
    if !mounted.is_ok_and(|out| out.status.success()) {
        println!("skipped: nothing can be mounted here");
        return;
    }
    let repo = place.join("r.git");
    bare(&repo);
    let mut last = None;
    let mut full = false;
    for number in 0..200 {
        let file = world.request(&format!("fill{number}"), "a", 3);
        let out = world.vow(&["apply", &file, "--time", "1"], &repo).output().unwrap();
        if !out.status.success() {
            full = true;
            assert_eq!(out.status.code(), Some(3), "{}", said(&out));
            assert!(said(&out).contains("error"), "{}", said(&out));
            break;
        }
        last = crate::world::tip(&repo, "main");
    }
    let after = crate::world::tip(&repo, "main");
    let broken = crate::world::fsck(&repo);
    // The same repository, read only.
    let mount =
        |options: &str| Command::new("mount").args(["-o", options]).arg(&place).status().unwrap().success();
    let read_only = mount("remount,ro").then(|| {
        let file = world.request("more", "a", 0);
        world.vow(&["apply", &file, "--time", "1"], &repo).output().unwrap()
    });
    let room_again = mount("remount,rw,size=8m").then(|| {
        let file = world.request("more", "a", 0);
        world.vow(&["apply", &file, "--time", "1"], &repo).output().unwrap()
    });
    let left = crate::world::left_behind(&repo);
    assert!(Command::new("umount").arg(&place).status().unwrap().success());
    assert!(full, "200 commits fit");
    assert_eq!(after, last);
    assert_eq!(broken, None);
    if let Some(out) = read_only {
        assert_eq!(out.status.code(), Some(3), "{}", said(&out));
    }
    let out = room_again.unwrap();
    assert!(out.status.success(), "{}", said(&out));
    assert!(left.is_empty(), "{left:?}");
}
