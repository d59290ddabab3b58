//! Paths between files of a platform, as they are written in the language, and of files that a promise puts out.

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

/// What a path of an output file looks like.
pub(crate) const OUTPUT_HELP: &str = "a path is made of ASCII letters, digits, `-`, `_`, `.`, `+`, `@`, `=` and `/` \
    between its parts; a file with a destination of its own lies in a folder of its own: `catalog/component.yaml`";

/// Whether a file may be put out at `path`: below the output folder, on any file system, in any Git repository; in a
/// folder of its own if it is `directed` to a destination of its own.
///
/// # Errors
/// Why not, as the end of a sentence.
pub(crate) fn output(path: &str, directed: bool) -> Result<(), &'static str> {
    if path.len() > 512 {
        return Err("is longer than 512 bytes");
    }
    if directed && !path.contains('/') {
        return Err("lies in no folder, and Kratix sends folders to a destination, not files");
    }
    path.split('/').try_for_each(output_part)
}

fn output_part(part: &str) -> Result<(), &'static str> {
    let lower = part.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let numbered = |name: &str| stem.strip_prefix(name).is_some_and(|n| n.len() == 1 && n != "0");
    let device = matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt");
    match part {
        "" => Err("starts or ends with `/`, or has a part that is empty"),
        "." | ".." => Err("holds `.` or `..`"),
        _ if part.len() > 200 => Err("has a part that is longer than 200 bytes"),
        _ if !part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+@=".contains(&b)) => {
            Err("holds a character that some file system does not take")
        }
        _ if part.ends_with('.') => Err("has a part that ends in `.`"),
        _ if lower.starts_with(".git") => Err("has a part that is Git's own"),
        _ if device => Err("has a part that is a device on Windows"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{normalise, output};

    #[test]
    fn what_is_put_out_lies_below_the_folder_and_on_every_disk() {
        for good in ["a", "catalog/component.yaml", "a/b/c.d", ".well-known/x", "a+b@1=c"] {
            assert_eq!(output(good, false), Ok(()), "{good}");
        }
        let long = "a".repeat(201);
        for bad in
            ["", "/a", "a/", "a//b", "../a", "a/..", "a b", "a\nb", "é", "nul.txt", ".git/x", "a.", &long]
        {
            assert!(output(bad, false).is_err(), "{bad}");
        }
        assert!(output("a", true).is_err() && output("a/b", true).is_ok());
    }

    #[test]
    fn nothing_leads_above_the_root() {
        assert_eq!(normalise("promises/./a/../b.sh").as_deref(), Some("promises/b.sh"));
        for bad in ["../x", "a/../../x", "/etc/passwd", "a\\b", "c:/x", "", "."] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
