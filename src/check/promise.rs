//! The members of a promise.

use std::sync::Arc;

use indexmap::IndexMap;

use super::checker::{Binding, Checker};
use super::kratix::Forms;
use super::program::{self, SELF, SPEC, Step, Test};
use super::types::{Class, Field, Record, Str, Ty, Type};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, Item, Member};

/// What stands between the braces of a promise.
struct Body {
    steps: Vec<Step>,
    forms: Forms,
    not_yet_built: Vec<(&'static str, Span)>,
}

impl<'a> Checker<'a> {
    /// Checks a promise and the tests and rules that stand in it or beside it.
    pub(super) fn promise(
        &mut self,
        module: usize,
        decl: &'a ast::Promise,
        beside: &'a [Item],
    ) -> program::Promise {
        let api = self.apis.get(&decl.name.node).and_then(|t| t.api.clone());
        let platform = self.platform.clone();
        self.needs(decl);
        let (body, slots) = self.promise_body(module, decl, api.as_deref());
        let Body { steps, forms, not_yet_built } = body;
        let members =
            decl.members.iter().filter_map(|m| if let Member::Test(t) = m { Some(t) } else { None });
        let items = beside.iter().filter_map(|i| if let Item::Test(t) = i { Some(t) } else { None });
        let tests: Vec<&ast::Test> = members.chain(items).collect();
        for rule in beside.iter().filter_map(|i| if let Item::Rule(r) = i { Some(r) } else { None }) {
            self.rule(module, rule);
        }
        self.distinct_tests(&tests);
        let known = super::test::Known { steps: &steps, forms: &forms };
        let tests = tests.into_iter().filter_map(|t| self.test(module, t, api.as_deref(), known));
        let tests: Vec<Test> = tests.collect();
        self.platform = platform;
        let api = api.map(|a| self.told(&a, forms.status.as_ref()));
        let Forms { pipelines, destination, status, deletion } = forms;
        program::Promise {
            name: decl.name.node.clone(),
            version: decl.version.as_ref().map(|v| v.value.clone()),
            docs: decl.docs.text(),
            span: decl.name.span,
            api,
            foreign: false,
            slots,
            steps: steps.into(),
            pipelines: pipelines.into(),
            destination: destination.into(),
            status: status.into(),
            deletion: deletion.into(),
            dependencies: self.dependencies(decl).into(),
            not_yet_built,
            tests: tests.into(),
        }
    }

    fn promise_body(
        &mut self,
        module: usize,
        decl: &'a ast::Promise,
        api: Option<&super::api::Api>,
    ) -> (Body, usize) {
        self.cx = super::checker::Cx::of_module(module);
        // The request, then the lets: both are seen everywhere in the promise.
        self.open_scope(std::iter::empty());
        self.bind_request(api, decl.name.span);
        self.cx.aliases.note_field(SPEC, SELF, "spec");
        self.open_scope(lets(&decl.members).into_iter());
        self.bind_handles(&decl.members);
        let mut not_yet_built = Vec::new();
        let mut steps = self.api_checks(decl);
        steps.extend(self.members(&decl.members, &mut not_yet_built));
        let forms = self.forms(module, decl, api.is_some());
        let slots = std::mem::take(&mut self.cx).slots;
        let deleted = forms.deletion.as_ref().map(|d| d.steps.as_slice()).unwrap_or_default();
        self.conform(&[&steps, deleted], &forms.pipelines);
        (Body { steps, forms, not_yet_built }, slots)
    }

    fn bind_request(&mut self, api: Option<&super::api::Api>, span: Span) {
        let Some(api) = api else {
            self.cx.slots = 2;
            return;
        };
        let spec = Type::Record(Arc::new(api.spec.program_record()));
        let word = |w: &str| ast::Name::new(w.into(), span);
        self.bind(&word("self"), Ty::always(request_type(api)));
        self.bind(&word("spec"), Ty::always(spec));
    }

    /// `needs platform { … }`: what a promise asks of its platform.
    fn needs(&mut self, decl: &'a ast::Promise) {
        for needs in decl.members.iter().filter_map(|m| if let Member::Needs(n) = m { Some(n) } else { None })
        {
            for field in &needs.fields {
                let want = super::typing::program_type(&field.ty, &mut self.out);
                self.need(&field.name, want, field.optional);
            }
        }
    }

    fn need(&mut self, name: &ast::Name, want: Type, optional: bool) {
        let has_platform = self.inputs.platform.is_some();
        match self.platform.0.fields.get(name.node.as_str()) {
            Some(have) if !have.ty.is_within(&want) => {
                let message = format!("the platform's `{}` is `{}`, needed is `{want}`", name.node, have.ty);
                let d =
                    Diagnostic::error("type-mismatch", name.span, message).also(have.span, "declared here");
                self.out.push(d.help("give the platform's value the type that is needed"));
            }
            None if has_platform && !optional => {
                let message = format!("the platform has no value `{}`", name.node);
                let d = Diagnostic::error("unknown-field", name.span, message);
                self.out
                    .push(d.help(format!("add `{}: {want} = …` to `values` in `promises.dsl`", name.node)));
            }
            None => {
                let field = Field { ty: want, optional, span: name.span };
                Arc::make_mut(&mut self.platform.0).fields.insert(name.node.as_str().into(), field);
            }
            Some(_) => {}
        }
    }

    /// The checks that stand in the api: they come before everything else.
    fn api_checks(&mut self, decl: &'a ast::Promise) -> Vec<Step> {
        let apis = decl.members.iter().filter_map(|m| if let Member::Api(a) = m { Some(a) } else { None });
        let mut steps = Vec::new();
        for entry in apis.flat_map(|a| &a.entries) {
            let ast::ApiEntry::Check(check) = entry else { continue };
            steps.push(Step::Check(self.check(check)));
        }
        steps
    }

    /// Binds the handles of a block, so that they can be named in any order.
    pub(super) fn bind_handles(&mut self, members: &'a [Member]) {
        for member in members {
            let (name, (namespaced, ty)) = match member {
                Member::Resource(r) => {
                    (r.handle.as_ref(), (r.namespace.is_some(), super::resource::name_type(&r.gvk)))
                }
                Member::Request(r) => (r.handle.as_ref(), (true, super::resource::request_name())),
                _ => continue,
            };
            if let Some(name) = name {
                let (name_slot, namespace_slot) = (self.new_slot(), self.new_slot());
                let span = name.span;
                self.bind_as(name, Binding::Handle { name_slot, namespace_slot, name: ty, namespaced, span });
            }
        }
    }

    /// The handle that `bind_handles` made for a member of the innermost block.
    pub(super) fn handle(&self, name: Option<&ast::Name>) -> Option<program::Handle> {
        let name = name?;
        match self.cx.scopes.last()?.names.get(&name.node)? {
            Binding::Handle { name_slot, namespace_slot, .. } => Some(program::Handle {
                name: name.node.clone(),
                name_slot: *name_slot,
                namespace_slot: *namespace_slot,
            }),
            _ => None,
        }
    }

    pub(super) fn members(
        &mut self,
        members: &'a [Member],
        later: &mut Vec<(&'static str, Span)>,
    ) -> Vec<Step> {
        members.iter().filter_map(|m| self.member(m, later)).collect()
    }

    fn member(&mut self, member: &'a Member, later: &mut Vec<(&'static str, Span)>) -> Option<Step> {
        if self.misplaced(member) {
            return None;
        }
        match member {
            Member::Let(l) => self.take_let(&l.name.node).map(Step::Let),
            Member::Resource(r) => self.resource(r).map(|r| Step::Resource(Box::new(r))),
            Member::Request(r) => self.request(r).map(|r| Step::Request(Box::new(r))),
            Member::File(f) => self.output_file(f).map(|f| Step::File(Box::new(f))),
            Member::Check(c) => Some(Step::Check(self.check(c))),
            Member::When(when) => {
                let (condition, steps) = self.under(&when.condition, lets(&when.body), |this| {
                    this.bind_handles(&when.body);
                    this.members(&when.body, later)
                });
                Some(Step::When { condition, steps, span: when.span })
            }
            Member::For(form) => {
                let (walk, steps) = self.walk(form, lets(&form.body), |this| {
                    this.bind_handles(&form.body);
                    this.members(&form.body, later)
                });
                Some(Step::For { walk, steps, span: form.span })
            }
            Member::Rule(r) => {
                self.rule(self.cx.module, r);
                None
            }
            Member::Observe(o) => {
                let d = Diagnostic::error("not-yet-built", o.span, "`observe` is reserved and not yet built");
                self.out.push(d.help("remove it"));
                None
            }
            // What stands at the top of a promise alone is read there.
            _ => None,
        }
    }

    fn check(&mut self, c: &'a ast::Check) -> program::Check {
        let condition = self.condition_value(&c.condition);
        // The message is said when the condition failed, so what failed is known there.
        let facts = self.cx.aliases.facts(&condition, false);
        let message = self.with_facts(facts, |this| this.value(&c.message, &Type::STRING));
        if let program::ExprKind::Const(crate::value::Value::Bool(false)) = condition.kind {
            let d = Diagnostic::warning(
                "never-true",
                c.condition.span,
                "this never holds, so every request is refused",
            );
            self.out.push(d);
        }
        program::Check { condition, in_schema: c.in_schema, message, span: c.span }
    }
}

/// The lets of a block.
pub(super) fn lets(members: &[Member]) -> Vec<&ast::Let> {
    members.iter().filter_map(|m| if let Member::Let(l) = m { Some(l) } else { None }).collect()
}

/// A request, as a promise and a rule see it.
pub(super) fn request_type(api: &super::api::Api) -> Type {
    let spec = Type::Record(Arc::new(api.spec.program_record()));
    record(&[("metadata", metadata_type()), ("spec", spec)])
}

/// The metadata of a request. Its name becomes the value of labels, so it is at most 63 characters long.
pub(crate) fn metadata_type() -> Type {
    let name = Str { class: Some(Class::DnsSubdomain), max: Some(63), ..Str::default() };
    record(&[
        ("name", Type::Str(name)),
        ("namespace", Type::class(Class::DnsLabel)),
        ("labels", Type::map(Type::STRING)),
        ("annotations", Type::map(Type::STRING)),
    ])
}

fn record(fields: &[(&str, Type)]) -> Type {
    let field = |(name, ty): &(&str, Type)| {
        (Arc::from(*name), Field { ty: ty.clone(), optional: false, span: Span::default() })
    };
    let fields: IndexMap<Arc<str>, Field> = fields.iter().map(field).collect();
    Type::Record(Arc::new(Record { fields }))
}
