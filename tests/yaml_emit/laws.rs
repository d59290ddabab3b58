//! What must hold of every text that the emitter makes.

use std::sync::LazyLock;

use regex::Regex;
use vow::value::{Value, ops};

use crate::readers;
use crate::values::reversed;

/// Something that makes a text of a value: the emitter, or a broken one that tests try the laws on.
pub(crate) type Emit = fn(&Value) -> String;

/// Whether `emit` keeps every law for `value`.
///
/// # Errors
/// The first law that is broken.
pub(crate) fn judge(emit: Emit, value: &Value) -> Result<(), String> {
    let text = emit(value);
    expect(emit(value) == text, "the same value gives other bytes")?;
    lines(&text)?;
    let read = readers::ours(&text)?;
    expect(read == *value, "our reader reads another value")?;
    expect(emit(&read) == text, "what was read is written otherwise")?;
    readers::theirs(&text, value)
}

/// Whether the bytes of a value with sorted keys do not tell in which order it was built.
pub(crate) fn order(emit: Emit, value: &Value) -> Result<(), String> {
    let text = emit(&ops::sorted(value));
    expect(text == emit(&ops::sorted(&reversed(value))), "the order in which it was built is seen")?;
    let read = readers::ours(&text)?;
    expect(emit(&ops::sorted(&read)) == text, "what was read and sorted is written otherwise")
}

/// What some editor does not show, or not in its place, or some reader does not keep: tabs, controls, blanks that are no
/// spaces, what Unicode ignores by default, non-characters, and all beyond the basic plane.
static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
    let hidden =
        r"[\p{Cc}\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}&&[^\n ]]";
    Regex::new(&format!(r"{hidden}|[\x{{10000}}-\x{{10ffff}}]")).unwrap()
});

/// Whether `text` is whole lines that can stand in any document: nothing that is not seen, no line of blanks alone, no
/// line that starts or ends a document, text at the start and one newline at the end.
fn lines(text: &str) -> Result<(), String> {
    expect(text.ends_with('\n') && !text.ends_with("\n\n"), "it does not end in one newline")?;
    expect(!text.starts_with([' ', '\n']), "its first line is indented")?;
    expect(!HIDDEN.is_match(text), "it has a character that is not seen")?;
    for line in text.lines() {
        expect(line.is_empty() || !line.trim_start_matches(' ').is_empty(), "it has a line of blanks alone")?;
        expect(!line.starts_with("---") && !line.starts_with("..."), "it has a line between documents")?;
    }
    Ok(())
}

/// Whether the document `outer`, whose one text is `inner`, writes it as the lines of a block.
pub(crate) fn block(outer: &str, inner: &str) -> Result<(), String> {
    let (head, body) = outer.split_once("|\n").ok_or("an embedded document is not a block")?;
    expect(!head.contains('"') && head.ends_with([' ']) || head.is_empty(), "the block has another head")?;
    let indent = body.len() - body.trim_start_matches(' ').len();
    expect(indent >= 2, "the block is not indented")?;
    let pad = " ".repeat(indent);
    let wanted: String = inner
        .split_inclusive('\n')
        .map(|line| if line == "\n" { line.to_owned() } else { format!("{pad}{line}") })
        .collect();
    expect(body == wanted, "the block has other lines")
}

pub(crate) fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
