//! Rows for a terminal.

use super::rows::{self, Row, Style, Tone};
use super::summary;
use crate::diag::render::visible::escaped;
use crate::diff::{Shown, Status};

/// How much of one object is shown to people.
const STYLE: Style = Style { arrows: true, value: 40, fields: 200 };
/// The most rows in all.
const MOST: usize = 20_000;

/// The rows of all objects that are not the same, below the places that they belong to, and the counts.
pub fn text(shown: &Shown) -> Vec<Row> {
    let mut out = vec![];
    let mut place = "";
    for (index, delta) in shown.deltas.iter().enumerate() {
        if out.len() >= MOST {
            let text = super::more(shown.deltas.len() - index, "object");
            out.push(Row { tone: Tone::Faint, text });
            break;
        }
        if delta.identity.place() != place {
            place = delta.identity.place();
            out.push(Row { tone: Tone::Head, text: escaped(place).into_owned() });
        }
        let remark = rows::remark(delta);
        let remark = if remark.is_empty() { remark } else { format!(" ({remark})") };
        let text = format!("{} {}{remark}", delta.status.word(), rows::title(&delta.identity));
        out.push(Row { tone: tone(delta.status), text });
        let below = rows::rows(delta, STYLE).into_iter();
        out.extend(below.map(|row| Row { text: format!("  {}", row.text), ..row }));
    }
    out.push(Row { tone: Tone::Head, text: summary(shown.counts()) });
    out
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Added => Tone::Added,
        Status::Removed => Tone::Removed,
        Status::Changed | Status::Moved | Status::Rewritten => Tone::Changed,
    }
}
