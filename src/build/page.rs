//! Pages for those who request: what a promise takes, and what they get.

use std::fmt::Write;

use super::Build;
use crate::check::api::{ApiField, ApiRecord, ApiType, Shape};
use crate::check::program::{Program, Promise};
use crate::check::resource::show_gvk;
use crate::graph::NodeKind;
use crate::value::json;

/// The page of one promise.
pub(super) fn of(build: &Build<'_>, promise: &Promise) -> String {
    let mut out = format!("# {}\n\n", promise.name);
    if let Some(docs) = &promise.docs {
        let _ = writeln!(out, "{docs}\n");
    }
    if let Some(version) = &promise.version {
        let _ = writeln!(out, "Version {version}.\n");
    }
    let Some(api) = &promise.api else {
        out.push_str("It takes no requests: it installs what other promises need.\n");
        return out;
    };
    let _ = writeln!(out, "Requested as `{}` of `{}/{}`.\n", api.kind, api.group, api.version);
    out.push_str("## What a request says\n\n| field | type | default | what it is |\n|---|---|---|---|\n");
    fields(&api.spec, "spec", &mut out);
    let gets = gets(build, promise);
    if !gets.is_empty() {
        out.push_str("\n## What it gets\n\n");
        gets.iter().for_each(|g| out.push_str(&format!("- {g}\n")));
    }
    if let Some(status) = &api.status {
        out.push_str("\n## What its status tells\n\n");
        for field in &status.fields {
            let _ = writeln!(out, "- `status.{}`: {}", field.name, shown(&field.ty));
        }
    }
    out
}

fn fields(record: &ApiRecord, at: &str, out: &mut String) {
    for field in &record.fields {
        let path = format!("{at}.{}", field.name);
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let docs = field.docs.as_deref().unwrap_or_default();
        let _ = writeln!(
            out,
            "| `{path}` | {} | {} | {} |",
            cell(&shown(&field.ty)),
            cell(&default(field)),
            cell(docs)
        );
        if let Shape::Record(inner) = &field.ty.shape {
            fields(inner, &path, out);
        }
    }
}

fn default(field: &ApiField) -> String {
    match &field.default {
        Some(value) => format!("`{}`", json::write_compact(value)),
        None if field.optional => "none".into(),
        None => "must be given".into(),
    }
}

/// A type in a word.
fn shown(ty: &ApiType) -> String {
    match &ty.shape {
        Shape::Record(_) => "object".into(),
        Shape::Object => "free-form object".into(),
        Shape::List(item) => format!("list of {}", shown(item)),
        Shape::Map(item) => format!("map of {}", shown(item)),
        Shape::Scalar(scalar) => format!("`{}`", ty.refined.as_ref().unwrap_or(scalar)),
    }
}

/// Objects, requests and files, each kind once.
fn gets(build: &Build<'_>, promise: &Promise) -> Vec<String> {
    let graph = build.graph.promise(&promise.name);
    let mut all: Vec<String> = Vec::new();
    for node in graph.into_iter().flat_map(|g| &g.nodes) {
        let line = match &node.kind {
            NodeKind::Resource(r) => format!("`{}`", show_gvk(&r.gvk)),
            NodeKind::Request(r) => format!("a request of [{0}](../{0}/README.md)", r.promise),
            NodeKind::File(f) => format!("the file `{}`", build.sources.slice(f.path.span).trim_matches('"')),
            _ => continue,
        };
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all
}

/// The page over all promises.
pub(super) fn catalogue(program: &Program, chosen: &dyn Fn(&Promise) -> bool) -> String {
    let mut out = String::from(
        "# What can be requested\n\n| promise | version | kind | what it is |\n|---|---|---|---|\n",
    );
    for p in program.promises.iter().filter(|p| !p.foreign && chosen(p)) {
        let kind = p.api.as_ref().map(|a| format!("`{}`", a.kind)).unwrap_or_default();
        let docs = p.docs.as_deref().map(summary).unwrap_or_default();
        let version = p.version.as_deref().unwrap_or_default();
        let _ = writeln!(out, "| [{0}]({0}/README.md) | {version} | {kind} | {docs} |", p.name);
    }
    out
}

/// The first sentence of a comment, in one line, as it stands in a table.
fn summary(docs: &str) -> String {
    let paragraph: Vec<&str> = docs.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ");
    // `e.g. a bucket` ends none.
    let ends = |(at, _): &(usize, &str)| {
        text.get(at + 2..).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '`'))
    };
    let sentence = text.match_indices(". ").find(ends).and_then(|(at, _)| text.get(..at)).unwrap_or(&text);
    sentence.trim_end_matches('.').replace('|', "\\|")
}
