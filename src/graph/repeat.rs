//! An object within a walk whose name does not depend on the item: a second item would render it once more.

use std::collections::BTreeSet;

use super::build::expr_slots;
use super::{NodeKind, RenderGraph, Scope};
use crate::check::program::{Condition, Expr, ExprKind, Item, Walk};
use crate::check::resource::show_gvk;
use crate::diag::Diagnostic;

/// Reports every such object, once.
pub(super) fn check(graph: &RenderGraph, out: &mut Vec<Diagnostic>) {
    for node in graph.promises.iter().flat_map(|p| p.nodes.iter().chain(&p.deletion)) {
        let (shown, names) = match &node.kind {
            NodeKind::Resource(r) => {
                let names = std::iter::once(&r.name).chain(&r.namespace).collect::<Vec<_>>();
                (format!("this `{}`", show_gvk(&r.gvk)), names)
            }
            NodeKind::Request(r) => (format!("this request of `{}`", r.promise), vec![&r.name]),
            NodeKind::File(f) => ("this file".to_owned(), vec![&f.path]),
            _ => continue,
        };
        let Some(walk) = repeating(&node.scopes, &names) else { continue };
        let message = format!("{shown} has the same name for every item");
        let d = Diagnostic::error("same-object", node.span, message);
        let d = d.also(walk.over.span, "each item of this renders it once more");
        out.push(d.help("put what is unique to the item into the name, or render it outside of the `for`"));
    }
}

/// The outermost walk of which neither the names nor a condition around the object know the item.
fn repeating<'s>(scopes: &'s [Scope], names: &[&Expr]) -> Option<&'s Walk> {
    scopes.iter().enumerate().find_map(|(at, scope)| match scope {
        Scope::For(walk) if !is_short(&walk.over) => {
            let mut known: BTreeSet<usize> = walk.key.into_iter().chain([walk.item]).collect();
            let free = scopes.iter().skip(at + 1).all(|inner| !singles_out(inner, &mut known));
            (free && names.iter().all(|n| !reads(n, &known))).then_some(&**walk)
        }
        _ => None,
    })
}

/// Whether a scope is a condition on what is `known` of the item; notes the names that hang on it.
fn singles_out(scope: &Scope, known: &mut BTreeSet<usize>) -> bool {
    match scope {
        Scope::When(condition) => {
            let (Condition::Expr(value) | Condition::Let { value, .. }) = &**condition;
            reads(value, known)
        }
        Scope::Lets(lets) => {
            // Each stands after what it needs, so one pass finds all that hang on the item.
            for l in lets.iter() {
                if reads(&l.value, known) {
                    known.insert(l.slot);
                }
            }
            false
        }
        // How often it is walked may be said by the item, and so what is walked is a condition too.
        Scope::For(walk) => reads(&walk.over, known),
    }
}

fn reads(e: &Expr, known: &BTreeSet<usize>) -> bool {
    !expr_slots(e).is_disjoint(known)
}

/// Whether it is written out and never holds two items.
fn is_short(list: &Expr) -> bool {
    let one = |i: &Item| match i {
        Item::Expr(_) => true,
        Item::When(_, inner) => matches!(**inner, Item::Expr(_)),
        Item::Spread(_) | Item::For(..) => false,
    };
    matches!(&list.kind, ExprKind::List(items) if items.len() < 2 && items.iter().all(one))
}
