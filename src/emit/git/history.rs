//! Commits: written and read.

use super::error::GitError;
use super::id::Id;
use super::object::{Kind, Objects};

/// Who commits, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Seconds since 1970, in UTC.
    pub seconds: i64,
}

/// The last second of the year 9999.
const LATEST: i64 = 253_402_300_799;

impl Author {
    /// As Git writes it, if Git could read it.
    pub(super) fn line(&self) -> Result<String, GitError> {
        let fits = |text: &str| !text.is_empty() && !text.contains(['<', '>', '\n', '\0']);
        if !(0..=LATEST).contains(&self.seconds) {
            let place = format!("the time {}", self.seconds);
            let why = "is none that Git can show: write seconds since 1970, before the year 10000".into();
            return Err(GitError::Unusable { place, why });
        }
        match fits(self.name.trim()) && fits(self.email.trim()) {
            true => Ok(format!("{} <{}> {} +0000", self.name.trim(), self.email.trim(), self.seconds)),
            false => Err(GitError::Unusable {
                place: format!("{} <{}>", self.name, self.email),
                why: "is no author: write `NAME <ADDRESS>`".into(),
            }),
        }
    }
}

/// The content of a commit.
pub(super) fn written(tree: Id, parent: Option<Id>, by: &Author, message: &str) -> Result<String, GitError> {
    let who = by.line()?;
    let parent = parent.map(|p| format!("parent {p}\n")).unwrap_or_default();
    let message = message.replace('\0', "").trim_end().to_owned();
    Ok(format!("tree {tree}\n{parent}author {who}\ncommitter {who}\n\n{message}\n"))
}

/// A commit of the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its name.
    pub id: Id,
    /// The tree.
    pub tree: Id,
    /// The commits before it; the branch goes on with the first.
    pub parents: Vec<Id>,
    /// The author: name and address, as written.
    pub author: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The whole message.
    pub message: String,
}

impl Logged {
    /// The values of the trailers called `key` in the last paragraph of the message, in order.
    pub fn trailers<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let last = self.message.trim_end().rsplit("\n\n").next().unwrap_or_default();
        last.lines().filter_map(move |line| line.strip_prefix(key)?.strip_prefix(": "))
    }

    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// Reads a commit.
pub(super) fn read(objects: &Objects, id: Id) -> Result<Logged, GitError> {
    let bytes = objects.read(id, Kind::Commit)?;
    let text = String::from_utf8_lossy(&bytes);
    let damaged = || GitError::damaged(format!("the commit {id}"), "is not written as a commit is");
    let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let of = |key: &'static str| {
        head.lines().filter_map(move |l| l.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned))
    };
    let tree = of("tree").next().and_then(|t| Id::parse(&t)).ok_or_else(damaged)?;
    let parents: Option<Vec<Id>> = of("parent").map(|p| Id::parse(&p)).collect();
    let author = of("author").next().unwrap_or_default();
    let author = author.rsplitn(3, ' ').nth(2).unwrap_or_default().to_owned();
    let committer = of("committer").next().unwrap_or_default();
    let seconds = committer.rsplit(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
    let parents = parents.ok_or_else(damaged)?;
    Ok(Logged { id, tree, parents, author, seconds, message: message.to_owned() })
}
