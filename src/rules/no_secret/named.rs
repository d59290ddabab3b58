//! Literals where a key, a variable or a flag says that they are a credential.
//!
//! The last words of a name tell what its value is: `adminPassword` is a password, `passwordFile`, `secretName` and
//! `tokenExpirySeconds` are not. Values that only refer to something (`$PASSWORD`, `{{ .token }}`, a path) are no literals.

use crate::value::{Map, Value};

/// The way out of a literal credential.
pub(super) const HELP: &str = "refer to a Secret that an ExternalSecret brings (`secretKeyRef`, `existingSecret`), instead of writing the value";

/// Words that are credentials wherever they end a name.
const ALWAYS: [&str; 20] = [
    "pgpass",
    "masterauth",
    "requirepass",
    "sharedaccesskey",
    "accountkey",
    "accesskey",
    "apikey",
    "htpasswd",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "privatekey",
    "pwd",
    "secretaccesskey",
    "secretkey",
    "sshkey",
    "token",
    "tokens",
    "authorization",
];

/// Words that end another without a boundary.
const JOINED: [&str; 8] = [
    "password",
    "passwd",
    "apikey",
    "accesstoken",
    "authtoken",
    "bearertoken",
    "identitytoken",
    "refreshtoken",
];

/// Words before `key` that make it one.
const KEYS: [&str; 13] = [
    "access",
    "account",
    "api",
    "auth",
    "client",
    "encryption",
    "host",
    "license",
    "master",
    "private",
    "secret",
    "signing",
    "ssh",
];

/// Words before `secret` that make it the secret itself, not the name of one.
const SECRETS: [&str; 14] = [
    "api", "app", "client", "consumer", "cookie", "hmac", "jwt", "oauth", "session", "shared", "signing",
    "state", "totp", "webhook",
];

/// Words before `token` that make it something else.
const NO_TOKENS: [&str; 5] = ["continue", "eos", "reconcile", "resume", "max"];

/// Keys beside `secretKey` and its like that say that it is the key within a Secret.
const REFERENCES: [&str; 9] = [
    "existingSecret",
    "name",
    "remoteRef",
    "secret",
    "secretName",
    "secretNamespace",
    "secretRef",
    "sourceRef",
    "key",
];

/// Whether `value` at `key` is a credential written out; `map` is what stands around it.
pub(super) fn is_credential(key: &str, value: &Value, map: &Map) -> bool {
    if !may_name_one(key) {
        return false;
    }
    let literal = match value {
        Value::Str(text) => is_literal(text),
        Value::Int(_) => words(key).last().is_some_and(|w| w.contains("pass") || w == "pwd"),
        _ => false,
    };
    if !literal {
        return false;
    }
    let text = value.as_str().unwrap_or("0");
    // Prose has blanks on both sides of a colon.
    if key.trim().contains(' ') && text.contains(' ') {
        return false;
    }
    match meaning(key) {
        // Names of objects mapped to names of objects.
        Meaning::Credential if key.contains('/') && text.contains('/') && text.split('/').all(is_name) => {
            false
        }
        Meaning::Credential => !(words(key).ends_with(&["key".to_owned()]) && is_reference(text, map)),
        Meaning::Perhaps => !text.split('/').all(is_name),
        Meaning::Basic => is_basic(text),
        Meaning::Other => false,
    }
}

/// Whether the value at `key` is never taken for a credential, whatever it is.
pub(super) fn is_innocent(key: &str) -> bool {
    let number = words(key).last().is_some_and(|w| w.contains("pass") || w == "pwd");
    meaning(key) == Meaning::Other && !number
}

/// Whether a name could be that of a credential, told without taking it apart: every word that makes it one holds a stem.
pub(super) fn may_name_one(name: &str) -> bool {
    const STEMS: [&[u8]; 7] = [b"auth", b"cred", b"key", b"pass", b"pwd", b"secret", b"token"];
    let stem = |at: usize| {
        let rest = name.as_bytes().get(at..).unwrap_or_default();
        STEMS.iter().any(|s| rest.get(..s.len()).is_some_and(|r| r.eq_ignore_ascii_case(s)))
    };
    let begins = |b: u8| matches!(b | 0x20, b'a' | b'c' | b'k' | b'p' | b's' | b't');
    // Letters of other scripts may become these in lower case.
    !name.is_ascii() || name.bytes().enumerate().any(|(at, b)| begins(b) && stem(at))
}

/// The name in a map of a `name` and a `value`, if the value is a credential written out.
pub(super) fn pair(map: &Map) -> Option<String> {
    let name = map.get("name")?.as_str()?;
    let value = map.get("value").or_else(|| map.get("string"))?;
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    is_credential(last, value, &Map::new()).then(|| cut(name))
}

/// Whether `flag` is a flag for a credential and `next`, the word after it, is one written out.
pub(super) fn is_flag(flag: &str, next: &str) -> bool {
    let name = flag.trim_start_matches('-');
    let is_flag = flag.starts_with("--") && !flag.contains('=') && !next.starts_with('-');
    is_flag && may_name_one(name) && is_credential(name, &Value::str(next), &Map::new())
}

/// Whether a word is a password by itself, and does not stand for another.
pub(super) fn is_written_out(word: &str) -> bool {
    !word.starts_with('-') && is_literal(word)
}

/// The name in a line `NAME=VALUE`, `name: value` or `--name=value`, if the value is a credential written out.
pub(super) fn setting(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("export ").trim_start();
    let halves = [line.split_once('='), line.split_once(':')];
    halves.into_iter().flatten().find_map(|(name, value)| assignment(name, value))
}

fn assignment<'n>(name: &'n str, value: &str) -> Option<&'n str> {
    let name = name.trim().trim_matches(['"', '\'']).trim_start_matches('-');
    let value = value.trim().trim_end_matches(['\\', ';', ',']).trim();
    let value = value.trim_matches(['"', '\'']);
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-/:@".contains(&b));
    let last = name.rsplit(['.', '/', ':']).next().unwrap_or(name);
    // `==` compares, `:=` and `::` are words of other languages, and prose has blanks.
    let assigns = !value.starts_with(['=', ':', '~']) && !value.contains(' ');
    (plain && assigns && may_name_one(last) && is_credential(last, &Value::str(value), &Map::new()))
        .then_some(name)
}

/// The name of an element of XML, if its content is a credential written out.
pub(super) fn element<'n>(name: &'n str, content: &str) -> Option<&'n str> {
    (may_name_one(name) && is_credential(name, &Value::str(content), &Map::new())).then_some(name)
}

/// The name in a line `name value`, as files of settings have it, if the value is a credential written out.
pub(super) fn directive(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace();
    let (name, value) = (words.next()?, words.next()?);
    let exact = matches!(name, "masterauth" | "password" | "requirepass");
    (exact && words.next().is_none() && is_literal(value.trim_matches(['"', '\'']))).then_some(name)
}

/// At most so much of a name is shown.
pub(super) fn cut(name: &str) -> String {
    match name.char_indices().nth(64) {
        Some((at, _)) => format!("{}…", name.get(..at).unwrap_or_default()),
        None => name.to_owned(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Its value is a credential.
    Credential,
    /// Its value is a credential, or the name of an object that holds one.
    Perhaps,
    /// Its value is a user and a password in base64, or something else.
    Basic,
    Other,
}

fn meaning(key: &str) -> Meaning {
    let mut words = words(key);
    const EMPTY: [&str; 8] = ["value", "literal", "plain", "plaintext", "base64", "b64", "data", "string"];
    while words.last().is_some_and(|w| EMPTY.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit())) {
        words.pop();
    }
    let Some((last, before)) = words.split_last() else { return Meaning::Other };
    let before = before.last().map_or("", String::as_str);
    match last.as_str() {
        "base" if words.ends_with(&["secret".to_owned(), "key".to_owned(), "base".to_owned()]) => {
            Meaning::Credential
        }
        "token" | "tokens" if NO_TOKENS.contains(&before) => Meaning::Other,
        // What members of a new etcd cluster call it.
        "token" if words.ends_with(&["initial", "cluster", "token"].map(str::to_owned)) => Meaning::Other,
        "key" if KEYS.contains(&before) => Meaning::Credential,
        "pass" if !before.is_empty() => Meaning::Credential,
        "secret" if SECRETS.contains(&before) => Meaning::Credential,
        "secret" if matches!(before, "checksum" | "hash") => Meaning::Other,
        "secret" | "credential" | "credentials" | "creds" => Meaning::Perhaps,
        "auth" => Meaning::Basic,
        word if ALWAYS.contains(&word) => Meaning::Credential,
        // `POSTGRESPASSWORD`, `dbpassword`: no boundary between the words.
        word if JOINED.iter().any(|w| word.ends_with(w)) => Meaning::Credential,
        _ => Meaning::Other,
    }
}

/// The words of a name in lower case: at blanks, punctuation, and where capitals begin.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for c in name.chars() {
        let boundary = c.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit());
        if !c.is_alphanumeric() || boundary {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Whether a text is a value by itself, and does not stand for another.
fn is_literal(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let word =
        ["", "true", "false", "null", "none", "nil", "yes", "no", "redacted"].contains(&lower.as_str());
    let hash = ["$2a$", "$2b$", "$2y$", "$6$", "$apr1$"].iter().any(|h| text.starts_with(h));
    let placeholder = text.starts_with(['`', '%', '@', '('])
        || (text.starts_with('$') && !text.starts_with("${") && !text.starts_with("$("))
        || (text.starts_with('<') && text.ends_with('>'))
        || (["${", "$(", "{{", "<%"].iter().any(|open| text.contains(open)) && rest(text) < 4);
    let elsewhere = text.starts_with(['/', '~'])
        || ["./", "op://", "file:", "ref+", "vault:", "secret:", "env:", "arn:"]
            .iter()
            .any(|p| text.starts_with(p));
    let masked =
        !text.chars().any(char::is_alphanumeric) || (text.len() > 3 && lower.bytes().all(|b| b == b'x'));
    !word && (hash || !placeholder) && !elsewhere && !masked
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

/// Whether the value of a `…Key` is the name of a key within a Secret: it looks like one, or the Secret stands beside.
fn is_reference(text: &str, map: &Map) -> bool {
    let word = text.len() < 24 && text.bytes().all(|b| b.is_ascii_lowercase() || b"-_.".contains(&b));
    word && text.len() > 1 || REFERENCES.iter().any(|key| map.contains_key(*key)) && is_name(text)
}

/// Whether a text could be the name of an object.
fn is_name(text: &str) -> bool {
    let shape = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
    shape && text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a text is `user:password` in base64.
fn is_basic(text: &str) -> bool {
    use base64::Engine;
    let decoded = base64::engine::general_purpose::STANDARD.decode(text.trim());
    let pair = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    pair.is_some_and(|p| {
        p.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_name_tell() {
        for key in [
            "password",
            "adminPassword",
            "POSTGRES_PASSWORD",
            "db-passwd",
            "apiKey",
            "API_KEY",
            "secretKey",
            "AWS_SECRET_ACCESS_KEY",
            "clientSecret",
            "token",
            "githubToken",
            "PGPASSWORD",
            "client-key-data",
        ] {
            assert!(meaning(key) == Meaning::Credential && may_name_one(key), "{key}");
        }
        for word in ALWAYS.iter().chain(&JOINED) {
            assert!(may_name_one(word) && may_name_one(&word.to_uppercase()), "{word}");
        }
        assert!(!may_name_one("replicas") && !may_name_one("image"));
        for key in [
            "passwordFile",
            "secretName",
            "existingSecret",
            "TOKEN_EXPIRY",
            "tokenTTL",
            "keyName",
            "key",
            "reconcile-token",
            "imagePullSecret",
            "publicKey",
            "passwordSecretRef",
            "secretKeyRef",
            "monkey",
        ] {
            assert!(meaning(key) != Meaning::Credential, "{key}");
        }
    }

    #[test]
    fn a_line_that_sets_a_credential_is_told_from_one_that_hands_it_on() {
        for line in
            ["password=hunter2", "export DB_PASSWORD='hunter2'", "auth.token: abc123", "--password=hunter2"]
        {
            assert!(setting(line).is_some(), "{line}");
        }
        for line in [
            "PASSWORD=$1",
            "TOKEN=$(curl -s x)",
            "password=",
            "if [ \"$PASSWORD\" = \"x\" ]",
            "password: ${DB}",
            "the password: ask for it",
            "password_file=/etc/x",
            "password == other",
            "TOKEN=\"${TOKEN:-}\"",
        ] {
            assert!(setting(line).is_none(), "{line}");
        }
    }
}
