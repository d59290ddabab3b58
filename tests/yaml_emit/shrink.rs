//! Finds the smallest part of a value that still fails, so that a failure in a document of five hundred values is shown
//! as one.

use std::sync::Arc;

use vow::value::Value;

/// The smallest value made from `value` that fails as it does.
pub(crate) fn shrink(value: &Value, fails: impl Fn(&Value) -> bool) -> Value {
    let mut smallest = value.clone();
    loop {
        let Some(smaller) = smaller(&smallest).find(&fails) else { return smallest };
        smallest = smaller;
    }
}

type Candidates<'a> = Box<dyn Iterator<Item = Value> + 'a>;

/// What `value` can be made smaller to, the greatest steps first.
fn smaller(value: &Value) -> Candidates<'_> {
    match value {
        Value::Str(text) => {
            let chars: Vec<char> = text.chars().collect();
            let fewer = fewer(chars.clone()).map(|kept| Value::from(String::from_iter(kept)));
            let tamer = (0..chars.len()).filter(move |i| chars[*i] != 'a').map(|i| {
                Value::from(
                    text.chars().enumerate().map(|(at, c)| if at == i { 'a' } else { c }).collect::<String>(),
                )
            });
            Box::new(fewer.chain(tamer))
        }
        Value::List(items) => parts(items.iter().map(|v| (None, v.clone())).collect()),
        Value::Map(map) => parts(map.iter().map(|(k, v)| (Some(k.clone()), v.clone())).collect()),
        _ => Box::new(std::iter::empty()),
    }
}

/// A part of a list, or of an object with its key.
type Part = (Option<Arc<str>>, Value);

/// One part alone, fewer parts, or one of them smaller.
fn parts(parts: Vec<Part>) -> Candidates<'static> {
    let alone: Vec<Value> = parts
        .iter()
        .flat_map(|(key, value)| [Some(value.clone()), key.as_ref().map(|k| Value::Str(k.clone()))])
        .flatten()
        .collect();
    let fewer = fewer(parts.clone()).filter(|kept| !kept.is_empty()).map(|kept| whole(&kept));
    let one_smaller = (0..parts.len()).flat_map(move |i| {
        let (key, value) = &parts[i];
        let with = |part: Part| {
            let mut parts = parts.clone();
            parts[i] = part;
            whole(&parts)
        };
        let values = smaller(value).map(|v| with((key.clone(), v)));
        let names = key.iter().flat_map(|k| smaller(&Value::Str(k.clone())).collect::<Vec<_>>());
        let keys = names.map(|k| with((k.as_str().map(Arc::from), value.clone())));
        values.chain(keys).collect::<Vec<_>>()
    });
    Box::new(alone.into_iter().chain(fewer).chain(one_smaller))
}

fn whole(parts: &[Part]) -> Value {
    match parts.iter().map(|(key, value)| Some((key.clone()?, value.clone()))).collect() {
        Some(map) => Value::map(map),
        None => Value::list(parts.iter().map(|(_, value)| value.clone()).collect()),
    }
}

/// `all` without its one half and the other, without each quarter, and so on.
fn fewer<T: Clone + 'static>(all: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let count = all.len();
    let sizes = std::iter::successors(Some(count.div_ceil(2)), |size| (*size > 1).then(|| size / 2));
    sizes.filter(move |_| count > 0).flat_map(move |size| {
        let all = all.clone();
        let without = move |start: usize| {
            let end = (start + size).min(count);
            [&all[..start], &all[end..]].concat()
        };
        (0..count).step_by(size).map(without)
    })
}
