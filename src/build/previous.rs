//! What is built, held against what is deployed: what Kratix would delete or run again, and what existing requests would lose.
//!
//! Names of pipelines are identity to Kratix: what a pipeline wrote is kept by its name, so a lost name deletes its files.

use std::collections::BTreeSet;

use super::BuildError;
use crate::check::openapi::compat;
use crate::check::program::{Program, Promise};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::value::{Value, json};

/// Something that whoever deploys this has to know, and to want.
#[derive(Clone, Debug)]
pub struct Concern {
    /// What it is acknowledged by: `note/pipeline:main`.
    pub key: String,
    /// What it is, at its place in the promise.
    pub problem: Diagnostic,
}

/// A Promise that is deployed.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// The Promise.
    pub promise: Value,
    /// Where it stands.
    pub span: Span,
}

/// What becomes of what is deployed.
#[derive(Clone, Debug, Default)]
pub struct Previous {
    /// What has to be acknowledged, promise by promise.
    pub concerns: Vec<Concern>,
    /// The promises that are another than before: all of their requests run again.
    pub again: BTreeSet<String>,
    /// Promises that were not deployed.
    pub new: BTreeSet<String>,
}

const CODE: &str = "deployed-promise";

/// Holds the Promises `new` against those that are deployed. With `whole`, they are all that there are.
pub fn previous(program: &Program, new: &[Value], deployed: &[Deployed], whole: bool) -> Previous {
    let mut found = Previous::default();
    for promise in new {
        let called = name(promise);
        let Some(declared) = program.promise(called) else { continue };
        match deployed.iter().map(|d| &d.promise).find(|old| name(old) == called) {
            None => drop(found.new.insert(called.to_owned())),
            Some(old) if old == promise => {}
            Some(old) => {
                found.again.insert(called.to_owned());
                let mut held = Held { promise: declared, found: &mut found.concerns };
                held.pipelines(old, promise);
                held.deletion(old, promise);
                held.api(old, promise);
                held.rights(old, promise);
            }
        }
    }
    for old in deployed.iter().filter(|old| whole && !new.iter().any(|n| name(n) == name(&old.promise))) {
        let called = name(&old.promise);
        let message = format!(
            "the promise `{called}` is deployed and no longer here: where its Promise is deleted, Kratix deletes all its requests and what they made"
        );
        let problem = Diagnostic::error(CODE, old.span, message);
        found.concerns.push(concern(format!("{called}/promise"), problem));
    }
    found
}

impl Previous {
    /// What is not acknowledged by any of `keys`.
    ///
    /// # Errors
    /// A key that acknowledges nothing: it was meant for something else, or its time has passed.
    pub fn open(&self, keys: &[String]) -> Result<Vec<Diagnostic>, BuildError> {
        let known = |key: &&String| self.concerns.iter().any(|c| c.key == **key);
        match keys.iter().find(|key| !known(key)) {
            Some(stale) => Err(BuildError::NothingToAcknowledge(stale.clone())),
            None => {
                let open = self.concerns.iter().filter(|c| !keys.contains(&c.key));
                Ok(open.map(|c| c.problem.clone()).collect())
            }
        }
    }
}

fn concern(key: String, problem: Diagnostic) -> Concern {
    let problem = problem.help(format!("if that is meant, build with `--acknowledge {key}`"));
    Concern { key, problem }
}

struct Held<'a> {
    promise: &'a Promise,
    found: &'a mut Vec<Concern>,
}

impl Held<'_> {
    fn tell(&mut self, what: &str, span: Span, message: String) {
        let key = format!("{}/{what}", self.promise.name);
        self.found.push(concern(key, Diagnostic::error(CODE, span, message)));
    }

    fn pipelines(&mut self, old: &Value, new: &Value) {
        let (span, promise) = (self.promise.span, self.promise.name.clone());
        for (workflow, key) in [("resource", "pipeline"), ("promise", "promise-pipeline")] {
            let (was, is) = (pipelines(old, workflow), pipelines(new, workflow));
            for lost in was.iter().filter(|name| !is.contains(*name)) {
                let message = format!(
                    "the pipeline `{lost}` of `{promise}` is gone: Kratix deletes what it wrote for every request"
                );
                self.tell(&format!("{key}:{lost}"), span, message);
            }
            // Where there was none, nothing was written by another name.
            for added in is.iter().filter(|name| !was.is_empty() && !was.contains(*name)) {
                let place =
                    self.promise.pipelines.iter().find(|p| p.name == **added).map_or(span, |p| p.span);
                let message = format!(
                    "the pipeline `{added}` of `{promise}` is new: every request runs it and writes anew by that name, perhaps to another destination"
                );
                self.tell(&format!("{key}:{added}"), place, message);
            }
            let both = |all: &[String], other: &[String]| -> Vec<String> {
                all.iter().filter(|name| other.contains(name)).cloned().collect()
            };
            if both(&was, &is) != both(&is, &was) {
                let message = format!("the pipelines of `{promise}` run in another order than before");
                self.tell(&format!("{key}s"), span, message);
            }
        }
    }

    fn deletion(&mut self, old: &Value, new: &Value) {
        let deletes = |promise| !workflow(promise, "resource", "delete").is_empty();
        if deletes(old) && !deletes(new) {
            let message = format!(
                "`{}` does nothing any more when a request goes, and the requests that exist were made to be cleaned up after",
                self.promise.name
            );
            self.tell("on-delete", self.promise.span, message);
        }
    }

    fn api(&mut self, old: &Value, new: &Value) {
        let span = self.promise.api.as_ref().map_or(self.promise.span, |api| api.span);
        let api = |promise: &Value| promise.get("spec").and_then(|s| s.get("api")).cloned();
        match (api(old), api(new)) {
            (Some(old), Some(new)) => {
                let changes = compat::compare(&old, &new);
                for change in changes.iter().filter(|c| c.severity() == compat::Severity::Error) {
                    let message = format!(
                        "the api breaks requests that exist: `{}` was {} and is {}; {}",
                        change.path,
                        change.old,
                        change.new,
                        change.kind.reason()
                    );
                    self.tell(&format!("api:{}:{}", change.kind.name(), change.path), span, message);
                }
            }
            (Some(_), None) => {
                let message = "the promise has no api any more: Kratix deletes all its requests".to_owned();
                self.tell("api", span, message);
            }
            _ => {}
        }
    }

    fn rights(&mut self, old: &Value, new: &Value) {
        let (was, is) = (permissions(old), permissions(new));
        let wider: Vec<&String> = is.iter().filter(|right| !was.contains(*right)).collect();
        if !wider.is_empty() {
            let list = wider.iter().map(|right| right.as_str()).collect::<Vec<_>>().join("; ");
            let message =
                format!("the pipelines of `{}` get rights that they did not have: {list}", self.promise.name);
            let span = self.promise.deletion.as_ref().map_or(self.promise.span, |d| d.span);
            self.tell("rights", span, message);
        }
    }
}

fn name(promise: &Value) -> &str {
    promise.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str).unwrap_or_default()
}

fn workflow<'v>(promise: &'v Value, of: &str, action: &str) -> &'v [Value] {
    let all = promise.get("spec").and_then(|s| s.get("workflows")?.get(of)?.get(action)?.as_list());
    all.unwrap_or_default()
}

/// The names of the pipelines that write something, in their order.
fn pipelines(promise: &Value, of: &str) -> Vec<String> {
    workflow(promise, of, "configure").iter().map(|p| name(p).to_owned()).collect()
}

/// Every single right, as a line.
fn permissions(promise: &Value) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (of, action) in
        [("resource", "configure"), ("resource", "delete"), ("promise", "configure"), ("promise", "delete")]
    {
        for pipeline in workflow(promise, of, action) {
            let rules = pipeline.get("spec").and_then(|s| s.get("rbac")?.get("permissions")?.as_list());
            rules
                .unwrap_or_default()
                .iter()
                .for_each(|rule| single(rule, &format!("{of} {action}"), &mut out));
        }
    }
    out
}

fn single(rule: &Value, of: &str, out: &mut BTreeSet<String>) {
    let words = |key: &str| -> Vec<String> {
        let list = rule.get(key).and_then(Value::as_list).unwrap_or_default();
        let words = list.iter().filter_map(Value::as_str);
        words.map(|w| if w.is_empty() { "core".to_owned() } else { w.to_owned() }).collect()
    };
    let place = rule.get("resourceNamespace").map_or_else(|| "its own namespace".into(), json::write_compact);
    let names =
        rule.get("resourceNames").map(|n| format!(" named {}", json::write_compact(n))).unwrap_or_default();
    for group in words("apiGroups") {
        for resource in words("resources") {
            for verb in words("verbs") {
                out.insert(format!("{of}: {verb} {group}/{resource}{names} in {place}"));
            }
        }
    }
}
