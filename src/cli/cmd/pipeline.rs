//! `vow pipeline`.

use std::path::{Path, PathBuf};

use crate::check::program::OnBadInput;
use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::platform;
use crate::cli::ui::Ui;
use crate::cluster::Cluster;
use crate::compile::{self, Compilation};
use crate::container::{self, Action, Environment, MountError, Mounts, Output, Refused, Removal, Workflow};
use crate::diag::has_errors;
use crate::diag::words::count;
use crate::eval::Engine;
use crate::rules::Owner;
use crate::source::{FileId, Sources};
use crate::value::Value;

/// Where Kubernetes looks for the last words of a container.
const TERMINATION_LOG: &str = "/dev/termination-log";

/// Where an image of its own holds a promise, below the root.
const IN_AN_IMAGE: &str = "promise";

/// Be a container of a Kratix pipeline
///
/// Reads the object in /kratix/input and the KRATIX_* environment, renders it, and writes what Kratix reads: the documents
/// into /kratix/output, one a file, the status and the labels of destinations into /kratix/metadata.
///
/// A request that is refused suspends its workflow: nothing is put out, the request shows why, and it starts again when it
/// changes. That is exit status 0, because Kratix reads nothing of a container that fails. A failing disk is exit status
/// 3, and Kratix tries again. With `on-bad-input fail` in the platform, a refused request is exit status 1.
///
/// When the object goes, what its promise declares in `on delete` is applied to the cluster that `KUBECONFIG` names, or else the
/// one that the container runs in; while it is not done, Kratix is asked to come back. Then what was applied is taken away.
///
/// With `--check-only` it is the last container of somebody else's pipeline: whatever lies in the output is judged by the
/// rules of `vow lint`, and what is no manifest must hold no secret. It needs no promise, but takes what a platform tells.
///
/// The promise is that of `--platform`, or of the variables `VOW_SOURCE_0` and so on, or of the folder /promise.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The folder that holds the folder `kratix`
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
    /// Judge what other containers have put out, and let it pass or not
    #[arg(long)]
    check_only: bool,
    /// With `--check-only`: add the ownership labels that are missing, before anything is judged
    #[arg(long, requires = "check_only")]
    add_labels: bool,
    /// Write the reason of a refusal into FILE, too [default: /dev/termination-log, if it is there]
    #[arg(long, value_name = "FILE")]
    termination_log: Option<PathBuf>,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let environment = Environment::read(&variable).map_err(|e| Failure::Usage(e.to_string()))?;
        let mounts = Mounts::below(&self.root);
        if self.check_only {
            return self.check(given, &environment, &mounts, ui);
        }
        let mut compilation = self.compile(given)?;
        ui.say(&head(&environment, &compilation));
        let object = container::read(&mut compilation.sources, &mounts)
            .map_err(|e| Failure::Outside(e.to_string()))?;
        let sources = &compilation.sources;
        let done = match environment.action {
            Action::Configure => configure(&compilation, object, &environment, &mounts, ui)?,
            Action::Delete => delete(&compilation, object, &environment, &mounts, ui)?,
        };
        match done {
            Ok(()) => Ok(()),
            Err(refused) => {
                let suspend = compilation.program.platform.on_bad_input == OnBadInput::Suspend;
                self.refuse(&refused, sources, &mounts, suspend, ui)
            }
        }
    }

    /// Judges what other containers have put out.
    fn check(
        &self,
        given: Option<&Path>,
        environment: &Environment,
        mounts: &Mounts,
        ui: &mut Ui,
    ) -> Outcome {
        let compilation = platform::compile_if_any(given)?.map(|work| work.compilation).unwrap_or_default();
        ui.say(&head(environment, &compilation));
        let Compilation { mut sources, diagnostics, engine, program, .. } = compilation;
        let suspend = program.platform.on_bad_input == OnBadInput::Suspend;
        // Kratix reads it whatever becomes of the output, and of a deletion, too.
        let beside = container::beside(&mut sources, mounts).map_err(|e| Failure::Outside(e.to_string()))?;
        if has_errors(&diagnostics) {
            return self.refuse(&Refused::because(diagnostics).and(beside), &sources, mounts, suspend, ui);
        }
        if environment.action == Action::Delete {
            if !beside.broken.is_empty() {
                return self.refuse(&Refused::default().and(beside), &sources, mounts, suspend, ui);
            }
            ui.say("what a deletion puts out is thrown away: there is nothing to be judged");
            return Ok(());
        }
        let engine = engine.unwrap_or_else(Engine::without_platform);
        let object = std::env::var("KRATIX_OBJECT_NAME").ok().filter(|name| !name.is_empty());
        let owner = self
            .add_labels
            .then_some(Owner { promise: Some(environment.promise.as_str()), resource: object.as_deref() });
        let done = container::judge(&engine, &mut sources, mounts, owner)
            .map_err(|e| Failure::Outside(e.to_string()))?;
        let judged = match done {
            Ok(judged) if beside.broken.is_empty() => judged,
            Ok(_) => return self.refuse(&Refused::default().and(beside), &sources, mounts, suspend, ui),
            Err(refused) => return self.refuse(&refused.and(beside), &sources, mounts, suspend, ui),
        };
        mounts.withdraw().map_err(|e| Failure::Outside(e.to_string()))?;
        told(&container::Rendered { warnings: judged.warnings, ..Default::default() }.log(&sources), ui);
        let (files, labelled) = (count(judged.files, "file"), count(judged.labelled, "object"));
        match self.add_labels {
            true => ui.say(&format!("judged {files}, labelled {labelled}")),
            false => ui.say(&format!("judged {files}")),
        }
        Ok(())
    }

    /// Compiles the promise: from the platform that is named, the environment, the image, or the nearest platform.
    fn compile(&self, given: Option<&Path>) -> Result<Compilation, Failure> {
        let image = self.root.join(IN_AN_IMAGE);
        let files = match given {
            Some(_) => None,
            None => container::promise_files(&variable).map_err(|e| Failure::Usage(e.to_string()))?,
        };
        match files {
            Some(files) => Ok(compile::platform(&files)),
            None if given.is_none() && image.join(compile::PLATFORM_FILE).is_file() => {
                Ok(platform::compile(Some(&image))?.compilation)
            }
            None => Ok(platform::compile(given)?.compilation),
        }
    }

    /// Says why, wherever somebody may look, and leaves no output.
    fn refuse(
        &self,
        refused: &Refused,
        sources: &Sources,
        mounts: &Mounts,
        suspend: bool,
        ui: &mut Ui,
    ) -> Outcome {
        told(&refused.log(sources), ui);
        // That there are errors is what is told here.
        let _ = ui.report_shown(sources, &refused.found);
        // Kratix reads nothing of a container that fails; the next run has to find what this one found.
        if suspend || refused.broken.is_empty() {
            let output = container::refusal(refused, sources, suspend);
            mounts.write(&output).map_err(|e| Failure::Outside(e.to_string()))?;
        }
        self.last_words(&refused.message(sources), ui);
        if suspend { Ok(()) } else { Err(Failure::Reported) }
    }

    fn last_words(&self, words: &str, ui: &mut Ui) {
        let file = match &self.termination_log {
            Some(file) => file.as_path(),
            None if Path::new(TERMINATION_LOG).exists() => Path::new(TERMINATION_LOG),
            None => return,
        };
        // The refusal stands without it; but whoever looks there should know.
        if let Err(e) = std::fs::write(file, words) {
            ui.say(&format!("`{}` cannot be written: {}", file.display(), e.kind()));
        }
    }
}

/// Says several lines, if there are any.
fn told(lines: &str, ui: &mut Ui) {
    let lines = lines.trim_end();
    if !lines.is_empty() {
        ui.say(lines);
    }
}

/// Renders what the pipeline is about, and puts it out.
fn configure(
    compilation: &Compilation,
    object: FileId,
    environment: &Environment,
    mounts: &Mounts,
    ui: &mut Ui,
) -> Result<Result<(), Refused>, Failure> {
    let sources = &compilation.sources;
    let rendered = match container::configure(compilation, object, environment) {
        Ok(rendered) => rendered,
        Err(refused) => return Ok(Err(refused)),
    };
    told(&rendered.log(sources), ui);
    // Nothing but warnings is there, so nothing can fail.
    let _ = ui.report_shown(sources, &rendered.warnings);
    match mounts.write(&rendered.output) {
        Ok(written) => {
            written.foreign.iter().for_each(|f| ui.say(&format!("not ours, left as it is: {f}")));
            let files = written.files;
            ui.say(&format!("wrote {files} file{}", if files == 1 { "" } else { "s" }));
            Ok(Ok(()))
        }
        Err(MountError::Clash(why)) => Ok(Err(Refused::clash(why))),
        Err(other) => Err(Failure::Outside(other.to_string())),
    }
}

/// Does what the promise declares for a deletion, as far as it can be done now.
fn delete(
    compilation: &Compilation,
    object: FileId,
    environment: &Environment,
    mounts: &Mounts,
    ui: &mut Ui,
) -> Result<Result<(), Refused>, Failure> {
    let documents = match container::deletion(compilation, object, environment) {
        Ok(documents) => documents,
        Err(refused) => return Ok(Err(refused)),
    };
    let outside = |e: &dyn std::fmt::Display| Failure::Outside(e.to_string());
    if documents.is_empty() {
        ui.say("there is nothing to be done");
        return mounts.withdraw().map_err(|e| outside(&e)).map(|()| Ok(()));
    }
    if environment.dry_run {
        documents.iter().for_each(|d| ui.say(&format!("would apply `{}`, and wait for it", d.title())));
        return Ok(Ok(()));
    }
    let cluster = Cluster::of_environment(&variable).map_err(|e| outside(&e))?;
    let removal = container::remove(&compilation.program, &cluster, &documents, &mut |line| ui.say(line))
        .map_err(|e| outside(&e))?;
    let mut output = Output::default();
    match removal {
        Removal::Done => ui.say("all is done"),
        Removal::Open(control) => {
            ui.say(control.message());
            output.status.insert("message".into(), Value::str(control.message()));
            output.control = Some(control);
        }
    }
    mounts.write(&output).map_err(|e| outside(&e))?;
    Ok(Ok(()))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The first line of the log.
fn head(environment: &Environment, compilation: &Compilation) -> String {
    let name = &environment.promise;
    let version = compilation.program.promise(name).and_then(|p| p.version.as_deref());
    let version = version.map(|v| format!(" {v}")).unwrap_or_default();
    let action = match environment.action {
        Action::Configure => "configure",
        Action::Delete => "delete",
    };
    let workflow = match environment.workflow {
        Workflow::Resource => "a request",
        Workflow::Promise => "the Promise",
    };
    let pipeline = environment.pipeline.as_ref().map(|p| format!(", pipeline {p}")).unwrap_or_default();
    let dry = if environment.dry_run { ", dry run" } else { "" };
    let vow = env!("CARGO_PKG_VERSION");
    format!("vow {vow}, promise {name}{version}: {action} {workflow}{pipeline}{dry}")
}
