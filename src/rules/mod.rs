//! Judges what was rendered, before any of it leaves: one file a rule. Rules have no switch.
//!
//! [`gate`] is the only way to a [`Passed`], and a `Passed` is all that a sink takes.

mod confidential;
mod deletable;
mod labels;
mod lint;
mod names;
mod no_secret;
mod one_owner;
mod onepassword;
mod pod_security;
pub mod profile;
mod schema;
mod stream;
mod subject;
mod values;

pub use confidential::{credentials, is_credential};
pub use lint::lint;
pub use stream::{Judged, Owners, Stream};

use subject::{Facts, Subject};

use crate::diag::{Diagnostic, has_errors};
use crate::eval::{Document, Engine, Flow, Rendering};
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
    let facts = Facts { program: engine.program() };
    let mut out = Vec::new();
    for rendering in flows.iter().flat_map(|f| &f.renderings) {
        out.extend(judge_rendering(engine, facts, rendering));
    }
    out.extend(one_owner::judge(&flows));
    if has_errors(&out) { Err(out) } else { Ok(Passed { flows, warnings: out }) }
}

/// What the rules have against what one request renders.
fn judge_rendering(engine: &Engine, facts: Facts<'_>, rendering: &Rendering) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for document in &rendering.documents {
        let found = judge(&document.object, facts).into_iter().chain(schema::judge(engine, document));
        out.extend(found.map(|f| report(engine, rendering, document, f)));
        out.extend(values::judge(engine, rendering, document));
    }
    out
}

/// What the rules have against one object by itself.
fn judge(object: &Value, facts: Facts<'_>) -> Vec<Finding> {
    let subject = Subject::of(object);
    let mut found = Vec::new();
    let rules = [
        no_secret::judge,
        onepassword::judge,
        names::judge,
        labels::judge,
        pod_security::judge,
        deletable::judge,
    ];
    rules.iter().for_each(|rule| rule(subject, facts, &mut found));
    found
}

fn report(engine: &Engine, rendering: &Rendering, document: &Document, finding: Finding) -> Diagnostic {
    let place = engine.place_of(&rendering.request, document, &finding.path);
    let message = format!("`{}`: {}", document.title(), finding.message);
    let d = Diagnostic::error(finding.rule, place.span, message).help(finding.help);
    match place.request {
        Some(path) => {
            d.help(format!("the value comes from `{path}` of the request `{}`", rendering.request.name))
        }
        None => d,
    }
}
