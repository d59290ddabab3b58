//! **valid-object**: what depends on the request is held against the schema of its kind, as the API server would hold it.

use super::Finding;
use crate::diag::words;
use crate::eval::{Document, Engine};
use crate::graph::NodeKind;

pub(super) fn judge(engine: &Engine, document: &Document) -> Vec<Finding> {
    let graph = engine.graph().promise(&document.origin.promise);
    let node = graph.and_then(|g| g.nodes.get(document.origin.node)).map(|n| &n.kind);
    let Some(NodeKind::Resource(resource)) = node else { return vec![] };
    let problems = resource.schema.as_ref().map(|s| s.validate(&document.object)).unwrap_or_default();
    let finding = |p: crate::check::kinds::Problem| Finding {
        rule: "valid-object",
        message: format!("`{}` {}", p.path, p.what),
        help: p.help.unwrap_or_else(|| format!("write what {} takes there", words::a(&document.kind))),
        path: p.path,
    };
    problems.into_iter().map(finding).collect()
}
