//! What a container says: its log, and the text that Kratix and Kubernetes show.

use std::collections::BTreeSet;

use super::beside::Beside;
use super::input::REFUSED;
use crate::diag::render::text;
use crate::diag::render::visible::escaped;
use crate::diag::{Diagnostic, Severity};
use crate::source::{FileId, Sources};

/// Columns of a log.
const WIDTH: usize = 110;

/// The most bytes of the text that Kubernetes shows: it cuts what a container says at its end after 4096.
const LONGEST: usize = 4000;

/// The most findings that are shown.
const MOST_SHOWN: usize = 100;

/// Why a container refuses what it was given.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    /// The findings; sorted, none if there is a sentence.
    pub found: Vec<Diagnostic>,
    /// What is wrong, if there is no place for it.
    pub said: Option<String>,
    /// Texts of which a log must show nothing, because they may hold what is secret.
    pub hidden: BTreeSet<FileId>,
    /// Files beside the output that Kratix must not read: it does so even if the workflow is suspended.
    pub broken: BTreeSet<&'static str>,
}

impl Refused {
    /// With findings.
    pub(super) fn found(mut found: Vec<Diagnostic>) -> Refused {
        found.sort_by_key(|d| (d.severity, d.primary.span));
        Refused { found, ..Refused::default() }
    }

    /// Because of the errors among them.
    pub fn because(found: Vec<Diagnostic>) -> Refused {
        Refused::found(found.into_iter().filter(Diagnostic::is_error).collect())
    }

    /// With a sentence.
    pub(super) fn said(what: impl Into<String>) -> Refused {
        Refused { said: Some(what.into()), ..Refused::default() }
    }

    /// And because of what others tell Kratix.
    #[must_use]
    pub fn and(mut self, beside: Beside) -> Refused {
        self.found.extend(beside.found.into_iter().filter(Diagnostic::is_error));
        self.hidden.extend(beside.hidden);
        self.broken.extend(beside.broken);
        self
    }

    /// Because another container has written something else.
    pub fn clash(what: impl Into<String>) -> Refused {
        Refused::said(what)
    }

    /// What is wrong, without the lines of files: one paragraph a finding, bounded.
    pub fn message(&self, sources: &Sources) -> String {
        let errors = self.found.iter().filter(|d| d.is_error());
        let each: Vec<String> = self.said.iter().cloned().chain(errors.map(|d| short(sources, d))).collect();
        let mut out = String::new();
        for (at, one) in each.iter().enumerate() {
            if at > 0 && out.len() + one.len() > LONGEST {
                out.push_str(&format!("\nand {} more", each.len() - at));
                break;
            }
            out.push_str(if at > 0 { "\n" } else { "" });
            out.push_str(&cut(one));
        }
        out
    }

    /// The first finding, for a column of `kubectl get`.
    pub fn headline(&self) -> String {
        let errors: Vec<&Diagnostic> = self.found.iter().filter(|d| d.is_error()).collect();
        let first = errors.first().map(|d| d.message.as_str());
        let more = match errors.len() {
            0 | 1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        format!("{REFUSED}{}{more}", first.or(self.said.as_deref()).unwrap_or_default())
    }

    /// The log: one block a finding, and the first once more at the end, where people look.
    pub fn log(&self, sources: &Sources) -> String {
        let mut out = log(sources, &self.found, &self.hidden);
        let first = self.found.iter().find(|d| d.is_error());
        let first = first.map(|d| short(sources, d)).or(self.said.clone()).unwrap_or_default();
        out.push_str(&format!("refused, nothing is put out: {first}\n"));
        out
    }
}

/// Findings as a log shows them.
pub(super) fn log(sources: &Sources, found: &[Diagnostic], hidden: &BTreeSet<FileId>) -> String {
    let mut out = String::new();
    for d in found.iter().take(MOST_SHOWN) {
        match hidden.contains(&d.primary.span.file) {
            true => out.push_str(&format!("{}\n", short(sources, d))),
            false => out.push_str(&text(sources, std::slice::from_ref(d), false, WIDTH)),
        }
    }
    if found.len() > MOST_SHOWN {
        out.push_str(&format!("and {} more\n", found.len() - MOST_SHOWN));
    }
    out
}

/// A finding in a few lines, without any line of a file.
fn short(sources: &Sources, d: &Diagnostic) -> String {
    let word = if d.severity == Severity::Error { "error" } else { "warning" };
    let mut out = format!("{word}[{}]: {}", d.code, escaped(&d.message));
    for span in std::iter::once(d.primary.span).chain(d.labels.iter().map(|l| l.span)) {
        let place = sources.place(span);
        if sources.get(span.file).is_some() {
            out.push_str(&format!(
                "\n  at {}:{}:{}",
                escaped(sources.name(span.file)),
                place.line,
                place.column
            ));
        }
    }
    d.help.iter().for_each(|help| out.push_str(&format!("\n  help: {}", escaped(help))));
    out
}

fn cut(text: &str) -> String {
    match text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last() {
        Some(end) if end < text.len() => format!("{}…", text.get(..end).unwrap_or_default()),
        _ => text.to_owned(),
    }
}
