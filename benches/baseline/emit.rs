//! A plain emitter of YAML: recursive, with the quoting that a careful engineer would think of.

use std::fmt::Write;

use serde_json::Value as Json;

/// The documents as a stream, each after a line `---`.
pub(crate) fn stream(documents: &[Json], out: &mut String) {
    for d in documents {
        out.push_str("---\n");
        value(out, d, 0);
    }
}

/// One document.
pub(super) fn document(of: &Json) -> String {
    let mut out = String::new();
    value(&mut out, of, 0);
    out
}

/// Writes what stands at column `indent`, where the line already stands.
fn value(out: &mut String, of: &Json, indent: usize) {
    match of {
        Json::Object(entries) if !entries.is_empty() => {
            for (i, (key, value)) in entries.iter().enumerate() {
                if i > 0 {
                    pad(out, indent);
                }
                text(out, key);
                out.push(':');
                field(out, value, indent);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    pad(out, indent);
                }
                out.push_str("- ");
                match item {
                    Json::String(s) => string(out, s, indent),
                    _ => value(out, item, indent + 2),
                }
            }
        }
        other => scalar(out, other, indent),
    }
}

fn field(out: &mut String, of: &Json, indent: usize) {
    match of {
        Json::Object(entries) if !entries.is_empty() => {
            out.push('\n');
            pad(out, indent + 2);
            value(out, of, indent + 2);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            pad(out, indent);
            value(out, of, indent);
        }
        other => {
            out.push(' ');
            scalar(out, other, indent);
        }
    }
}

fn scalar(out: &mut String, of: &Json, indent: usize) {
    match of {
        Json::Null => out.push_str("null"),
        Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Json::Number(n) => drop(write!(out, "{n}")),
        Json::String(s) => return string(out, s, indent),
        Json::Array(_) => out.push_str("[]"),
        Json::Object(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// A text as a value: lines as a block, all else in one line.
fn string(out: &mut String, s: &str, indent: usize) {
    if s.contains('\n') && !s.starts_with([' ', '\n']) && s.ends_with('\n') && !s.ends_with("\n\n") {
        out.push_str("|\n");
        for line in s.lines() {
            if !line.is_empty() {
                pad(out, indent + 2);
                out.push_str(line);
            }
            out.push('\n');
        }
        return;
    }
    text(out, s);
    out.push('\n');
}

/// A text in one line, between quotes if it could be taken for something else.
fn text(out: &mut String, s: &str) {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let starts = s.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if starts && s.chars().all(plain) && !WORDS.contains(&s.to_ascii_lowercase().as_str()) {
        return out.push_str(s);
    }
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn pad(out: &mut String, columns: usize) {
    for _ in 0..columns {
        out.push(' ');
    }
}
