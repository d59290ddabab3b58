//! Closes what was left open, so that one missing quote or bracket does not swallow the rest of a file.
//!
//! One fault at a time: the most credible is reported and mended in a copy of the text, then the copy is scanned again.

use super::balance::{self, Blame};
use super::lines;
use super::patch::Patch;
use super::words::starts_sibling;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::syntax::scan::{self, Fault, Scan};

/// After so many faults the rest of them is left for the next run.
const MAX_FAULTS: usize = 32;

/// A text in which every bracket and quote has its partner, and how its places relate to the text as it was written.
pub(in crate::syntax) struct Repaired<'a> {
    patch: Patch<'a>,
    /// What the scan of the mended copy found, at the places of the original.
    pub(in crate::syntax) scan: Scan,
    /// What was wrong.
    pub(in crate::syntax) problems: Vec<Diagnostic>,
    /// Whether everything balances now; if not there is no use in parsing.
    pub(in crate::syntax) whole: bool,
    /// Where something was reported; in order once all is mended.
    touched: Vec<usize>,
    file: FileId,
}

/// What came of an attempt to mend.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Mended,
    Whole,
    Stuck,
}

impl<'a> Repaired<'a> {
    /// Scans `text` and mends what is open.
    pub(in crate::syntax) fn new(file: FileId, text: &'a str) -> Self {
        let scan = scan::scan(file, text);
        let patch = Patch::new(text);
        let mut repaired = Repaired { patch, scan, problems: vec![], whole: false, touched: vec![], file };
        for _ in 0..MAX_FAULTS {
            if repaired.scan.is_beyond_limits() {
                break;
            }
            let step = repaired.mend();
            repaired.whole = step == Step::Whole;
            if step != Step::Mended {
                break;
            }
            repaired.scan = scan::scan(file, repaired.text());
        }
        repaired.move_scan();
        repaired
    }

    /// The mended copy.
    pub(in crate::syntax) fn text(&self) -> &str {
        self.patch.text()
    }

    /// The place in the original for a place in the mended copy.
    pub(in crate::syntax) fn original(&self, at: usize) -> usize {
        self.patch.original(at)
    }

    /// Whether a fault on the lines of `span`, a place in the original `text`, has been reported.
    pub(in crate::syntax) fn is_touched(&self, text: &str, span: Span) -> bool {
        if self.touched.is_empty() {
            return false;
        }
        let start = lines::start(text, span.range().start);
        let next = self.touched.partition_point(|at| *at < start);
        self.touched.get(next).is_some_and(|at| *at <= lines::end(text, span.range().end))
    }

    /// Reports and mends one fault.
    fn mend(&mut self) -> Step {
        let faults = &self.scan.faults;
        let of = |wanted: fn(&Fault) -> bool| faults.iter().copied().find(wanted);
        let fault = of(|f| matches!(f, Fault::Block(_)))
            .or_else(|| of(|f| matches!(f, Fault::Script(_))))
            .or_else(|| of(|f| matches!(f, Fault::Comment(_))))
            .or_else(|| of(|_| true));
        match fault {
            Some(Fault::Block(start)) => self.mend_block(start),
            Some(Fault::Script(open)) => self.mend_script(open),
            Some(Fault::Comment(start)) => {
                self.report(
                    "unclosed",
                    start,
                    start + 2,
                    "this comment is not closed",
                    "put `*/` at its end",
                );
                let end = lines::end(self.text(), start);
                let own_line = lines::is_first(self.text(), start);
                let sibling = self.shallow_line(start, self.text().len(), true).filter(|_| own_line);
                let line = sibling.unwrap_or(end);
                let closing = if line == end { " */" } else { "*/\n" };
                self.patch.insert(line, closing);
            }
            Some(Fault::Hole(at)) => self.mend_hole(at),
            Some(Fault::Line(start, end)) => self.mend_line(start, end),
            None if self.scan.unbalanced => return self.mend_brackets(),
            None => return Step::Whole,
        }
        Step::Mended
    }

    /// A text in `"…"` that reaches the end of its line. It ends before the comma and the closers that it swallowed.
    fn mend_line(&mut self, start: usize, end: usize) {
        let content = self.text().get(start..end).unwrap_or("");
        let swallowed = swallowed(content);
        let place = start + content.len() - swallowed.len();
        let quotes = if content.starts_with('r') { 2 } else { 1 };
        self.report(
            "unclosed",
            start,
            start + quotes,
            "this text is not closed on its line",
            "put `\"` at its end; a text of several lines stands between `\"\"\"`",
        );
        self.patch.insert(place, "\"");
    }

    /// A text in `"""` that reaches the end of the file. The culprit may be an earlier one that ended where this started.
    fn mend_block(&mut self, start: usize) {
        let closed = self.scan.blocks.iter().copied();
        let earlier = closed.filter_map(|(s, e)| Some((s, self.shallow_line(s, e, true)?))).next();
        let (start, place) = earlier.unwrap_or_else(|| {
            let end = self.text().len();
            let line = self.shallow_line(start, end, true).or_else(|| self.shallow_line(start, end, false));
            (start, line.unwrap_or(end))
        });
        let quotes = if self.text().get(start..).is_some_and(|t| t.starts_with('r')) { 4 } else { 3 };
        self.report(
            "unclosed",
            start,
            start + quotes,
            "this text is not closed",
            "put `\"\"\"` at its end, on a line of its own",
        );
        self.touch(place);
        let closing = if lines::start(self.text(), place) == place { "\"\"\"\n" } else { "\n\"\"\"\n" };
        self.patch.insert(place, closing);
    }

    /// The first line in `start..end` that is indented no deeper than the line of `start`; if `certain`, one that
    /// also starts like a sibling of it.
    fn shallow_line(&self, start: usize, end: usize, certain: bool) -> Option<usize> {
        let depth = lines::indent(self.text(), start);
        lines::following(self.text(), start, end).find(|line| {
            let indent = lines::indent(self.text(), *line);
            let rest = self.text().get(line + indent..end).unwrap_or("");
            indent <= depth && !rest.starts_with("\"\"\"") && (!certain || starts_sibling(rest))
        })
    }

    /// A script whose braces or quotes do not balance: it ends where its indentation says, and is blanked out.
    fn mend_script(&mut self, open: usize) {
        let help = "a bracket or a quote in it has no partner; its last `}` stands below its `fn`";
        self.report("unclosed", open, open + 1, "this rhai body is not closed", help);
        let end = self.text().len();
        let line = self.shallow_line(open, end, false).unwrap_or(end);
        let brace = line + lines::indent(self.text(), line);
        let closed = self.text().get(brace..).is_some_and(|t| t.starts_with('}'));
        let close = if closed { brace } else { line };
        self.patch.blank(open + 1, close);
        if !closed {
            self.patch.insert(close, "}\n");
        }
    }

    fn mend_hole(&mut self, brace: usize) {
        let help = "put `}` at its end on the same line; `\\${` stands for the characters themselves";
        self.report("unclosed", brace - 1, brace + 1, "this `${` is not closed", help);
        self.patch.blank(brace - 1, brace + 1);
    }

    fn mend_brackets(&mut self) -> Step {
        let odd_script = self.scan.scripts.iter().copied().find(|(open, close)| {
            let same_line = lines::start(self.text(), *open) == lines::start(self.text(), *close);
            let aligned = lines::indent(self.text(), *open) == lines::indent(self.text(), *close);
            !same_line && (!aligned || !lines::is_first(self.text(), *close))
        });
        if let Some((open, _)) = odd_script {
            self.mend_script(open);
            return Step::Mended;
        }
        let blame = balance::blame(self.text(), &self.scan);
        let culprit = match blame {
            Some(Blame::Unclosed(b, _) | Blame::Extra(b) | Blame::Mixed(_, b)) => b.at,
            None => return Step::Stuck,
        };
        // What was put in here is nobody's fault: the text is too far from balance to guess.
        if self.patch.is_inserted(culprit) {
            return Step::Stuck;
        }
        match blame {
            Some(Blame::Unclosed(opener, place)) => self.mend_unclosed(opener, place),
            Some(Blame::Extra(closer)) => {
                let symbol = char::from(closer.kind);
                let help = format!("remove it, or open a bracket for it; there is one `{symbol}` too many");
                let message = format!("this `{symbol}` closes nothing");
                self.report("unopened", closer.at, closer.at + 1, message, help);
                self.patch.blank(closer.at, closer.at + 1);
            }
            Some(Blame::Mixed(opener, closer)) => {
                let (open, close) = (shown(opener.kind), char::from(closer.kind));
                let right = partner(opener.kind);
                let message = format!("this `{open}` is closed by `{close}`");
                let span = self.span(closer.at, closer.at + 1);
                self.report(
                    "unclosed",
                    opener.at,
                    opener.at + 1,
                    message,
                    format!("write `{right}` in place of `{close}`"),
                );
                self.mend_last(|p| p.also(span, "closed here").fix(span, right));
                self.patch.blank(closer.at, closer.at + 1);
                self.patch.insert(closer.at, right);
            }
            None => {}
        }
        Step::Mended
    }

    fn mend_unclosed(&mut self, opener: scan::Bracket, place: usize) {
        let (open, close) = (shown(opener.kind), partner(opener.kind));
        let before = self.text().get(..place).unwrap_or("").trim_end().len();
        let here = self.span(before, before);
        let message = format!("this `{open}` is not closed");
        self.report("unclosed", opener.at, opener.at + 1, message, format!("put `{close}` at its end"));
        self.mend_last(|p| p.also(here, format!("`{close}` is missing after this")));
        self.touch(place);
        let own_line = lines::start(self.text(), place) == place;
        let indent = " ".repeat(lines::indent(self.text(), opener.at));
        self.patch.insert(place, &if own_line { format!("{indent}{close}\n") } else { close.to_owned() });
    }

    fn report(
        &mut self,
        code: &'static str,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.span(start, end);
        self.touch(start);
        self.problems.push(Diagnostic::error(code, span, message).help(help));
    }

    fn mend_last(&mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) {
        let last = self.problems.pop();
        self.problems.extend(last.map(change));
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.original(start), self.original(end))
    }

    fn touch(&mut self, at: usize) {
        self.touched.push(self.original(at));
    }

    /// Moves what the scan found to the places of the original, and blanks what the grammar would stumble over.
    fn move_scan(&mut self) {
        let mut scan = std::mem::take(&mut self.scan);
        for span in scan.docs.iter_mut().chain(scan.comments.iter_mut().map(|c| &mut c.span)) {
            *span = self.span(span.range().start, span.range().end);
        }
        for (at, character) in &mut scan.strange {
            self.patch.blank(*at, *at + character.len_utf8());
            *at = self.original(*at);
            self.touched.push(*at);
        }
        self.touched.sort_unstable();
        self.scan = scan;
    }
}

/// The end of an unclosed text that likely belongs to the code behind it: closers that nothing in the text opened, and
/// the commas and blanks around them.
fn swallowed(content: &str) -> &str {
    let mut open = 0_i32;
    let stray = content.char_indices().find(|(_, c)| {
        open += match c {
            '{' | '[' | '(' => 1,
            '}' | ']' | ')' => -1,
            _ => 0,
        };
        open < 0
    });
    let code = |c: char| matches!(c, '}' | ']' | ')' | ',' | ' ' | '\t' | '\r');
    let from = stray.map(|(i, _)| i).filter(|i| content.get(*i..).is_some_and(|t| t.chars().all(code)));
    let kept = content.get(..from.unwrap_or(content.len())).unwrap_or("");
    let kept = kept.trim_end_matches([',', ' ', '\t', '\r']).trim_end_matches('\\');
    content.get(kept.len()..).unwrap_or("")
}

fn shown(kind: u8) -> &'static str {
    match kind {
        b'[' => "[",
        b'(' => "(",
        b'$' => "${",
        _ => "{",
    }
}

fn partner(kind: u8) -> &'static str {
    match kind {
        b'[' => "]",
        b'(' => ")",
        _ => "}",
    }
}
