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
    let mut undo = Undo::default();
    match write(dir, bundle, &mut undo) {
        Ok(()) => Ok(()),
        Err(error) => Err(undo.run(dir, error)),
    }
}

fn write(dir: &Path, bundle: &Bundle, undo: &mut Undo) -> Result<(), EmitError> {
    make_folders(dir, undo)?;
    // Links above the folder are the user's own choice; below it they are not.
    let root = dir.canonicalize().map_err(io_error("find", dir))?;
    let stage =
        tempfile::Builder::new().prefix(".vow-").tempdir_in(&root).map_err(io_error("write into", dir))?;
    let stage = undo.stage.insert(stage).path().to_path_buf();
    let mut staged = vec![];
    for (number, (path, bytes)) in bundle.iter().enumerate() {
        check_way(&root, path)?;
        let new = stage.join(format!("{number}.new"));
        write_file(&new, bytes)?;
        staged.push((new, stage.join(format!("{number}.old")), root.join(path)));
    }
    for (new, old, target) in staged {
        if let Some(folder) = target.parent() {
            make_folders(folder, undo)?;
        }
        if target.symlink_metadata().is_ok() {
            rename(&target, &old)?;
            undo.steps.push(Step::Restore { from: old, to: target.clone() });
        }
        rename(&new, &target)?;
        undo.steps.push(Step::RemoveFile(target));
    }
    Ok(())
}

/// What must be done to be where we were; the last step first.
#[derive(Default)]
struct Undo {
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
    fn run(mut self, dir: &Path, error: EmitError) -> EmitError {
        let (folders, files): (Vec<_>, Vec<_>) =
            self.steps.drain(..).rev().partition(|s| matches!(s, Step::RemoveFolder(_)));
        let taken_back = files.iter().map(Step::run).filter(io::Result::is_err).count() == 0;
        let stage = self.stage.take();
        if !taken_back {
            let kept = stage.map_or_else(PathBuf::new, tempfile::TempDir::keep);
            return EmitError::Stuck { path: dir.to_path_buf(), kept, source: Box::new(error) };
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
fn make_folders(dir: &Path, undo: &mut Undo) -> Result<(), EmitError> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|a| *a != Path::new("") && !a.exists()).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(folder).map_err(io_error("make", folder))?;
        undo.steps.push(Step::RemoveFolder(folder.to_path_buf()));
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

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), EmitError> {
    let mut file = fs::File::create_new(path).map_err(io_error("make", path))?;
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
        // The same when the failure comes after files have taken their places.
        let mut undo = Undo::default();
        let made = bundle(&[("a", "new"), ("n/b", "new")]);
        write(dir.path(), &made, &mut undo).unwrap();
        undo.run(dir.path(), EmitError::InTheWay(PathBuf::new()));
        assert_eq!(listing(dir.path()), before);
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
