//! What comes first: topological order, and cycles between promises.

use std::collections::BTreeSet;

use super::{Node, NodeKind, RenderGraph};
use crate::check::cycle::{MOST_SHOWN, cycles, shown};
use crate::check::program::Program;
use crate::diag::Diagnostic;

/// Positions in an order in which everything comes after what it needs, and in the given order otherwise; or the
/// positions that hang in a cycle.
pub(super) fn topological(needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut open: Vec<usize> = needs.iter().map(|n| n.iter().filter(|i| **i < needs.len()).count()).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (user, list) in needs.iter().enumerate() {
        for need in list {
            if let Some(u) = users.get_mut(*need) {
                u.push(user);
            }
        }
    }
    let mut ready: BTreeSet<usize> =
        open.iter().enumerate().filter(|(_, n)| **n == 0).map(|(i, _)| i).collect();
    let mut sorted = Vec::with_capacity(needs.len());
    while let Some(next) = ready.pop_first() {
        sorted.push(next);
        for user in users.get(next).into_iter().flatten() {
            if let Some(n) = open.get_mut(*user) {
                *n -= 1;
                if *n == 0 {
                    ready.insert(*user);
                }
            }
        }
    }
    match sorted.len() == needs.len() {
        true => Ok(sorted),
        false => {
            let sorted: BTreeSet<usize> = sorted.into_iter().collect();
            Err((0..needs.len()).filter(|i| !sorted.contains(i)).collect())
        }
    }
}

/// The most Namespaces of one name, each under a condition of its own, that an object waits for.
const MOST_NAMESAKES: usize = 8;

/// What lives in a namespace would rather come after it, if both are written with the same words: user and namespace,
/// by position.
pub(super) fn namespaces_first(nodes: &[Node]) -> Vec<(usize, usize)> {
    let namespaces: Vec<(usize, String)> = nodes
        .iter()
        .enumerate()
        .filter_map(|(i, n)| match &n.kind {
            NodeKind::Resource(r) if r.gvk.kind == "Namespace" && r.gvk.group.is_empty() => {
                Some((i, super::symbol::shape(&r.name)))
            }
            _ => None,
        })
        .collect();
    let mut wishes = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let NodeKind::Resource(r) = &node.kind else { continue };
        let Some(own) = r.namespace.as_ref().map(super::symbol::shape) else { continue };
        let same = namespaces.iter().filter(|(i, name)| *i != index && *name == own);
        let first = same.take(MOST_NAMESAKES);
        wishes.extend(first.map(|(i, _)| (index, *i)));
    }
    wishes
}

/// Adds wishes to what nodes need, each unless it would close a circle: an order of objects is good to have, and no
/// reason to refuse a promise.
pub(super) fn grant(nodes: &mut [Node], wishes: &[(usize, usize)]) {
    for (user, first) in wishes {
        if !reaches(nodes, *first, *user)
            && let Some(node) = nodes.get_mut(*user)
            && !node.needs.contains(first)
        {
            node.needs.push(*first);
        }
    }
}

/// Whether `from` needs `to`, directly or not.
fn reaches(nodes: &[Node], from: usize, to: usize) -> bool {
    let mut seen = vec![false; nodes.len()];
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        if seen.get_mut(node).is_some_and(|seen| !std::mem::replace(seen, true)) {
            open.extend(nodes.get(node).into_iter().flat_map(|n| n.needs.iter().copied()));
        }
    }
    false
}

/// The nodes in their order, with `needs` renumbered; a cycle is reported and left in the author's order.
pub(super) fn sort(mut nodes: Vec<Node>, out: &mut Vec<Diagnostic>) -> Vec<Node> {
    let needs: Vec<Vec<usize>> = nodes.iter().map(|n| n.needs.clone()).collect();
    let Ok(sorted) = topological(&needs) else {
        // The id of a node begins with what it is, which is not how its author names it.
        let name = |n: &Node| n.id.split_once(':').map_or(n.id.as_str(), |(_, name)| name).to_owned();
        report(&needs, |i| nodes.get(i).map(|n| (name(n), n.span)), out);
        return nodes;
    };
    let mut position = vec![0; nodes.len()];
    for (new, old) in sorted.iter().enumerate() {
        if let Some(p) = position.get_mut(*old) {
            *p = new;
        }
    }
    for node in &mut nodes {
        for need in &mut node.needs {
            *need = position.get(*need).copied().unwrap_or(*need);
        }
        node.needs.sort_unstable();
    }
    let mut numbered: Vec<(usize, Node)> = position.into_iter().zip(nodes).collect();
    numbered.sort_by_key(|(p, _)| *p);
    numbered.into_iter().map(|(_, n)| n).collect()
}

/// Reports promises that request each other in a circle; whether there are none.
pub(super) fn request_cycles(program: &Program, graph: &RenderGraph, out: &mut Vec<Diagnostic>) -> bool {
    let index = |name: &str| program.promises.iter().position(|p| p.name == name);
    let edges: Vec<Vec<usize>> = program
        .promises
        .iter()
        .map(|p| graph.requests(&p.name).into_iter().filter_map(index).collect())
        .collect();
    let span_of = |i: usize| program.promises.get(i).map(|p| (p.name.clone(), p.span));
    report(&edges, span_of, out)
}

/// Reports every cycle, node by node; whether there is none.
pub(super) fn report(
    edges: &[Vec<usize>],
    node: impl Fn(usize) -> Option<(String, crate::source::Span)>,
    out: &mut Vec<Diagnostic>,
) -> bool {
    let found = cycles(edges);
    for cycle in &found {
        let nodes: Vec<_> = cycle.iter().filter_map(|i| node(*i)).collect();
        let Some((first, span)) = nodes.first() else { continue };
        let circle = shown(nodes.iter().map(|(n, _)| n.as_str()));
        let mut d = Diagnostic::error("cycle", *span, format!("`{first}` needs itself: {circle}"));
        for (name, span) in nodes.iter().skip(1).take(MOST_SHOWN) {
            d = d.also(*span, format!("through `{name}`"));
        }
        out.push(d.help("break the circle: every flow must end"));
    }
    found.is_empty()
}

#[cfg(test)]
mod tests {
    use super::topological;

    #[test]
    fn needs_come_first_and_the_given_order_otherwise() {
        assert_eq!(topological(&[vec![2], vec![], vec![]]), Ok(vec![1, 2, 0]));
        assert_eq!(topological(&[vec![1], vec![0], vec![]]), Err(vec![0, 1]));
    }
}
