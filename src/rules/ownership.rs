//! Writes ownership labels into manifests, in their place: comments, quotes and order stay as they are.
//!
//! Only what is missing is added. What is written differently is somebody's, and is told instead. The new text is read
//! again and must hold the old objects with the new labels, and nothing else; if it does not, nothing is changed.

use super::lint::{head, nodes, title};
use super::subject::{Facts, Subject};
use crate::check::program::Program;
use crate::check::resource::OWNERSHIP_LABELS;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::value::path::Path;
use crate::value::yaml::{self, Node, NodeKind};
use crate::value::{Map, Value};

const RULE: &str = "ownership-labels";

/// Whose the objects are, as far as it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    /// The promise.
    pub promise: Option<&'a str>,
    /// The request.
    pub resource: Option<&'a str>,
}

/// A text with labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The whole text.
    pub text: String,
    /// How many objects got labels.
    pub objects: usize,
    /// What could not be done, and why.
    pub left: Vec<Diagnostic>,
}

/// Adds the ownership labels that are missing in the objects of `text`.
///
/// # Errors
/// Why the text cannot be read.
pub fn label(
    program: &Program,
    owner: Owner<'_>,
    file: FileId,
    text: &str,
) -> Result<Labelled, Box<Diagnostic>> {
    let documents = yaml::read(file, text)?;
    let all: Vec<&Node> = documents.iter().flat_map(nodes).collect();
    let values: Vec<Value> = all.iter().map(|node| node.to_value()).collect();
    let known = known(&values);
    let mut out = Labelled { text: text.to_owned(), objects: 0, left: vec![] };
    let mut edits: Vec<(usize, String)> = vec![];
    let mut wanted = vec![];
    for (node, value) in all.iter().zip(&values) {
        let subject = Subject::of(value);
        let labels = missing(program, subject, owner, &known);
        match labels
            .and_then(|l| if l.is_empty() { Ok(None) } else { place(text, node, &l).map(|e| Some((e, l))) })
        {
            Ok(None) => wanted.push(value.clone()),
            Ok(Some((edit, labels))) => {
                edits.push(edit);
                wanted.push(with(value, &labels));
                out.objects += 1;
            }
            Err(why) => {
                wanted.push(value.clone());
                let message = format!("{}: no labels are added: {}", title(subject), why.0);
                out.left.push(Diagnostic::warning(RULE, head(node), message).help(why.1));
            }
        }
    }
    edits.sort_unstable();
    for (at, new) in edits.iter().rev() {
        out.text.insert_str(*at, new);
    }
    let same = yaml::read(file, &out.text).is_ok_and(|read| {
        let read: Vec<Value> = read.iter().flat_map(nodes).map(Node::to_value).collect();
        read == wanted
    });
    if !same {
        let message = "this file is not changed: it would not read as it should with its labels";
        let d = Diagnostic::warning(RULE, Span::new(file, 0, 0), message);
        let left = vec![d.help("add the labels by hand")];
        return Ok(Labelled { text: text.to_owned(), objects: 0, left });
    }
    Ok(out)
}

/// Why labels are not added, and what to do.
struct Why(String, String);

/// A label and its value.
type Label = (&'static str, String);

/// For each label the one value that all objects of the file have which have any.
fn known(values: &[Value]) -> [Option<&str>; 3] {
    OWNERSHIP_LABELS.map(|key| {
        let of = |v: &'_ Value| -> Option<Value> { v.get("metadata")?.get("labels")?.get(key).cloned() };
        let first = values.iter().find_map(of)?;
        let all_same = values.iter().filter_map(of).all(|v| v == first);
        let at = values.iter().find(|v| of(v).is_some())?;
        let text = at.get("metadata")?.get("labels")?.get(key)?.as_str()?;
        (all_same && !text.is_empty()).then_some(text)
    })
}

/// The labels that an object lacks, with their values.
fn missing(
    program: &Program,
    subject: Subject<'_>,
    owner: Owner<'_>,
    known: &[Option<&str>; 3],
) -> Result<Vec<Label>, Why> {
    let facts = Facts::of(program);
    let labels = subject.object.get("metadata").and_then(|m| m.get("labels"));
    let served = facts.program.serving(subject.group, subject.kind).map(|p| p.name.as_str());
    let [_, promise, resource] = *known;
    let values = [Some("kratix"), served.or(owner.promise).or(promise), owner.resource.or(resource)];
    let mut out = vec![];
    for ((key, value), flag) in OWNERSHIP_LABELS.into_iter().zip(values).zip(["", "--promise", "--resource"])
    {
        match (labels.and_then(|l| l.get(key)), value) {
            (Some(Value::Str(there)), _) if key == "app.kubernetes.io/managed-by" && &**there != "kratix" => {
                let why = format!("`{there}` manages it");
                return Err(Why(why, "decide who does; remove the label if that is Kratix".into()));
            }
            (Some(_), _) => {}
            (None, Some(value)) => out.push((key, value.to_owned())),
            (None, None) => {
                let why = format!("the value of `{key}` is not known");
                return Err(Why(why, format!("give it: `{flag} NAME`")));
            }
        }
    }
    Ok(out)
}

/// The object with more labels.
fn with(object: &Value, labels: &[Label]) -> Value {
    let copy = |value: Option<&Value>| value.and_then(Value::as_map).cloned().unwrap_or_else(Map::new);
    let mut whole = copy(Some(object));
    let mut metadata = copy(whole.get("metadata"));
    let mut all = copy(metadata.get("labels"));
    all.extend(labels.iter().map(|(key, value)| ((*key).into(), value.as_str().into())));
    metadata.insert("labels".into(), Value::map(all));
    whole.insert("metadata".into(), Value::map(metadata));
    Value::map(whole)
}

/// What is to be put where.
fn place(text: &str, node: &Node, labels: &[Label]) -> Result<(usize, String), Why> {
    let odd = || Why("its metadata is written in an unusual way".into(), "add the labels by hand".into());
    let path = Path::key("metadata");
    let metadata =
        node.at(&path).filter(|m| matches!(&m.kind, NodeKind::Map(entries) if !entries.is_empty()));
    let metadata = metadata.ok_or_else(|| Why("it has no metadata".into(), "name it first".into()))?;
    let old = metadata.at(&Path::key("labels"));
    let flow = |node: &Node| text.get(node.span.range()).is_some_and(|t| t.starts_with('{'));
    let json: Vec<String> = labels
        .iter()
        .map(|(k, v)| format!("\"{k}\": {}", crate::value::json::write_compact(&v.as_str().into())))
        .collect();
    let json = json.join(", ");
    match old {
        // `labels: {…}`, or all of the metadata in braces.
        Some(old) if flow(old) => {
            let more = matches!(&old.kind, NodeKind::Map(entries) if !entries.is_empty());
            Ok((old.span.range().start + 1, if more { format!("{json}, ") } else { json }))
        }
        None if flow(metadata) => Ok((metadata.span.range().start + 1, format!("\"labels\": {{{json}}}, "))),
        Some(Node { kind: NodeKind::Map(entries), .. }) => {
            let first = entries.first().ok_or_else(odd)?.0.span.range().start;
            let indent = indent(text, first).ok_or_else(odd)?;
            let key = metadata.key_span(&Path::key("labels")).ok_or_else(odd)?;
            after_line(text, key.range().end, &lines(text, indent, labels), first).ok_or_else(odd)
        }
        // `labels:` and nothing behind it.
        Some(Node { kind: NodeKind::Scalar(Value::Null), span })
            if !flow(metadata) && text.get(span.range()).is_some_and(|t| t.trim().is_empty()) =>
        {
            let key = metadata.key_span(&Path::key("labels")).ok_or_else(odd)?;
            let indent = indent(text, key.range().start).ok_or_else(odd)?;
            let all = lines(text, &format!("{indent}  "), labels);
            after_line(text, key.range().end, &all, text.len()).ok_or_else(odd)
        }
        Some(_) => Err(odd()),
        None => {
            let NodeKind::Map(entries) = &metadata.kind else { return Err(odd()) };
            let first = entries.first().ok_or_else(odd)?.0.span.range().start;
            let indent = indent(text, first).ok_or_else(odd)?;
            let key = node.key_span(&path).ok_or_else(odd)?;
            let end = newline(text);
            let inner = lines(text, &format!("{indent}  "), labels);
            let all = format!("{indent}labels:{end}{inner}");
            // Below the name, which people look for first, if its value ends with its line.
            let names = entries.iter().filter(|(k, _)| matches!(&*k.node, "name" | "namespace"));
            let below = names.map(|(_, v)| v.span.range().end).max().filter(|at| *at > key.range().end);
            let short = |at: &usize| {
                let rest = text.get(*at..).and_then(|t| t.split('\n').next()).unwrap_or_default().trim();
                rest.is_empty() || rest.starts_with('#')
            };
            match below.filter(short) {
                Some(at) => after_line(text, at, &all, text.len()),
                None => after_line(text, key.range().end, &all, first),
            }
            .ok_or_else(odd)
        }
    }
}

/// The blanks before `at`, if nothing else stands before it in its line.
fn indent(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = before.rsplit('\n').next()?;
    line.bytes().all(|b| b == b' ').then_some(line)
}

/// The labels as lines of a block.
fn lines(text: &str, indent: &str, labels: &[Label]) -> String {
    let end = newline(text);
    labels
        .iter()
        .map(|(key, value)| {
            let mut line = String::new();
            yaml::write_entry(&mut line, key, &value.as_str().into(), 0);
            format!("{indent}{}{end}", line.trim_end_matches('\n'))
        })
        .collect()
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Puts lines below the line of `at`; what is there begins at `limit`, which must stand in a later line.
fn after_line(text: &str, at: usize, lines: &str, limit: usize) -> Option<(usize, String)> {
    let rest = text.get(at..)?;
    match rest.find('\n') {
        Some(end) if at + end < limit => Some((at + end + 1, lines.to_owned())),
        Some(_) => None,
        None => Some((text.len(), format!("{}{}", newline(text), lines.trim_end_matches(['\n', '\r'])))),
    }
}
