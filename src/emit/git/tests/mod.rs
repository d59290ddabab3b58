//! The writer on real repositories, made by libgit2.

use std::fs;
use std::path::Path;

use super::*;
use crate::emit::Bundle;

mod names;
mod remote;

fn bare(folder: &Path) -> git2::Repository {
    git2::Repository::init_opts(
        folder,
        git2::RepositoryInitOptions::new().bare(true).initial_head("main").external_template(false),
    )
    .unwrap()
}

fn author() -> Author {
    Author { name: "vow".into(), email: "vow@example.org".into(), seconds: 1_700_000_000 }
}

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let mut bundle = Bundle::default();
    files.iter().for_each(|(path, text)| bundle.insert(path, *text).unwrap());
    bundle
}

fn store(folder: &Path) -> Store {
    Store::open(folder, "main", false).unwrap()
}

/// Has `files` be all below `prefix`; no file removes it.
fn put(store: &Store, prefix: &str, files: &[(&str, &str)]) -> Result<Outcome, GitError> {
    let mut edits = Edits::default();
    edits.replace(prefix, bundle(files)).unwrap();
    let message = format!("put {prefix}");
    store.write::<GitError>(&author(), &mut |_, _| {}, move |_| {
        Ok(Draft { edits: edits.clone().into(), message: message.clone() })
    })
}

/// Every path with its content, as libgit2 reads them, and the id of the tree.
fn listing(repository: &git2::Repository) -> (Vec<String>, String) {
    let tree = repository.find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap();
    let mut found = vec![];
    tree.walk(git2::TreeWalkMode::PreOrder, |above, entry| {
        if entry.kind() == Some(git2::ObjectType::Blob) {
            let blob = repository.find_blob(entry.id()).unwrap();
            let text = String::from_utf8(blob.content().to_vec()).unwrap();
            found.push(format!("{above}{}={text}", entry.name().unwrap()));
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    (found, tree.id().to_string())
}

/// What is in the folder beside the repository's own: locks, temporary files, `.keep`s.
fn left_behind(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let names = walk.map(|e| e.path().strip_prefix(folder).unwrap().display().to_string());
    let strange = |n: &String| {
        n.ends_with(".lock") && n != "vow.lock"
            || n.ends_with(".keep")
            || n.contains("vow.part")
            || n.contains("vow.next")
    };
    names.filter(strange).collect()
}

#[test]
fn files_are_committed_replaced_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let store = store(dir.path());
    let big = "x: y\n".repeat(40_000);
    put(&store, "a/b/one", &[("x/f.yaml", "1"), ("g.yaml", &big)]).unwrap();
    let first = listing(&repository);
    assert_eq!(first.0, [format!("a/b/one/g.yaml={big}"), "a/b/one/x/f.yaml=1".to_owned()]);
    put(&store, "a/b/two", &[("f.yaml", "2")]).unwrap();
    put(&store, "a/c", &[("f.yaml", "3")]).unwrap();
    put(&store, "a/b/one", &[("g.yaml", "new")]).unwrap();
    assert_eq!(listing(&repository).0, ["a/b/one/g.yaml=new", "a/b/two/f.yaml=2", "a/c/f.yaml=3"]);
    // The parents that are empty then go, too, and nothing else.
    put(&store, "a/c", &[]).unwrap();
    put(&store, "a/b/two", &[]).unwrap();
    put(&store, "a/b/one", &[("x/f.yaml", "1"), ("g.yaml", &big)]).unwrap();
    assert_eq!(listing(&repository), first);
    put(&store, "a/b/one", &[]).unwrap();
    assert_eq!(listing(&repository).1, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    assert_eq!(left_behind(dir.path()), [""; 0]);
}

#[test]
fn unchanged_files_make_no_commit_and_ids_depend_on_what_is_given() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made: Vec<Outcome> = [&one, &two]
        .iter()
        .map(|dir| {
            bare(dir.path());
            put(&store(dir.path()), "a", &[("f", "1")]).unwrap()
        })
        .collect();
    assert_eq!(made[0], made[1]);
    let Outcome::Committed { id, tries: 1, note: None } = made[0] else { panic!("{made:?}") };
    let again = put(&store(one.path()), "a", &[("f", "1")]).unwrap();
    assert_eq!(again, Outcome::Unchanged { tip: Some(id), mended: 0 });
    let absent = put(&store(one.path()), "b/c", &[]).unwrap();
    assert_eq!(absent, Outcome::Unchanged { tip: Some(id), mended: 0 });
}

#[test]
fn a_branch_that_moves_is_caught_up_with() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let store = store(dir.path());
    put(&store, "a", &[("f", "1")]).unwrap();
    let path = dir.path().to_path_buf();
    let mut asked = 0;
    let outcome = store.write::<GitError>(&author(), &mut |_, _| {}, move |snapshot| {
        asked += 1;
        if asked < 4 {
            // Somebody who knows nothing of vow's lock.
            let other = git2::Repository::open_bare(&path).unwrap();
            let tip = other.find_reference("refs/heads/main").unwrap().peel_to_commit().unwrap();
            let who = git2::Signature::new("g", "g@x", &git2::Time::new(asked, 0)).unwrap();
            other
                .commit(Some("refs/heads/main"), &who, &who, "foreign", &tip.tree().unwrap(), &[&tip])
                .unwrap();
        }
        assert_eq!(snapshot.files("a")?.len(), 1);
        let mut edits = Edits::default();
        edits.replace("b", bundle(&[("g", "2")])).unwrap();
        Ok(Draft { edits: edits.into(), message: "m".into() })
    });
    assert!(matches!(outcome.unwrap(), Outcome::Committed { tries: 4, .. }));
    assert_eq!(listing(&repository).0, ["a/f=1", "b/g=2"]);
    assert_eq!(left_behind(dir.path()), [""; 0]);
}

#[test]
fn a_repository_without_a_folder_for_packs_gets_one() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    fs::remove_dir(dir.path().join("objects/pack")).unwrap();
    put(&store(dir.path()), "a", &[("f", "1")]).unwrap();
    put(&store(dir.path()), "b", &[("f", "2")]).unwrap();
    assert_eq!(listing(&repository).0, ["a/f=1", "b/f=2"]);
}

#[test]
fn what_a_dead_writer_left_is_cleaned_up() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    let at = |name: &str| dir.path().join(name);
    // Died between taking the lock of the branch and moving it.
    fs::write(at("vow.next"), "").unwrap();
    fs::hard_link(at("vow.next"), at("refs/heads/main.lock")).unwrap();
    fs::create_dir_all(at("objects/pack")).unwrap();
    fs::write(at("vow.part"), "PA").unwrap();
    fs::write(at("objects/pack/pack-1.keep"), "vow: being committed\n").unwrap();
    fs::write(at("objects/pack/pack-1.pack"), "PACK").unwrap();
    // Somebody else's, whatever its pack is called: an empty one is how people write it by hand.
    for (pack, text) in [("pack-2", ""), ("pack-3", "vow: being"), ("pack-4", "receive-pack 1 on x\n")] {
        fs::write(at(&format!("objects/pack/{pack}.keep")), text).unwrap();
        fs::write(at(&format!("objects/pack/{pack}.pack")), "PACK").unwrap();
    }
    put(&store(dir.path()), "a", &[("f", "1")]).unwrap();
    let mut left = left_behind(dir.path());
    left.sort();
    let others = ["pack-2", "pack-3", "pack-4"];
    assert_eq!(left, others.map(|pack| format!("objects/pack/{pack}.keep")));
    assert!(others.iter().all(|pack| at(&format!("objects/pack/{pack}.pack")).exists()));
    assert!(!at("objects/pack/pack-1.pack").exists());
}

#[test]
fn what_the_tree_names_and_is_lost_is_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let files = [("f", "1"), ("x/g", "2")];
    put(&store(dir.path()), "a", &files).unwrap();
    let Outcome::Committed { id, .. } = put(&store(dir.path()), "b", &[("h", "3")]).unwrap() else {
        panic!()
    };
    let whole = listing(&repository);
    let packs = dir.path().join("objects/pack");
    let holds = |path: &Path| fs::read(path).unwrap().windows(20).any(|w| w == file_id(b"2").0);
    let indexes = fs::read_dir(&packs).unwrap().map(|e| e.unwrap().path());
    let index = indexes.into_iter().find(|p| p.extension().is_some_and(|e| e == "idx") && holds(p)).unwrap();
    // All objects but the one become files of their own, and its pack goes.
    let odb = repository.odb().unwrap();
    let mut all = vec![];
    odb.foreach(|oid| {
        all.push(*oid);
        true
    })
    .unwrap();
    let kept = all.iter().filter(|oid| oid.to_string() != file_id(b"2").to_string());
    let kept: Vec<_> = kept.map(|oid| odb.read(*oid).unwrap()).collect();
    fs::remove_file(index.with_extension("pack")).unwrap();
    fs::remove_file(&index).unwrap();
    let fresh = git2::Repository::open_bare(dir.path()).unwrap();
    for object in &kept {
        fresh.odb().unwrap().write(object.kind(), object.data()).unwrap();
    }
    let again = put(&store(dir.path()), "a", &files).unwrap();
    assert_eq!(again, Outcome::Unchanged { tip: Some(id), mended: 1 });
    let repository = git2::Repository::open_bare(dir.path()).unwrap();
    assert_eq!(listing(&repository), whole);
    let again = put(&store(dir.path()), "a", &files).unwrap();
    assert_eq!(again, Outcome::Unchanged { tip: Some(id), mended: 0 });
}

#[test]
fn a_branch_that_git_works_on_is_checked_out() {
    let dir = tempfile::tempdir().unwrap();
    let git = dir.path().join(".git");
    let options = &mut git2::RepositoryInitOptions::new();
    git2::Repository::init_opts(dir.path(), options.initial_head("trunk").external_template(false)).unwrap();
    let open = || Store::open(dir.path(), "main", false).map(drop).map_err(|e| e.to_string());
    assert_eq!(open(), Ok(()));
    fs::create_dir_all(git.join("worktrees/w/rebase-merge")).unwrap();
    for (file, text) in [
        ("rebase-merge/head-name", "refs/heads/main\n"),
        ("rebase-apply/head-name", "refs/heads/main\n"),
        ("BISECT_START", "main\n"),
        ("rebase-merge/update-refs", "refs/heads/x\n0\n1\nrefs/heads/main\n0\n1\n"),
    ] {
        for file in [git.join(file), git.join("worktrees/w").join(file)] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
            assert!(open().unwrap_err().contains("rebases or bisects it"), "{}", file.display());
            fs::remove_file(&file).unwrap();
        }
    }
    assert_eq!(open(), Ok(()));
}

#[test]
fn a_lock_of_somebody_else_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    let lock = dir.path().join("refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    let free = lock.clone();
    let other = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        fs::remove_file(free).unwrap();
    });
    put(&store(dir.path()), "a", &[("f", "1")]).unwrap();
    other.join().unwrap();
    assert!(!lock.exists());
}

#[test]
fn a_truncated_object_is_an_error_and_no_hang() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let blob = repository.blob(b"1").unwrap();
    let mut builder = repository.treebuilder(None).unwrap();
    builder.insert("f", blob, 0o100_644).unwrap();
    let tree = builder.write().unwrap();
    let who = git2::Signature::new("g", "g@x", &git2::Time::new(0, 0)).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository.commit(Some("refs/heads/main"), &who, &who, "m", &tree, &[]).unwrap();
    let hex = tree.id().to_string();
    let file = dir.path().join("objects").join(&hex[..2]).join(&hex[2..]);
    let whole = fs::read(&file).unwrap();
    let tip = fs::read(dir.path().join("refs/heads/main")).unwrap();
    for length in 0..whole.len() {
        fs::remove_file(&file).unwrap();
        fs::write(&file, &whole[..length]).unwrap();
        let error = put(&store(dir.path()), "a", &[("f", "1")]).unwrap_err().to_string();
        assert!(error.contains(&format!("the tree {hex} is broken")), "{length}: {error}");
    }
    assert_eq!(fs::read(dir.path().join("refs/heads/main")).unwrap(), tip);
}

#[test]
fn a_pack_of_zeros_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    put(&store(dir.path()), "a", &[("f", "1")]).unwrap();
    let tip = fs::read(dir.path().join("refs/heads/main")).unwrap();
    let packs = fs::read_dir(dir.path().join("objects/pack")).unwrap().map(|e| e.unwrap().path());
    let pack = packs.into_iter().find(|p| p.extension().is_some_and(|e| e == "pack")).unwrap();
    let mut bytes = fs::read(&pack).unwrap();
    let end = bytes.len() - 20;
    bytes[12..end].fill(0);
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, bytes).unwrap();
    let error = put(&store(dir.path()), "a", &[("f", "2")]).unwrap_err().to_string();
    assert!(error.starts_with("the repository is damaged: the commit "), "{error}");
    assert_eq!(fs::read(dir.path().join("refs/heads/main")).unwrap(), tip);
}

#[test]
fn what_is_no_plain_file_is_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let blob = repository.blob(b"1").unwrap();
    for (mode, word) in [(0o120_000, "symbolic link"), (0o160_000, "submodule"), (0o100_755, "executable")] {
        let mut builder = repository.treebuilder(None).unwrap();
        builder.insert("there", blob, mode).unwrap();
        let inner = builder.write().unwrap();
        let mut builder = repository.treebuilder(None).unwrap();
        builder.insert("there", blob, mode).unwrap();
        builder.insert("in", inner, 0o40_000).unwrap();
        let tree = repository.find_tree(builder.write().unwrap()).unwrap();
        let who = git2::Signature::new("g", "g@x", &git2::Time::new(0, 0)).unwrap();
        let commit = repository.commit(None, &who, &who, "m", &tree, &[]).unwrap();
        repository.reference("refs/heads/main", commit, true, "").unwrap();
        for prefix in ["there", "there/below", "in"] {
            let error = put(&store(dir.path()), prefix, &[("f", "1")]).unwrap_err().to_string();
            assert!(error.contains(word), "{prefix}: {error}");
        }
        let error = put(&store(dir.path()), "There/x", &[("f", "1")]).unwrap_err().to_string();
        assert!(error.contains("case does not count"), "{error}");
    }
}

#[test]
fn repositories_that_cannot_be_trusted_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = |name: &str| Store::open(&dir.path().join(name), "main", false).unwrap_err().to_string();
    assert!(open("absent").contains("does not exist"));
    fs::create_dir(dir.path().join("empty")).unwrap();
    assert!(open("empty").contains("is no Git repository"));
    let files = git2::Repository::init_opts(
        dir.path().join("files"),
        git2::RepositoryInitOptions::new().initial_head("main").external_template(false),
    );
    files.unwrap();
    assert!(open("files").contains("has the branch `main` checked out"));
    assert!(Store::open(&dir.path().join("files"), "other", false).is_ok());
    let id = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    for branch in [
        "",
        "a..b",
        "-x",
        "a/.b",
        "a b",
        "x.lock",
        "x.lock/y",
        "/a",
        "a//b",
        "a/",
        "HEAD",
        "@",
        "a@{1}",
        "a.",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a*",
        "a[",
        "a\\b",
        "a\u{7f}",
        "refs/heads/main",
        id,
    ] {
        assert!(Store::open(&dir.path().join("files"), branch, false).is_err(), "{branch}");
    }
    let cases = [
        ("objects/info/alternates", "/elsewhere/objects\n", "borrows objects"),
        ("shallow", "4b825dc642cb6eb9a060e54bf8d69288fbee4904\n", "shallow clone"),
        ("config", "[core]\nrepositoryformatversion = 1\n[extensions]\nrefstorage = reftable\n", "reftable"),
    ];
    for (number, (file, text, said)) in cases.iter().enumerate() {
        let name = format!("r{number}");
        bare(&dir.path().join(&name));
        fs::create_dir_all(dir.path().join(&name).join("objects/info")).unwrap();
        fs::write(dir.path().join(&name).join(file), text).unwrap();
        assert!(open(&name).contains(said), "{file}");
    }
}
