//! The rules over manifests that vow did not render.

use std::collections::{BTreeMap, BTreeSet};

use super::platform_rule::{Judged, Ruling, Said};
use super::subject::{Facts, Subject};
use super::{Finding, RULES, Rule, judge, judge_by, names, no_secret};
use crate::check::program::Program;
use crate::diag::{Diagnostic, Severity};
use crate::eval::Engine;
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
    /// The rule, or the code of what the reader said; of the platform's rules `platform-rule/NAME`.
    pub rule: String,
    /// The object, `GROUP/KIND NAMESPACE/NAME`; empty if the problem is of the whole file, or of many.
    pub object: String,
    /// Where in the object, its list items by their names; empty if it is of the whole object.
    pub path: String,
}

impl Lint {
    /// A problem that is of no object alone.
    fn whole(diagnostic: Diagnostic) -> Lint {
        let rule = diagnostic.code.to_owned();
        Lint { diagnostic, rule, object: String::new(), path: String::new() }
    }

    fn of(object: &Value, path: &Path, diagnostic: Diagnostic) -> Lint {
        let (object, path) = (identity(Subject::of(object)), steady(object, path));
        Lint { object, path, ..Lint::whole(diagnostic) }
    }

    /// The same, found by a rule of the platform.
    fn by(self, rule: &str) -> Lint {
        Lint { rule: format!("{}/{rule}", self.rule), ..self }
    }
}

/// Judges a file of manifests; those of lists one by one.
///
/// What is no YAML to every reader is a problem by itself; it is judged by every reading that some reader has.
pub fn lint(engine: &Engine, file: FileId, text: &str) -> Vec<Lint> {
    let facts = Facts::of(engine.program());
    let mut ruling = Ruling::of(engine);
    match yaml::read(file, text) {
        Ok(documents) => each(facts, ruling, &documents, Whose::Ours),
        Err(problem) => {
            let mut out = vec![Lint::whole(*problem)];
            out.extend(every_reading(facts, &mut ruling, file, text));
            out
        }
    }
}

/// Judges what readers do not read alike. What is wrong by several readings is told once.
fn every_reading(facts: Facts<'_>, ruling: &mut Option<Ruling<'_>>, file: FileId, text: &str) -> Vec<Lint> {
    let start = Span::new(file, 0, 0);
    let mut told = BTreeSet::new();
    let mut is_new = |l: &Lint| {
        let words = [&l.rule, &l.object, &l.path, &l.diagnostic.message];
        told.insert(words.map(String::clone))
    };
    let mut out = Vec::new();
    for object in yaml::read_any(text).documents.iter().flat_map(objects) {
        let title = title(Subject::of(object));
        let judged = judge(object, facts).into_iter().map(|f| report(start, &title, object, f));
        let of_platform = ruled(ruling, facts, object, true).into_iter();
        let of_platform = of_platform.map(|s| said(start, &title, object, s));
        out.extend(judged.chain(of_platform).filter(&mut is_new));
    }
    out
}

/// Whose manifests are judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The platform's own.
    Ours,
    /// What somebody else wrote, to be installed with a promise.
    Theirs,
}

impl Whose {
    fn rules(self) -> &'static [Rule] {
        match self {
            Whose::Ours => &RULES,
            Whose::Theirs => &[no_secret::manifests, names::judge],
        }
    }
}

/// Judges a file of manifests that are installed with a promise.
///
/// They are somebody else's, and what they do on the cluster is their own: they tell no owner, and what they need of the
/// host and may do is theirs to say. But they lie in the state repository like everything else, so no secret is in them,
/// and one without a name or a namespace of its own would stop all others from being applied.
pub fn dependencies(program: &Program, file: FileId, text: &str) -> Vec<Diagnostic> {
    match yaml::read(file, text) {
        Ok(documents) => {
            let found = each(Facts::of(program), None, &documents, Whose::Theirs);
            found.into_iter().map(|l| l.diagnostic).collect()
        }
        // What cannot be read was told when the file was.
        Err(_) => vec![],
    }
}

fn each(facts: Facts<'_>, mut ruling: Option<Ruling<'_>>, documents: &[Node], whose: Whose) -> Vec<Lint> {
    let mut out = Vec::new();
    let mut owners: BTreeMap<Key, Span> = BTreeMap::new();
    for node in documents.iter().flat_map(nodes) {
        let object = node.to_value();
        let subject = Subject::of(&object);
        let title = match whose {
            Whose::Ours => title(subject),
            Whose::Theirs => format!("`{}`", title(subject)),
        };
        let mut found = judge_by(whose.rules(), &object, facts);
        if let Some(kind) = facts.kind(subject).filter(|_| whose == Whose::Ours) {
            let problems = kind.schema.validate(&object);
            found.extend(problems.into_iter().map(|p| super::schema::finding(p, subject.kind)));
        }
        let of_platform = ruled(&mut ruling, facts, &object, !found.is_empty());
        out.extend(found.into_iter().map(|f| report(place(node, &f.path), &title, &object, f)));
        if whose == Whose::Ours {
            let mut random = Vec::new();
            no_secret::reported(&object, &mut random);
            out.extend(random.into_iter().map(|f| {
                let mut lint = report(place(node, &f.path), &title, &object, f);
                lint.diagnostic.severity = Severity::Warning;
                lint
            }));
        }
        out.extend(of_platform.into_iter().map(|s| said(place(node, &s.path), &title, &object, s)));
        let Some(key) = key(subject) else { continue };
        if let Some(first) = owners.insert(key, head(node)) {
            let d = Diagnostic::error("one-owner", head(node), format!("{title} is there twice"));
            let d = d.also(first, "the first").help("an object is rendered once: remove one of the two");
            out.push(Lint::of(&object, &Path::default(), d));
        }
    }
    out
}

/// Judges the manifests of all files of a run together, by the platform's rules on flows; what cannot be read is told by
/// [`lint`], and so is what does not fit, if `refused`.
pub fn lint_together(engine: &Engine, files: &[(FileId, &str)], refused: bool) -> Vec<Lint> {
    let Some(mut ruling) = Ruling::of(engine).filter(Ruling::is_about_flows) else { return vec![] };
    let read: Vec<Vec<Node>> = files.iter().filter_map(|(file, text)| yaml::read(*file, text).ok()).collect();
    let all: Vec<&Node> = read.iter().flatten().flat_map(nodes).collect();
    let values: Vec<Value> = all.iter().map(|node| node.to_value()).collect();
    let objects: Vec<&Value> = values.iter().collect();
    let start = Span::new(files.first().map(|(file, _)| *file).unwrap_or_default(), 0, 0);
    let mut out = Vec::new();
    for mut found in ruling.flow(&objects, None, refused) {
        let at = match found.path.0.first() {
            Some(Step::Index(index)) => all.get(*index).zip(values.get(*index)),
            _ => None,
        };
        out.push(match at {
            Some((node, object)) => {
                found.path.0.remove(0);
                said(place(node, &found.path), &title(Subject::of(object)), object, found)
            }
            None => {
                let name = found.name().to_owned();
                Lint::whole(found.diagnostic("what is judged together", start)).by(&name)
            }
        });
    }
    out
}

/// What the platform's rules say of a manifest.
fn ruled<'e>(
    ruling: &mut Option<Ruling<'e>>,
    facts: Facts<'_>,
    object: &Value,
    refused: bool,
) -> Vec<Said<'e>> {
    let Some(ruling) = ruling else { return vec![] };
    let subject = Subject::of(object);
    let serves = facts.program.serving(subject.group, subject.kind).map(|p| p.name.as_str());
    ruling.object(Judged { subject, serves, made_by: None, refused })
}

fn said(span: Span, title: &str, object: &Value, said: Said<'_>) -> Lint {
    let (path, name) = (said.path.clone(), said.name().to_owned());
    Lint::of(object, &path, said.diagnostic(&format!("`{title}`"), span)).by(&name)
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

fn report(span: Span, title: &str, object: &Value, finding: Finding) -> Lint {
    let d = Diagnostic::error(finding.rule, span, format!("{title}: {}", finding.message));
    Lint::of(object, &finding.path, d.help(finding.help))
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
