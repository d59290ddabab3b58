//! Histories by chance: apply, apply again, update, delete, delete again.

use std::collections::BTreeMap;

use crate::world::{
    Chance, EMPTY, World, bare, each, folder, fsck, full, judge, number, said, tip, told, tree,
};

/// How many things happen in one history.
const STEPS: usize = 10;
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Plays one history; what is wrong with it.
fn play(world: &World, seed: u64) -> Vec<String> {
    let room = folder();
    let repo = room.path().join("r.git");
    bare(&repo);
    let mut chance = Chance::new(seed);
    let mut wrong = vec![];
    let mut there: BTreeMap<&str, String> = BTreeMap::new();
    // The tree for each set of requests that was there: it depends on nothing else.
    let mut trees: BTreeMap<String, String> = BTreeMap::from([(String::new(), EMPTY.to_owned())]);
    let mut log = vec![];
    let mut commits = 0;
    for step in 0..STEPS + NAMES.len() {
        let name = NAMES[if step < STEPS { chance.below(NAMES.len()) } else { step - STEPS }];
        let (words, effect) = match chance.below(5) {
            0 | 1 if step < STEPS => {
                let file = world.request(name, ["x", "y"][chance.below(2)], chance.below(3));
                let effect = there.insert(name, file.clone()).as_ref() != Some(&file);
                (vec!["apply".to_owned(), file], effect)
            }
            2 if step < STEPS && there.contains_key(name) => {
                (vec!["apply".to_owned(), there[name].clone()], false)
            }
            _ => {
                let effect = there.remove(name).is_some();
                (["delete", &format!("Web/{name}"), "-n", "team"].map(str::to_owned).to_vec(), effect)
            }
        };
        log.push(words.join(" "));
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--time", "1"]).collect();
        let out = world.vow(&words, &repo).output().unwrap();
        commits += usize::from(effect);
        let mut is = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!(
                    "history {seed}: {what} after {}\nit said: {}",
                    log.join("; "),
                    said(&out)
                ));
            }
        };
        is(out.status.success(), "failed");
        let count =
            tip(&repo, "main").map_or(0, |_| told(&repo, &["rev-list", "--count", "main"]).parse().unwrap());
        is(count == commits, &format!("{count} commits instead of {commits}"));
        let set: Vec<&str> = there.values().map(String::as_str).collect();
        let now = tree(&repo, "main");
        let before = trees.entry(set.join(",")).or_insert_with(|| now.clone());
        is(*before == now, "another tree than when the same requests were there before,");
    }
    if tree(&repo, "main") != EMPTY {
        wrong.push(format!("history {seed}: something is left at the end of {}", log.join("; ")));
    }
    wrong.extend(fsck(&repo).map(|f| format!("history {seed}: {f}")));
    wrong
}

#[test]
fn a_history_depends_on_nothing_but_the_requests_that_are_there() {
    let world = World::new();
    let count = number("VOW_STATE_HISTORIES", if full() { 10_000 } else { 12 });
    let first = number("VOW_SEED", 1) as u64;
    let seeds: Vec<u64> = (0..count as u64).map(|n| first * 1_000_003 + n).collect();
    let wrong = each(&seeds, |seed| play(&world, *seed));
    judge("histories", seeds.len(), &wrong);
}

#[test]
fn a_merge_by_hand_hides_nothing() {
    let (world, room) = (World::new(), folder());
    let repo = room.path().join("r.git");
    bare(&repo);
    world.done(&["apply", &world.request("shop", "a", 1), "--time", "1"], &repo);
    let by_hand = told(&repo, &["commit-tree", "main^{tree}", "-p", "main", "-m", "by hand"]);
    world.done(&["apply", &world.request("other", "a", 0), "--time", "1"], &repo);
    // Somebody merges main into a branch of theirs, so that main is not the first parent, and moves main there.
    let merge = ["commit-tree", "main^{tree}", "-p", &by_hand, "-p", "main", "-m", "merge"];
    let merged = told(&repo, &merge);
    told(&repo, &["update-ref", "refs/heads/main", &merged]);
    let out = world.done(&["status", "-o", "json"], &repo);
    let status: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(status["drift"], serde_json::json!([]));
    assert!(status["requests"].as_array().unwrap().iter().all(|r| r["vowVersion"].is_string()), "{status}");
    let out = world.done(&["log", "-o", "json"], &repo);
    let log: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let subjects: Vec<&str> =
        log.as_array().unwrap().iter().map(|c| c["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Apply Web/other in team", "Apply Web/shop in team"]);
}

#[test]
fn an_output_that_cannot_be_written_does_not_hide_the_commit() {
    let (world, room) = (World::new(), folder());
    let repo = room.path().join("r.git");
    bare(&repo);
    let file = world.request("shop", "a", 1);
    for form in ["text", "json"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let words = ["apply", &*file, "--branch", form, "-o", form];
        let out = world.vow(&words, &repo).stdout(full).output().unwrap();
        assert_eq!(out.status.code(), Some(3), "{}", said(&out));
        assert!(said(&out).contains("committed "), "{}", said(&out));
        assert!(said(&out).contains("the output cannot be written"), "{}", said(&out));
        assert!(tip(&repo, form).is_some());
    }
}
