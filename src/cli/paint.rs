//! Rows of a difference, with their signs and, on a terminal, their colours.

use crate::diff::render::{Row, Tone};

/// Rows as text.
pub(super) fn painted(rows: &[Row], color: bool) -> String {
    let mut out = String::new();
    for row in rows {
        let (on, off) = match (color, row.tone) {
            (false, _) | (_, Tone::Plain) => ("", ""),
            (_, Tone::Head) => ("\u{1b}[1m", "\u{1b}[0m"),
            (_, Tone::Added) => ("\u{1b}[32m", "\u{1b}[0m"),
            (_, Tone::Removed) => ("\u{1b}[31m", "\u{1b}[0m"),
            (_, Tone::Changed) => ("\u{1b}[33m", "\u{1b}[0m"),
            (_, Tone::Faint) => ("\u{1b}[2m", "\u{1b}[0m"),
        };
        let line = match row.tone {
            Tone::Head => row.text.clone(),
            tone => format!("{} {}", tone.sign(), row.text),
        };
        out.push_str(&format!("{on}{}{off}\n", line.trim_end()));
    }
    out
}
