//! A deadline around all work with a repository: a library call that does not come back must not hold a person up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::error::GitError;

/// How often the work is looked at.
const TICK_MILLIS: u64 = 50;

/// How much stack the work gets.
const STACK_BYTES: usize = 64 << 20;

/// What is being done, in an order that only goes up when it is looked at.
const STAGES: [(&str, u64); 5] = [
    ("opening the repository", 4),
    ("waiting for another vow", 600),
    ("reading the repository", 4),
    ("writing the repository", 300),
    ("speaking to the remote repository", 120),
];

/// How long work may go without a step, where that is not what its stage allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    /// Seconds that a server may take.
    pub(super) server: Option<u64>,
}

/// A stage of the work: its place among the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Open,
    Wait,
    Read,
    Write,
    Remote,
}

/// Tells from inside the work that it goes on.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    beats: AtomicUsize,
    stage: AtomicUsize,
}

impl Pulse {
    /// The work has come one step further.
    pub fn beat(&self) {
        self.0.beats.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn enter(&self, stage: Stage) {
        self.0.stage.store(stage as usize, Ordering::Relaxed);
        self.beat();
    }

    /// Does nothing for so long.
    pub(super) fn rest(&self, millis: u64) {
        thread::sleep(Duration::from_millis(millis));
        self.beat();
    }

    fn stage(&self, patience: Patience) -> (&'static str, u64) {
        let stage = self.0.stage.load(Ordering::Relaxed);
        let (doing, seconds) = STAGES.get(stage).copied().unwrap_or(("working on the repository", 300));
        match patience.server {
            Some(seconds) if stage == Stage::Remote as usize => (doing, seconds),
            _ => (doing, seconds),
        }
    }
}

/// Does `work`, and gives it up when it has made no step for longer than its stage may take.
///
/// `tick` is called some twenty times a second with what is being done and how many steps were made.
///
/// # Errors
/// [`GitError::Stuck`]. The work then hangs in a thread of its own, which ends with the process.
pub(super) fn guarded<T: Send + 'static>(
    patience: Patience,
    tick: &mut dyn FnMut(&'static str, usize),
    now: impl Fn() -> String,
    work: impl FnOnce(&Pulse) -> T + Send + 'static,
) -> Result<T, GitError> {
    let pulse = Pulse::default();
    let inner = pulse.clone();
    let (send, receive) = channel();
    let work = move || send.send(work(&inner)).unwrap_or_default();
    let thread = thread::Builder::new().name("git".into()).stack_size(STACK_BYTES).spawn(work);
    let thread = thread.map_err(GitError::io("start a thread for", std::path::Path::new("git")))?;
    let mut last = 0;
    let mut idle = 0;
    loop {
        match receive.recv_timeout(Duration::from_millis(TICK_MILLIS)) {
            Ok(done) => {
                let _ = thread.join();
                return Ok(done);
            }
            Err(RecvTimeoutError::Disconnected) => {
                let (doing, now) = (pulse.stage(patience).0, now());
                return Err(GitError::Broken { doing, now });
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let beats = pulse.0.beats.load(Ordering::Relaxed);
        let (doing, seconds) = pulse.stage(patience);
        idle = if beats == last { idle + 1 } else { 0 };
        last = beats;
        tick(doing, beats);
        if idle * TICK_MILLIS > seconds * 1000 {
            return Err(GitError::Stuck { doing, now: now() });
        }
    }
}
