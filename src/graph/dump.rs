//! The graph as text: the form that snapshots hold and `vow graph` prints, and as pictures.

use std::fmt::Write;

use super::{Node, NodeKind, RenderGraph, Scope};
use crate::check::program::ExprKind;
use crate::check::resource::show_gvk;
use crate::check::workflow::OutputFile;
use crate::value::Value;

impl RenderGraph {
    /// One line a node, in order of evaluation, under its promise; `←` names what it needs, `→` what it requests.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for promise in &self.promises {
            let _ = writeln!(out, "promise {}", promise.name);
            nodes(&promise.nodes, "  ", &mut out);
            if !promise.deletion.is_empty() {
                out.push_str("  on delete\n");
                nodes(&promise.deletion, "    ", &mut out);
            }
        }
        out
    }

    /// Graphviz: objects and requests, and which promise each request leads to.
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph vow {\n  rankdir=LR\n  node [shape=box]\n");
        for (p, promise) in self.promises.iter().enumerate() {
            let _ = writeln!(
                out,
                "  subgraph cluster_{p} {{\n    label={:?}\n    p{p} [label=\"request\"]",
                promise.name
            );
            for (n, node) in rendered(&promise.nodes) {
                let _ = writeln!(out, "    p{p}n{n} [label={:?}]", label(node));
            }
            out.push_str("  }\n");
            for (n, node) in rendered(&promise.nodes) {
                let _ = writeln!(out, "  p{p} -> p{p}n{n}");
                if let Some(to) = self.leads_to(node) {
                    let _ = writeln!(out, "  p{p}n{n} -> p{to}");
                }
            }
        }
        out.push_str("}\n");
        out
    }

    /// Mermaid: the same picture, for Markdown.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for (p, promise) in self.promises.iter().enumerate() {
            let _ = writeln!(out, "  subgraph s{p}[\"{}\"]\n    p{p}([request])", promise.name);
            for (n, node) in rendered(&promise.nodes) {
                let _ = writeln!(out, "    p{p}n{n}[\"{}\"]", label(node));
            }
            out.push_str("  end\n");
            for (n, node) in rendered(&promise.nodes) {
                let _ = writeln!(out, "  p{p} --> p{p}n{n}");
                if let Some(to) = self.leads_to(node) {
                    let _ = writeln!(out, "  p{p}n{n} --> p{to}");
                }
            }
        }
        out
    }

    /// The promise that a node requests, by position.
    fn leads_to(&self, node: &Node) -> Option<usize> {
        match &node.kind {
            NodeKind::Request(r) => self.promises.iter().position(|p| p.name == r.promise),
            _ => None,
        }
    }
}

/// One line a node.
fn nodes(nodes: &[Node], indent: &str, out: &mut String) {
    for node in nodes {
        let _ = write!(out, "{indent}{}", node.id);
        out.push_str(&around(node));
        if !node.needs.is_empty() {
            let ids: Vec<&str> =
                node.needs.iter().filter_map(|i| nodes.get(*i)).map(|n| n.id.as_str()).collect();
            let _ = write!(out, " ← {}", ids.join(", "));
        }
        match &node.kind {
            NodeKind::Request(r) => out.push_str(&format!(" → {}", r.promise)),
            NodeKind::Resource(r) => out.push_str(&format!(" = {}", show_gvk(&r.gvk))),
            NodeKind::File(f) => out.push_str(&file(f)),
            _ => {}
        }
        out.push('\n');
    }
}

/// The path of a file, if it is the same for every request, and whether it has a destination of its own.
fn file(f: &OutputFile) -> String {
    let path = match &f.path.kind {
        ExprKind::Const(Value::Str(path)) => format!(" = {path}"),
        _ => String::new(),
    };
    let to = if f.to.is_some() { " [to]" } else { "" };
    format!("{to}{path}")
}

fn rendered(nodes: &[Node]) -> impl Iterator<Item = (usize, &Node)> {
    let shown = |kind: &NodeKind| {
        matches!(kind, NodeKind::Resource(_) | NodeKind::Request(_) | NodeKind::File(_) | NodeKind::Status(_))
    };
    nodes.iter().enumerate().filter(move |(_, n)| shown(&n.kind))
}

fn label(node: &Node) -> String {
    match &node.kind {
        NodeKind::Resource(r) => show_gvk(&r.gvk),
        NodeKind::Request(r) => format!("request {}", r.promise),
        _ => node.id.clone(),
    }
}

fn around(node: &Node) -> String {
    let words = node.scopes.iter().filter_map(|s| match s {
        Scope::When(_) => Some(" [when]"),
        Scope::For(_) => Some(" [for]"),
        Scope::Lets(_) => None,
    });
    words.collect()
}
