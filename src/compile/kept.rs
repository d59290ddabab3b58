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
    let recorder = Recorder { inner: loader, asked: RefCell::default() };
    let compilation = super::platform(&recorder);
    let bytes = keep(loader, recorder.asked.into_inner(), &compilation);
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

fn keep(loader: &dyn Loader, asked: Vec<Asked>, compilation: &Compilation) -> Option<Vec<u8>> {
    let Compilation { sources, diagnostics, engine: Some(engine), .. } = compilation else { return None };
    if has_errors(diagnostics) {
        return None;
    }
    let answers = Answers::of(loader, &asked);
    let origins =
        sources.names().map(|name| origin(loader, name, &asked)).collect::<Option<Vec<Origin>>>()?;
    let head = wire::write(&Head { build: BUILD, asked, answers: answers.digest })?;
    let rest = wire::write(&Keep { origins, diagnostics, engine })?;
    let length = u32::try_from(head.len()).ok()?.to_le_bytes();
    let body = [&length[..], &head, &rest].concat();
    Some([&Sha256::digest(&body)[..], &body].concat())
}

fn origin(loader: &dyn Loader, name: &str, asked: &[Asked]) -> Option<Origin> {
    let read = |a: &Asked| matches!(a, Asked::Read(path) if loader.display(path) == name);
    match asked.iter().position(read) {
        Some(number) => Some(Origin::Answer(number)),
        None => Some(Origin::Library(name.strip_prefix('<')?.strip_suffix('>')?.to_owned())),
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
    let mut answers = Answers::of(loader, &head.asked);
    if answers.digest != head.answers {
        return None;
    }
    let Kept { origins, diagnostics, engine } = wire::read(rest)?;
    let mut sources = Sources::default();
    for origin in origins {
        match origin {
            Origin::Answer(number) => {
                let Asked::Read(path) = head.asked.get(number)? else { return None };
                let text = answers.texts.get_mut(number).map(std::mem::take)?;
                sources.add(loader.display(path), text);
            }
            Origin::Library(path) => {
                sources.add(format!("<{path}>"), load::embedded(&path)?);
            }
        }
    }
    let (program, graph) = engine.parts();
    Some(Compilation { sources, diagnostics, program, graph, engine: Some(engine) })
}

/// What a loader answers.
struct Answers {
    /// The texts that were read, by the number of the question; empty for any other.
    texts: Vec<String>,
    /// Of all answers.
    digest: [u8; DIGEST],
}

impl Answers {
    fn of(loader: &dyn Loader, asked: &[Asked]) -> Answers {
        let mut hasher = Sha256::new();
        let mut tell = |tag: u8, parts: &[&str]| {
            hasher.update([tag]);
            hasher.update(parts.len().to_le_bytes());
            for part in parts {
                hasher.update(part.len().to_le_bytes());
                hasher.update(part);
            }
        };
        let mut texts = Vec::with_capacity(asked.len());
        for asked in asked {
            let mut text = String::new();
            match asked {
                Asked::Read(path) => match loader.read(path) {
                    Ok(found) => {
                        tell(0, &[&found]);
                        text = found;
                    }
                    Err(why) => tell(1, &[&why]),
                },
                Asked::Glob(patterns) => {
                    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
                    match loader.glob(&patterns) {
                        Ok(found) => tell(2, &found.iter().map(String::as_str).collect::<Vec<&str>>()),
                        Err(why) => tell(3, &[&why]),
                    }
                }
            }
            texts.push(text);
        }
        Answers { texts, digest: hasher.finalize().into() }
    }
}

/// A loader that notes what it is asked.
struct Recorder<'l> {
    inner: &'l dyn Loader,
    asked: RefCell<Vec<Asked>>,
}

impl Loader for Recorder<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.asked.borrow_mut().push(Asked::Read(path.to_owned()));
        self.inner.read(path)
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        let asked = Asked::Glob(patterns.iter().map(|p| (*p).to_owned()).collect());
        self.asked.borrow_mut().push(asked);
        self.inner.glob(patterns)
    }

    fn display(&self, path: &str) -> String {
        self.inner.display(path)
    }
}

#[cfg(test)]
mod tests;
