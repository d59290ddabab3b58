//! Tests of rules: objects that are given, and what the rules of the same file are expected to say of them.

use crate::check::checker::{Checker, Cx};
use crate::check::expr::Want;
use crate::check::program::{Expectation, ObjectsGiven, Resource, Step, Test, TestBody as Body};
use crate::check::types::{Class, Type};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, GivenObject, Item, TestBody, TestStmt};

const HELP: &str = "give an object: `given v1/Pod \"app\" in \"team\" { … }`";

impl<'a> Checker<'a> {
    /// The tests that stand in modules and in the platform's file, by the module's path without its ending.
    pub(in crate::check) fn tests_of_modules(&mut self) -> Vec<(String, Vec<Test>)> {
        let inputs = self.inputs;
        let mut all = Vec::new();
        for module in inputs.modules.iter().chain(&inputs.platform) {
            let index = self.module_index(&module.path);
            let tests =
                module.tree.items.iter().filter_map(|i| if let Item::Test(t) = i { Some(t) } else { None });
            let tests: Vec<&ast::Test> = tests.collect();
            self.distinct_tests(&tests);
            let tests: Vec<Test> = tests.into_iter().filter_map(|t| self.module_test(index, t)).collect();
            if !tests.is_empty() {
                all.push((module.path.trim_end_matches(".dsl").to_owned(), tests));
            }
        }
        all
    }

    fn module_test(&mut self, module: usize, decl: &'a ast::Test) -> Option<Test> {
        match &decl.body {
            TestBody::Stmts(stmts) if gives_objects(stmts) => self.objects_test(module, decl, stmts),
            TestBody::Stmts(stmts) if stmts.iter().any(|s| matches!(s, TestStmt::Error(_))) => None,
            _ => {
                let message = "no promise stands here, so no request can be given";
                self.empty_test(decl.name.span, message, HELP);
                None
            }
        }
    }

    /// A test whose statements give objects.
    pub(in crate::check) fn objects_test(
        &mut self,
        module: usize,
        decl: &'a ast::Test,
        stmts: &'a [TestStmt],
    ) -> Option<Test> {
        let refuses = stmts.iter().any(|s| matches!(s, TestStmt::Refuse { .. }));
        let mut objects = Vec::new();
        let mut expectations = Vec::new();
        let outer = std::mem::replace(&mut self.cx, Cx::of_module(module));
        self.open_scope(std::iter::empty());
        for stmt in stmts {
            match stmt {
                TestStmt::Object(object) => objects.push(self.given_object(object, refuses)),
                TestStmt::Error(_) => {}
                _ => expectations.extend(self.said_of_objects(stmt, refuses)),
            }
        }
        let slots = std::mem::replace(&mut self.cx, outer).slots;
        let steps: Vec<Step> = objects.iter().map(|o| Step::Resource(Box::new(o.clone()))).collect();
        self.conform(&[&steps], &[]);
        if expectations.is_empty() && !stmts.iter().any(|s| matches!(s, TestStmt::Error(_))) {
            self.empty_test(
                decl.name.span,
                "this test expects nothing",
                "add `refuse \"…\"`, `warn \"…\"` or `pass`",
            );
        }
        if self.rules.iter().all(|(m, _)| *m != module) {
            let message = "no rule stands in this file, so nothing can be said of an object";
            self.empty_test(decl.name.span, message, "write the test beside the rule that it is about");
        }
        let body = Body::Objects(ObjectsGiven { objects, slots, expectations });
        Some(Test { name: decl.name.value.clone(), span: decl.name.span, body })
    }

    fn empty_test(&mut self, span: Span, message: &str, help: &str) {
        self.out.push(Diagnostic::error("empty-test", span, message).help(help));
    }

    /// An object; what is to be refused may be no object of its kind.
    fn given_object(&mut self, given: &'a GivenObject, refuses: bool) -> Resource {
        let gvk = &given.gvk;
        self.expected_kind(gvk);
        let name = self.value(&given.name, &Type::STRING);
        let namespace = given.namespace.as_ref().map(|n| self.value(n, &Type::class(Class::DnsLabel)));
        self.cx.in_body = true;
        let (body, _) = self.entries(&given.body, Want::Anything, true);
        self.cx.in_body = false;
        let kind = self.inputs.kinds.lookup(&gvk.group, &gvk.version, &gvk.kind);
        let schema = kind.filter(|_| !refuses).map(|kind| kind.schema.clone());
        Resource { handle: None, gvk: gvk.clone(), schema, name, namespace, body, span: given.span }
    }

    fn said_of_objects(&mut self, stmt: &TestStmt, refuses: bool) -> Option<Expectation> {
        match stmt {
            TestStmt::Refuse { message, span } if !message.value.is_empty() => {
                Some(Expectation::Refuse { message: message.value.clone(), span: *span })
            }
            TestStmt::Warn { message, span } if !message.value.is_empty() => {
                Some(Expectation::Warn { message: message.value.clone(), span: *span })
            }
            TestStmt::Refuse { span, .. } | TestStmt::Warn { span, .. } => {
                let help = "write a part of the message that is meant";
                self.empty_test(*span, "every message holds the empty text", help);
                None
            }
            TestStmt::Pass(span) if !refuses => Some(Expectation::Pass { span: *span }),
            TestStmt::Pass(span) => {
                self.empty_test(*span, "what is refused does not pass", "make it two tests");
                None
            }
            TestStmt::Count { span, .. }
            | TestStmt::ExpectNo { span, .. }
            | TestStmt::ExpectFile { span, .. } => self.not_rendered(*span),
            TestStmt::Expect(expect) => self.not_rendered(expect.span),
            TestStmt::Given(given) => {
                self.empty_test(given.span, "a test gives a request or objects", "make it two tests");
                None
            }
            TestStmt::Object(_) | TestStmt::Error(_) => None,
        }
    }

    fn not_rendered(&mut self, span: Span) -> Option<Expectation> {
        let message = "objects that are given render nothing";
        self.empty_test(
            span,
            message,
            "write what the rules say of them: `refuse \"…\"`, `warn \"…\"` or `pass`",
        );
        None
    }
}

/// Whether a test is about objects.
pub(in crate::check) fn gives_objects(stmts: &[TestStmt]) -> bool {
    stmts.iter().any(|s| matches!(s, TestStmt::Object(_)))
}
