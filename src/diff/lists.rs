//! Two lists: items are paired by the keys that name them, else by the longest run that both have.

use std::collections::HashMap;
use std::sync::Arc;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::change::{Change, Item, Path, Step, What};
use super::{fields, merge_keys};
use crate::value::{Value, json, ops};

/// How many pairs of items are weighed against each other; beyond, items are paired by their position.
const PAIRS: usize = 4_000_000;

/// Compares two lists at `path`, the value of `field`.
pub(super) fn list(path: &Path, field: Option<&str>, old: &[Value], new: &[Value], out: &mut Vec<Change>) {
    match merge_keys::labels(field, old, new) {
        Some([a, b]) => named(path, (old, &a), (new, &b), out),
        None => unnamed(path, old, new, out),
    }
}

type Named<'a> = (&'a [Value], &'a [Arc<str>]);

/// Compares lists whose items have names.
fn named(path: &Path, (old, names): Named<'_>, (new, new_names): Named<'_>, out: &mut Vec<Change>) {
    let at: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (&**name, i)).collect();
    let kept: std::collections::HashSet<&str> = new_names.iter().map(|n| &**n).collect();
    for (i, (name, was)) in names.iter().zip(old).enumerate().filter(|(_, (n, _))| !kept.contains(&***n)) {
        out.push(removed(path, Some(name), i, was));
    }
    let (mut from, mut labels) = (vec![], vec![]);
    for (j, (name, is)) in new_names.iter().zip(new).enumerate() {
        let Some((i, was)) = at.get(&**name).and_then(|i| Some((*i, old.get(*i)?))) else {
            out.push(added(path, Some(name), j, is));
            continue;
        };
        from.push(i);
        labels.push(Arc::clone(name));
        let step = Step::Item(Item { label: Some(Arc::clone(name)), old: Some(i), new: Some(j) });
        fields::value(&path.then(step), None, was, is, out);
    }
    if !from.is_sorted() {
        out.push(Change::new(path.clone(), What::Order { from, labels }));
    }
}

/// Compares lists whose items are what they are.
fn unnamed(path: &Path, old: &[Value], new: &[Value], out: &mut Vec<Change>) {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (a, b) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let a = a.get(..a.len() - tail).unwrap_or_default();
    let b = b.get(..b.len() - tail).unwrap_or_default();
    let whole = || vec![DiffOp::Replace { old_index: 0, old_len: a.len(), new_index: 0, new_len: b.len() }];
    let steps = match a.len().saturating_mul(b.len()) {
        0 => whole(),
        n if n > PAIRS => whole(),
        _ => {
            let mut known = HashMap::new();
            let (a, b) = (numbered(a, &mut known), numbered(b, &mut known));
            capture_diff_slices(Algorithm::Myers, &a, &b)
        }
    };
    for step in steps {
        let (_, olds, news) = step.as_tag_tuple();
        if matches!(step, DiffOp::Equal { .. }) {
            continue;
        }
        let shared = olds.len().min(news.len());
        for (i, j) in olds.clone().zip(news.clone()) {
            let (Some(was), Some(is)) = (a.get(i), b.get(j)) else { continue };
            let step = Step::Item(Item { label: None, old: Some(head + i), new: Some(head + j) });
            fields::value(&path.then(step), None, was, is, out);
        }
        for i in olds.skip(shared) {
            out.extend(a.get(i).map(|was| removed(path, None, head + i, was)));
        }
        for j in news.skip(shared) {
            out.extend(b.get(j).map(|is| added(path, None, head + j, is)));
        }
    }
}

/// A number for each item, the same for equal ones.
fn numbered(items: &[Value], known: &mut HashMap<String, usize>) -> Vec<usize> {
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        let next = known.len();
        numbers.push(*known.entry(json::write_compact(&ops::sorted(item))).or_insert(next));
    }
    numbers
}

fn removed(path: &Path, name: Option<&Arc<str>>, at: usize, was: &Value) -> Change {
    let item = Item { label: name.cloned(), old: Some(at), new: None };
    Change::new(path.then(Step::Item(item)), What::Removed(was.clone()))
}

fn added(path: &Path, name: Option<&Arc<str>>, at: usize, is: &Value) -> Change {
    let item = Item { label: name.cloned(), old: None, new: Some(at) };
    Change::new(path.then(Step::Item(item)), What::Added(is.clone()))
}
