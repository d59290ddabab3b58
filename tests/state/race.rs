//! Many writers at once, with git's own housekeeping and commits beside them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::world::{World, bare, folder, fsck, full, git, judge, left_behind, number, said, told};

#[test]
fn writers_that_race_lose_nothing() {
    let world = World::new();
    let room = folder();
    let repo = room.path().join("r.git");
    bare(&repo);
    let writers = number("VOW_STATE_WRITERS", if full() { 32 } else { 4 });
    let commits = number("VOW_STATE_COMMITS", if full() { 1_000 } else { 6 });
    let (wrong, running) = (Mutex::new(vec![]), AtomicBool::new(true));
    let (by_hand, house) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // git's own race, as its manual says of `gc --prune=now`: it takes away a commit that no branch names yet. A commit by
    // hand and housekeeping take turns, therefore; vow takes none.
    let plain = Mutex::new(());
    let write = |writer: usize| {
        for number in 0..commits {
            // Each writer adds requests of its own, and each third commit changes the one before it.
            let name = format!("w{writer}-{}", number / 3 * 3);
            let file = world.request(&name, &number.to_string(), usize::from(number.is_multiple_of(3)));
            let out = world.vow(&["apply", &file, "--time", "1"], &repo).output().unwrap();
            if !out.status.success() {
                wrong.lock().unwrap().push(format!("writer {writer}, commit {number}: {}", said(&out)));
            }
        }
    };
    std::thread::scope(|scope| {
        let write = &write;
        let all: Vec<_> = (0..writers).map(|writer| scope.spawn(move || write(writer))).collect();
        scope.spawn(|| {
            let kept: [&[&str]; 3] =
                [&["gc", "-q", "--prune=now"], &["repack", "-q", "-ad"], &["pack-refs", "--all"]];
            while running.load(Ordering::Relaxed) {
                let turn = house.fetch_add(1, Ordering::Relaxed);
                {
                    let _turn = plain.lock().unwrap();
                    // They may lose a race against a writer; they must not break anything.
                    git(&repo, kept[turn % 3]).output().unwrap();
                }
                // Room for a commit by hand: a mutex is not fair.
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        });
        scope.spawn(|| {
            while running.load(Ordering::Relaxed) {
                {
                    let _turn = plain.lock().unwrap();
                    // A writer is often faster.
                    let made = (0..8).any(|_| commit_by_hand(&repo));
                    by_hand.fetch_add(usize::from(made), Ordering::Relaxed);
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        });
        all.into_iter().for_each(|writer| writer.join().unwrap());
        running.store(false, Ordering::Relaxed);
    });
    let mut wrong = wrong.into_inner().unwrap();
    let hands = by_hand.into_inner();
    let made: usize = told(&repo, &["rev-list", "--count", "main"]).parse().unwrap();
    if made != writers * commits + hands {
        wrong.push(format!("{made} commits instead of {} and {hands} by hand", writers * commits));
    }
    if !told(&repo, &["rev-list", "--min-parents=2", "main"]).is_empty() {
        wrong.push("the history is not linear".into());
    }
    let files = told(&repo, &["ls-tree", "-r", "--name-only", "main"]);
    for writer in 0..writers {
        for number in (0..commits).step_by(3) {
            if !files.contains(&format!("/w{writer}-{number}/")) {
                wrong.push(format!("w{writer}-{number} is not there"));
            }
        }
    }
    wrong.extend(fsck(&repo));
    world.done(&["apply", &world.request("last", "x", 0)], &repo);
    let left = left_behind(&repo).into_iter().filter(|f| !f.contains("tmp_") || f.contains("tmp_vow"));
    wrong.extend(left.map(|f| format!("{f} is left")));
    println!("{hands} commits by hand, {} rounds of housekeeping", house.into_inner());
    judge("racing commits", writers * commits, &wrong);
}

/// A commit that plain git makes: an empty one, so that nobody needs a work tree.
fn commit_by_hand(repo: &std::path::Path) -> bool {
    let text = |words: &[&str]| {
        let out = git(repo, words).output().unwrap();
        out.status.success().then(|| String::from_utf8(out.stdout).unwrap().trim().to_owned())
    };
    let Some(tip) = text(&["rev-parse", "-q", "--verify", "refs/heads/main"]) else { return false };
    let Some(commit) = text(&["commit-tree", &format!("{tip}^{{tree}}"), "-p", &tip, "-m", "by hand"]) else {
        return false;
    };
    git(repo, &["update-ref", "refs/heads/main", &commit, &tip]).output().unwrap().status.success()
}
