//! Commands that create a Secret, or that have a credential among their words.

use super::{credential, named};

/// Programs, and the flag whose next word is a password.
const FLAGS: [(&str, &str); 9] = [
    ("docker", "-p"),
    ("helm", "-p"),
    ("login", "-p"),
    ("mongo", "-p"),
    ("mongosh", "-p"),
    ("mysql", "-p"),
    ("redis-cli", "-a"),
    ("smbclient", "-p"),
    ("sshpass", "-p"),
];

/// Words that end a command.
const SEPARATORS: [&str; 5] = [";", "|", "&&", "||", "&"];
/// Words after which a command begins.
const BEFORE: [&str; 13] =
    ["!", "$", "-c", "do", "else", "exec", "if", "nohup", "sudo", "then", "time", "while", "xargs"];

/// Whether a line could be a command that is looked for: it speaks of a Secret, logs in, or has a flag.
pub(super) fn may_be_one(line: &str) -> bool {
    let mut before = b' ';
    let mut flag = false;
    for byte in line.bytes() {
        let begins = before.is_ascii_whitespace() || b"\"'()`,[]".contains(&before);
        flag |= byte == b'-' && begins;
        before = byte;
    }
    flag || line.contains("secret") || line.contains("login")
}

/// Whether the words of a command make it create a Secret: `kubectl … create secret …`.
pub(super) fn creates_secret(words: &[&str]) -> bool {
    // The words of `args` alone, whose program is that of an image.
    if words.windows(2).any(|two| matches!(two, ["create" | "patch", "secret" | "secrets"]))
        && words.first().is_some_and(|first| !first.contains(char::is_whitespace) && !begins_sentence(first))
    {
        return true;
    }
    let mut program = true;
    let (mut kubectl, mut create) = (false, false);
    for word in words.iter().flat_map(|w| w.split_ascii_whitespace()) {
        let starts = word.starts_with("$(") || word.starts_with('(');
        let bare = bare(word).trim_start_matches("$(");
        match name(bare) {
            "kubectl" | "oc" | "k3s" if program || starts => (kubectl, create) = (true, false),
            "create" | "patch" => create |= kubectl,
            "secret" | "secrets" if create => return true,
            _ => {}
        }
        let ends = word.ends_with(';') || SEPARATORS.contains(&word);
        kubectl &= !ends;
        // Variables may be set before a program.
        program = ends || BEFORE.contains(&word) || (program && word.contains('='));
    }
    false
}

/// Whether a word begins a sentence: with a capital, and small letters behind it. No program and no variable is written so, and
/// no instruction of a Dockerfile.
fn begins_sentence(word: &str) -> bool {
    let mut chars = word.chars();
    let rest = chars.clone().skip(1).all(|c| c.is_ascii_lowercase() || c == ',');
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && rest && word.len() > 1
}

/// What stands before a credential that is written out in a command.
pub(super) fn credential<'w>(words: &[&'w str]) -> Option<&'w str> {
    let mut program = "";
    let mut sub = "";
    for (index, word) in words.iter().enumerate() {
        let word = bare(word);
        let next = words.get(index + 1).map_or("", |w| bare(w));
        let name = name(word);
        let of_program = |(of, flag): &(&str, &str)| *flag == word && (*of == program || *of == sub);
        let by_flag = FLAGS.iter().any(of_program) && named::is_written_out(next);
        let by_user = matches!(word, "-u" | "--user" | "--proxy-user") && is_pair(next);
        let curl = program == "curl" || sub == "curl";
        let short = word.strip_prefix("-u").filter(|_| curl);
        let joined = word.strip_prefix("--user=").or(short).is_some_and(is_pair);
        let by_login = program == "vault" && name == "login" && next.len() > 8 && named::is_written_out(next);
        if by_flag || by_user || joined || by_login || named::is_flag(word, next) {
            return Some(word.split('=').next().unwrap_or(word));
        }
        match word {
            _ if SEPARATORS.contains(&word) => (program, sub) = ("", ""),
            _ if program.is_empty() && !word.contains('=') => program = name,
            _ if sub.is_empty() && !word.starts_with('-') => sub = name,
            _ => {}
        }
    }
    None
}

/// Whether no word after `flag`, and none in it, is taken for a credential.
pub(super) fn is_innocent_flag(flag: &str) -> bool {
    let name = flag.split('=').next().unwrap_or(flag);
    let known = FLAGS.iter().any(|(_, f)| *f == name) || matches!(name, "--user" | "--proxy-user");
    // `-uNAME:PASSWORD` is one word.
    let known = known || name.starts_with("-u");
    !known && named::is_innocent(name.trim_start_matches('-'))
}

/// Whether a word is `user:password`.
fn is_pair(word: &str) -> bool {
    let pair = word.split_once(':');
    pair.is_some_and(|(user, password)| {
        !user.is_empty() && credential::is_written_out(password) && !password.is_empty()
    })
}

/// A word of a command without what stands around it. Judge and proof cut words alike, or a proof is worth nothing.
pub(super) fn bare(word: &str) -> &str {
    word.trim_matches(['"', '\'', '(', ')', '`', ',', '[', ']'])
}

/// What a program is called, wherever it lies.
pub(super) fn name(bare: &str) -> &str {
    bare.rsplit('/').next().unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        text.split_ascii_whitespace().collect()
    }

    #[test]
    fn commands_that_create_a_secret_are_found() {
        let creates = |text: &str| creates_secret(&words(text));
        assert!(creates("kubectl -n x create secret generic a --from-literal=b=c"));
        assert!(creates("/usr/bin/kubectl create --dry-run=client secret tls x"));
        assert!(!creates("kubectl get secret x; kubectl create namespace y"));
        assert!(creates("create secret generic a"));
        assert!(!creates("create a secret with kubectl"));
    }

    #[test]
    fn credentials_are_told_from_what_hands_them_on() {
        for text in
            ["docker login -u x -p hunter2", "curl -u me:hunter2 x", "redis-cli -a hunter2", "a --token abc1"]
        {
            assert!(credential(&words(text)).is_some(), "{text}");
        }
        for text in
            ["mkdir -p a/b", "curl -u $USER:$PASS x", "docker login -p $PASS", "a --token --b", "ssh -p 22 x"]
        {
            assert!(credential(&words(text)).is_none(), "{text}");
        }
    }
}
