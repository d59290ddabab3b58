//! Texts and commands of which only some is known: known pieces, and names between them.
//!
//! A name is made of lower-case letters, digits, `-` and `.`, begins and ends in a letter or digit, and stands between
//! blanks, so no reader sees anything in its place but a word. What is found with one word there is then found with any,
//! as long as the words around it give it no meaning; that is what is asked here, and any doubt counts.

use super::command::{self, bare};
use super::credential::{self, NETRC};
use super::walk::Scan;
use super::{text, unpack};
use crate::check::types::Class;
use crate::known::profile::Profile;
use crate::known::{Atom, Known, Piece, Text};
use crate::rules::subject::Findings;

/// What stands for a name.
pub(super) const STAND_IN: &str = "qzqz";

/// Signs of what a name could become a part of: a setting, an element, a reference, a URL with a password, a hash.
const SIGNS: [char; 7] = ['=', ':', '<', '@', '$', '`', '%'];

/// Words that give the words around them a meaning.
pub(super) const SPEAKING: [&str; 15] = [
    "authorization",
    "basic",
    "bearer",
    "create",
    "identified",
    "login",
    "machine",
    "masterauth",
    "password",
    "patch",
    "requirepass",
    "secret",
    "secrets",
    "token",
    "vault",
];

/// Beginnings of credentials of more than one word.
pub(super) const BEGINNINGS: [&str; 3] = ["-----BEGIN ", "PuTTY-User-Key-File-", "sig="];

/// Why a text may hold a secret, as the end of a sentence; `None` if it never does.
pub(super) fn doubt(text: &Text) -> Option<String> {
    let mut filled = String::new();
    for piece in &text.pieces {
        match piece {
            Piece::Plain(plain) => filled.push_str(plain),
            Piece::Open(atom) if is_name(atom) => filled.push_str(STAND_IN),
            _ => return vague(),
        }
    }
    let known: String =
        text.pieces.iter().map(|p| if let Piece::Plain(t) = p { &**t } else { " " }).collect();
    if known.contains(STAND_IN) || BEGINNINGS.iter().any(|b| known.contains(b)) || !holds_no_object(&filled) {
        return vague();
    }
    // Nothing but letters and digits may be packed as a whole.
    let packed =
        known.chars().all(|c| c.is_ascii_whitespace() || c.is_ascii_alphanumeric() || "+/=-_".contains(c));
    if packed
        && !text.pieces.first().is_some_and(|p| matches!(p, Piece::Plain(p) if unpack::begins_nothing(p)))
    {
        return vague();
    }
    let mut lines = filled.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    if lines.any(|line| line.contains(STAND_IN) && !is_plain(line))
        || neighbours(&filled)
        || is_spoken_to(&filled)
    {
        return vague();
    }
    found(&filled)
}

/// What a text may be of which nothing better is known.
pub(super) fn vague() -> Option<String> {
    Some("may be a text that holds a Secret or a credential".to_owned())
}

/// What is found in a text, with words in the places of those that are open.
pub(super) fn found(filled: &str) -> Option<String> {
    let mut found = Findings::new();
    text::judge(filled, &mut Scan::new(&mut found, vec![]));
    found.first().map(|f| f.message.trim_start_matches("`` ").to_owned())
}

/// Whether an open piece is always a name that was held to be no token, or a number.
fn is_name(atom: &Atom) -> bool {
    let name = matches!(atom.ty.class, Some(Class::DnsLabel | Class::DnsSubdomain | Class::Hostname));
    name && atom.held || atom.ty.class == Some(Class::Ipv4)
}

/// Whether a text is always a name or an address, of lower-case letters, digits, `-`, `.`, `:` and `/`, that is no token.
pub(super) fn is_address(text: &Text) -> bool {
    let number = |piece: &Piece| !piece.profile().goes_beyond("0123456789");
    // Behind a colon a name could be the other half of a user's password, or of a bot's token.
    let halves = text.pieces.windows(2).any(|two| match two {
        [Piece::Plain(plain), next] => plain.ends_with(':') && !number(next),
        _ => false,
    });
    // A name before a slash could be the `services` or `webhooks` of an address that is a credential by itself.
    let segments = text.pieces.windows(2).enumerate().any(|(at, two)| match two {
        [Piece::Open(_), Piece::Plain(plain)] => {
            let is_end = at + 2 == text.pieces.len();
            plain.starts_with('/') && !(is_end && plain.len() == 1)
        }
        _ => false,
    });
    let plain = text.pieces.iter().all(|p| match p {
        Piece::Plain(plain) => {
            !plain.contains("services/") && !plain.contains("webhooks/") && !plain.split(':').any(speaks)
        }
        Piece::Open(atom) => !atom.profile.has_any(":/"),
        Piece::Tree(..) => false,
    });
    !text.profile.goes_beyond(OF_ADDRESSES) && plain && !halves && !segments && text.is_no_token()
}

const OF_ADDRESSES: &str = "abcdefghijklmnopqrstuvwxyz0123456789-.:/";

/// Whether no reader finds an object or a list in a text; then what its scalars are makes no difference.
fn holds_no_object(text: &str) -> bool {
    let mut none = true;
    super::embedded(text, None, &mut |_| none = false);
    none
}

/// Whether a line gives no meaning to the names in it: each is a word by itself, among at least two others.
fn is_plain(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let names = words.iter().filter(|w| w.contains(STAND_IN)).count();
    let whole = words.iter().all(|w| *w == STAND_IN || !w.contains(STAND_IN));
    let signs = line.contains(SIGNS) || words.iter().any(|w| bare(w).starts_with('-'));
    whole && !signs && names == 1 && words.len() >= 3 && !words.iter().any(|w| speaks(w))
}

/// Whether a word is one of those that give others a meaning.
fn speaks(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    SPEAKING.iter().any(|s| s.eq_ignore_ascii_case(bare))
}

/// Whether two names are neighbours.
fn neighbours(text: &str) -> bool {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.windows(2).any(|two| two == [STAND_IN, STAND_IN])
}

/// Whether the word before or after a name is one that gives it a meaning, or enough of them stand in the text.
fn is_spoken_to(text: &str) -> bool {
    let parts: Vec<&str> = credential::words(text).collect();
    let near = parts.windows(2).any(|two| two.contains(&STAND_IN) && two.iter().any(|w| speaks(w)));
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let names = words.iter().filter(|w| **w == STAND_IN).count();
    let netrc = NETRC.iter().filter(|n| !words.contains(*n)).count();
    near || netrc <= names
}

/// A word of a command of which only some may be known.
#[derive(Clone, Copy)]
pub(super) enum Word<'k> {
    Plain(&'k str),
    Name(&'k Text),
    /// One that gives no other a meaning, or no word at all.
    Tame,
    /// A text that may be any words.
    Any,
}

impl<'k> Word<'k> {
    /// The word that an item of a list is; `None` if it is no text.
    pub(super) fn of(known: &'k Known) -> Option<Word<'k>> {
        match known {
            Known::Is(value) => value.as_str().map(Word::Plain),
            Known::Text(text) if text.is_tame() => Some(Word::Tame),
            Known::Free(hole) if hole.is_tame() => Some(Word::Tame),
            Known::Text(text) if is_word(text.profile) => Some(Word::Name(text)),
            Known::Text(_) => Some(Word::Any),
            Known::OneOf(_) | Known::Free(_) => Some(Word::Any),
            _ => None,
        }
    }

    fn may_be(self, word: &str) -> bool {
        match self {
            Word::Plain(text) => text.split_ascii_whitespace().any(|w| command::name(bare(w)) == word),
            // What stands behind a slash is the name of a program, too.
            Word::Name(text) => text.profile.has_any("/") || text.may_be(word),
            Word::Tame => false,
            Word::Any => true,
        }
    }
}

/// Whether a text is one word that is no flag.
fn is_word(profile: Profile) -> bool {
    !profile.goes_beyond("abcdefghijklmnopqrstuvwxyz0123456789-.:/")
}

/// Whether the words of a list are never a command that creates a Secret or has a credential in it, in whatever number
/// they are there.
pub(super) fn are_innocent(words: &[Word<'_>]) -> bool {
    let any = |of: &[&str]| words.iter().any(|w| of.iter().any(|word| w.may_be(word)));
    let creates = any(&["create", "patch"]) && any(&["secret", "secrets"]);
    let login = any(&["vault"]) && any(&["login"]);
    let flags = words.iter().any(|w| match w {
        Word::Plain(text) => bare(text).starts_with('-') && !command::is_innocent_flag(bare(text)),
        Word::Name(text) => match text.prefix() {
            "" => text.whole.class.is_none(),
            prefix => prefix.starts_with('-'),
        },
        Word::Tame => false,
        Word::Any => true,
    });
    !creates && !login && !flags
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::types::Str;
    use crate::known::Hole;

    fn row(before: &str, class: Class, after: &str) -> Text {
        let ty = Str { class: Some(class), ..Str::default() };
        let (profile, hole) = (Profile::of_type(&ty), Hole::new("spec.it"));
        let atom = Atom { ty, profile, held: true, hole };
        let pieces = vec![Piece::Plain(before.into()), Piece::Open(atom), Piece::Plain(after.into())];
        Text { pieces, whole: Str::default(), profile: Profile::ANY, held: false }
    }

    #[test]
    fn a_name_before_a_slash_may_make_an_address_a_credential() {
        assert!(!is_address(&row(
            "https://hooks.slack.com/",
            Class::DnsLabel,
            "/t00000000/b00000000/abcdefghijkl"
        )));
    }

    #[test]
    fn a_command_is_one_by_its_last_part() {
        let innocent =
            |words: &[&str]| are_innocent(&words.iter().map(|w| Word::Plain(w)).collect::<Vec<_>>());
        assert!(!innocent(&["/bin/vault", "x/login", "t"]));
        assert!(!innocent(&["kubectl create", "(secret)", "t"]));
        let open = row("a/", Class::DnsLabel, "");
        let name = Text { profile: Profile::within(OF_ADDRESSES, 70), ..open };
        assert!(!are_innocent(&[Word::Plain("kubectl"), Word::Plain("create"), Word::Name(&name)]));
    }

    #[test]
    fn a_name_among_words_is_a_word() {
        assert_eq!(doubt(&row("kubernetes ", Class::DnsSubdomain, " in-addr.arpa {\n}\n")), None);
    }

    #[test]
    fn a_name_that_its_place_gives_a_meaning_is_in_doubt() {
        for (before, after) in [
            ("password: ", " and more"),
            ("TOKEN=", " and more"),
            ("kubectl create ", " generic x"),
            ("curl -u ", " and more"),
            ("a: 1\nb: ", "\nc: d"),
            ("https://x:", "@example.org/ or so"),
            ("password ", ""),
            ("it is ", "kubernetes there"),
        ] {
            assert!(doubt(&row(before, Class::DnsLabel, after)).is_some(), "{before}…{after}");
        }
        assert!(doubt(&row("it is a ", Class::Url, " of any kind")).is_some());
    }

    #[test]
    fn words_that_may_be_a_command_are_in_doubt() {
        let names = |class| {
            Known::Text(Arc::new(Text::of(&Str { class: Some(class), ..Str::default() }, Hole::new("x"))))
        };
        let (label, address) = (names(Class::DnsLabel), names(Class::Ipv4));
        let of = |all: &[&Known]| {
            let words: Vec<Word<'_>> = all.iter().filter_map(|k| Word::of(k)).collect();
            are_innocent(&words)
        };
        let (create, other) = (Known::str("create"), Known::str("other"));
        assert!(of(&[&create, &address]) && of(&[&other, &address]));
        assert!(!of(&[&create, &label]) && !of(&[&label, &label]));
    }
}
