//! For whom a rule holds: it follows the file that it stands in. In a promise's file it holds for that promise, in
//! `promises.dsl` and in the files that its `rules` name for all. A module takes its rules to whoever uses it.

use std::collections::{BTreeMap, BTreeSet};

use super::typed::{Holds, Rule};
use crate::check::inputs::{Inputs, Module};
use crate::diag::{Diagnostic, codes};
use crate::syntax::ast::Item;

/// For whom the rules of each file hold, by its path.
pub(super) fn scopes(inputs: &Inputs<'_>) -> BTreeMap<String, Holds> {
    let mut scopes = BTreeMap::new();
    for promise in &inputs.promises {
        let names = promise.tree.items.iter().filter_map(|i| match i {
            Item::Promise(p) => Some(p.name.node.clone()),
            _ => None,
        });
        let names: BTreeSet<String> = names.collect();
        for path in reached(inputs, promise) {
            match scopes.entry(path.to_owned()).or_insert_with(|| Holds::For(BTreeSet::new())) {
                Holds::For(promises) => promises.extend(names.iter().cloned()),
                Holds::Everywhere => {}
            }
        }
    }
    let ruling = inputs.modules.iter().filter(|m| inputs.ruling.contains(&m.path));
    for root in inputs.platform.iter().chain(ruling) {
        scopes.extend(reached(inputs, root).into_iter().map(|path| (path.to_owned(), Holds::Everywhere)));
    }
    scopes
}

/// A file and the modules that it uses, directly or not.
fn reached<'i>(inputs: &'i Inputs<'_>, root: &'i Module) -> BTreeSet<&'i str> {
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(module) = open.pop() {
        if found.insert(module.path.as_str()) {
            let used = |m: &&Module| module.uses.iter().any(|(_, path)| *path == m.path);
            open.extend(inputs.modules.iter().filter(used));
        }
    }
    found
}

/// Rules are told apart by their names: among those that hold for one promise, and from those of vow.
pub(super) fn distinct(rules: &[Rule]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut seen: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        if codes::find(&rule.name).is_some() {
            let message = format!("`{}` is what vow itself calls a problem", rule.name);
            let d = Diagnostic::error("duplicate-name", rule.span, message);
            out.push(d.help("give the rule another name"));
        }
        let same = seen.entry(&rule.name).or_default();
        if let Some(first) = same.iter().find(|first| overlap(&first.holds, &rule.holds)) {
            let message = format!("two rules are named `{}`", rule.name);
            let d = Diagnostic::error("duplicate-name", rule.span, message);
            out.push(d.also(first.span, "first declared here").help("give one of the two another name"));
        } else {
            same.push(rule);
        }
    }
    out
}

fn overlap(a: &Holds, b: &Holds) -> bool {
    match (a, b) {
        (Holds::For(a), Holds::For(b)) => !a.is_disjoint(b),
        _ => true,
    }
}
