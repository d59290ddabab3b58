//! Recognises a repository that a live Kratix writes to.

use super::error::StateError;
use super::wanted::World;
use crate::emit::git::Snapshot;
use crate::layout;

/// Files that Kratix writes into every destination, to see that it can.
const CANARIES: [&str; 4] = [
    "dependencies/kratix-canary-namespace.yaml",
    "resources/kratix-canary-configmap.yaml",
    "kratix-canary-namespace.yaml",
    "kratix-canary-configmap.yaml",
];

/// How the messages of its commits begin.
const SUBJECTS: [&str; 3] = ["Update from: ", "Delete from: ", "kratix-canary"];

/// How many commits are looked at.
const LOOK_BACK: usize = 32;

/// Refuses a repository with a sign of Kratix in it.
pub(super) fn check(snapshot: &Snapshot, world: &World) -> Result<(), StateError> {
    for destination in &world.state.destinations {
        let top = layout::top(&world.state, destination);
        for canary in CANARIES {
            let path = if top.is_empty() { canary.to_owned() } else { format!("{top}/{canary}") };
            if snapshot.file(&path)?.is_some() {
                return Err(StateError::Kratix { sign: format!("its file `{path}` is there") });
            }
        }
    }
    let mut next = snapshot.tip().cloned();
    for _ in 0..LOOK_BACK {
        let Some(commit) = next else { break };
        if SUBJECTS.iter().any(|s| commit.subject().starts_with(s)) {
            let sign = format!("its commit {}: `{}`", commit.id.short(), commit.subject());
            return Err(StateError::Kratix { sign });
        }
        next = match commit.parents.first() {
            Some(parent) => snapshot.at(*parent)?.tip().cloned(),
            None => None,
        };
    }
    Ok(())
}
