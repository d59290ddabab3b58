//! **valid-object**: what depends on the request is held against the schema of its kind, as the API server would hold it.

use super::Finding;
use crate::check::kinds::Problem;
use crate::diag::words;
use crate::eval::{Document, Engine};
use crate::graph::NodeKind;

pub(super) fn judge(engine: &Engine, document: &Document) -> Vec<Finding> {
    let nodes = engine.nodes(&document.origin.promise, document.origin.phase);
    let node = nodes.get(document.origin.node).map(|n| &n.kind);
    let Some(NodeKind::Resource(resource)) = node else { return vec![] };
    let problems = resource.schema.as_ref().map(|s| s.validate(&document.object)).unwrap_or_default();
    problems.into_iter().map(|p| finding(p, &document.kind)).collect()
}

/// A problem of an object of `kind` as a finding.
pub(super) fn finding(problem: Problem, kind: &str) -> Finding {
    Finding {
        rule: "valid-object",
        message: format!("`{}` {}", problem.path, problem.what),
        help: problem.help.unwrap_or_else(|| format!("write what {} takes there", words::a(kind))),
        path: problem.path,
    }
}
