//! Finds and parses every file that belongs together: the platform, its promises, the modules that they use, its CRDs.

use std::sync::Arc;

use crate::check::attached::Attached;
use crate::check::inputs::{Foreign, Module};
use crate::check::kinds::Kinds;
use crate::check::workflow::Dependency;
use crate::check::{openapi, paths};
use crate::diag::{Diagnostic, suggest};
use crate::source::{FileId, Loader, Sources, Span};
use crate::syntax::ast::{self, Item, Setting, StrLit};
use crate::syntax::{self, parse};
use crate::value::Value;
use crate::value::path::Path;
use crate::value::yaml::{self, NodeKind};

/// The files read so far.
pub(super) struct Load<'l> {
    loader: &'l dyn Loader,
    pub(super) sources: Sources,
    pub(super) out: Vec<Diagnostic>,
    pub(super) kinds: Kinds,
    /// The kinds that the platform's CRDs declare, and where.
    declared: Vec<(String, Span)>,
    pub(super) platform: Option<Module>,
    pub(super) promises: Vec<Module>,
    pub(super) modules: Vec<Module>,
    /// The modules whose rules hold for all.
    pub(super) ruling: Vec<String>,
    pub(super) foreign: Vec<Foreign>,
    pub(super) attached: Vec<Arc<Attached>>,
    pub(super) dependencies: Vec<Dependency>,
    /// Modules being loaded, outermost first: a module that uses itself is among them.
    open: Vec<String>,
    /// How many bytes, words and signs of the language may still be read; `None` once there were more.
    left: Option<(usize, usize)>,
}

/// The most bytes that all files of the language have together.
const MAX_BYTES: usize = 4 << 20;
/// The most words and signs that they have together. Each may cost a third of a kilobyte.
const MAX_SIGNS: usize = 4 << 16;

impl<'l> Load<'l> {
    pub(super) fn new(loader: &'l dyn Loader) -> Self {
        Load {
            loader,
            sources: Sources::default(),
            out: vec![],
            kinds: Kinds::builtin(),
            declared: vec![],
            platform: None,
            promises: vec![],
            modules: vec![],
            ruling: vec![],
            foreign: vec![],
            attached: vec![],
            dependencies: vec![],
            open: vec![],
            left: Some((MAX_BYTES, MAX_SIGNS)),
        }
    }

    /// Loads `promises.dsl` and all that it names.
    pub(super) fn platform(&mut self, path: &str) {
        let Some(module) = self.module(path, None) else { return };
        let settings: Vec<Setting> = module
            .tree
            .items
            .iter()
            .filter_map(|i| if let Item::Platform(p) = i { Some(p.settings.clone()) } else { None })
            .flatten()
            .collect();
        let broken = module.tree.items.iter().any(|i| matches!(i, Item::Error(_)));
        if settings.is_empty() && !broken {
            let at = Span::new(module.file, 0, 0);
            let declared = module.tree.items.iter().any(|i| matches!(i, Item::Platform(_)));
            let message = match declared {
                true => "this platform names no promises",
                false => "this file declares no platform",
            };
            let d = Diagnostic::error("no-platform", at, message);
            self.out.push(d.help("write `platform NAME { promises \"promises/*.promise\" }`"));
        }
        self.platform = Some(module);
        for setting in &settings {
            match setting {
                Setting::Promises(globs, _) => {
                    self.each(globs, "promises", |this, path, _| this.promise(path))
                }
                Setting::Rules(globs, _) => {
                    self.each(globs, "rules", |this, path, span| this.ruling(path, span))
                }
                Setting::Schemas(globs, _) => {
                    self.each(globs, "schemas", |this, path, span| this.schema(path, span))
                }
                Setting::Foreign(globs, _) => {
                    self.each(globs, "foreign", |this, path, span| this.foreign(path, span))
                }
                Setting::ValuesSchema { file, gvk, path, .. } => self.attach(file, gvk, &path.node),
                _ => {}
            }
        }
    }

    /// Reads a JSON schema that is attached to a part of a kind.
    fn attach(&mut self, file: &StrLit, gvk: &ast::Gvk, path: &[String]) {
        let Some(normal) = paths::normalise(&file.value) else {
            let message = format!("`{}` leads out of the platform's folder", file.value);
            let d = Diagnostic::error("unreadable-file", file.span, message);
            self.out.push(d.help("schemas lie within the platform: `schemas/chart.values.schema.json`"));
            return;
        };
        let found = self.values(&normal, file.span);
        let Some(json) = found.first() else { return };
        let path = path.iter().map(|s| s.as_str().into()).collect();
        match Attached::new(&file.value, file.span, gvk, path, json) {
            Ok(attached) => self.attached.push(Arc::new(attached)),
            Err(why) => {
                let d = Diagnostic::error("bad-schema", file.span, format!("`{}` {why}", file.value));
                self.out
                    .push(d.help("it must be one JSON schema, such as the `values.schema.json` of a chart"));
            }
        }
    }

    fn each(&mut self, globs: &[StrLit], what: &str, mut load: impl FnMut(&mut Self, &str, Span)) {
        for glob in globs {
            let found = match self.loader.glob(&[&glob.value]) {
                Ok(found) => found,
                Err(why) => {
                    let d = Diagnostic::error("bad-glob", glob.span, format!("`{}` {why}", glob.value));
                    self.out.push(d.help("write a pattern such as `promises/*.promise`"));
                    continue;
                }
            };
            if found.is_empty() {
                let message = format!("no file matches `{}`", glob.value);
                self.out.push(
                    Diagnostic::warning("bad-glob", glob.span, message)
                        .help(format!("remove it from `{what}`, or add a file")),
                );
            }
            for path in found {
                load(self, &path, glob.span);
            }
        }
    }

    /// Loads a promise, unless it is loaded already.
    pub(super) fn promise(&mut self, path: &str) {
        if self.promises.iter().any(|m| m.path == path) {
            return;
        }
        let Some(module) = self.module(path, None) else { return };
        self.dependencies(&module);
        self.promises.push(module);
    }

    /// Reads what is installed with the promises of a file; their globs are relative to it, as `file("…")` is.
    fn dependencies(&mut self, module: &Module) {
        let folder = module.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let promises = module.tree.items.iter().filter_map(|i| match i {
            Item::Promise(p) => Some(p),
            _ => None,
        });
        for member in promises.flat_map(|p| &p.members) {
            let ast::Member::Dependencies(d) = member else { continue };
            for glob in &d.globs {
                let Some(full) = paths::normalise(&format!("{folder}{}", glob.value)) else {
                    let message = format!("`{}` leads out of the platform's folder", glob.value);
                    let d = Diagnostic::error("bad-glob", glob.span, message);
                    self.out.push(d.help("the pattern is relative to this file: `vendor/*.yaml`"));
                    continue;
                };
                let full = StrLit { value: full, span: glob.span };
                self.each(&[full], "dependencies", |this, path, span| this.dependency(path, span));
            }
        }
    }

    fn dependency(&mut self, path: &str, span: Span) {
        let (nodes, file) = self.nodes_of(path, span);
        let objects = nodes.iter().map(yaml::Node::to_value).collect();
        if let Some(file) = file {
            self.dependencies.push(Dependency { path: path.to_owned(), file, objects, span });
        }
    }

    /// Loads a module whose rules hold for all.
    fn ruling(&mut self, path: &str, span: Span) {
        if self.ruling.iter().any(|p| p == path) {
            return;
        }
        self.ruling.push(path.to_owned());
        if path == super::PLATFORM_FILE || path.ends_with(".promise") {
            let message = format!("`{path}` is no module: its rules stand where they hold");
            let d = Diagnostic::error("bad-setting", span, message);
            self.out
                .push(d.help("rules for all stand in modules, such as `rules/*.dsl`, or in `promises.dsl`"));
            return;
        }
        self.used(path, span);
        let module = self.modules.iter().find(|m| m.path == path);
        if module.is_some_and(|m| !m.tree.items.iter().any(|i| matches!(i, Item::Rule(_) | Item::Error(_)))) {
            let message = format!("`{path}` holds no rule");
            let d = Diagnostic::warning("bad-glob", span, message);
            self.out.push(d.help("write `rule NAME on … { … }` in it, or leave it out of `rules`"));
        }
    }

    /// Loads a file and the modules that it uses.
    fn module(&mut self, path: &str, used_at: Option<Span>) -> Option<Module> {
        let (name, text) = match embedded(path) {
            Some(text) => (format!("<{path}>"), text.to_owned()),
            None => match self.loader.read(path) {
                Ok(text) => (self.loader.display(path), text),
                Err(why) => {
                    self.unreadable(path, &why, used_at);
                    return None;
                }
            },
        };
        let (bytes, signs) = self.left?;
        let bytes = bytes.checked_sub(text.len());
        self.left = bytes.and_then(|b| Some((b, signs.checked_sub(syntax::signs(&text))?)));
        if self.left.is_none() {
            self.too_large(&name, used_at);
            return None;
        }
        let file = self.sources.add(name, text);
        let (tree, found) = parse(file, self.sources.text(file));
        self.out.extend(found);
        self.open.push(path.to_owned());
        let uses = self.uses(&tree);
        self.open.pop();
        Some(Module { path: path.to_owned(), file, tree, uses })
    }

    fn too_large(&mut self, name: &str, used_at: Option<Span>) {
        let span = used_at.unwrap_or_else(|| Span::new(self.sources.add(name, ""), 0, 0));
        let most = MAX_BYTES >> 20;
        let message = format!(
            "with `{name}` the files together have more than {most} MiB, or {MAX_SIGNS} words and signs"
        );
        let d = Diagnostic::error("file-too-large", span, message);
        self.out.push(d.help("remove what is generated: data is read with `file(\"…\")`"));
    }

    fn unreadable(&mut self, path: &str, why: &str, used_at: Option<Span>) {
        let shown = self.loader.display(path);
        let span = used_at.unwrap_or_else(|| Span::new(self.sources.add(shown.clone(), ""), 0, 0));
        let d = Diagnostic::error("unreadable-file", span, format!("`{shown}` {why}"));
        self.out.push(d.help("check the name and that the file can be read"));
    }

    fn uses(&mut self, tree: &ast::File) -> Vec<(String, String)> {
        let mut uses = Vec::new();
        for item in &tree.items {
            let Item::Use(u) = item else { continue };
            if let Some(path) = self.use_path(u) {
                self.used(&path, u.path.span);
                uses.push((u.path.node.clone(), path));
            }
        }
        uses
    }

    /// The path that a `use` means.
    fn use_path(&mut self, u: &ast::Use) -> Option<String> {
        let written = &u.path.node;
        if written.starts_with('.') {
            let path = paths::normalise(&format!("{written}.dsl"));
            if path.is_none() {
                let d = Diagnostic::error(
                    "unreadable-file",
                    u.path.span,
                    format!("`{written}` leads out of the platform's folder"),
                );
                self.out.push(d.help("modules lie within the platform: `use ./lib/dns`"));
            }
            return path;
        }
        if crate::stdlib::module(written).is_none() {
            let mut d = Diagnostic::error(
                "unknown-module",
                u.path.span,
                format!("the standard library has no module `{written}`"),
            );
            d.help.extend(suggest::help(written, crate::stdlib::modules().iter().copied()));
            self.out
                .push(d.help(format!("a module of the platform is used by its path: `use ./lib/{written}`")));
            return None;
        }
        Some(format!("stdlib/{written}.dsl"))
    }

    fn used(&mut self, path: &str, span: Span) {
        if let Some(from) = self.open.iter().position(|p| p == path) {
            let mut names: Vec<String> = self.open.iter().skip(from).map(|p| format!("`{p}`")).collect();
            names.push(format!("`{path}`"));
            let d = Diagnostic::error("cycle", span, format!("`{path}` uses itself: {}", names.join(" → ")));
            self.out.push(d.help("move what both need into a third module"));
            return;
        }
        if self.open.len() > 64 {
            self.out.push(Diagnostic::error(
                "nested-too-deep",
                span,
                "modules use each other more than 64 deep",
            ));
            return;
        }
        if self.modules.iter().all(|m| m.path != path) {
            let module = self.module(path, Some(span));
            self.modules.extend(module);
        }
    }

    /// Reads the CRDs in a file; the items of a list count as documents.
    fn schema(&mut self, path: &str, span: Span) {
        for node in self.nodes(path, span) {
            let kind = node.at(&Path::key("kind")).map(yaml::Node::to_value);
            let kind = kind.as_ref().and_then(Value::as_str);
            let list = matches!(kind, Some("List" | "CustomResourceDefinitionList"));
            match node.at(&Path::key("items")).map(|items| &items.kind) {
                Some(NodeKind::List(items)) if list => items.iter().for_each(|crd| self.crd(crd, span)),
                _ => self.crd(&node, span),
            }
        }
    }

    /// Adds the kinds of a CRD; `span` is what names its file.
    fn crd(&mut self, node: &yaml::Node, span: Span) {
        let value = node.to_value();
        let head = node.key_span(&Path::key("kind")).unwrap_or(node.span);
        if value.get("kind").and_then(Value::as_str) != Some("CustomResourceDefinition") {
            let d = Diagnostic::warning("bad-schema", head, "this is no CustomResourceDefinition");
            self.out.push(d.also(span, "named here").help("only CRDs belong there"));
            return;
        }
        let name = Path::key("spec").then_key("names").then_key("kind");
        let place = node.at(&name).map_or(head, |n| n.span);
        match self.kinds.add_crd(&value) {
            Ok(kinds) => self.declared.extend(kinds.iter().map(|kind| (kind.to_string(), place))),
            Err(why) => {
                let d =
                    Diagnostic::error("bad-schema", place, format!("this CustomResourceDefinition {why}"));
                let first = self.declared.iter().find(|(kind, _)| why.contains(&format!("`{kind}`")));
                let d = match first {
                    Some((_, first)) => d.also(*first, "first declared here"),
                    None => d.also(span, "named here"),
                };
                self.out.push(d.help(
                    "it must be an apiextensions.k8s.io/v1 CustomResourceDefinition of a kind of its own",
                ));
            }
        }
    }

    /// Reads promises that are only known by their compiled form, or by their CRD.
    fn foreign(&mut self, path: &str, span: Span) {
        for value in self.values(path, span) {
            let name = value.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str);
            let (name, crd) = match value.get("kind").and_then(Value::as_str) {
                Some("Promise") => match value.get("spec").and_then(|s| s.get("api")) {
                    Some(api) => (name.unwrap_or_default().to_owned(), api.clone()),
                    None => continue,
                },
                _ => {
                    let file = path.rsplit('/').next().unwrap_or_default();
                    (file.split('.').next().unwrap_or_default().to_owned(), value.clone())
                }
            };
            match openapi::api_from_crd(&crd) {
                Ok(api) => self.foreign.push(Foreign { name, api, span }),
                Err(why) => {
                    let d = Diagnostic::error("bad-schema", span, format!("`{path}` {why}"));
                    self.out.push(d.help("it must be a Kratix Promise or a CustomResourceDefinition"));
                }
            }
        }
    }

    fn values(&mut self, path: &str, span: Span) -> Vec<Value> {
        self.nodes(path, span).iter().map(yaml::Node::to_value).collect()
    }

    fn nodes(&mut self, path: &str, span: Span) -> Vec<yaml::Node> {
        self.nodes_of(path, span).0
    }

    /// The documents of a file, and the file, unless it cannot be read.
    fn nodes_of(&mut self, path: &str, span: Span) -> (Vec<yaml::Node>, Option<FileId>) {
        let text = match self.loader.read(path) {
            Ok(text) => text,
            Err(why) => {
                self.unreadable(path, &why, Some(span));
                return (vec![], None);
            }
        };
        let file: FileId = self.sources.add(self.loader.display(path), text);
        match yaml::read(file, self.sources.text(file)) {
            Ok(nodes) => (nodes, Some(file)),
            Err(d) => {
                self.out.push(*d);
                (vec![], None)
            }
        }
    }
}

/// The text of a module of the standard library.
pub(super) fn embedded(path: &str) -> Option<&'static str> {
    crate::stdlib::module(path.strip_prefix("stdlib/")?.strip_suffix(".dsl")?)
}
