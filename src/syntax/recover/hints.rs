//! Ways out of mistakes that people make because other languages taught them.

use super::Level;
use super::diagnose::Stop;
use super::words::{first_word, home_of, is_reserved};
use crate::syntax::grammar::Rule;

/// What to do where the grammar stopped.
pub(super) fn hint(stop: &Stop<'_>, level: Level) -> Option<String> {
    let before = stop.stretch.get(..stop.at).unwrap_or("");
    let after = stop.stretch.get(stop.at + stop.found.len()..).unwrap_or("");
    let wants = |rule: Rule| stop.rules.contains(&rule);
    if wants(Rule::ident) && is_reserved(stop.found) && !wants(Rule::text) {
        return Some(format!("`{}` is a word of the language; choose another name", stop.found));
    }
    if let Some(help) = adjacency(stop, before, after) {
        return Some(help);
    }
    match stop.found {
        "=" if wants(Rule::colon) && level.needs_separator() => Some("write `key: value`".into()),
        ":" if wants(Rule::eq) => Some("write `=` between the name and its value".into()),
        ":" if wants(Rule::rbrace) => Some(
            "a branch holds one value; an object in it has braces of its own: `{ { key: value } }`".into(),
        ),
        "?" | "??" if after.contains(':') => Some("write `if a { b } else { c }`".into()),
        "..." => Some("lists take `...`; two objects are joined by `merge(a, b)`".into()),
        _ => for_token(stop.found).or_else(|| misplaced(stop, level)),
    }
}

/// Operators and brackets that must, or must not, touch their neighbours.
fn adjacency(stop: &Stop<'_>, before: &str, after: &str) -> Option<String> {
    let operand = stop.rules.contains(&Rule::infix);
    let blank_before = before.ends_with([' ', '\t', '\n']);
    match stop.found {
        "(" | "[" if operand && blank_before => {
            Some(format!("`{}` touches what it follows: no blank before it", stop.found))
        }
        "+" | "*" | "/" | "%" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "??" | "-"
            if operand && !after.starts_with([' ', '\t', '\n', '\r']) =>
        {
            Some(format!("put blanks around `{}`", stop.found))
        }
        "," if !stop.rules.contains(&Rule::comma) => {
            Some("remove the comma, or write what should follow it".into())
        }
        _ => None,
    }
}

/// Words and signs of other languages.
pub(super) fn for_token(found: &str) -> Option<String> {
    Some(match found {
        ";" => "there are no semicolons: a new line is enough".into(),
        "'" => "texts stand in double quotes".into(),
        "and" => "write `&&`".into(),
        "or" => "write `||`".into(),
        "not" => "write `!`".into(),
        "&" => "write `&&`".into(),
        "|" => "write `||`; `|` joins types and patterns".into(),
        "===" => "write `==`".into(),
        "!==" => "write `!=`".into(),
        "#" => "comments start with `//`".into(),
        "`" => "texts stand in double quotes; backticks are for rhai".into(),
        "$" => "names have no `$`; `${…}` stands in texts".into(),
        "@" | "\\" | "^" | "~" => format!("`{found}` has no meaning in the language"),
        _ => return None,
    })
}

/// A word of a promise, a test or a rule where a field should be.
fn misplaced(stop: &Stop<'_>, level: Level) -> Option<String> {
    let word = first_word(stop.stretch);
    let after_word = stop.stretch.get(word.len()..).unwrap_or("").trim_start().len();
    let directly = stop.stretch.len() - after_word == stop.at;
    let home = home_of(word).filter(|_| level.needs_separator() && directly)?;
    match word {
        "when" | "for" | "check" => None,
        "destination" if level == Level::StateEntry => None,
        _ => Some(format!("`{word}` stands {home}; a key is followed by `:`")),
    }
}
