//! A document of the formatter: text with places where lines may break, and the printer that decides which do.

/// No line is made longer, if there is a way.
const WIDTH: usize = 110;

/// Text and the places where it may break.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text without a newline.
    Text(String),
    /// A comment at the end of a line; it may be as long as it likes.
    Comment(String),
    /// Text with newlines in it, printed as it is.
    Verbatim(String),
    /// A text in `"""`: its lines, and how far the line of its opening quotes was indented; it moves along with that.
    Block(Vec<String>, usize),
    /// A newline in a broken group, else the text.
    Line(&'static str),
    /// Text that is only there in a broken group.
    IfBroken(&'static str),
    /// Always a newline; `true` for a blank line before it.
    Newline(bool),
    /// One level deeper in a broken group; what breaks within a flat one starts at the level of the whole.
    Indent(Vec<Doc>),
    /// Broken as a whole, or not at all; `true` if it must be.
    Group(bool, Vec<Doc>),
    /// One after the other.
    All(Vec<Doc>),
}

impl Doc {
    /// Text without a newline.
    pub(super) fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }
}

#[derive(Clone, Copy)]
struct Task<'a> {
    indent: usize,
    flat: bool,
    doc: &'a Doc,
}

struct Printer {
    out: String,
    column: usize,
    /// The indentation of the line being written.
    line_indent: usize,
    /// Blanks owed before the next text; a line that ends first never gets them.
    owed: usize,
}

/// The text of `doc`.
pub(super) fn print(doc: &Doc) -> String {
    let mut printer = Printer { out: String::new(), column: 0, line_indent: 0, owed: 0 };
    let mut tasks = vec![Task { indent: 0, flat: false, doc }];
    while let Some(task) = tasks.pop() {
        match task.doc {
            Doc::Text(text) | Doc::Comment(text) => printer.write(text),
            Doc::Verbatim(text) => printer.verbatim(text),
            Doc::Block(lines, was) => printer.block(lines, *was),
            Doc::Line(flat) if task.flat => printer.write(flat),
            Doc::Line(_) => printer.newline(task.indent, false),
            Doc::IfBroken(text) if !task.flat => printer.write(text),
            Doc::IfBroken(_) => {}
            Doc::Newline(blank) => printer.newline(task.indent, *blank),
            Doc::Indent(docs) => {
                let deeper = if task.flat { 0 } else { 2 };
                push(&mut tasks, docs, task.indent + deeper, task.flat);
            }
            Doc::All(docs) => push(&mut tasks, docs, task.indent, task.flat),
            Doc::Group(broken, docs) => {
                let left = WIDTH.saturating_sub(printer.column + printer.owed);
                let flat = !broken && fits(left, Task { flat: true, ..task }, &tasks);
                push(&mut tasks, docs, task.indent, flat);
            }
        }
    }
    printer.out
}

fn push<'a>(tasks: &mut Vec<Task<'a>>, docs: &'a [Doc], indent: usize, flat: bool) {
    tasks.extend(docs.iter().rev().map(|doc| Task { indent, flat, doc }));
}

/// Whether everything up to the next newline fits into `left` columns.
fn fits(left: usize, first: Task<'_>, rest: &[Task<'_>]) -> bool {
    let mut left = left;
    let mut after = rest.iter().rev();
    let mut tasks = vec![first];
    loop {
        let Some(task) = tasks.pop().or_else(|| after.next().copied()) else { return true };
        let text: &str = match task.doc {
            Doc::Text(text) => text,
            Doc::Line(flat) if task.flat => flat,
            Doc::IfBroken(text) if !task.flat => text,
            Doc::Comment(_) | Doc::IfBroken(_) => "",
            Doc::Line(_) | Doc::Newline(_) => return true,
            Doc::Verbatim(text) => return first_line(text) <= left,
            Doc::Block(lines, _) => return lines.first().is_none_or(|l| l.chars().count() <= left),
            Doc::Indent(docs) | Doc::All(docs) => {
                push(&mut tasks, docs, 0, task.flat);
                continue;
            }
            Doc::Group(broken, docs) => {
                push(&mut tasks, docs, 0, task.flat && !broken);
                continue;
            }
        };
        match left.checked_sub(text.chars().count()) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
}

fn first_line(text: &str) -> usize {
    text.lines().next().map_or(0, |l| l.chars().count())
}

impl Printer {
    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let blanks = std::mem::take(&mut self.owed);
        self.out.push_str(&" ".repeat(blanks));
        self.out.push_str(text);
        self.column += blanks + text.chars().count();
    }

    fn newline(&mut self, indent: usize, blank: bool) {
        if !self.out.is_empty() {
            self.out.push_str(if blank { "\n\n" } else { "\n" });
        }
        self.column = 0;
        self.owed = indent;
        self.line_indent = indent;
    }

    fn verbatim(&mut self, text: &str) {
        self.write(text);
        if let Some(last) = text.rfind('\n').and_then(|i| text.get(i + 1..)) {
            self.column = last.chars().count();
        }
    }

    /// Moves a block as far as its first line moved, if all its lines can.
    fn block(&mut self, lines: &[String], was: usize) {
        let now = self.line_indent;
        let (first, others) = lines.split_first().map_or(("", lines), |(f, o)| (f.as_str(), o));
        let mut text = first.to_owned();
        let less = " ".repeat(was.saturating_sub(now));
        let movable =
            others.iter().all(|l| l.trim().is_empty() || l.starts_with(&less)) && closes_alone(others);
        for line in others {
            text.push('\n');
            match (movable, line.trim().is_empty()) {
                (true, false) => {
                    text.push_str(&" ".repeat(now.saturating_sub(was)));
                    text.push_str(line.strip_prefix(&less).unwrap_or(line));
                }
                _ => text.push_str(line),
            }
        }
        self.verbatim(&text);
    }
}

/// Whether the closing quotes stand alone on their line and every line is indented by blanks only, so that moving all
/// lines alike changes nothing.
fn closes_alone(lines: &[String]) -> bool {
    let closing = lines.last().map_or("", |l| l.trim_start());
    let tabs = |l: &String| l.chars().take_while(|c| c.is_whitespace()).any(|c| c != ' ');
    closing == "\"\"\"" && !lines.iter().any(|l| !l.trim().is_empty() && tabs(l))
}
