//! What a request puts out beside its objects: files, the labels of destinations, its status.

use std::collections::BTreeMap;

use super::document::Origin;
use super::machine::{Frame, Machine, Step};
use super::{Refusal, budget};
use crate::check::program::{Entry, Promise};
use crate::check::workflow::{Destination, Format, OutputFile};
use crate::check::{label, paths};
use crate::source::Span;
use crate::value::{Map, Value, json, ops, yaml};

/// Labels, by key.
pub type Labels = BTreeMap<String, String>;

/// Where documents and files without a destination of their own go: to a destination of Kratix that has all these
/// labels; to any, if there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// Those that are the same for every request: the promise's own selectors.
    pub fixed: Labels,
    /// Those that depend on the request.
    pub chosen: Labels,
}

impl Selectors {
    /// All of them.
    pub fn labels(&self) -> Labels {
        self.fixed.clone().into_iter().chain(self.chosen.clone()).collect()
    }
}

/// A file that is no Kubernetes object.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Its path below the output folder, with `/` between its parts.
    pub path: String,
    /// The labels of the destination of its own that its folder has.
    pub to: Option<Labels>,
    /// What it holds, before it was written.
    pub content: Value,
    /// Its bytes, in UTF-8.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

impl File {
    /// The folder that goes to a destination of its own; `None` if the file goes where the documents go.
    pub fn directory(&self) -> Option<&str> {
        self.to.as_ref()?;
        self.path.split_once('/').map(|(folder, _)| folder)
    }
}

impl Machine<'_> {
    /// The labels that every request has.
    pub(super) fn selectors(&mut self, promise: &Promise) -> Step<Selectors> {
        let mut selectors = Selectors::default();
        if let Some(d) = &*promise.destination {
            selectors.fixed = self.labels(&d.fixed, d.span, &mut vec![])?;
        }
        Ok(selectors)
    }

    /// The labels that this request chooses.
    pub(super) fn chosen(&mut self, d: &Destination, fixed: &Labels, frame: &mut Frame) -> Step<Labels> {
        let chosen = self.labels(&d.chosen, d.span, frame)?;
        if let Some(key) = chosen.keys().find(|k| fixed.contains_key(*k)) {
            let message = format!("the label `{key}` of the destination is there twice");
            return Err(Refusal::new("bad-label", d.span, message)
                .help("of the two, Kratix takes the one that is the same for every request: remove one"));
        }
        Ok(chosen)
    }

    fn labels(&mut self, entries: &[Entry], span: Span, frame: &mut Frame) -> Step<Labels> {
        let mut map = Map::new();
        self.entries(entries, &mut map, frame)?;
        let mut labels = Labels::new();
        for (key, value) in &map {
            let value = value.as_str().unwrap_or_default();
            if let Some(problem) = label::problem(key, value) {
                let span = entries.iter().find_map(|e| of_key(e, key)).unwrap_or(span);
                return Err(Refusal::new("bad-label", span, problem).help(label::HELP));
            }
            labels.insert(key.to_string(), value.to_owned());
        }
        Ok(labels)
    }

    /// A file, next to those that are there.
    pub(super) fn file(
        &mut self,
        f: &OutputFile,
        there: &[File],
        origin: Origin,
        frame: &mut Frame,
        room: &mut usize,
    ) -> Step<File> {
        let path = self.there(&f.path, frame)?.as_str().unwrap_or_default().to_owned();
        let wrong = |why: &str| {
            let message = format!("the file `{}` {why}", path.escape_debug());
            Refusal::new("bad-path", f.path.span, message).help(paths::OUTPUT_HELP)
        };
        paths::output(&path, f.to.is_some()).map_err(wrong)?;
        let to = f.to.as_ref().map(|to| self.labels(to, f.span, frame)).transpose()?;
        let content = self.there(&f.body, frame)?;
        self.budget.walk(&content, f.body.span)?;
        let text = match (f.format, &content) {
            (Format::Text, content) => content.as_str().unwrap_or_default().to_owned(),
            (Format::Yaml, content) => yaml::write(content),
            (Format::Json, content) => json::write_pretty(content),
        };
        let left = ops::weight(&content, *room).and_then(|w| room.checked_sub(w));
        *room = left.ok_or_else(|| {
            let most = budget::OUTPUT_BYTES >> 20;
            let message = format!("the output of this request is larger than {most} MiB");
            Refusal::new("over-budget", f.span, message).help("split the request, or put out less of it")
        })?;
        let file = File { path, to, content, text, origin };
        beside(&file, there).map_err(|why| {
            let message = format!("the file `{}` {why}", file.path);
            Refusal::new("bad-path", f.path.span, message).help(paths::OUTPUT_HELP)
        })?;
        Ok(file)
    }
}

/// Whether a file can lie beside others.
fn beside(file: &File, there: &[File]) -> Result<(), String> {
    let folder = |f: &File| f.path.split_once('/').map(|(folder, _)| folder.to_ascii_lowercase());
    let (path, own) = (file.path.to_ascii_lowercase(), folder(file));
    for other in there {
        let taken = other.path.to_ascii_lowercase();
        if taken == path {
            return Err("is put out twice".into());
        }
        let within = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
        if within(&taken, &path) || within(&path, &taken) {
            return Err(format!("would be both a file and a folder, beside `{}`", other.path));
        }
        if own.is_some() && own == folder(other) && file.to != other.to {
            return Err(format!("lies in the folder of `{}`, which goes to another destination", other.path));
        }
    }
    Ok(())
}

fn of_key(entry: &Entry, key: &str) -> Option<Span> {
    match entry {
        Entry::Field { path, value, .. } if path.first().is_some_and(|k| **k == *key) => Some(value.span),
        _ => None,
    }
}
