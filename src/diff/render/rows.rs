//! One object's differences as rows, each with what it means.

use crate::diag::render::visible::escaped;
use crate::diag::words;
use crate::diff::change::{Change, What, count};
use crate::diff::hide::ShownDelta;
use crate::diff::lines::{Line, lines};
use crate::diff::{Identity, Status};
use crate::value::Value;
use crate::value::yaml;

/// What a row means; only the command line knows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The title of an object.
    Head,
    /// For orientation.
    Plain,
    /// What is new.
    Added,
    /// What is gone.
    Removed,
    /// What is another.
    Changed,
    /// A remark.
    Faint,
}

impl Tone {
    /// The sign before a row, so that it can be read without colours.
    pub fn sign(self) -> char {
        match self {
            Tone::Added => '+',
            Tone::Removed => '-',
            Tone::Changed => '~',
            Tone::Head | Tone::Plain | Tone::Faint => ' ',
        }
    }
}

/// A row: one line, without controls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it means.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// How much is shown, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether an old and a new value stand on one row, as `1 → 2`.
    pub(super) arrows: bool,
    /// The most rows of one value.
    pub(super) value: usize,
    /// The most fields of one object.
    pub(super) fields: usize,
}

/// The longest line; more is counted.
const WIDE: usize = 240;
/// The longest value beside another one on a row.
const SHORT: usize = 48;

/// The title of an object: `Deployment.apps/web in team`.
pub(super) fn title(identity: &Identity) -> String {
    let shown = identity.to_string();
    let text = match identity {
        Identity::Object { group, kind, .. } if !group.is_empty() => {
            let rest = shown.strip_prefix(kind.as_str()).unwrap_or_default();
            format!("{kind}.{group}{rest}")
        }
        _ => shown,
    };
    cut(&escaped(&text))
}

/// What stands beside the title.
pub(super) fn remark(delta: &ShownDelta) -> String {
    match delta.status {
        Status::Changed => words::count(count(&delta.changes), "field"),
        Status::Moved => format!("from {} to {}", cut(&escaped(&delta.from)), cut(&escaped(&delta.to))),
        Status::Rewritten => "the same in other words".to_owned(),
        Status::Added | Status::Removed => String::new(),
    }
}

/// The rows of one object, without its title.
pub(super) fn rows(delta: &ShownDelta, style: Style) -> Vec<Row> {
    let mut out = Rows { rows: vec![], style, indent: 0 };
    let tone = if delta.status == Status::Removed { Tone::Removed } else { Tone::Added };
    match &delta.whole {
        Some(Value::Str(text)) => out.block(tone, text),
        Some(value) => out.block(tone, &yaml::write(value)),
        None => out.changes(&delta.changes),
    }
    out.rows
}

struct Rows {
    rows: Vec<Row>,
    style: Style,
    indent: usize,
}

impl Rows {
    fn push(&mut self, tone: Tone, text: &str) {
        let text = format!("{}{}", " ".repeat(self.indent), cut(&escaped(text)));
        self.rows.push(Row { tone, text: text.trim_end().to_owned() });
    }

    fn changes(&mut self, changes: &[Change]) {
        for change in changes.iter().take(self.style.fields) {
            self.change(change);
        }
        let rest = count(changes.get(self.style.fields..).unwrap_or_default());
        if rest > 0 {
            self.push(Tone::Faint, &super::more(rest, "field"));
        }
    }

    fn change(&mut self, change: &Change) {
        let path = change.path.to_string();
        match &change.what {
            What::Added(value) => self.value(Tone::Added, &path, value),
            What::Removed(value) => self.value(Tone::Removed, &path, value),
            What::Replaced(old, new) => match (short(old), short(new)) {
                (Some(old), Some(new)) if self.style.arrows => {
                    self.push(Tone::Changed, &format!("{path}: {old} → {new}"));
                }
                _ => {
                    self.value(Tone::Removed, &path, old);
                    self.value(Tone::Added, &path, new);
                }
            },
            What::Text { inside, .. } if !inside.is_empty() => {
                let fields = words::count(count(inside), "field");
                self.push(Tone::Changed, &format!("{path}: {fields} in its text"));
                self.nested(|rows| rows.changes(inside));
            }
            What::Text { old, new, .. } => self.text(&path, old, new),
            What::Order { labels, .. } => {
                let labels: Vec<&str> = labels.iter().map(|l| &**l).collect();
                self.push(Tone::Changed, &format!("{path}: now in the order {}", labels.join(", ")));
            }
        }
    }

    fn nested(&mut self, work: impl FnOnce(&mut Self)) {
        self.indent += 2;
        work(self);
        self.indent -= 2;
    }

    fn value(&mut self, tone: Tone, path: &str, value: &Value) {
        let block = match value {
            Value::Map(map) => !map.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Str(text) => text.contains('\n'),
            _ => false,
        };
        if !block {
            return self.push(tone, &format!("{path}: {}", yaml::write(value).trim_end()));
        }
        self.push(tone, &format!("{path}:"));
        self.nested(|rows| match value {
            Value::Str(text) => rows.block(tone, text),
            _ => rows.block(tone, &yaml::write(value)),
        });
    }

    /// The lines of a text, as many as are shown.
    fn block(&mut self, tone: Tone, text: &str) {
        let mut lines = text.lines();
        for line in lines.by_ref().take(self.style.value) {
            self.push(tone, line);
        }
        self.more(lines.count());
    }

    fn text(&mut self, path: &str, old: &str, new: &str) {
        let found = lines(old, new);
        let told = format!("{path}: {} removed, {} added", words::count(found.removed, "line"), found.added);
        self.push(Tone::Changed, &told);
        let ends = old.ends_with('\n') != new.ends_with('\n');
        self.nested(|rows| {
            for line in found.lines.iter().take(rows.style.value) {
                match line {
                    Line::Same(line) => rows.push(Tone::Plain, line),
                    Line::Old(line) => rows.push(Tone::Removed, line),
                    Line::New(line) => rows.push(Tone::Added, line),
                    Line::Gap => rows.push(Tone::Faint, "…"),
                }
            }
            rows.more(found.lines.len().saturating_sub(rows.style.value));
            if ends {
                let with = if new.ends_with('\n') { "new" } else { "old" };
                rows.push(Tone::Faint, &format!("(only the {with} text ends with a newline)"));
            }
        });
    }

    fn more(&mut self, rest: usize) {
        if rest > 0 {
            self.push(Tone::Faint, &super::more(rest, "line"));
        }
    }
}

/// A scalar that can stand beside another one on a row.
fn short(value: &Value) -> Option<String> {
    if matches!(value, Value::Map(m) if !m.is_empty()) || matches!(value, Value::List(l) if !l.is_empty()) {
        return None;
    }
    let text = yaml::write(value);
    let text = text.trim_end();
    (!text.contains('\n') && text.chars().count() <= SHORT).then(|| text.to_owned())
}

/// A line, cut if it is too long.
fn cut(line: &str) -> String {
    match line.char_indices().nth(WIDE) {
        Some((at, _)) => {
            let rest = line.get(at..).unwrap_or_default().chars().count();
            format!("{}… ({rest} more characters)", line.get(..at).unwrap_or_default())
        }
        None => line.to_owned(),
    }
}
