//! From texts with requests to documents that passed the gate.

use crate::check::api::Api;
use crate::check::program::Promise;
use crate::diag::Diagnostic;
use crate::eval::{Engine, Flow, Refusal, render, render_flow};
use crate::request::{self, Placed, Request};
use crate::rules::{self, Passed};
use crate::source::{FileId, Sources, Span};
use crate::value::Value;
use crate::value::path::Path;
use crate::value::yaml::Node;

/// A request that its promise takes.
#[derive(Clone, Debug)]
pub struct Job {
    /// The promise that serves it.
    pub promise: String,
    /// The request.
    pub request: Request,
    /// Where its name stands.
    pub span: Span,
    /// What should be looked at although its promise takes it.
    pub warnings: Vec<Diagnostic>,
}

/// Whether sub-requests are rendered as the requests they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Only what the request itself renders.
    One,
    /// The whole flow.
    Flow,
}

/// Reads the requests in a text, and has their promises take them.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn read(engine: &Engine, sources: &Sources, file: FileId) -> Result<Vec<Job>, Vec<Diagnostic>> {
    let nodes =
        request::read_documents(file, sources.name(file), sources.text(file)).map_err(|d| vec![*d])?;
    let mut jobs = Vec::new();
    let mut out = Vec::new();
    for node in &nodes {
        match job(engine, node) {
            Ok(job) => jobs.push(job),
            Err(found) => out.extend(found),
        }
    }
    if out.is_empty() { Ok(jobs) } else { Err(out) }
}

/// A document of a text with requests, by itself.
#[derive(Debug)]
pub struct Single {
    /// `KIND/NAME in NAMESPACE`, as far as it says.
    pub title: String,
    /// The promise that serves its kind, if one does.
    pub promise: Option<String>,
    /// The request, or everything that is wrong with it.
    pub job: Result<Job, Vec<Diagnostic>>,
}

/// Reads the documents in a text, each by itself: one that is refused keeps no other from being taken.
///
/// # Errors
/// What is wrong with the text.
pub fn read_each(engine: &Engine, sources: &Sources, file: FileId) -> Result<Vec<Single>, Box<Diagnostic>> {
    let nodes = request::read_documents(file, sources.name(file), sources.text(file))?;
    let single = |node: &Node| {
        let object = node.to_value();
        Single { title: title(&object), promise: served(engine, &object), job: job(engine, node) }
    };
    Ok(nodes.iter().map(single).collect())
}

/// `KIND/NAME in NAMESPACE` of a request, or of what should be one.
fn title(object: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("?").to_owned();
    let metadata = |key: &str| object.get("metadata").and_then(|m| m.get(key));
    let namespace = metadata("namespace").and_then(Value::as_str).unwrap_or(Request::DEFAULT_NAMESPACE);
    format!("{}/{} in {namespace}", text(object.get("kind")), text(metadata("name")))
}

fn served(engine: &Engine, object: &Value) -> Option<String> {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
    let promise = engine.program().serving(group, text("kind")).filter(|promise| !promise.foreign)?;
    Some(promise.name.clone())
}

fn job(engine: &Engine, node: &Node) -> Result<Job, Vec<Diagnostic>> {
    let object = node.to_value();
    let promise = serving(engine, node, &object).map_err(|d| vec![*d])?;
    let Some(api) = &promise.api else { return Err(vec![]) };
    match engine.admit(&promise.name, &object) {
        Ok(request) => Ok(Job {
            promise: promise.name.clone(),
            request,
            span: request::name_place(node),
            warnings: values(engine, node, &object, api),
        }),
        Err(problems) => Err(problems.iter().map(|p| request::locate(p, node, api)).collect()),
    }
}

/// What the schemas that are attached to parts of an api have against a request.
fn values(engine: &Engine, node: &Node, object: &Value, api: &Api) -> Vec<Diagnostic> {
    let attached = engine.program().platform.attached.iter();
    let mut out = Vec::new();
    for schema in attached.filter(|a| a.is_for(&api.group, &api.version, &api.kind)) {
        for problem in schema.judge(object) {
            // Within a text there are no places, so the text is shown.
            let steps = (1..=problem.path.0.len()).rev().filter_map(|n| problem.path.0.get(..n));
            let place = steps.map(|s| Path(s.to_vec())).find_map(|path| node.key_span(&path));
            let message = format!("`{}` {}", problem.path, problem.what);
            let d = Diagnostic::warning("valid-object", place.unwrap_or(node.span), message);
            let mut d = d.also(schema.span, "this schema is attached");
            d.help.extend(problem.help);
            out.push(d);
        }
    }
    out
}

/// The promise that serves an object.
fn serving<'e>(engine: &'e Engine, node: &Node, object: &Value) -> Result<&'e Promise, Box<Diagnostic>> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let program = engine.program();
    let kinds = || {
        let apis = program.promises.iter().filter(|p| !p.foreign).filter_map(|p| p.api.as_ref());
        apis.map(|a| a.kind.as_str()).collect::<Vec<&str>>()
    };
    let at = |key: &str| node.key_span(&crate::value::path::Path::key(key)).unwrap_or(node.span);
    let wrong = |key: &str, message: String| {
        let d = Diagnostic::error("wrong-kind", at(key), message);
        let kinds = kinds();
        Box::new(match kinds.len() {
            0 => d.help("no promise here has an api"),
            1..=12 => d.help(format!("the promises here serve {}", crate::diag::suggest::list(&kinds))),
            n => d.help(format!("the {n} promises here serve other kinds; `vow graph` names them")),
        })
    };
    let Some(kind) = text("kind") else {
        return Err(wrong("kind", "this is no request: it has no `kind`".into()));
    };
    let Some(api_version) = text("apiVersion") else {
        return Err(wrong("apiVersion", "this is no request: it has no `apiVersion`".into()));
    };
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    match program.serving(group, kind) {
        Some(promise) if !promise.foreign => Ok(promise),
        Some(promise) => {
            let message =
                format!("`{}` is only known by its CRD, so nothing can be rendered for it", promise.name);
            Err(wrong("kind", message))
        }
        None => {
            let shown = format!("no promise serves the kind `{kind}` of `{api_version}`");
            let known = program.promises.iter().filter_map(|p| p.api.as_ref()).map(|a| a.kind.as_str());
            let mut d = wrong("kind", shown);
            if let Some(close) = crate::diag::suggest::closest(kind, known).filter(|c| *c != kind) {
                d.help.insert(0, format!("did you mean `{close}`?"));
            }
            Err(d)
        }
    }
}

/// Renders requests that are to leave together, and judges what they render.
///
/// # Errors
/// Two requests of one name, what any promise refuses, and what any rule has against the documents.
pub fn render_all(engine: &Engine, jobs: &[Job], depth: Depth) -> Result<Passed, Vec<Diagnostic>> {
    let mut out = duplicates(engine, jobs);
    let mut flows = Vec::with_capacity(jobs.len());
    for job in jobs {
        match flow(engine, job, depth) {
            Ok(flow) => flows.push((flow, Some(job.span))),
            Err(refusal) => out.push(refused(job, &refusal)),
        }
    }
    if !out.is_empty() {
        return Err(out);
    }
    let warnings = jobs.iter().flat_map(|j| j.warnings.iter().cloned());
    rules::gate_asked(engine, flows).map(|passed| passed.and(warnings))
}

fn flow(engine: &Engine, job: &Job, depth: Depth) -> Result<Flow, Box<Refusal>> {
    match depth {
        Depth::One => render(engine, &job.promise, &job.request).map(|r| Flow { renderings: vec![r] }),
        Depth::Flow => render_flow(engine, &job.promise, &job.request),
    }
}

fn refused(job: &Job, refusal: &Refusal) -> Diagnostic {
    refusal.diagnostic().also(job.span, format!("for the request `{}`", job.request.name))
}

/// Requests of one kind, namespace and name: the second would overwrite the first.
fn duplicates(engine: &Engine, jobs: &[Job]) -> Vec<Diagnostic> {
    let mut all = Vec::with_capacity(jobs.len());
    for job in jobs {
        if let Some(api) = engine.program().promise(&job.promise).and_then(|p| p.api.as_ref()) {
            all.push(Placed { api, request: &job.request, span: job.span });
        }
    }
    request::duplicates(&all)
}
