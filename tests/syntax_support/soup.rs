//! Texts that no author would write.

use proptest::prelude::*;

/// What the language is made of, and what it is not.
const TOKENS: &[&str] = &[
    "promise",
    "api",
    "let",
    "fn",
    "resource",
    "request",
    "when",
    "for",
    "in",
    "if",
    "else",
    "match",
    "check",
    "rhai",
    "native",
    "test",
    "expect",
    "given",
    "rule",
    "on",
    "platform",
    "use",
    "as",
    "via",
    "contains",
    "file",
    "status",
    "x",
    "spec",
    "a-b",
    "v1/ConfigMap",
    "apps/v1/Deployment",
    "g.io/v1",
    "String",
    "Int",
    "1",
    "-1",
    "1.5",
    "0x1",
    "..",
    "...",
    ".",
    "?.",
    "?",
    "?[",
    "??",
    "&&",
    "||",
    "==",
    "=",
    "=>",
    "->",
    "+",
    " - ",
    "!",
    "|",
    "_",
    ":",
    ",",
    ";",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "{ ",
    " }",
    "\"",
    "\"a\"",
    "\"${",
    "${",
    "}\"",
    "\"\"\"",
    "r\"",
    "r\"\"\"",
    "\\",
    "\\n",
    "'",
    "`",
    "#\"",
    "//",
    "/*",
    "*/",
    "///",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "\u{feff}",
    "\u{202e}",
    "é",
    "\u{0}",
];

/// Tokens in any order.
pub fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec((prop::sample::select(TOKENS), prop::bool::ANY), 0..60).prop_map(|tokens| {
        tokens
            .into_iter()
            .map(|(token, blank)| if blank { format!("{token} ") } else { token.to_owned() })
            .collect()
    })
}

/// One of `texts` with a few stretches cut, doubled or replaced by tokens.
pub fn mutated(texts: Vec<String>) -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0..6_usize, prop::sample::select(TOKENS), 0..3_u8);
    (prop::sample::select(texts), prop::collection::vec(edit, 1..5)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (index, len, token, kind) in edits {
            let at = index.index(chars.len() + 1);
            let end = (at + len).min(chars.len());
            let new: Vec<char> = match kind {
                0 => vec![],
                1 => token.chars().collect(),
                _ => chars[at..end].repeat(2),
            };
            chars.splice(at..end, new);
        }
        chars.into_iter().collect()
    })
}
