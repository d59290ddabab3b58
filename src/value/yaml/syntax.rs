//! What is wrong with text that is no YAML, in words of those who write it.
//!
//! The parser says what its state machine expected; [`CASES`] says what that means for the author and where to look.

use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::value::yaml::read::Open;
use crate::value::yaml::refusal;

/// What is known when the parser gives up.
pub(super) struct Scene<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    /// Where the parser stands.
    pub(super) at: usize,
    /// Where the last thing ended that was read well.
    pub(super) last: usize,
    /// The lists and objects that are not closed yet.
    pub(super) open: &'a [Open],
}

/// Where to look, as seen from where the parser stands.
#[derive(Clone, Copy)]
enum Look {
    /// At the word there.
    Here,
    /// At the line before, which the parser had to leave before it knew.
    LineBefore,
    /// At the next line that is indented with a tab.
    Tab,
    /// At the escape that the text there holds.
    Escape,
}

/// What the parser says, what it means, the way out, and where to look.
struct Case(&'static str, &'static str, &'static str, Look);

const CASES: [Case; 33] = [
    Case("tabs disallowed within", TAB, TAB_HELP, Look::Tab),
    Case("while scanning a plain scalar, found a tab", TAB, TAB_HELP, Look::Tab),
    Case("tab cannot be used as indentation", TAB, TAB_HELP, Look::Tab),
    Case("a block scalar content cannot start with a tab", TAB, TAB_HELP, Look::Tab),
    Case("tabs disallowed in this context", TAB, TAB_HELP, Look::Here),
    Case("'-' must be followed by a valid YAML whitespace", TAB, TAB_HELP, Look::Here),
    Case("':' must be followed by a valid YAML whitespace", TAB, TAB_HELP, Look::Here),
    Case("while scanning a quoted scalar, found unexpected", UNCLOSED, UNCLOSED_HELP, Look::Here),
    Case("invalid indentation in quoted scalar", UNCLOSED, UNCLOSED_HELP, Look::Here),
    Case("invalid trailing content after double-quoted", AFTER_QUOTE, AFTER_QUOTE_HELP, Look::Here),
    Case("while parsing a quoted scalar, found unknown", ESCAPE, ESCAPE_HELP, Look::Escape),
    Case("while parsing a quoted scalar, did not find", ESCAPE, ESCAPE_HELP, Look::Escape),
    Case("while parsing a quoted scalar, found invalid", SURROGATE, SURROGATE_HELP, Look::Escape),
    Case("simple key expect", NO_KEY, NO_KEY_HELP, Look::LineBefore),
    Case("invalid indentation in flow", FLOW_INDENT, FLOW_INDENT_HELP, Look::Here),
    Case("invalid indentation for anchor", ANCHOR, QUOTE_HELP, Look::Here),
    Case("comment intercepting", COMMENT, COMMENT_HELP, Look::Here),
    Case("comments must be separated", GLUED_COMMENT, GLUED_COMMENT_HELP, Look::Here),
    Case("\"-\" is only valid inside a block", DASH_IN_FLOW, DASH_IN_FLOW_HELP, Look::Here),
    Case("plain scalar cannot start with '-'", DASH_IN_FLOW, DASH_IN_FLOW_HELP, Look::Here),
    Case("block sequence entries are not allowed", DASH_AFTER_KEY, DASH_AFTER_KEY_HELP, Look::Here),
    Case("while scanning a block scalar, did not find", BLOCK_HEAD, BLOCK_HEAD_HELP, Look::Here),
    Case("while scanning a block scalar, found an ind", BLOCK_ZERO, BLOCK_ZERO_HELP, Look::Here),
    Case("wrongly indented line in block scalar", BLOCK_INDENT, BLOCK_INDENT_HELP, Look::Here),
    Case("mapping keys are not allowed", QUESTION, QUESTION_HELP, Look::Here),
    Case("':' may not precede any of", GLUED_COLON, GLUED_COLON_HELP, Look::Here),
    Case("missing explicit document end marker", PERCENT, QUOTE_HELP, Look::Here),
    Case("invalid content after document end", AFTER_END, AFTER_END_HELP, Look::Here),
    Case("while scanning an anchor or alias", ANCHOR, QUOTE_HELP, Look::Here),
    Case("while parsing a node, did not find", NO_VALUE, NO_VALUE_HELP, Look::Here),
    Case("expected whitespace", QUESTION, QUESTION_HELP, Look::Here),
    Case("while scanning TAG", TAG, TAG_HELP, Look::Here),
    Case("unexpected end of plain scalar", NO_VALUE, NO_VALUE_HELP, Look::Here),
];

const TAB: &str = "a tab stands where spaces should indent";
const TAB_HELP: &str = "replace the tab by spaces";
const UNCLOSED: &str = "this quote is not closed";
const UNCLOSED_HELP: &str =
    "close it in the same line; a text of several lines must be indented deeper than its key";
const AFTER_QUOTE: &str = "there is more text after the closing quote";
const AFTER_QUOTE_HELP: &str =
    "put quotes around the whole value, and write a quote inside as `\\\"`, or as `''` between single quotes";
const ESCAPE: &str = "this is no escape that YAML knows";
const ESCAPE_HELP: &str = "write a backslash as `\\\\`, or use single quotes";
const SURROGATE: &str = "this escape is no character";
const SURROGATE_HELP: &str = "write a character beyond U+FFFF as `\\U` and eight digits";
const NO_KEY: &str = "this line is no `key: value`";
const NO_KEY_HELP: &str = "put a `:` and a space after the key, or a space after the `-` of a list item";
const FLOW_INDENT: &str = "this line must be indented deeper than the key of its bracket";
const FLOW_INDENT_HELP: &str = "indent it, or close the bracket before";
const INDENT: &str = "this line is indented less than what it belongs to";
const INDENT_HELP: &str = "line it up with the lines around it";
const COMMENT: &str = "a comment cuts off a text that goes on in the next line";
const COMMENT_HELP: &str = "quote the text, or move the comment above it";
const GLUED_COMMENT: &str = "a comment needs a space before its `#`";
const GLUED_COMMENT_HELP: &str = "put a space before it, or quote the text that the `#` is part of";
const DASH_IN_FLOW: &str = "a list item with `-` cannot stand between brackets";
const DASH_IN_FLOW_HELP: &str = "separate items by `,` there, and quote a text that starts with `-`";
const DASH_AFTER_KEY: &str = "a list item cannot start here";
const DASH_AFTER_KEY_HELP: &str =
    "put the `-` at the start of a line of its own; quote a text that starts with `- `";
const BLOCK_HEAD: &str = "only `+`, `-` or a digit may follow `|` and `>` in their line";
const BLOCK_HEAD_HELP: &str = "start the text in the next line, or quote a text that starts with `|` or `>`";
const BLOCK_ZERO: &str = "a text cannot be indented by 0";
const BLOCK_ZERO_HELP: &str = "use a digit from 1 to 9, or none";
const BLOCK_INDENT: &str = "the blank lines before this text are longer than its indentation";
const BLOCK_INDENT_HELP: &str = "remove the spaces of the blank lines";
const QUESTION: &str = "a `?` cannot stand here";
const QUESTION_HELP: &str = "quote a text that starts with `? `";
const GLUED_COLON: &str = "this `:` needs a space after it";
const GLUED_COLON_HELP: &str = "put a space between `:` and the value";
const PERCENT: &str = "a line that starts with `%` is a directive, and none can stand here";
const AFTER_END: &str = "`...` ends a document and must stand alone in its line";
const AFTER_END_HELP: &str = "remove what follows, or quote a text that starts with `...`";
const ANCHOR: &str = "a value that starts with `&` or `*` names an anchor, and this is no name";
const QUOTE_HELP: &str = "quote the text if it is meant as one";
const TAG: &str = "this tag is malformed";
const TAG_HELP: &str = "remove it; a text that starts with `!` must be quoted";
const NO_VALUE: &str = "a value is missing here";
const NO_VALUE_HELP: &str = "write it, or quote a text that starts with a sign such as `,` or `?`";

/// The problem that the parser states as `said`.
pub(super) fn explain(scene: &Scene<'_>, said: &str) -> Diagnostic {
    let case = CASES.iter().find(|case| said.starts_with(case.0));
    if let Some(Case(_, message, help, look)) = case {
        return syntax(scene.look(*look), *message).help(*help);
    }
    let here = scene.look(Look::Here);
    match said {
        "while parsing node, found unknown anchor" => refusal::alias(here),
        "recursion limit exceeded" => refusal::too_deep(here),
        "mapping values are not allowed in this context" => scene.key_out_of_place(),
        "invalid indentation" => scene.indented_less(),
        "misplaced bracket" => syntax(here, "this bracket closes nothing")
            .help("remove it, or quote the text that it is part of"),
        _ if said.starts_with("unexpected character") => scene.reserved(),
        _ if said.contains("mapping, did not find expected key") => scene.no_key(),
        _ if said.contains("did not find expected '-'") => scene.no_item(),
        _ if said.contains("flow") || said.contains("':' indicator") => scene.unclosed_bracket(),
        _ if said.contains("tag") || said.contains("handle") => syntax(here, TAG).help(TAG_HELP),
        _ if said.contains("<document start>") => scene.second_value(),
        _ if said.contains("directive") => syntax(here, "this directive is malformed").help(QUOTE_HELP),
        other => unknown(here, other),
    }
}

/// The character at `span` is a tab that indents.
pub(super) fn tab(span: Span) -> Diagnostic {
    syntax(span, TAB).help(TAB_HELP)
}

/// A problem that [`CASES`] does not know.
pub(super) fn unknown(span: Span, said: &str) -> Diagnostic {
    syntax(span, format!("this is no YAML: {said}"))
        .help("check indentation, quotes and brackets around here")
}

fn syntax(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("yaml-syntax", span, message)
}

impl Scene<'_> {
    fn look(&self, look: Look) -> Span {
        match look {
            Look::Here => self.word(self.at),
            Look::LineBefore => self.line_before(self.at),
            Look::Tab => self.tab().unwrap_or_else(|| self.word(self.at)),
            Look::Escape => self.escape().unwrap_or_else(|| self.word(self.at)),
        }
    }

    fn from(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }

    /// The word at `at`, or the last character of the text if it ends there.
    fn word(&self, at: usize) -> Span {
        let len = self.from(at).find(char::is_whitespace).unwrap_or(self.from(at).len());
        match self.from(at).chars().next() {
            Some(first) => Span::new(self.file, at, at + len.max(first.len_utf8())),
            None => {
                let end = self.text.trim_end();
                let start = end.char_indices().next_back().map_or(0, |(i, _)| i);
                Span::new(self.file, start, end.len())
            }
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
    }

    /// The line that starts at `start`, without the blanks around it.
    fn line(&self, start: usize) -> Span {
        let line = self.from(start).lines().next().unwrap_or("");
        let first = start + (line.len() - line.trim_start().len());
        Span::new(self.file, first, first + line.trim().len())
    }

    /// The last line before that of `at` that holds more than blanks and a comment.
    fn line_before(&self, at: usize) -> Span {
        let mut start = match at >= self.text.len() && !self.text.ends_with('\n') {
            true => at,
            false => self.line_start(at),
        };
        while start > 0 {
            start = self.line_start(start.saturating_sub(1));
            let line = self.line(start);
            let first = self.from(line.range().start).chars().next();
            if line.start < line.end && first != Some('#') {
                return line;
            }
        }
        self.line(0)
    }

    /// The first tab of indentation in the line where the parser stands or in a later one.
    fn tab(&self) -> Option<Span> {
        let mut start = self.line_start(self.at);
        for line in self.from(start).split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            match line.get(..indent).and_then(|i| i.find('\t')) {
                Some(tab) if !line.trim().is_empty() => {
                    return Some(Span::new(self.file, start + tab, start + tab + 1));
                }
                _ => start += line.len(),
            }
        }
        None
    }

    /// The first escape after the opening quote at which the parser stands that YAML does not know.
    fn escape(&self) -> Option<Span> {
        let mut rest = self.from(self.at).char_indices();
        while let Some((i, c)) = rest.next() {
            let Some((_, escaped)) = (c == '\\').then(|| rest.next()).flatten() else { continue };
            let digits = match escaped {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
                | '_' | 'L' | 'P' | '\r' | '\n' => continue,
                other => return Some(Span::new(self.file, self.at + i, self.at + i + 1 + other.len_utf8())),
            };
            let code = self.from(self.at + i + 2).get(..digits).unwrap_or("");
            let hex = code.chars().take_while(char::is_ascii_hexdigit).count();
            if hex < digits || u32::from_str_radix(code, 16).ok().and_then(char::from_u32).is_none() {
                return Some(Span::new(self.file, self.at + i, self.at + i + 2 + hex));
            }
        }
        None
    }

    fn indented_less(&self) -> Diagnostic {
        let line = self.line(self.line_start(self.at));
        if self.from(line.range().start).starts_with([']', '}']) {
            return syntax(self.word(self.at), "a closing bracket must be indented deeper than its key")
                .help("indent it, or move it to the end of the line above");
        }
        syntax(line, INDENT).help(INDENT_HELP)
    }

    /// A `:` stands where no key can be.
    fn key_out_of_place(&self) -> Diagnostic {
        let start = self.line_start(self.at);
        let before = self.text.get(start..self.at).unwrap_or("");
        if before.contains(": ") {
            return syntax(self.word(self.at), "a value holds `: ` without quotes")
                .help("quote the value, or start a nested object in a line of its own");
        }
        syntax(self.line(start), "a key cannot stand here, because the line above ends in a value")
            .also(self.line_before(self.at), "this line")
            .help(
                "line the key up with its neighbours, or let the line above end in `:` if this belongs to it",
            )
    }

    fn reserved(&self) -> Diagnostic {
        let first = self.from(self.at).chars().next().unwrap_or('@');
        syntax(self.word(self.at), format!("a value cannot start with `{first}`")).help("quote it")
    }

    /// An object goes on with something that is no key of it.
    fn no_key(&self) -> Diagnostic {
        let line = self.line(self.line_start(self.at));
        let is_item = self.from(line.range().start).starts_with("- ");
        let problem = match is_item {
            true => syntax(line, "a list item cannot stand among the keys of an object")
                .help("put the list under a key, or the key into the list item"),
            false => syntax(line, "this line fits no line above it").help(INDENT_HELP),
        };
        self.point_at_start(problem, "the object starts here")
    }

    /// A list goes on with something that is no item of it.
    fn no_item(&self) -> Diagnostic {
        let line = self.line(self.line_start(self.at));
        let problem = syntax(line, "this line is no item of the list above it")
            .help("start it with `- `, or indent it so that it belongs to the item above");
        self.point_at_start(problem, "the list starts here")
    }

    fn point_at_start(&self, problem: Diagnostic, text: &str) -> Diagnostic {
        match self.open.last() {
            Some(open) => problem.also(self.word(open.at), text),
            None => problem,
        }
    }

    /// A list or object between brackets goes on with something else than `,` or its end.
    fn unclosed_bracket(&self) -> Diagnostic {
        let problem = syntax(self.word(self.at), "a `,` or a closing bracket is missing before this");
        let at = self.text.len().min(self.at);
        let problem = match self.from(at).trim().is_empty() {
            true => syntax(self.word(at), "the text ends before its bracket is closed"),
            false => problem,
        };
        let problem = problem.help("separate items by `,`, and close every `[` and `{`");
        match self.opener() {
            Some(opener) => problem.also(Span::new(self.file, opener, opener + 1), "opened here"),
            None => problem,
        }
    }

    /// The innermost bracket that is open where the parser stands.
    fn opener(&self) -> Option<usize> {
        let is_bracket = |at: &usize| self.from(*at).starts_with(['[', '{']);
        let mut open: Vec<usize> = self.open.iter().map(|o| o.at).filter(is_bracket).collect();
        let between = self.text.get(self.last.min(self.at)..self.at).unwrap_or("");
        let mut quote = None;
        for (i, c) in between.char_indices() {
            match (quote, c) {
                (None, '[' | '{') => open.push(self.last + i),
                (None, ']' | '}') => _ = open.pop(),
                (None, '"' | '\'') => quote = Some(c),
                (Some(q), _) if q == c => quote = None,
                _ => {}
            }
        }
        open.pop()
    }

    /// After the value of the document there is more.
    fn second_value(&self) -> Diagnostic {
        let line = self.line(self.line_start(self.at));
        let first = self.from(line.range().start).chars().next();
        match first {
            Some('%') => syntax(line, PERCENT).help(QUOTE_HELP),
            None => syntax(self.line_before(self.at), "a line `---` is missing after this directive")
                .help("add it, or quote a text that starts with `%`"),
            _ => syntax(line, "the document already ended before this").help(
                "indent it so that it belongs to what stands above, or start a new document with `---`",
            ),
        }
    }
}
