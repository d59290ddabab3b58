//! Renders generated requests of a promise, and tells what came of them.
//!
//! What a request may be refused for is no fault: its promise says so (`check`, `as … else`, `via`), or a rule found a
//! Secret or its like in what the request left open. Both are counted, with the smallest request of each. A *fault* is
//! what should never be: a budget or a script that fails, documents that differ from one rendering to the next, bytes
//! that break a rule although their documents passed, a document that a rule refuses although it was proved of it.
//!
//! Requests come in blocks, each with a seed of its own, so any number of threads finds the same.

mod report;
mod verdict;
mod witness;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use report::json;
pub use verdict::{Group, Verdict};
pub use witness::Witnesses;

use crate::check::api::Api;
use crate::check::program::Promise;
use crate::eval::Engine;
use crate::sample::{Samples, shrink};
use crate::value::Value;

/// How many requests have one seed.
const BLOCK: usize = 64;
/// How many smaller requests are tried for one witness.
const TRIES: usize = 2_000;
/// How many groups get a smallest witness; the others keep the request that was found.
const MOST_SHRUNK: usize = 20;

/// What is to be tried.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many requests of each promise.
    pub requests: usize,
    /// Which ones.
    pub seed: u64,
}

/// Calls a piece of work at least once, in as many threads as it likes, and returns when all calls have.
pub type Workers<'a> = &'a dyn Fn(&(dyn Fn() + Sync));

/// What came of the requests of one promise.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The promise.
    pub promise: String,
    /// How many requests were made; fewer than asked for if no value of a required field is found.
    pub requests: usize,
    /// How many were rendered, passed every rule, and read back as what they are.
    pub rendered: usize,
    /// All others, those of one kind together; faults first.
    pub groups: Vec<(Group, Witness)>,
}

impl Tally {
    /// What should never be.
    pub fn faults(&self) -> impl Iterator<Item = &(Group, Witness)> {
        self.groups.iter().filter(|(group, _)| group.verdict == Verdict::Fault)
    }

    /// How many requests ended so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.groups.iter().filter(|(g, _)| g.verdict == verdict).map(|(_, w)| w.count).sum()
    }
}

/// A request of a group.
#[derive(Clone, Debug)]
pub struct Witness {
    /// How many there were.
    pub count: usize,
    /// The number of the first, from 0.
    pub first: usize,
    /// The smallest that was found.
    pub request: Value,
    /// What is said about it.
    pub message: String,
}

type Groups = BTreeMap<Group, Witness>;

/// Tries `plan` on a promise that has an api, with the hands of `workers`. `done` is told after each block how many requests were tried.
pub fn run(
    engine: &Engine,
    promise: &Promise,
    api: &Api,
    plan: Plan,
    workers: Workers<'_>,
    done: &(dyn Fn(usize) + Sync),
) -> Tally {
    let next = AtomicUsize::new(0);
    let all = Mutex::new((0, 0, Groups::new()));
    let blocks = plan.requests.div_ceil(BLOCK);
    let work = || {
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                return;
            }
            let (made, rendered, groups) = try_block(engine, promise, api, plan, block);
            if let Ok(mut all) = all.lock() {
                all.0 += made;
                all.1 += rendered;
                groups.into_iter().for_each(|(group, witness)| add(&mut all.2, group, witness));
            }
            done(made);
        }
    };
    workers(&work);
    let (requests, rendered, groups) = all.into_inner().unwrap_or_default();
    let mut groups: Vec<(Group, Witness)> = groups.into_iter().collect();
    smallest(engine, promise, workers, &mut groups);
    Tally { promise: promise.name.clone(), requests, rendered, groups }
}

fn try_block(
    engine: &Engine,
    promise: &Promise,
    api: &Api,
    plan: Plan,
    block: usize,
) -> (usize, usize, Groups) {
    let seed = plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(block as u64);
    let from = block * BLOCK;
    let (mut made, mut rendered, mut groups) = (0, 0, Groups::new());
    for request in Samples::new(api, seed).take(BLOCK.min(plan.requests - from)) {
        match verdict::of(engine, &promise.name, &request) {
            None => rendered += 1,
            Some((group, message)) => {
                add(&mut groups, group, Witness { count: 1, first: from + made, request, message });
            }
        }
        made += 1;
    }
    (made, rendered, groups)
}

/// Counts a witness, and keeps the first one.
fn add(groups: &mut Groups, group: Group, witness: Witness) {
    match groups.get_mut(&group) {
        Some(old) => {
            let count = old.count + witness.count;
            if witness.first < old.first {
                *old = witness;
            }
            old.count = count;
        }
        None => drop(groups.insert(group, witness)),
    }
}

/// Makes the witnesses small, except those of what the promise itself refuses, which need none.
fn smallest(engine: &Engine, promise: &Promise, workers: Workers<'_>, groups: &mut [(Group, Witness)]) {
    let matters = |group: &Group| group.verdict != Verdict::Refused;
    let open: Vec<Mutex<&mut (Group, Witness)>> =
        groups.iter_mut().filter(|(g, _)| matters(g)).take(MOST_SHRUNK).map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    workers(&|| {
        while let Some(slot) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Ok(mut slot) = slot.lock() else { return };
            let (group, witness) = &mut **slot;
            let same = |v: &Value| verdict::of(engine, &promise.name, v).is_some_and(|(g, _)| g == *group);
            witness.request = shrink(&witness.request, TRIES, same);
            if let Some((_, message)) = verdict::of(engine, &promise.name, &witness.request) {
                witness.message = message;
            }
        }
    });
}
