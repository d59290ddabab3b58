//! Gives every name a meaning and every expression a type: trees in, a typed [`program::Program`] out, with all the
//! mistakes found on the way. Evaluates nothing that depends on a request.

pub mod api;
pub mod attached;
mod body;
pub(crate) mod canon;
mod checker;
mod constant;
pub(crate) mod cycle;
mod expr;
mod facts;
pub mod inputs;
pub mod kinds;
mod kratix;
pub(crate) mod label;
pub mod openapi;
pub(crate) mod paths;
mod platform;
pub mod program;
mod promise;
mod reach;
pub(crate) mod resource;
pub mod rule;
pub mod state;
mod test;
pub mod types;
mod typing;
mod undone;
mod visit;
pub mod workflow;

pub(crate) use promise::metadata_type as request_metadata;

use std::sync::Arc;

use checker::{Checker, Target};
use inputs::Inputs;
use openapi::cel::{Around, rules};
use program::Program;

use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Item, Member};
use crate::wire::Later;

/// Checks everything that belongs together. The program is whole only if no diagnostic is an error.
pub fn check(inputs: &Inputs<'_>) -> (Program, Vec<Diagnostic>) {
    let mut checker = Checker::new(inputs);
    declare_promises(&mut checker);
    let platform = checker.platform();
    checker.declarations();
    checker.rules_of_modules();
    let tests = checker.tests_of_modules();
    let mut promises: Vec<program::Promise> = Vec::new();
    for module in &inputs.promises {
        let index = checker.module_index(&module.path);
        for item in &module.tree.items {
            if let Item::Promise(p) = item
                && promises.iter().all(|q| q.name != p.name.node)
            {
                promises.push(checker.promise(index, p, &module.tree.items));
            }
        }
    }
    promises.extend(inputs.foreign.iter().map(foreign));
    promises.sort_by(|a, b| a.name.cmp(&b.name));
    let rules_of_platform = checker.take_rules();
    let Checker { functions, globals, mut out, .. } = checker;
    let around = Around { functions: &functions, globals: &globals, sources: inputs.sources };
    for promise in &mut promises {
        let rules = rules(&promise.steps, around, &mut out);
        promise.api.iter_mut().for_each(|api| api.rules.clone_from(&rules));
    }
    out.extend(reach::deletions(&promises, platform.state.as_ref()));
    out.extend(undone::actions(&promises));
    let kinds = inputs.kinds.clone();
    (
        Program {
            platform,
            kinds,
            promises,
            rules: rules_of_platform,
            tests: tests.into(),
            functions,
            globals,
        },
        out,
    )
}

fn declare_promises(checker: &mut Checker<'_>) {
    let inputs = checker.inputs;
    for f in &inputs.foreign {
        let target = Target { api: Some(Arc::new(f.api.clone())), span: f.span };
        checker.apis.insert(f.name.clone(), target);
    }
    for module in &inputs.promises {
        let mut found = false;
        for item in &module.tree.items {
            let Item::Promise(p) = item else { continue };
            found = true;
            let mut apis =
                p.members.iter().filter_map(|m| if let Member::Api(a) = m { Some(a) } else { None });
            let first = apis.next();
            let api = first.map(|a| Arc::new(typing::api(a, &mut checker.out)));
            if let Some(second) = apis.next() {
                let d = Diagnostic::error("duplicate-name", second.kind.span, "a promise has one api");
                let d = first.into_iter().fold(d, |d, a| d.also(a.kind.span, "first declared here"));
                checker.out.push(d.help("make the second one a promise of its own"));
            }
            let span = p.name.span;
            // The first one is checked, so its api is the one that counts.
            if let Some(first) = checker.apis.get(&p.name.node) {
                let d = Diagnostic::error(
                    "duplicate-name",
                    span,
                    format!("two promises are named `{}`", p.name.node),
                );
                let d = d.also(first.span, "first declared here");
                checker.out.push(d.help("give one of them another name"));
            } else {
                checker.apis.insert(p.name.node.clone(), Target { api, span });
            }
        }
        let broken = module.tree.items.iter().any(|i| matches!(i, Item::Error(_)));
        if !found && !broken {
            let d =
                Diagnostic::error("no-promise", Span::new(module.file, 0, 0), "this file holds no promise");
            checker.out.push(d.help("a `.promise` file holds `promise NAME { … }`; modules end in `.dsl`"));
        }
    }
    duplicate_kinds(checker);
}

/// Two promises that serve one kind would both render its requests.
fn duplicate_kinds(checker: &mut Checker<'_>) {
    let mut seen: std::collections::BTreeMap<(String, String), (String, Span)> = Default::default();
    for (name, target) in &checker.apis {
        let Some(api) = &target.api else { continue };
        let key = (api.group.clone(), api.kind.clone());
        if let Some((first, span)) = seen.get(&key) {
            let message = format!("`{first}` and `{name}` both serve `{}` of `{}`", api.kind, api.group);
            let d = Diagnostic::error("duplicate-name", api.span, message).also(*span, "the other one");
            checker.out.push(d.help("give one of them another kind"));
        } else {
            seen.insert(key, (name.clone(), api.span));
        }
    }
}

fn foreign(f: &inputs::Foreign) -> program::Promise {
    program::Promise {
        name: f.name.clone(),
        version: None,
        docs: f.api.docs.clone(),
        span: f.span,
        api: Some(f.api.clone()),
        foreign: true,
        slots: 0,
        steps: Later::default(),
        pipelines: Later::default(),
        destination: Later::default(),
        status: Later::default(),
        deletion: Later::default(),
        dependencies: Later::default(),
        not_yet_built: vec![],
        tests: Later::default(),
    }
}

/// The place of an offset within a script; the whole of `span` if the script stands in another file.
pub(crate) fn script_place(span: Span, source: &str, offset: Option<usize>) -> Span {
    let inline = span.range().len() == source.len();
    match offset {
        Some(at) if inline => {
            let letter = source.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            let start = span.start as usize + at;
            Span::new(span.file, start, start + letter)
        }
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::script_place;
    use crate::source::{FileId, Span};

    #[test]
    fn the_place_of_a_mistake_in_a_script_is_a_whole_letter() {
        let source = "let b = “x”";
        let span = Span::new(FileId::default(), 10, 10 + source.len());
        for (at, end) in [(8, 11), (4, 5), (source.len(), source.len() + 1)] {
            let place = script_place(span, source, Some(at));
            assert_eq!(place.range(), 10 + at..10 + end, "{at}");
        }
    }
}
