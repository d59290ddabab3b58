//! Cycles in a small graph.

/// Every cycle found by a walk in order, each as its nodes in order; each node is in at most one.
pub(crate) fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        // An explicit stack: a chain of declarations may be longer than the native one is deep.
        let mut stack: Vec<(usize, usize)> = Vec::new();
        if state.get(start) == Some(&State::New) {
            stack.push((start, 0));
        }
        while let Some((node, next)) = stack.last_mut() {
            let node = *node;
            if let Some(s) = state.get_mut(node) {
                *s = State::Open;
            }
            let Some(target) = edges.get(node).and_then(|e| e.get(*next)).copied() else {
                if let Some(s) = state.get_mut(node) {
                    *s = State::Done;
                }
                stack.pop();
                continue;
            };
            *next += 1;
            match state.get(target) {
                Some(State::New) => stack.push((target, 0)),
                Some(State::Open) => {
                    let path = stack.iter().map(|(n, _)| *n);
                    found.push(path.skip_while(|n| *n != target).collect());
                }
                _ => {}
            }
        }
    }
    found
}

/// The most nodes of a circle that a message names.
pub(crate) const MOST_SHOWN: usize = 12;

/// A circle in words, its first node at both ends; the middle of a long one is left out.
pub(crate) fn shown<'a>(nodes: impl ExactSizeIterator<Item = &'a str> + Clone) -> String {
    let hidden = nodes.len().saturating_sub(MOST_SHOWN);
    let first = nodes.clone().next();
    let mut names: Vec<String> = nodes.take(MOST_SHOWN).chain(first).map(|n| format!("`{n}`")).collect();
    if hidden > 0 {
        names.insert(MOST_SHOWN, format!("… {hidden} more …"));
    }
    names.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::{cycles, shown};

    #[test]
    fn the_middle_of_a_long_circle_is_left_out() {
        assert_eq!(shown(["a", "b"].into_iter()), "`a` → `b` → `a`");
        assert!(shown(vec!["a"; 100].into_iter()).ends_with("`a` → … 88 more … → `a`"));
    }

    #[test]
    fn cycles_are_named_node_by_node() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), vec![vec![0, 1, 2]]);
        assert_eq!(cycles(&[vec![1], vec![], vec![2]]), vec![vec![2]]);
        assert!(cycles(&[vec![1, 2], vec![2], vec![]]).is_empty());
    }
}
