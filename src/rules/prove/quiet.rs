//! Of which documents no rule ever says a word, not even a warning: what is proved of all eight rules, fits its schema, is
//! nothing that chance could have made, and is looked at by no rule of the platform and no attached schema. Of more documents
//! that holds if the request is tame.

use std::sync::Arc;

use super::fits::fits;
use super::tame::{TAME, Tames};
use super::{doubts, part};
use crate::check::program::{Promise, Target};
use crate::eval::{Engine, Phase};
use crate::graph::{Node, NodeKind};
use crate::known::{Known, Piece, Rendered, Text, rendered, rendered_of_tame};
use crate::request::Request;
use crate::rules::no_secret;
use crate::rules::subject::{Facts, Subject};

/// Which documents of a promise need no look.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Quiet {
    pub(super) always: Marks,
    /// Those of tame requests, and which these are.
    pub(super) tame: Option<(Tames, Marks)>,
}

/// Documents, by the position of their node.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::rules) struct Marks {
    /// What a request renders.
    pub(in crate::rules) render: Arc<[bool]>,
    /// What its deletion makes.
    pub(in crate::rules) delete: Arc<[bool]>,
}

impl Quiet {
    /// What needs no look.
    pub(in crate::rules) fn of(engine: &Engine, promise: &Promise) -> Quiet {
        let always = Marks::of(engine, promise, rendered(engine, promise));
        let tame = Tames::of(promise)
            .map(|tames| (tames, Marks::of(engine, promise, rendered_of_tame(engine, promise, TAME))));
        // Where it makes no difference nobody need be asked.
        Quiet { tame: tame.filter(|(_, marks)| *marks != always), always }
    }

    /// What needs no look, of what a request makes.
    pub(in crate::rules) fn for_request(&self, request: &Request) -> &Marks {
        match &self.tame {
            Some((tames, marks)) if tames.has(request) => marks,
            _ => &self.always,
        }
    }
}

impl Marks {
    fn of(engine: &Engine, promise: &Promise, documents: Vec<Rendered>) -> Marks {
        let nodes = |phase| vec![false; engine.nodes(&promise.name, phase).len()];
        let (mut render, mut delete) = (nodes(Phase::Render), nodes(Phase::Delete));
        for document in documents {
            let marks = if document.phase == Phase::Render { &mut render } else { &mut delete };
            let node = engine.nodes(&promise.name, document.phase).get(document.node);
            if let (Some(mark), Some(node)) = (marks.get_mut(document.node), node) {
                *mark = is_quiet(engine, node, &document.object);
            }
        }
        Marks { render: render.into(), delete: delete.into() }
    }
}

fn is_quiet(engine: &Engine, node: &Node, object: &Known) -> bool {
    // Where no request leads there is nothing to be saved.
    if matches!(object, Known::Never) {
        return false;
    }
    let part = part(object);
    let subject = Subject::of(&part);
    let proved = || doubts(object, &part, Facts::of(engine.program())).found.is_empty();
    !is_asked_about(engine, subject) && fits_its_kind(node, object) && !may_be_random(object) && proved()
}

/// Whether a rule of the platform, or a schema that it attached, looks at objects of a kind.
fn is_asked_about(engine: &Engine, of: Subject<'_>) -> bool {
    let serving = || engine.program().serving(of.group, of.kind).map(|p| p.name.as_str());
    let by_rule = engine.program().rules.iter().any(|rule| match &rule.target {
        Target::Kind(gvk) => (gvk.group.as_str(), gvk.kind.as_str()) == (of.group, of.kind),
        Target::Request(promise) => serving() == Some(promise.as_str()),
        Target::Document | Target::Flow => true,
    });
    by_rule || engine.program().platform.attached.iter().any(|a| a.is_for(of.group, of.version, of.kind))
}

/// Whether the schema of its kind has nothing to say. A request is taken by the types of its promise, or by the promise itself.
fn fits_its_kind(node: &Node, object: &Known) -> bool {
    match &node.kind {
        NodeKind::Resource(resource) => resource.schema.as_ref().is_none_or(|s| fits(s, object)),
        _ => true,
    }
}

/// Whether any text may be one that is told because chance could have made it.
pub(super) fn may_be_random(known: &Known) -> bool {
    match known {
        Known::Is(value) => {
            let mut found = Vec::new();
            no_secret::reported(value, &mut found);
            !found.is_empty()
        }
        Known::Text(text) => is_random(text),
        Known::Object(object) => {
            // Keys are not looked at.
            let rest = object.rest.as_ref().is_some_and(|rest| may_be_random(&rest.value));
            rest || object.fields.values().any(|field| may_be_random(&field.known))
        }
        Known::List(list) => list.segments.iter().any(|segment| may_be_random(&segment.item)),
        Known::OneOf(all) => all.iter().any(may_be_random),
        Known::Free(hole) => !hole.is_tame(),
        _ => false,
    }
}

fn is_random(text: &Text) -> bool {
    let breaks = |piece: &Piece| match piece {
        Piece::Plain(plain) => !plain.bytes().all(no_secret::is_of_random),
        Piece::Open(_) => false,
        // An object with a field has a colon and a blank after its key.
        Piece::Tree(known, _) => known.as_object().is_some_and(|o| o.fields.values().any(|f| !f.absent)),
    };
    !text.is_tame() && no_secret::may_be_random(text.profile) && !text.pieces.iter().any(breaks)
}
