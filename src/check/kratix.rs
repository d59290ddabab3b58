//! The forms that Kratix needs beside objects: pipelines, destinations, files, status, deletion, dependencies.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::{Api, ApiRecord};
use super::checker::{Binding, Checker, Cx};
use super::expr::Want;
use super::kinds::{DefId, Schema};
use super::label;
use super::program::{Entry, Expr, ExprKind};
use super::promise::lets;
use super::types::{Field, Lit, Record, Type};
use super::workflow::{
    Container, Deletion, Dependency, Destination, Format, OutputFile, Pipeline, PipelineSetting,
    PipelineStep, Status,
};
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Member};
use crate::value::Value;

/// What a promise has one of, or a list of at its top.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) pipelines: Vec<Pipeline>,
    pub(super) destination: Option<Destination>,
    pub(super) status: Option<Status>,
    pub(super) deletion: Option<Deletion>,
}

/// How many scopes are open at the top of a promise: the request, and its lets.
const TOP: usize = 2;

/// The keys of a container that Kratix takes, beside its name.
const CONTAINER_KEYS: [&str; 9] = [
    "image",
    "args",
    "command",
    "env",
    "envFrom",
    "volumeMounts",
    "imagePullPolicy",
    "securityContext",
    "resources",
];

/// The names of Kratix' own containers.
const KRATIX_CONTAINERS: [&str; 3] = ["reader", "work-writer", "status-writer"];

/// Fields of a status that Kratix itself writes, or refuses to be given.
const KRATIX_STATUS: [&str; 7] = [
    "kratix",
    "observedGeneration",
    "promiseVersion",
    "resourceBindingVersion",
    "workflows",
    "workflowsFailed",
    "workflowsSucceeded",
];

/// Fields of a status that are there without being declared.
const STATUS_OF_KRATIX: [&str; 2] = ["conditions", "message"];

impl<'a> Checker<'a> {
    /// Reports a member that stands where it has no meaning.
    pub(super) fn misplaced(&mut self, member: &Member) -> bool {
        let (what, span) = match member {
            Member::Api(a) => ("`api`", a.span),
            Member::Needs(n) => ("`needs platform`", n.span),
            Member::Fn(f) => ("`fn`", f.span),
            Member::Test(t) => ("`test`", t.span),
            Member::Destination(b) => ("`destination`", b.span),
            Member::Status(b) => ("`status`", b.span),
            Member::Dependencies(d) => ("`dependencies`", d.span),
            Member::Pipeline(p) => ("`pipeline`", p.span),
            Member::OnDelete(d) => ("`on delete`", d.span),
            Member::Request(r) if self.cx.deleting => return self.not_deleted("a request", r.span),
            Member::File(f) if self.cx.deleting => return self.not_deleted("a file", f.span),
            _ => return false,
        };
        if self.cx.scopes.len() <= TOP {
            return false;
        }
        let d = Diagnostic::error("misplaced-form", span, format!("{what} stands at the top of a promise"));
        self.out.push(d.help("move it there; within an object, `when` and `if` choose"));
        true
    }

    fn not_deleted(&mut self, what: &str, span: Span) -> bool {
        let message = format!("`on delete` makes objects, and this is {what}");
        let d = Diagnostic::error("misplaced-form", span, message);
        self.out.push(d.help("what a deletion puts out is thrown away by Kratix; what must happen is an object, such as a `batch/v1/Job`"));
        true
    }

    /// The forms at the top of a promise.
    pub(super) fn forms(&mut self, module: usize, decl: &'a ast::Promise, has_api: bool) -> Forms {
        let mut forms = Forms::default();
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for member in &decl.members {
            let (what, span) = match member {
                Member::Destination(b) => ("destination", b.span),
                Member::Status(b) => ("status", b.span),
                Member::OnDelete(d) => ("on delete", d.span),
                Member::Pipeline(p) => {
                    forms.pipelines.push(self.pipeline(module, p));
                    continue;
                }
                _ => continue,
            };
            if let Some(first) = first.insert(what, span) {
                let d = Diagnostic::error("duplicate-name", span, format!("a promise has one `{what}`"));
                self.out.push(d.also(first, "the first").help("put both into one"));
                continue;
            }
            match member {
                Member::Destination(b) => forms.destination = Some(self.destination(b)),
                Member::Status(b) => forms.status = self.status(b),
                Member::OnDelete(d) => forms.deletion = Some(self.on_delete(d)),
                _ => {}
            }
        }
        if has_api {
            self.pipelines(decl, &mut forms.pipelines);
        } else {
            self.without_api(decl);
        }
        forms
    }

    /// Without an api there are no requests, and what happens for a request never does.
    fn without_api(&mut self, decl: &ast::Promise) {
        for member in &decl.members {
            let (what, span) = match member {
                Member::Resource(r) => ("an object", r.gvk.span),
                Member::Request(r) => ("a request", r.promise.span),
                Member::File(f) => ("a file", f.span),
                Member::Pipeline(p) => ("a pipeline", p.name.span),
                Member::Status(b) => ("a status", b.span),
                Member::OnDelete(d) => ("a deletion", d.span),
                _ => continue,
            };
            let message = format!("{what} comes of a request, and `{}` has no api to ask by", decl.name.node);
            let d = Diagnostic::error("no-api", span, message);
            self.out.push(d.help("give it an `api`; what is installed with the promise are `dependencies`"));
            return;
        }
    }

    fn pipeline(&mut self, module: usize, decl: &'a ast::Pipeline) -> Pipeline {
        let (mut steps, mut settings) = (Vec::new(), Vec::new());
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for step in &decl.steps {
            match step {
                ast::PipelineStep::Setting { body } => {
                    let (entries, slots) = self.unasked(module, body);
                    // A key that is computed could be one of those that vow itself writes.
                    if entries.iter().any(|e| !matches!(e, Entry::Field { .. })) {
                        let message = "the keys of a pipeline are known by their names";
                        let d = Diagnostic::error("bad-pipeline", body.span, message);
                        self.out.push(d.help("write the key itself, `volumes: …` for one"));
                    }
                    settings.push(PipelineSetting { body: entries, slots, span: body.span });
                }
                ast::PipelineStep::Render(_) => steps.push(PipelineStep::Render),
                ast::PipelineStep::Container { name, body, .. } => {
                    if let Some(first) = names.insert(&name.node, name.span) {
                        let message = format!("two containers are named `{}`", name.node);
                        let d = Diagnostic::error("duplicate-name", name.span, message);
                        self.out.push(d.also(first, "the first").help("give one of them another name"));
                    }
                    steps.push(PipelineStep::Container(self.container(module, name, body)));
                }
                ast::PipelineStep::Error(_) => {}
            }
        }
        let alone = |s: &ast::PipelineStep| matches!(s, ast::PipelineStep::Setting { .. });
        if decl.steps.iter().all(alone) {
            let message = format!("the pipeline `{}` has no containers", decl.name.value);
            let d = Diagnostic::error("bad-pipeline", decl.name.span, message);
            self.out.push(d.help("write `render` for vow itself, or `container NAME { image: … }`"));
        }
        self.settled_once(&settings);
        Pipeline { name: decl.name.value.clone(), steps, settings, span: decl.name.span }
    }

    fn container(&mut self, module: usize, name: &'a ast::Name, body: &'a ast::Object) -> Container {
        if KRATIX_CONTAINERS.contains(&name.node.as_str()) {
            let message = format!("a container of Kratix itself is named `{}`", name.node);
            let d = Diagnostic::error("bad-pipeline", name.span, message);
            self.out.push(d.help("give it another name"));
        }
        let (entries, slots) = self.unasked(module, body);
        let schema = DefId::named("core/v1.Container").map(Schema::Ref);
        let mut image = false;
        for entry in &entries {
            let Entry::Field { path, key_span, .. } = entry else { continue };
            let Some(key) = path.first() else { continue };
            image |= &**key == "image";
            // What no container has is told with the rest of its schema.
            let known = schema.as_ref().is_some_and(|s| s.field(key).is_some());
            if known && !CONTAINER_KEYS.contains(&&**key) {
                let message = format!("a container of a pipeline has no `{key}`");
                let d = Diagnostic::error("unknown-field", *key_span, message);
                self.out.push(d.help(format!("there is {}", suggest::list(&CONTAINER_KEYS))));
            }
        }
        if !image {
            let message = format!("the container `{}` has no image", name.node);
            let d = Diagnostic::error("missing-field", name.span, message);
            self.out.push(d.help("add `image: \"registry/name:1.2.3\"`"));
        }
        Container { name: name.node.clone(), body: entries, slots, span: name.span }
    }

    /// Fields, and the slots that they need, of which nothing is known of a request: the promise itself says what runs.
    fn unasked(&mut self, module: usize, body: &'a ast::Object) -> (Vec<Entry>, usize) {
        let outer = std::mem::replace(&mut self.cx, Cx::of_module(module));
        self.cx.unasked = true;
        self.open_scope(std::iter::empty());
        let (entries, _) = self.entries(body, Want::Anything, false);
        (entries, std::mem::replace(&mut self.cx, outer).slots)
    }

    /// Checks that no key of a pipeline is given twice.
    fn settled_once(&mut self, settings: &[PipelineSetting]) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for entry in settings.iter().flat_map(|s| &s.body) {
            let Entry::Field { path, key_span, .. } = entry else { continue };
            let Some(key) = path.first() else { continue };
            if let Some(first) = seen.insert(key, *key_span) {
                let message = format!("the pipeline has `{key}` twice");
                let d = Diagnostic::error("duplicate-key", *key_span, message);
                self.out.push(d.also(first, "the first").help("keep one of them"));
            }
        }
    }

    /// Checks that exactly one pipeline renders, and fills in the one that everybody has.
    fn pipelines(&mut self, decl: &ast::Promise, pipelines: &mut Vec<Pipeline>) {
        if pipelines.is_empty() {
            *pipelines = Pipeline::default_for(decl.name.span);
            return;
        }
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for pipeline in &*pipelines {
            if let Some(first) = names.insert(&pipeline.name, pipeline.span) {
                let message = format!("two pipelines are named `{}`", pipeline.name);
                let d = Diagnostic::error("duplicate-name", pipeline.span, message);
                self.out.push(d.also(first, "the first").help("give one of them another name"));
            }
        }
        let renders =
            |p: &ast::Pipeline| p.steps.iter().filter(|s| matches!(s, ast::PipelineStep::Render(_))).count();
        let all =
            decl.members.iter().filter_map(|m| if let Member::Pipeline(p) = m { Some(p) } else { None });
        let all: Vec<&ast::Pipeline> = all.collect();
        let d = match all.iter().map(|p| renders(p)).sum::<usize>() {
            1 => return,
            0 => {
                let span = all.last().map_or(decl.name.span, |p| p.name.span);
                let message = "no pipeline of this promise renders it";
                Diagnostic::error("bad-pipeline", span, message).help("add `render` to one of them")
            }
            _ => {
                let last = all.iter().rev().find(|p| renders(p) > 0);
                let span = last.map_or(decl.name.span, |p| p.name.span);
                let message = "a promise is rendered once, in one pipeline";
                Diagnostic::error("bad-pipeline", span, message).help("keep one `render`")
            }
        };
        if !all.iter().any(|p| p.steps.iter().any(|s| matches!(s, ast::PipelineStep::Error(_)))) {
            self.out.push(d);
        }
    }

    fn destination(&mut self, block: &'a ast::Block) -> Destination {
        let entries = self.labels(&block.body);
        let (fixed, chosen) = entries.into_iter().partition(is_fixed);
        Destination { fixed, chosen, span: block.span }
    }

    /// The labels of a destination; those that are written out are looked at now.
    fn labels(&mut self, object: &'a ast::Object) -> Vec<Entry> {
        let (entries, _) = self.entries(object, Want::Map(Type::STRING), false);
        for entry in &entries {
            let Entry::Field { path, key_span, value } = entry else { continue };
            let key = path.first().map(|k| &**k).unwrap_or_default();
            let text = match &value.kind {
                ExprKind::Const(Value::Str(text)) => text.to_string(),
                _ => String::new(),
            };
            if let Some(problem) = label::problem(key, &text) {
                let span = if label::is_key(key) { value.span } else { *key_span };
                self.out.push(Diagnostic::error("bad-label", span, problem).help(label::HELP));
            }
        }
        entries
    }

    /// A file that is no Kubernetes object.
    pub(super) fn output_file(&mut self, decl: &'a ast::OutputFile) -> Option<OutputFile> {
        let path = self.value(&decl.path, &Type::STRING);
        if let ExprKind::Const(Value::Str(text)) = &path.kind
            && let Err(why) = super::paths::output(text, decl.to.is_some())
        {
            let d = Diagnostic::error("bad-path", path.span, format!("`{}` {why}", text.escape_debug()));
            self.out.push(d.help(super::paths::OUTPUT_HELP));
        }
        let to = decl.to.as_ref().map(|to| self.labels(to));
        let format = Format::named(&decl.format.node);
        let body = match format {
            Some(Format::Text) => self.value(&decl.body, &Type::STRING),
            _ => self.any_value(&decl.body),
        };
        // What is no format was told when the file was parsed.
        Some(OutputFile { path, to, format: format?, body, span: decl.span })
    }

    fn status(&mut self, block: &'a ast::Block) -> Option<Status> {
        let (body, ty) = self.entries(&block.body, Want::Anything, false);
        for entry in &body {
            let Entry::Field { path, key_span, .. } = entry else { continue };
            if let Some(key) = path.first().filter(|k| KRATIX_STATUS.contains(&&***k)) {
                let message = format!("`status.{key}` is written by Kratix");
                let d = Diagnostic::error("reserved-status", *key_span, message);
                self.out.push(d.help("give the field another name"));
            }
        }
        match ty {
            Type::Record(record) => Some(Status { body, ty: record, span: block.span }),
            Type::Never => None,
            other => {
                let message = format!("a status is an object with known fields, this is `{other}`");
                let d = Diagnostic::error("computed-key", block.span, message);
                self.out.push(d.help("write its keys out; a map may stand in one of its fields"));
                None
            }
        }
    }

    fn on_delete(&mut self, decl: &'a ast::OnDelete) -> Deletion {
        for need in &decl.needs {
            let handles: Vec<&String> = self
                .cx
                .scopes
                .iter()
                .flat_map(|s| &s.names)
                .filter_map(|(n, b)| matches!(b, Binding::Handle { .. }).then_some(n))
                .collect();
            if handles.iter().all(|h| **h != need.node) {
                let message = format!("there is no object with the handle `{}`", need.node);
                let mut d = Diagnostic::error("unknown-name", need.span, message);
                d.help.extend(suggest::help(&need.node, handles.iter().map(|h| h.as_str())));
                self.out.push(d);
            }
        }
        self.open_scope(lets(&decl.members).into_iter());
        self.bind_handles(&decl.members);
        self.cx.deleting = true;
        let steps = self.members(&decl.members, &mut Vec::new());
        self.cx.deleting = false;
        self.close_scope();
        let needs = decl.needs.iter().map(|n| n.node.clone()).collect();
        Deletion { needs, steps, span: decl.span }
    }

    /// The files that were found for the `dependencies` of a promise.
    pub(super) fn dependencies(&self, decl: &ast::Promise) -> Vec<Dependency> {
        let all =
            decl.members.iter().filter_map(|m| if let Member::Dependencies(d) = m { Some(d) } else { None });
        let mut found: Vec<Dependency> = Vec::new();
        for glob in all.flat_map(|d| &d.globs) {
            for file in self.inputs.dependencies.iter().filter(|f| f.span == glob.span) {
                if found.iter().all(|f| f.path != file.path) {
                    found.push(file.clone());
                }
            }
        }
        found
    }

    /// The api with what its status tells; its columns may show that.
    pub(super) fn told(&mut self, api: &Api, status: Option<&Status>) -> Api {
        let mut api = api.clone();
        api.status = status.map(|s| super::typing::told(&shown(&s.ty)));
        let none = ApiRecord::default();
        for column in &mut api.columns {
            let Some(path) = column.json_path.strip_prefix(".status.") else { continue };
            let path: Vec<&str> = path.split('.').collect();
            let fields = api.status.as_ref().unwrap_or(&none);
            if let Some(ty) = super::typing::column_type(fields, &path) {
                column.ty = ty.to_owned();
            } else if !path.first().is_some_and(|p| STATUS_OF_KRATIX.contains(p) || KRATIX_STATUS.contains(p))
            {
                let message = format!("`status.{}` is no scalar field of the status", path.join("."));
                let d = Diagnostic::error("bad-column", column.span, message);
                let d = status.into_iter().fold(d, |d, s| d.also(s.span, "the status"));
                self.out.push(d.help("write it in `status { … }`"));
            }
        }
        api
    }
}

/// Whether a label is the same for every request.
fn is_fixed(entry: &Entry) -> bool {
    let mut fixed = matches!(entry, Entry::Field { value, .. } if !value.ty.optional);
    entry.visit(&mut |e: &Expr| fixed &= !matches!(e.kind, ExprKind::Slot(_)));
    fixed
}

/// The fields of a status as its schema shows them: what another request may tell has another value, so nothing is said of
/// the values at hand, and at the top nothing must be there, for a status is told bit by bit.
fn shown(record: &Record) -> Record {
    let field = |f: &Field| Field { ty: wide(&f.ty), optional: true, span: f.span };
    Record { fields: record.fields.iter().map(|(name, f)| (Arc::clone(name), field(f))).collect() }
}

fn wide(ty: &Type) -> Type {
    match ty {
        Type::Literals(set) if matches!(set.first(), Some(Lit::Int(_))) => Type::INT,
        Type::Literals(set) if set.len() < 2 => ty.widen(),
        Type::List(item) => Type::list(wide(item)),
        Type::Map(item) => Type::map(wide(item)),
        Type::Record(record) => {
            let field = |f: &Field| Field { ty: wide(&f.ty), ..f.clone() };
            let fields = record.fields.iter().map(|(name, f)| (Arc::clone(name), field(f))).collect();
            Type::Record(Arc::new(Record { fields }))
        }
        other => other.clone(),
    }
}
