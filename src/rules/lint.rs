//! The rules over manifests that vow did not render.

use std::collections::BTreeMap;

use super::subject::{Facts, Subject};
use super::{Finding, judge};
use crate::check::program::Program;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::value::Value;
use crate::value::ops::at;
use crate::value::path::{Path, Step};
use crate::value::yaml::{self, Node, NodeKind};

/// Group, kind, namespace and name: what makes two objects one.
type Key = (String, String, String, String);

/// The most items of a list that are judged when nobody is sure how to read it.
const MOST: usize = 100_000;

/// A problem of a manifest, and what it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Lint {
    /// The problem, with its place.
    pub diagnostic: Diagnostic,
    /// The object, `GROUP/KIND NAMESPACE/NAME`; empty if the problem is of the whole file.
    pub object: String,
    /// Where in the object, its list items by their names; empty if it is of the whole object.
    pub path: String,
}

/// Judges a file of manifests; those of lists one by one.
///
/// What is no YAML to every reader is a problem by itself; it is judged by every reading that some reader has.
pub fn lint(program: &Program, file: FileId, text: &str) -> Vec<Lint> {
    match yaml::read(file, text) {
        Ok(documents) => judge_all(program, &documents),
        Err(problem) => {
            let whole = Lint { diagnostic: *problem, object: String::new(), path: String::new() };
            let mut out = vec![whole];
            let start = Span::new(file, 0, 0);
            for object in yaml::read_any(text).documents.iter().flat_map(objects) {
                let found = judge(object, Facts { program }).into_iter();
                out.extend(found.map(|f| report(start, object, f)));
            }
            out
        }
    }
}

fn judge_all(program: &Program, documents: &[Node]) -> Vec<Lint> {
    let facts = Facts { program };
    let mut out = Vec::new();
    let mut owners: BTreeMap<Key, Span> = BTreeMap::new();
    for node in documents.iter().flat_map(nodes) {
        let object = node.to_value();
        let subject = Subject::of(&object);
        let mut found = judge(&object, facts);
        if let Some(kind) = facts.kind(subject) {
            let problems = kind.schema.validate(&object);
            found.extend(problems.into_iter().map(|p| super::schema::finding(p, subject.kind)));
        }
        out.extend(found.into_iter().map(|f| report(place(node, &f.path), &object, f)));
        let Some(key) = key(subject) else { continue };
        if let Some(first) = owners.insert(key, head(node)) {
            let message = format!("{} is there twice", title(subject));
            let d = Diagnostic::error("one-owner", head(node), message);
            let d = d.also(first, "the first").help("an object is rendered once: remove one of the two");
            out.push(Lint { diagnostic: d, object: identity(subject), path: String::new() });
        }
    }
    out
}

fn key(subject: Subject<'_>) -> Option<Key> {
    let name = Some(subject.metadata("name")).filter(|name| !name.is_empty())?;
    let words = [subject.group, subject.kind, subject.metadata("namespace"), name].map(str::to_owned);
    Some(words.into())
}

/// The objects of a value that was read in one of several ways.
fn objects(value: &Value) -> Vec<&Value> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match (text("apiVersion"), text("kind"), value.get("items").and_then(Value::as_list)) {
        (Some("v1"), Some("List"), Some(items)) => items.iter().take(MOST).flat_map(objects).collect(),
        _ if value.as_map().is_some() => vec![value],
        _ => vec![],
    }
}

/// The objects of a document: itself, or the items of a list of Kubernetes.
pub(super) fn nodes(node: &Node) -> Vec<&Node> {
    let text = |key: &str| match node.at(&Path::key(key)).map(|n| &n.kind) {
        Some(NodeKind::Scalar(Value::Str(text))) => text.to_string(),
        _ => String::new(),
    };
    let items = node.at(&Path::key("items")).map(|n| &n.kind);
    match (text("apiVersion").as_str(), text("kind").as_str(), items) {
        ("v1", "List", Some(NodeKind::List(items))) => items.iter().flat_map(nodes).collect(),
        _ => vec![node],
    }
}

pub(super) fn title(subject: Subject<'_>) -> String {
    let (name, namespace) = (subject.metadata("name"), subject.metadata("namespace"));
    match namespace {
        "" => format!("{}/{name}", subject.kind),
        _ => format!("{}/{name} in {namespace}", subject.kind),
    }
}

/// What an object is called by everybody, whatever stands in it and wherever it stands.
fn identity(subject: Subject<'_>) -> String {
    let (name, namespace) = (subject.metadata("name"), subject.metadata("namespace"));
    format!("{}/{} {namespace}/{name}", subject.group, subject.kind)
}

fn report(span: Span, object: &Value, finding: Finding) -> Lint {
    let subject = Subject::of(object);
    let message = format!("{}: {}", title(subject), finding.message);
    Lint {
        diagnostic: Diagnostic::error(finding.rule, span, message).help(finding.help),
        object: identity(subject),
        path: steady(object, &finding.path),
    }
}

/// A path that stays when items are put before others: an item with a name is told by it.
fn steady(object: &Value, path: &Path) -> String {
    let mut value = Some(object);
    let mut out = Path::default();
    for step in &path.0 {
        value = value.and_then(|v| at(v, std::slice::from_ref(step)));
        let name = value.and_then(|v| v.get("name")).and_then(Value::as_str);
        out = match (step, name) {
            (Step::Index(_), Some(name)) => out.then_key(name),
            _ => out.then(step.clone()),
        };
    }
    out.to_string()
}

fn place(node: &Node, path: &Path) -> Span {
    node.at(path).map(|n| n.span).or_else(|| node.key_span(path)).unwrap_or_else(|| head(node))
}

/// Where an object says what it is.
pub(super) fn head(node: &Node) -> Span {
    node.key_span(&Path::key("kind")).unwrap_or(node.span)
}
