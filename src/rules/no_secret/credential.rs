//! Credentials by their shape: what their makers gave a shape to, so that it is recognised wherever it stands.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::check::types::token::{self, SHAPES, Shape};
use crate::rules::profile::Profile;

/// The least length of a prefix and what follows it.
const SHORTEST: usize = 20;

/// Hashes of passwords, as `htpasswd` and `/etc/shadow` write them, and the least length of what follows.
const HASHES: [(&str, usize); 7] =
    [("$2a$", 50), ("$2b$", 50), ("$2y$", 50), ("$apr1$", 20), ("$5$", 40), ("$6$", 80), ("$argon2", 40)];

/// Whether a text could be or hold a credential by its shape: all are long, or the user part of a URL.
pub(super) fn may_be_one(profile: Profile) -> bool {
    let user = profile.has_any("@") && profile.has_any(":") && profile.has_any("/(");
    user && profile.reaches(8) || profile.reaches(20)
}

/// The characters that each look of [`find`] needs, but for those of shapes and hashes.
const NEEDED: [&str; 13] = [
    "-BEGIN PRVATKY",
    "PuTY-UserKFil",
    "@:",
    "sig=v:/",
    "authorizn",
    "Bear",
    "Basic",
    "eyJ.",
    "hoks.lacm/ervi",
    "discor.m/apwebhk",
    ".atlsv1",
    "8Q~",
    "machinelogpswrd",
];

/// What makes the words behind it a header.
pub(super) const HEADER: &str = "authorization";
/// How the value of a header begins.
pub(super) const SCHEMES: [&str; 3] = ["bearer", "basic", "token"];
/// The words of a `.netrc` before a password, in their order.
pub(super) const NETRC: [&str; 3] = ["machine", "login", "password"];

/// Whether any text of a profile could be or hold a credential: as [`may_be_one`], but for a type it may take its time.
pub(super) fn may_hold_one(profile: Profile) -> bool {
    let shapes = SHAPES.iter().map(|shape| shape.0).chain(HASHES.iter().map(|(start, _)| *start));
    let bot = profile.has_any("0123456789") && profile.has_any(":");
    may_be_one(profile) && (bot || shapes.chain(NEEDED).any(|needed| profile.has_all(needed)))
}

/// What credential `text`, whose profile is `has`, is or holds, if any. Each look is taken only if the letters for it are there.
pub(super) fn find(text: &str, has: Profile) -> Option<&'static str> {
    if (has.has_all("-BEGIN PRVATKY") || has.has_all("PuTY-UserKFil")) && is_private_key(text) {
        return Some("a private key");
    }
    if (has.has_any("@") || has.has_all("sig=v:/")) && has_user_info(text) {
        return Some("a URL with a password in it");
    }
    let header = has.has_any("zZ") && has.has_any("uU") && has.has_any("hH");
    if (header || has.has_all("Bear") || has.has_all("Basic")) && authorization(text) {
        return Some("an `Authorization` header");
    }
    if has.has_any("$") && HASHES.iter().any(|(start, least)| has_hash(text, start, *least)) {
        return Some("the hash of a password");
    }
    let mut rest = text;
    while let Some(start) = rest.bytes().position(|b| b.is_ascii_alphanumeric()) {
        rest = rest.get(start..)?;
        let end = rest.bytes().position(|b| !is_token(char::from(b))).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end)?;
        if let Some(what) = of_shape(rest).or_else(|| jwt(run, after)).or_else(|| webhook(run, after)) {
            return Some(what);
        }
        rest = after;
    }
    (has.has_all("machinelogpswrd") && netrc(text)).then_some("a password of a `.netrc`")
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The shape that `rest` begins with; `.` stands in some. Of what is made of the characters of names more is asked.
fn of_shape(rest: &str) -> Option<&'static str> {
    let head = rest.as_bytes().get(..SHORTEST)?;
    if !head.iter().all(|b| is_token(char::from(*b)) || *b == b'.') {
        return None;
    }
    // No prefix and body together are longer than this, and a text may be one run of four megabytes.
    let near = rest.get(..128).unwrap_or(rest);
    let len = near.find(|c: char| !(is_token(c) || c == '.')).unwrap_or(near.len());
    let run = near.get(..len)?;
    if token::is_name(run) {
        return token::of_name(run);
    }
    let fits = |shape: &&Shape| shape.body(run).is_some_and(|body| is_random(body, shape.1));
    SHAPES.iter().find(fits).map(|Shape(_, _, what)| *what)
}

/// Whether `body` is long enough and no placeholder such as `xxxxxxxx` or `your-token-here`.
fn is_random(body: &str, least: usize) -> bool {
    let bytes = body.as_bytes();
    let first = bytes.first();
    body.len() >= least && !bytes.iter().all(|b| Some(b) == first)
}

/// Three parts in base64, the first of which is a JSON object that names an algorithm.
fn jwt(run: &str, after: &str) -> Option<&'static str> {
    let body = after.strip_prefix('.').filter(|_| run.starts_with("eyJ"))?;
    let payload = body.len() - body.trim_start_matches(is_token).len();
    let header = URL_SAFE_NO_PAD.decode(run).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    (header.get("alg").is_some() && payload >= 4).then_some("a JSON web token")
}

/// What follows the names of services that take a token in a URL, and tokens in two parts.
fn webhook(run: &str, after: &str) -> Option<&'static str> {
    let path = |least: usize| {
        let rest = after.find('/').and_then(|at| after.get(at..)).unwrap_or_default();
        let len = rest.find(|c: char| !(is_token(c) || c == '/')).unwrap_or(rest.len());
        len >= least
    };
    let telegram = || {
        let body = after.strip_prefix(':').map_or(0, |b| b.len() - b.trim_start_matches(is_token).len());
        (8..=10).contains(&run.len()) && run.bytes().all(|b| b.is_ascii_digit()) && body == 35
    };
    match run {
        "hooks" if after.starts_with(".slack.com/services/") && path(30) => Some("a webhook of Slack"),
        "discord" | "discordapp" if after.starts_with(".com/api/webhooks/") && path(40) => {
            Some("a webhook of Discord")
        }
        _ if run.len() == 14 && after.strip_prefix(".atlasv1.").is_some_and(has_capital) => {
            Some("a token of Terraform Cloud")
        }
        _ if telegram() => Some("a token of a Telegram bot"),
        _ if run.len() >= 3 && run.ends_with("8Q") && after.starts_with("~") => {
            Some("a client secret of Azure")
        }
        _ => None,
    }
}

/// Whether the run that a text begins with holds a capital.
fn has_capital(text: &str) -> bool {
    text.chars().take_while(|c| is_token(*c)).any(|c| c.is_ascii_uppercase())
}

/// The words of a text as those of a header are cut. Judge and proof cut them alike, or a proof is worth nothing.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"',;:=".contains(c)).filter(|w| !w.is_empty())
}

/// Whether a text holds `Bearer`, `Basic` or `Token` and what follows it in a header.
fn authorization(text: &str) -> bool {
    let mut header = false;
    let mut words = words(text);
    while let Some(word) = words.next() {
        let scheme = SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(word));
        if word.eq_ignore_ascii_case(HEADER) {
            header = true;
            continue;
        }
        if scheme && (header || word == "Bearer" || word == "Basic") {
            let value = words.next().unwrap_or_default();
            let digits = value.bytes().any(|b| b.is_ascii_digit());
            let long = value.len() >= if header { 6 } else { 16 };
            if long && (header || digits) && value.is_ascii() && is_written_out(value) {
                return true;
            }
        }
        header = false;
    }
    false
}

/// Whether a text holds the beginning of a private key and something of it; a template that fills one in does not.
fn is_private_key(text: &str) -> bool {
    let begins = text.match_indices("-----BEGIN ").any(|(at, begin)| {
        let Some(rest) = text.get(at + begin.len()..) else { return false };
        let Some((label, body)) = rest.split_once("-----") else { return false };
        let label = label.trim_end_matches(" BLOCK");
        let body = body.trim_start_matches("\\n").trim_start();
        label.len() < 40
            && label.ends_with("PRIVATE KEY")
            && !body.starts_with("{{")
            && !body.starts_with("...")
    });
    begins || text.contains("PuTTY-User-Key-File-")
}

fn has_hash(text: &str, start: &str, least: usize) -> bool {
    text.match_indices(start).any(|(at, _)| {
        let body = text.get(at + start.len()..).unwrap_or_default();
        let fits = |c: char| c.is_ascii_alphanumeric() || "./$=,+".contains(c);
        body.chars().take(least).filter(|c| fits(*c)).count() == least
    })
}

/// Whether a text holds a URL with a user and a password that is written out, or a name of a data source with them.
fn has_user_info(text: &str) -> bool {
    let source = ["@tcp(", "@unix("].iter().filter_map(|at| text.split_once(at)).any(|(before, _)| {
        let word = before.rsplit(|c: char| c.is_whitespace() || "\"'=".contains(c)).next().unwrap_or(before);
        word.split_once(':').is_some_and(|(_, password)| is_written_out(password))
    });
    if source || text.contains("sig=") && text.contains("sv=") && text.contains("://") {
        return true;
    }
    text.match_indices("://").any(|(at, mark)| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>`|\\,".contains(c);
        let authority = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        let Some((user, host)) = authority.rsplit_once('@') else { return false };
        // `redis://redis:6379@0` is a host and a port, and the number of a database.
        let digits = |t: &str| !t.is_empty() && t.len() <= 5 && t.bytes().all(|b| b.is_ascii_digit());
        let port = digits(host) && host.len() <= 2;
        user.split_once(':')
            .is_some_and(|(_, password)| is_written_out(password) && !(port && digits(password)))
    })
}

pub(super) fn is_written_out(password: &str) -> bool {
    let placeholder = password.starts_with(['$', '{', '<', '%', '[']) && !password.starts_with('%')
        || ["${", "$(", "{{"].iter().any(|open| password.contains(open));
    let masked = !password.chars().any(char::is_alphanumeric)
        || password.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'));
    !placeholder && !masked
}

/// Whether a text holds `machine … login … password …`.
fn netrc(text: &str) -> bool {
    let mut wanted = NETRC.iter().peekable();
    for word in text.split_ascii_whitespace() {
        match wanted.peek() {
            Some(next) if **next == word => drop(wanted.next()),
            None => return is_written_out(word),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_with_a_password_are_told_from_those_that_are_filled_in_later() {
        for text in
            ["postgres://app:hunter2@db:5432/app", "see https://u:p%40ss@example.org/x", "redis://:pw@host"]
        {
            assert!(has_user_info(text), "{text}");
        }
        for text in [
            "https://example.org/a:b@c",
            "ssh://git@example.org/x",
            "https://${USER}:${PASS}@x",
            "a://b:@c",
            "postgres://app:$(PASSWORD)@db",
            "https://u:****@h",
            "https://u:{{ .password }}@h",
        ] {
            assert!(!has_user_info(text), "{text}");
        }
    }

    #[test]
    fn nothing_with_a_shape_is_shorter_than_is_looked_at() {
        let shortest = SHAPES.iter().map(|Shape(start, least, _)| start.len() + least).min();
        assert_eq!(shortest, Some(SHORTEST));
    }

    #[test]
    fn the_guard_never_hides_a_find() {
        for text in ["AKIAIOSFODNN7EXAMPLE", "redis://:pw@h", "-----BEGIN PRIVATE KEY-----\nMII", "$2y$05$"] {
            assert!(find(text, Profile::of(text)).is_none() || may_be_one(Profile::of(text)), "{text}");
        }
    }
}
