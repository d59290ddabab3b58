//! Walks through an object and through everything that its texts hold, within a budget.

use std::rc::Rc;
use std::sync::Arc;

use super::{RULE, command, grants, manifest, named, text};
use crate::rules::readings::{Readings, reading};
use crate::rules::subject::{Findings, Subject, finding};
use crate::value::path::{Path, Step};
use crate::value::yaml::Reading;
use crate::value::{Map, Value};

/// How many values are looked into in one document, those in its texts included.
const BUDGET: usize = 1_000_000;
/// How many bytes of texts are looked into in one document, each once for every way in which it can be read.
const BYTES: usize = 64 << 20;
/// How much is found in one document at most; more is of no use.
pub(in crate::rules) const MOST_FOUND: usize = 100;
/// How deep texts within texts are looked into: further than anything unpacks them by itself.
pub(super) const LAYERS: usize = 6;
/// How deep a value may be nested, that of a text in the place of the text.
const DEPTH: usize = 160;

/// Objects below these keys hold labels and their like: a key there says nothing about its value.
const NO_NAMES: [&str; 6] =
    ["commonLabels", "labels", "matchLabels", "nodeSelector", "podLabels", "selector"];

/// Objects below these keys hold names of the author's own, wherever they stand.
const OWN_NAMES: [&str; 4] = ["annotations", "flexVolume", "podAnnotations", "volumeAttributes"];

pub(super) fn judge(subject: Subject<'_>, builtin: bool, readings: Option<&Readings>, found: &mut Findings) {
    let mut scan = Scan { readings, ..Scan::new(found, vec![]) };
    scan.top(subject, names_tell(subject, builtin), builtin);
    if scan.left == 0 {
        let message = "this holds more than can be looked into".to_owned();
        found.push(finding(RULE, &Path::default(), message, "split it into smaller objects"));
    }
}

/// Whether keys of an object tell which literals are credentials. Of a built-in kind and of an ExternalSecret the
/// meaning of every field is known; there a key says nothing more.
pub(super) fn names_tell(subject: Subject<'_>, builtin: bool) -> bool {
    let known = builtin && subject.group != "authentication.k8s.io";
    !known && !subject.group.ends_with("external-secrets.io")
}

/// Whether a field at the top of an object is the author's own, and its keys with it.
pub(super) fn is_own(key: &str, builtin: bool) -> bool {
    matches!(key, "data" | "binaryData" | "parameters") && builtin
}

/// Whether keys below `key` tell which literals are credentials.
pub(super) fn is_named(key: &str, named: bool) -> bool {
    (named || OWN_NAMES.contains(&key)) && !NO_NAMES.contains(&key)
}

/// Which keys of a map are looked at together with others; most maps have none of them.
#[derive(Clone, Copy, Default)]
struct Marks {
    kind: bool,
    name: bool,
    maker: bool,
}

impl Marks {
    fn of(map: &Map) -> Marks {
        let mut marks = Marks::default();
        for key in map.keys() {
            match &**key {
                "kind" => marks.kind = true,
                "name" => marks.name = true,
                "apiGroups" | "kty" | "path" | "secretGenerator" | "sops" | "target" => marks.maker = true,
                _ => {}
            }
        }
        marks
    }
}

/// Where the walk stands.
pub(super) struct Scan<'f> {
    found: &'f mut Findings,
    steps: Vec<Step>,
    /// How many steps lead to the outermost text that is looked into.
    outer: Option<usize>,
    /// How many texts are around.
    pub(super) layer: usize,
    left: usize,
    /// How many bytes of texts may still be looked into.
    bytes: usize,
    /// What texts were read as already.
    readings: Option<&'f Readings>,
}

impl<'f> Scan<'f> {
    /// A walk that begins at `steps`.
    pub(super) fn new(found: &'f mut Findings, steps: Vec<Step>) -> Scan<'f> {
        Scan { found, steps, outer: None, layer: 0, left: BUDGET, bytes: BYTES, readings: None }
    }

    fn top(&mut self, subject: Subject<'_>, named: bool, builtin: bool) {
        let Some(map) = subject.object.as_map() else { return };
        self.makes_secrets(map);
        for (key, value) in map {
            let free = is_own(key, builtin);
            self.step(key, value, (named && **key != *"metadata") || free, map);
        }
    }

    /// Judges the entry `key: value` of `map`.
    fn step(&mut self, key: &Arc<str>, value: &Value, named: bool, map: &Map) {
        let named = is_named(key, named);
        self.steps.push(Step::Key(key.clone()));
        if named && named::is_credential(key, value, map) {
            self.report(format!("a literal as `{}`", named::cut(key)), named::HELP);
        }
        if key.len() > 16 {
            text::key(key, self);
        }
        self.value(value, named);
        self.steps.pop();
    }

    /// Judges a value; with `named`, keys in it tell which literals are credentials.
    pub(super) fn value(&mut self, value: &Value, named: bool) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.steps.len() > DEPTH {
            self.left = 0;
            return;
        }
        match value {
            Value::Map(map) => self.map(map, named),
            Value::List(items) => self.list(items, named),
            Value::Str(text) => text::judge(text, self),
            _ => {}
        }
    }

    fn map(&mut self, map: &Map, named: bool) {
        let marks = Marks::of(map);
        if let Some(kind) = marks.kind.then(|| manifest::of_secret(map)).flatten() {
            self.report(format!("a manifest of a `{kind}`"), manifest::HELP);
        }
        if marks.maker {
            self.makes_secrets(map);
        }
        if let Some(name) = marks.name.then(|| named::pair(map)).flatten() {
            self.report(format!("a literal as `{name}`"), named::HELP);
        }
        for (key, value) in map {
            self.step(key, value, named, map);
        }
    }

    /// Judges what in a map makes Secrets, or may make them; [`Marks`] tells which keys that takes.
    pub(super) fn makes_secrets(&mut self, map: &Map) {
        if map.get("secretGenerator").is_some_and(|v| !matches!(v, Value::Null)) {
            self.report("a `secretGenerator`, which makes Secrets".into(), manifest::HELP);
        }
        if map.get("sops").is_some_and(|s| s.get("mac").is_some()) {
            self.report("what SOPS has encrypted, which is a secret in public".into(), manifest::HELP);
        }
        if self.steps.first() != Some(&Step::Key("rules".into())) && grants::creates_secrets(map) {
            self.report("a right to create or change Secrets".into(), grants::HELP);
        }
        if manifest::is_patch_to_secret(map) {
            self.report("a patch that makes or fills a Secret".into(), manifest::HELP);
        }
        if map.get("kty").is_some()
            && map.get("d").or_else(|| map.get("k")).is_some_and(|d| d.as_str().is_some())
        {
            self.report("a private key".into(), named::HELP);
        }
    }

    fn list(&mut self, items: &[Value], named: bool) {
        if items.iter().all(|item| item.as_str().is_some()) {
            let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            self.command(&words);
        }
        for (index, item) in items.iter().enumerate() {
            self.steps.push(Step::Index(index));
            self.value(item, named);
            self.steps.pop();
        }
    }

    /// Judges the words of a command.
    pub(super) fn command(&mut self, words: &[&str]) {
        if command::creates_secret(words) {
            self.report("a command that creates a Secret".into(), manifest::HELP);
        }
        if let Some(flag) = command::credential(words) {
            self.report(format!("a literal after `{}`", named::cut(flag)), named::HELP);
        }
    }

    /// Looks into what a text at this place holds.
    pub(super) fn inside(&mut self, look: impl FnOnce(&mut Self)) {
        let outer = self.outer;
        self.outer = outer.or(Some(self.steps.len()));
        self.layer += 1;
        look(self);
        self.layer -= 1;
        self.outer = outer;
    }

    /// Whether a text of that many bytes may still be looked into.
    pub(super) fn affords(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.left *= usize::from(self.bytes > 0);
        self.left > 0
    }

    /// What a text may be read as.
    pub(super) fn reading(&self, text: &str) -> Rc<Reading> {
        reading(self.readings, text)
    }

    /// Reports `what` at this place, once.
    pub(super) fn report(&mut self, what: String, help: &str) {
        if self.found.len() >= MOST_FOUND {
            return;
        }
        let steps = self.steps.get(..self.outer.unwrap_or(self.steps.len())).unwrap_or_default();
        let path = Path(steps.to_vec());
        let holds = if self.outer.is_some() { "is a text that holds" } else { "is" };
        let message = format!("`{path}` {holds} {what}");
        if !self.found.iter().any(|f| f.message == message) {
            self.found.push(finding(RULE, &path, message, help));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_of_bytes_comes_to_its_end() {
        let mut found = Findings::new();
        let mut scan = Scan { bytes: 10, ..Scan::new(&mut found, vec![]) };
        assert!(scan.affords(4) && scan.affords(5) && scan.left == BUDGET);
        assert!(!scan.affords(1) && scan.left == 0);
    }
}
