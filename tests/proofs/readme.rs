//! What is proved of the shipped promises stands in `promises/README.md`, and what is not, with what leaves it open.
//! `VOW_UPDATE_DOCS=1` writes it.

use std::fmt::Write;
use std::path::Path;

use vow::rules::prove::show::{holes, totals};
use vow::rules::prove::{Proof, Verdict, proofs};

use crate::support::shipped;

const HEADING: &str = "## What is proved\n";

#[test]
fn what_is_left_open_is_told_in_the_readme() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("promises/README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let section = section(&proofs(&shipped()));
    let before = text.split(HEADING).next().unwrap().trim_end();
    let wanted = format!("{before}\n\n{section}");
    if std::env::var_os("VOW_UPDATE_DOCS").is_some() {
        std::fs::write(&file, wanted).unwrap();
    } else {
        assert_eq!(text, wanted, "`VOW_UPDATE_DOCS=1 cargo test --test proofs` writes it");
    }
}

fn section(proofs: &[Proof]) -> String {
    let mut out = format!("{HEADING}\n`vow check --proofs` says: {}.\n", totals(proofs));
    out.push_str("What is left is free-form input; it is judged for each request.\n\n");
    out.push_str("| promise | document | rule | what leaves it open |\n|---|---|---|---|\n");
    for proof in proofs {
        if let Verdict::Residual(open) = &proof.verdict {
            let holes: Vec<String> =
                holes(open).iter().map(|h| format!("`{}`", h.replace('|', "\\|"))).collect();
            let Proof { promise, rule, .. } = proof;
            let shown = holes.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
            let more = if holes.len() > 4 { format!(" and {} more", holes.len() - 4) } else { String::new() };
            let _ = writeln!(out, "| `{promise}` | {} | `{rule}` | {shown}{more} |", proof.node_name());
        }
        assert!(!matches!(proof.verdict, Verdict::Refuted(..)), "{proof:?}");
    }
    out
}
