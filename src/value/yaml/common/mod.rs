//! The YAML that people and tools write day by day, read straight into nodes.
//!
//! It is the quick way of [`read()`](super::read()), and knows objects and lists in lines, brackets within a line, and
//! scalars of every style. At the first thing beyond that, or at the first thing that may be wrong, it gives up, and
//! [`read()`](super::read()) has the strict reader begin anew. So nothing is refused here and no message stands here, and
//! what is taken must be what the strict reader takes: the same nodes at the same places. `tests/` holds that for texts of
//! all kinds; whoever teaches this reader a form runs the long test (`tests/mod.rs`).
//!
//! | file | what |
//! |---|---|
//! | `cursor` | where it stands: lines, columns, budgets |
//! | `block` | objects and lists in lines |
//! | `brackets` | lists and objects between brackets |
//! | `plain`, `quoted`, `lines` | scalars without quotes, with quotes, and as lines under a `\|` or `>` |
//! | `bytes` | what each byte may do |
//! | `texts` | one copy of each short text |

mod block;
mod brackets;
mod bytes;
mod cursor;
mod lines;
mod plain;
mod quoted;
#[cfg(test)]
mod tests;
mod texts;

use crate::source::FileId;
use crate::value::yaml::Node;
use cursor::Reader;

/// Reads the documents of `text`, whose size and characters are lawful.
///
/// `None` says nothing about the text: the strict reader has to read it.
pub(super) fn read(file: FileId, text: &str) -> Option<Vec<Node>> {
    if text.contains('\r') || text.starts_with('\u{feff}') {
        return None;
    }
    let mut reader = Reader::new(file, text);
    let mut documents = vec![];
    reader.next_line()?;
    let mut after_marker = false;
    loop {
        match reader.in_document() {
            true => documents.push(reader.document()?),
            // A document without a value is none, and yet the strict reader counts it.
            false if after_marker => reader.count(1)?,
            false => {}
        }
        if reader.at_end() {
            return Some(documents);
        }
        reader.skip_marker()?;
        after_marker = true;
    }
}
