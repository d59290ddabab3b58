//! A flow is judged: each of its documents by the rules of vow and of the platform, then all of it.

use super::platform_rule::{Judged, Ruling, Said};
use super::prove::Skip;
use super::readings::Readings;
use super::subject::{Facts, Subject};
use super::{Finding, judge_rendered, no_secret, schema, told, values};
use crate::diag::{Diagnostic, Severity, has_errors};
use crate::eval::{Document, Engine, Flow, Phase, Rendering, render_flow};
use crate::source::Span;
use crate::value::Value;
use crate::value::path::{Path, Step};

/// Puts into `out` what the rules have against a flow; `asked` is where its request was written.
pub(super) fn judge(
    engine: &Engine,
    skip: Skip<'_>,
    flow: &Flow,
    asked: Option<Span>,
    out: &mut Vec<Diagnostic>,
) {
    // A flow says the same text more than once: a request of a promise has it, and what that renders.
    let readings = Readings::default();
    let facts = Facts::of(engine.program()).with(&readings);
    let mut ruling = Ruling::of(engine);
    let mut found = Vec::new();
    let made =
        flow.renderings.iter().flat_map(|r| r.documents.iter().chain(&r.deletion).map(move |d| (r, d)));
    for (rendering, document) in made {
        let findings =
            judge_rendered(document, facts, skip).into_iter().chain(schema::judge(engine, document));
        let before = found.len();
        found.extend(findings.map(|f| report(engine, rendering, document, f)));
        let refused = found.len() > before;
        let mut random = Vec::new();
        no_secret::reported(&document.object, &mut random);
        let told = |f| Diagnostic { severity: Severity::Warning, ..report(engine, rendering, document, f) };
        found.extend(random.into_iter().map(told));
        found.extend(values::judge(engine, rendering, document));
        if let Some(ruling) = &mut ruling {
            let said = ruling.object(Judged {
                subject: Subject::of(&document.object),
                serves: document.serves.as_deref(),
                made_by: Some(&document.origin.promise),
                refused,
            });
            found.extend(said.into_iter().map(|said| of_document(engine, rendering, document, said)));
        }
    }
    found.extend(flow.renderings.iter().flat_map(|rendering| told::judge(engine, rendering)));
    // What a deletion makes is no flow, and no rule on requests keeps one from being deleted.
    let deletes = documents(flow).any(|(_, document)| document.origin.phase == Phase::Delete);
    if let Some(ruling) = ruling.as_mut().filter(|_| !deletes) {
        let refused = has_errors(&found);
        found.extend(whole(engine, ruling, flow, asked, refused));
    }
    out.extend(found);
}

/// What the rules of a platform have against the request of a flow, and against the flow.
fn whole(
    engine: &Engine,
    ruling: &mut Ruling<'_>,
    flow: &Flow,
    asked: Option<Span>,
    refused: bool,
) -> Vec<Diagnostic> {
    let Some(root) = flow.renderings.first() else { return vec![] };
    let promise = engine.program().promise(&root.promise);
    let asked = asked.or(promise.map(|p| p.span)).unwrap_or_default();
    let kind = promise.and_then(|p| p.api.as_ref()).map_or(root.promise.as_str(), |api| &api.kind);
    let title = format!("`{kind}/{} in {}`", root.request.name, root.request.namespace);
    let mut out: Vec<Diagnostic> =
        ruling.request(root).into_iter().map(|said| said.diagnostic(&title, asked)).collect();
    if !ruling.is_about_flows() {
        return out;
    }
    // What sub-requests render belongs to the flow, whether it leaves now or later.
    let rendered;
    let flow = match is_whole(engine, flow) {
        true => flow,
        false => match render_flow(engine, &root.promise, &root.request) {
            Ok(flow) => {
                rendered = flow;
                &rendered
            }
            Err(refusal) => {
                out.push(refusal.diagnostic().also(asked, format!("in the flow of {title}")));
                return out;
            }
        },
    };
    let all: Vec<(&Rendering, &Document)> = documents(flow).collect();
    let objects: Vec<&Value> = all.iter().map(|(_, document)| &document.object).collect();
    for mut said in ruling.flow(&objects, Some(root), refused) {
        let document = match said.path.0.first() {
            Some(Step::Index(index)) => all.get(*index),
            _ => None,
        };
        out.push(match document {
            Some((rendering, document)) => {
                said.path.0.remove(0);
                of_document(engine, rendering, document, said)
            }
            None => said.diagnostic(&format!("the flow of {title}"), asked),
        });
    }
    out
}

fn documents(flow: &Flow) -> impl Iterator<Item = (&Rendering, &Document)> {
    flow.renderings.iter().flat_map(|r| r.documents.iter().map(move |d| (r, d)))
}

/// Whether every sub-request that can be rendered is.
fn is_whole(engine: &Engine, flow: &Flow) -> bool {
    let rendered = |d: &&Document| {
        let promise = d.serves.as_deref().and_then(|name| engine.program().promise(name));
        promise.is_some_and(|p| !p.foreign)
    };
    flow.documents().filter(rendered).count() < flow.renderings.len()
}

fn report(engine: &Engine, rendering: &Rendering, document: &Document, finding: Finding) -> Diagnostic {
    let Finding { rule, path, message, help } = finding;
    at(engine, rendering, document, &path, |span| {
        Diagnostic::error(rule, span, format!("`{}`: {message}", document.title())).help(help)
    })
}

fn of_document(engine: &Engine, rendering: &Rendering, document: &Document, said: Said<'_>) -> Diagnostic {
    let path = said.path.clone();
    at(engine, rendering, document, &path, |span| said.diagnostic(&format!("`{}`", document.title()), span))
}

/// A problem of what stands at a path of a document: where it was written, and which field of the request it is.
fn at(
    engine: &Engine,
    rendering: &Rendering,
    document: &Document,
    path: &Path,
    problem: impl FnOnce(Span) -> Diagnostic,
) -> Diagnostic {
    let place = engine.place_of(&rendering.request, document, path);
    let d = problem(place.span);
    match place.request {
        Some(path) => {
            d.help(format!("the value comes from `{path}` of the request `{}`", rendering.request.name))
        }
        None => d,
    }
}
