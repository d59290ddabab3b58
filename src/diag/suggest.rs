//! "Did you mean": one threshold for all suggestions.

/// Longer words are not compared: their cost is the product of their lengths.
const LONGEST: usize = 64;

/// The most candidates that are looked at.
const MOST_CANDIDATES: usize = 4096;

/// The most candidates that are compared letter by letter; beyond as many, only those of the same first letter and
/// about the same length are. A file may hold as many wrong names as names.
const MOST_COMPARED: usize = 128;

/// The candidate most like `word`, if one is alike enough (Jaro-Winkler 0.8, or the same letters in another case).
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let score = |c: &str| match c.eq_ignore_ascii_case(word) {
        true => 1.0,
        false => strsim::jaro_winkler(&c.to_ascii_lowercase(), &lower),
    };
    let mut candidates: Vec<&str> =
        candidates.into_iter().take(MOST_CANDIDATES).filter(|c| c.len() <= LONGEST).collect();
    if candidates.len() > MOST_COMPARED {
        let first = |c: &str| c.as_bytes().first().map(u8::to_ascii_lowercase);
        candidates.retain(|c| first(c) == first(&lower) && c.len().abs_diff(word.len()) <= 3);
        candidates.truncate(MOST_COMPARED);
    }
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
