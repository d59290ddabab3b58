//! A compiled platform as bytes, so that the next run need not compile it.
//!
//! The bytes hold what was asked of the loader, a digest of what it answered, and what came of it. They are taken only
//! if this build of vow wrote them, they are whole, and the loader answers as it did; what is anything else is as if it
//! were not there. So they can be lost, be old or be somebody else's, and change nothing but the time that it takes.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Compilation, load};
use crate::diag::{Diagnostic, has_errors};
use crate::eval::Engine;
use crate::source::{Loader, Sources};
use crate::wire;

/// What wrote the bytes.
const BUILD: &str = env!("VOW_BUILD");
/// The bytes of a digest.
const DIGEST: usize = 32;

/// The platform at the root of `loader`: what was kept of it, if that is it still; or compiled, with what to keep from
/// now on. What has errors is not kept.
pub fn platform_or_kept(loader: &dyn Loader, kept: Option<&[u8]>) -> (Compilation, Option<Vec<u8>>) {
    if let Some(compilation) = kept.and_then(|bytes| take(loader, bytes)) {
        return (compilation, None);
    }
    let recorder = Recorder { inner: loader, seen: RefCell::default() };
    let compilation = super::platform(&recorder);
    let bytes = keep(loader, recorder.seen.into_inner(), &compilation);
    (compilation, bytes)
}

/// Something that was asked of a loader.
#[derive(Debug, Deserialize, Serialize)]
enum Asked {
    Read(String),
    Glob(Vec<String>),
}

/// What stands before what came of it.
#[derive(Deserialize, Serialize)]
struct Head<'a> {
    build: &'a str,
    asked: Vec<Asked>,
    answers: [u8; DIGEST],
}

#[derive(Serialize)]
struct Keep<'a> {
    origins: Vec<Origin>,
    diagnostics: &'a [Diagnostic],
    engine: &'a Engine,
}

#[derive(Deserialize)]
struct Kept {
    origins: Vec<Origin>,
    diagnostics: Vec<Diagnostic>,
    engine: Engine,
}

/// Where a text among the sources came from.
#[derive(Deserialize, Serialize)]
enum Origin {
    /// From the answer of this number.
    Answer(usize),
    /// From the standard library.
    Library(String),
}

fn keep(loader: &dyn Loader, seen: Seen, compilation: &Compilation) -> Option<Vec<u8>> {
    let Compilation { sources, diagnostics, engine: Some(engine), .. } = compilation else { return None };
    if has_errors(diagnostics) {
        return None;
    }
    let Seen { asked, answers } = seen;
    let origins =
        sources.names().map(|name| origin(loader, name, &asked)).collect::<Option<Vec<Origin>>>()?;
    let head = wire::write(&Head { build: BUILD, asked, answers: answers.finish() })?;
    let rest = wire::write(&Keep { origins, diagnostics, engine })?;
    wire::read::<Kept>(&rest)?;
    let length = u32::try_from(head.len()).ok()?.to_le_bytes();
    let body = [&length[..], &head, &rest].concat();
    Some([&Sha256::digest(&body)[..], &body].concat())
}

fn origin(loader: &dyn Loader, name: &str, asked: &[Asked]) -> Option<Origin> {
    let read = |a: &Asked| matches!(a, Asked::Read(path) if loader.display(path) == name);
    match asked.iter().position(read) {
        Some(number) => Some(Origin::Answer(number)),
        None => {
            let path = name.strip_prefix('<')?.strip_suffix('>')?;
            load::embedded(path).map(|_| Origin::Library(path.to_owned()))
        }
    }
}

fn take(loader: &dyn Loader, bytes: &[u8]) -> Option<Compilation> {
    let (digest, body) = bytes.split_at_checked(DIGEST)?;
    let (length, rest) = body.split_first_chunk::<4>()?;
    let (head, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    if digest != &Sha256::digest(body)[..] {
        return None;
    }
    let head: Head<'_> = wire::read(head)?;
    if head.build != BUILD {
        return None;
    }
    let (texts, answers) = asked_again(loader, &head.asked);
    if answers != head.answers {
        return None;
    }
    let Kept { origins, diagnostics, engine } = wire::read(rest)?;
    let mut sources = Sources::default();
    for origin in origins {
        match origin {
            Origin::Answer(number) => {
                let Asked::Read(path) = head.asked.get(number)? else { return None };
                sources.add(loader.display(path), texts.get(number)?.as_str());
            }
            Origin::Library(path) => {
                sources.add(format!("<{path}>"), load::embedded(&path)?);
            }
        }
    }
    let (program, graph) = engine.parts();
    Some(Compilation { sources, diagnostics, program, graph, engine: Some(engine) })
}

/// What a loader was asked, and a digest of what it answered then: an edit that comes between two readings is seen.
#[derive(Default)]
struct Seen {
    asked: Vec<Asked>,
    answers: Answers,
}

/// A digest of answers, in their order.
#[derive(Default)]
struct Answers(Sha256);

impl Answers {
    fn text(&mut self, answer: &Result<String, String>) {
        match answer {
            Ok(text) => self.add(0, &[text]),
            Err(why) => self.add(1, &[why]),
        }
    }

    fn paths(&mut self, answer: &Result<Vec<String>, String>) {
        match answer {
            Ok(paths) => self.add(2, &paths.iter().map(String::as_str).collect::<Vec<&str>>()),
            Err(why) => self.add(3, &[why]),
        }
    }

    /// Lengths stand before what they are of, so that no two answers are one.
    fn add(&mut self, tag: u8, parts: &[&str]) {
        self.0.update([tag]);
        self.0.update((parts.len() as u64).to_le_bytes());
        for part in parts {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    fn finish(self) -> [u8; DIGEST] {
        self.0.finalize().into()
    }
}

/// The texts that a loader gives now, by the number of the question and empty for any other, and the digest of its answers.
fn asked_again(loader: &dyn Loader, asked: &[Asked]) -> (Vec<String>, [u8; DIGEST]) {
    let mut answers = Answers::default();
    let mut texts = Vec::with_capacity(asked.len());
    for asked in asked {
        let text = match asked {
            Asked::Read(path) => {
                let answer = loader.read(path);
                answers.text(&answer);
                answer.unwrap_or_default()
            }
            Asked::Glob(patterns) => {
                let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
                answers.paths(&loader.glob(&patterns));
                String::new()
            }
        };
        texts.push(text);
    }
    (texts, answers.finish())
}

/// A loader that notes what it is asked, and what it answers.
struct Recorder<'l> {
    inner: &'l dyn Loader,
    seen: RefCell<Seen>,
}

impl Loader for Recorder<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        let answer = self.inner.read(path);
        let mut seen = self.seen.borrow_mut();
        seen.asked.push(Asked::Read(path.to_owned()));
        seen.answers.text(&answer);
        answer
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        let answer = self.inner.glob(patterns);
        let mut seen = self.seen.borrow_mut();
        seen.asked.push(Asked::Glob(patterns.iter().map(|p| (*p).to_owned()).collect()));
        seen.answers.paths(&answer);
        answer
    }

    fn display(&self, path: &str) -> String {
        self.inner.display(path)
    }
}

#[cfg(test)]
mod tests;
