//! Literals where a key, a variable or a flag says that they are a credential.
//!
//! The last words of a name tell what its value is: `adminPassword` is a password, `passwordFile`, `secretName` and
//! `tokenExpirySeconds` are not. Values that only refer to something (`$PASSWORD`, `{{ .token }}`, a path) are no literals.

use super::literal::{is_literal, is_made_up, is_name, is_rooted_word};
use crate::value::{Map, Value};

/// The way out of a literal credential.
pub(super) const HELP: &str = "refer to a Secret that an ExternalSecret brings (`secretKeyRef`, `existingSecret`), instead of writing the value";

/// Words that are credentials wherever they end a name.
const ALWAYS: [&str; 21] = [
    "pgpass",
    "masterauth",
    "requirepass",
    "sharedaccesskey",
    "accountkey",
    "accesskey",
    "apikey",
    "htpasswd",
    "passphrase",
    "presharedkey",
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
const KEYS: [&str; 15] = [
    "access",
    "account",
    "api",
    "auth",
    "client",
    "encryption",
    "host",
    "license",
    "master",
    "preshared",
    "private",
    "secret",
    "shared",
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

/// Words that make `tokens` a number of those that a language model reads and writes.
const COUNTS: [&str; 12] = [
    "max",
    "min",
    "num",
    "number",
    "count",
    "limit",
    "batched",
    "input",
    "output",
    "new",
    "total",
    "completion",
];

/// What stands before `pass` without a boundary, so that it is a password.
const OWNERS: [&str; 16] = [
    "admin", "app", "db", "ftp", "keystore", "ldap", "mail", "mongo", "my", "mysql", "pg", "postgres",
    "redis", "root", "smtp", "sql",
];

/// Passwords that everybody knows, and that have the shape of a name.
const DEFAULTS: [&str; 6] = ["changeit", "changeme", "letmein", "minioadmin", "qwerty", "rustfsadmin"];

/// Keys of a map whose value is that of the key around it.
pub(super) const VALUES: [&str; 4] = ["value", "literal", "plain", "string"];

/// What forms call the field for a password.
const LABELS: [&str; 10] = [
    "Contraseña",
    "Hasło",
    "Kennwort",
    "Lösenord",
    "Parola",
    "Passwort",
    "Password",
    "Salasana",
    "Senha",
    "Wachtwoord",
];

/// Keys beside `secretKey` and its like that say that it is the key within a Secret.
pub(super) const REFERENCES: [&str; 9] = [
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
        Value::Map(_) | Value::List(_) => {
            return nested(key, value).any(|v| is_credential(key, v, &Map::new()));
        }
        Value::Str(text) => {
            is_literal(text) || is_rooted_word(text) && is_password(key) && !has_paths(text, map)
        }
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
        Meaning::Credential if DEFAULTS.contains(&text) => true,
        Meaning::Credential => !(words(key).ends_with(&["key".to_owned()]) && is_reference(text, map)),
        Meaning::Perhaps if DEFAULTS.contains(&text) => true,
        Meaning::Perhaps => !text.split('/').all(is_name),
        Meaning::Pass => DEFAULTS.contains(&text) || is_made_up(text),
        Meaning::Basic => is_basic(text),
        Meaning::Other => false,
    }
}

/// As [`is_credential`], of a text that stands alone; most names are told before it is made a value.
fn is_written(name: &str, text: &str) -> bool {
    may_name_one(name) && is_credential(name, &Value::str(text), &Map::new())
}

/// Whether what stands at `field` of a map at `key` is what the name of the key says: its `value`, and whatever is one of
/// `passwords` and does not say where they are.
pub(super) fn is_part(key: &str, field: &str) -> bool {
    let are_all = || words(key).last().is_some_and(|w| w == "passwords");
    VALUES.contains(&field) || are_all() && !REFERENCES.contains(&field)
}

/// The texts below a key that may be its value: the items of a list, and parts of a map.
fn nested<'v>(key: &'v str, value: &'v Value) -> impl Iterator<Item = &'v Value> {
    let items = value.as_list().unwrap_or_default().iter();
    let fields = value.as_map().into_iter().flatten().filter(move |(field, _)| is_part(key, field));
    items.chain(fields.map(|(_, value)| value)).filter(|v| matches!(v, Value::Str(_)))
}

/// Whether the value at `key` is never taken for a credential, whatever it is.
pub(super) fn is_innocent(key: &str) -> bool {
    meaning(key) == Meaning::Other
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
    is_flag && is_written(name, next)
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

/// The name in a line `… NAME="VALUE" …`, if the value is a credential written out.
pub(super) fn quoted(line: &str) -> Option<&str> {
    line.match_indices('=').find_map(|(at, _)| {
        let (before, after) = (line.get(..at)?, line.get(at + 1..)?);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = after.get(1..)?.split(quote).next()?;
        let own = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let name = before.get(before.trim_end_matches(own).len()..)?.trim_start_matches('-');
        let last = name.rsplit('.').next().unwrap_or(name);
        is_written(last, value).then_some(name)
    })
}

/// Where a statement of SQL sets a password that is written out.
pub(super) fn statement(line: &str) -> Option<&'static str> {
    if !line.contains(['"', '\'']) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_ascii_whitespace().collect();
    let has = |of: &[&str]| words.iter().any(|w| of.contains(&w.trim_matches(|c: char| !c.is_alphabetic())));
    let role = has(&["create", "alter"]) && has(&["role", "user"]);
    let sets = |start: &str| {
        lower.match_indices(start).any(|(at, _)| {
            let rest = line.get(at + start.len()..).unwrap_or_default();
            let quote = rest.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = quote.and_then(|q| rest.split(q).nth(1));
            value.is_some_and(is_literal)
        })
    };
    if sets("identified by ") {
        return Some("IDENTIFIED BY");
    }
    (role && sets("password ")).then_some("PASSWORD")
}

fn assignment<'n>(name: &'n str, value: &str) -> Option<&'n str> {
    let name = name.trim().trim_matches(['"', '\'']).trim_start_matches('-');
    let value = value.trim().trim_end_matches(['\\', ';', ',']).trim();
    let code = is_code(value);
    let value = value.trim_matches(['"', '\'']);
    let label = name.contains('.') && LABELS.contains(&value);
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-/:@".contains(&b));
    let last = name.rsplit(['.', '/', ':']).next().unwrap_or(name);
    // `==` compares, `:=` and `::` are words of other languages, and prose has blanks.
    let assigns = !value.starts_with(['=', ':', '~']) && !value.contains(' ');
    (plain && assigns && !code && !label && is_written(last, value)).then_some(name)
}

/// Whether a value is a call or a look into a table: `os.environ["X"]`, `get_token()`.
fn is_code(value: &str) -> bool {
    let at = value.find(['(', '[']).unwrap_or_default();
    let callee = value.get(..at).unwrap_or_default();
    let path = callee.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    path && callee.starts_with(|c: char| c.is_ascii_lowercase())
        && callee.contains(['_', '.'])
        && value.ends_with([')', ']'])
}

/// The name of an element of XML, if its content is a credential written out.
pub(super) fn element<'n>(name: &'n str, content: &str) -> Option<&'n str> {
    is_written(name, content).then_some(name)
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
    /// Its value is a password, or what passes and how, or where something is passed on to.
    Pass,
    /// Its value is a user and a password in base64, or something else.
    Basic,
    Other,
}

fn meaning(key: &str) -> Meaning {
    let mut words = words(key);
    const EMPTY: [&str; 8] = ["value", "literal", "plain", "plaintext", "base64", "b64", "data", "string"];
    while let Some(last) = words.last_mut() {
        // `password1` is the first of several; but `base64` is a word.
        if !EMPTY.contains(&last.as_str()) {
            last.truncate(last.trim_end_matches(|c: char| c.is_ascii_digit()).len());
        }
        if !last.is_empty() && !EMPTY.contains(&last.as_str()) {
            break;
        }
        words.pop();
    }
    let Some((last, before)) = words.split_last() else { return Meaning::Other };
    if last == "tokens" && before.iter().any(|w| COUNTS.contains(&w.as_str())) {
        return Meaning::Other;
    }
    if last == "password" && before.ends_with(&["allow", "empty"].map(str::to_owned)) {
        return Meaning::Other;
    }
    let before = before.last().map_or("", String::as_str);
    match last.as_str() {
        "base" if words.ends_with(&["secret".to_owned(), "key".to_owned(), "base".to_owned()]) => {
            Meaning::Credential
        }
        "token" | "tokens" if NO_TOKENS.contains(&before) => Meaning::Other,
        // What members of a new etcd cluster call it.
        "token" if words.ends_with(&["initial", "cluster", "token"].map(str::to_owned)) => Meaning::Other,
        "key" if KEYS.contains(&before) => Meaning::Credential,
        "pass" if !before.is_empty() || key.starts_with("PASS") => Meaning::Credential,
        "pass" => Meaning::Pass,
        word if word.strip_suffix("pass").is_some_and(|of| OWNERS.contains(&of)) => Meaning::Credential,
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

/// Whether the value of a `…Key` is the name of a key within a Secret: it looks like one, or the Secret stands beside.
fn is_reference(text: &str, map: &Map) -> bool {
    let word = text.len() < 24 && text.bytes().all(|b| b.is_ascii_lowercase() || b"-_.".contains(&b));
    word && text.len() > 1 || REFERENCES.iter().any(|key| map.contains_key(*key)) && is_name(text)
}

/// Whether a key says password, and nothing that a path could lead to: `PWD` is where a shell stands.
fn is_password(key: &str) -> bool {
    let is = |w: &String| w.ends_with("password") || ["pass", "passphrase", "passwd"].contains(&w.as_str());
    words(key).last().is_some_and(is)
}

/// Whether a map holds other texts that begin as paths do: where routes stand, one called `password` leads to a page.
fn has_paths(text: &str, map: &Map) -> bool {
    map.values().filter_map(Value::as_str).any(|other| other.starts_with('/') && other != text)
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
