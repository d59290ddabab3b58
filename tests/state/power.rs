//! Power that is lost: what a run writes is recorded, and played again with some of what was not yet synced left out.
//!
//! What is synced is there. Of the rest, any part may be: a name that was made, moved or removed without a sync of its folder,
//! and bytes without a sync of their file, of which the first half may have come, or zeros in their place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::crash::{Scene, scenes};
use crate::world::{
    Chance, World, copy, each, folder, fsck, full, image, judge, left_behind, number, said, shim, tip,
};

/// A call that changed something.
#[derive(Clone, Debug)]
struct Event {
    call: String,
    path: PathBuf,
    other: PathBuf,
    offset: usize,
    bytes: Vec<u8>,
}

/// Runs a scene in a copy of its base, and gives what it wrote; paths are relative to the copy.
fn record(world: &World, scene: &Scene) -> Vec<Event> {
    let room = folder();
    let (copied, log) = (room.path().join("base"), room.path().join("log"));
    copy(&scene.base, &copied);
    let words: Vec<&str> = scene.words.iter().map(String::as_str).collect();
    let mut vow = world.vow(&words, &copied.join(scene.inner));
    vow.env("LD_PRELOAD", shim()).env("SHIM_ROOT", &copied).env("SHIM_LOG", &log);
    let out = vow.output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    let bytes = fs::read(&log).unwrap_or_default();
    let mut rest = &bytes[..];
    let mut events = vec![];
    while !rest.is_empty() {
        let size = |at: usize| u32::from_ne_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
        let (a, b, c) = (size(0), size(4), size(8));
        let long = |at: usize| u64::from_ne_bytes(rest[at..at + 8].try_into().unwrap()) as usize;
        let (offset, length) = (long(12), long(20));
        rest = &rest[28..];
        let mut take = |n: usize| {
            let (head, tail) = rest.split_at(n);
            rest = tail;
            head.to_vec()
        };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let relative =
            |path: String| Path::new(&path).strip_prefix(&copied).map(Path::to_owned).unwrap_or_default();
        let (call, path, other) = (text(take(a)), relative(text(take(b))), relative(text(take(c))));
        events.push(Event { call, path, other, offset, bytes: take(length) });
    }
    events
}

/// A disk: names that stand for files, and what the files hold; folders hold nothing.
#[derive(Clone, Default)]
struct Disk {
    names: BTreeMap<PathBuf, usize>,
    files: Vec<Option<Vec<u8>>>,
}

/// Something that is on its way to the disk.
#[derive(Clone, Debug)]
enum Pending {
    /// A name that stands for a file from now on.
    Name(PathBuf, usize),
    /// A name that stands for nothing from now on.
    Gone(PathBuf),
    /// One name instead of another: both, or neither.
    Moved(PathBuf, PathBuf, usize),
    /// Bytes of a file.
    Bytes(usize, usize, Vec<u8>),
    /// A file that is cut.
    Cut(usize, usize),
}

impl Disk {
    fn of(folder: &Path) -> Disk {
        let mut disk = Disk::default();
        for (path, content) in image(folder) {
            disk.names.insert(path, disk.files.len());
            disk.files.push(content);
        }
        disk
    }

    fn take(&mut self, pending: &Pending) {
        match pending {
            Pending::Name(path, file) => drop(self.names.insert(path.clone(), *file)),
            Pending::Gone(path) => drop(self.names.remove(path)),
            Pending::Moved(from, to, file) => {
                self.names.remove(from);
                self.names.insert(to.clone(), *file);
            }
            Pending::Bytes(file, offset, bytes) => {
                if let Some(Some(content)) = self.files.get_mut(*file) {
                    content.resize(content.len().max(offset + bytes.len()), 0);
                    content[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
            }
            Pending::Cut(file, length) => {
                if let Some(Some(content)) = self.files.get_mut(*file) {
                    content.resize(*length, 0);
                }
            }
        }
    }

    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let mut first: BTreeMap<usize, PathBuf> = BTreeMap::new();
        for (path, file) in &self.names {
            let (path, above) = (folder.join(path), folder.join(path).parent().unwrap().to_owned());
            match &self.files[*file] {
                _ if !above.is_dir() => {} // A name in a folder whose own name was lost.
                None => fs::create_dir_all(&path).unwrap(),
                Some(content) => match first.get(file) {
                    Some(other) => fs::hard_link(other, &path).unwrap(),
                    None => {
                        fs::write(&path, content).unwrap();
                        first.insert(*file, path);
                    }
                },
            }
        }
    }
}

/// The disk after `events`, of which what was not synced comes by chance.
fn lost(base: &Disk, events: &[Event], chance: &mut Chance) -> Disk {
    // As it is for a process, and what is on its way to the disk.
    let (mut seen, mut pending): (Disk, Vec<Pending>) = (base.clone(), vec![]);
    let mut disk = base.clone();
    for event in events {
        let known = seen.names.get(&event.path).copied();
        let new = match event.call.as_str() {
            "create" | "mkdir" => {
                let content = (event.call == "create").then(Vec::new);
                [&mut seen, &mut disk].into_iter().for_each(|d| d.files.push(content.clone()));
                Some(Pending::Name(event.path.clone(), seen.files.len() - 1))
            }
            "write" => known.map(|file| Pending::Bytes(file, event.offset, event.bytes.clone())),
            "truncate" => known.map(|file| Pending::Cut(file, event.offset)),
            "unlink" | "rmdir" => Some(Pending::Gone(event.path.clone())),
            "rename" => known.map(|file| Pending::Moved(event.path.clone(), event.other.clone(), file)),
            "link" => known.map(|file| Pending::Name(event.other.clone(), file)),
            "fsync" => {
                let is_folder = known.is_some_and(|file| seen.files[file].is_none());
                pending.retain(|p| {
                    let synced = match p {
                        Pending::Bytes(file, ..) | Pending::Cut(file, _) => Some(*file) == known,
                        Pending::Name(path, _) | Pending::Gone(path) | Pending::Moved(_, path, _) => {
                            is_folder && path.parent() == Some(&event.path)
                        }
                    };
                    if synced {
                        disk.take(p);
                    }
                    !synced
                });
                None
            }
            other => panic!("nobody knows `{other}`"),
        };
        if let Some(new) = new {
            seen.take(&new);
            pending.push(new);
        }
    }
    // All, none, or each by chance.
    let share = chance.below(5);
    for p in &pending {
        match (p, share) {
            (_, 0) => {}
            (p, 1) => disk.take(p),
            (Pending::Bytes(file, offset, bytes), _) => match chance.below(4) {
                0 => {}
                1 => disk.take(&Pending::Bytes(*file, *offset, vec![0; bytes.len()])),
                2 => disk.take(&Pending::Bytes(*file, *offset, bytes[..bytes.len() / 2].to_vec())),
                _ => disk.take(p),
            },
            (p, _) => {
                if chance.below(2) == 0 {
                    disk.take(p);
                }
            }
        }
    }
    disk
}

/// Plays one loss of power; what is wrong with what is there afterwards.
fn play(world: &World, scene: &Scene, base: &Disk, events: &[Event], seed: u64) -> Vec<String> {
    let mut chance = Chance::new(seed);
    let after = chance.below(events.len() + 1);
    let disk = lost(base, &events[..after], &mut chance);
    let room = folder();
    disk.write(room.path());
    let repo = room.path().join(scene.inner);
    let mut wrong = vec![];
    let now = tip(&repo, scene.branch);
    if now != scene.old && now != scene.new {
        wrong.push(format!("the tip is {now:?}, neither old nor new"));
    }
    wrong.extend(fsck(&repo));
    let words: Vec<&str> = scene.words.iter().map(String::as_str).collect();
    let next = world.vow(&words, &repo).output().unwrap();
    if !next.status.success() || tip(&repo, scene.branch) != scene.new {
        wrong.push(format!("the next run does not converge: {}", said(&next)));
    }
    wrong.extend(left_behind(&repo).into_iter().map(|f| format!("{f} is left")));
    wrong.extend(fsck(&repo));
    let title = format!("{}, seed {seed}, after {after} of {} writes", scene.title, events.len());
    wrong.into_iter().map(|w| format!("{title}: {w}")).collect()
}

#[test]
fn power_that_is_lost_leaves_the_old_state_or_the_new_one() {
    let (world, room) = (World::new(), folder());
    let layouts: &[&'static str] =
        if full() { &["plain", "gc", "nested", "loose"] } else { &["plain", "nested"] };
    let scenes = scenes(&world, room.path(), layouts);
    let count = number("VOW_STATE_LOSSES", if full() { 12_000 } else { 80 });
    let recorded: Vec<_> = scenes.iter().map(|s| (s, Disk::of(&s.base), record(&world, s))).collect();
    let first = number("VOW_SEED", 1) as u64;
    let seeds: Vec<u64> = (0..count as u64).map(|n| first * 1_000_003 + n).collect();
    let wrong = each(&seeds, |seed| {
        let (scene, base, events) = &recorded[usize::try_from(*seed).unwrap() % recorded.len()];
        play(&world, scene, base, events, *seed)
    });
    judge("losses of power", seeds.len(), &wrong);
}
