//! What `vow explain` tells about each code.
//!
//! A code is a promise: it is spoken of, searched for and filtered by, so it is never renamed. Each has a page of Markdown
//! in `codes/` with what it means, an example that raises it, and a way out; a test renders every example.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A code and its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name, in kebab-case.
    pub name: &'static str,
    /// The page, in Markdown; its title is `# NAME: SUMMARY`.
    pub page: &'static str,
}

impl Code {
    /// What it means, in half a sentence.
    pub fn summary(&self) -> &'static str {
        let title = self.page.lines().next().unwrap_or("");
        title.split_once(": ").map_or("", |(_, summary)| summary)
    }

    /// What it means, in Markdown: the page between its title and its example.
    pub fn meaning(&self) -> &'static str {
        let body = self.page.split_once('\n').map_or("", |(_, body)| body);
        body.split("\n## ").next().unwrap_or("").trim()
    }
}

/// The name of a code.
pub type Name = &'static str;

/// The code of that name.
pub fn find(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|c| c.name == name)
}

/// Reads the name of a code.
///
/// # Errors
/// What the format says, or that there is no code of that name.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Name, D::Error> {
    let name = <&str>::deserialize(from)?;
    find(name).map(|code| code.name).ok_or_else(|| D::Error::custom("there is no such code"))
}

/// All codes, by name.
pub fn all() -> &'static [Code] {
    CODES
}

static CODES: &[Code] = &[
    Code { name: "absent-value", page: include_str!("codes/absent-value.md") },
    Code { name: "another-cluster", page: include_str!("codes/another-cluster.md") },
    Code { name: "arithmetic", page: include_str!("codes/arithmetic.md") },
    Code { name: "bad-column", page: include_str!("codes/bad-column.md") },
    Code { name: "bad-escape", page: include_str!("codes/bad-escape.md") },
    Code { name: "bad-glob", page: include_str!("codes/bad-glob.md") },
    Code { name: "bad-label", page: include_str!("codes/bad-label.md") },
    Code { name: "bad-name", page: include_str!("codes/bad-name.md") },
    Code { name: "bad-number", page: include_str!("codes/bad-number.md") },
    Code { name: "bad-path", page: include_str!("codes/bad-path.md") },
    Code { name: "bad-pattern", page: include_str!("codes/bad-pattern.md") },
    Code { name: "bad-pipeline", page: include_str!("codes/bad-pipeline.md") },
    Code { name: "bad-schema", page: include_str!("codes/bad-schema.md") },
    Code { name: "bad-setting", page: include_str!("codes/bad-setting.md") },
    Code { name: "bad-version", page: include_str!("codes/bad-version.md") },
    Code { name: "block-indent", page: include_str!("codes/block-indent.md") },
    Code { name: "computed-key", page: include_str!("codes/computed-key.md") },
    Code { name: "cycle", page: include_str!("codes/cycle.md") },
    Code { name: "deletable", page: include_str!("codes/deletable.md") },
    Code { name: "deployed-promise", page: include_str!("codes/deployed-promise.md") },
    Code { name: "deprecated-kind", page: include_str!("codes/deprecated-kind.md") },
    Code { name: "duplicate-key", page: include_str!("codes/duplicate-key.md") },
    Code { name: "duplicate-name", page: include_str!("codes/duplicate-name.md") },
    Code { name: "duplicate-request", page: include_str!("codes/duplicate-request.md") },
    Code { name: "empty-range", page: include_str!("codes/empty-range.md") },
    Code { name: "empty-request", page: include_str!("codes/empty-request.md") },
    Code { name: "empty-rule", page: include_str!("codes/empty-rule.md") },
    Code { name: "empty-test", page: include_str!("codes/empty-test.md") },
    Code { name: "expands-hugely", page: include_str!("codes/expands-hugely.md") },
    Code { name: "explicit-namespace", page: include_str!("codes/explicit-namespace.md") },
    Code { name: "file-too-large", page: include_str!("codes/file-too-large.md") },
    Code { name: "header-key", page: include_str!("codes/header-key.md") },
    Code { name: "impossible-cast", page: include_str!("codes/impossible-cast.md") },
    Code { name: "json-syntax", page: include_str!("codes/json-syntax.md") },
    Code { name: "kratix-limit", page: include_str!("codes/kratix-limit.md") },
    Code { name: "misplaced-bounds", page: include_str!("codes/misplaced-bounds.md") },
    Code { name: "misplaced-check", page: include_str!("codes/misplaced-check.md") },
    Code { name: "misplaced-contains", page: include_str!("codes/misplaced-contains.md") },
    Code { name: "misplaced-default", page: include_str!("codes/misplaced-default.md") },
    Code { name: "misplaced-form", page: include_str!("codes/misplaced-form.md") },
    Code { name: "misplaced-name", page: include_str!("codes/misplaced-name.md") },
    Code { name: "misplaced-native", page: include_str!("codes/misplaced-native.md") },
    Code { name: "misplaced-promise", page: include_str!("codes/misplaced-promise.md") },
    Code { name: "misplaced-via", page: include_str!("codes/misplaced-via.md") },
    Code { name: "missing-comma", page: include_str!("codes/missing-comma.md") },
    Code { name: "missing-field", page: include_str!("codes/missing-field.md") },
    Code { name: "missing-group", page: include_str!("codes/missing-group.md") },
    Code { name: "missing-namespace", page: include_str!("codes/missing-namespace.md") },
    Code { name: "mixed-operators", page: include_str!("codes/mixed-operators.md") },
    Code { name: "needless-wildcard", page: include_str!("codes/needless-wildcard.md") },
    Code { name: "nested-too-deep", page: include_str!("codes/nested-too-deep.md") },
    Code { name: "never-absent", page: include_str!("codes/never-absent.md") },
    Code { name: "never-equal", page: include_str!("codes/never-equal.md") },
    Code { name: "never-true", page: include_str!("codes/never-true.md") },
    Code { name: "no-api", page: include_str!("codes/no-api.md") },
    Code { name: "no-common-type", page: include_str!("codes/no-common-type.md") },
    Code { name: "no-deletion", page: include_str!("codes/no-deletion.md") },
    Code { name: "no-interpolation", page: include_str!("codes/no-interpolation.md") },
    Code { name: "no-platform", page: include_str!("codes/no-platform.md") },
    Code { name: "no-promise", page: include_str!("codes/no-promise.md") },
    Code { name: "no-secret", page: include_str!("codes/no-secret.md") },
    Code { name: "not-a-function", page: include_str!("codes/not-a-function.md") },
    Code { name: "not-a-map", page: include_str!("codes/not-a-map.md") },
    Code { name: "not-a-record", page: include_str!("codes/not-a-record.md") },
    Code { name: "not-allowed", page: include_str!("codes/not-allowed.md") },
    Code { name: "not-constant", page: include_str!("codes/not-constant.md") },
    Code { name: "not-exhaustive", page: include_str!("codes/not-exhaustive.md") },
    Code { name: "not-in-schema", page: include_str!("codes/not-in-schema.md") },
    Code { name: "not-yet-built", page: include_str!("codes/not-yet-built.md") },
    Code { name: "one-owner", page: include_str!("codes/one-owner.md") },
    Code { name: "onepassword-only", page: include_str!("codes/onepassword-only.md") },
    Code { name: "optional-value", page: include_str!("codes/optional-value.md") },
    Code { name: "out-of-range", page: include_str!("codes/out-of-range.md") },
    Code { name: "over-budget", page: include_str!("codes/over-budget.md") },
    Code { name: "ownership-labels", page: include_str!("codes/ownership-labels.md") },
    Code { name: "path-key", page: include_str!("codes/path-key.md") },
    Code { name: "pattern", page: include_str!("codes/pattern.md") },
    Code { name: "platform-rule", page: include_str!("codes/platform-rule.md") },
    Code { name: "pod-security", page: include_str!("codes/pod-security.md") },
    Code { name: "quote-key", page: include_str!("codes/quote-key.md") },
    Code { name: "refused", page: include_str!("codes/refused.md") },
    Code { name: "reserved-label", page: include_str!("codes/reserved-label.md") },
    Code { name: "reserved-status", page: include_str!("codes/reserved-status.md") },
    Code { name: "same-object", page: include_str!("codes/same-object.md") },
    Code { name: "script-failed", page: include_str!("codes/script-failed.md") },
    Code { name: "script-syntax", page: include_str!("codes/script-syntax.md") },
    Code { name: "stable-name", page: include_str!("codes/stable-name.md") },
    Code { name: "strange-character", page: include_str!("codes/strange-character.md") },
    Code { name: "superfluous-namespace", page: include_str!("codes/superfluous-namespace.md") },
    Code { name: "syntax", page: include_str!("codes/syntax.md") },
    Code { name: "test-failed", page: include_str!("codes/test-failed.md") },
    Code { name: "too-deep", page: include_str!("codes/too-deep.md") },
    Code { name: "type-mismatch", page: include_str!("codes/type-mismatch.md") },
    Code { name: "unclosed", page: include_str!("codes/unclosed.md") },
    Code { name: "unknown-field", page: include_str!("codes/unknown-field.md") },
    Code { name: "unknown-kind", page: include_str!("codes/unknown-kind.md") },
    Code { name: "unknown-module", page: include_str!("codes/unknown-module.md") },
    Code { name: "unknown-name", page: include_str!("codes/unknown-name.md") },
    Code { name: "unknown-promise", page: include_str!("codes/unknown-promise.md") },
    Code { name: "unknown-type", page: include_str!("codes/unknown-type.md") },
    Code { name: "unknown-word", page: include_str!("codes/unknown-word.md") },
    Code { name: "unopened", page: include_str!("codes/unopened.md") },
    Code { name: "unreachable-arm", page: include_str!("codes/unreachable-arm.md") },
    Code { name: "unreadable-file", page: include_str!("codes/unreadable-file.md") },
    Code { name: "unsupported-union", page: include_str!("codes/unsupported-union.md") },
    Code { name: "valid-object", page: include_str!("codes/valid-object.md") },
    Code { name: "wrong-arguments", page: include_str!("codes/wrong-arguments.md") },
    Code { name: "wrong-kind", page: include_str!("codes/wrong-kind.md") },
    Code { name: "wrong-result", page: include_str!("codes/wrong-result.md") },
    Code { name: "wrong-type", page: include_str!("codes/wrong-type.md") },
    Code { name: "wrong-value", page: include_str!("codes/wrong-value.md") },
    Code { name: "yaml-ambiguous", page: include_str!("codes/yaml-ambiguous.md") },
    Code { name: "yaml-duplicate-key", page: include_str!("codes/yaml-duplicate-key.md") },
    Code { name: "yaml-syntax", page: include_str!("codes/yaml-syntax.md") },
    Code { name: "yaml-too-large", page: include_str!("codes/yaml-too-large.md") },
    Code { name: "yaml-unsupported", page: include_str!("codes/yaml-unsupported.md") },
];
