//! What is wrong with an object, as data.

use crate::check::types::shorten;
use crate::diag::suggest;
use crate::value::Map;
use crate::value::path::Path;

/// Why an object is no request of an api.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable name of the mistake.
    pub code: &'static str,
    /// Where, from the root of the object. A missing field has the path at which it should stand.
    pub path: Path,
    /// Whether the key is at fault rather than its value.
    pub at_key: bool,
    /// What is wrong, with the path in it.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(code: &'static str, path: Path, message: String) -> Self {
        Problem { code, path, at_key: false, message, help: None }
    }

    /// A problem of what stands at `path`; `what` is the rest of the sentence.
    pub(super) fn at(code: &'static str, path: Path, what: &str) -> Self {
        let message = format!("{} {what}", shown(&path));
        Problem::new(code, path, message)
    }

    pub(super) fn at_key(self) -> Self {
        Problem { at_key: true, ..self }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.perhaps_help(Some(help.into()))
    }

    pub(super) fn perhaps_help(self, help: Option<String>) -> Self {
        Problem { help, ..self }
    }
}

/// A path as it stands in a message; keys are the user's, and may be long.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string();
    let length = text.chars().count();
    match length > 160 {
        true => format!("`…{}`", text.chars().skip(length - 160).collect::<String>()),
        false => format!("`{text}`"),
    }
}

/// The problems of one object.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// Nobody reads more, and an object can be made to have very many.
    pub(super) const MOST: usize = 100;

    /// Whether no further problem is kept, so that none need be put into words.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= Self::MOST
    }

    pub(super) fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }
}

/// The keys of an object that are no fields of it.
pub(super) struct Unknown<'a> {
    pub(super) problems: Vec<Problem>,
    /// The fields that were probably meant. One of these that is missing is no second mistake.
    pub(super) meant: Vec<&'a str>,
}

impl<'a> Unknown<'a> {
    /// Finds the keys of `entries`, at `parent`, that are not in `known`; of those, `offered` are told to the user.
    pub(super) fn of(parent: &Path, entries: &Map, known: &[&'a str], offered: &[&'a str]) -> Self {
        let mut unknown = Unknown { problems: vec![], meant: vec![] };
        let holder = if parent.0.is_empty() { "a request".into() } else { shown(parent) };
        for key in entries.keys().filter(|key| !known.contains(&&***key)).take(Problems::MOST) {
            unknown.meant.extend(suggest::closest(key, offered.iter().copied()));
            let message = format!("{holder} has no field `{}`", shorten(key));
            let problem = Problem::new("unknown-field", parent.then_key(key), message).at_key();
            unknown.problems.push(problem.perhaps_help(suggest::help(key, offered.iter().copied())));
        }
        unknown
    }
}
