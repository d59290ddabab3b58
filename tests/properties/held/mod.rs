//! What holds for every text. Each property is one function that panics where it does not hold; the suite calls it with a few
//! texts, and the fuzz target of its name with many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a property that does not hold is a test that fails"
)]

mod program;
mod request;
mod same;
mod syntax;
mod yaml;

pub use program::{check, evaluate};
pub use request::request;
pub use syntax::{format, parse};
pub use yaml::{readers, yaml};

use vow::diag::{Diagnostic, render};
use vow::source::Sources;

/// What holds for every text.
pub type Property = fn(&str);

/// Every property, by the name of its fuzz target.
pub const ALL: [(&str, Property); 7] = [
    ("parse", parse),
    ("format", format),
    ("check", check),
    ("readers", readers),
    ("yaml", yaml),
    ("request", request),
    ("evaluate", evaluate),
];

/// Every problem has its place in a text, and can be shown in every form.
fn shown(sources: &Sources, problems: &[Diagnostic]) {
    for p in problems {
        let labels = p.labels.iter().map(|l| l.span);
        for span in labels.chain([p.primary.span]).chain(p.fix.iter().map(|f| f.span)) {
            let text = sources.text(span.file);
            assert!(text.get(span.range()).is_some(), "{}: {} at {:?}", p.code, p.message, span);
        }
        assert!(!p.message.is_empty(), "{} says nothing", p.code);
    }
    let few = problems.get(..problems.len().min(20)).unwrap();
    render::text(sources, few, false, 100);
    render::json(sources, few);
    render::sarif(sources, few);
    render::github(sources, few);
}
