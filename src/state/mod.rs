//! The state repository: which files are whose, and what a command changes in it.
//!
//! A [`Wanted`] is what requests render, laid out. [`plan`] holds it against a snapshot of the repository: what each
//! request and its sub-requests had there is replaced whole, what another owns is an error. Ownership is read from the
//! paths and from the labels of the documents, so there is no index that could be lost.

mod change;
mod compare;
mod drift;
mod error;
mod family;
mod kratix;
mod labels;
mod message;
mod plan;
mod run;
mod search;
mod status;
mod wanted;

pub use change::{Change, Counts, Plan};
pub use compare::compared;
pub use error::StateError;
pub use message::{APPLIED, DELETED, VERSION};
pub use plan::{Limits, plan_apply, plan_delete};
pub use run::{Order, Task, Tick};
pub use status::{Drift, Held, Made, Status, Touch, history, status};
pub use wanted::{Target, Wanted, World};
