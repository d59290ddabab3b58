//! The requests of a file, and those of several files together.

use std::collections::BTreeMap;

use super::Request;
use crate::check::api::Api;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::value::yaml::{Node, NodeKind};
use crate::value::{Value, json, yaml};

/// Reads the objects of a file: JSON if `name` ends in `.json`, else YAML. A `List` stands for its items.
///
/// # Errors
/// What is wrong with the text, or `empty-request` if there is no object in it.
pub fn read_documents(file: FileId, name: &str, text: &str) -> Result<Vec<Node>, Box<Diagnostic>> {
    let is_json = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("json"));
    let documents = match text.trim().is_empty() {
        true => vec![],
        false if is_json => vec![json::read(file, text)?],
        false => yaml::read(file, text)?,
    };
    let mut objects = Vec::with_capacity(documents.len());
    for document in documents {
        open(document, &mut objects)?;
    }
    if objects.is_empty() {
        let empty = Diagnostic::error("empty-request", Span::new(file, 0, 0), "there is no request here");
        return Err(Box::new(empty.help("a request has `apiVersion`, `kind`, `metadata` and `spec`")));
    }
    Ok(objects)
}

/// Puts the items of a `List` in its place; what is read is never nested deeper than this may recurse.
fn open(document: Node, objects: &mut Vec<Node>) -> Result<(), Box<Diagnostic>> {
    let says = |key, want| says(&document, key, want);
    if !(says("apiVersion", "v1") && says("kind", "List")) {
        objects.push(document);
        return Ok(());
    }
    let NodeKind::Map(entries) = document.kind else { return Ok(()) };
    for (_, items) in entries.into_iter().filter(|(key, _)| &*key.node == "items") {
        match items.kind {
            NodeKind::List(items) => items.into_iter().try_for_each(|item| open(item, objects))?,
            NodeKind::Scalar(Value::Null) => {}
            _ => {
                let message = "`items` of a `List` is no list";
                return Err(Box::new(Diagnostic::error("wrong-type", items.span, message)));
            }
        }
    }
    Ok(())
}

/// Whether `document` has the text `want` at `key`.
fn says(document: &Node, key: &str, want: &str) -> bool {
    let NodeKind::Map(entries) = &document.kind else { return false };
    let found = entries.iter().find(|(k, _)| *k.node == *key);
    found.is_some_and(|(_, node)| matches!(&node.kind, NodeKind::Scalar(Value::Str(text)) if **text == *want))
}

/// A request and where it was written.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// Its api.
    pub api: &'a Api,
    /// The request.
    pub request: &'a Request,
    /// Its name.
    pub span: Span,
}

/// Finds requests of one kind, namespace and name: the later one names the first.
pub fn duplicates(requests: &[Placed<'_>]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<[&str; 4], Span> = BTreeMap::new();
    let mut found = Vec::new();
    for Placed { api, request, span } in requests {
        let key = [&api.group, &api.kind, &request.namespace, &request.name].map(String::as_str);
        match first.get(&key) {
            None => drop(first.insert(key, *span)),
            Some(earlier) => {
                let [_, kind, namespace, name] = key;
                let message = format!("`{kind}` `{name}` in namespace `{namespace}` is requested twice");
                let twice = Diagnostic::error("duplicate-request", *span, message);
                found.push(twice.also(*earlier, "requested here first").help("leave one of them out"));
            }
        }
    }
    found
}
