//! The impact as rows for people, as JSON and as a comment.

use super::{Impact, Told};
use crate::check::program::Program;
use crate::diag::render::visible::escaped;
use crate::diag::words::count;
use crate::diff::render::{self, Row, Tone, html};
use crate::value::{Map, Value};

/// The most requests that are named in one list to people.
const MOST: usize = 50;

impl Impact {
    /// The impact in one sentence: `412 requests run again, 3 change`.
    pub fn summary(&self) -> String {
        self.told(&count(self.again, "request"))
    }

    /// The impact in one sentence, with so many that run again.
    fn told(&self, again: &str) -> String {
        let mut parts = vec![format!("{again} {}", if self.again == 1 { "runs again" } else { "run again" })];
        parts.push(match self.changed.len() {
            0 => "none changes".to_owned(),
            1 => "1 changes".to_owned(),
            n => format!("{n} change"),
        });
        for (told, one, many) in [
            (&self.refused, "is newly refused", "are newly refused"),
            (&self.accepted, "is newly accepted", "are newly accepted"),
            (&self.failing, "is refused as before", "are refused as before"),
        ] {
            match told.len() {
                0 => {}
                1 => parts.push(format!("1 {one}")),
                n => parts.push(format!("{n} {many}")),
            }
        }
        parts.join(", ")
    }

    fn lists(&self) -> [(&'static str, Tone, &[Told]); 3] {
        [
            ("newly refused", Tone::Removed, &self.refused),
            ("newly accepted", Tone::Added, &self.accepted),
            ("refused as before", Tone::Plain, &self.failing),
        ]
    }
}

/// Rows for a terminal. `program` tells which kinds are known.
pub fn rows(impact: &Impact, program: &Program) -> Vec<Row> {
    let mut out = vec![];
    let mut row = |tone, text: String| out.push(Row { tone, text });
    for (what, tone, told) in impact.lists() {
        for one in told.iter().take(MOST) {
            row(tone, format!("{what} {}, {}", escaped(&one.title), escaped(&one.file)));
            let why = one.why.iter().take(3);
            why.for_each(|(code, text)| row(Tone::Plain, format!("    {code}: {}", escaped(text))));
        }
        if told.len() > MOST {
            row(Tone::Faint, format!("… and {} more that are {what}", told.len() - MOST));
        }
    }
    out.extend(render::text(&impact.comparison.shown(program)));
    let head = |text: String| Row { tone: Tone::Head, text };
    if !impact.promises.is_empty() {
        out.push(head(format!("compiled to something else: {}", impact.promises.join(", "))));
    }
    let (all, again) = (count(impact.requests, "request"), impact.again.to_string());
    out.push(head(format!("of {all}, {}", impact.told(&again))));
    out
}

/// `{ requests, again, changed, promises, refused, accepted, failing, diff }`; `rev` is what was compared with.
pub fn json(impact: &Impact, rev: &str, program: &Program) -> Value {
    let number = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let texts = |all: Vec<&str>| Value::list(all.into_iter().map(Value::str).collect());
    let told = |all: &[Told]| Value::list(all.iter().map(one).collect());
    object([
        ("revision", Value::str(rev)),
        ("requests", number(impact.requests)),
        ("again", number(impact.again)),
        ("promises", texts(impact.promises.iter().map(String::as_str).collect())),
        ("changed", texts(impact.changed.iter().map(String::as_str).collect())),
        ("refused", told(&impact.refused)),
        ("accepted", told(&impact.accepted)),
        ("failing", told(&impact.failing)),
        ("diff", render::json(&impact.comparison.shown(program))),
    ])
}

fn one(told: &Told) -> Value {
    let why = told.why.iter();
    let why =
        why.map(|(code, text)| object([("code", Value::str(*code)), ("message", Value::str(text.as_str()))]));
    object([
        ("request", Value::str(told.title.as_str())),
        ("file", Value::str(told.file.as_str())),
        ("why", Value::list(why.collect())),
    ])
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}

/// A comment for a pull request, within what GitHub takes.
pub fn markdown(impact: &Impact, rev: &str, program: &Program) -> String {
    let mut head = format!("**{}**: {}\n", html(&format!("vow impact {rev}")), impact.summary());
    for (what, _, told) in impact.lists() {
        for one in told.iter().take(MOST) {
            let why =
                one.why.first().map(|(_, text)| format!(": {}", html(&short(text)))).unwrap_or_default();
            head.push_str(&format!("\n- {what} <code>{}</code>{why}", html(&short(&one.title))));
        }
        if told.len() > MOST {
            head.push_str(&format!("\n- … and {} more that are {what}", told.len() - MOST));
        }
    }
    if head.contains("\n- ") {
        head.push('\n');
    }
    render::markdown(&head, &impact.comparison.shown(program))
}

/// The beginning of a text, without controls.
fn short(text: &str) -> String {
    let text = escaped(text);
    match text.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.into_owned(),
    }
}
