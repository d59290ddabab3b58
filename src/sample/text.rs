//! Texts of a class, a pattern and a length: hostile ones where anything goes, short and long ones everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

use super::pattern::Generator;
use super::random::Random;
use crate::check::types::{Str, pattern_regex};

/// How many texts are tried before there is none.
const TRIES: usize = 96;

/// What a text without a greatest length may grow to.
const LONG: u32 = 300;

/// Texts that readers and writers of YAML, of JSON, of shells and of templates trip over.
const HOSTILE: [&str; 64] = [
    "",
    " ",
    "a",
    "0",
    "-1",
    "1.0",
    "1e3",
    "0x1F",
    "0o17",
    "017",
    "1_000",
    ".5",
    ".inf",
    ".NaN",
    "true",
    "True",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "null",
    "Null",
    "~",
    "<<",
    "=",
    "-",
    "- a",
    "--- a",
    "---",
    "...",
    "?",
    "? a",
    ":",
    ": a",
    "a: b",
    "a:",
    "#",
    "a #b",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "|",
    ">",
    "%YAML 1.2",
    "@a",
    "`a`",
    "'",
    "\"",
    "\\",
    "[a",
    "{a}",
    "a,b",
    "2001-01-01",
    "12:30:45",
    "${spec.name}",
    "{{ .Values.a }}",
    "$(id)",
    "../../etc/passwd",
    "a\nb",
    "\n",
];

/// More of them, with characters that are not printable or not one to a column.
const ODD: [&str; 24] = [
    "a\r\nb",
    "\r",
    "\t",
    "a\tb",
    " a",
    "a ",
    "a\n\n",
    "\na",
    "  a\n b",
    "\u{0}",
    "\u{1}\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}a\u{2029}",
    "\u{feff}a",
    "\u{202e}cba",
    "e\u{301}",
    "é",
    "Änderung",
    "日本語",
    "😀",
    "👩‍👩‍👧",
    "\u{fffd}",
    "\u{10ffff}",
];

/// What no rule lets out, where a request may say anything.
const SMUGGLED: [&str; 9] = [
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {b: c}\n",
    "a: b\n--- # c\n{apiVersion: v1, \"k\\u0069nd\": \"S\\x65cret\", metadata: {name: a}}\n",
    "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}}",
    "YXBpVmVyc2lvbjogdjEKa2luZDogU2VjcmV0Cm1ldGFkYXRhOiB7bmFtZTogYX0K",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
    "postgres://app:hunter2@db.example.org/app",
    "AKIAIOSFODNN7EXAMPLE",
    "auth:\n  password: hunter2\n",
    "securityContext:\n  privileged: true\nhostNetwork: true\n",
];

/// Words that give the words around them a meaning to a rule, for whatever is made of names.
const SPEAKING: [&str; 28] = [
    "admin",
    "authorization",
    "basic",
    "bearer",
    "cluster-admin",
    "create",
    "curl",
    "edit",
    "ghp-f4kef4kef4kef4kef4kef4kef4kef4kef4ke",
    "hooks.slack.com",
    "host-path",
    "hostnetwork",
    "kubectl",
    "login",
    "machine",
    "password",
    "patch",
    "privileged",
    "requirepass",
    "secret",
    "secrets",
    "services",
    "sops",
    "sv",
    "token",
    "true",
    "vault",
    "webhooks",
];

/// Characters by which a text is made longer.
const FILL: [char; 6] = ['a', '0', 'x', 'A', '.', 'é'];

/// Makes texts; patterns are read once.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<Arc<str>, Option<Pattern>>);

/// One of the words that speak, or two of them as a name, an address or a path.
fn spoken(random: &mut Random) -> Option<String> {
    let first = *random.pick(&SPEAKING)?;
    if random.below(2) == 0 {
        return Some(first.to_owned());
    }
    let second = *random.pick(&SPEAKING)?;
    let form = *random.pick(&["-", ".", "/", ":", " ", "://", "@"])?;
    Some(format!("{first}{form}{second}"))
}

#[derive(Debug)]
struct Pattern {
    regex: Regex,
    generator: Generator,
}

impl Texts {
    /// A text of `wanted`, if one is found.
    pub(super) fn make(&mut self, wanted: &Str, random: &mut Random) -> Option<String> {
        let found =
            (0..TRIES).find_map(|i| self.draft(wanted, i, random).filter(|text| self.fits(wanted, text)))?;
        let longest = wanted.longest().unwrap_or(LONG);
        let least = wanted.min.unwrap_or(0).max(1).min(longest);
        let length = match random.below(8) {
            0 => longest,
            1 => least,
            2 => u32::try_from(random.between(least.into(), longest.into())).unwrap_or(least),
            _ => return Some(found),
        };
        // The greatest class is 2048 characters long, and a field without end need not be.
        Some(self.stretched(wanted, &found, length.min(4096) as usize).unwrap_or(found))
    }

    fn draft(&mut self, wanted: &Str, attempt: usize, random: &mut Random) -> Option<String> {
        let class = wanted.class.map(|class| Arc::from(class.pattern()));
        let own = wanted.pattern.clone();
        let pattern = match (own, class) {
            (Some(own), Some(class)) => Some(if attempt.is_multiple_of(2) { own } else { class }),
            (own, class) => own.or(class),
        };
        if attempt == 0 && pattern.is_some() && random.below(8) == 0 {
            return spoken(random);
        }
        match pattern.as_ref().and_then(|pattern| self.pattern(pattern)) {
            Some(pattern) => Some(pattern.generator.text(random)),
            None if pattern.is_some() => None,
            None if attempt < TRIES / 2 => {
                let all = match random.below(24) {
                    0 => &SMUGGLED[..],
                    1..8 => &ODD[..],
                    _ => &HOSTILE[..],
                };
                random.pick(all).map(|text| (*text).to_owned())
            }
            // No such text has the length.
            None => Some("x".repeat(wanted.min.unwrap_or(0).min(1 << 16) as usize)),
        }
    }

    /// The text with one character repeated in it until it has `length` characters, if that is still a text of `wanted`.
    fn stretched(&mut self, wanted: &Str, text: &str, length: usize) -> Option<String> {
        let have = text.chars().count();
        let more = length.checked_sub(have).filter(|more| *more > 0)?;
        let places: Vec<usize> =
            text.char_indices().map(|(at, _)| at).skip(1).chain([text.len(), 0]).take(24).collect();
        for fill in FILL {
            let middle: String = std::iter::repeat_n(fill, more).collect();
            for at in &places {
                let (before, after) = text.split_at_checked(*at)?;
                let longer = format!("{before}{middle}{after}");
                if self.fits(wanted, &longer) {
                    return Some(longer);
                }
            }
        }
        None
    }

    fn fits(&mut self, wanted: &Str, text: &str) -> bool {
        // The pattern is matched by what is kept compiled.
        let plain = Str { pattern: None, ..wanted.clone() };
        let matches = match &wanted.pattern {
            Some(pattern) => self.pattern(pattern).is_some_and(|pattern| pattern.regex.is_match(text)),
            None => true,
        };
        matches && plain.why_not(text).is_none()
    }

    fn pattern(&mut self, pattern: &Arc<str>) -> Option<&Pattern> {
        let read = || {
            let regex = pattern_regex(pattern).ok()?;
            let generator = Generator::of(regex.as_str())?;
            Some(Pattern { regex, generator })
        };
        self.0.entry(Arc::clone(pattern)).or_insert_with(read).as_ref()
    }
}
