//! Judges what was rendered, before any of it leaves: one file a rule. Rules have no switch.
//!
//! [`gate`] is the only way to a [`Passed`], and a `Passed` is all that a sink takes.

mod baseline;
mod confidential;
mod deletable;
mod flows;
mod given;
mod labels;
mod lint;
mod names;
mod no_secret;
mod one_owner;
mod onepassword;
mod ownership;
mod platform_rule;
mod pod_security;
pub mod prove;
mod readings;
mod reread;
mod schema;
mod stream;
mod subject;
mod told;
mod values;

pub use crate::known::profile;
pub use baseline::{Baseline, Entry, Sifted};
pub use confidential::{credentials, is_credential};
pub use given::say;
pub use lint::{Lint, dependencies, lint, lint_together};
pub use ownership::{Labelled, Owner, label};
pub use reread::{Unfaithful, reread};
pub use stream::{Judged, Owners, Stream};
pub use told::scan_plain;

use readings::Readings;
use subject::{Facts, Findings, Subject};

use crate::diag::{Diagnostic, has_errors};
use crate::eval::{Document, Engine, Flow};
use crate::source::Span;
use crate::value::Value;
use crate::value::path::Path;

/// What every rule has passed.
#[derive(Clone, Debug)]
pub struct Passed {
    flows: Vec<Flow>,
    warnings: Vec<Diagnostic>,
}

impl Passed {
    /// The flows, in the order of their requests.
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// What should be looked at although it may leave: values from requests that no attached schema knows.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// With what else should be looked at.
    #[must_use]
    pub fn and(mut self, warnings: impl IntoIterator<Item = Diagnostic>) -> Passed {
        self.warnings.extend(warnings);
        self
    }

    /// All documents, in order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.flows.iter().flat_map(Flow::documents)
    }
}

/// What a rule has against a document.
struct Finding {
    rule: &'static str,
    path: Path,
    /// The sentence after the document's title.
    message: String,
    help: String,
}

/// Judges flows that are to leave together.
///
/// # Errors
/// Everything that a rule has against any of them.
pub fn gate(engine: &Engine, flows: Vec<Flow>) -> Result<Passed, Vec<Diagnostic>> {
    gate_asked(engine, flows.into_iter().map(|flow| (flow, None)).collect())
}

/// As [`gate`], of requests that were written somewhere: there it is told what is wrong with them.
///
/// # Errors
/// As [`gate`].
pub fn gate_asked(engine: &Engine, flows: Vec<(Flow, Option<Span>)>) -> Result<Passed, Vec<Diagnostic>> {
    let mut out = Vec::new();
    let documents: usize = flows.iter().map(|(flow, _)| flow.documents().count()).sum();
    let skip = prove::Skip::for_documents(engine, documents);
    for (flow, asked) in &flows {
        flows::judge(engine, skip, flow, *asked, &mut out);
    }
    let flows: Vec<Flow> = flows.into_iter().map(|(flow, _)| flow).collect();
    out.extend(one_owner::judge(&flows));
    if has_errors(&out) { Err(out) } else { Ok(Passed { flows, warnings: out }) }
}

/// A rule about one object by itself.
type Rule = fn(Subject<'_>, Facts<'_>, &mut Findings);

/// The rules about one object by itself.
const RULES: [Rule; 6] = [
    no_secret::judge,
    onepassword::judge,
    names::judge,
    labels::judge,
    pod_security::judge,
    deletable::judge,
];

/// What the rules have against one object by itself.
fn judge(object: &Value, facts: Facts<'_>) -> Vec<Finding> {
    judge_by(&RULES, object, facts)
}

fn judge_by(rules: &[Rule], object: &Value, facts: Facts<'_>) -> Vec<Finding> {
    let subject = Subject::of(object);
    let own = Readings::default();
    let facts = if facts.readings.is_some() { facts } else { facts.with(&own) };
    let mut found = Vec::new();
    rules.iter().for_each(|rule| rule(subject, facts, &mut found));
    found
}

/// The rules by name that each of [`RULES`] judges.
const JUDGED: [&[&str]; 6] = [
    &["no-secret"],
    &["onepassword-only"],
    &["explicit-namespace", "stable-name"],
    &["ownership-labels"],
    &["pod-security"],
    &["deletable"],
];

/// What the rules have against a document of ours. What is proved is judged in debug builds alone, and there it is a
/// defect of the proof if anything is found.
fn judge_rendered(document: &Document, facts: Facts<'_>, skip: prove::Skip<'_>) -> Vec<Finding> {
    let subject = Subject::of(&document.object);
    let mut found = Vec::new();
    for (rule, names) in RULES.iter().zip(JUDGED) {
        // A wrong proof about secrets could not be taken back, so that rule judges whatever is proved.
        let proved =
            !names.contains(&no_secret::RULE) && names.iter().all(|name| skip.is_proved(name, document));
        if cfg!(debug_assertions) || !proved {
            rule(subject, facts, &mut found);
        }
    }
    for finding in found.iter_mut().filter(|f| skip.is_proved(f.rule, document)) {
        finding.help =
            format!("`{}` was proved of this document: a defect of vow, please report it", finding.rule);
    }
    found
}
