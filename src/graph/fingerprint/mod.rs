//! What a promise does, as one number: two promises of one fingerprint render the same for every request.
//!
//! It is made of the checked program, so comments, formatting, the names of lets and the order of files do not count. What
//! counts is the api with its descriptions, every step with its expressions, and the functions, globals and facts of the
//! platform that these reach; the text of a script counts as it is written. Tests do not.
//!
//! Kratix runs every request of a promise again when what it was compiled to changes: this tells which promises those are.

mod expr;
mod types;

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::check::openapi;
use crate::check::program::{Program, Promise, Request, Resource, Step};
use crate::check::workflow::{Container, Format, OutputFile, Pipeline, PipelineStep};
use crate::value::{Value, json, ops};

/// The fingerprint of the promise called `name`, 64 hexadecimal digits; `None` if there is none of that name.
pub fn fingerprint(program: &Program, name: &str) -> Option<String> {
    let promise = program.promise(name)?;
    let mut ink = Ink { program, hash: Sha256::new(), functions: BTreeSet::new(), globals: BTreeSet::new() };
    ink.promise(promise);
    ink.reached();
    Some(ink.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is written so far, and what it reached.
struct Ink<'p> {
    program: &'p Program,
    hash: Sha256,
    /// Ids of functions, in whose order they are written at the end.
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
}

impl Ink<'_> {
    /// A text with its length, so that no two sequences of texts are written the same.
    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.hash.update(text);
    }

    fn number(&mut self, number: usize) {
        self.hash.update((number as u64).to_be_bytes());
    }

    fn value(&mut self, value: &Value) {
        self.text(&json::write_compact(value));
    }

    /// Something that may be absent.
    fn maybe<T>(&mut self, thing: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.number(usize::from(thing.is_some()));
        if let Some(thing) = thing {
            write(self, thing);
        }
    }

    /// Many things in order.
    fn each<T>(&mut self, things: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(things.len());
        things.iter().for_each(|thing| write(self, thing));
    }

    fn promise(&mut self, promise: &Promise) {
        let Promise {
            name,
            version: _,
            docs,
            span: _,
            api,
            foreign,
            slots: _,
            steps,
            pipelines,
            destination,
            status,
            deletion,
            dependencies,
            not_yet_built: _,
            tests: _,
        } = promise;
        self.text(name);
        self.maybe(docs.as_deref(), Self::text);
        self.number(usize::from(*foreign));
        self.maybe(api.as_ref(), |ink, api| {
            ink.value(&ops::sorted(&openapi::crd(api)));
            ink.refined(&api.spec);
        });
        self.steps(steps);
        self.each(pipelines, Self::pipeline);
        self.maybe(destination.as_ref(), |ink, d| {
            ink.entries(&d.fixed);
            ink.entries(&d.chosen);
        });
        self.maybe(status.as_ref(), |ink, s| {
            ink.entries(&s.body);
            ink.record(&s.ty);
        });
        self.maybe(deletion.as_ref(), |ink, d| ink.steps(&d.steps));
        self.each(dependencies, |ink, d| ink.each(&d.objects, Self::value));
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        let Pipeline { name, steps, settings, span: _ } = pipeline;
        self.text(name);
        self.each(settings, |ink, s| ink.entries(&s.body));
        self.each(steps, |ink, step| match step {
            PipelineStep::Render => ink.text("render"),
            PipelineStep::Container(Container { name, body, slots: _, span: _ }) => {
                ink.text("container");
                ink.text(name);
                ink.entries(body);
            }
        });
    }

    fn steps(&mut self, steps: &[Step]) {
        self.each(steps, Self::step);
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Let(l) => {
                self.text("let");
                self.number(l.slot);
                self.expr(&l.value);
            }
            Step::Check(c) => {
                self.text("check");
                self.number(usize::from(c.in_schema));
                self.expr(&c.condition);
                self.expr(&c.message);
            }
            Step::Resource(r) => self.resource(r),
            Step::Request(r) => self.request(r),
            Step::File(f) => self.file(f),
            Step::When { condition, steps, span: _ } => {
                self.text("when");
                self.condition(condition);
                self.steps(steps);
            }
            Step::For { walk, steps, span: _ } => {
                self.text("for");
                self.walk(walk);
                self.steps(steps);
            }
        }
    }

    fn resource(&mut self, resource: &Resource) {
        let Resource { handle, gvk, schema: _, name, namespace, body, span: _ } = resource;
        self.text("resource");
        self.maybe(handle.as_ref(), |ink, h| {
            ink.number(h.name_slot);
            ink.number(h.namespace_slot);
        });
        [&gvk.group, &gvk.version, &gvk.kind].into_iter().for_each(|word| self.text(word));
        self.expr(name);
        self.maybe(namespace.as_ref(), Self::expr);
        self.entries(body);
        if gvk.group.is_empty() && gvk.kind == "Namespace" {
            // The engine stamps the level that the platform declares.
            let platform = &self.program.platform;
            self.text(platform.pod_security.label());
            platform.host_access.keys().for_each(|namespace| self.text(namespace));
        }
    }

    fn request(&mut self, request: &Request) {
        let Request { handle, promise, name, with, body, span: _ } = request;
        self.text("request");
        self.maybe(handle.as_ref(), |ink, h| {
            ink.number(h.name_slot);
            ink.number(h.namespace_slot);
        });
        self.text(promise);
        // The head of the request that is made says what the other promise serves.
        let api = self.program.promise(promise).and_then(|p| p.api.as_ref());
        self.maybe(api, |ink, api| {
            [&api.group, &api.version, &api.kind].into_iter().for_each(|word| ink.text(word));
        });
        self.expr(name);
        self.entries(with);
        self.expr(body);
    }

    fn file(&mut self, file: &OutputFile) {
        let OutputFile { path, to, format, body, span: _ } = file;
        self.text(match format {
            Format::Yaml => "file yaml",
            Format::Json => "file json",
            Format::Text => "file text",
        });
        self.expr(path);
        self.maybe(to.as_deref(), Self::entries);
        self.expr(body);
    }
}
