//! A platform, its requests, repositories, and the shim between vow and the system.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

const PLATFORM: &str = r#"platform shop {
  promises "*.promise"
  state {
    branch: "main"
    destination one { path: "clusters/one", labels: { environment: "dev" } }
  }
}
"#;

const WEB: &str = r#"promise web version "1.0.0" {
  api Web in example.org/v1 {
    note: String(0..200) = ""
    parts: [DnsLabel] = []
  }

  resource config = v1/ConfigMap self.metadata.name in self.metadata.namespace { data: { note: spec.note } }

  for name in spec.parts {
    request part "${self.metadata.name}-${name}" as DnsLabel { note: spec.note }
  }
}
"#;

const PART: &str = r#"promise part {
  api Part in example.org/v1 { note: String(0..200) }

  resource v1/ConfigMap "${self.metadata.name}-part" as DnsSubdomain in self.metadata.namespace { data: { note: spec.note } }
}
"#;

/// Whether everything is tried, not a sample.
pub(crate) fn full() -> bool {
    std::env::var("VOW_STATE").is_ok_and(|v| v == "full")
}

/// A number that a long run may set.
pub(crate) fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().map_or(otherwise, |n| n.parse().unwrap())
}

/// A folder that needs no disk, if there is one.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

fn program() -> PathBuf {
    std::env::var_os("VOW_STATE_BIN").map_or_else(|| env!("CARGO_BIN_EXE_vow").into(), PathBuf::from)
}

/// The shim, compiled once.
pub(crate) fn shim() -> &'static Path {
    static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/state/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&path).arg(source).args(["-ldl", "-lpthread"]);
        assert!(cc.status().expect("a C compiler, which building vow needs too").success());
        (folder, path)
    });
    path
}

/// A platform in a folder of its own.
pub(crate) struct World {
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> World {
        let folder = folder();
        for (name, text) in [("promises.dsl", PLATFORM), ("web.promise", WEB), ("part.promise", PART)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        World { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a request of a web, and gives its file.
    pub(crate) fn request(&self, name: &str, note: &str, parts: usize) -> String {
        let parts: Vec<String> = (0..parts).map(|i| format!("p{i}")).collect();
        let text = format!(
            "apiVersion: example.org/v1\nkind: Web\nmetadata: {{ name: {name}, namespace: team }}\nspec: {{ note: \"{note}\", parts: [{}] }}\n",
            parts.join(", ")
        );
        let file = format!("{name}-{note}-{}.yaml", parts.len());
        // Others may be reading a file of that name, which says the same.
        let mut whole = tempfile::NamedTempFile::new_in(self.folder.path()).unwrap();
        std::io::Write::write_all(&mut whole, text.as_bytes()).unwrap();
        whole.persist(self.path(&file)).unwrap();
        file
    }

    /// A command of vow on a repository.
    pub(crate) fn vow(&self, words: &[&str], repo: &Path) -> Command {
        let mut vow = Command::new(program());
        // Long runs may have compiled platforms kept, as users have.
        vow.env("VOW_CACHE", std::env::var_os("VOW_STATE_CACHE").unwrap_or_default());
        vow.current_dir(self.folder.path()).arg("state").args(words).arg("--repo").arg(repo);
        vow.env("NO_COLOR", "1").stdin(std::process::Stdio::null());
        vow
    }

    /// Runs a command that must succeed.
    pub(crate) fn done(&self, words: &[&str], repo: &Path) -> Output {
        let out = self.vow(words, repo).output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", said(&out));
        out
    }
}

/// All that a command said.
pub(crate) fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

/// Git without the settings of this machine and its user.
pub(crate) fn git(repo: &Path, words: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(repo).args(words).stdin(std::process::Stdio::null());
    for name in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{name}_NAME"), "git").env(format!("GIT_{name}_EMAIL"), "git@localhost");
    }
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    git
}

/// What git says to a command that must succeed.
pub(crate) fn told(repo: &Path, words: &[&str]) -> String {
    let out = git(repo, words).output().unwrap();
    assert!(out.status.success(), "git {words:?}: {}", said(&out));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

pub(crate) fn bare(path: &Path) {
    fs::create_dir_all(path).unwrap();
    told(path, &["init", "-q", "--bare", "--template=", "--initial-branch=main", "."]);
}

/// The commit of a branch, if it has one.
pub(crate) fn tip(repo: &Path, branch: &str) -> Option<String> {
    let out = git(repo, &["rev-parse", "-q", "--verify", &format!("refs/heads/{branch}")]).output().unwrap();
    out.status.success().then(|| String::from_utf8(out.stdout).unwrap().trim().to_owned())
}

/// The tree of the tip; that of no files if there is no commit.
pub(crate) fn tree(repo: &Path, branch: &str) -> String {
    match tip(repo, branch) {
        Some(tip) => told(repo, &["rev-parse", &format!("{tip}^{{tree}}")]),
        None => EMPTY.to_owned(),
    }
}

/// The tree of no files.
pub(crate) const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// What is wrong with a repository, by git's own word.
pub(crate) fn fsck(repo: &Path) -> Option<String> {
    let out = git(repo, &["fsck", "--strict", "--no-dangling"]).output().unwrap();
    (!out.status.success()).then(|| said(&out))
}

/// Files that a writer must not leave behind.
pub(crate) fn left_behind(repo: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(repo).into_iter().map(Result::unwrap);
    let names = walk.map(|e| e.path().strip_prefix(repo).unwrap().display().to_string());
    let strange = |name: &String| {
        let file = name.rsplit('/').next().unwrap();
        file.ends_with(".keep")
            || file.ends_with(".next")
            || file.ends_with(".part")
            || file.starts_with("tmp_")
            || file.ends_with(".lock") && file != "vow.lock"
    };
    names.filter(strange).collect()
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        match entry.file_type() {
            kind if kind.is_dir() => fs::create_dir_all(target).unwrap(),
            kind if kind.is_symlink() => {
                std::os::unix::fs::symlink(fs::read_link(entry.path()).unwrap(), target).unwrap();
            }
            _ => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Every file below a folder with what it holds, folders among them.
pub(crate) fn image(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let entry = |e: walkdir::DirEntry| {
        let content = match e.file_type() {
            kind if kind.is_file() => Some(fs::read(e.path()).unwrap_or_default()),
            kind if kind.is_symlink() => {
                Some(fs::read_link(e.path()).unwrap().into_os_string().into_encoded_bytes())
            }
            _ => None,
        };
        (e.path().strip_prefix(folder).unwrap().to_owned(), content)
    };
    walk.map(entry).collect()
}

/// Numbers by chance, the same for the same seed.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap() % bound.max(1)
    }
}

/// Works on all of `items` with a few threads, and gives what is wrong.
pub(crate) fn each<T: Sync>(items: &[T], work: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(vec![]);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let found = work(item);
                    if !found.is_empty() {
                        wrong.lock().unwrap().extend(found);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

/// Fails with the first of what is wrong.
pub(crate) fn judge(what: &str, tried: usize, wrong: &[String]) {
    println!("{what}: {tried} tried, {} wrong", wrong.len());
    let first = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n---\n");
    assert!(wrong.is_empty(), "{what}: {} of {tried} wrong\n{first}", wrong.len());
}
