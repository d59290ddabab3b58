//! What leaves it open whether a document holds a secret: the walk of the judge, over what is known of a document.
//!
//! What is known in full is scanned as it would be at run time. Of what is open the guards are asked, on the profile of
//! its type; where a guard does not help, it is a doubt.

use super::walk::{self, Scan};
use super::{RULE, grants, manifest, named, row, text, tree};
use crate::known::{Count, Known, List, Object, Piece, Segment, Text};
use crate::rules::prove::{Doubts, Proving, part};
use crate::rules::subject::{Findings, finding};
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

/// Keys of an object that make its `kind` that of a manifest.
const MANIFEST: [&str; 5] = ["apiVersion", "data", "items", "metadata", "stringData"];

pub(in crate::rules) fn prove(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    manifest::head(of.subject, &mut found);
    grants::judge(of.subject, &mut found);
    out.judged(found, of.object);
    let Some(object) = of.object.as_object() else {
        out.open(RULE, &Path::default(), "may be anything", of.object);
        return;
    };
    let mut walk = Walk { out, steps: vec![] };
    walk.role(of, &object);
    let builtin = of.facts.is_builtin(of.subject);
    let named = walk::names_tell(of.subject, builtin);
    walk.rest(&object);
    walk.makes_secrets(&named_fields(&object));
    for (key, field) in &object.fields {
        let free = walk::is_own(key, builtin);
        walk.step(key, &field.known, (named && &**key != "metadata") || free, &object);
    }
}

/// Whether a text, of which only some may be known, could hold objects that a reader would find.
pub(in crate::rules) fn may_embed(text: &Text) -> bool {
    let embeds = text::may_hold_object(text.profile) || super::unpack::may_be_packed(text.profile);
    embeds && row::doubt(text).is_some()
}

/// An object without its open keys, which are a doubt by themselves.
fn named_fields(object: &Object) -> Object {
    Object { fields: object.fields.clone(), rest: None }
}

struct Walk<'d> {
    out: &'d mut Doubts,
    steps: Vec<Step>,
}

impl Walk<'_> {
    fn path(&self) -> Path {
        Path(self.steps.clone())
    }

    fn open(&mut self, what: &str, known: &Known) {
        let path = self.path();
        self.out.open(RULE, &path, what, known);
    }

    fn broken(&mut self, what: String, help: &str) {
        let path = self.path();
        let message = format!("`{path}` is {what}");
        self.out.broken(finding(RULE, &path, message, help));
    }

    fn step(&mut self, key: &std::sync::Arc<str>, known: &Known, named: bool, around: &Object) {
        let named = walk::is_named(key, named);
        self.steps.push(Step::Key(key.clone()));
        if named && !named::is_innocent(key) {
            self.literal(key, known, around);
        }
        let mut found = Findings::new();
        text::key(key, &mut Scan::new(&mut found, self.steps.clone()));
        found.into_iter().for_each(|f| self.out.broken(f));
        self.value(known, named);
        self.steps.pop();
    }

    /// The value at a key that says that it is a credential.
    fn literal(&mut self, key: &str, known: &Known, around: &Object) {
        match known {
            Known::Is(value) => {
                // What may be left out makes nothing a reference.
                let certain = around.fields.iter().filter(|(_, f)| !f.absent);
                let map: Map = certain.map(|(key, f)| (key.clone(), part(&f.known))).collect();
                if named::is_credential(key, value, &map) {
                    self.broken(format!("a literal as `{}`", named::cut(key)), named::HELP);
                }
            }
            Known::OneOf(all) => all.iter().for_each(|k| self.literal(key, k, around)),
            // Items of a list and the `value` of a map are judged as that of the key.
            Known::List(list) => list.segments.iter().for_each(|s| self.nested(key, &s.item)),
            Known::Object(object) => {
                let fields = object.fields.iter().filter(|(field, _)| named::is_part(key, field));
                fields.for_each(|(_, f)| self.nested(key, &f.known));
                if let Some(rest) = &object.rest {
                    self.open("may hold a credential written out", &Known::Free(rest.hole.clone()));
                }
            }
            Known::Text(_) | Known::Int(..) | Known::Number(_) | Known::Free(_) => {
                self.open("may be a credential written out", known)
            }
            _ => {}
        }
    }

    fn nested(&mut self, key: &str, known: &Known) {
        match known {
            Known::Is(Value::Str(_)) | Known::Text(_) | Known::Free(_) => {
                self.literal(key, known, &Object::default());
            }
            Known::OneOf(all) => all.iter().for_each(|k| self.nested(key, k)),
            _ => {}
        }
    }

    fn value(&mut self, known: &Known, named: bool) {
        match known {
            Known::Is(value) => {
                let mut found = Findings::new();
                Scan::new(&mut found, self.steps.clone()).value(value, named);
                found.into_iter().for_each(|f| self.out.broken(f));
            }
            Known::Text(text) => self.text(text, known),
            Known::Object(object) => self.object(object, named),
            Known::List(list) => self.list(list, named),
            Known::OneOf(all) => all.iter().for_each(|k| self.value(k, named)),
            Known::Free(hole) if !hole.is_tame() => self.open("may hold a Secret or a credential", known),
            _ => {}
        }
    }

    fn object(&mut self, object: &Object, named: bool) {
        self.rest(object);
        let fields = named_fields(object);
        self.manifest(&fields);
        self.makes_secrets(&fields);
        self.pair(&fields);
        for (key, field) in &object.fields {
            self.step(key, &field.known, named, object);
        }
    }

    fn rest(&mut self, object: &Object) {
        match &object.rest {
            None => {}
            // Below a key of the request's own the names of keys may tell again.
            Some(rest) if rest.hole.is_tame() => self.value(&rest.value, true),
            Some(rest) => {
                self.open("may hold keys of a Secret, or credentials", &Known::Free(rest.hole.clone()));
            }
        }
    }

    /// Whether the object may be the manifest of a Secret.
    fn manifest(&mut self, object: &Object) {
        let kind = object.get("kind");
        if kind.is_absent() || !MANIFEST.iter().any(|key| object.fields.contains_key(*key)) {
            return;
        }
        let group = object.get("apiVersion");
        let closed = kind.known.value().is_some() && (group.is_absent() || group.known.value().is_some());
        let map = part(&Known::Object(std::sync::Arc::new(object.clone())));
        if !closed {
            self.open("may be a manifest of a Secret", &kind.known.join(&group.known));
        } else if let Some(kind) = manifest::is_document_of_secret(&map) {
            self.broken(format!("a manifest of a `{kind}`"), manifest::HELP);
        }
    }

    /// What makes Secrets, or may make them: what is known is judged, and what is open must not be there.
    fn makes_secrets(&mut self, object: &Object) {
        let open =
            |key: &str| object.fields.get(key).filter(|f| f.known.value().is_none()).map(|f| f.known.clone());
        let has = |key: &str| object.fields.contains_key(key);
        let known = part(&Known::Object(std::sync::Arc::new(object.clone())));
        let mut found = Findings::new();
        if let Some(map) = known.as_map() {
            Scan::new(&mut found, self.steps.clone()).makes_secrets(map);
        }
        found.into_iter().for_each(|f| self.out.broken(f));
        let mut suspects: Vec<(Known, &str)> = Vec::new();
        suspects.extend(open("secretGenerator").map(|k| (k, "may be a `secretGenerator`")));
        suspects.extend(open("sops").map(|k| (k, "may be what SOPS has encrypted")));
        if has("target") && (has("patch") || has("path")) {
            suspects.extend(open("target").map(|k| (k, "may be a patch to a Secret")));
        }
        if has("path") && has("value") {
            let at_kind = |k: &Known| !matches!(k, Known::Text(t) if !t.may_be("/kind"));
            suspects.extend(open("path").filter(at_kind).map(|k| (k, "may be a patch that makes a Secret")));
            if object.get("path").known.as_str() == Some("/kind") {
                suspects.extend(open("value").map(|k| (k, "may be a patch that makes a Secret")));
            }
        }
        if has("kty") && (has("d") || has("k")) {
            let key = ["kty", "d", "k"].iter().find_map(|key| open(key));
            suspects.extend(key.map(|k| (k, "may be a private key")));
        }
        suspects.extend(grants(object).map(|k| (k, "may be a right to create Secrets")));
        suspects.into_iter().for_each(|(known, what)| self.open(what, &known));
    }

    /// What of a role or a binding is open.
    fn role(&mut self, of: Proving<'_>, object: &Object) {
        if of.subject.group != "rbac.authorization.k8s.io" {
            return;
        }
        let rules = object.get("rules").known;
        if matches!(rules, Known::OneOf(_) | Known::Free(_)) {
            self.out.open(RULE, &Path::key("rules"), "may be a right to create Secrets", &rules);
        }
        let role = object.get("roleRef");
        for key in ["name", "kind"] {
            let at = role.known.get(key);
            if at.known.value().is_none() && !at.is_absent() && grants::may_be_role(key, &at.known) {
                let path = Path::key("roleRef").then_key(key);
                self.out.open(RULE, &path, "may be a role that creates Secrets", &at.known);
            }
        }
    }

    /// A `name` and a `value`.
    fn pair(&mut self, object: &Object) {
        let name = object.get("name").known;
        let value = [object.get("value").known, object.get("string").known];
        let value = value.into_iter().fold(Known::Never, |sum, k| sum.join(&k));
        if matches!(name, Known::Never) || matches!(value, Known::Never) {
            return;
        }
        match (name.as_str(), value.value()) {
            (Some(name), known) => {
                let last = name.rsplit(['.', '/']).next().unwrap_or(name);
                if named::is_innocent(last) {
                    return;
                }
                match known {
                    Some(value) if !named::is_credential(last, value, &Map::new()) => {}
                    Some(_) => self.broken(format!("a literal as `{}`", named::cut(name)), named::HELP),
                    None => self.open("may be a credential written out", &value),
                }
            }
            (None, Some(Value::Bool(_) | Value::Null)) => {}
            (None, _) => self.open("may name a credential that is written out", &name),
        }
    }

    fn list(&mut self, list: &List, named: bool) {
        // An item that surely is there and no text keeps a list from being a command.
        let other = |s: &Segment| s.count == Count::One && words(s).next().is_none();
        let words: Vec<row::Word<'_>> = list.segments.iter().flat_map(words).collect();
        if !list.segments.iter().any(other) && !row::are_innocent(&words) {
            self.open("may be a command that creates or holds a secret", &Known::List(list.clone().into()));
        }
        for (index, segment) in list.segments.iter().enumerate() {
            self.steps.push(Step::Index(index));
            self.value(&segment.item, named);
            self.steps.pop();
        }
    }

    fn text(&mut self, text: &Text, known: &Known) {
        if !text::may_matter(text.profile) || row::is_address(text) || text.is_tame() {
            return;
        }
        let what = match text.pieces.as_slice() {
            [Piece::Tree(value, form)] => {
                // What is written is found within, but words of it may also be read across its parts.
                self.value(value, true);
                tree::doubt(value, *form)
            }
            _ => row::doubt(text),
        };
        if let Some(what) = what {
            self.open(&what, known);
        }
    }
}

/// The words that an item may be.
fn words(item: &Segment) -> impl Iterator<Item = row::Word<'_>> {
    item.item.alternatives().iter().filter_map(row::Word::of)
}

/// What is open of a rule of a role, unless something known rules it out.
fn grants(object: &Object) -> Option<Known> {
    let parts = ["apiGroups", "resources", "verbs"].map(|key| object.get(key).known);
    if parts.iter().any(|k| matches!(k, Known::Never)) {
        return None;
    }
    let excluded =
        |(key, known): (&str, &Known)| known.value().is_some_and(|value| !grants::may_grant(key, value));
    let mut pairs = ["apiGroups", "resources", "verbs"].into_iter().zip(&parts);
    if pairs.any(excluded) {
        return None;
    }
    parts.into_iter().find(|k| k.value().is_none())
}
