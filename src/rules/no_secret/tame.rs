//! Texts and keys that say nothing to this rule, whatever stands around them: most of what people write into a request.
//!
//! A tame text is one word of letters, digits and `- . _ / : @ + =`, at most a name's length, in which nothing is found by
//! itself. It is no flag and no word that gives others a meaning, so it completes no command and no header; it holds no object
//! and nothing that is packed. A tame key is a tame text without a `=`, and no key that any part of the rule asks for.

use super::named::{self, REFERENCES, VALUES};
use super::row::SPEAKING;
use super::{credential, entropy, text, unpack};
use crate::rules::profile::Profile;

/// The length of a name: longer texts are looked at.
const LONGEST: usize = 253;

/// Keys that are looked at together with others, wherever they stand.
const ASKED: [&str; 21] = [
    "apiGroups",
    "apiVersion",
    "binaryData",
    "d",
    "data",
    "items",
    "k",
    "kind",
    "kty",
    "metadata",
    "patch",
    "path",
    "resources",
    "rules",
    "secretGenerator",
    "sops",
    "string",
    "stringData",
    "target",
    "value",
    "verbs",
];

/// Whether a text says nothing to the rule as a value.
pub(in crate::rules) fn is_text(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._/:@+=".contains(&b);
    if text.len() > LONGEST || text.starts_with('-') || !text.bytes().all(plain) {
        return false;
    }
    let mut words = text.split(['/', ':', '@', '=']);
    let speaks = words.any(|word| SPEAKING.iter().any(|s| s.eq_ignore_ascii_case(word)))
        || ["-----", "sig=", "sv="].iter().any(|part| text.contains(part));
    let profile = Profile::of(text);
    // Within a longer text it is looked for however short it is.
    let credential = || credential::find(text, profile).is_some();
    let holds = || {
        unpack::may_be_packed(profile)
            || text::may_hold_object(profile)
            || text::may_be_script(profile) && text::settings(text).is_some()
    };
    !(speaks || credential() || holds() || entropy::is_random(text))
}

/// Whether a text says nothing to the rule as a key, whatever is there.
pub(in crate::rules) fn is_key(key: &str) -> bool {
    let asked = || [&ASKED[..], &REFERENCES, &VALUES].iter().any(|keys| keys.contains(&key));
    // Where keys are read as lines of settings, their last part tells.
    let last = key.rsplit(['.', '/', ':']).next().unwrap_or(key);
    is_text(key) && !key.contains('=') && named::is_innocent(key) && named::is_innocent(last) && !asked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tame_text_is_a_word_in_which_nothing_is_found() {
        for text in [
            "",
            "team-0001",
            "0.30.4",
            "https://charts.loft.sh",
            "10.0.4.100",
            "2026-11-05T10:00:00Z",
            "owner@example.com",
            "teams/shop",
            "letsencrypt-prod",
            "integratn.tech/cluster-secret-store",
            "CreateNamespace=true",
        ] {
            assert!(is_text(text), "{text}");
        }
        let long = "a".repeat(254);
        for text in [
            "-p",
            "two words",
            "password=hunter2",
            "a=token",
            "sig=a",
            "a: b",
            "{}",
            "ä",
            "$NAME",
            "Bearer",
            "x/secrets",
            "a:token",
            "machine",
            "----------",
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "postgres://app:hunter2@db",
            "://:pw@",
            "eyJhbGciOiIifQ.abcd",
            "YXBpVmVyc2lvbjogdjEKa2luZDogU2VjcmV0Cm1ldGFkYXRhOgo",
            "Zq8vT1kXw3nLr6Yp0bHs5mDc",
            &long,
        ] {
            assert!(!is_text(text), "{text}");
        }
    }

    #[test]
    fn a_tame_key_is_none_that_is_asked_for() {
        for key in ["team", "controlPlane", "enabled", "integratn.tech/cluster-secret-store", "managed-by"] {
            assert!(is_key(key), "{key}");
        }
        for key in [
            "kind",
            "name",
            "value",
            "password",
            "adminPassword",
            "apiKey",
            "existingSecret",
            "sops",
            "max.token",
            "a b",
            "a=b",
        ] {
            assert!(!is_key(key), "{key}");
        }
    }
}
