//! Which texts are values by themselves, and which only refer to one: variables, templates, paths, words of no meaning.

use super::named::may_name_one;

/// Whether a text is a value by itself, and does not stand for another.
pub(super) fn is_literal(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    const WORDS: [&str; 13] = [
        "", "true", "false", "null", "none", "nil", "yes", "no", "on", "off", "redacted", "enabled",
        "disabled",
    ];
    let word = WORDS.contains(&lower.as_str()) || refers(text);
    let hash = ["$2a$", "$2b$", "$2y$", "$6$", "$apr1$"].iter().any(|h| text.starts_with(h));
    let placeholder = text.starts_with('`')
        || stands_for_another(text)
        || (text.starts_with('<') && text.ends_with('>'))
        || (["${", "$(", "{{", "<%"].iter().any(|open| text.contains(open)) && rest(text) < 4);
    let elsewhere = is_path(text)
        || ["./", "op://", "file:", "ref+", "vault:", "secret:", "env:", "arn:"]
            .iter()
            .any(|p| text.starts_with(p));
    let masked =
        !text.chars().any(char::is_alphanumeric) || (text.len() > 3 && lower.bytes().all(|b| b == b'x'));
    !word && (hash || !placeholder) && !elsewhere && !masked
}

/// Whether a text that begins with a sign is a reference: `$NAME`, `%s`, `@file`, `(none)`.
fn stands_for_another(text: &str) -> bool {
    let mut chars = text.chars();
    let sign = chars.next().unwrap_or_default();
    let body = chars.as_str();
    match sign {
        '%' => body.starts_with(['(', '{']) || body.len() <= 2 || body.ends_with('%'),
        '@' => body.ends_with('@') || body.contains(['/', '(', '.']) || is_handle(body) || is_source(body),
        '(' => body.ends_with(')'),
        '$' if body.starts_with(['{', '(']) => false,
        '$' => {
            let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let rest = body.trim_start_matches(name);
            let run = body.get(..body.len() - rest.len()).unwrap_or_default();
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            // `$ecret123` is no name of a variable that anybody gives.
            let odd = digits >= 2 && run.bytes().any(|b| b.is_ascii_lowercase());
            let ends = rest.is_empty()
                || rest.starts_with(['.', '/', '[', '{', '(', ':', '-', ',', ')', '"', '\'', '$']);
            body.len() <= 1 || (ends && !odd)
        }
        _ => false,
    }
}

/// Whether what follows `@` is `-`, or somebody's name in parts, as in `@the-team`.
fn is_handle(body: &str) -> bool {
    body.contains(['-', '_']) && body.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b))
}

/// Whether one word tells where a value comes from: `@file`, `@prompt`, `@token`. Any other is a word that was thought of.
fn is_source(word: &str) -> bool {
    let source = word.ends_with("file") || ["env", "prompt", "stdin", "vault"].contains(&word);
    (source || may_name_one(word)) && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether a text is a slash and one word of letters and digits, long enough to be thought of as a password; where a key says
/// that it is one, nothing shows that it is a path. One that tells of a credential names a file or a page.
pub(super) fn is_rooted_word(text: &str) -> bool {
    text.trim().strip_prefix('/').is_some_and(|word| {
        word.len() >= 6 && word.bytes().all(|b| b.is_ascii_alphanumeric()) && !may_name_one(word)
    })
}

/// Whether a text is a path: made of its characters, and not all of it looks like what a generator makes.
fn is_path(text: &str) -> bool {
    let Some(body) = text.strip_prefix("~/").or_else(|| text.strip_prefix('/')) else { return text == "~" };
    let made = |part: &str| {
        let any = |of: fn(&u8) -> bool| part.as_bytes().iter().any(of);
        any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase) && any(u8::is_ascii_digit)
    };
    let plain = body.chars().all(|c| c.is_alphanumeric() || "._-/@:{}$*?,+ ".contains(c));
    let parts: Vec<&str> = body.split('/').filter(|p| !p.is_empty()).collect();
    plain && (parts.is_empty() || parts.iter().any(|p| !made(p)))
}

/// How many letters and digits of a text stand outside of what is filled in.
fn rest(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    for c in text.chars() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && c.is_alphanumeric() => count += 1,
            _ => {}
        }
    }
    let scheme = ["Bearer ", "Basic ", "token "].iter().find(|s| text.starts_with(**s));
    count - scheme.map_or(0, |s| s.len() - 1).min(count)
}

/// Whether a text tells where a value is: `see 1Password`, `ask the team`. What follows is a name, or several words.
fn refers(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let first = words.next().is_some_and(|w| ["see", "ask"].iter().any(|s| s.eq_ignore_ascii_case(w)));
    let rest: Vec<&str> = words.collect();
    let name = |w: &&str| w.chars().any(|c| c.is_ascii_uppercase()) && w.chars().any(char::is_lowercase);
    let plain = |w: &&str| w.bytes().all(|b| b.is_ascii_alphabetic() || b".,".contains(&b));
    first
        && match rest.as_slice() {
            [one] => plain(one) || *one == "1Password",
            [] => false,
            many => many.iter().all(|w| plain(w) || name(w)),
        }
}

/// Whether a text at `pass` was made up to be a password: letters and digits, and no name in parts, comparison or address.
pub(super) fn is_made_up(text: &str) -> bool {
    let mixed = text.contains(|c: char| c.is_alphabetic()) && text.contains(|c: char| c.is_ascii_digit());
    let name = text.contains(['-', '.', '/']) && text.split('/').all(is_name);
    let other = name || text.contains([' ', '<', '>', '=']) || text.contains("://");
    text.len() >= 6 && mixed && !other
}

/// Whether a text could be the name of an object.
pub(super) fn is_name(text: &str) -> bool {
    let shape = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
    shape && text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase())
}
