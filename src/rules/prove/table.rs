//! The verdicts: one a document and rule.

use std::collections::BTreeMap;

use super::doubt::Doubt;
use super::{RULES, applies, doubts, part};
use crate::check::program::{Entry, ExprKind, Promise};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;
use crate::eval::{Engine, Phase};
use crate::graph::{Node, NodeKind, meetings};
use crate::known::{Known, rendered};
use crate::rules::subject::{Facts, Subject};
use crate::source::Span;
use crate::value::Value;
use crate::value::path::{Path, Step};

/// Whether a rule holds for the documents of one node, for every request.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The promise.
    pub promise: String,
    /// Whether the document comes of a request, or of its deletion.
    pub phase: Phase,
    /// The node of its graph, by position and by name: `resource:page`.
    pub node: (usize, String),
    /// What it renders: `v1/ConfigMap`, or `request of note`.
    pub what: String,
    /// The rule.
    pub rule: &'static str,
    /// Whether it holds.
    pub verdict: Verdict,
    /// A request that the rule refuses, if somebody has looked for one and found it.
    pub witness: Option<Value>,
    /// Where the document was written.
    pub span: Span,
}

/// Whether a rule holds.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The rule says nothing about objects of this kind.
    NotApplicable,
    /// For every request.
    Proved,
    /// Not for requests that say certain things: at least one.
    Residual(Vec<Open>),
    /// For no request that reaches it: what the author's own text says, and where in the document.
    Refuted(Path, String),
}

/// What is left open.
#[derive(Clone, Debug)]
pub struct Open {
    /// Where in the document.
    pub path: Path,
    /// What may be there.
    pub what: String,
    /// What leaves it open: a field of the request and its type, or what else the value comes from.
    pub hole: String,
}

impl Proof {
    /// The name of the node, with `on delete` before it if it comes of a deletion.
    pub fn node_name(&self) -> String {
        match self.phase {
            Phase::Render => self.node.1.clone(),
            Phase::Delete => format!("on delete {}", self.node.1),
        }
    }
}

impl Verdict {
    /// Its name: `proved`, `refuted`, `residual` or `not applicable`.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::NotApplicable => "not applicable",
            Verdict::Proved => "proved",
            Verdict::Residual(_) => "residual",
            Verdict::Refuted(..) => "refuted",
        }
    }
}

/// All verdicts, in the order of promises, nodes and rules.
pub fn proofs(engine: &Engine) -> Vec<Proof> {
    let promises = engine.program().promises.iter().filter(|p| !p.foreign);
    promises.flat_map(|p| of_promise(engine, p)).collect()
}

fn of_promise(engine: &Engine, promise: &Promise) -> Vec<Proof> {
    let (program, graph) = (engine.program(), engine.graph());
    let facts = Facts::of(program);
    let met = meetings(program, graph, &promise.name);
    let mut out = Vec::new();
    for document in rendered(engine, promise) {
        let Some(node) = engine.nodes(&promise.name, document.phase).get(document.node) else { continue };
        let part = part(&document.object);
        let mut by_rule: BTreeMap<&str, Vec<Doubt>> = BTreeMap::new();
        for doubt in doubts(&document.object, &part, facts).found {
            by_rule.entry(doubt.rule).or_default().push(doubt);
        }
        if let Some(other) = met.get(&node.span) {
            by_rule.insert("one-owner", vec![collision(other)]);
        }
        for rule in RULES {
            let reached = !matches!(document.object, Known::Never);
            // What a deletion makes is there alone.
            let alone = document.phase == Phase::Delete && rule == "one-owner";
            let applies = reached && !alone && applies(rule, Subject::of(&part), facts);
            let verdict = verdict(applies, by_rule.remove(rule).unwrap_or_default());
            out.push(Proof {
                phase: document.phase,
                promise: promise.name.clone(),
                node: (document.node, node.id.clone()),
                what: what(&node.kind),
                rule,
                span: place(node, &verdict),
                verdict,
                witness: None,
            });
        }
    }
    out
}

/// Where the author wrote what a verdict is about, as far as its keys are written out; the document otherwise.
fn place(node: &Node, verdict: &Verdict) -> Span {
    let Verdict::Refuted(path, _) = verdict else { return node.span };
    let keys: Vec<&str> =
        path.0.iter().map_while(|s| if let Step::Key(k) = s { Some(&**k) } else { None }).collect();
    let found = match &node.kind {
        NodeKind::Resource(r) => written(&r.body, &keys),
        NodeKind::Request(r) => match (keys.split_first(), &r.body.kind) {
            (Some((&"spec", rest)), ExprKind::Object(entries)) => written(entries, rest),
            (Some((&"metadata", rest)), _) => written(&r.with, rest),
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or(node.span)
}

/// The deepest value that entries write at a path, or around it.
fn written(entries: &[Entry], keys: &[&str]) -> Option<Span> {
    entries.iter().find_map(|entry| match entry {
        Entry::Field { path, value, .. } => {
            let rest = path.iter().try_fold(keys, |keys, own| match keys.split_first() {
                Some((key, rest)) if **key == **own => Some(rest),
                _ => None,
            })?;
            let inner = match &value.kind {
                ExprKind::Object(entries) => written(entries, rest),
                _ => None,
            };
            Some(inner.unwrap_or(value.span))
        }
        Entry::When { entries, .. } | Entry::For { entries, .. } => written(entries, keys),
        Entry::Computed { .. } => None,
    })
}

fn what(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Resource(r) => show_gvk(&r.gvk),
        NodeKind::Request(r) => format!("request of {}", r.promise),
        _ => String::new(),
    }
}

fn collision(other: &str) -> Doubt {
    let hole = crate::known::Hole::new("the names of the two");
    let what = format!("may be the same object as {other}");
    Doubt { rule: "one-owner", path: Path::key("metadata").then_key("name"), what, hole: Some(hole) }
}

fn verdict(applies: bool, doubts: Vec<Doubt>) -> Verdict {
    if !applies {
        return Verdict::NotApplicable;
    }
    if let Some(broken) = doubts.iter().find(|d| d.hole.is_none()) {
        return Verdict::Refuted(broken.path.clone(), broken.what.clone());
    }
    let open = |d: Doubt| {
        let hole = d.hole.map_or_else(String::new, |h| h.text().to_owned());
        Open { path: d.path, what: d.what, hole }
    };
    let open: Vec<Open> = doubts.into_iter().map(open).collect();
    if open.is_empty() { Verdict::Proved } else { Verdict::Residual(open) }
}

/// What the author's own text breaks, as diagnostics at the documents that do; but for what is reported there already.
pub fn refuted(proofs: &[Proof], reported: &[Diagnostic]) -> Vec<Diagnostic> {
    let diagnostic = |proof: &Proof| {
        let Verdict::Refuted(_, what) = &proof.verdict else { return None };
        let within = |span: Span| {
            span.file == proof.span.file && proof.span.start <= span.start && span.end <= proof.span.end
        };
        if reported.iter().any(|d| d.code == proof.rule && within(d.primary.span)) {
            return None;
        }
        let message = format!("this `{}` is refused for every request that reaches this: {what}", proof.what);
        let d = Diagnostic::error(proof.rule, proof.span, message);
        Some(d.help(format!("`vow explain {}` tells the rule and the way out", proof.rule)))
    };
    proofs.iter().filter_map(diagnostic).collect()
}
