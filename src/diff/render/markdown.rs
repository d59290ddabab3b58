//! What differs, as a comment on a pull request: a summary, and below it each object folded away.

use super::rows::{self, Row, Style, Tone};
use super::summary;
use crate::diag::render::visible::escaped;
use crate::diff::Shown;
use crate::diff::hide::ShownDelta;

/// The most bytes of a comment; GitHub takes 65,536 characters, and whoever posts it may add a few.
pub(super) const MOST: usize = 65_000;
/// The most bytes of one object's part, so that one cannot push out all others.
const MOST_EACH: usize = 16_000;
/// Room for the last line.
const LAST: usize = 200;

const STYLE: Style = Style { arrows: false, value: 200, fields: 200 };

/// The comment: `head`, which is Markdown already and tells what was compared, the counts, and each object.
pub fn markdown(head: &str, shown: &Shown) -> String {
    let mut out = format!("{}\n\n{}\n", head.trim_end(), summary(shown.counts()));
    for (index, delta) in shown.deltas.iter().enumerate() {
        let part = part(delta);
        if out.len() + part.len() + LAST > MOST {
            let rest = super::more(shown.deltas.len() - index, "object");
            out.push_str(&format!("\n{rest}\n"));
            break;
        }
        out.push_str(&part);
    }
    out
}

/// The part of one object.
fn part(delta: &ShownDelta) -> String {
    let place = match delta.identity.place() {
        "" => String::new(),
        place => format!("{}: ", html(&escaped(place))),
    };
    let remark = rows::remark(delta);
    let remark = if remark.is_empty() { remark } else { format!(" ({})", html(&remark)) };
    let title = html(&rows::title(&delta.identity));
    let head = format!("{place}{} <code>{title}</code>{remark}", delta.status.word());
    let rows = rows::rows(delta, STYLE);
    if rows.is_empty() {
        return format!("\n- {head}\n");
    }
    let body = fenced(&rows);
    format!("\n<details><summary>{head}</summary>\n\n{body}\n</details>\n")
}

/// Rows as a block that shows differences, cut to what fits, within a fence that nothing in it can end.
fn fenced(rows: &[Row]) -> String {
    let mut body = String::new();
    for (index, row) in rows.iter().enumerate() {
        let line = line(row);
        if body.len() + line.len() > MOST_EACH {
            body.push_str(&format!("  {}\n", super::more(rows.len() - index, "row")));
            break;
        }
        body.push_str(&line);
    }
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{body}{fence}\n")
}

fn line(row: &Row) -> String {
    let sign = match row.tone {
        Tone::Changed => ' ',
        tone => tone.sign(),
    };
    format!("{sign} {}\n", row.text)
}

/// Text that means nothing to Markdown and HTML, and names nobody.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '@' | '#' | '|' | '!' | '$' | ':' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
