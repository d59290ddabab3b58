//! What is proved need not be judged.

use super::{RULES, Verdict, proofs};
use crate::diag::Diagnostic;
use crate::eval::{Cleared, Document, Engine, Flow, Phase, Rendering};
use crate::rules::gate;

/// From so many documents on it pays to find out what is proved.
const MANY: usize = 256;

/// Which rules need not be asked about which documents.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Skip<'e> {
    cleared: Option<&'e Cleared>,
}

impl<'e> Skip<'e> {
    /// What is proved on this engine, found out once, and only where that many documents are to be judged.
    pub(in crate::rules) fn for_documents(engine: &'e Engine, documents: usize) -> Skip<'e> {
        Skip { cleared: (documents >= MANY || cfg!(debug_assertions)).then(|| cleared(engine)) }
    }

    /// Whether a rule is proved of a document.
    pub(in crate::rules) fn is_proved(self, rule: &str, document: &Document) -> bool {
        let Some([render, delete]) = self.cleared.and_then(|all| all.get(&document.origin.promise)) else {
            return false;
        };
        let nodes = if document.origin.phase == Phase::Render { render } else { delete };
        let set = nodes.get(document.origin.node).copied().unwrap_or_default();
        RULES.iter().position(|r| *r == rule).is_some_and(|bit| set >> bit & 1 == 1)
    }
}

/// What a rule has against a document of which it was proved. There should never be anything: then the proof is wrong.
pub fn disproved(engine: &Engine, flow: &Flow) -> Option<Diagnostic> {
    let skip = Skip { cleared: Some(cleared(engine)) };
    let alone = |rendering: &Rendering, document: &Document| {
        let documents = vec![document.clone()];
        let one = Rendering { documents, deletion: vec![], files: vec![], ..rendering.clone() };
        let found = gate(engine, vec![Flow { renderings: vec![one] }]).err()?;
        found.into_iter().find(|d| d.is_error() && skip.is_proved(d.code, document))
    };
    flow.renderings.iter().find_map(|rendering| {
        rendering.documents.iter().chain(&rendering.deletion).find_map(|document| alone(rendering, document))
    })
}

fn cleared(engine: &Engine) -> &Cleared {
    engine.cleared(|| {
        let mut all = Cleared::new();
        for proof in proofs(engine) {
            let [render, delete] = all.entry(proof.promise).or_default();
            let nodes = if proof.phase == Phase::Render { render } else { delete };
            let (node, _) = proof.node;
            if nodes.len() <= node {
                nodes.resize(node + 1, 0);
            }
            let bit = RULES.iter().position(|r| *r == proof.rule).unwrap_or_default();
            if let (Verdict::Proved | Verdict::NotApplicable, Some(set)) =
                (&proof.verdict, nodes.get_mut(node))
            {
                *set |= 1 << bit;
            }
        }
        all
    })
}
