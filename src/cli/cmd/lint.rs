//! `vow lint`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use similar::TextDiff;

use crate::check::label::is_value;
use crate::check::program::Program;
use crate::cli::Outcome;
use crate::cli::cmd::fmt::replace;
use crate::cli::exit::Failure;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::compile::Compilation;
use crate::diag::Diagnostic;
use crate::eval::Engine;
use crate::rules::{Baseline, Entry, Lint, Owner, label, lint, lint_together};
use crate::source::Sources;
use crate::source::disk::{RequestFile, read_file, request_files};

/// How many findings that are gone are named.
const MOST_NAMED: usize = 20;

/// Judge plain manifests by the rules of the platform
///
/// The rules that stand between vow's own documents and a repository, over YAML that something else rendered. The
/// platform tells which secret stores there are, which namespaces may have host access, which kinds it adds, and what its
/// own rules ask for; without one, only what Kubernetes and the standard library declare is known.
///
/// Start with what is there: `vow lint --baseline lint.json --write-baseline k8s` accepts all findings of today, and
/// `vow lint --baseline lint.json k8s` fails on new ones alone. Accepted is a rule, an object and a path in it, so files may
/// move and grow. What is mended is told, and leaves the baseline when it is written again.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Accept the findings in FILE, and fail on others alone
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings of today into the baseline, instead of failing; what it says of files not judged now stays
    #[arg(long, requires = "baseline", conflicts_with = "fix")]
    write_baseline: bool,
    /// Mend what can be mended in its place, comments and order untouched, and judge what is left
    #[arg(long, value_enum, value_name = "WHAT")]
    fix: Option<Fix>,
    /// With `--fix`: show the changes, write nothing
    #[arg(long, requires = "fix")]
    diff: bool,
    /// With `--fix labels`: the promise of the objects, where nothing else tells it
    #[arg(long, value_name = "NAME", requires = "fix", value_parser = label_value)]
    promise: Option<String>,
    /// With `--fix labels`: the request of the objects, where nothing else tells it
    #[arg(long, value_name = "NAME", requires = "fix", value_parser = label_value)]
    resource: Option<String>,
    /// Files with manifests, folders (every .yaml, .yml and .json below), `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fix {
    /// Add the ownership labels that an object lacks; what it has is never changed
    Labels,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        ui.only_reports(None);
        let (engine, mut sources) = match platform::compile_if_any(given)? {
            Some(work) => {
                work.engine(ui)?;
                let Compilation { engine, sources, .. } = work.compilation;
                (engine.ok_or(Failure::Reported)?, sources)
            }
            None => (Engine::without_platform(), Sources::default()),
        };
        let baseline = self.read_baseline()?;
        let files = self.files()?;
        if self.fix == Some(Fix::Labels) {
            self.fix_labels(engine.program(), &files, ui)?;
            if self.diff {
                return Ok(());
            }
        }
        let (mut found, mut ids) = (Vec::new(), Vec::new());
        for file in &files {
            let id = sources.add(file.name.clone(), file.read()?);
            found.extend(lint(&engine, id, sources.text(id)));
            ids.push(id);
        }
        let texts: Vec<_> = ids.iter().map(|id| (*id, sources.text(*id))).collect();
        let refused = found.iter().any(|l| l.diagnostic.is_error());
        found.extend(lint_together(&engine, &texts, refused));
        let judged = Judged { names: files.iter().map(|f| f.name.as_str()).collect() };
        match (&self.baseline, self.write_baseline) {
            (Some(file), true) => write(file, &baseline.accept(&sources, &found, |f| judged.tells(f)), ui),
            _ => judged.report(&sources, found, &baseline, ui),
        }
    }

    fn files(&self) -> Result<Vec<RequestFile>, Failure> {
        let mut all = Vec::new();
        for path in &self.paths {
            let files = request_files(path)?;
            if files.is_empty() {
                return Err(Failure::Input(format!("there are no manifests in `{path}`")));
            }
            all.extend(files);
        }
        Ok(all)
    }

    fn read_baseline(&self) -> Result<Baseline, Failure> {
        let Some(file) = &self.baseline else { return Ok(Baseline::default()) };
        if !file.exists() {
            return match self.write_baseline {
                true => Ok(Baseline::default()),
                false => Err(Failure::Input(format!(
                    "`{}` does not exist; `--write-baseline` makes it",
                    file.display()
                ))),
            };
        }
        let wrong = |why: String| Failure::Input(format!("`{}` is no baseline: {why}", file.display()));
        Baseline::read(&read_file(file)?).map_err(wrong)
    }

    /// Adds the labels that are missing, or shows what would be added.
    fn fix_labels(&self, program: &Program, files: &[RequestFile], ui: &mut Ui) -> Outcome {
        if self.paths.iter().any(|p| p == "-") {
            return Err(Failure::Usage("`--fix` writes files, and `-` is none".into()));
        }
        let owner = Owner { promise: self.promise.as_deref(), resource: self.resource.as_deref() };
        let mut sources = Sources::default();
        let (mut left, mut changed): (Vec<Diagnostic>, Vec<(&RequestFile, String, String)>) =
            Default::default();
        let mut objects = 0;
        for file in files {
            let text = file.read()?;
            let id = sources.add(file.name.clone(), text.clone());
            let labelled = match label(program, owner, id, &text) {
                Ok(labelled) => labelled,
                Err(problem) => {
                    let why = format!("no labels are added to this file: {}", problem.message);
                    let d = Diagnostic::warning("ownership-labels", problem.primary.span, why);
                    left.push(d.help("add the labels by hand"));
                    continue;
                }
            };
            left.extend(labelled.left);
            objects += labelled.objects;
            if labelled.text != text {
                changed.push((file, text, labelled.text));
            }
        }
        ui.report(&sources, &left)?;
        for (file, old, new) in &changed {
            match self.diff {
                true => ui.data(&diff(&file.name, old, new))?,
                false => replace(Path::new(&file.name), new)?,
            }
        }
        let done = if self.diff { "would label" } else { "labelled" };
        ui.say(&format!("{done} {} in {}", count(objects, "object"), count(changed.len(), "file")));
        Ok(())
    }
}

/// The files of this run.
struct Judged<'a> {
    names: Vec<&'a str>,
}

impl Judged<'_> {
    /// Whether a file was judged, or is no longer there.
    fn tells(&self, file: &str) -> bool {
        self.names.contains(&file) || !Path::new(file).exists()
    }

    fn report(&self, sources: &Sources, found: Vec<Lint>, baseline: &Baseline, ui: &mut Ui) -> Outcome {
        let sifted = baseline.sift(sources, found, |f| self.tells(f));
        let result = ui.report(sources, &sifted.new);
        let accepted = match sifted.accepted {
            0 => String::new(),
            n => format!(", accepted {}", count(n, "finding")),
        };
        if result.is_ok() {
            ui.say(&format!("judged {}{accepted}", count(self.names.len(), "file")));
        }
        gone(&sifted.gone, ui);
        result
    }
}

/// Tells what is in the baseline and nowhere else.
fn gone(gone: &[Entry], ui: &mut Ui) {
    if gone.is_empty() {
        return;
    }
    let are = if gone.len() == 1 { "is" } else { "are" };
    let accepted = count(gone.len(), "accepted finding");
    ui.say(&format!("{accepted} {are} gone; `--write-baseline` forgets:"));
    for entry in gone.iter().take(MOST_NAMED) {
        let path = if entry.path.is_empty() { String::new() } else { format!(" at {}", entry.path) };
        ui.say(&format!("  {}: {}{path}", entry.rule, entry.object));
    }
    if gone.len() > MOST_NAMED {
        ui.say(&format!("  and {} more", gone.len() - MOST_NAMED));
    }
}

fn write(file: &Path, baseline: &Baseline, ui: &mut Ui) -> Outcome {
    match file.exists() {
        true => replace(file, &baseline.write())?,
        false => std::fs::write(file, baseline.write())
            .map_err(|e| Failure::Outside(format!("`{}` cannot be written: {}", file.display(), e.kind())))?,
    }
    ui.say(&format!("accepted {} in {}", count(baseline.len(), "finding"), file.display()));
    Ok(())
}

fn diff(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(2).header(name, name).to_string()
}

fn count(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// What Kubernetes takes as a label's value.
fn label_value(text: &str) -> Result<String, &'static str> {
    match is_value(text) && !text.is_empty() {
        true => Ok(text.to_owned()),
        false => Err(
            "it becomes a label: at most 63 letters, digits, `-`, `_` and `.`, the outer ones letters or digits",
        ),
    }
}
