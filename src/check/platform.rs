//! `promises.dsl`: the facts of a platform.

use std::sync::Arc;

use super::checker::{Checker, Cx};
use super::program::{Global, OnBadInput, Platform, PodSecurity, SecretStore};
use super::types::{Class, Field, Type};
use super::typing;
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Spanned;
use crate::syntax::ast::{self, Entry, ExprKind, Item, Key, Setting};

impl<'a> Checker<'a> {
    /// Checks the platform's file and declares its values.
    pub(super) fn platform(&mut self) -> Platform {
        let inputs = self.inputs;
        let Some(module) = &inputs.platform else { return Platform::default() };
        let index = self.module_index(&module.path);
        let mut facts = Platform { attached: inputs.attached.clone(), ..Platform::default() };
        let mut first: Option<&ast::Platform> = None;
        for item in &module.tree.items {
            match (item, first) {
                (Item::Platform(p), None) => {
                    first = Some(p);
                    facts.name = p.name.node.clone();
                    p.settings.iter().for_each(|s| self.setting(index, s, &mut facts));
                }
                (Item::Platform(p), Some(other)) => {
                    let d = Diagnostic::error("duplicate-name", p.name.span, "there is one platform");
                    self.out
                        .push(d.also(other.name.span, "first declared here").help("remove one of the two"));
                }
                (Item::Promise(p), _) => {
                    let d = Diagnostic::error(
                        "misplaced-promise",
                        p.name.span,
                        "a promise stands in a file of its own",
                    );
                    self.out.push(d.help(format!("move it to `promises/{}.promise`", p.name.node)));
                }
                _ => {}
            }
        }
        facts
    }

    fn setting(&mut self, module: usize, setting: &'a Setting, facts: &mut Platform) {
        match setting {
            Setting::Values(fields, _) => fields.iter().for_each(|f| self.platform_field(module, f)),
            Setting::SecretStore { name, body, .. } => {
                if let Some(store) = self.secret_store(name, body)
                    && facts.secret_stores.insert(name.node.clone(), store).is_some()
                {
                    let message = format!("the store `{}` is declared twice", name.node);
                    self.out.push(Diagnostic::error("duplicate-name", name.span, message).help("remove one"));
                }
            }
            Setting::PodSecurity(level, _) => match level.node.as_str() {
                "baseline" => facts.pod_security = PodSecurity::Baseline,
                "restricted" => facts.pod_security = PodSecurity::Restricted,
                "privileged" => {
                    let message = "`privileged` is never the level of a whole platform";
                    let d = Diagnostic::error("bad-setting", level.span, message);
                    self.out
                        .push(d.help("declare single namespaces: `host-access \"NAMESPACE\" because \"…\"`"));
                }
                other => {
                    let message = format!("there is no PodSecurity level `{other}`");
                    let d = Diagnostic::error("bad-setting", level.span, message);
                    self.out.push(d.help("write `baseline` or `restricted`"));
                }
            },
            Setting::HostAccess { namespace, because, .. } => {
                if !Class::DnsLabel.contains(&namespace.value) {
                    let d =
                        Diagnostic::error("bad-setting", namespace.span, "this is no name of a namespace");
                    self.out.push(d.help(Class::DnsLabel.describe()));
                }
                if because.value.trim().is_empty() {
                    let d = Diagnostic::error("bad-setting", because.span, "host access needs a reason");
                    self.out.push(d.help("say what reads the host, and why"));
                }
                facts.host_access.insert(namespace.value.clone(), because.value.clone());
            }
            Setting::ValuesSchema { gvk, path, .. } => self.attachment(gvk, path),
            Setting::PipelineImage(image, _) => {
                if let Some((_, first)) = facts.pipeline_image.replace((image.value.clone(), image.span)) {
                    let message = "the image of pipelines is declared twice";
                    let d = Diagnostic::error("duplicate-name", image.span, message);
                    self.out.push(d.also(first, "first declared here").help("remove one of the two"));
                }
                let marks = [("{promise}", "a"), ("{version}", "1"), ("{fingerprint}", "0")];
                let one = marks.iter().fold(image.value.clone(), |name, (mark, by)| name.replace(mark, by));
                if !Class::Image.contains(&one) {
                    let d = Diagnostic::error("bad-setting", image.span, "this is no image");
                    self.out.push(d.help(
                        "write `registry/name:tag`, with `{promise}` and `{version}` where each has its own, and `{fingerprint}` where each edit has",
                    ));
                }
            }
            Setting::OnBadInput(word, _) => match word.node.as_str() {
                "suspend" => facts.on_bad_input = OnBadInput::Suspend,
                "fail" => facts.on_bad_input = OnBadInput::Fail,
                other => {
                    let message = format!("`on-bad-input` does not know `{other}`");
                    let d = Diagnostic::error("bad-setting", word.span, message);
                    self.out.push(d.help("write `suspend` or `fail`"));
                }
            },
            Setting::State { body, destinations, span } => {
                let state = self.state(body, destinations);
                if facts.state.replace(state).is_some() {
                    let d = Diagnostic::error("duplicate-name", *span, "there is one `state`");
                    self.out.push(d.help("remove one of the two"));
                }
            }
            Setting::Promises(..)
            | Setting::Rules(..)
            | Setting::Foreign(..)
            | Setting::Schemas(..)
            | Setting::Error(_) => {}
        }
    }

    /// A schema is attached to a part that the objects of its kind have.
    fn attachment(&mut self, gvk: &ast::Gvk, path: &Spanned<Vec<String>>) {
        let serving = |a: &&Arc<super::api::Api>| {
            (&a.group, &a.version, &a.kind) == (&gvk.group, &gvk.version, &gvk.kind)
        };
        let api = self.apis.values().filter_map(|t| t.api.as_ref()).find(serving);
        let kind = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind);
        let Some(mut at) = api.map(|a| super::promise::request_type(a)).or(kind.map(|k| k.schema.to_type()))
        else {
            return self.unknown_kind(gvk);
        };
        for key in &path.node {
            at = match at {
                Type::Record(record) => match record.fields.get(key.as_str()) {
                    Some(field) => field.ty.clone(),
                    None => {
                        let message = format!("{} has no field `{key}` there", words::a(&gvk.kind));
                        let mut d = Diagnostic::error("unknown-field", path.span, message);
                        d.help.extend(suggest::help(key, record.fields.keys().map(|k| &**k)));
                        self.out.push(d);
                        return;
                    }
                },
                Type::Map(value) => (*value).clone(),
                _ => Type::Any,
            };
        }
        if !matches!(at, Type::Any | Type::Object | Type::Map(_) | Type::Str(_)) {
            let message = format!("a schema is attached to a free-form part, this is `{at}`");
            let d = Diagnostic::error("type-mismatch", path.span, message);
            self.out.push(d.help("name an object, or a text that holds YAML"));
        }
    }

    fn platform_field(&mut self, module: usize, field: &'a ast::ApiField) {
        let name: Arc<str> = field.name.node.as_str().into();
        if let Some(first) = self.platform.0.fields.get(&name) {
            let d =
                Diagnostic::error("duplicate-key", field.name.span, format!("`{name}` is declared twice"));
            self.out.push(d.also(first.span, "first declared here").help("remove one of the two"));
            return;
        }
        let ty = typing::program_type(&field.ty, &mut self.out);
        let declared = Field { ty: ty.clone(), optional: field.optional, span: field.name.span };
        match &field.default {
            Some(value) => {
                self.cx = Cx::of_module(module);
                let value = self.value(value, &ty);
                let slots = std::mem::take(&mut self.cx).slots;
                self.platform.1.insert(Arc::clone(&name), self.globals.len());
                self.globals.push(Global { name: format!("platform.{name}"), value, slots });
            }
            None if field.optional => {}
            None => {
                let d = Diagnostic::error("missing-field", field.name.span, format!("`{name}` has no value"));
                self.out.push(d.help(format!("write `{name}: {ty} = …`")));
            }
        }
        let declared = Field { optional: field.optional && field.default.is_none(), ..declared };
        Arc::make_mut(&mut self.platform.0).fields.insert(name, declared);
    }

    fn secret_store(&mut self, name: &ast::Name, body: &'a ast::Object) -> Option<SecretStore> {
        let kind = self.word(body, "kind", &["ClusterSecretStore", "SecretStore"])?;
        let provider = self.word(body, "provider", &["onepassword"])?;
        Some(SecretStore { kind, provider, span: name.span })
    }

    /// A setting whose value is one of a few words, bare or quoted.
    fn word(&mut self, body: &'a ast::Object, key: &str, known: &[&str]) -> Option<String> {
        let value = body.entries.iter().find_map(|e| match e {
            Entry::Field { key: Key::Path(words), value } => match words.as_slice() {
                [one] if one.node == key => Some(value),
                _ => None,
            },
            _ => None,
        });
        let Some(value) = value else {
            let d = Diagnostic::error("missing-field", body.span, format!("this lacks the field `{key}`"));
            self.out.push(d.help(format!("add `{key}: {}`", known.first().unwrap_or(&"…"))));
            return None;
        };
        let word = match &value.kind {
            ExprKind::Name(word) => Some(word.clone()),
            ExprKind::Text(text) => super::constant::text(text),
            _ => None,
        };
        match word {
            Some(word) if known.contains(&word.as_str()) => Some(word),
            _ => {
                let d = Diagnostic::error(
                    "bad-setting",
                    value.span,
                    format!("`{key}` is not one of the words known here"),
                );
                let words: Vec<String> = known.iter().map(|w| format!("`{w}`")).collect();
                self.out.push(d.help(format!("write {}", words.join(" or "))));
                None
            }
        }
    }
}
