//! Values as JSON text.

use crate::value::Value;

/// Writes `value` over several lines, two spaces a level; ends without a newline.
pub fn write_pretty(value: &Value) -> String {
    let mut out = String::with_capacity(512);
    push(&mut out, value, Some(0));
    out
}

/// Writes `value` on one line without blanks.
pub fn write_compact(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    push(&mut out, value, None);
    out
}

/// Writes `value`, over several lines if it is nested in a number of `levels`.
fn push(out: &mut String, value: &Value, levels: Option<usize>) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
        Value::Float(f) if f.is_finite() => out.push_str(ryu::Buffer::new().format_finite(*f)),
        // No value holds such a number; if one ever does, this is no JSON and is refused when it is read.
        Value::Float(_) => out.push_str("NaN"),
        Value::Str(text) => push_text(out, text),
        Value::List(items) => push_all(out, ['[', ']'], items.iter(), levels, push),
        Value::Map(map) => push_all(out, ['{', '}'], map.iter(), levels, |out, (key, value), inner| {
            push_text(out, key);
            out.push_str(if inner.is_some() { ": " } else { ":" });
            push(out, value, inner);
        }),
    }
}

fn push_all<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = T>,
    levels: Option<usize>,
    one: impl Fn(&mut String, T, Option<usize>),
) {
    let is_empty = items.len() == 0;
    let inner = levels.map(|n| n + 1);
    out.push(open);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        break_line(out, inner);
        one(out, item, inner);
    }
    if !is_empty {
        break_line(out, levels);
    }
    out.push(close);
}

fn break_line(out: &mut String, levels: Option<usize>) {
    if let Some(levels) = levels {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", levels));
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') {
        out.push_str(rest.get(..at).unwrap_or(""));
        push_escape(out, rest.as_bytes().get(at).copied().unwrap_or(b' '));
        rest = rest.get(at + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out.push('"');
}

fn push_escape(out: &mut String, byte: u8) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        _ => {
            out.push_str(if byte < 16 { "\\u000" } else { "\\u001" });
            out.push(char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'));
        }
    }
}
