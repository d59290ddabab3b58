//! Holds the bodies of a promise's resources and requests against schemas: what is wrong for every request is a mistake
//! now, what depends on the request is left to the gate.

mod conflict;
mod judge;

use std::collections::BTreeMap;

use judge::{Judge, Known};

use super::checker::Checker;
use super::kinds::{DefId, Schema};
use super::program::{Entry, Expr, ExprKind, Gvk, Request, Resource, Step};
use super::types::{Ty, Type};
use super::workflow::{Pipeline, PipelineStep};
use crate::diag::words;

/// What the header of a resource says, or what is checked by itself.
const ELSEWHERE: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl Checker<'_> {
    /// Checks the body of every object that `steps` render, and the containers of pipelines.
    pub(super) fn conform(&mut self, steps: &[&[Step]], pipelines: &[Pipeline]) {
        let mut found = Found::default();
        steps.iter().for_each(|s| found.steps(s));
        let known = Known { lets: found.lets, functions: &self.functions, globals: &self.globals };
        let mut judge = Judge::new(&known);
        for resource in &found.resources {
            if let Some(schema) = &resource.schema {
                let body = resource.body.iter().filter(|e| !is_elsewhere(e));
                judge.body(body, schema, &format!("in {}", words::a(&resource.gvk.kind)), resource.gvk.span);
            }
        }
        if let Some(schema) = DefId::named("core/v1.Container").map(Schema::Ref) {
            let containers = pipelines.iter().flat_map(|p| &p.steps).filter_map(|s| match s {
                PipelineStep::Container(c) => Some(c),
                PipelineStep::Render => None,
            });
            for c in containers {
                // Its name stands in the header.
                let name = Expr {
                    kind: ExprKind::Const(c.name.as_str().into()),
                    ty: Ty::always(Type::STRING),
                    span: c.span,
                };
                let name = Entry::Field { path: vec!["name".into()], key_span: c.span, value: name };
                let body = c.body.iter().chain([&name]);
                judge.body(body, &schema, &format!("in the container `{}`", c.name), c.span);
            }
        }
        if let Some(schema) = DefId::named("kratix/v1alpha1.PipelineSettings").map(Schema::Ref) {
            for pipeline in pipelines {
                let body = pipeline.settings.iter().flat_map(|s| &s.body);
                judge.body(body, &schema, &format!("in the pipeline `{}`", pipeline.name), pipeline.span);
            }
        }
        for attached in &self.inputs.attached {
            let kind = |g: &Gvk| attached.is_for(&g.group, &g.version, &g.kind);
            for resource in found.resources.iter().filter(|r| kind(&r.gvk)) {
                judge.attached(&resource.body, &attached.schema, attached);
            }
            let serves = |promise: &str| {
                let api = self.apis.get(promise).and_then(|t| t.api.as_ref());
                api.is_some_and(|a| attached.is_for(&a.group, &a.version, &a.kind))
            };
            let Some(spec) = attached.schema.field("spec") else { continue };
            for request in found.requests.iter().filter(|r| serves(&r.promise)) {
                if let ExprKind::Object(body) = &request.body.kind {
                    judge.attached(body, &spec, attached);
                }
            }
        }
        let out = judge.finish();
        self.out.extend(out);
    }
}

fn is_elsewhere(entry: &Entry) -> bool {
    matches!(entry, Entry::Field { path, .. } if path.first().is_some_and(|k| ELSEWHERE.contains(&&**k)))
}

/// What is to be judged, and the lets that it may name.
#[derive(Default)]
struct Found<'s> {
    lets: BTreeMap<usize, &'s Expr>,
    resources: Vec<&'s Resource>,
    requests: Vec<&'s Request>,
}

impl<'s> Found<'s> {
    fn steps(&mut self, steps: &'s [Step]) {
        for step in steps {
            match step {
                Step::Let(l) => drop(self.lets.insert(l.slot, &l.value)),
                Step::Resource(r) => self.resources.push(r),
                Step::When { steps, .. } | Step::For { steps, .. } => self.steps(steps),
                Step::Request(r) => self.requests.push(r),
                Step::Check(_) | Step::File(_) => {}
            }
        }
    }
}
