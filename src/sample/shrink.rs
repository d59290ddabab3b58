//! Makes a request smaller while something stays true of it, so that people see what matters.
//!
//! Whole parts go first, then texts and numbers become short. Nothing is known of the api here: whoever asks tells whether
//! the smaller request is still one, and still shows what it should show.

use std::sync::Arc;

use crate::value::{Map, Value};

/// The text in whose place no shorter one is tried letter by letter.
const LETTERS: usize = 24;

/// The smallest request for which `shows` was true, among those that are tried: at most `most`.
pub fn shrink(request: &Value, most: usize, mut shows: impl FnMut(&Value) -> bool) -> Value {
    let mut best = request.clone();
    let mut left = most;
    // Where the last try that went well stood: what was tried before it is tried again only at the end.
    let mut from = 0;
    loop {
        let all = smaller(&best, true);
        let mut found = None;
        for (index, candidate) in all.iter().enumerate().skip(from) {
            if left == 0 {
                return best;
            }
            left -= 1;
            if shows(candidate) {
                found = Some((index, candidate.clone()));
                break;
            }
        }
        match found {
            Some((index, candidate)) => (best, from) = (candidate, index),
            None if from > 0 => from = 0,
            None => return best,
        }
    }
}

/// Values that say a little less, those that say much less first. What makes a request one at all stays.
fn smaller(value: &Value, top: bool) -> Vec<Value> {
    match value {
        Value::Map(map) => map_smaller(map, top),
        Value::List(items) => list_smaller(items),
        Value::Str(text) => text_smaller(text).into_iter().map(Value::from).collect(),
        Value::Int(n) => {
            let halves = [0, n / 2, n - n.signum()];
            halves.into_iter().filter(|m| m.unsigned_abs() < n.unsigned_abs()).map(Value::Int).collect()
        }
        Value::Float(_) => vec![Value::Int(0)],
        Value::Bool(true) => vec![Value::Bool(false)],
        Value::Bool(false) | Value::Null => vec![],
    }
}

fn map_smaller(map: &Arc<Map>, top: bool) -> Vec<Value> {
    let head = |key: &str| top && matches!(key, "apiVersion" | "kind");
    let mut out = vec![];
    if map.len() > 1 && !top {
        out.push(Value::map(Map::new()));
    }
    for key in map.keys().filter(|k| !head(k)) {
        let mut less = (**map).clone();
        less.shift_remove(key);
        out.push(Value::map(less));
    }
    for (key, value) in map.iter().filter(|(k, _)| !head(k)) {
        for value in smaller(value, false) {
            let mut less = (**map).clone();
            less.insert(Arc::clone(key), value);
            out.push(Value::map(less));
        }
    }
    for (index, key) in map.keys().enumerate().filter(|(_, k)| !head(k)) {
        for key in text_smaller(key).into_iter().filter(|k| !map.contains_key(k.as_str())) {
            let renamed = |(i, (k, v)): (usize, (&Arc<str>, &Value))| match i == index {
                true => (Arc::from(key.as_str()), v.clone()),
                false => (Arc::clone(k), v.clone()),
            };
            out.push(Value::map(map.iter().enumerate().map(renamed).collect()));
        }
    }
    out
}

fn list_smaller(items: &[Value]) -> Vec<Value> {
    let (first, second) = items.split_at(items.len() / 2);
    let mut out = vec![];
    if items.len() > 1 {
        out.extend([vec![], first.to_vec(), second.to_vec()].map(Value::list));
    }
    for index in 0..items.len() {
        let less = items.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, v)| v.clone());
        out.push(Value::list(less.collect()));
    }
    for (index, item) in items.iter().enumerate() {
        for item in smaller(item, false) {
            let put = |(i, old): (usize, &Value)| if i == index { item.clone() } else { old.clone() };
            out.push(Value::list(items.iter().enumerate().map(put).collect()));
        }
    }
    out
}

/// Texts that are shorter, or as long with more letters `a`.
fn text_smaller(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut out: Vec<String> = vec![];
    if !letters.is_empty() {
        out.push(String::new());
    }
    if letters.len() > 1 {
        let (first, second) = letters.split_at(letters.len() / 2);
        out.extend(["a".to_owned(), first.iter().collect(), second.iter().collect()]);
    }
    // A quarter from either end, then one letter.
    for cut in [letters.len() / 4, 1].into_iter().filter(|n| *n > 0 && letters.len() > 2) {
        let end = letters.len() - cut;
        out.extend(letters.get(..end).map(String::from_iter));
        out.extend(letters.get(cut..).map(String::from_iter));
    }
    if letters.len() <= LETTERS {
        for (index, _) in letters.iter().enumerate().filter(|(_, c)| **c != 'a') {
            let put = |(i, c): (usize, &char)| if i == index { 'a' } else { *c };
            out.push(letters.iter().enumerate().map(put).collect());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::write_compact;
    use crate::value::yaml;

    fn value(text: &str) -> Value {
        let mut sources = crate::source::Sources::default();
        let file = sources.add("x", text);
        yaml::read(file, text).unwrap().first().unwrap().to_value()
    }

    #[test]
    fn what_matters_is_left() {
        let request =
            value("kind: K\napiVersion: v\nspec: {a: 17, b: [1, {c: hello world}, 3], d: true, e: x}");
        let shows = |v: &Value| ["spec", "b", "wor"].iter().all(|w| write_compact(v).contains(w));
        let small = shrink(&request, 1_000, shows);
        assert_eq!(write_compact(&small), r#"{"apiVersion":"v","kind":"K","spec":{"b":[{"":"wor"}]}}"#);
        let value = |v: &Value| write_compact(v).contains("wor");
        assert_eq!(
            write_compact(&shrink(&request, 1_000, value)),
            r#"{"apiVersion":"v","kind":"K","":{"":[{"":"wor"}]}}"#
        );
    }

    #[test]
    fn numbers_go_towards_nothing_and_tries_are_counted() {
        let request = value("kind: K\nspec: {a: 1000}");
        let at = |v: &Value| match v.get("spec").and_then(|s| s.get("a")) {
            Some(Value::Int(n)) => *n,
            _ => -1,
        };
        assert_eq!(at(&shrink(&request, 1_000, |v| at(v) > 36)), 37);
        let mut tries = 0;
        shrink(&request, 3, |_| {
            tries += 1;
            false
        });
        assert_eq!(tries, 3);
    }
}
