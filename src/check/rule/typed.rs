//! What the checker makes of a rule: see [`Program`](crate::check::program::Program).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::check::program::{Condition, Expr, Gvk, Let, Walk};
use crate::check::types::Type;
use crate::source::Span;

/// A checked rule of a platform.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its doc comment: what whoever breaks it is told to do.
    pub docs: Option<String>,
    /// Where it is declared: its name.
    pub span: Span,
    /// What it judges.
    pub target: Target,
    /// For whom it holds.
    pub holds: Holds,
    /// The type of `it`.
    pub it: Type,
    /// How many slots an evaluation needs; `it` is in [`IT`].
    pub slots: usize,
    /// What it says.
    pub body: RuleBlock,
}

/// The slot of `it`.
pub const IT: usize = 0;

/// What a rule judges, one at a time.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Target {
    /// The documents of a kind.
    Kind(Gvk),
    /// The requests of a promise.
    Request(String),
    /// All documents.
    Document,
    /// Whatever leaves together.
    Flow,
}

/// For whom a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Holds {
    /// For all promises of the platform, and for manifests.
    Everywhere,
    /// For these promises: what they render, and what is requested of them.
    For(BTreeSet<String>),
}

impl Holds {
    /// Whether it holds for the promise of that name.
    pub fn holds_for(&self, promise: &str) -> bool {
        match self {
            Holds::Everywhere => true,
            Holds::For(promises) => promises.contains(promise),
        }
    }
}

/// The statements of a block.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RuleBlock {
    /// Its lets, each after those that it names.
    pub lets: Vec<Let>,
    /// The rest, in the author's order.
    pub steps: Vec<RuleStep>,
}

/// A statement of a rule.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum RuleStep {
    /// Asks for something.
    Demand(Demand),
    /// Statements under a condition.
    When(Condition, RuleBlock),
    /// Statements for each of many.
    For(Walk, RuleBlock),
}

/// `require C else "…"`, `deny C else "…"` or `warn C else "…"`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Demand {
    /// What follows from the condition.
    pub verb: Verb,
    /// The condition.
    pub condition: Expr,
    /// What is said.
    pub message: Expr,
    /// The whole form.
    pub span: Span,
}

/// What follows from the condition of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Verb {
    /// It has to hold.
    Require,
    /// It must not hold.
    Deny,
    /// It should not hold.
    Warn,
}
