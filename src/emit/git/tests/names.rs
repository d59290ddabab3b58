//! Which names are there: with a note, without one, with a damaged one, and by looking at every file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;

const LEVELS: std::ops::RangeInclusive<usize> = 3..=5;
const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Numbers by chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    /// Files of a request by chance; perhaps none.
    fn files(&mut self) -> Vec<(String, String)> {
        let mut files = vec![];
        for name in NAMES {
            let above = ["", "pipe/", "pipe/group/", "pipe/group/deep/"][self.below(4)];
            if self.below(3) == 0 {
                files.push((format!("{above}{name}.yaml"), self.below(3).to_string()));
            }
        }
        files
    }
}

fn asked() -> Vec<String> {
    NAMES.iter().map(|name| format!("{name}.yaml")).chain(["x".into(), "pipe".into()]).collect()
}

/// What is said of the names, and what is there by a look at every file; both must be one.
fn compare(snapshot: &Snapshot) -> Result<(), GitError> {
    let names = asked();
    let names = || names.iter().map(String::as_str);
    let depth = |path: &str| path.matches('/').count();
    let files = snapshot.files("r")?;
    let files: BTreeSet<&str> = files
        .iter()
        .filter(|f| LEVELS.contains(&depth(&f.path)))
        .map(|f| f.path.rsplit('/').next().unwrap())
        .collect();
    let there: BTreeSet<&str> = names().filter(|n| files.contains(n)).collect();
    assert_eq!(snapshot.among("r", &LEVELS, names())?, there);
    // The second answer comes from what was found out for the first.
    assert_eq!(snapshot.among("r", &LEVELS, names())?, there);
    assert!(snapshot.among("absent", &LEVELS, names())?.is_empty());
    Ok(())
}

/// Has `files` be all below `prefix`, and compares what is there before.
fn step(store: &Store, prefix: &str, files: &[(String, String)]) {
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let mut edits = Edits::default();
    edits.replace(prefix, bundle(&files)).unwrap();
    let edits = std::sync::Arc::new(edits);
    let draft = move |snapshot: &Snapshot| {
        compare(snapshot)?;
        Ok(Draft { edits: edits.clone(), message: "m".into() })
    };
    store.write::<GitError>(&author(), &mut |_, _| {}, draft).unwrap();
    store.read::<_, GitError>(&mut |_, _| {}, compare).unwrap();
}

fn notes(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    all.filter(|p| p.file_name().unwrap().to_str().unwrap().starts_with("vow.names")).collect()
}

#[test]
fn a_note_changes_no_answer() {
    let mut noted = 0;
    for seed in 0..6 {
        let dir = tempfile::tempdir().unwrap();
        bare(dir.path());
        let stores = ["main", "other"].map(|branch| Store::open(dir.path(), branch, false).unwrap());
        let mut chance = Chance(seed);
        let mut older: Vec<(PathBuf, Vec<u8>)> = vec![];
        for _ in 0..25 {
            let prefix = format!("r/n{}/p{}/q{}", chance.below(3), chance.below(3), chance.below(2));
            step(&stores[usize::from(chance.below(5) == 0)], &prefix, &chance.files());
            let there = notes(dir.path());
            noted += there.len();
            for note in there {
                let bytes = fs::read(&note).unwrap();
                match chance.below(8) {
                    0 => fs::remove_file(&note).unwrap(),
                    1 => fs::write(&note, &bytes[..chance.below(bytes.len())]).unwrap(),
                    2 => {
                        let mut flipped = bytes.clone();
                        let at = chance.below(bytes.len());
                        flipped[at] ^= 1 << chance.below(8);
                        fs::write(&note, flipped).unwrap();
                    }
                    // One of another time is as good, and one of another branch is none.
                    3 if !older.is_empty() => {
                        fs::write(&note, &older[chance.below(older.len())].1).unwrap();
                    }
                    _ => older.push((note, bytes)),
                }
            }
        }
    }
    assert!(noted > 60, "only {noted} notes were seen");
}

#[test]
fn a_note_of_a_tree_that_is_gone_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let files = |name: &str| vec![(format!("pipe/{name}.yaml"), name.to_owned())];
    for name in NAMES {
        step(&store(dir.path()), &format!("r/n/p/{name}"), &files(name));
    }
    let [note] = notes(dir.path()).try_into().unwrap();
    let kept = fs::read(&note).unwrap();
    // The branch begins anew, and what it was is taken away.
    repository.find_reference("refs/heads/main").unwrap().delete().unwrap();
    fs::remove_dir_all(dir.path().join("objects/pack")).unwrap();
    step(&store(dir.path()), "r/n/p/z", &files("a"));
    step(&store(dir.path()), "r/n/p/y", &files("b"));
    assert_eq!(fs::read(&note).unwrap(), kept);
}

#[test]
fn writers_that_race_have_one_answer() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    std::thread::scope(|scope| {
        for writer in 0..6 {
            let store = store(dir.path());
            scope.spawn(move || {
                let mut chance = Chance(writer);
                for at in 0..8 {
                    step(&store, &format!("r/n{}/p/q{writer}{at}", at % 2), &chance.files());
                }
            });
        }
    });
    assert!(!notes(dir.path()).is_empty() && left_behind(dir.path()).is_empty());
}

#[test]
fn a_note_that_cannot_be_written_is_done_without() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    fs::create_dir_all(dir.path().join("vow.names.part/x")).unwrap();
    for name in NAMES {
        step(
            &store(dir.path()),
            &format!("r/n/p/{name}"),
            &[(format!("pipe/group/{name}.yaml"), "x".into())],
        );
    }
    assert_eq!(notes(dir.path()), [dir.path().join("vow.names.part")]);
}

/// A small repository with more names than memory has room for: each folder holds the next one forty times.
#[test]
fn a_folder_that_holds_itself_is_not_counted_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let repository = bare(dir.path());
    let mut inner = repository.blob(b"x").unwrap();
    for level in 0..6 {
        let mut tree = repository.treebuilder(None).unwrap();
        let mode = if level == 0 { 0o100_644 } else { 0o040_000 };
        for entry in 0..40 {
            tree.insert(format!("e{entry}"), inner, mode).unwrap();
        }
        inner = tree.write().unwrap();
    }
    let mut top = repository.treebuilder(None).unwrap();
    top.insert("r", inner, 0o040_000).unwrap();
    let tree = repository.find_tree(top.write().unwrap()).unwrap();
    let who = git2::Signature::new("g", "g@x", &git2::Time::new(0, 0)).unwrap();
    repository.commit(Some("refs/heads/main"), &who, &who, "m", &tree, &[]).unwrap();
    let asked = |snapshot: &Snapshot| {
        // There may be a file of any name, so whoever asks has to look.
        assert_eq!(snapshot.among("r", &LEVELS, ["a"])?, BTreeSet::from(["a"]));
        Ok(())
    };
    store(dir.path()).read::<_, GitError>(&mut |_, _| {}, asked).unwrap();
}

/// What is asked about a few folders asks nothing of the others, unless a note has the answer.
#[test]
fn without_a_note_nothing_is_read_for_an_answer_that_may_be_had_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    bare(dir.path());
    for name in ["a.yaml", "x"] {
        step(&store(dir.path()), &format!("r/n/p/{}", &name[..1]), &[(format!("pipe/{name}"), "x".into())]);
    }
    let noted = || {
        let work = |snapshot: &Snapshot| {
            let there = snapshot.among_noted("r", &LEVELS, ["a.yaml", "x", "y"])?;
            Ok(there.map(|there| there.into_iter().map(str::to_owned).collect::<Vec<String>>()))
        };
        store(dir.path()).read::<_, GitError>(&mut |_, _| {}, work).unwrap()
    };
    assert_eq!(noted(), None);
    for name in NAMES {
        step(
            &store(dir.path()),
            &format!("r/n/p/{name}{name}"),
            &[(format!("pipe/{name}.yaml"), "x".into())],
        );
    }
    assert_eq!(noted(), Some(vec!["a.yaml".to_owned(), "x".to_owned()]));
}
