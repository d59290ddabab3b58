//! The texts that Kubernetes accepts as names of requests and as keys and values of labels and annotations.

use crate::check::label::is_subdomain;
use crate::check::types::shorten;

/// The greatest length of a label's value, and so of a request's name.
pub(super) const LABEL_LENGTH: usize = 63;

/// Why `text` cannot name a request, as the end of a sentence, and what to do.
pub(super) fn name_problem(text: &str) -> Option<(String, &'static str)> {
    let length = text.chars().count();
    if length > LABEL_LENGTH {
        let why = format!("is {length} characters long, more than {LABEL_LENGTH}");
        return Some((why, "the name becomes the value of a label, which holds at most 63 characters"));
    }
    match is_subdomain(text) {
        true => None,
        false => Some((
            format!("is {:?}, which is no name of an object", shorten(text)),
            "use lower-case letters, digits, `-` and `.`, with a letter or a digit at both ends",
        )),
    }
}

/// Why `text` cannot be a label's value, as the end of a sentence.
pub(super) fn label_value_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    part_problem(text)
}

/// Why `key` cannot be the key of a label, as the end of a sentence.
pub(super) fn key_problem(key: &str) -> Option<&'static str> {
    match key.split_once('/') {
        Some((prefix, _)) if !is_subdomain(prefix) => Some("has a prefix that is no DNS subdomain"),
        Some((_, name)) => part_problem(name),
        None => part_problem(key),
    }
}

fn part_problem(text: &str) -> Option<&'static str> {
    let ends = [text.bytes().next(), text.bytes().next_back()];
    if text.len() > LABEL_LENGTH {
        Some("is longer than 63 characters")
    } else if !ends.iter().all(|end| end.is_some_and(|b| b.is_ascii_alphanumeric())) {
        Some("does not start and end with a letter or a digit")
    } else if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        Some("has a character other than letters, digits, `-`, `_` and `.`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_a_label() {
        assert!(name_problem("media.eu-1").is_none() && name_problem(&"a".repeat(63)).is_none());
        for bad in ["", "Media", "a_b", "-a", "a.", &"a".repeat(64), "a\n"] {
            assert!(name_problem(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn keys_have_at_most_one_prefix() {
        for good in ["app", "app.kubernetes.io/name", "A_b.c-1"] {
            assert!(key_problem(good).is_none(), "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "a b", "A_/b", "-a"] {
            assert!(key_problem(bad).is_some(), "{bad}");
        }
        assert!(label_value_problem("").is_none() && label_value_problem("é").is_some());
    }
}
