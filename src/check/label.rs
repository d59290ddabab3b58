//! What Kubernetes takes as the key and as the value of a label.

use super::types::Class;

/// Whether Kubernetes takes `key` as the key of a label or an annotation.
pub(crate) fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    prefix.is_none_or(|p| Class::DnsSubdomain.contains(p)) && !name.is_empty() && is_value(name)
}

/// Whether Kubernetes takes `text` as the value of a label.
pub(crate) fn is_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    bytes.len() <= 63 && bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
}

/// What is wrong with a label, and what to do.
pub(crate) fn problem(key: &str, value: &str) -> Option<String> {
    if !is_key(key) {
        return Some(format!("`{}` is no key of a label", key.escape_debug()));
    }
    (!is_value(value)).then(|| format!("`{}` is no value of a label", value.escape_debug()))
}

/// What a label looks like.
pub(crate) const HELP: &str = "a label's value has at most 63 letters, digits, `-`, `_` and `.`; its key may have a domain and `/` before them";
