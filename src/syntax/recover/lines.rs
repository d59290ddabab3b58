//! Lines and their indentation, which tell what the author meant where brackets do not.

/// The place where the line of `at` starts.
pub(super) fn start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
}

/// The place where the line of `at` ends, before its newline.
pub(super) fn end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |i| at + i)
}

/// How far the line of `at` is indented.
pub(super) fn indent(text: &str, at: usize) -> usize {
    let line = text.get(start(text, at)..).unwrap_or("");
    line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// Whether only blanks stand before `at` on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    start(text, at) + indent(text, at) == at
}

/// The starts of the lines after the one of `at`, up to `limit`, that are not blank.
pub(super) fn following(text: &str, at: usize, limit: usize) -> impl Iterator<Item = usize> + '_ {
    let mut next = end(text, at) + 1;
    std::iter::from_fn(move || {
        while next < limit {
            let line = next;
            next = end(text, line) + 1;
            if text.get(line..end(text, line)).is_some_and(|l| !l.trim().is_empty()) {
                return Some(line);
            }
        }
        None
    })
}
