//! What became of tests, for programs: as JSON and as JUnit's XML. Neither holds a time, so that the same tests give the
//! same bytes.
//!
//! The JSON is a promise to those who read it: keys are added, never renamed or removed.
//!
//! ```json
//! {
//!   "passed": 1, "failed": 1, "updated": 0,
//!   "tests": [{
//!     "promise": "web", "name": "small", "status": "failed", "file": "web.promise", "line": 9, "column": 8,
//!     "failures": [{
//!       "message": "…", "file": "web.promise", "line": 11, "column": 5, "endLine": 11, "endColumn": 20,
//!       "expected": "large\n", "found": "small\n"
//!     }]
//!   }]
//! }
//! ```
//!
//! `status` is `passed`, `failed` or `updated` (the expected files were written, `--update`). Places are as in the report
//! of problems; `expected` and `found` are YAML, or `null` where there is nothing to compare.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::diff::{Line, diff};
use super::{Failure, Outcome, Status};
use crate::diag::render::visible::escaped;
use crate::source::{Sources, Span};

/// The outcomes as JSON.
pub fn json(sources: &Sources, outcomes: &[Outcome]) -> Value {
    let count = |status| outcomes.iter().filter(|o| o.status == status).count();
    json!({
        "passed": count(Status::Passed),
        "failed": count(Status::Failed),
        "updated": count(Status::Updated),
        "tests": outcomes.iter().map(|o| test(sources, o)).collect::<Vec<_>>(),
    })
}

fn test(sources: &Sources, outcome: &Outcome) -> Value {
    let at = sources.place(outcome.span);
    let status = match outcome.status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Updated => "updated",
    };
    json!({
        "promise": outcome.promise, "name": outcome.name, "status": status,
        "file": sources.name(outcome.span.file), "line": at.line, "column": at.column,
        "failures": outcome.failures.iter().map(|f| failure(sources, f)).collect::<Vec<_>>(),
    })
}

fn failure(sources: &Sources, failure: &Failure) -> Value {
    let (start, end) = (sources.place(failure.span), sources.place(failure.span.after()));
    json!({
        "message": failure.message, "file": sources.name(failure.span.file),
        "line": start.line, "column": start.column, "endLine": end.line, "endColumn": end.column,
        "expected": failure.diff.as_ref().map(|d| &d.0), "found": failure.diff.as_ref().map(|d| &d.1),
    })
}

/// The outcomes as JUnit's XML: a suite is a promise, a case a test.
pub fn junit(sources: &Sources, outcomes: &[Outcome]) -> String {
    let mut report = Report::new("vow test");
    for tests in outcomes.chunk_by(|a, b| a.promise == b.promise) {
        let name = tests.first().map_or("", |o| &o.promise);
        let mut suite = TestSuite::new(&*escaped(name));
        suite.add_test_cases(tests.iter().map(|o| case(sources, o)));
        report.add_test_suite(suite);
    }
    // It is written into a text, and what XML cannot hold was escaped.
    report.to_string().unwrap_or_default()
}

fn case(sources: &Sources, outcome: &Outcome) -> TestCase {
    let status = match (outcome.status, outcome.failures.split_first()) {
        (Status::Failed, Some((first, others))) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let more =
                if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
            status.set_message(format!("{}{more}", escaped(&first.message)));
            status.set_type("expectation");
            let all: Vec<String> = outcome.failures.iter().map(|f| described(sources, f)).collect();
            status.set_description(all.join("\n"));
            status
        }
        _ => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(&*escaped(&outcome.name), status);
    case.set_classname(&*escaped(&outcome.promise));
    case.extra.insert("file".into(), (&*escaped(sources.name(outcome.span.file))).into());
    case.extra.insert("line".into(), sources.place(outcome.span).line.to_string().into());
    case
}

/// Place, message and difference of a failure.
fn described(sources: &Sources, failure: &Failure) -> String {
    let mut lines = vec![format!("{}: {}", place(sources, failure.span), escaped(&failure.message))];
    for line in failure.diff.iter().flat_map(|(expected, found)| diff(expected, found)) {
        lines.push(match line {
            Line::Same(text) => format!("  {}", escaped(&text)),
            Line::Expected(text) => format!("- {}", escaped(&text)),
            Line::Found(text) => format!("+ {}", escaped(&text)),
            Line::Gap => "⋮".into(),
        });
    }
    lines.join("\n")
}

/// `FILE:LINE:COLUMN`.
pub fn place(sources: &Sources, span: Span) -> String {
    let at = sources.place(span);
    format!("{}:{}:{}", escaped(sources.name(span.file)), at.line, at.column)
}
