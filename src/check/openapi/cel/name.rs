//! Names and texts as CEL writes them.

use std::fmt::Write;

/// Words that CEL keeps for itself.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// The identifier by which Kubernetes makes a property known to CEL; `None` if it makes it not.
///
/// `__`, `.`, `-` and `/` are spelt out between double underscores, and so is a reserved word.
pub(super) fn escape(property: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    if property.is_empty()
        || property.starts_with(|c: char| c.is_ascii_digit())
        || !property.chars().all(allowed)
    {
        return None;
    }
    if RESERVED.contains(&property) {
        return Some(format!("__{property}__"));
    }
    let underscores = property.replace("__", "\0");
    let dots = underscores.replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__");
    Some(dots.replace('\0', "__underscores__"))
}

/// A text as a literal.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // A rule stays one printable line.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_spelt_as_kubernetes_spells_them() {
        let spelt = |property: &str| escape(property).unwrap_or_default();
        assert_eq!(spelt("replicas"), "replicas");
        assert_eq!(spelt("my_field"), "my_field");
        assert_eq!(spelt("namespace"), "__namespace__");
        assert_eq!(spelt("x-prop"), "x__dash__prop");
        assert_eq!(spelt("redact__d"), "redact__underscores__d");
        assert_eq!(spelt("a.b/c"), "a__dot__b__slash__c");
        assert_eq!([escape("9a"), escape("ä"), escape(""), escape("a b")], [None, None, None, None]);
    }

    #[test]
    fn texts_are_one_printable_line() {
        assert_eq!(quote("it's\n\\ \u{1}ä"), "'it\\'s\\n\\\\ \\u0001ä'");
    }
}
