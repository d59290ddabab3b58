//! Plans and commits in one go: if the branch moves meanwhile, the plan is made anew for its new tip.

use std::sync::{Arc, Mutex, PoisonError};

use super::change::Plan;
use super::error::StateError;
use super::plan::{Limits, plan_apply, plan_delete};
use super::wanted::{Wanted, World};
use crate::emit::git::{Author, Draft, Outcome, Snapshot, Store};
use crate::layout::Owner;

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Task {
    /// Have these requests be there.
    Apply(Arc<Wanted>),
    /// Have these requests be gone.
    Delete(Arc<World>, Vec<Owner>),
}

/// A commit to be made.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it does.
    pub task: Task,
    /// What it may do.
    pub limits: Limits,
    /// What its message begins with, instead of a sentence that tells what it does.
    pub message: Option<String>,
    /// The requests that somebody was shown that they go; `None` if nobody had to be asked.
    pub confirmed: Option<Vec<String>>,
}

/// Is called some twenty times a second, with what is being done and how many steps were made.
pub type Tick<'a> = &'a mut dyn FnMut(&'static str, usize);

impl Order {
    /// What it changes in the commit of a snapshot.
    ///
    /// # Errors
    /// If it may not be done.
    pub fn plan(&self, snapshot: &Snapshot) -> Result<Plan, StateError> {
        let plan = match &self.task {
            Task::Apply(wanted) => plan_apply(snapshot, wanted, &self.limits)?,
            Task::Delete(world, owners) => plan_delete(snapshot, world, owners, &self.limits)?,
        };
        let unseen = |c: &&Vec<String>| plan.deleted.iter().any(|d| !c.contains(d));
        match self.confirmed.as_ref().filter(unseen) {
            Some(_) => Err(StateError::Unseen),
            None => Ok(plan),
        }
    }

    fn draft(&self, plan: &Plan) -> Draft {
        let wanted = match &self.task {
            Task::Apply(wanted) => Some(&**wanted),
            Task::Delete(..) => None,
        };
        plan.draft(wanted, self.message.as_deref())
    }

    /// What it would change now.
    ///
    /// # Errors
    /// If it may not be done, or the repository cannot be read.
    pub fn preview(&self, store: &Store, tick: Tick<'_>) -> Result<Plan, StateError> {
        let order = self.clone();
        store.read(tick, move |snapshot| order.plan(snapshot))
    }

    /// Does it, in one commit.
    ///
    /// # Errors
    /// If nothing was done; see [`Store::write`].
    pub fn run(&self, store: &Store, by: &Author, tick: Tick<'_>) -> Result<(Plan, Outcome), StateError> {
        let order = self.clone();
        let last = Arc::new(Mutex::new(Plan::default()));
        let made = Arc::clone(&last);
        let outcome = store.write(by, tick, move |snapshot| {
            let plan = order.plan(snapshot)?;
            let draft = order.draft(&plan);
            *made.lock().unwrap_or_else(PoisonError::into_inner) = plan;
            Ok::<Draft, StateError>(draft)
        })?;
        let plan = std::mem::take(&mut *last.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((plan, outcome))
    }
}
