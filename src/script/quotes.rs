//! Finds `${…}` in a text between double quotes: rhai would keep it as it is, the language around it would not, so it is
//! almost surely a mistake, and a silent one.

use super::error::{ScriptError, ScriptErrorKind};

/// Checks the double-quoted texts of a script. Of anything that is not well-formed rhai the parser will tell.
///
/// # Errors
/// The first `${` in one of them.
pub(super) fn check(source: &str) -> Result<(), ScriptError> {
    let mut scan = Scan { rest: source, offset: 0, templates: Vec::new() };
    while let Some(found) = scan.step() {
        if let Some(offset) = found {
            let message = "`${` is not filled in between double quotes; write the text between backticks, or as `#\"…\"#` to keep it as it is";
            return Err(ScriptError::new(ScriptErrorKind::Syntax, message).at(Some(offset)));
        }
    }
    Ok(())
}

struct Scan<'a> {
    rest: &'a str,
    offset: usize,
    /// One entry for each text between backticks in whose `${…}` we are: the braces open in it.
    templates: Vec<usize>,
}

impl Scan<'_> {
    /// Skips one token or character; `None` at the end, an offset where a `${` was found.
    fn step(&mut self) -> Option<Option<usize>> {
        let first = self.rest.chars().next()?;
        if self.rest.starts_with("//") {
            self.skip_to(|rest| rest.find('\n'));
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if first == '#' && self.raw_quotes() > 0 {
            self.raw_text();
        } else if first == '"' {
            return Some(self.text());
        } else if first == '\'' {
            self.character();
        } else if first == '`' {
            self.advance(1);
            self.template();
        } else {
            self.advance(first.len_utf8());
            self.brace(first);
        }
        Some(None)
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
        self.offset += bytes;
    }

    fn skip_to(&mut self, find: impl Fn(&str) -> Option<usize>) {
        let bytes = find(self.rest).unwrap_or(self.rest.len());
        self.advance(bytes);
    }

    /// Comments nest in rhai.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.advance(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.advance(2);
            } else {
                self.advance(c.len_utf8());
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The number of `#` before a `"` right here.
    fn raw_quotes(&self) -> usize {
        let after = self.rest.trim_start_matches('#');
        if after.starts_with('"') { self.rest.len() - after.len() } else { 0 }
    }

    fn raw_text(&mut self) {
        let hashes = self.raw_quotes();
        let end = format!("\"{}", "#".repeat(hashes));
        self.advance(hashes + 1);
        self.skip_to(|rest| rest.find(&end).map(|at| at + end.len()));
    }

    fn text(&mut self) -> Option<usize> {
        self.advance(1);
        while let Some(c) = self.rest.chars().next() {
            match c {
                '$' if self.rest.starts_with("${") => return Some(self.offset),
                '\\' => self.escape(),
                _ => self.advance(c.len_utf8()),
            }
            if c == '"' {
                return None;
            }
        }
        None
    }

    fn character(&mut self) {
        self.advance(1);
        match self.rest.chars().next() {
            Some('\\') => {
                self.escape();
                self.skip_to(|rest| rest.find('\'').map(|at| at + 1));
            }
            Some(c) => self.advance(c.len_utf8() + 1),
            None => {}
        }
    }

    /// A backslash and what it escapes.
    fn escape(&mut self) {
        self.advance(1);
        let escaped = self.rest.chars().next().map_or(0, char::len_utf8);
        self.advance(escaped);
    }

    /// The text of a template up to its end, or to a `${`, whose contents are script again.
    fn template(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with("``") {
                self.advance(2);
            } else if self.rest.starts_with("${") {
                self.advance(2);
                self.templates.push(0);
                return;
            } else if self.rest.starts_with("\\${") {
                self.advance(3);
            } else {
                self.advance(c.len_utf8());
                if c == '`' {
                    return;
                }
            }
        }
    }

    fn brace(&mut self, brace: char) {
        match (brace, self.templates.last_mut()) {
            ('{', Some(open)) => *open += 1,
            ('}', Some(0)) => {
                self.templates.pop();
                self.template();
            }
            ('}', Some(open)) => *open -= 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_between_double_quotes_is_found() {
        let cases = [
            (r#"throw "no ${x}";"#, 10),
            (r#"let a = `${ "${x}" }`;"#, 13),
            (r#"`a ${ `b ${ "c" } "x"` } ` + "${d}""#, 30),
            ("'\"'; \"${\"", 6),
            ("/* /* \" */ \" */ \"${x}\"", 17),
            ("\"\\\"${x}\"", 3),
            ("`${ #{ a: 1 }.a } \"` + \"é${\"", 26),
        ];
        for (source, offset) in cases {
            assert_eq!(check(source).map_err(|e| e.offset), Err(Some(offset)), "{source}");
        }
    }

    #[test]
    fn other_places_are_none_of_its_business() {
        for source in [
            "`no ${x}`",
            "#\"${HOME}\"#",
            "##\"a \"# ${b}\"##",
            "// \"${x}\"",
            "/* \"${x}\" */",
            "\"$\" + \"{x}\"",
            r#""\${" "#,
            "'$'; '{'",
            "`\"${x}\"`",
            "` `` \"${x}\"`",
            "\"open",
            "`open ${",
            "'",
            "#",
            "/*",
        ] {
            assert!(check(source).is_ok(), "{source}");
        }
    }
}
