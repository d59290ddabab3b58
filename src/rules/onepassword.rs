//! **onepassword-only**: secrets come by ExternalSecrets alone, each from a store that the platform declares with the
//! provider 1Password, owned by its ExternalSecret and deleted with it.
//!
//! Where an ExternalSecret may name a store, make a value or write one out is taken from its schema,
//! `external-secrets.io/v1`.

use super::prove::{Doubts, Proving};
use super::subject::{Facts, Findings, Subject, finding};
use crate::known::{Count, Maybe, Segment};
use crate::value::Value;
use crate::value::path::{Path, Step};

const RULE: &str = "onepassword-only";
const GROUP: &str = "external-secrets.io";
const GENERATORS: &str = "generators.external-secrets.io";
const PROVIDERS: [&str; 2] = ["onepassword", "onepasswordSDK"];

/// Whether the rule is about objects of this kind.
pub(super) fn applies(subject: Subject<'_>) -> bool {
    subject.group == GROUP || subject.group == GENERATORS
}

pub(super) fn judge(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    if !applies(subject) {
        return;
    }
    let generator = subject.group == GENERATORS;
    let mut judge = Judge { facts, found };
    match subject.kind {
        "ExternalSecret" if !generator => judge.external_secret(subject.object),
        "SecretStore" | "ClusterSecretStore" if !generator => judge.store(subject.object),
        kind => judge.report(
            &Path::key("kind"),
            format!("a `{kind}` makes or moves secrets by another way"),
            "use an `external-secrets.io/v1/ExternalSecret`, one a namespace",
        ),
    }
}

/// What leaves it open where a secret comes from: the judge reads nothing but what is closed here.
pub(super) fn prove(of: Proving<'_>, out: &mut Doubts) {
    let mut found = Findings::new();
    judge(of.subject, of.facts, &mut found);
    let spec = Open { path: Path::key("spec"), known: of.object.get("spec") };
    let default = spec.child("secretStoreRef");
    // Whether a store is missing depends on what the sources say.
    if !["data", "dataFrom"].iter().all(|key| names_its_stores(&spec.child(key).known)) {
        let missing = found.extract_if(.., |f| f.path == default.path);
        missing.for_each(|f| {
            out.open(RULE, &f.path, "may not be there, and no other store be named", of.object)
        });
    }
    out.suspected(found, of.object);
    if !spec.is_object(out) {
        return;
    }
    if of.subject.kind != "ExternalSecret" {
        spec.child("provider").closed(out);
        return;
    }
    default.closed(out);
    for sources in [spec.child("data"), spec.child("dataFrom")] {
        for source in sources.items(out) {
            source.child("sourceRef").closed(out);
        }
        let list = sources.known.known.as_items();
        let certain = list.is_none_or(|l| l.segments.iter().all(|s| s.count == Count::One));
        let sure = certain && !sources.known.absent;
        let perhaps = !sources.known.is_absent() && !sure;
        if default.known.is_absent() && perhaps {
            out.open(RULE, &sources.path, "may be empty, so that no store is named", &sources.known.known);
        }
    }
    let target = spec.child("target");
    if target.known.is_absent() || !target.is_object(out) {
        return;
    }
    ["manifest", "creationPolicy", "deletionPolicy"].iter().for_each(|key| target.child(key).closed(out));
    let template = target.child("template");
    if !template.known.is_absent() && template.is_object(out) {
        ["data", "templateFrom"].iter().for_each(|key| template.child(key).closed(out));
    }
}

/// Whether all is known of where the sources in a list come from.
fn names_its_stores(sources: &Maybe) -> bool {
    let known = |segment: &Segment| {
        let of = segment.item.get("sourceRef");
        of.is_absent() || of.known.value().is_some() && !of.absent
    };
    sources.is_absent() || sources.known.as_items().is_some_and(|list| list.segments.iter().all(known))
}

/// Something in a document of which not all may be known.
struct Open {
    path: Path,
    known: Maybe,
}

impl Open {
    fn child(&self, key: &str) -> Open {
        Open { path: self.path.then_key(key), known: self.known.known.get(key) }
    }

    /// Requires that all of it is known: it is there, or it never is.
    fn closed(&self, out: &mut Doubts) {
        let whole = self.known.known.value().is_some() && !self.known.absent;
        if !whole && !self.known.is_absent() {
            out.open(RULE, &self.path, "may be what the rule does not allow", &self.known.known);
        }
    }

    /// Requires that it is there, an object whose keys are known.
    fn is_object(&self, out: &mut Doubts) -> bool {
        let object = self.known.known.as_object().filter(|o| o.rest.is_none() && !self.known.absent);
        if object.is_none() {
            out.open(RULE, &self.path, "may hold anything", &self.known.known);
        }
        object.is_some()
    }

    /// The items of a list, each an object whose keys are known.
    fn items(&self, out: &mut Doubts) -> Vec<Open> {
        let Some(list) = self.known.known.as_items() else {
            if !self.known.is_absent() {
                out.open(RULE, &self.path, "may be anything", &self.known.known);
            }
            return vec![];
        };
        let item = |(i, s): (usize, &Segment)| Open {
            path: self.path.then_index(i),
            known: Maybe::there(s.item.clone()),
        };
        let mut items: Vec<Open> = list.segments.iter().enumerate().map(item).collect();
        items.retain(|item| item.is_object(out));
        items
    }
}

struct Judge<'a, 'f> {
    facts: Facts<'a>,
    found: &'f mut Findings,
}

impl Judge<'_, '_> {
    fn external_secret(&mut self, object: &Value) {
        let spec = At { path: Path::key("spec"), value: object.get("spec") };
        let sources = [spec.child("data"), spec.child("dataFrom")];
        let sources: Vec<At<'_>> = sources.iter().flat_map(At::items).collect();
        let default = spec.child("secretStoreRef");
        for source in sources.iter().map(|s| s.child("sourceRef")) {
            let generator = source.child("generatorRef");
            if generator.is_there() {
                let help = "read a value from 1Password instead";
                self.report(&generator.path, format!("`{}` makes a value", generator.path), help);
            }
            self.store_ref(&source.child("storeRef"));
        }
        if default.is_there() {
            self.store_ref(&default);
        } else if !sources.iter().all(|s| s.child("sourceRef").child("storeRef").is_there())
            || sources.is_empty()
        {
            self.report(&default.path, "this names no store".into(), &self.stores());
        }
        self.target(&spec.child("target"));
    }

    fn store_ref(&mut self, reference: &At<'_>) {
        if !reference.is_there() {
            return;
        }
        let name = reference.child("name");
        let kind = reference.child("kind").text().unwrap_or("SecretStore");
        let declared = name.text().and_then(|n| self.facts.program.platform.secret_stores.get(n));
        if declared.is_some_and(|store| store.kind == kind) {
            return;
        }
        let shown = name.text().unwrap_or_default();
        let message = match declared {
            Some(store) => {
                format!("`{}` names the {kind} `{shown}`, which is a {}", reference.path, store.kind)
            }
            None => format!(
                "`{}` names the {kind} `{shown}`, which the platform does not declare",
                reference.path
            ),
        };
        let at = if declared.is_some() { reference.child("kind").path } else { name.path };
        self.report(&at, message, &self.stores());
    }

    fn target(&mut self, target: &At<'_>) {
        let manifest = target.child("manifest");
        if manifest.is_there() {
            let message = format!("`{}` writes the secret into something other than a Secret", manifest.path);
            self.report(&manifest.path, message, "remove it");
        }
        self.policy(&target.child("creationPolicy"), "Owner", true);
        self.policy(&target.child("deletionPolicy"), "Delete", false);
        let template = target.child("template");
        for at in template.child("data").entries() {
            if at.text().is_some_and(|text| !refers(text)) {
                let message = format!("`{}` writes a value out", at.path);
                self.report(&at.path, message, "bring it from 1Password and refer to it: `{{ .field }}`");
            }
        }
        for source in template.child("templateFrom").items() {
            let literal = source.child("literal");
            if literal.text().is_some_and(|text| !refers(text)) {
                let message = format!("`{}` writes values out", literal.path);
                self.report(
                    &literal.path,
                    message,
                    "bring them from 1Password and refer to them: `{{ .field }}`",
                );
            }
        }
    }

    /// Requires a policy to be `wanted`; whether that is what External Secrets takes when it is left out is told by
    /// `default`.
    fn policy(&mut self, policy: &At<'_>, wanted: &str, default: bool) {
        let name = policy.key();
        let message = match policy.text() {
            Some(word) if word == wanted => return,
            None if default && !policy.is_there() => return,
            Some(word) => format!("`{}` is `{word}`, so the secret outlives its ExternalSecret", policy.path),
            None => format!("`{}` is not `{wanted}`, so the secret outlives its ExternalSecret", policy.path),
        };
        self.report(&policy.path, message, &format!("write `{name}: \"{wanted}\"`"));
    }

    fn store(&mut self, object: &Value) {
        let provider = At { path: Path::key("spec"), value: object.get("spec") }.child("provider");
        let known: Vec<At<'_>> = provider.entries().collect();
        if known.is_empty() {
            self.report(&provider.path, "this store has no provider".into(), "write `provider.onepassword`");
        }
        for at in known {
            let name = at.key();
            if !PROVIDERS.contains(&name) {
                let message = format!("`{}` is a provider other than 1Password", at.path);
                self.report(&at.path, message, "write `provider.onepassword`");
            }
        }
    }

    fn stores(&self) -> String {
        let stores = &self.facts.program.platform.secret_stores;
        let known: Vec<String> = stores.iter().map(|(name, s)| format!("{} `{name}`", s.kind)).collect();
        match known.is_empty() {
            true => "declare one in `promises.dsl`: `secret-store NAME { kind: ClusterSecretStore, provider: onepassword }`".into(),
            false => format!("the platform declares {}", known.join(", ")),
        }
    }

    fn report(&mut self, path: &Path, message: String, help: &str) {
        self.found.push(finding(RULE, path, message, help));
    }
}

/// Whether a template refers to a field of the secret: `{{ .field }}`. Texts and comments within it are no references.
fn refers(template: &str) -> bool {
    let mut actions = template.split("{{").skip(1).filter_map(|a| a.split("}}").next());
    actions.any(|action| {
        let action = action.trim_matches(['-', ' ']);
        if action.starts_with("/*") {
            return false;
        }
        let mut quote = None;
        let mut previous = ' ';
        for c in action.chars() {
            match (quote, c) {
                (Some(q), _) if q == c && previous != '\\' => quote = None,
                (None, '"' | '`') => quote = Some(c),
                (None, _) if c.is_ascii_alphabetic() && previous == '.' => return true,
                _ => {}
            }
            previous = c;
        }
        false
    })
}

/// A value that may be there, and its place.
struct At<'v> {
    path: Path,
    value: Option<&'v Value>,
}

impl<'v> At<'v> {
    fn child(&self, key: &str) -> At<'v> {
        At { path: self.path.then_key(key), value: self.value.and_then(|v| v.get(key)) }
    }

    fn items(&self) -> impl Iterator<Item = At<'v>> + use<'_, 'v> {
        let items = self.value.and_then(Value::as_list).unwrap_or_default().iter().enumerate();
        items.map(|(i, item)| At { path: self.path.then_index(i), value: Some(item) })
    }

    fn entries(&self) -> impl Iterator<Item = At<'v>> + use<'_, 'v> {
        let entries = self.value.and_then(Value::as_map).into_iter().flatten();
        entries.map(|(k, v)| At { path: self.path.then(Step::Key(k.clone())), value: Some(v) })
    }

    /// The key that it stands at.
    fn key(&self) -> &str {
        match self.path.0.last() {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    fn is_there(&self) -> bool {
        self.value.is_some_and(|v| *v != Value::Null)
    }

    fn text(&self) -> Option<&'v str> {
        self.value.and_then(Value::as_str)
    }
}
