//! The files with which one promise can be rendered by itself: what travels to Kratix.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::check::program::{Program, Promise};
use crate::compile::{self, PLATFORM_FILE};
use crate::diag::{Diagnostic, has_errors};
use crate::graph::{NodeKind, RenderGraph};
use crate::source::{FileId, Loader, Sources, Span};
use crate::syntax;
use crate::syntax::ast::{ApiField, File, Item, Member, Setting, StrLit};
use crate::value::Value;
use crate::value::yaml;

/// Path and text of each file, `promises.dsl` first.
pub(super) type Bundle = Vec<(String, String)>;

/// What bundles are made from.
pub(super) struct Files<'a> {
    loader: &'a dyn Loader,
    program: &'a Program,
    graph: &'a RenderGraph,
    /// The settings of the platform, and its file.
    platform: (String, File),
    /// The path of the file in which each promise stands.
    paths: BTreeMap<String, String>,
}

impl<'a> Files<'a> {
    pub(super) fn new(
        loader: &'a dyn Loader,
        sources: &'a Sources,
        program: &'a Program,
        graph: &'a RenderGraph,
    ) -> Files<'a> {
        let text = loader.read(PLATFORM_FILE).unwrap_or_default();
        let (tree, _) = syntax::parse(FileId::default(), &text);
        let mut this = Files { loader, program, graph, platform: (text, tree), paths: BTreeMap::new() };
        let globs = this.settings().filter_map(|s| match s {
            Setting::Promises(globs, _) => Some(globs),
            _ => None,
        });
        let files: Vec<String> = globs.flat_map(|g| this.matching(g)).collect();
        for promise in program.promises.iter().filter(|p| !p.foreign) {
            let shown = sources.name(promise.span.file);
            let path = files.iter().find(|f| loader.display(f) == shown);
            this.paths.extend(path.map(|p| (promise.name.clone(), p.clone())));
        }
        this
    }

    fn settings(&self) -> impl Iterator<Item = &Setting> {
        let items = self.platform.1.items.iter();
        items.filter_map(|i| if let Item::Platform(p) = i { Some(&p.settings) } else { None }).flatten()
    }

    fn matching(&self, globs: &[StrLit]) -> Vec<String> {
        globs.iter().flat_map(|g| self.loader.glob(&[&g.value]).unwrap_or_default()).collect()
    }

    /// The files of a promise. Of the promises that it requests only what a request needs is there, unless that does not
    /// stand by itself.
    ///
    /// # Errors
    /// What is wrong with them; a defect, as the platform itself was compiled.
    pub(super) fn of(&self, promise: &Promise) -> Result<Bundle, Vec<Diagnostic>> {
        let requested: BTreeSet<&str> = self.graph.requests(&promise.name).into_iter().collect();
        self.closed(promise, &requested, true).or_else(|_| {
            let mut all = requested.clone();
            let mut open: Vec<&str> = requested.into_iter().collect();
            while let Some(next) = open.pop() {
                open.extend(self.graph.requests(next).into_iter().filter(|r| all.insert(r)));
            }
            self.closed(promise, &all, false)
        })
    }

    fn closed(
        &self,
        promise: &Promise,
        others: &BTreeSet<&str>,
        cut: bool,
    ) -> Result<Bundle, Vec<Diagnostic>> {
        let mut own = BTreeMap::new();
        let mut needed = BTreeSet::new();
        let names = others.iter().copied().chain([promise.name.as_str()]);
        for name in names {
            let Some(path) = self.paths.get(name) else { continue };
            let text = self.loader.read(path).unwrap_or_default();
            let (tree, _) = syntax::parse(FileId::default(), &text);
            needed.extend(values(&tree));
            let whole = name == promise.name || !cut;
            let text = if whole { without_tests(&text, &tree) } else { contract(&text, &tree) };
            own.insert(path.clone(), formatted(text));
        }
        // Rules travel whole, and their tests stay at home.
        let rules =
            self.settings().filter_map(|s| if let Setting::Rules(globs, _) = s { Some(globs) } else { None });
        let rules: Vec<String> = rules.flat_map(|g| self.matching(g)).collect();
        let promises: Vec<String> = own.keys().cloned().collect();
        for path in rules {
            let text = self.loader.read(&path).unwrap_or_default();
            let (tree, _) = syntax::parse(FileId::default(), &text);
            own.insert(path, formatted(without_tests(&text, &tree)));
        }
        let settings = self.platform_for(promise, others, &needed, promises.iter());
        own.insert(PLATFORM_FILE.into(), formatted(settings));
        let recorder = Recorder { inner: self.loader, own, read: RefCell::default() };
        let compiled = compile::platform(&recorder);
        if has_errors(&compiled.diagnostics) {
            return Err(compiled.diagnostics);
        }
        let mut read = recorder.read.into_inner();
        let first = read.remove(PLATFORM_FILE).map(|text| (PLATFORM_FILE.to_owned(), text));
        Ok(first.into_iter().chain(read).collect())
    }

    /// `promises.dsl` with what one promise needs of it.
    fn platform_for<'p>(
        &self,
        promise: &Promise,
        others: &BTreeSet<&str>,
        needed: &BTreeSet<String>,
        paths: impl Iterator<Item = &'p String>,
    ) -> String {
        let kinds = self.kinds(promise, others);
        let name = &self.program.platform.name;
        let name = if name.is_empty() { "platform" } else { name };
        let mut out = format!("platform {name} {{\n{}", listed("promises", paths.cloned().collect()));
        for setting in self.settings() {
            let kept = match setting {
                Setting::Promises(..) | Setting::State { .. } | Setting::PipelineImage(..) => None,
                Setting::Schemas(globs, _) => Some(listed("schemas", self.schemas(globs, &kinds))),
                Setting::Foreign(globs, _) => Some(listed("foreign", self.foreign(globs, others))),
                Setting::Rules(globs, _) => Some(listed("rules", self.matching(globs))),
                Setting::Values(fields, _) => self.values(fields, needed),
                Setting::ValuesSchema { gvk, span, .. } => {
                    let is_used = kinds.contains(&(gvk.group.clone(), gvk.kind.clone()));
                    is_used.then(|| self.slice(*span))
                }
                Setting::SecretStore { span, .. } | Setting::HostAccess { span, .. } => {
                    Some(self.slice(*span))
                }
                Setting::PodSecurity(level, _) => Some(format!("pod-security {}", level.node)),
                Setting::OnBadInput(word, _) => Some(format!("on-bad-input {}", word.node)),
                Setting::Error(_) => None,
            };
            out.extend(kept.into_iter().filter(|k| !k.is_empty()).map(|k| format!("{k}\n")));
        }
        out.push_str("}\n");
        out
    }

    /// Group and kind of all that the promise renders, of its requests and of those that it makes.
    fn kinds(&self, promise: &Promise, others: &BTreeSet<&str>) -> BTreeSet<(String, String)> {
        let graph = self.graph.promise(&promise.name);
        let nodes = graph.into_iter().flat_map(|g| g.nodes.iter().chain(&g.deletion));
        let objects = nodes.filter_map(|n| match &n.kind {
            NodeKind::Resource(r) => Some((r.gvk.group.clone(), r.gvk.kind.clone())),
            _ => None,
        });
        let apis = others.iter().copied().chain([promise.name.as_str()]);
        let apis = apis.filter_map(|n| self.program.promise(n)?.api.as_ref());
        objects.chain(apis.map(|a| (a.group.clone(), a.kind.clone()))).collect()
    }

    fn schemas(&self, globs: &[StrLit], kinds: &BTreeSet<(String, String)>) -> Vec<String> {
        let wanted = |crd: &Value| {
            let spec = crd.get("spec");
            let group = spec.and_then(|s| s.get("group")).and_then(Value::as_str).unwrap_or_default();
            let names = spec.and_then(|s| s.get("names"));
            let kind = names.and_then(|n| n.get("kind")).and_then(Value::as_str).unwrap_or_default();
            kinds.contains(&(group.to_owned(), kind.to_owned()))
        };
        let holds = |path: &String| {
            self.documents(path).iter().any(|d| {
                let items = d.get("items").and_then(Value::as_list).unwrap_or_default();
                wanted(d) || items.iter().any(wanted)
            })
        };
        self.matching(globs).into_iter().filter(holds).collect()
    }

    fn foreign(&self, globs: &[StrLit], others: &BTreeSet<&str>) -> Vec<String> {
        let holds = |path: &String| {
            let file = path.rsplit('/').next().unwrap_or_default();
            let stem = file.split('.').next().unwrap_or_default();
            self.documents(path).iter().any(|d| {
                let name = d.get("metadata").and_then(|m| m.get("name")).and_then(Value::as_str);
                others.contains(stem) || name.is_some_and(|n| others.contains(n))
            })
        };
        self.matching(globs).into_iter().filter(holds).collect()
    }

    fn documents(&self, path: &str) -> Vec<Value> {
        let text = self.loader.read(path).unwrap_or_default();
        let nodes = yaml::read(FileId::default(), &text).unwrap_or_default();
        nodes.iter().map(yaml::Node::to_value).collect()
    }

    fn values(&self, fields: &[ApiField], needed: &BTreeSet<String>) -> Option<String> {
        let used: Vec<String> =
            fields.iter().filter(|f| needed.contains(&f.name.node)).map(|f| self.slice(f.span)).collect();
        (!used.is_empty()).then(|| format!("values {{\n{}\n}}", used.join("\n")))
    }

    fn slice(&self, span: Span) -> String {
        slice(&self.platform.0, span).to_owned()
    }
}

/// A setting that names files; empty if it names none.
fn listed(word: &str, mut paths: Vec<String>) -> String {
    paths.sort_unstable();
    paths.dedup();
    let paths: Vec<String> = paths.iter().map(|p| format!("{p:?}")).collect();
    if paths.is_empty() { String::new() } else { format!("{word} {}\n", paths.join(", ")) }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}

/// A file in its canonical form.
fn formatted(text: String) -> String {
    let (tree, found) = syntax::parse(FileId::default(), &text);
    if has_errors(&found) { text } else { syntax::format(&text, &tree) }
}

/// The platform's values that a file uses.
fn values(tree: &File) -> Vec<String> {
    let needs = members(tree).filter_map(|m| if let Member::Needs(n) = m { Some(&n.fields) } else { None });
    needs.flatten().map(|f| f.name.node.clone()).collect()
}

fn members(tree: &File) -> impl Iterator<Item = &Member> {
    let promises =
        tree.items.iter().filter_map(|i| if let Item::Promise(p) = i { Some(&p.members) } else { None });
    promises.flatten()
}

/// A file without its tests.
fn without_tests(text: &str, tree: &File) -> String {
    let of_items = tree.items.iter().filter_map(|i| if let Item::Test(t) = i { Some(t.span) } else { None });
    let of_members = members(tree).filter_map(|m| if let Member::Test(t) = m { Some(t.span) } else { None });
    let mut cuts: Vec<Span> = of_items.chain(of_members).collect();
    cuts.sort_unstable_by_key(|s| s.start);
    let mut out = String::new();
    let mut at = 0;
    for cut in cuts {
        let range = cut.range();
        out.push_str(text.get(at..range.start).unwrap_or_default());
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// What a request of a promise needs to know of it: its api, and the functions that this may use.
fn contract(text: &str, tree: &File) -> String {
    let mut out = String::new();
    for item in &tree.items {
        let span = match item {
            Item::Use(u) => u.span,
            Item::Let(l) => l.span,
            Item::Fn(f) => f.span,
            _ => continue,
        };
        out.push_str(slice(text, span));
        out.push('\n');
    }
    for item in &tree.items {
        let Item::Promise(p) = item else { continue };
        let version = p.version.as_ref().map(|v| format!(" version {}", slice(text, v.span)));
        out.push_str(&format!("promise {}{} {{\n", p.name.node, version.unwrap_or_default()));
        for member in &p.members {
            let span = match member {
                Member::Api(a) => a.span,
                Member::Needs(n) => n.span,
                Member::Fn(f) => f.span,
                _ => continue,
            };
            out.push_str(slice(text, span));
            out.push('\n');
        }
        out.push_str("}\n");
    }
    out
}

/// Notes what is read.
struct Recorder<'l> {
    inner: &'l dyn Loader,
    /// Files that stand for those of the platform.
    own: BTreeMap<String, String>,
    read: RefCell<BTreeMap<String, String>>,
}

impl Loader for Recorder<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        let text = match self.own.get(path) {
            Some(text) => text.clone(),
            None => self.inner.read(path)?,
        };
        self.read.borrow_mut().insert(path.to_owned(), text.clone());
        Ok(text)
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        self.inner.glob(patterns)
    }

    fn display(&self, path: &str) -> String {
        self.inner.display(path)
    }
}

/// A text as the value of a variable, so that Kubernetes puts nothing in for `$(NAME)`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = text.chars().peekable();
    while let Some(c) = left.next() {
        out.push(c);
        if c == '$' {
            match left.peek() {
                Some('$') => {
                    left.next();
                    out.push_str("$$$");
                }
                Some('(') => out.push('$'),
                _ => {}
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_kubernetes_would_replace_is_escaped() {
        assert_eq!(escaped("a ${b} $(c) $$ $$(d) $"), "a ${b} $$(c) $$$$ $$$$(d) $");
    }
}
