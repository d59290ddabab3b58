//! Findings that a team has accepted, so that only new ones fail: a file of them, one a line, each by its fingerprint.
//!
//! A finding is told by its rule, its object and its path in it, not by its file or its line. So it stays accepted when lines
//! and files move, and no value of a manifest, digested or not, stands in the file.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::lint::Lint;
use crate::diag::Diagnostic;
use crate::source::{FileId, Sources};
use crate::value::{Map, Value, json};

/// The form of the file.
const VERSION: i64 = 1;
/// How many hexadecimal digits a fingerprint has.
const DIGITS: usize = 20;

/// Findings that are accepted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The file in which it was; for people.
    pub file: String,
    /// The rule, or the code of what the reader said.
    pub rule: String,
    /// The object, `GROUP/KIND NAMESPACE/NAME`.
    pub object: String,
    /// Where in the object.
    pub path: String,
    /// What tells it from others.
    pub fingerprint: String,
    /// How often it is there.
    pub count: i64,
}

/// Findings, held against a baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sifted {
    /// Those that nobody accepted.
    pub new: Vec<Diagnostic>,
    /// How many are accepted.
    pub accepted: usize,
    /// What was accepted and is no longer there, how often in `count`.
    pub gone: Vec<Entry>,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// Why it is none, as the end of a sentence.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let value = json::read(FileId::default(), text).map_err(|d| d.message)?.to_value();
        if value.get("version") != Some(&Value::Int(VERSION)) {
            return Err(format!("its `version` is not {VERSION}"));
        }
        let findings = value.get("findings").and_then(Value::as_list);
        let entries: Option<Vec<Entry>> =
            findings.ok_or("it has no list `findings`")?.iter().map(entry).collect();
        Ok(Baseline { entries: entries.ok_or("a finding lacks a field, or has a wrong one")? })
    }

    /// The baseline that accepts all of `found`. Of this one it keeps what was in files that `judged` does not tell.
    #[must_use]
    pub fn accept(&self, sources: &Sources, found: &[Lint], judged: impl Fn(&str) -> bool) -> Baseline {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        // What no reader understands is not judged in full, so nobody can accept it.
        let unread = |l: &Lint| l.diagnostic.code.starts_with("yaml-");
        for lint in found.iter().filter(|l| l.diagnostic.is_error() && !unread(l)) {
            let new = Entry::of(sources, lint);
            entries.entry(new.fingerprint.clone()).and_modify(|e| e.count += 1).or_insert(new);
        }
        for old in self.entries.iter().filter(|e| !judged(&e.file)) {
            entries.entry(old.fingerprint.clone()).or_insert_with(|| old.clone());
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort();
        Baseline { entries }
    }

    /// The text of the file: JSON, a line for each finding, in the order of their files.
    pub fn write(&self) -> String {
        let lines: Vec<String> =
            self.entries.iter().map(|e| format!("    {}", json::write_compact(&e.to_value()))).collect();
        let findings = if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{findings}]\n}}\n")
    }

    /// How many findings it accepts.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|e| usize::try_from(e.count).unwrap_or(0)).sum()
    }

    /// Whether it accepts nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes what is accepted out of `found`. An entry is gone only if its file is one that `judged` tells.
    pub fn sift(&self, sources: &Sources, found: Vec<Lint>, judged: impl Fn(&str) -> bool) -> Sifted {
        let mut left: BTreeMap<&str, i64> =
            self.entries.iter().map(|e| (e.fingerprint.as_str(), e.count)).collect();
        let mut out = Sifted::default();
        for lint in found {
            let fingerprint = Entry::of(sources, &lint).fingerprint;
            match left.get_mut(fingerprint.as_str()) {
                Some(count) if *count > 0 && lint.diagnostic.is_error() => {
                    *count -= 1;
                    out.accepted += 1;
                }
                _ => out.new.push(lint.diagnostic),
            }
        }
        for entry in self.entries.iter().filter(|e| judged(&e.file)) {
            match left.get(entry.fingerprint.as_str()) {
                Some(count) if *count > 0 => out.gone.push(Entry { count: *count, ..entry.clone() }),
                _ => {}
            }
        }
        out
    }
}

impl Entry {
    fn of(sources: &Sources, lint: &Lint) -> Entry {
        let Lint { diagnostic, rule, object, path } = lint;
        let file = sources.name(diagnostic.primary.span.file).to_owned();
        // What is of no object is of its file.
        let whose = if object.is_empty() { &file } else { object };
        // Which key or flag holds a credential is no detail: another one there is another finding.
        let what = if diagnostic.code == "no-secret" {
            diagnostic.message.clone()
        } else {
            what(&diagnostic.message)
        };
        let mut digest = Sha256::new();
        for part in [rule, whose, path, &what] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let digits = digest.finalize().iter().map(|b| format!("{b:02x}")).collect::<String>();
        let fingerprint = digits.chars().take(DIGITS).collect();
        let (rule, object, path) = (rule.clone(), object.clone(), path.clone());
        Entry { file, rule, object, path, fingerprint, count: 1 }
    }

    fn to_value(&self) -> Value {
        let texts = [
            ("file", &self.file),
            ("rule", &self.rule),
            ("object", &self.object),
            ("path", &self.path),
            ("fingerprint", &self.fingerprint),
        ];
        let mut map: Map = texts.into_iter().map(|(k, v)| (k.into(), v.as_str().into())).collect();
        if self.count > 1 {
            map.insert("count".into(), Value::Int(self.count));
        }
        Value::map(map)
    }
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let count = match value.get("count") {
        Some(Value::Int(count)) if *count > 0 => *count,
        Some(_) => return None,
        None => 1,
    };
    Some(Entry {
        file: text("file")?,
        rule: text("rule")?,
        object: text("object")?,
        path: text("path")?,
        fingerprint: text("fingerprint")?,
        count,
    })
}

/// A message without what it quotes: names, paths and values may change, the sentence stays.
fn what(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Engine;
    use crate::rules::lint;

    const TWO: &str =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {password: hunter2}\n";

    fn linted(sources: &mut Sources, name: &str, text: &str) -> Vec<Lint> {
        let file = sources.add(name, text);
        let found = lint(&Engine::without_platform(), file, text);
        found.into_iter().filter(|l| l.diagnostic.code == "no-secret").collect()
    }

    #[test]
    fn a_finding_stays_accepted_when_its_line_and_its_file_move() {
        let mut sources = Sources::default();
        let before = linted(&mut sources, "a.yaml", TWO);
        let baseline = Baseline::default().accept(&sources, &before, |_| true);
        assert_eq!(Baseline::read(&baseline.write()), Ok(baseline.clone()));
        assert!(baseline.len() == 1 && !baseline.write().contains("hunter2"));
        let moved = linted(&mut sources, "b.yaml", &format!("# moved\n\n{TWO}"));
        let sifted = baseline.sift(&sources, moved, |_| true);
        assert!(sifted.new.is_empty() && sifted.accepted == 1 && sifted.gone.is_empty());
    }

    #[test]
    fn what_is_new_is_told_from_what_is_gone() {
        let mut sources = Sources::default();
        let before = linted(&mut sources, "a.yaml", TWO);
        let baseline = Baseline::default().accept(&sources, &before, |_| true);
        let other = linted(&mut sources, "a.yaml", &TWO.replace("password", "token"));
        let sifted = baseline.sift(&sources, other, |_| true);
        assert!(sifted.new.len() == 1 && sifted.accepted == 0 && sifted.gone.len() == 1);
        // The same once more is one too many, and of a file that was not judged nothing is known.
        let twice = [before.clone(), before].concat();
        assert_eq!(baseline.sift(&sources, twice, |_| true).new.len(), 1);
        assert!(baseline.sift(&sources, vec![], |_| false).gone.is_empty());
    }

    #[test]
    fn what_was_not_judged_now_stays() {
        let mut sources = Sources::default();
        let one = linted(&mut sources, "a.yaml", TWO);
        let two = linted(&mut sources, "b.yaml", &TWO.replace("name: a", "name: z"));
        let baseline = Baseline::default().accept(&sources, &one, |_| true);
        assert_eq!(baseline.accept(&sources, &two, |f| f == "b.yaml").len(), 2);
        assert_eq!(baseline.accept(&sources, &two, |_| true).len(), 1);
    }

    #[test]
    fn what_is_there_more_than_once_is_counted() {
        let mut sources = Sources::default();
        let one = linted(&mut sources, "a.yaml", TWO);
        let baseline = Baseline::default().accept(&sources, &[one.clone(), one.clone()].concat(), |_| true);
        assert!(baseline.len() == 2 && !baseline.is_empty() && Baseline::default().is_empty());
        let text = baseline.write();
        let counted = |count: &str| text.replace("\"count\":2", &format!("\"count\":{count}"));
        assert_ne!(counted("3"), text);
        assert_eq!(Baseline::read(&text), Ok(baseline.clone()));
        assert_eq!(baseline.sift(&sources, one, |_| true).gone.first().map(|e| e.count), Some(1));
        for count in ["0", "-1", "\"2\""] {
            assert!(Baseline::read(&counted(count)).is_err(), "{count}");
        }
        // What is only warned of is nothing that could be accepted.
        let mut other = linted(&mut sources, "b.yaml", TWO);
        other.iter_mut().for_each(|l| l.diagnostic.severity = crate::diag::Severity::Warning);
        assert!(Baseline::default().accept(&sources, &other, |_| true).is_empty());
    }

    #[test]
    fn what_is_no_baseline_is_told() {
        for text in ["", "[]", "{\"version\": 2}", "{\"version\": 1, \"findings\": [{}]}"] {
            assert!(Baseline::read(text).is_err(), "{text}");
        }
    }
}
