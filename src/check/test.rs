//! Tests in promises: what is given is typed by the api, what is expected by nothing but its form.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::Api;
use super::checker::{Checker, Cx};
use super::expr::Want;
use super::kratix::Forms;
use super::program::{self, Expectation, Expr, ExprKind, Pattern, PatternValue, Step, Told, Which};
use super::types::Ty;
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Entry, ExpectWhich, Key, TestBody, TestStmt};

/// What a promise renders, for what is expected of it.
#[derive(Clone, Copy)]
pub(super) struct Known<'s> {
    pub(super) steps: &'s [Step],
    pub(super) forms: &'s Forms,
}

impl<'s> Known<'s> {
    /// What stands beside the documents and is called so, if nothing has that handle.
    fn tells(self, name: &ast::Name) -> Option<Told> {
        let told = match name.node.as_str() {
            "status" if self.forms.status.is_some() => Told::Status,
            "destination" if self.forms.destination.is_some() => Told::Destination,
            _ => return None,
        };
        (!self.handles().contains(&name.node.as_str())).then_some(told)
    }

    /// The handles of the objects of a request, and of those that its deletion makes.
    fn handles(self) -> Vec<&'s str> {
        let mut handles = Vec::new();
        collect_handles(self.steps, &mut handles);
        let deletion = self.forms.deletion.iter();
        deletion.for_each(|d| collect_handles(&d.steps, &mut handles));
        handles
    }
}

impl<'a> Checker<'a> {
    pub(super) fn test(
        &mut self,
        module: usize,
        decl: &'a ast::Test,
        api: Option<&Api>,
        known: Known<'_>,
    ) -> Option<program::Test> {
        if let TestBody::Stmts(stmts) = &decl.body
            && super::rule::gives_objects(stmts)
        {
            return self.objects_test(module, decl, stmts);
        }
        self.cx = Cx::of_module(module);
        self.open_scope(std::iter::empty());
        let body = match &decl.body {
            TestBody::From(glob) => {
                Some(program::TestBody::From { glob: glob.value.clone(), span: glob.span })
            }
            TestBody::Stmts(stmts) => self.given(decl, stmts, api, known),
        };
        self.cx = Cx::default();
        Some(program::Test { name: decl.name.value.clone(), span: decl.name.span, body: body? })
    }

    /// Tests are told apart by their names.
    pub(super) fn distinct_tests(&mut self, tests: &[&ast::Test]) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in tests.iter().map(|t| &t.name) {
            if let Some(first) = seen.get(name.value.as_str()) {
                let message = format!("two tests are named `{}`", name.value);
                let d = Diagnostic::error("duplicate-name", name.span, message);
                self.out.push(d.also(*first, "first written here").help("give one of them another name"));
            } else {
                seen.insert(&name.value, name.span);
            }
        }
    }

    fn given(
        &mut self,
        decl: &'a ast::Test,
        stmts: &'a [TestStmt],
        api: Option<&Api>,
        known: Known<'_>,
    ) -> Option<program::TestBody> {
        let mut givens = stmts.iter().filter_map(|s| if let TestStmt::Given(g) = s { Some(g) } else { None });
        let Some(given) = givens.next() else {
            if !stmts.iter().any(|s| matches!(s, TestStmt::Error(_))) {
                let d = Diagnostic::error("empty-test", decl.name.span, "this test has no `given`");
                self.out.push(d.help("add `given \"name\" { … }`"));
            }
            return None;
        };
        if let Some(second) = givens.next() {
            let d = Diagnostic::error("duplicate-name", second.span, "a test has one `given`");
            self.out.push(d.also(given.span, "first written here").help("make it two tests"));
        }
        if stmts.len() < 2 {
            let d = Diagnostic::error("empty-test", decl.name.span, "this test expects nothing");
            self.out.push(d.help("add `expect …` or `refuse \"…\"`"));
        }
        let Some(api) = api else {
            let d = Diagnostic::error("empty-test", given.span, "a promise without an api takes no request");
            self.out.push(d);
            return None;
        };
        // A test of a refusal may give what the api does not take.
        let refuses = stmts.iter().any(|s| matches!(s, TestStmt::Refuse { .. }));
        for stmt in stmts.iter().filter(|_| refuses) {
            let place = match stmt {
                TestStmt::Count { span, .. }
                | TestStmt::ExpectNo { span, .. }
                | TestStmt::ExpectFile { span, .. }
                | TestStmt::Warn { span, .. }
                | TestStmt::Pass(span) => *span,
                TestStmt::Expect(e) => e.span,
                TestStmt::Refuse { message, .. } if message.value.is_empty() => {
                    let d =
                        Diagnostic::error("empty-test", message.span, "every refusal holds the empty text");
                    self.out.push(d.help("write a part of the message that is meant"));
                    continue;
                }
                _ => continue,
            };
            let d = Diagnostic::error(
                "empty-test",
                place,
                "what is refused renders nothing, so nothing can be expected of it",
            );
            self.out.push(d.help("make it two tests"));
        }
        for stmt in stmts {
            if let TestStmt::Warn { message, .. } = stmt
                && message.value.is_empty()
            {
                let d = Diagnostic::error("empty-test", message.span, "every warning holds the empty text");
                self.out.push(d.help("write a part of the message that is meant"));
            }
        }
        let want = if refuses { Want::Anything } else { Want::Record(Arc::new(api.spec.input_record())) };
        let (entries, ty) = self.entries(&given.spec, want, false);
        let spec = Expr { kind: ExprKind::Object(entries), ty: Ty::always(ty), span: given.spec.span };
        let with = match &given.with {
            Some(object) => {
                self.entries(object, Want::Record(Arc::new(super::resource::with_type())), false).0
            }
            None => vec![],
        };
        let expectations = stmts.iter().filter_map(|s| self.expectation(s, known)).collect();
        let text =
            |lit: &Option<ast::StrLit>, or: &str| lit.as_ref().map_or(or.to_owned(), |l| l.value.clone());
        Some(program::TestBody::Given(Box::new(program::Given {
            name: text(&given.name, "test"),
            namespace: text(&given.namespace, "default"),
            with,
            spec,
            slots: self.cx.slots,
            expectations,
        })))
    }

    fn expectation(&mut self, stmt: &'a TestStmt, known: Known<'_>) -> Option<Expectation> {
        match stmt {
            TestStmt::Given(_) | TestStmt::Error(_) => None,
            TestStmt::Count { flow, count, span } => {
                let count = usize::try_from(*count).ok()?;
                Some(Expectation::Count { flow: *flow, count, span: *span })
            }
            TestStmt::Expect(expect) => {
                let which = match &expect.which {
                    ExpectWhich::Handle(name) if known.tells(name).is_some() => {
                        let value = PatternValue::Subset(self.patterns_of(&expect.body.entries));
                        let what = known.tells(name)?;
                        return Some(Expectation::Told { what, value, span: expect.span });
                    }
                    ExpectWhich::Handle(name) => {
                        self.known_handle(name, known);
                        Which::Handle(name.node.clone())
                    }
                    ExpectWhich::Named { gvk, name, namespace } => {
                        self.expected_kind(gvk);
                        Which::Named {
                            gvk: gvk.clone(),
                            name: Some(self.any_value(name)),
                            namespace: namespace.as_ref().map(|n| self.any_value(n)),
                        }
                    }
                };
                let body = self.patterns_of(&expect.body.entries);
                Some(Expectation::Document { flow: expect.flow, which, body, span: expect.span })
            }
            TestStmt::ExpectFile { path, value, span } => {
                let (what, value) = (Told::File(path.value.clone()), self.pattern_value(value));
                Some(Expectation::Told { what, value, span: *span })
            }
            TestStmt::ExpectNo { flow, gvk, name, namespace, span } => {
                self.expected_kind(gvk);
                let which = Which::Named {
                    gvk: gvk.clone(),
                    name: name.as_ref().map(|n| self.any_value(n)),
                    namespace: namespace.as_ref().map(|n| self.any_value(n)),
                };
                Some(Expectation::None { flow: *flow, which, span: *span })
            }
            TestStmt::Pass(span) => Some(Expectation::Pass { span: *span }),
            TestStmt::Object(_) => None,
            TestStmt::Warn { message, span } => {
                Some(Expectation::Warn { message: message.value.clone(), span: *span })
            }
            TestStmt::Refuse { message, span } => {
                Some(Expectation::Refuse { message: message.value.clone(), span: *span })
            }
        }
    }

    /// A kind that is misspelt is never rendered: `expect no` would hold for ever.
    pub(super) fn expected_kind(&mut self, gvk: &program::Gvk) {
        let serves =
            |api: &Api| (&api.group, &api.version, &api.kind) == (&gvk.group, &gvk.version, &gvk.kind);
        let known = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind).is_some();
        if !known && !self.apis.values().filter_map(|t| t.api.as_deref()).any(serves) {
            self.unknown_kind(gvk);
        }
    }

    fn known_handle(&mut self, name: &ast::Name, known: Known<'_>) {
        let handles = known.handles();
        if !handles.contains(&name.node.as_str()) {
            let message = format!("no object of this promise has the handle `{}`", name.node);
            let mut d = Diagnostic::error("unknown-name", name.span, message);
            d.help.extend(suggest::help(&name.node, handles.iter().copied()));
            self.out.push(d);
        }
    }

    fn patterns_of(&mut self, entries: &'a [Entry]) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for entry in entries {
            match entry {
                Entry::Field { key, value } => {
                    let (path, span) = match key {
                        Key::Path(words) => {
                            let path = words.iter().map(|w| Arc::from(w.node.as_str())).collect();
                            (path, words.first().map_or(value.span, |w| w.span))
                        }
                        Key::Quoted(q) => (vec![Arc::from(q.value.as_str())], q.span),
                        Key::Computed(e) => {
                            let d =
                                Diagnostic::error("computed-key", e.span, "what is expected is written out");
                            self.out.push(d.help("write the key as a word or a text"));
                            continue;
                        }
                    };
                    let value = self.pattern_value(value);
                    patterns.push(Pattern { path, value, span });
                }
                Entry::When(ast::When { span, .. }) | Entry::For(ast::For { span, .. }) => {
                    let d = Diagnostic::error("computed-key", *span, "what is expected is written out");
                    self.out.push(d.help("write the entries out, or make it two tests"));
                }
                Entry::Error(_) => {}
            }
        }
        patterns
    }

    fn pattern_value(&mut self, value: &'a ast::Expr) -> PatternValue {
        match &value.kind {
            ast::ExprKind::Contains(part) => PatternValue::Contains(self.any_value(part)),
            ast::ExprKind::Object(object) => PatternValue::Subset(self.patterns_of(&object.entries)),
            ast::ExprKind::List(items) if items.iter().all(|i| matches!(i, ast::ListItem::Expr(_))) => {
                let item = |i: &'a ast::ListItem| if let ast::ListItem::Expr(e) = i { Some(e) } else { None };
                let values = items.iter().filter_map(item);
                PatternValue::Items(values.map(|e| (self.pattern_value(e), e.span)).collect())
            }
            _ => PatternValue::Equal(self.any_value(value)),
        }
    }
}

fn collect_handles<'s>(steps: &'s [Step], out: &mut Vec<&'s str>) {
    for step in steps {
        match step {
            Step::Resource(r) => out.extend(r.handle.iter().map(|h| h.name.as_str())),
            Step::Request(r) => out.extend(r.handle.iter().map(|h| h.name.as_str())),
            Step::When { steps, .. } | Step::For { steps, .. } => collect_handles(steps, out),
            Step::Let(_) | Step::Check(_) | Step::File(_) => {}
        }
    }
}
