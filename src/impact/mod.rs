//! What an edit of promises does to the requests that are there: which run again, which put out something else, which are
//! refused from now on, and which no longer are.
//!
//! Every request is rendered with its whole flow, before and after. Kratix runs a request again when its promise was
//! compiled to something else, or when it is a sub-request that is another than before; whether anything comes of it is
//! what the comparison tells.

mod outputs;
mod report;

#[cfg(test)]
mod tests;

pub use report::{json, markdown, rows};

use std::collections::{BTreeMap, BTreeSet};

use crate::check::program::Program;
use crate::compile::Compilation;
use crate::compile::requests::{self, Depth, Single};
use crate::diag::Diagnostic;
use crate::diff::{Comparison, compare};
use crate::eval::{Engine, Flow, Rendering};
use crate::graph::fingerprint;

/// A text with requests.
#[derive(Clone, Debug)]
pub struct RequestText {
    /// The name to show.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A request of which something is told by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// `KIND/NAME in NAMESPACE`, or the file if it cannot be read.
    pub title: String,
    /// The file that holds it.
    pub file: String,
    /// Why it is or was refused: the codes and what they say.
    pub why: Vec<(&'static str, String)>,
}

/// What an edit does.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// How many requests there are, without sub-requests.
    pub requests: usize,
    /// Promises that are compiled to something else, in order of their names.
    pub promises: Vec<String>,
    /// How many requests run again, sub-requests included.
    pub again: usize,
    /// The requests that put out something else, by their titles.
    pub changed: BTreeSet<String>,
    /// Requests that were taken and are refused now.
    pub refused: Vec<Told>,
    /// Requests that were refused and are taken now.
    pub accepted: Vec<Told>,
    /// Requests that are refused before and after.
    pub failing: Vec<Told>,
    /// Documents of kinds that no promise serves, before or after.
    pub others: usize,
    /// What differs in what the requests put out, each below its request.
    pub comparison: Comparison,
}

impl Impact {
    /// Whether the edit makes no difference to anybody.
    pub fn is_empty(&self) -> bool {
        self.comparison.is_empty() && self.refused.is_empty() && self.accepted.is_empty()
    }
}

/// One of the two sets of promises.
struct Side<'a> {
    engine: &'a Engine,
    compilation: &'a mut Compilation,
    /// What each promise is compiled to.
    prints: BTreeMap<String, String>,
}

/// Renders the requests in `texts` with the promises of both sides; `None` if one of them has mistakes.
pub fn impact(before: &mut Compilation, after: &mut Compilation, texts: &[RequestText]) -> Option<Impact> {
    let (old, new) = (before.engine.clone()?, after.engine.clone()?);
    let mut old = Side { prints: prints(old.program()), engine: &old, compilation: before };
    let mut new = Side { prints: prints(new.program()), engine: &new, compilation: after };
    let names: BTreeSet<&String> = old.prints.keys().chain(new.prints.keys()).collect();
    let edited = names.into_iter().filter(|name| old.prints.get(*name) != new.prints.get(*name));
    let mut impact = Impact { promises: edited.cloned().collect(), ..Impact::default() };
    for text in texts {
        file(&mut old, &mut new, text, &mut impact);
    }
    impact.comparison.deltas.sort_by(|a, b| a.identity.cmp(&b.identity));
    Some(impact)
}

fn prints(program: &Program) -> BTreeMap<String, String> {
    let print = |name: &String| Some((name.clone(), fingerprint(program, name)?));
    program.promises.iter().filter_map(|p| print(&p.name)).collect()
}

/// The impact on the requests of one file.
fn file(old: &mut Side<'_>, new: &mut Side<'_>, text: &RequestText, impact: &mut Impact) {
    let (was, is) = match (old.read(text), new.read(text)) {
        (Ok(was), Ok(is)) => (was, is),
        (_, Err(problem)) | (Err(problem), _) => {
            impact.failing.push(told(&text.name, &text.name, &[*problem]));
            return;
        }
    };
    for (was, is) in was.into_iter().zip(is) {
        if was.promise.is_none() && is.promise.is_none() {
            impact.others += 1;
            continue;
        }
        impact.requests += 1;
        let title = is.title.clone();
        match (old.rendered(was), new.rendered(is)) {
            (Ok(a), Ok(b)) => flows(old, new, (&a, &b), impact),
            (Ok(_), Err(found)) => impact.refused.push(told(&title, &text.name, &found)),
            (Err(found), Ok(_)) => impact.accepted.push(told(&title, &text.name, &found)),
            (Err(_), Err(found)) => impact.failing.push(told(&title, &text.name, &found)),
        }
    }
}

impl Side<'_> {
    fn read(&mut self, text: &RequestText) -> Result<Vec<Single>, Box<Diagnostic>> {
        let id = self.compilation.sources.add(text.name.clone(), text.text.clone());
        requests::read_each(self.engine, &self.compilation.sources, id)
    }

    /// The flow of a request, if every promise of it takes it and no rule has anything against it.
    fn rendered(&self, single: Single) -> Result<Vec<Flow>, Vec<Diagnostic>> {
        let job = single.job?;
        let passed = requests::render_all(self.engine, &[job], Depth::Flow)?;
        Ok(passed.flows().to_vec())
    }
}

/// The impact on a request that is taken before and after.
fn flows(old: &Side<'_>, new: &Side<'_>, (a, b): (&[Flow], &[Flow]), impact: &mut Impact) {
    let renderings = |flows: &[Flow]| -> Vec<Rendering> {
        flows.iter().flat_map(|f| f.renderings.iter().cloned()).collect()
    };
    let (a, b) = (renderings(a), renderings(b));
    let same = |x: &Rendering, y: &Rendering| (&x.promise, &x.request) == (&y.promise, &y.request);
    for rendering in &b {
        let edited = old.prints.get(&rendering.promise) != new.prints.get(&rendering.promise);
        impact.again += usize::from(edited || !a.iter().any(|other| same(other, rendering)));
    }
    let objects = |side: &Side<'_>, all: &[Rendering]| {
        all.iter().flat_map(|r| outputs::of(side.engine.program(), r)).collect::<Vec<_>>()
    };
    let found = compare(objects(old, &a), objects(new, &b));
    impact.changed.extend(found.deltas.iter().map(|d| d.identity.place().to_owned()));
    impact.comparison = std::mem::take(&mut impact.comparison).and(found);
}

fn told(title: &str, file: &str, found: &[Diagnostic]) -> Told {
    let mut why: Vec<(&'static str, String)> = found.iter().map(|d| (d.code, d.message.clone())).collect();
    why.dedup();
    Told { title: title.to_owned(), file: file.to_owned(), why }
}
