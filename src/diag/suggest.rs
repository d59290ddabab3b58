//! "Did you mean": one threshold for all suggestions.

/// The candidate most like `word`, if one is alike enough (Jaro-Winkler 0.8, or the same letters in another case).
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |c: &str| match c.eq_ignore_ascii_case(word) {
        true => 1.0,
        false => strsim::jaro_winkler(&c.to_ascii_lowercase(), &word.to_ascii_lowercase()),
    };
    candidates
        .into_iter()
        .map(|c| (score(c), c))
        .filter(|(s, _)| *s >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, c)| c)
}

/// `` did you mean `x`? `` for the closest candidate, or the list of what there is when it is short.
pub fn help<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = candidates.into_iter().collect();
    if let Some(c) = closest(word, all.iter().copied()) {
        return Some(format!("did you mean `{c}`?"));
    }
    (!all.is_empty() && all.len() <= 12).then(|| format!("there is {}", list(&all)))
}

/// `` `a`, `b` and `c` ``.
pub fn list<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".into(),
        Some((one, [])) => one.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
