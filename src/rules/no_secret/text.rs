//! A text, as everything that somebody could read it as: YAML and JSON, templates and scripts that hold YAML, base64,
//! lines of settings, a credential by itself.

use super::walk::{LAYERS, Scan};
use super::{command, credential, manifest, named, unpack};
use crate::rules::profile::Profile;
use crate::rules::readings::{Readings, reading};
use crate::value::Value;
use crate::value::yaml::{Reading, read_any};

/// How many words of a line are taken for a command.
const WORDS: usize = 1_000;

/// The length of the shortest text that is looked into as an object.
pub(super) const SHORTEST_OBJECT: usize = "{kind: Secret}".len();

/// Whether a text could hold a manifest, or any other object with keys.
pub(super) fn may_hold_object(profile: Profile) -> bool {
    let lines = profile.has_any("{\n\r") || profile.has_other();
    profile.has_any(":") && lines && profile.reaches(SHORTEST_OBJECT)
}

/// Whether a text could be lines of settings or words of a command.
pub(super) fn may_be_script(profile: Profile) -> bool {
    profile.has_any("=< \t\n")
}

/// Whether a text could be anything that is looked for.
pub(super) fn may_matter(profile: Profile) -> bool {
    credential::may_hold_one(profile)
        || may_hold_object(profile)
        || may_be_script(profile)
        || unpack::may_be_packed(profile)
}

/// Judges the key of an object as the text that it is.
pub(super) fn key(key: &str, scan: &mut Scan<'_>) {
    let profile = Profile::of(key);
    if credential::may_be_one(profile)
        && let Some(what) = credential::find(key, profile)
    {
        scan.report(what.to_owned(), named::HELP);
    }
}

pub(super) fn judge(text: &str, scan: &mut Scan<'_>) {
    if !scan.affords(text.len()) {
        return;
    }
    let profile = Profile::of(text);
    if credential::may_be_one(profile)
        && let Some(what) = credential::find(text, profile)
    {
        scan.report(what.to_owned(), named::HELP);
    }
    if scan.layer >= LAYERS {
        return;
    }
    let object = may_hold_object(profile) && look_into(text, scan);
    // A template may be YAML by itself, and other YAML when it is filled in.
    if (!object || text.contains("{{")) && may_be_script(profile) {
        script(text, scan);
    }
    if unpack::may_be_packed(profile) {
        for inner in unpack::unpack(text) {
            scan.inside(|scan| judge(&inner, scan));
        }
    }
}

/// Does `work` with each object that a text holds, packed or not, for other rules that look into texts.
pub(in crate::rules) fn embedded(text: &str, readings: Option<&Readings>, work: &mut dyn FnMut(&Value)) {
    let profile = Profile::of(text);
    let mut objects = |reading: &Reading| {
        reading.documents.iter().filter(|d| matches!(d, Value::Map(_) | Value::List(_))).for_each(&mut *work);
    };
    if may_hold_object(profile) {
        objects(&reading(readings, text));
    }
    if unpack::may_be_packed(profile) {
        let unpacked = unpack::unpack(text);
        unpacked.iter().filter(|t| may_hold_object(Profile::of(t))).for_each(|t| objects(&read_any(t)));
    }
}

/// Reads a text as YAML and looks into what it holds; whether all of it was objects or lists.
fn look_into(text: &str, scan: &mut Scan<'_>) -> bool {
    let reading = scan.reading(text);
    let mut whole = !reading.broken;
    for document in &reading.documents {
        match document {
            Value::Map(_) | Value::List(_) => scan.inside(|scan| {
                if let Some(kind) = manifest::is_document_of_secret(document) {
                    scan.report(format!("a manifest of a `{kind}`"), manifest::HELP);
                }
                scan.value(document, true);
            }),
            _ => whole = false,
        }
    }
    whole
}

/// Reads what is no YAML line by line: a template, a script with a manifest in it, settings.
fn script(text: &str, scan: &mut Scan<'_>) {
    let mut manifest = Manifest::default();
    scan.inside(|scan| {
        for line in text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
            let line = line.trim_start_matches([' ', '\t', '\u{feff}', '-', '"', '\'']);
            if line.starts_with(['#', ';']) || line.starts_with("// ") {
                continue;
            }
            if manifest.line(line) {
                scan.report("a manifest of a `Secret`".into(), manifest::HELP);
            }
            if let Some(name) = settings(line) {
                scan.report(format!("a literal as `{}`", named::cut(name)), named::HELP);
            }
            if command::may_be_one(line) {
                let words: Vec<&str> = line.split_ascii_whitespace().take(WORDS).collect();
                scan.command(&words);
            }
            // `printf 'apiVersion: v1\nkind: …'` writes lines that stand in one.
            if line.contains("\\n") && line.contains("kind") {
                let lines = || line.split("\\n");
                let unquoted = lines().map(|l| l.rsplit(['\'', '"']).next().unwrap_or(l));
                if Manifest::is_in(unquoted) || Manifest::is_in(lines()) {
                    scan.report("a manifest of a `Secret`".into(), manifest::HELP);
                }
            }
            if let Some(object) = braces(line).filter(|o| o.len() < text.len()) {
                judge(object, scan);
            }
        }
    });
}

/// The name of a credential that is written out in a line, as all of it or as one of the settings in it.
pub(super) fn settings(line: &str) -> Option<&str> {
    // Whatever is found has a name in the line, but for one statement of SQL.
    if !named::may_name_one(line) {
        return named::statement(line);
    }
    let parts = line.split(|c: char| c.is_whitespace() || ";&?,|()\"'`<>".contains(c));
    let mut parts = parts.filter(|part| part.contains('='));
    let element = || {
        // `<password>hunter2</password>`
        let mut parts =
            line.split('<').filter_map(|p| p.split_once('>')).filter(|(name, _)| !name.starts_with('/'));
        parts.find_map(|(name, value)| named::element(name, value))
    };
    named::setting(line)
        .or_else(|| parts.find_map(named::setting))
        .or_else(|| named::quoted(line))
        .or_else(|| named::statement(line))
        .or_else(element)
        .or_else(|| named::directive(line))
}

/// What stands in braces in a line, as JSON in a command or a line of a stream of JSON.
fn braces(line: &str) -> Option<&str> {
    let (from, to) = (line.find('{')?, line.rfind('}')?);
    line.get(from..=to).filter(|object| object.contains(':'))
}

/// A word without what may stand around it in a line.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| c.is_whitespace() || "\"',{}".contains(c))
}

/// What the lines so far said about a manifest.
#[derive(Default)]
struct Manifest {
    version: bool,
    secret: bool,
}

impl Manifest {
    /// Whether lines hold the head of a Secret.
    fn is_in<'l>(mut lines: impl Iterator<Item = &'l str>) -> bool {
        let mut manifest = Manifest::default();
        lines.any(|line| manifest.line(line.trim_start()))
    }

    /// Whether this line completes the head of a Secret.
    fn line(&mut self, line: &str) -> bool {
        if line.is_empty() && !self.secret {
            *self = Manifest::default();
        }
        let Some((key, value)) = line.split_once(':') else { return false };
        match bare(key) {
            "apiVersion" => self.version = true,
            "kind" => self.secret = manifest::is_secret(bare(value.split(" #").next().unwrap_or(value))),
            _ => return false,
        }
        self.version && self.secret
    }
}
