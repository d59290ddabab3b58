//! The emitter.

use crate::value::Value;

/// Writes one document, without `---`; ends in exactly one newline.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_at(&mut out, value, 0);
    out
}

/// Writes documents, each after a line `---`.
pub fn write_stream<'a>(documents: impl IntoIterator<Item = &'a Value>) -> String {
    let mut out = String::new();
    for document in documents {
        out.push_str("---\n");
        write_at(&mut out, document, 0);
    }
    out
}

/// Writes `value` as lines that start at column `indent`, the first one included.
pub fn write_at(out: &mut String, value: &Value, indent: usize) {
    let _ = (out, value, indent);
}

/// Writes `key: value` as lines that start at column `indent`.
pub fn write_entry(out: &mut String, key: &str, value: &Value, indent: usize) {
    let _ = (out, key, value, indent);
}

/// Writes `text` as the value of a key or item at column `indent`: from where the line stands to its newline.
pub fn write_text(out: &mut String, text: &str, indent: usize) {
    let _ = (out, text, indent);
}
