//! Every text the engine was given, and every place in it.
//!
//! A [`Span`] is a file and two byte offsets, small enough to be copied everywhere. This room never parses; its only
//! contact with the outside is [`disk`], the loader that reads files beneath one folder.

pub mod disk;
mod line;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use line::Place;

/// One text among [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct FileId(u32);

/// A stretch of one text: `start..end` in bytes, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end) }
    }

    /// The stretch from the start of `self` to the end of `other`, which is in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty place just after `self`.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// The offsets as a range to slice the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub node: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `node`, written at `span`.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

/// A named text with its line starts.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name to show: a path as the user gave it, `<stdin>`, or `stdlib/net.dsl`.
    pub name: String,
    /// The text.
    pub text: String,
    lines: Vec<u32>,
}

/// All texts of one run, cheap to clone. Ids are handed out in the order of [`Sources::add`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let lines = line::starts(&text);
        self.files.push(Arc::new(SourceFile { name: name.into(), text, lines }));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file behind `id`; `None` if `id` came from another `Sources`.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize).map(|file| &**file)
    }

    /// The text of `id`, empty if it is unknown.
    pub fn text(&self, id: FileId) -> &str {
        self.get(id).map_or("", |f| &f.text)
    }

    /// The name of `id`, `<unknown>` if it is unknown.
    pub fn name(&self, id: FileId) -> &str {
        self.get(id).map_or("<unknown>", |f| &f.name)
    }

    /// The names of all texts, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|f| f.name.as_str())
    }

    /// The text that `span` covers, empty if it does not lie in its file.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or("")
    }

    /// Line and column (from 1, in characters) of the start of `span`.
    pub fn place(&self, span: Span) -> Place {
        self.get(span.file)
            .map_or(Place { line: 1, column: 1 }, |f| line::place(&f.text, &f.lines, span.start))
    }
}

/// The door through which files beneath one folder are read; paths are relative, with `/`.
pub trait Loader {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence, without any of its content.
    fn read(&self, path: &str) -> Result<String, String>;

    /// The files that match any of `patterns`, sorted.
    ///
    /// # Errors
    /// Why the folder cannot be searched.
    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String>;

    /// How a file is named to people.
    fn display(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// A loader over texts in memory, for tests and embedding.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub std::collections::BTreeMap<String, String>);

impl Loader for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "does not exist".into())
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        let mut set = globset::GlobSetBuilder::new();
        for pattern in patterns {
            set.add(globset::Glob::new(pattern).map_err(|_| disk::Why::BadPattern.to_string())?);
        }
        let set = set.build().map_err(|_| disk::Why::BadPattern.to_string())?;
        Ok(self.0.keys().filter(|k| set.is_match(k)).cloned().collect())
    }
}

/// A loader with one text in the place of a file: what an editor has not saved yet.
pub struct Overlay {
    inner: Box<dyn Loader>,
    path: String,
    text: String,
}

impl Overlay {
    /// `inner`, but `text` at `path`.
    pub fn new(inner: Box<dyn Loader>, path: String, text: String) -> Self {
        Overlay { inner, path, text }
    }
}

impl Loader for Overlay {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == self.path { Ok(self.text.clone()) } else { self.inner.read(path) }
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        self.inner.glob(patterns)
    }

    fn display(&self, path: &str) -> String {
        self.inner.display(path)
    }
}
