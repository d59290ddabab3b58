//! `vow fuzz`.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ValueEnum;

use crate::check::program::Promise;
use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::cli::{Outcome, platform};
use crate::diag::suggest;
use crate::eval::Engine;
use crate::fuzz::{self, Group, Plan, Tally, Verdict, Witness};
use crate::source::{Sources, Span};
use crate::value::yaml;

/// Render generated requests, and look for what should never be
///
/// Requests of every shape that the api allows are made by seed, with extremes and hostile texts, and rendered whole, with
/// what they request in turn. Each is told by its end:
///
/// rendered: passed every rule, reads back as what it is, and is the same bytes when it is rendered again or its keys
/// come in another order;
///
/// refused: the api or a `check`, `as … else` or `via` of a promise refuses it, as it should;
///
/// refused by a rule: what the api leaves open let in something that no rule lets out, a Secret in free-form values for
/// one. Nobody would have got it, but its developer learns it late: a narrower type tells them at once;
///
/// a fault: a budget or a script that fails, documents that differ, bytes that are not what was judged,
/// a rule that refuses what it was proved of.
///
/// Of each there is the smallest request, as YAML that `vow render` takes. The same seed finds the same. Exit status 1 for
/// a fault; with `--strict` for a rule that refuses, too.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The promise; all of the platform if absent
    promise: Option<String>,
    /// How many requests of each promise
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    requests: usize,
    /// Which requests
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Fail if a rule refuses a request that its promise takes
    #[arg(long)]
    strict: bool,
    /// The form of the outcome
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line a promise, and the smallest requests
    Text,
    /// An object with all of it
    Json,
}

impl Args {
    pub(in crate::cli) fn run(self, given: Option<&Path>, ui: &mut Ui) -> Outcome {
        let work = platform::compile(given)?;
        let engine = work.engine(ui)?;
        let sources = &work.compilation.sources;
        let plan = Plan { requests: self.requests, seed: self.seed };
        let mut tallies = Vec::new();
        for promise in self.promises(engine)? {
            let Some(api) = &promise.api else { continue };
            let progress = Progress::new(&promise.name, self.requests);
            tallies.push(fuzz::run(engine, promise, api, plan, &in_threads, &|n| progress.add(n)));
            progress.end();
        }
        ui.data(&match self.output {
            Output::Text => tallies.iter().map(|t| text(sources, t)).collect(),
            Output::Json => format!("{:#}\n", fuzz::json(sources, self.seed, &tallies)),
        })?;
        let bad = |t: &Tally| t.faults().next().is_some() || self.strict && t.count(Verdict::Rule) > 0;
        if tallies.iter().any(bad) { Err(Failure::Reported) } else { Ok(()) }
    }

    fn promises<'e>(&self, engine: &'e Engine) -> Result<Vec<&'e Promise>, Failure> {
        let all = engine.program().promises.iter().filter(|p| !p.foreign && p.api.is_some());
        let Some(name) = &self.promise else {
            let all: Vec<&Promise> = all.collect();
            return match all.is_empty() {
                true => Err(Failure::Input("no promise here has an api".into())),
                false => Ok(all),
            };
        };
        match all.clone().find(|p| p.name == *name) {
            Some(promise) => Ok(vec![promise]),
            None => {
                let names: Vec<&str> = all.map(|p| p.name.as_str()).collect();
                Err(Failure::Input(match suggest::closest(name, names.iter().copied()) {
                    Some(close) => {
                        format!("there is no promise `{name}` with an api; did you mean `{close}`?")
                    }
                    None => format!(
                        "there is no promise `{name}` with an api; there are {}",
                        suggest::list(&names)
                    ),
                }))
            }
        }
    }
}

/// How much stack a thread has: recursion is bounded, but not small in a debug build.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` on every core.
fn in_threads(work: &(dyn Fn() + Sync)) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // Fewer threads do the same work.
            let _ = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        }
        work();
    });
}

/// A line that tells how far it is, where somebody sees it.
struct Progress<'a> {
    name: &'a str,
    whole: usize,
    done: AtomicUsize,
    shown: bool,
}

impl<'a> Progress<'a> {
    fn new(name: &'a str, whole: usize) -> Self {
        Progress { name, whole, done: AtomicUsize::new(0), shown: std::io::stderr().is_terminal() }
    }

    fn add(&self, n: usize) {
        let done = self.done.fetch_add(n, Ordering::Relaxed) + n;
        if self.shown {
            // What nobody can read is lost.
            let _ = write!(std::io::stderr(), "\r\u{1b}[K{}: {done} of {}", self.name, self.whole);
        }
    }

    fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }
}

fn text(sources: &Sources, tally: &Tally) -> String {
    let mut out = String::new();
    let parts = [
        (tally.rendered, "rendered"),
        (tally.count(Verdict::Refused), "refused by the promise"),
        (tally.count(Verdict::Rule), "refused by a rule"),
        (tally.count(Verdict::Fault), "faults"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let _ = writeln!(out, "{}: {} requests: {}", tally.promise, tally.requests, parts.join(", "));
    for (group, witness) in &tally.groups {
        out.push_str(&of_group(sources, group, witness));
    }
    out
}

fn of_group(sources: &Sources, group: &Group, witness: &Witness) -> String {
    let at = match group.span == Span::default() {
        true => String::new(),
        false => format!(" ({}:{})", sources.name(group.span.file), sources.place(group.span).line),
    };
    let count = witness.count;
    let what = match group.verdict {
        Verdict::Fault => "fault",
        Verdict::Rule => "refused by a rule",
        Verdict::Refused => "refused by the promise",
    };
    let mut out = format!("  {count} {what}: {}{at}: {}\n", group.code, one_line(&witness.message));
    // What a promise refuses on purpose needs no proof.
    if group.verdict != Verdict::Refused {
        out.push_str("    the smallest request:\n");
        for line in yaml::write(&witness.request).lines() {
            let _ = writeln!(out, "      {line}");
        }
    }
    out
}

/// A message on one line, its hostile characters escaped.
fn one_line(message: &str) -> String {
    crate::diag::render::visible::escaped(message).replace('\n', " ")
}
