//! The emitter: text that every YAML reader reads back as the value it came from.
//!
//! What it writes is closed under embedding: no tab, no carriage return, no control, no line of blanks alone, a first
//! line that is not indented, and exactly one newline at the end. So a document is always a lawful block of lines in
//! another, and a value laid out at a column is its document with that many spaces before each line.
//!
//! The order of keys is the value's own, and so is its depth: who makes the value decides and bounds them.

use crate::value::yaml::quote::{self, Style};
use crate::value::{Map, Value};

/// Writes one document, without `---`; ends in exactly one newline.
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(512);
    write_at(&mut out, value, 0);
    out
}

/// Writes documents, each after a line `---`.
pub fn write_stream<'a>(documents: impl IntoIterator<Item = &'a Value>) -> String {
    let mut out = String::with_capacity(4096);
    for document in documents {
        out.push_str("---\n");
        write_at(&mut out, document, 0);
    }
    out
}

/// Writes `value` as whole lines at column `indent`, the first one included.
pub fn write_at(out: &mut String, value: &Value, indent: usize) {
    pad(out, indent);
    write_here(out, value, indent);
}

/// Writes `key: value` as whole lines at column `indent`.
pub fn write_entry(out: &mut String, key: &str, value: &Value, indent: usize) {
    pad(out, indent);
    entry(out, key, value, indent);
}

/// Writes `- value` as whole lines at column `indent`.
pub fn write_item(out: &mut String, value: &Value, indent: usize) {
    pad(out, indent);
    item(out, value, indent);
}

/// Writes `text` as the value of a key or an item whose line starts at column `indent`, from after the blank behind
/// its `:` or `-` to the end of its last line.
pub fn write_text(out: &mut String, text: &str, indent: usize) {
    match quote::style(text) {
        Style::Plain => out.push_str(text),
        Style::Quoted => quote::push_quoted(out, text),
        Style::Block { ends } => return block(out, text, ends, indent + 2),
    }
    out.push('\n');
}

/// Writes the inside of a text between double quotes.
pub fn write_escaped(out: &mut String, text: &str) {
    quote::push_escaped(out, text);
}

/// Writes `value` where the line stands, at column `indent`.
fn write_here(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Map(map) if !map.is_empty() => entries(out, map, indent),
        Value::List(list) if !list.is_empty() => items(out, list, indent),
        _ => scalar(out, value, indent),
    }
}

/// Writes entries at column `indent`, where the line of the first one already stands.
fn entries(out: &mut String, map: &Map, indent: usize) {
    for (i, (key, value)) in map.iter().enumerate() {
        if i > 0 {
            pad(out, indent);
        }
        entry(out, key, value, indent);
    }
}

fn items(out: &mut String, list: &[Value], indent: usize) {
    for (i, value) in list.iter().enumerate() {
        if i > 0 {
            pad(out, indent);
        }
        item(out, value, indent);
    }
}

fn item(out: &mut String, value: &Value, indent: usize) {
    out.push_str("- ");
    match value {
        Value::Str(text) => write_text(out, text, indent),
        _ => write_here(out, value, indent + 2),
    }
}

/// The longest key, as written, that stands before its `:` in one line; readers stop looking after 1,024 bytes.
const MAX_KEY: usize = 1_000;

fn entry(out: &mut String, key: &str, value: &Value, indent: usize) {
    write_key(out, key, indent);
    write_value(out, value, indent);
}

/// Writes `key:` where the line stands, at column `indent`; a key too long for one line in two.
pub fn write_key(out: &mut String, key: &str, indent: usize) {
    let start = out.len();
    match quote::is_plain(key) {
        true => out.push_str(key),
        false => quote::push_quoted(out, key),
    }
    if out.len() - start > MAX_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        pad(out, indent);
    }
    out.push(':');
}

/// Writes `value` behind the `:` of a key whose line starts at column `indent`, to the end of its last line.
pub fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            entries(out, map, indent + 2);
        }
        // Items stand under their key, as Kubernetes' own tools write them.
        Value::List(list) if !list.is_empty() => {
            out.push('\n');
            pad(out, indent);
            items(out, list, indent);
        }
        _ => {
            out.push(' ');
            scalar(out, value, indent);
        }
    }
}

/// Writes a scalar or an empty collection and its newline; a text as for a key at column `indent`.
fn scalar(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Str(text) => return write_text(out, text, indent),
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(i) => out.push_str(itoa::Buffer::new().format(*i)),
        Value::Float(f) => float(out, *f),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// Writes a float with a point, and with a sign if it has an exponent: without them some readers see a text.
fn float(out: &mut String, float: f64) {
    // No value holds such a number; if one ever does, the strict reader refuses what is written here.
    if !float.is_finite() {
        return out.push_str(if float.is_nan() { ".nan" } else { ".inf" });
    }
    if float == 0.0 {
        return out.push('0');
    }
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(float);
    let Some((mantissa, exponent)) = text.split_once('e') else { return out.push_str(text) };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push_str(if exponent.starts_with('-') { "e" } else { "e+" });
    out.push_str(exponent);
}

/// Writes `text` as lines at column `indent` under a `|`.
fn block(out: &mut String, text: &str, ends: bool, indent: usize) {
    out.push_str(if ends { "|\n" } else { "|-\n" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn pad(out: &mut String, columns: usize) {
    const SPACES: &str = "                                                                ";
    match SPACES.get(..columns) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', columns)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    #[test]
    fn documents_look_as_kubernetes_tools_write_them() {
        let port = map([("name", "http".into()), ("port", 80.into()), ("on", Value::list(vec![]))]);
        let value = map([
            ("kind", "ConfigMap".into()),
            ("empty", map([])),
            ("ports", Value::list(vec![port, Value::Null])),
            (
                "nested",
                Value::list(vec![
                    Value::list(vec!["a b".into(), "yes".into()]),
                    Value::list(vec![true.into()]),
                ]),
            ),
            (
                "data",
                map([("a.yaml", "x:\n\n  - 1\n".into()), ("b", "no\nend".into()), ("c", "ends\n\n".into())]),
            ),
            ("args", Value::list(vec!["--a=b".into(), "l1\nl2\n".into()])),
        ]);
        let wanted = "kind: ConfigMap\nempty: {}\nports:\n- name: http\n  port: 80\n  \"on\": []\n- null\nnested:\n\
            - - a b\n  - \"yes\"\n- - true\ndata:\n  a.yaml: |\n    x:\n\n      - 1\n  b: |-\n    no\n    end\n  \
            c: \"ends\\n\\n\"\nargs:\n- \"--a=b\"\n- |\n  l1\n  l2\n";
        assert_eq!(write(&value), wanted);
    }

    #[test]
    fn floats_are_floats_to_every_reader() {
        let written = |f: f64| write(&Value::Float(f));
        for (float, text) in
            [(1.5, "1.5\n"), (1e22, "1.0e+22\n"), (2.5e-7, "2.5e-7\n"), (-0.0, "0\n"), (1e-9, "1.0e-9\n")]
        {
            assert_eq!(written(float), text);
        }
        assert_eq!(written(f64::NAN), ".nan\n");
    }

    #[test]
    fn a_key_too_long_for_one_line_is_explicit() {
        let key = "k".repeat(1_200);
        let list =
            Value::list(vec![map([(&key, Value::list(vec![1.into()])), ("z", map([("a", 2.into())]))])]);
        assert_eq!(write(&list), format!("- ? \"{key}\"\n  :\n  - 1\n  z:\n    a: 2\n"));
    }

    #[test]
    fn a_stream_has_a_line_before_each_document_and_parts_stand_at_their_column() {
        assert_eq!(write_stream(&[1.into(), map([])]), "---\n1\n---\n{}\n");
        let mut out = String::new();
        write_entry(&mut out, "a", &Value::list(vec!["b".into()]), 2);
        write_item(&mut out, &map([("c", Value::Null)]), 2);
        write_text(&mut out, "d\ne", 2);
        assert_eq!(out, "  a:\n  - b\n  - c: null\n|-\n    d\n    e\n");
    }
}
