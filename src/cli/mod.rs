//! Words, flags, colours and exit codes; nothing else knows them. One file a command, with its arguments and its `run`.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is a door: it reads the arguments, the terminal and the files that they name"
)]

mod batch;
mod cache;
mod cmd;
mod exit;
mod paint;
mod platform;
mod report;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Failure;
use report::{Form, Report};
use ui::Ui;

/// Kratix promises, written down and kept
///
/// A promise is one `.promise` file: an API that developers request, and what each request becomes. vow checks it,
/// compiles it into a render graph, renders requests, and lets nothing leave that breaks a rule of the platform.
///
/// The platform is the nearest folder upwards that holds a `promises.dsl`. What it is compiled to is kept for the next run, until
/// a file of it changes: in the folder that `VOW_CACHE` names by its full path (nowhere, if that is empty), else in `vow` in the user's cache.
///
/// Exit status: 0 fine, 1 the input is wrong, 2 wrong usage, 3 the outside world failed (disk, terminal, repository), 10 there are
/// differences and `--exit-code` asked.
#[derive(Debug, Parser)]
#[command(name = "vow", version, disable_help_subcommand = true, max_term_width = 110)]
struct Cli {
    /// The platform's folder, instead of the nearest one upwards with a `promises.dsl`
    #[arg(long, global = true, value_name = "DIR")]
    platform: Option<PathBuf>,
    /// The form in which problems are reported
    ///
    /// As text they are shown as they come, on standard error, the first hundred of each stage. The other forms are one
    /// document with all of them: on standard output for `check`, which writes nothing else there, on standard error for the
    /// others. Files are named by their paths from the current folder; GitHub takes them from the
    /// top of the repository.
    #[arg(long, global = true, value_enum, value_name = "FORM")]
    report: Option<Form>,
    /// Write the report into FILE
    #[arg(long, global = true, value_name = "FILE")]
    report_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(cmd::check::Args),
    Render(cmd::render::Args),
    Test(cmd::test::Args),
    Fuzz(cmd::fuzz::Args),
    Lint(cmd::lint::Args),
    State(cmd::state::Args),
    Fmt(cmd::fmt::Args),
    Graph(cmd::graph::Args),
    Impact(cmd::impact::Args),
    Crd(cmd::crd::Args),
    Build(cmd::build::Args),
    Changed(cmd::changed::Args),
    Pipeline(cmd::pipeline::Args),
    Explain(cmd::explain::Args),
    Init(cmd::init::Args),
    Completion(cmd::completion::Args),
    Version(cmd::version::Args),
}

/// How much stack the work gets. Trees are bounded in depth, but in a debug build each level of each stage costs
/// kilobytes, and the main thread's stack is whatever the system gave it.
const STACK_BYTES: usize = 256 << 20;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for, and go to standard output; all else is wrong usage.
            let code = u8::from(error.use_stderr()) * exit::USAGE;
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(exit::OUTSIDE) };
        }
    };
    let work = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || dispatch(cli));
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) | Err(_) => ExitCode::from(exit::OUTSIDE),
    }
}

fn dispatch(cli: Cli) -> ExitCode {
    let mut ui = Ui::of_process(Report::new(cli.report.unwrap_or_default(), cli.report_file));
    let platform = cli.platform.as_deref();
    let result = match cli.command {
        Command::Check(args) => args.run(platform, &mut ui),
        Command::Render(args) => args.run(platform, &mut ui),
        Command::Test(args) => args.run(platform, &mut ui),
        Command::Fuzz(args) => args.run(platform, &mut ui),
        Command::Lint(args) => args.run(platform, &mut ui),
        Command::State(args) => args.run(platform, &mut ui),
        Command::Fmt(args) => args.run(platform, &mut ui),
        Command::Graph(args) => args.run(platform, &mut ui),
        Command::Impact(args) => args.run(platform, &mut ui),
        Command::Crd(args) => args.run(platform, &mut ui),
        Command::Build(args) => args.run(platform, &mut ui),
        Command::Changed(args) => args.run(platform, &mut ui),
        Command::Pipeline(args) => args.run(platform, &mut ui),
        Command::Explain(args) => args.run(&mut ui),
        Command::Init(args) => args.run(&mut ui),
        Command::Completion(args) => args.run(&mut ui),
        Command::Version(args) => args.run(&mut ui),
    };
    // A report is written if there was something to report on: not of a wrong command line or a failing disk.
    let result = match result {
        Ok(()) => ui.finish(),
        Err(failure @ (Failure::Reported | Failure::Differs)) => ui.finish().and(Err(failure)),
        Err(other) => Err(other),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                ui.error(&message);
            }
            ExitCode::from(failure.code())
        }
    }
}

/// The command line as clap knows it, for completions.
fn command_line() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// The result of a command.
type Outcome = Result<(), Failure>;
