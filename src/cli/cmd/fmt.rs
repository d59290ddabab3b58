//! `vow fmt`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::diag::{Diagnostic, has_errors};
use crate::source::disk::read_file;
use crate::source::{Loader, Sources};
use crate::syntax::{format, parse};

/// Write files in their canonical form; comments stay
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Write nothing, name the files that are not canonical, and fail if there are any
    #[arg(long)]
    check: bool,
    /// `.promise` and `.dsl` files, folders of them, or `-` from standard input to standard output; the platform's
    /// files if absent
    paths: Vec<PathBuf>,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        if self.paths.iter().any(|p| p.as_os_str() == "-") {
            return self.stream(ui);
        }
        let files = self.files(given)?;
        let (mut sources, mut found) = (Sources::default(), Vec::new());
        let mut changed = Vec::new();
        for file in files {
            let text = read_file(&file)?;
            match canonical(&mut sources, &file.display().to_string(), &text) {
                Err(mistakes) => found.extend(mistakes),
                Ok(new) if new == text => {}
                Ok(new) => changed.push((file, new)),
            }
        }
        ui.report(&sources, &found)?;
        for (file, new) in &changed {
            if self.check {
                ui.data(&format!("{}\n", file.display()))?;
            } else {
                replace(file, new)?;
            }
        }
        match (changed.len(), self.check) {
            (0, _) => Ok(()),
            (_, true) => Err(Failure::Reported),
            (n, false) => {
                ui.say(&format!("formatted {n} file{}", if n == 1 { "" } else { "s" }));
                Ok(())
            }
        }
    }

    fn stream(&self, ui: &mut Ui) -> Outcome {
        let mut text = String::new();
        let read = std::io::stdin().lock().take((1 << 20) + 1).read_to_string(&mut text);
        read.map_err(|e| Failure::Input(format!("standard input cannot be read: {}", e.kind())))?;
        let mut sources = Sources::default();
        let formed = canonical(&mut sources, "<stdin>", &text);
        ui.report(&sources, formed.as_ref().err().map_or(&[], Vec::as_slice))?;
        match formed {
            Ok(new) if self.check && new == text => Ok(()),
            Ok(new) if !self.check => ui.data(&new),
            _ => Err(Failure::Reported),
        }
    }

    fn files(&self, given: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
        let below = |folder: &Path| -> Result<Vec<PathBuf>, Failure> {
            let disk = crate::source::disk::Disk::open(folder)?;
            let found = disk.glob(&["**/*.promise", "**/*.dsl"])?;
            Ok(found.iter().map(|f| PathBuf::from(disk.display(f))).collect())
        };
        if self.paths.is_empty() {
            // The platform's own files are those that it is compiled from; other folders are not its business.
            let work = platform::compile(given)?;
            let ours = |name: &&str| name.ends_with(".promise") || name.ends_with(".dsl");
            return Ok(work.compilation.sources.names().filter(ours).map(PathBuf::from).collect());
        }
        let mut files = Vec::new();
        for path in &self.paths {
            match path.is_dir() {
                true => files.extend(below(path)?),
                false => files.push(path.clone()),
            }
        }
        Ok(files)
    }
}

/// The canonical form of a text, or its mistakes if it does not parse.
fn canonical(sources: &mut Sources, name: &str, text: &str) -> Result<String, Vec<Diagnostic>> {
    let file = sources.add(name, text);
    let (tree, found) = parse(file, text);
    if has_errors(&found) { Err(found) } else { Ok(format(text, &tree)) }
}

/// Replaces a file whole: the new text is written beside it and moved over it.
pub(super) fn replace(file: &Path, text: &str) -> Outcome {
    let failed =
        |e: std::io::Error| Failure::Outside(format!("`{}` cannot be written: {}", file.display(), e.kind()));
    let target = file.canonicalize().map_err(failed)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temp = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    temp.write_all(text.as_bytes()).map_err(failed)?;
    let mode = target.metadata().map_err(failed)?.permissions();
    temp.as_file().set_permissions(mode).map_err(failed)?;
    temp.persist(&target).map_err(|e| failed(e.error))?;
    Ok(())
}
