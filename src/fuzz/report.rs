//! What came of generated requests, as JSON.

use serde_json::{Value as Json, json as object};

use super::{Tally, Verdict};
use crate::source::{Sources, Span};
use crate::value::{json::write_compact, yaml};

/// Returns `{"seed", "promises": [{"promise", "requests", "rendered", "faults", "refused_by_rules", "refused", "groups"}]}`. A group has
/// `verdict` (`fault`, `rule` or `refused`), `code`, `count`, `first` (its number), `message`, the place in the program if it has one
/// (`file`, `line`), and the smallest `request`, also as `yaml`.
pub fn json(sources: &Sources, seed: u64, tallies: &[Tally]) -> Json {
    let promises: Vec<Json> = tallies.iter().map(|t| promise(sources, t)).collect();
    object!({ "seed": seed, "promises": promises })
}

fn promise(sources: &Sources, tally: &Tally) -> Json {
    let groups: Vec<Json> = tally
        .groups
        .iter()
        .map(|(group, witness)| {
            let mut out = object!({
                "verdict": match group.verdict {
                    Verdict::Fault => "fault",
                    Verdict::Rule => "rule",
                    Verdict::Refused => "refused",
                },
                "code": group.code,
                "count": witness.count,
                "first": witness.first,
                "message": witness.message,
                "yaml": yaml::write(&witness.request),
            });
            if let (Ok(request), Some(map)) =
                (serde_json::from_str::<Json>(&write_compact(&witness.request)), out.as_object_mut())
            {
                map.insert("request".into(), request);
                if group.span != Span::default() {
                    map.insert("file".into(), sources.name(group.span.file).into());
                    map.insert("line".into(), sources.place(group.span).line.into());
                }
            }
            out
        })
        .collect();
    object!({
        "promise": tally.promise,
        "requests": tally.requests,
        "rendered": tally.rendered,
        "faults": tally.count(Verdict::Fault),
        "refused_by_rules": tally.count(Verdict::Rule),
        "refused": tally.count(Verdict::Refused),
        "groups": groups,
    })
}
