//! The gate for documents that are written as they are made: by a plan, one request at a time, so that a batch need not be held
//! in memory as objects.
//!
//! It lets pass what [`gate`](super::gate) lets pass, without a word. Where there is anything to say it says nothing: the whole
//! batch is then judged by `gate`, which has the words.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::flows;
use super::prove::Skip;
use crate::eval::{Engine, Flow, Rendering};
use crate::plan::{Part, Plan};
use crate::request::Request;

/// Renders and judges one request after the other; shared by all that do so at once.
#[derive(Debug)]
pub struct Stream {
    plan: Plan,
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
        Stream { plan: Plan::of(engine) }
    }

    /// What renders.
    pub fn engine(&self) -> &Engine {
        self.plan.engine()
    }

    /// The documents of a request, without sub-requests or `deep` as a flow; `None` if there is anything to say about them.
    pub fn judged(&self, promise: &str, request: &Request, deep: bool) -> Option<Judged> {
        let engine = self.plan.engine();
        let mut text = String::with_capacity(16 << 10);
        let parts = self.plan.planned(promise, request, deep, &mut text, &|_, _| true)?;
        let mut names = vec![hash(&("request", promise, &request.namespace, &request.name))];
        let mut renderings = vec![];
        for part in parts {
            let Part { promise, request, written, objects, deletion } = part;
            names.extend(written.iter().map(|w| hash(&(&*w.group, &*w.kind, &w.namespace, &w.name))));
            let promise = engine.program().promise(&promise)?;
            let rendering = Rendering::new(promise, &request);
            renderings.push(Rendering { documents: objects, deletion, ..rendering });
        }
        let mut out = vec![];
        // Requests of a stream are many, so what is proved of all of them pays.
        let skip = Skip::for_documents(engine, usize::MAX);
        flows::judge(engine, skip, &Flow { renderings }, None, &mut out);
        out.is_empty().then_some(Judged { text, names })
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
