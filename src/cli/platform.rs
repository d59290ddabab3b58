//! Finds the platform that a command is about, and compiles it.

use std::path::{Component, Path};

use super::cache;
use super::exit::Failure;
use super::ui::Ui;
use crate::compile::requests::{self, Depth};
use crate::compile::{self, Compilation};
use crate::diag::suggest;
use crate::emit::git::{Revision, RevisionFiles};
use crate::eval::Engine;
use crate::rules::Passed;
use crate::source::disk::{Disk, RequestFile, find_platform, request_files};
use crate::source::{Loader, Overlay};

/// What a command works on.
pub(super) struct Work {
    /// The folder: of the platform, or of a single promise.
    pub(super) disk: Disk,
    /// What became of it.
    pub(super) compilation: Compilation,
}

/// Folders beneath the platform that hold its requests, unless others are named.
const FOLDERS: [&str; 2] = ["platform", "requests"];

impl Work {
    /// The files with requests in the platform's own folders, each with its path below the platform.
    pub(super) fn own_requests(&self) -> Result<Vec<(String, RequestFile)>, Failure> {
        let mut out = Vec::new();
        for folder in FOLDERS.iter().filter(|folder| self.disk.root().join(folder).is_dir()) {
            let shown = self.disk.display(folder);
            for file in request_files(&shown)? {
                let below = file.name.strip_prefix(&shown).unwrap_or_default().trim_start_matches('/');
                out.push((format!("{folder}/{below}"), file));
            }
        }
        Ok(out)
    }

    /// The platform as it was in the revision `rev` of the repository that it lies in, with what it was read from.
    pub(super) fn at(&self, rev: &str) -> Result<(RevisionFiles, Compilation), Failure> {
        let files = RevisionFiles::of(Revision::find(self.disk.root(), rev)?, rev)?;
        let compilation = compile::platform(&files);
        Ok((files, compilation))
    }

    /// That there is no promise of that name, and which may be meant. `here` follows the name.
    pub(super) fn no_promise(&self, name: &str, here: &str) -> Failure {
        let known = self.compilation.program.promises.iter().map(|p| p.name.as_str()).filter(|n| *n != name);
        let help = suggest::help(name, known).map(|help| format!("; {help}")).unwrap_or_default();
        Failure::Input(format!("there is no promise `{name}`{here}{help}"))
    }

    /// Shows what is wrong, and goes on only if nothing is an error.
    pub(super) fn engine(&self, ui: &mut Ui) -> Result<&Engine, Failure> {
        ui.report(&self.compilation.sources, &self.compilation.diagnostics)?;
        self.compilation.engine.as_ref().ok_or(Failure::Reported)
    }

    /// Reads, renders and judges the requests that `words` name: all of them, or none.
    pub(super) fn render(&mut self, words: &[String], depth: Depth, ui: &mut Ui) -> Result<Passed, Failure> {
        let c = &mut self.compilation;
        let Some(engine) = &c.engine else { return Err(Failure::Reported) };
        let mut jobs = Vec::new();
        let mut out = Vec::new();
        for word in words {
            let files = request_files(word)?;
            if files.is_empty() {
                return Err(Failure::Input(format!("there are no requests in `{word}`")));
            }
            for file in files {
                let id = c.sources.add(file.name.clone(), file.read()?);
                match requests::read(engine, &c.sources, id) {
                    Ok(found) => jobs.extend(found),
                    Err(found) => out.extend(found),
                }
            }
        }
        ui.report(&c.sources, &out)?;
        match requests::render_all(engine, &jobs, depth) {
            Ok(passed) => {
                ui.report(&c.sources, passed.warnings())?;
                Ok(passed)
            }
            Err(found) => {
                ui.report(&c.sources, &found)?;
                Err(Failure::Reported)
            }
        }
    }
}

/// The platform's folder: as given, or the nearest upwards from here.
pub(super) fn disk(given: Option<&Path>) -> Result<Disk, Failure> {
    match find(given, Path::new("."))? {
        Some(disk) => Ok(disk),
        None => Err(Failure::Usage(
            "there is no `promises.dsl` here or in any folder above; go to a platform, give `--platform DIR`, or make one with `vow init`"
                .into(),
        )),
    }
}

fn find(given: Option<&Path>, from: &Path) -> Result<Option<Disk>, Failure> {
    if let Some(dir) = given {
        let disk = Disk::open(dir)?;
        return match disk.root().join(compile::PLATFORM_FILE).is_file() {
            true => Ok(Some(disk)),
            false => Err(Failure::Usage(format!("`{}` holds no `promises.dsl`", dir.display()))),
        };
    }
    match find_platform(from) {
        Some(root) => Ok(Some(Disk::open(&from_here(&root))?)),
        None => Ok(None),
    }
}

/// A folder as people would name it from here: `.`, `../..`, `lib`, or its full path.
fn from_here(folder: &Path) -> std::path::PathBuf {
    let Ok(here) = Path::new(".").canonicalize() else { return folder.to_path_buf() };
    if let Ok(below) = folder.strip_prefix(&here) {
        return if below.as_os_str().is_empty() { ".".into() } else { below.to_path_buf() };
    }
    match here.strip_prefix(folder) {
        Ok(up) => up.components().map(|_| Component::ParentDir).collect(),
        Err(_) => folder.to_path_buf(),
    }
}

/// Compiles the platform.
pub(super) fn compile(given: Option<&Path>) -> Result<Work, Failure> {
    let disk = disk(given)?;
    let compilation = cache::platform(&disk);
    Ok(Work { disk, compilation })
}

/// Compiles the platform as given, or the nearest upwards from here, if there is one.
pub(super) fn compile_if_any(given: Option<&Path>) -> Result<Option<Work>, Failure> {
    let disk = find(given, Path::new("."))?;
    Ok(disk.map(|disk| Work { compilation: cache::platform(&disk), disk }))
}

/// Compiles one promise's file: with the platform that it lies in, or by itself. `text` stands for its content.
pub(super) fn compile_file(given: Option<&Path>, file: &Path, text: Option<String>) -> Result<Work, Failure> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let platform = find(given, folder)?;
    let (disk, path, alone) = match platform {
        Some(disk) => match relative(&disk, folder, &name) {
            Some(path) => (disk, path, false),
            None => (Disk::open(folder)?, name, true),
        },
        None => (Disk::open(folder)?, name, true),
    };
    let loader: Box<dyn Loader> = match text {
        Some(text) => Box::new(Overlay::new(Box::new(disk.clone()), path.clone(), text)),
        None => {
            disk.read(&path)?;
            Box::new(disk.clone())
        }
    };
    let compilation = match (alone, path.as_str()) {
        (true, path) => compile::promise(&*loader, path),
        (false, path) if path.ends_with(".promise") => compile::platform_and_promise(&*loader, path),
        (false, _) => compile::platform(&*loader),
    };
    Ok(Work { disk, compilation })
}

/// The path of a file within a platform, if it lies there.
fn relative(disk: &Disk, folder: &Path, name: &str) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let below = folder.strip_prefix(disk.root()).ok()?;
    let parts: Vec<String> =
        below.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).chain([name]).collect();
    Some(parts.join("/"))
}
