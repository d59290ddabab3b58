//! What Kubernetes takes as the key and as the value of a label.

/// Whether Kubernetes takes `key` as the key of a label or an annotation.
pub(crate) fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    prefix.is_none_or(is_subdomain) && !name.is_empty() && is_value(name)
}

/// Whether Kubernetes takes `text` as the value of a label.
pub(crate) fn is_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |b: Option<&u8>| b.is_none_or(u8::is_ascii_alphanumeric);
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    bytes.len() <= 63 && bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
}

/// What `Class::DnsSubdomain` says, without a regular expression.
pub(crate) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns)
}

/// What `Class::DnsLabel` says, without a regular expression.
pub(crate) fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_dns(text)
}

/// Whether a text is letters in lower case, digits and `-`, and begins and ends with one of the former.
fn is_dns(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let inner = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    bytes.iter().all(inner) && edge(bytes.first()) && edge(bytes.last())
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

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::check::types::Class;

    #[test]
    fn both_definitions_of_a_dns_name_agree() {
        let pattern = |class: Class, text: &str| {
            let most = class.max_len().unwrap() as usize;
            text.len() <= most && Regex::new(class.pattern()).unwrap().is_match(text)
        };
        let (long, longer) = ("a".repeat(63), "a".repeat(64));
        let (most, more) = (format!("{long}.{long}.{long}.{}", "b".repeat(61)), "a.".repeat(127));
        for text in [
            "",
            "a",
            "-",
            "a-",
            "-a",
            "a-b",
            "a.b",
            "a..b",
            ".a",
            "a.",
            "A",
            "a_b",
            "1",
            "é",
            "a\n",
            "a-.b",
            &long,
            &longer,
            &most,
            &more,
            &format!("{more}a"),
            &format!("{most}c"),
        ] {
            assert_eq!(is_dns_label(text), Class::DnsLabel.contains(text), "{text:?}");
            assert_eq!(is_subdomain(text), Class::DnsSubdomain.contains(text), "{text:?}");
            assert_eq!(is_dns_label(text), pattern(Class::DnsLabel, text), "{text:?}");
            assert_eq!(is_subdomain(text), pattern(Class::DnsSubdomain, text), "{text:?}");
        }
    }
}
