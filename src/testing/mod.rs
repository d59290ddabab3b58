//! Runs the tests that stand in promises: requests that are given, and what is expected of what they render.

mod cases;
pub mod diff;
mod objects;
mod pattern;
pub mod report;

use std::sync::Arc;

use crate::check::program::{Expectation, Given, Gvk, ObjectsGiven, Promise, Test, TestBody, Told, Which};
use crate::diag::{Diagnostic, suggest, words};
use crate::eval::{Document, Engine, Flow, Labels, render_flow};
use crate::rules;
use crate::source::{Loader, Span};
use crate::value::{Map, Value, yaml};

/// What became of one test.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The promise, or the module in which the test stands.
    pub promise: String,
    /// The test's name; for a folder of cases, with the case.
    pub name: String,
    /// Where the test stands.
    pub span: Span,
    /// Whether it passed.
    pub status: Status,
    /// What is not as expected; none if the test passed.
    pub failures: Vec<Failure>,
    /// Files that would make the test pass: path within the platform, and new content (`None`: to be removed).
    pub updates: Vec<(String, Option<String>)>,
}

impl Outcome {
    fn new(promise: &str, test: &Test, name: String, failures: Vec<Failure>) -> Self {
        let status = if failures.is_empty() { Status::Passed } else { Status::Failed };
        Outcome { promise: promise.to_owned(), name, span: test.span, status, failures, updates: vec![] }
    }

    /// What failed, as problems at their places.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let failures = self.failures.iter().filter(|_| self.status == Status::Failed);
        let problem = |f: &Failure| {
            let d = Diagnostic::error("test-failed", f.span, f.message.clone());
            d.also(self.span, format!("expected by the test `{}`", self.name))
        };
        failures.map(problem).collect()
    }
}

/// Whether a test passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All is as expected.
    Passed,
    /// Something is not as expected.
    Failed,
    /// It was not, and the expected files were written.
    Updated,
}

/// Something that is not as expected.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What is wrong.
    pub message: String,
    /// The expectation.
    pub span: Span,
    /// What was expected and what was there, as YAML, for a diff.
    pub diff: Option<(String, String)>,
}

impl Failure {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Failure { message: message.into(), span, diff: None }
    }
}

/// Runs the tests whose `promise/name` contains `filter`; `folder_of` tells in which folder a promise's file lies.
pub fn run(
    engine: &Engine,
    loader: &dyn Loader,
    filter: &str,
    folder_of: &dyn Fn(Span) -> String,
) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for promise in &engine.program().promises {
        for test in &promise.tests {
            match &test.body {
                TestBody::Given(given) => {
                    if format!("{}/{}", promise.name, test.name).contains(filter) {
                        outcomes.push(given_test(engine, promise, test, given));
                    }
                }
                TestBody::Objects(given) => {
                    if format!("{}/{}", promise.name, test.name).contains(filter) {
                        outcomes.push(objects_test(engine, &promise.name, test, given));
                    }
                }
                TestBody::From { glob, span } => {
                    let pattern = format!("{}{glob}", folder_of(*span));
                    let cases = cases::run(engine, loader, promise, test, &pattern);
                    let wanted = |o: &Outcome| format!("{}/{}", o.promise, o.name).contains(filter);
                    outcomes.extend(cases.into_iter().filter(wanted));
                }
            }
        }
    }
    for (module, tests) in &engine.program().tests {
        for test in tests {
            if let TestBody::Objects(given) = &test.body
                && format!("{module}/{}", test.name).contains(filter)
            {
                outcomes.push(objects_test(engine, module, test, given));
            }
        }
    }
    outcomes
}

fn objects_test(engine: &Engine, of: &str, test: &Test, given: &ObjectsGiven) -> Outcome {
    Outcome::new(of, test, test.name.clone(), objects::run(engine, test, given))
}

/// Why a request renders nothing, in words.
fn reasons(diagnostics: &[Diagnostic]) -> String {
    let all: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    all.join("; ")
}

/// Admits, renders and judges an object.
fn flow_of(engine: &Engine, promise: &Promise, object: &Value) -> Result<(Flow, Vec<Diagnostic>), String> {
    let request = engine.admit(&promise.name, object).map_err(|problems| {
        let all: Vec<String> = problems.into_iter().map(|p| p.message).collect();
        all.join("; ")
    })?;
    let flow = render_flow(engine, &promise.name, &request).map_err(|r| r.message.clone())?;
    let passed = rules::gate(engine, vec![flow]).map_err(|found| reasons(&found))?;
    let flow = passed.flows().first().cloned().ok_or_else(|| "nothing was rendered".to_owned())?;
    Ok((flow, passed.warnings().to_vec()))
}

fn given_test(engine: &Engine, promise: &Promise, test: &Test, given: &Given) -> Outcome {
    let mut failures = Vec::new();
    let refusals = || given.expectations.iter().filter(|e| matches!(e, Expectation::Refuse { .. }));
    match given_flow(engine, promise, given) {
        Err(why) if refusals().next().is_some() => {
            for expectation in &given.expectations {
                if let Expectation::Refuse { message, span } = expectation
                    && !why.contains(message.as_str())
                {
                    failures.push(Failure::new(*span, format!("refused, but for another reason: {why}")));
                }
            }
        }
        Err(why) => failures.push(Failure::new(test.span, format!("refused: {why}"))),
        Ok((flow, warnings)) => {
            for expectation in &given.expectations {
                failures.extend(compare(engine, given, (&flow, &warnings), expectation));
            }
        }
    }
    Outcome::new(&promise.name, test, test.name.clone(), failures)
}

fn given_flow(engine: &Engine, promise: &Promise, given: &Given) -> Result<(Flow, Vec<Diagnostic>), String> {
    let Some(api) = &promise.api else { return Err("this promise has no api".into()) };
    let spec = engine.constant(&given.spec, given.slots).map_err(|r| r.message.clone())?;
    let mut metadata = Map::from_iter([
        (Arc::from("name"), Value::str(given.name.as_str())),
        (Arc::from("namespace"), Value::str(given.namespace.as_str())),
    ]);
    metadata.extend(engine.constant_object(&given.with, given.slots).map_err(|r| r.message.clone())?);
    let object = Map::from_iter([
        (Arc::from("apiVersion"), Value::str(format!("{}/{}", api.group, api.version))),
        (Arc::from("kind"), Value::str(api.kind.as_str())),
        (Arc::from("metadata"), Value::map(metadata)),
        (Arc::from("spec"), spec.unwrap_or(Value::Null)),
    ]);
    flow_of(engine, promise, &Value::map(object))
}

fn compare(
    engine: &Engine,
    given: &Given,
    (flow, warnings): (&Flow, &[Diagnostic]),
    expectation: &Expectation,
) -> Vec<Failure> {
    match expectation {
        Expectation::Warn { message, span } => not_warned(warnings, message, *span).into_iter().collect(),
        Expectation::Pass { span } => not_quiet(warnings, *span).into_iter().collect(),
        Expectation::Refuse { message, span } => {
            vec![Failure::new(*span, format!("nothing was refused; expected a refusal with `{message}`"))]
        }
        Expectation::Count { flow: whole, count, span } => {
            let found = documents(flow, *whole);
            if found.len() == *count {
                return vec![];
            }
            let there = if found.len() == 1 { "is" } else { "are" };
            let titles = if found.is_empty() { String::new() } else { format!(": {}", titles(&found)) };
            let wanted = words::count(*count, "document");
            let message = format!("expected {wanted}, there {there} {}{titles}", found.len());
            vec![Failure::new(*span, message)]
        }
        Expectation::Told { what, value, span } => {
            let rendering = flow.renderings.first();
            let (title, found) = match what {
                Told::File(path) => {
                    let files = rendering.map(|r| r.files.as_slice()).unwrap_or_default();
                    let file = files.iter().find(|f| f.path == *path);
                    if file.is_none() {
                        let all: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
                        let message =
                            format!("the file `{path}` is not put out; there is {}", suggest::list(&all));
                        return vec![Failure::new(*span, message)];
                    }
                    (format!("file {path}"), file.map(|f| f.content.clone()))
                }
                Told::Status => ("status".into(), rendering.and_then(|r| r.status.clone())),
                Told::Destination => {
                    ("destination".into(), rendering.map(|r| labels(&r.destination.labels())))
                }
            };
            let found = found.unwrap_or(Value::map(Map::new()));
            pattern::compare_value(engine, given.slots, (value, *span), &found, &title)
        }
        Expectation::None { flow: whole, which, span } => {
            let hits = find(engine, given, &documents(flow, *whole), which);
            hits.iter()
                .map(|d| Failure::new(*span, format!("expected none, there is `{}`", d.title())))
                .collect()
        }
        Expectation::Document { flow: whole, which, body, span } => {
            let mut all = documents(flow, *whole);
            // By its handle, what a deletion makes is named as well.
            if matches!(which, Which::Handle(_)) {
                all.extend(flow.renderings.iter().take(1).flat_map(|r| &r.deletion));
            }
            let hits = find(engine, given, &all, which);
            let differences =
                |d: &&Document| pattern::compare(engine, given.slots, body, &d.object, &d.title());
            let compared: Vec<Vec<Failure>> = hits.iter().map(differences).collect();
            match compared.first() {
                None => {
                    let message = format!("{} was not rendered; there is {}", describe(which), titles(&all));
                    vec![Failure::new(*span, message)]
                }
                // Of several with one handle, any may be the one that is meant.
                Some(_) if compared.iter().any(Vec::is_empty) => vec![],
                Some(first) => first.clone(),
            }
        }
    }
}

/// What is missing if no warning holds `part`.
fn not_warned(warnings: &[Diagnostic], part: &str, span: Span) -> Option<Failure> {
    let found = if warnings.is_empty() { "none".into() } else { reasons(warnings) };
    let message = format!("expected a warning with `{part}`, there is {found}");
    (!warnings.iter().any(|w| w.message.contains(part))).then(|| Failure::new(span, message))
}

/// What is wrong if there is any warning.
fn not_quiet(warnings: &[Diagnostic], span: Span) -> Option<Failure> {
    let message = format!("expected no warning, there is {}", reasons(warnings));
    (!warnings.is_empty()).then(|| Failure::new(span, message))
}

/// Labels as a value.
fn labels(labels: &Labels) -> Value {
    Value::map(labels.iter().map(|(k, v)| (Arc::from(k.as_str()), Value::str(v.as_str()))).collect())
}

/// Documents as they are listed in a sentence.
fn titles(documents: &[&Document]) -> String {
    suggest::list(&documents.iter().map(|d| d.title()).collect::<Vec<_>>())
}

fn documents(flow: &Flow, whole: bool) -> Vec<&Document> {
    match whole {
        true => flow.documents().collect(),
        false => flow.renderings.first().into_iter().flat_map(|r| &r.documents).collect(),
    }
}

fn find<'d>(engine: &Engine, given: &Given, all: &[&'d Document], which: &Which) -> Vec<&'d Document> {
    let is = |d: &Document| match which {
        Which::Handle(handle) => d.origin.handle.as_deref() == Some(handle),
        Which::Named { gvk, name, namespace } => {
            let text = |e: &crate::check::program::Expr| engine.constant(e, given.slots).ok().flatten();
            let named = name.as_ref().is_none_or(|n| text(n).is_some_and(|v| v.as_str() == Some(&d.name)));
            let placed = namespace
                .as_ref()
                .is_none_or(|n| text(n).is_some_and(|v| v.as_str() == d.namespace.as_deref()));
            is_kind(d, gvk) && named && placed
        }
    };
    all.iter().filter(|d| is(d)).copied().collect()
}

fn is_kind(d: &Document, gvk: &Gvk) -> bool {
    d.group == gvk.group && d.version == gvk.version && d.kind == gvk.kind
}

fn describe(which: &Which) -> String {
    match which {
        Which::Handle(handle) => format!("`{handle}`"),
        Which::Named { gvk, .. } => format!("`{}`", crate::check::resource::show_gvk(gvk)),
    }
}

/// A value as YAML, for a diff.
fn shown(value: &Value) -> String {
    yaml::write(value)
}
