//! Paths between files of a platform, as they are written in the language.

/// `a/./b/../c` as `a/c`; `None` if it is absolute, leads above the root, or holds what no path of a platform holds.
pub(crate) fn normalise(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', '\0', ':']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn nothing_leads_above_the_root() {
        assert_eq!(normalise("promises/./a/../b.sh").as_deref(), Some("promises/b.sh"));
        for bad in ["../x", "a/../../x", "/etc/passwd", "a\\b", "c:/x", "", "."] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
