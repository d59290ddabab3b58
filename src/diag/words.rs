//! Words that a message is made of.

use std::fmt::Display;

/// `word` in backticks after its article: `` an `Int` ``, `` a `Deployment` ``.
pub fn a(word: impl Display) -> String {
    let word = word.to_string();
    format!("{} `{word}`", article(&word))
}

/// The article of `word`, which goes by letters, not by sounds.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o', '8']) { "an" } else { "a" }
}

/// `1 argument`, `2 arguments`.
pub fn count(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::a;

    #[test]
    fn vowels_take_an() {
        assert_eq!((a("Int(1..9)"), a("Ingress")), ("an `Int(1..9)`".into(), "an `Ingress`".into()));
        assert_eq!(
            (a("DnsLabel"), a("\"a\""), a("[Int]")),
            ("a `DnsLabel`".into(), "a `\"a\"`".into(), "a `[Int]`".into())
        );
        assert_eq!((a("Url"), a("8"), a("")), ("a `Url`".into(), "an `8`".into(), "a ``".into()));
    }
}
