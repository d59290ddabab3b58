//! **platform-rule**: what the platform and its promises ask for themselves, in `rule … on … { … }`.
//!
//! A rule judges an object in the form that `check::kinds::judged` gives it. An object that does not fit it, and a rule
//! that itself refuses, are errors: what could not be judged has not passed.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::check::kinds::{judged, pod_path};
use crate::check::program::{Holds, Rule, Target};
use crate::check::types::Mismatch;
use crate::diag::Diagnostic;
use crate::eval::{Engine, Judges, Objection, Refusal, Rendering, request_value};
use crate::source::{FileId, Span};
use crate::value::path::{Path, Step};
use crate::value::{Map, Value, ops};

const RULE: &str = "platform-rule";

/// The rules of a platform, judging what leaves together.
pub(super) struct Ruling<'e> {
    engine: &'e Engine,
    judges: Judges<'e>,
    /// Those of this file alone, whomever they hold for.
    file: Option<FileId>,
}

/// An object to be judged.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) subject: Subject<'a>,
    /// The promise whose request it is, if it is one.
    pub(super) serves: Option<&'a str>,
    /// The promise that rendered it; `None` for a manifest.
    pub(super) made_by: Option<&'a str>,
    /// Whether something else was found in it: then it need not be told that it does not fit.
    pub(super) refused: bool,
}

/// What a rule has to say.
pub(super) struct Said<'e> {
    rule: &'e Rule,
    what: What,
    /// What it is about: of an object as much as is there, of a flow with the index of the document before it.
    pub(super) path: Path,
}

enum What {
    Objection(Objection),
    /// It cannot judge.
    Refusal(Box<Refusal>),
    /// The object does not have the form that the rule is about: what is wrong, after the path.
    Misfit(String),
    /// It is no request that the promise takes: why, with the path in it.
    NoRequest(String),
}

/// The forms in which an object is seen, each made once.
type Views = BTreeMap<&'static str, Value>;

impl<'e> Ruling<'e> {
    /// The rules of the engine's platform, if it has any.
    pub(super) fn of(engine: &'e Engine) -> Option<Ruling<'e>> {
        (!engine.program().rules.is_empty()).then(|| Ruling { engine, judges: engine.judges(), file: None })
    }

    /// The rules that stand in a file, if there are any.
    pub(super) fn of_file(engine: &'e Engine, file: FileId) -> Option<Ruling<'e>> {
        Ruling::of(engine).map(|ruling| Ruling { file: Some(file), ..ruling })
    }

    /// The rules that judge, and the position of each.
    fn rules(&self) -> impl Iterator<Item = (usize, &'e Rule)> + use<'e> {
        let file = self.file;
        self.judges.rules().filter(move |(_, rule)| file.is_none_or(|file| rule.span.file == file))
    }

    /// Whether any rule is about flows.
    pub(super) fn is_about_flows(&self) -> bool {
        self.rules().any(|(_, rule)| matches!(rule.target, Target::Flow))
    }

    /// What the rules say of one object.
    pub(super) fn object(&mut self, judged: Judged<'_>) -> Vec<Said<'e>> {
        let mut views = Views::new();
        let mut out = Vec::new();
        for (index, rule) in self.rules() {
            let holds = self.file.is_some() || holds(rule, judged);
            let Some(view) = view_of(rule, judged).filter(|_| holds) else { continue };
            let it = match views.get(view) {
                Some(it) => it.clone(),
                None => match self.see(rule, judged.subject) {
                    Ok(it) => views.entry(view).or_insert(it).clone(),
                    Err((path, what)) => {
                        // The first rule tells it for all: the object is refused.
                        out.extend((!judged.refused).then_some(Said { rule, what, path }));
                        break;
                    }
                },
            };
            out.extend(self.say(index, rule, it));
        }
        for said in &mut out {
            if matches!(said.rule.target, Target::Document) {
                said.path = of_document(judged.subject, &said.path);
            }
            said.path = there(judged.subject.object, &said.path);
        }
        out
    }

    /// What the rules say of a request that was given.
    pub(super) fn request(&mut self, rendering: &Rendering) -> Vec<Said<'e>> {
        let mut out = Vec::new();
        for (index, rule) in self.rules() {
            let is = matches!(&rule.target, Target::Request(name) if *name == rendering.promise);
            if is && rule.holds.holds_for(&rendering.promise) {
                out.extend(self.say(index, rule, request_value(&rendering.request)));
            }
        }
        out
    }

    /// What the rules say of documents that belong together, of a request or without one.
    pub(super) fn flow(
        &mut self,
        documents: &[&Value],
        request: Option<&Rendering>,
        refused: bool,
    ) -> Vec<Said<'e>> {
        let mut out = Vec::new();
        let mut seen = None;
        for (index, rule) in self.rules() {
            let holds = match request {
                Some(request) => rule.holds.holds_for(&request.promise),
                None => self.file.is_some() || rule.holds == Holds::Everywhere,
            };
            if !holds || !matches!(rule.target, Target::Flow) {
                continue;
            }
            let it = seen.get_or_insert_with(|| flow_value(documents, request)).clone();
            if let Err(mismatch) = rule.it.check(&it) {
                let (path, what) = misfit(mismatch);
                out.extend((!refused).then_some(Said { rule, what, path }));
                break;
            }
            out.extend(self.say(index, rule, it));
        }
        for said in &mut out {
            said.path = of_flow(documents, &said.path);
        }
        out
    }

    /// The object as a rule sees it; else what does not fit, and where.
    fn see(&mut self, rule: &Rule, subject: Subject<'_>) -> Result<Value, (Path, What)> {
        let it = match &rule.target {
            Target::Kind(gvk) => {
                let kind = self.engine.program().kinds.lookup(&gvk.group, &gvk.version, &gvk.kind);
                kind.map_or_else(|| subject.object.clone(), |kind| kind.judged(subject.object))
            }
            Target::Request(promise) => match self.engine.admit(promise, subject.object) {
                Ok(request) => request_value(&request),
                Err(problems) => {
                    let first = problems.into_iter().next().map(|p| (p.path, p.message));
                    let (path, why) = first.unwrap_or_default();
                    return Err((path, What::NoRequest(why)));
                }
            },
            Target::Document | Target::Flow => judged::document(subject.object),
        };
        rule.it.check(&it).map_err(misfit)?;
        Ok(it)
    }

    fn say(&mut self, index: usize, rule: &'e Rule, it: Value) -> Vec<Said<'e>> {
        match self.judges.judge(index, it) {
            Ok(objections) => {
                let said = |mut o: Objection| {
                    let path = o.path.take().unwrap_or_default();
                    Said { rule, what: What::Objection(o), path }
                };
                objections.into_iter().map(said).collect()
            }
            Err(refusal) => vec![Said { rule, what: What::Refusal(refusal), path: Path::default() }],
        }
    }
}

impl Said<'_> {
    /// The name of the rule.
    pub(super) fn name(&self) -> &str {
        &self.rule.name
    }

    /// As a problem of what is called `title`, at `span`.
    pub(super) fn diagnostic(self, title: &str, span: Span) -> Diagnostic {
        let Said { rule, what, path } = self;
        let cannot = |why: &str| {
            let message = format!("the rule `{}` cannot judge {title}: {why}", rule.name);
            Diagnostic::error(RULE, span, message)
        };
        let misfit =
            |why: &str| cannot(why).also(rule.span, "declared here").help("write what its kind takes there");
        match what {
            What::Objection(o) => {
                let d = objection(rule, &o, title, span);
                if path.0.is_empty() { d } else { d.label(format!("`{path}`")) }
            }
            What::Refusal(refusal) => {
                let mut d = cannot(&refusal.message).also(refusal.span, "here");
                for (span, what) in &refusal.trail {
                    d = d.also(*span, what.clone());
                }
                d.help.extend(refusal.help);
                d.help("a rule has an answer for everything that it is about: ask first, with `when … { }`")
            }
            What::Misfit(what) if path.0.is_empty() => misfit(&format!("it {what}")),
            What::Misfit(what) => misfit(&format!("`{path}` {what}")),
            What::NoRequest(why) => misfit(&why),
        }
    }
}

fn objection(rule: &Rule, o: &Objection, title: &str, span: Span) -> Diagnostic {
    let name = &rule.name;
    let more = match o.more {
        0 => String::new(),
        n => format!(" (and {n} more of this rule)"),
    };
    let message = &o.message;
    let d = match o.refused {
        true => {
            let message = format!("{title} breaks the rule `{name}`: {message}{more}");
            Diagnostic::error(RULE, span, message)
        }
        false => {
            let message = format!("the rule `{name}` warns of {title}: {message}{more}");
            Diagnostic::warning(RULE, span, message)
        }
    };
    let docs = rule.docs.as_deref().unwrap_or_default();
    let docs = docs.split_whitespace().collect::<Vec<_>>().join(" ");
    let d = d.also(o.span, "the rule says so");
    match docs.trim_end_matches('.') {
        "" => d,
        docs => d.help(format!("the rule's own words: {docs}")),
    }
}

fn misfit(mismatch: Mismatch) -> (Path, What) {
    (mismatch.path, What::Misfit(mismatch.what))
}

/// Whether a rule holds for whoever has to do with an object.
fn holds(rule: &Rule, judged: Judged<'_>) -> bool {
    let asked = judged.serves.filter(|_| matches!(rule.target, Target::Request(_)));
    let promises = || judged.made_by.into_iter().chain(asked);
    rule.holds == Holds::Everywhere || promises().any(|promise| rule.holds.holds_for(promise))
}

/// The form in which a rule sees an object; `None` if it is not about it.
fn view_of(rule: &Rule, judged: Judged<'_>) -> Option<&'static str> {
    let Subject { group, version, kind, .. } = judged.subject;
    let (is, view) = match &rule.target {
        Target::Kind(gvk) => {
            ((gvk.group.as_str(), gvk.version.as_str(), gvk.kind.as_str()) == (group, version, kind), "kind")
        }
        Target::Request(promise) => (judged.serves == Some(promise.as_str()), "request"),
        Target::Document => (true, "document"),
        Target::Flow => (false, "flow"),
    };
    is.then_some(view)
}

fn flow_value(documents: &[&Value], request: Option<&Rendering>) -> Value {
    let documents = Value::list(documents.iter().map(|d| judged::document(d)).collect());
    let mut it = Map::from_iter([("documents".into(), documents)]);
    if let Some(rendering) = request {
        let mut fields = Map::from_iter([("promise".into(), Value::str(rendering.promise.as_str()))]);
        let request = request_value(&rendering.request);
        fields.extend(request.as_map().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
        it.insert("request".into(), Value::map(fields));
    }
    Value::map(it)
}

/// A path in the form that rules on documents see, as one of the document.
fn of_document(subject: Subject<'_>, path: &Path) -> Path {
    let Some((Step::Key(first), rest)) = path.0.split_first() else { return Path::default() };
    let keys = |keys: &[&str]| keys.iter().map(|key| Step::Key((*key).into())).collect::<Vec<_>>();
    let head = match &**first {
        "object" => vec![],
        "pod" => keys(pod_path(subject.group, subject.kind).unwrap_or_default()),
        "group" | "version" => keys(&["apiVersion"]),
        other => keys(&[other]),
    };
    Path([&head, rest].concat())
}

/// A path in the form that rules on flows see: the index of a document, and the path in it.
fn of_flow(documents: &[&Value], path: &Path) -> Path {
    let [Step::Key(list), Step::Index(index), rest @ ..] = path.0.as_slice() else { return Path::default() };
    let Some(document) = documents.get(*index).filter(|_| &**list == "documents") else {
        return Path::default();
    };
    let inner = there(document, &of_document(Subject::of(document), &Path(rest.to_vec())));
    Path([&[Step::Index(*index)], inner.0.as_slice()].concat())
}

/// As much of a path as there is.
fn there(object: &Value, path: &Path) -> Path {
    let is_there = |n: &usize| path.0.get(..*n).is_some_and(|steps| ops::at(object, steps).is_some());
    let most = (0..=path.0.len()).rev().find(is_there).unwrap_or_default();
    Path(path.0.get(..most).unwrap_or_default().to_vec())
}
