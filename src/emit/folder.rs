//! Writes a bundle into a folder: all files or none.
//!
//! Everything is first written into a hidden folder beside the files, on the same file system. Then old files step aside
//! and new ones take their place by renaming; if one step fails, the steps before it are taken back.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::emit::bundle::Bundle;

/// Why a bundle was not written. The folder is then as before, unless [`EmitError::Stuck`] says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// A link where a file or folder of ours goes.
    #[error("`{0}` is a symbolic link, and none is followed")]
    Link(PathBuf),
    /// A folder where a file of ours goes, or a file where a folder of ours goes.
    #[error("`{0}` is in the way")]
    InTheWay(PathBuf),
    /// The system says no.
    #[error("cannot {action} `{path}`: {}", .source.kind())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A failed write could not be taken back.
    #[error("the files in `{path}` are neither the old nor the new ones; the old ones are in `{kept}`")]
    Stuck {
        /// The folder.
        path: PathBuf,
        /// Where the files are that were there before.
        kept: PathBuf,
        /// What went wrong first.
        source: Box<EmitError>,
    },
}

/// Writes all files of `bundle` beneath `dir`, or none.
///
/// `dir` is made if it is not there. A file of the same path is replaced; files that are not in the bundle are left
/// alone.
///
/// # Errors
/// If a link, a folder or a file is in the way, or the system fails; nothing has changed then.
pub fn write_folder(dir: &Path, bundle: &Bundle) -> Result<(), EmitError> {
    change_folders(&[Change { dir, write: bundle, remove: &[], public: false }])
}

/// What happens to one folder.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The folder; it is made if it is not there.
    pub dir: &'a Path,
    /// The files that it is to have.
    pub write: &'a Bundle,
    /// The paths of files that it is to have no longer. What is not there need not go.
    pub remove: &'a [String],
    /// Whether every user may read what is written, whatever the process' mask says.
    pub public: bool,
}

/// Changes several folders, which may be on several file systems: all of them or none.
///
/// Everything is written beside its place first, so a full disk is found before anything has changed.
///
/// # Errors
/// If a link, a folder or a file is in the way, or the system fails; nothing has changed then.
pub fn change_folders(changes: &[Change<'_>]) -> Result<(), EmitError> {
    let mut undos: Vec<Undo> = changes.iter().map(|c| Undo::of(c.dir)).collect();
    let work = |undos: &mut Vec<Undo>| {
        let mut staged = vec![];
        for (change, undo) in changes.iter().zip(undos.iter_mut()) {
            staged.push(stage(*change, undo)?);
        }
        for (staged, undo) in staged.iter().zip(undos.iter_mut()) {
            commit(staged, undo)?;
        }
        Ok(staged)
    };
    match work(&mut undos) {
        Ok(staged) => {
            staged.iter().for_each(tidy);
            Ok(())
        }
        Err(error) => Err(undos.into_iter().rev().fold(error, |error, undo| undo.run(error))),
    }
}

/// Removes what a process that was killed left behind beside the files of `dir`. To be called only by whoever is the only
/// one to write there.
///
/// # Errors
/// If the system fails.
pub fn sweep(dir: &Path) -> Result<(), EmitError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io_error("look into", dir)(e)),
    };
    for entry in entries {
        let entry = entry.map_err(io_error("look into", dir))?;
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if is_folder && entry.file_name().to_string_lossy().starts_with(STAGE) {
            fs::remove_dir_all(entry.path()).map_err(io_error("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// How the names of the hidden folders begin.
const STAGE: &str = ".vow-stage-";

/// A change whose files lie ready.
struct Staged<'a> {
    change: Change<'a>,
    root: PathBuf,
    stage: PathBuf,
    /// Each new file with its place.
    new: Vec<(PathBuf, PathBuf)>,
}

fn stage<'a>(change: Change<'a>, undo: &mut Undo) -> Result<Staged<'a>, EmitError> {
    let dir = change.dir;
    make_folders(dir, change.public, undo)?;
    // Links above the folder are the user's own choice; below it they are not.
    let root = dir.canonicalize().map_err(io_error("find", dir))?;
    let stage =
        tempfile::Builder::new().prefix(STAGE).tempdir_in(&root).map_err(io_error("write into", dir))?;
    let stage = undo.stage.insert(stage).path().to_path_buf();
    let mut new = vec![];
    for (number, (path, bytes)) in change.write.iter().enumerate() {
        check_way(&root, path)?;
        let file = stage.join(format!("{number}.new"));
        write_file(&file, bytes, change.public)?;
        new.push((file, root.join(path)));
    }
    change.remove.iter().try_for_each(|path| check_way(&root, path))?;
    Ok(Staged { change, root, stage, new })
}

fn commit(staged: &Staged<'_>, undo: &mut Undo) -> Result<(), EmitError> {
    for (number, path) in staged.change.remove.iter().enumerate() {
        let (target, old) = (staged.root.join(path), staged.stage.join(format!("{number}.gone")));
        if target.symlink_metadata().is_ok() {
            rename(&target, &old)?;
            undo.steps.push(Step::Restore { from: old, to: target });
        }
    }
    for (number, (new, target)) in staged.new.iter().enumerate() {
        if let Some(folder) = target.parent() {
            make_folders(folder, staged.change.public, undo)?;
        }
        if target.symlink_metadata().is_ok() {
            let old = staged.stage.join(format!("{number}.old"));
            // With a second name for the old file there is no moment without one; not every file system gives it.
            match fs::hard_link(target, &old) {
                Ok(()) => {}
                Err(_) => rename(target, &old)?,
            }
            undo.steps.push(Step::Restore { from: old, to: target.clone() });
        }
        rename(new, target)?;
        undo.steps.push(Step::RemoveFile(target.clone()));
    }
    Ok(())
}

/// Removes the folders that nothing is left in.
fn tidy(staged: &Staged<'_>) {
    for path in staged.change.remove {
        let folders = Path::new(path).ancestors().skip(1).filter(|f| *f != Path::new(""));
        // One that still holds something stays, and so do those above it.
        let _ = folders.take_while(|f| fs::remove_dir(staged.root.join(f)).is_ok()).count();
    }
}

/// What must be done to be where we were; the last step first.
struct Undo {
    dir: PathBuf,
    steps: Vec<Step>,
    /// The hidden folder; removed when this is dropped.
    stage: Option<tempfile::TempDir>,
}

enum Step {
    RemoveFolder(PathBuf),
    RemoveFile(PathBuf),
    Restore { from: PathBuf, to: PathBuf },
}

impl Undo {
    fn of(dir: &Path) -> Undo {
        Undo { dir: dir.to_path_buf(), steps: vec![], stage: None }
    }

    fn run(mut self, error: EmitError) -> EmitError {
        let (folders, files): (Vec<_>, Vec<_>) =
            self.steps.drain(..).rev().partition(|s| matches!(s, Step::RemoveFolder(_)));
        let taken_back = files.iter().map(Step::run).filter(io::Result::is_err).count() == 0;
        let stage = self.stage.take();
        if !taken_back {
            let kept = stage.map_or_else(PathBuf::new, tempfile::TempDir::keep);
            return EmitError::Stuck { path: self.dir, kept, source: Box::new(error) };
        }
        drop(stage);
        // A folder that someone else has put something into meanwhile is theirs now.
        let _ = folders.iter().map(Step::run).filter(io::Result::is_err).count();
        error
    }
}

impl Step {
    fn run(&self) -> io::Result<()> {
        match self {
            Step::RemoveFolder(path) => fs::remove_dir(path),
            Step::RemoveFile(path) => fs::remove_file(path),
            Step::Restore { from, to } => fs::rename(from, to),
        }
    }
}

/// Makes `dir` and the folders above it, noting each that was not there.
fn make_folders(dir: &Path, public: bool, undo: &mut Undo) -> Result<(), EmitError> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|a| *a != Path::new("") && !a.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).map_err(io_error("make", folder))?;
        undo.steps.push(Step::RemoveFolder(folder.to_path_buf()));
        allow(folder, public, 0o755)?;
    }
    match dir.is_dir() || dir == Path::new("") {
        true => Ok(()),
        false => Err(EmitError::InTheWay(dir.to_path_buf())),
    }
}

/// Refuses links on the way to `path`, files where folders go, and anything but a file where the file goes.
fn check_way(root: &Path, path: &str) -> Result<(), EmitError> {
    let mut at = root.to_path_buf();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let kind = match at.symlink_metadata() {
            Ok(facts) => facts.file_type(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(io_error("look at", &at)(e)),
        };
        let fits = if parts.peek().is_some() { kind.is_dir() } else { kind.is_file() };
        match (kind.is_symlink(), fits) {
            (true, _) => return Err(EmitError::Link(at)),
            (_, false) => return Err(EmitError::InTheWay(at)),
            _ => {}
        }
    }
    Ok(())
}

/// Gives every user what `mode` says; the process' mask may have taken it away.
fn allow(path: &Path, public: bool, mode: u32) -> Result<(), EmitError> {
    #[cfg(unix)]
    if public {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(path, mode).map_err(io_error("open to all", path))?;
    }
    #[cfg(not(unix))]
    let _ = (path, public, mode);
    Ok(())
}

fn write_file(path: &Path, bytes: &[u8], public: bool) -> Result<(), EmitError> {
    let mut file = fs::File::create_new(path).map_err(io_error("make", path))?;
    allow(path, public, 0o644)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io_error("write", path))
}

fn rename(from: &Path, to: &Path) -> Result<(), EmitError> {
    fs::rename(from, to).map_err(io_error("write", to))
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmitError {
    let path = path.to_path_buf();
    move |source| EmitError::Io { action, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let mut bundle = Bundle::default();
        for (path, text) in files {
            bundle.insert(path, *text).unwrap();
        }
        bundle
    }

    /// Every file beneath `dir` with its text.
    fn listing(dir: &Path) -> Vec<String> {
        let walk = walkdir::WalkDir::new(dir).min_depth(1).sort_by_file_name();
        let show = |e: walkdir::DirEntry| {
            let path = e.path().strip_prefix(dir).unwrap().display().to_string();
            let text = e.file_type().is_file().then(|| fs::read_to_string(e.path()).unwrap());
            format!("{path}={}", text.unwrap_or_default())
        };
        walk.into_iter().map(|e| show(e.unwrap())).collect()
    }

    #[test]
    fn files_are_written_and_foreign_ones_left() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/out");
        write_folder(&out, &bundle(&[("x/one", "1"), ("two", "2")])).unwrap();
        fs::write(out.join("foreign"), "f").unwrap();
        write_folder(&out, &bundle(&[("two", "new")])).unwrap();
        assert_eq!(listing(&out), ["foreign=f", "two=new", "x=", "x/one=1"]);
    }

    #[test]
    fn a_failure_leaves_everything_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "old").unwrap();
        fs::create_dir(dir.path().join("z")).unwrap();
        let before = listing(dir.path());
        let error =
            write_folder(dir.path(), &bundle(&[("a", "new"), ("b/c", "new"), ("z", "new")])).unwrap_err();
        assert!(matches!(error, EmitError::InTheWay(_)));
        assert_eq!(listing(dir.path()), before);
        // The same when the failure comes after files have taken their places, and others have gone.
        let made = bundle(&[("b", "new"), ("n/b", "new")]);
        let gone = ["a".to_owned()];
        let change = Change { dir: dir.path(), write: &made, remove: &gone, public: true };
        let mut undo = Undo::of(dir.path());
        commit(&stage(change, &mut undo).unwrap(), &mut undo).unwrap();
        undo.run(EmitError::InTheWay(PathBuf::new()));
        assert_eq!(listing(dir.path()), before);
        // And when it comes in another folder.
        let (one, other) = (dir.path().join("one"), dir.path().join("other"));
        fs::create_dir_all(other.join("x")).unwrap();
        let before = listing(dir.path());
        let (good, bad) = (bundle(&[("a", "1")]), bundle(&[("x", "1")]));
        let change = |dir, write| Change { dir, write, remove: &[], public: true };
        let error = change_folders(&[change(&one, &good), change(&other, &bad)]).unwrap_err();
        assert!(matches!(error, EmitError::InTheWay(_)));
        assert_eq!(listing(dir.path()), before);
    }

    #[test]
    fn files_are_removed_with_the_folders_that_they_leave_empty() {
        let dir = tempfile::tempdir().unwrap();
        write_folder(dir.path(), &bundle(&[("x/y/one", "1"), ("x/two", "2"), ("z/three", "3")])).unwrap();
        let gone: Vec<String> = ["x/y/one", "z/three", "never/there"].map(str::to_owned).into();
        let change = Change { dir: dir.path(), write: &bundle(&[]), remove: &gone, public: false };
        change_folders(&[change]).unwrap();
        assert_eq!(listing(dir.path()), ["x=", "x/two=2"]);
    }

    #[test]
    fn what_was_left_behind_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(format!("{STAGE}x/y"))).unwrap();
        fs::write(dir.path().join("kept"), "1").unwrap();
        sweep(dir.path()).unwrap();
        sweep(&dir.path().join("none")).unwrap();
        assert_eq!(listing(dir.path()), ["kept=1"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (out, other) = (dir.path().join("out"), dir.path().join("other"));
        fs::create_dir_all(&out).unwrap();
        fs::create_dir_all(&other).unwrap();
        std::os::unix::fs::symlink(&other, out.join("x")).unwrap();
        for path in ["x", "x/a"] {
            assert!(matches!(write_folder(&out, &bundle(&[(path, "1")])), Err(EmitError::Link(_))));
        }
        assert!(listing(&other).is_empty());
    }
}
