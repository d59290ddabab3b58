//! Characters that mislead: control characters, characters without width or with the power to turn lines around, and
//! whatever cannot stand outside of texts and comments.

use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::recover::MAX_PROBLEMS;
use crate::syntax::scan::Scan;

/// The most characters of one run that a message shows.
const MOST_SHOWN: usize = 16;

/// Reports what the scan found, and the characters in texts and comments that make a line look other than it is.
pub(in crate::syntax) fn strange_characters(file: FileId, text: &str, scan: &Scan) -> Vec<Diagnostic> {
    let mut problems = vec![];
    let mut rest = scan.strange.as_slice();
    while let Some((start, first)) = rest.first().copied() {
        let mut end = start;
        let run =
            rest.iter().take_while(|(at, c)| std::mem::replace(&mut end, at + c.len_utf8()) == *at).count();
        rest = rest.get(run.max(1)..).unwrap_or_default();
        let end = rest_end(scan, start, run);
        problems.push(strange_run(Span::new(file, start, end), text.get(start..end).unwrap_or(""), first));
    }
    problems.truncate(MAX_PROBLEMS);
    if text.bytes().all(|b| matches!(b, b'\n' | b'\t' | b' '..=b'~')) {
        return problems;
    }
    let most = problems.len() + MAX_PROBLEMS;
    let known = |at: usize| scan.strange.binary_search_by_key(&at, |(s, _)| *s).is_ok();
    let mut chars = text.char_indices().peekable();
    while let Some((at, character)) = chars.next() {
        let span = Span::new(file, at, at + character.len_utf8());
        let shown = character.escape_unicode();
        let lone_return = character == '\r' && chars.peek().is_none_or(|(_, next)| *next != '\n');
        if problems.len() == most {
            break;
        } else if known(at) {
            continue;
        } else if lone_return {
            let problem = Diagnostic::error("strange-character", span, "this line ends in a lone `\\r`");
            problems.push(problem.help("end lines with a newline; in a text write `\\r`").fix(span, ""));
        } else if misleads(character) {
            let message = format!("`{shown}` makes this line look other than it is");
            let problem = Diagnostic::error("strange-character", span, message);
            problems.push(problem.help(format!("remove it; in a text write `{shown}`")).fix(span, ""));
        }
    }
    problems
}

/// Where the run of `count` characters from `start` on ends.
fn rest_end(scan: &Scan, start: usize, count: usize) -> usize {
    let from = scan.strange.partition_point(|(at, _)| *at < start);
    scan.strange
        .get(from..)
        .into_iter()
        .flatten()
        .take(count.max(1))
        .last()
        .map_or(start, |(at, c)| at + c.len_utf8())
}

fn strange_run(span: Span, run: &str, first: char) -> Diagnostic {
    let shown: String = run
        .chars()
        .take(MOST_SHOWN)
        .flat_map(|c| if is_visible(c) { vec![c] } else { c.escape_unicode().collect() })
        .collect();
    let problem = Diagnostic::error(
        "strange-character",
        span,
        format!("`{shown}` cannot stand outside of texts and comments"),
    );
    match first {
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
            problem.help("texts stand in straight double quotes: `\"…\"`")
        }
        '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => {
            problem.help("put a plain blank in its place").fix(span, " ")
        }
        '\r' => problem.help("end lines with a newline").fix(span, "\n"),
        c if is_visible(c) => problem
            .help("names consist of the letters a to z, digits and `_`; anything else stands in a text"),
        _ => problem.help("remove it").fix(span, ""),
    }
}

fn is_visible(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_control() && !c.is_whitespace() && !is_hidden(c))
}

fn is_hidden(c: char) -> bool {
    turns_lines(c)
        || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{180e}')
}

/// What a reader of a text or a comment cannot see, and what an editor or a terminal obeys: controls, separators of
/// lines, and what turns the direction of writing. Refused everywhere, so that code says what it seems to say.
fn misleads(c: char) -> bool {
    turns_lines(c)
        || matches!(c, '\u{2028}' | '\u{2029}')
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The controls of writing direction, which can make code look like a comment and a comment like code.
fn turns_lines(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
