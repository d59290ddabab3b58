//! The gate for documents that are written as they are made: by a plan, one request at a time, so that a batch need not be held
//! in memory as objects.
//!
//! It lets pass what [`gate`](super::gate) lets pass, without a word. Where there is anything to say it says nothing: the whole
//! batch is then judged by `gate`, which has the words.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::flows;
use super::prove::{Marks, Quiet, Skip};
use crate::check::program::{Rule, Target};
use crate::eval::{Document, Engine, Flow, Rendering};
use crate::plan::{LookedAt, Part, Plan};
use crate::request::Request;

/// Renders and judges one request after the other; shared by all that do so at once.
#[derive(Debug)]
pub struct Stream {
    plan: Plan,
    /// What need not be looked at, by promise.
    quiet: BTreeMap<String, Quiet>,
    /// Whether a rule of the platform looks at requests or flows as such.
    whole: bool,
}

/// The documents of one request, each after a line `---`. Every rule about one request has passed them.
#[derive(Debug)]
pub struct Judged {
    text: String,
    /// What names its documents, and the request itself.
    names: Vec<u64>,
}

/// What has passed so far, of all requests together.
#[derive(Debug, Default)]
pub struct Owners {
    names: HashSet<u64>,
}

impl Stream {
    /// For the requests of an engine.
    pub fn of(engine: &Engine) -> Stream {
        let promises = engine.program().promises.iter().filter(|p| !p.foreign);
        let quiet = promises.map(|p| (p.name.clone(), Quiet::of(engine, p))).collect();
        let whole = |rule: &Rule| matches!(rule.target, Target::Flow | Target::Request(_));
        let whole = engine.program().rules.iter().any(whole);
        Stream { plan: Plan::of(engine), quiet, whole }
    }

    /// What renders.
    pub fn engine(&self) -> &Engine {
        self.plan.engine()
    }

    /// The documents of a request, without sub-requests or `deep` as a flow; `None` if there is anything to say about them.
    pub fn judged(&self, promise: &str, request: &Request, deep: bool) -> Option<Judged> {
        let mut text = String::with_capacity(16 << 10);
        let looked_at = |promise: &str, request: &Request| match cfg!(debug_assertions) {
            true => LookedAt::All,
            false => LookedAt::AllBut(self.quiet(promise, request).render),
        };
        let parts = self.plan.planned(promise, request, deep, &mut text, &looked_at)?;
        let mut names = vec![hash(&("request", promise, &request.namespace, &request.name))];
        for part in &parts {
            names.extend(part.written.iter().map(|w| hash(&(&*w.group, &*w.kind, &w.namespace, &w.name))));
        }
        self.passes(parts)?;
        Some(Judged { text, names })
    }

    /// Which documents of a request need no look.
    fn quiet(&self, promise: &str, request: &Request) -> Marks {
        self.quiet.get(promise).map(|quiet| quiet.for_request(request).clone()).unwrap_or_default()
    }

    /// Takes out of `objects` those that need no look, and looks at them all the same.
    fn is_quiet(&self, promise: &str, request: &Request, objects: &mut Vec<Document>) -> Option<()> {
        let quiet = self.quiet(promise, request).render;
        let is_quiet = |d: &mut Document| quiet.get(d.origin.node).copied().unwrap_or_default();
        let documents: Vec<Document> = objects.extract_if(.., is_quiet).collect();
        let rendering = Rendering::new(self.engine().program().promise(promise)?, request);
        let flow = Flow { renderings: vec![Rendering { documents, ..rendering }] };
        let mut out = vec![];
        flows::judge(self.engine(), Skip::for_documents(self.engine(), usize::MAX), &flow, None, &mut out);
        assert!(self.whole || out.is_empty(), "a proof is wrong: {promise} {request:?} {out:?}");
        Some(())
    }

    /// Judges what has to be looked at.
    fn passes(&self, parts: Vec<Part>) -> Option<()> {
        let engine = self.engine();
        let mut renderings = vec![];
        for Part { promise, request, mut objects, mut deletion, .. } in parts {
            if cfg!(debug_assertions) {
                self.is_quiet(&promise, &request, &mut objects)?;
            }
            if !deletion.is_empty() {
                let quiet = self.quiet(&promise, &request).delete;
                deletion.retain(|d| !quiet.get(d.origin.node).copied().unwrap_or_default());
            }
            if self.whole || !objects.is_empty() || !deletion.is_empty() {
                let promise = engine.program().promise(&promise)?;
                let rendering = Rendering::new(promise, &request);
                renderings.push(Rendering { documents: objects, deletion, ..rendering });
            }
        }
        if renderings.is_empty() {
            return Some(());
        }
        let mut out = vec![];
        // Requests of a stream are many, so what is proved of all of them pays.
        let skip = Skip::for_documents(engine, usize::MAX);
        flows::judge(engine, skip, &Flow { renderings }, None, &mut out);
        out.is_empty().then_some(())
    }
}

impl Owners {
    /// Lets a request pass; `None` if one of its documents, or the request itself, may be there already.
    #[must_use]
    pub fn pass(&mut self, judged: Judged) -> Option<String> {
        let Judged { text, names } = judged;
        names.into_iter().all(|name| self.names.insert(name)).then_some(text)
    }
}

/// A name as a number. Two names of one number are taken for the same, and then looked at with care.
fn hash(name: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
