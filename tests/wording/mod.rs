//! How a problem is put into words, wherever a test meets one.

use vow::diag::Diagnostic;

/// A message is one sentence that starts small and has no stop; a help is, too.
pub(crate) fn assert_worded(d: &Diagnostic) {
    let labels = d.labels.iter().map(|l| &l.text).chain([&d.primary.text]).filter(|t| !t.is_empty());
    for words in [&d.message].into_iter().chain(&d.help).chain(labels) {
        let first = words.chars().next();
        let names = ["Kubernetes ", "CRDs "];
        let small = first.is_some_and(|c| !c.is_uppercase()) || names.iter().any(|n| words.starts_with(n));
        assert!(small, "{}: starts large: {words}", d.code);
        assert!(!words.ends_with('.') && !words.contains(". "), "{}: more than a sentence: {words}", d.code);
        assert!(!words.contains('\n') && words.trim() == words, "{}: more than a line: {words}", d.code);
        let inner = ["Some(", "None)", "Err(", "Ok(", "::", "Rule::", "panicked"];
        assert!(!inner.iter().any(|w| words.contains(w)), "{}: words from inside: {words}", d.code);
    }
}
