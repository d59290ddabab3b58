//! Texts that look as if chance had made them. That is no proof of a credential, so they are told and never refused.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::RULE;
use crate::rules::profile::Profile;
use crate::rules::subject::{Findings, finding};
use crate::value::Value;
use crate::value::path::{Path, Step};

/// How long such a text is. Shorter ones are names as well, longer ones certificates and archives.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=128;
/// How many bits a character tells at least. Random letters and digits tell five and more, names less than four.
const BITS: f64 = 4.0;
/// What the digests of files begin with.
const DIGESTS: [&str; 3] = ["sha256-", "sha384-", "sha512-"];
/// How much is told of one object.
const MOST: usize = 10;
/// How deep is looked.
const DEPTH: usize = 64;

/// Puts into `found` the texts of an object that chance may have made.
pub(in crate::rules) fn judge(object: &Value, found: &mut Findings) {
    walk(object, &mut vec![], found);
}

fn walk(value: &Value, steps: &mut Vec<Step>, found: &mut Findings) {
    if steps.len() > DEPTH || found.len() >= MOST {
        return;
    }
    match value {
        Value::Map(map) => {
            for (key, value) in map.iter() {
                steps.push(Step::Key(key.clone()));
                walk(value, steps, found);
                steps.pop();
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                steps.push(Step::Index(index));
                walk(item, steps, found);
                steps.pop();
            }
        }
        Value::Str(text) if is_random(text) => {
            let path = Path(steps.clone());
            let message = format!("`{path}` looks as if chance had made it, as it makes credentials");
            let help = "if it is one, let an ExternalSecret bring it; if it is none, leave it";
            found.push(finding(RULE, &path, message, help));
        }
        _ => {}
    }
}

/// Whether a text is one run of letters of both cases and digits, as even as chance makes them, and no text in base64.
pub(super) fn is_random(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    if !LENGTHS.contains(&text.len()) || DIGESTS.iter().any(|d| text.starts_with(d)) {
        return false;
    }
    let any = |of: fn(&u8) -> bool| text.as_bytes().iter().any(of);
    let run = text.bytes().all(|b| is_of_random(b) && b != b'=');
    let mixed = any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase) && any(u8::is_ascii_digit);
    run && mixed && bits(text) >= BITS && !is_words(text) && !is_text(text)
}

/// Whether a byte may be part of such a run, or of the padding behind it.
pub(in crate::rules) fn is_of_random(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

/// Whether a text could be one that chance has made.
pub(in crate::rules) fn may_be_random(profile: Profile) -> bool {
    let digits = profile.has_any("0123456789");
    let lower = profile.has_any("abcdefghijklmnopqrstuvwxyz");
    digits && lower && profile.has_any("ABCDEFGHIJKLMNOPQRSTUVWXYZ") && profile.reaches(*LENGTHS.start())
}

/// How much a character of a text tells, in bits.
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 128];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a text that is looked at is short")]
    let whole = text.len() as f64;
    let share = |n: &u32| f64::from(*n) / whole;
    counts.iter().filter(|n| **n > 0).map(|n| -share(n) * share(n).log2()).sum()
}

/// Whether a text is words, perhaps with numbers: chance changes between capitals, letters and digits all the time.
fn is_words(text: &str) -> bool {
    let kind = |b: u8| (b.is_ascii_digit(), b.is_ascii_uppercase());
    let changes =
        |(a, b): &(u8, u8)| kind(*a) != kind(*b) && !(a.is_ascii_uppercase() && b.is_ascii_lowercase());
    text.bytes().zip(text.bytes().skip(1)).filter(changes).count() <= text.len() / 4
}

/// Whether a text is another one in base64, which is looked into anyway.
fn is_text(text: &str) -> bool {
    let bytes = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text));
    let plain = |b: &u8| b.is_ascii_graphic() || b.is_ascii_whitespace();
    bytes.is_ok_and(|bytes| bytes.iter().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_told_from_names_and_digests() {
        for text in
            ["Zq8vT1kXw3nLr6Yp0bHs5mDc", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v", "4eC39HqLyjWDarjtT1zdp7dcX0pQ/a=="]
        {
            assert!(is_random(text), "{text}");
        }
        for text in [
            "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d",
            "sha256-Zq8vT1kXw3nLr6Yp0bHs5mDcZq8vT1kXw3nLr6Yp0bHs",
            "HorizontalPodAutoscalerV2Beta2",
            "registry/Shop/v2/OrderQueue-primary",
            "eW91IGNhbiByZWFkIHRoaXMgdGV4dCAx",
            "c0ffee00-0000-4000-8000-00000000c0de",
            "Zq8vT1kXw3nLr6Yp",
            "words that are Separated by 1 blank each",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }
}
