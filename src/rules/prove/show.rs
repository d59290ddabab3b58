//! The verdicts as a table for people, and as JSON for programs.

use std::fmt::Write;

use super::table::{Open, Proof, Verdict};
use crate::source::Sources;
use crate::value::json as json_text;

/// A line a pair: promise, document, rule, verdict, and what leaves it open; then how many there are of each.
pub fn text(proofs: &[Proof]) -> String {
    let shown: Vec<&Proof> = proofs.iter().filter(|p| !matches!(p.verdict, Verdict::NotApplicable)).collect();
    let mut out = String::new();
    let width = |of: fn(&Proof) -> usize| shown.iter().map(|p| of(p)).max().unwrap_or_default();
    let (nodes, rules) = (width(|p| p.node_name().len()), width(|p| p.rule.len()));
    let mut promise = "";
    for proof in &shown {
        if proof.promise != promise {
            promise = &proof.promise;
            let _ = writeln!(out, "{promise}");
        }
        let line = format!(
            "  {:nodes$}  {:rules$}  {:8}  {}",
            proof.node_name(),
            proof.rule,
            proof.verdict.name(),
            why(&proof.verdict)
        );
        out.push_str(line.trim_end());
        out.push('\n');
        if let Some(request) = &proof.witness {
            let _ = writeln!(out, "      refused: {}", json_text::write_compact(request));
        }
    }
    out.push_str(&totals(proofs));
    out.push('\n');
    out
}

/// What a verdict that is no proof depends on, in one line.
fn why(verdict: &Verdict) -> String {
    match verdict {
        Verdict::NotApplicable | Verdict::Proved => String::new(),
        Verdict::Refuted(_, what) => what.clone(),
        Verdict::Residual(open) => {
            let Some(first) = open.first() else { return String::new() };
            let more = match holes(open).len() {
                0 | 1 => String::new(),
                n => format!(", and {} more", n - 1),
            };
            format!("{} ({} {}){more}", first.hole, first.path, first.what)
        }
    }
}

/// What leaves a pair open, each once.
pub fn holes(open: &[Open]) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for hole in open.iter().map(|o| o.hole.as_str()) {
        if !all.contains(&hole) {
            all.push(hole);
        }
    }
    all
}

/// `103 of 122 pairs proved (84 %), 19 residual, 0 refuted; 30 do not apply`.
pub fn totals(proofs: &[Proof]) -> String {
    let count = |name: &str| proofs.iter().filter(|p| p.verdict.name() == name).count();
    let (proved, other) = (count("proved"), count("not applicable"));
    let all = proofs.len() - other;
    let percent = (proved * 100 + all / 2).checked_div(all).unwrap_or(100);
    format!(
        "{proved} of {all} pairs proved ({percent} %), {} residual, {} refuted; {other} do not apply",
        count("residual"),
        count("refuted"),
    )
}

/// One object a pair, one a line.
pub fn json(sources: &Sources, proofs: &[Proof]) -> String {
    let open = |o: &Open| serde_json::json!({ "path": o.path.to_string(), "what": o.what, "hole": o.hole });
    let pair = |p: &Proof| {
        let line = sources.place(p.span).line;
        let mut object = serde_json::json!({
            "promise": p.promise,
            "node": p.node_name(),
            "object": p.what,
            "rule": p.rule,
            "verdict": p.verdict.name(),
            "file": sources.name(p.span.file),
            "line": line,
        });
        let (key, value) = match &p.verdict {
            Verdict::NotApplicable | Verdict::Proved => return format!("{object}\n"),
            Verdict::Residual(all) => ("open", all.iter().map(open).collect()),
            Verdict::Refuted(path, what) => {
                ("broken", serde_json::json!({ "path": path.to_string(), "what": what }))
            }
        };
        if let Some(fields) = object.as_object_mut() {
            fields.insert(key.into(), value);
            let witness = p.witness.as_ref().map(json_text::write_compact);
            if let Some(witness) = witness.and_then(|text| serde_json::from_str(&text).ok()) {
                fields.insert("witness".into(), witness);
            }
        }
        format!("{object}\n")
    };
    proofs.iter().map(pair).collect()
}
