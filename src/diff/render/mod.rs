//! What differs, as rows for people, as JSON for programs and as Markdown for a pull request.
//!
//! All are bounded: what is left out is counted, and the count is true.

mod json;
mod markdown;
mod rows;
mod text;

pub use json::json;
pub use markdown::{html, markdown};
pub use rows::{Row, Tone};
pub use text::text;

use super::Counts;
use crate::diag::words::count;

/// The counts in one sentence: `1 added, 2 changed (3 fields), 20 unchanged`.
pub fn summary(counts: Counts) -> String {
    let unchanged = counts.unchanged;
    if counts.touched() == 0 {
        return format!("no changes in {}", count(unchanged, "object"));
    }
    let fields = format!("{} changed ({})", counts.changed, count(counts.fields, "field"));
    let parts = [
        (counts.added, format!("{} added", counts.added)),
        (counts.changed, fields),
        (counts.removed, format!("{} removed", counts.removed)),
        (counts.moved, format!("{} moved", counts.moved)),
        (counts.rewritten, format!("{} rewritten", counts.rewritten)),
        (unchanged, format!("{unchanged} unchanged")),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, part)| part).collect();
    parts.join(", ")
}

/// What was left out: `… and 3 more fields`.
fn more(n: usize, word: &str) -> String {
    format!("… and {n} more {word}{}", if n == 1 { "" } else { "s" })
}
