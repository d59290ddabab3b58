//! A writer that is killed at every call, and calls that fail.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use crate::world::{
    World, bare, copy, each, folder, fsck, full, git, judge, left_behind, said, shim, tip, told,
};

/// What is there before, and what is then done.
pub(crate) struct Scene {
    pub(crate) title: String,
    pub(crate) base: PathBuf,
    /// Where the repository lies in a copy of the base.
    pub(crate) inner: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) words: Vec<String>,
    /// The tip before and after; commits are the same for the same words.
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    /// How many calls it takes.
    pub(crate) calls: usize,
}

/// A title, what is done before, and what is done then.
type Scenario = (&'static str, Vec<Vec<String>>, Vec<String>);

const LAYOUTS: [&str; 5] = ["plain", "gc", "nested", "worktree", "loose"];

/// Every scenario in every layout of a repository.
pub(crate) fn scenes(world: &World, room: &Path, layouts: &[&'static str]) -> Vec<Scene> {
    let shop = world.request("shop", "a", 2);
    let smaller = world.request("shop", "b", 1);
    let other = world.request("other", "a", 1);
    let many = world.request("many", "a", 66);
    // So many folders that what was found in them is noted down.
    let wide = world.request("wide", "a", 100);
    let apply = |file: &str| vec!["apply".to_owned(), file.to_owned()];
    let delete = vec!["delete".to_owned(), "Web/shop".to_owned(), "-n".to_owned(), "team".to_owned()];
    let scenarios: [Scenario; 8] = [
        ("first commit", vec![], apply(&shop)),
        ("create", vec![apply(&other)], apply(&shop)),
        ("update", vec![apply(&other), apply(&shop)], apply(&smaller)),
        ("no change", vec![apply(&other), apply(&shop)], apply(&shop)),
        ("delete", vec![apply(&other), apply(&shop)], delete),
        ("200 files", vec![apply(&other)], apply(&many)),
        ("a note is written", vec![apply(&wide)], apply(&shop)),
        ("a note is read", vec![apply(&wide), apply(&other)], apply(&shop)),
    ];
    let mut scenes = vec![];
    let only = std::env::var("VOW_STATE_SCENES").unwrap_or_default();
    for layout in layouts {
        for (title, before, last) in scenarios.iter().filter(|(title, ..)| title.contains(&only)) {
            let base = room.join(format!("{layout} {title}"));
            scenes.push(scene(world, layout, title, base, before, last));
        }
    }
    scenes
}

fn scene(
    world: &World,
    layout: &str,
    title: &str,
    base: PathBuf,
    before: &[Vec<String>],
    last: &[String],
) -> Scene {
    let inner = if layout == "worktree" { "work" } else { "" };
    let branch = if layout == "nested" { "team/dev" } else { "main" };
    let repo = base.join(inner);
    match layout {
        "worktree" => {
            std::fs::create_dir_all(&repo).unwrap();
            told(&repo, &["init", "-q", "--template=", "--initial-branch=trunk", "."]);
            std::fs::write(repo.join("readme"), "by hand\n").unwrap();
            told(&repo, &["add", "readme"]);
            told(&repo, &["commit", "-q", "-m", "by hand"]);
        }
        _ => bare(&repo),
    }
    let with = |words: &[String]| -> Vec<String> {
        let more = ["--branch", branch, "--time", "1700000000"].map(str::to_owned);
        words.iter().cloned().chain(more).collect()
    };
    let run = |words: &[String], repo: &Path| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        world.done(&words, repo);
    };
    before.iter().for_each(|words| run(&with(words), &repo));
    match layout {
        "gc" => drop(told(&repo, &["gc", "-q", "--prune=now"])),
        "loose" => loosen(&repo),
        _ => {}
    }
    let copied = base.with_extension("after");
    copy(&base, &copied);
    let words = with(last);
    let counted = base.with_extension("count");
    let strs: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut vow = world.vow(&strs, &copied.join(inner));
    vow.env("LD_PRELOAD", shim()).env("SHIM_ROOT", &copied).env("SHIM_COUNT", &counted);
    let out = vow.output().unwrap();
    assert!(out.status.success(), "{title}: {}", said(&out));
    let calls = std::fs::read_to_string(&counted).unwrap().trim().parse().unwrap();
    assert!(calls > 20, "{title}: the shim sees {calls} calls");
    let (old, new) = (tip(&repo, branch), tip(&copied.join(inner), branch));
    assert_eq!(old == new, title == "no change", "{title}");
    let names = walkdir::WalkDir::new(&copied).into_iter().map(|e| e.unwrap().file_name().to_owned());
    let is_noted = names.into_iter().any(|name| name.to_string_lossy().starts_with("vow.names-"));
    assert_eq!(is_noted, title.starts_with("a note"), "{title}");
    Scene { title: format!("{title} ({layout})"), base, inner, branch, words, old, new, calls }
}

/// Has every object be a file of its own.
fn loosen(repo: &Path) {
    let packs = repo.join("objects/pack");
    let aside = repo.join("aside");
    std::fs::create_dir(&aside).unwrap();
    for entry in std::fs::read_dir(&packs).unwrap().map(Result::unwrap) {
        std::fs::rename(entry.path(), aside.join(entry.file_name())).unwrap();
    }
    for entry in std::fs::read_dir(&aside).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|e| e == "pack") {
            let pack = std::fs::File::open(entry.path()).unwrap();
            assert!(git(repo, &["unpack-objects", "-q"]).stdin(pack).status().unwrap().success());
        }
    }
    std::fs::remove_dir_all(aside).unwrap();
}

/// What happens at one call of one scene.
struct Point<'a> {
    scene: &'a Scene,
    call: usize,
    /// `kill`, `half` or an errno.
    what: String,
    lasts: bool,
}

impl Point<'_> {
    fn title(&self) -> String {
        let lasts = if self.lasts { " and from then on" } else { "" };
        format!("{} at call {}{lasts}: {}", self.scene.title, self.call, self.what)
    }

    /// Runs it in a copy of the base; what is wrong afterwards.
    fn run(&self, world: &World) -> Vec<String> {
        let room = folder();
        let copied = room.path().join("base");
        copy(&self.scene.base, &copied);
        let repo = copied.join(self.scene.inner);
        let words: Vec<&str> = self.scene.words.iter().map(String::as_str).collect();
        let mut vow = world.vow(&words, &repo);
        vow.env("LD_PRELOAD", shim()).env("SHIM_ROOT", &copied);
        vow.env("SHIM_AT", self.call.to_string()).env("SHIM_DO", &self.what);
        if self.lasts {
            vow.env("SHIM_LASTS", "1");
        }
        let out = vow.output().unwrap();
        let mut wrong = self.judge(&repo, &out);
        // Whoever comes next finishes it, and leaves nothing behind.
        let next = world.vow(&words, &repo).output().unwrap();
        let now = tip(&repo, self.scene.branch);
        if !next.status.success() || now != self.scene.new {
            wrong.push(format!("the next run does not converge: tip {now:?}: {}", said(&next)));
        }
        let left = left_behind(&repo);
        if !left.is_empty() {
            wrong.push(format!("the next run leaves {left:?}"));
        }
        wrong.extend(fsck(&repo));
        wrong.into_iter().map(|w| format!("{}: {w}\nit said: {}", self.title(), said(&out))).collect()
    }

    /// Judges the repository after the fault: old or new, whole, and what was said is true.
    fn judge(&self, repo: &Path, out: &std::process::Output) -> Vec<String> {
        let mut wrong: Vec<String> = fsck(repo).into_iter().collect();
        let now = tip(repo, self.scene.branch);
        if now != self.scene.old && now != self.scene.new {
            wrong.push(format!("the tip is {now:?}, neither old nor new"));
        }
        let faulty = self.what.parse::<i32>().is_ok();
        let unsure = said(out).contains("is not known");
        match out.status.code() {
            Some(0) if now != self.scene.new => wrong.push("a false success".into()),
            Some(0 | 3) if !faulty => {}
            Some(3) if now != self.scene.old && !unsure => {
                wrong.push("it is there, and it said that it is not".into())
            }
            Some(0 | 1 | 3) => {}
            None if !faulty && out.status.signal() == Some(9) => {}
            _ => wrong.push(format!("it ended with {:?}", out.status)),
        }
        wrong
    }
}

/// The points of all scenes, or a sample of so many.
fn sampled<'a>(points: Vec<Point<'a>>, most: usize) -> Vec<Point<'a>> {
    let step = if full() { 1 } else { points.len().div_ceil(most).max(1) };
    // Not always the same calls of each scene: the step shares no factor with their numbers.
    points.into_iter().skip(step / 2).step_by(step).collect()
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let (world, room) = (World::new(), folder());
    let layouts = if full() { &LAYOUTS[..] } else { &LAYOUTS[..2] };
    let scenes = scenes(&world, room.path(), layouts);
    let points = scenes.iter().flat_map(|scene| {
        let kinds = ["kill", "half"].into_iter();
        kinds.flat_map(move |what| {
            (1..=scene.calls).map(move |call| Point { scene, call, what: what.into(), lasts: false })
        })
    });
    let points = sampled(points.collect(), 100);
    let wrong = each(&points, |point| point.run(&world));
    judge("kills", points.len(), &wrong);
}

/// EIO, ENOSPC, EDQUOT, EMFILE, EACCES.
const ERRORS: [i32; 5] = [5, 28, 122, 24, 13];

#[test]
fn a_call_that_fails_is_told_and_leaves_the_old_state_or_the_new_one() {
    let (world, room) = (World::new(), folder());
    let layouts = if full() { &LAYOUTS[..4] } else { &LAYOUTS[..2] };
    let scenes = scenes(&world, room.path(), layouts);
    let points = scenes.iter().flat_map(|scene| {
        let kinds = ERRORS.into_iter().flat_map(|e| [(e, false), (e, true)]);
        kinds.flat_map(move |(errno, lasts)| {
            (1..=scene.calls).map(move |call| Point { scene, call, what: errno.to_string(), lasts })
        })
    });
    let points = sampled(points.collect(), 130);
    let wrong = each(&points, |point| point.run(&world));
    judge("errors", points.len(), &wrong);
}
