//! Diagnostics as text, as JSON, as SARIF and as workflow commands of GitHub.
//!
//! All show the same problems in the same order: by file name, place and code, each once. Nothing here decides what is
//! a problem or prints anything.

mod excerpt;
pub mod github;
pub mod json;
pub mod sarif;
pub mod text;
pub mod visible;

pub use github::github;
pub use json::{json, json_text};
pub use sarif::sarif;
pub use text::text;

use crate::diag::Diagnostic;
use crate::source::Sources;

/// The diagnostics in the order they are shown, those that say the same at the same place once.
fn ordered<'a>(sources: &Sources, diagnostics: &'a [Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut all: Vec<&Diagnostic> = diagnostics.iter().collect();
    all.sort_by(|a, b| key(sources, a).cmp(&key(sources, b)));
    all.dedup_by(|a, b| key(sources, a) == key(sources, b));
    all
}

fn key<'a>(sources: &'a Sources, d: &'a Diagnostic) -> (&'a str, u32, &'a str, u32, &'a str) {
    let span = d.primary.span;
    (sources.name(span.file), span.start, d.code, span.end, &d.message)
}
