//! Which objects are Secrets, whatever they are called, and which only speak of one.

use unicode_security::skeleton;

use super::RULE;
use crate::rules::subject::{Findings, Subject, finding};
use crate::value::Map;
use crate::value::Value;
use crate::value::path::Path;

/// The way out of a Secret.
pub(super) const HELP: &str =
    "render an `external-secrets.io/v1/ExternalSecret` that reads it from 1Password";

/// Kinds that hold a secret, encrypted or by reference, or that make one, and whose names do not end in `Secret`:
/// secrets come by ExternalSecrets alone.
const MAKERS: [&str; 7] = [
    "ClusterGenerator",
    "HCPVaultSecretsApp",
    "KSOPS",
    "OnePasswordItem",
    "SecretGenerator",
    "SecretProviderClass",
    "SecretTemplate",
];

/// Groups of operators that bring secrets by another way.
const OPERATORS: [&str; 16] = [
    "bitnami.com",
    "doppler.com",
    "infisical.com",
    "isindir.github.com",
    "k8s.bitwarden.com",
    "kubernetes-client.io",
    "mumoshu.github.io",
    "onepassword.com",
    "ricoberger.de",
    "secretgen.carvel.dev",
    "secretgen.k14s.io",
    "secrets-store.csi.x-k8s.io",
    "secrets.hashicorp.com",
    "spv.no",
    "viaduct.ai",
    "vault.banzaicloud.com",
];

/// Keys of a map that names an object somewhere else.
const REFERENCE: [&str; 4] = ["metadata", "data", "stringData", "items"];

/// Judges the head of a whole object: its kind alone decides.
pub(super) fn head(subject: Subject<'_>, found: &mut Findings) {
    let kind = subject.kind;
    if !brings_secret(subject, found) && !is_kind(kind) {
        let message = format!("{kind:?} is no name of a kind");
        found.push(finding(
            RULE,
            &Path::key("kind"),
            message,
            "a kind is letters and digits, the first a capital",
        ));
    }
}

/// Whether the kind at the head of a value is that of a secret, or of what brings one.
pub(super) fn brings_secret(subject: Subject<'_>, found: &mut Findings) -> bool {
    let message = match subject.kind {
        kind if is_secret(kind) => format!("a `{kind}` is never rendered"),
        kind if is_maker(subject.group, kind) => format!("a `{kind}` brings a secret by another way"),
        _ => return false,
    };
    found.push(finding(RULE, &Path::key("kind"), message, HELP));
    true
}

/// The kind of secret that a map within an object is the manifest of, if it is one. One that only names a Secret, as
/// in an `ownerReferences`, is none.
pub(super) fn of_secret(map: &Map) -> Option<&str> {
    let kind = map.get("kind")?.as_str()?;
    let whole = REFERENCE.iter().any(|key| map.contains_key(*key));
    let bare = map.contains_key("apiVersion") && !map.contains_key("name");
    (is_one(map, kind) && (whole || bare)).then_some(kind)
}

/// Whether a document by itself is a Secret: what stands alone is a manifest, however little it says.
pub(super) fn is_document_of_secret(document: &Value) -> Option<&str> {
    let map = document.as_map()?;
    let kind = map.get("kind")?.as_str()?;
    is_one(map, kind).then_some(kind)
}

/// Whether a map patches the kind of an object to `Secret`, or patches a Secret.
pub(super) fn is_patch_to_secret(map: &Map) -> bool {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    let to_kind = text("path") == Some("/kind") && text("value").is_some_and(is_secret);
    let target = map.get("target").and_then(|t| t.get("kind")).and_then(Value::as_str);
    to_kind
        || target.is_some_and(may_select_secret) && (map.contains_key("patch") || map.contains_key("path"))
}

/// Whether the kind of a target of Kustomize, a regular expression over all of a name, takes in `Secret`.
fn may_select_secret(kind: &str) -> bool {
    let by_pattern = || regex::Regex::new(&format!("^(?:{kind})$")).is_ok_and(|r| r.is_match("Secret"));
    is_secret(kind) || !kind.bytes().all(|b| b.is_ascii_alphanumeric()) && by_pattern()
}

fn is_one(map: &Map, kind: &str) -> bool {
    let api = map.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
    is_secret(kind) || is_maker(api.split_once('/').map_or("", |(group, _)| group), kind)
}

/// Whether people or a reader take `kind` for `Secret` or a list of them: case, blanks, invisible characters and
/// letters that look alike make no difference.
pub(in crate::rules) fn is_secret(kind: &str) -> bool {
    let is = |word: &str| word.eq_ignore_ascii_case("secret") || word.eq_ignore_ascii_case("secretlist");
    let kind = kind.trim();
    is(kind) || (!kind.is_ascii() || !is_kind(kind)) && is(&plain(kind))
}

/// Whether a kind brings secrets by another way than ExternalSecrets from 1Password.
fn is_maker(group: &str, kind: &str) -> bool {
    let operator = |of: &str| group == of || group.strip_suffix(of).is_some_and(|rest| rest.ends_with('.'));
    if group.ends_with("external-secrets.io") {
        return false; // onepassword-only judges these
    }
    OPERATORS.iter().any(|of| operator(of))
        || kind.len() > "Secret".len() && kind.ends_with("Secret") && !kind.ends_with("ExternalSecret")
        || MAKERS.iter().any(|maker| may_look_like(kind, maker) && plain(maker) == plain(kind))
}

/// Whether a kind could look like another one, told without taking it apart: nearly none does.
fn may_look_like(kind: &str, other: &str) -> bool {
    // `0` looks like `o`, `1` and `i` like `l`, and `m` like `rn`.
    let shape = |byte: Option<u8>| match byte.unwrap_or_default().to_ascii_lowercase() {
        b'0' => b'o',
        b'1' | b'i' | b'|' => b'l',
        b'r' | b'n' => b'm',
        other => other,
    };
    let ends = |f: fn(&str) -> Option<u8>| shape(f(kind)) == shape(f(other));
    let first = |t: &str| t.bytes().next();
    let last = |t: &str| t.bytes().next_back();
    !is_kind(kind) || kind.len().abs_diff(other.len()) <= 4 && ends(first) && ends(last)
}

/// What `kind` looks like: letters that look alike are one, and what is invisible is not there.
fn plain(kind: &str) -> String {
    // Lower case first: capitals of other scripts look like capitals, and `ѕ` and `Ѕ` are one letter here.
    let folded: String = kind.chars().flat_map(char::to_lowercase).collect();
    skeleton(&folded).filter(char::is_ascii_alphanumeric).collect()
}

fn is_kind(kind: &str) -> bool {
    kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_through_its_letters() {
        for kind in [
            "Secret",
            "secret",
            "SECRET",
            "SecretList",
            " Secret ",
            "Secret\u{200b}",
            "Se\u{ad}cret",
            "\u{405}ecret",
            "S\u{435}cret",
            "\u{ff33}\u{ff45}\u{ff43}\u{ff52}\u{ff45}\u{ff54}",
            "S-ecret",
            "𝐒ecret",
        ] {
            assert!(is_secret(kind), "{kind:?}");
        }
        for kind in ["ConfigMap", "ExternalSecret", "SecretStore", "Secretary", "Secrets", ""] {
            assert!(!is_secret(kind), "{kind:?}");
        }
    }

    #[test]
    fn what_looks_like_a_maker_of_secrets_is_never_passed_over() {
        for maker in MAKERS {
            let like =
                ["rn", "0", "1", "1"].iter().zip(["m", "O", "i", "l"]).map(|(by, of)| maker.replace(of, by));
            for kind in like.chain([maker.to_owned(), maker.to_uppercase(), format!("{maker}\u{200b}")]) {
                let looks = plain(maker) == plain(&kind);
                assert!(!looks || may_look_like(&kind, maker), "{kind:?}");
            }
        }
    }
}
