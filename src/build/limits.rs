//! What Kratix refuses when a Promise is applied, or stumbles over later.

use std::collections::BTreeSet;

use super::bundle::Bundle;
use super::promise::{RENDER, variable_of};
use crate::check::label;
use crate::check::program::{Entry, Promise};
use crate::check::types::Class;
use crate::check::workflow::{Container, DEFAULT_PIPELINE, Pipeline, PipelineStep};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::value::{Value, json};

/// The most characters that Kratix' name of a pipeline has: `PROMISE-WORKFLOW-ACTION-PIPELINE`.
const NAME: usize = 60;
/// The most bytes of an environment variable, its name included: Linux takes no longer one.
const VARIABLE: usize = 128 << 10;
/// The most bytes of a Promise: `kubectl apply` keeps a copy of it in an annotation.
const PROMISE: usize = 256 << 10;
/// The volumes that Kratix adds to every pipeline, and where its containers find them.
const KRATIX_VOLUMES: [&str; 4] = ["shared-input", "shared-output", "shared-metadata", "promise-scheduling"];
const KRATIX_MOUNTS: [&str; 3] = ["/kratix/input", "/kratix/output", "/kratix/metadata"];

/// The most tries of a pod: what Kubernetes keeps in 32 bits.
const MOST_TRIES: i64 = i32::MAX as i64;

/// Everything that Kratix or Kubernetes would not take.
pub(super) fn check(
    promise: &Promise,
    image: &str,
    bundle: &Bundle,
    travels: bool,
    document: &Value,
) -> Vec<Diagnostic> {
    let mut found = Found { out: vec![] };
    found.names(promise);
    found.api(promise);
    found.volumes(promise, document);
    if !Class::Image.contains(image) {
        found.add(promise.span, format!("`{image}` is no image"), "see `pipeline-image` in `promises.dsl`");
    }
    if travels {
        for (path, text) in bundle {
            let size = variable_of(path, text).len() + 32;
            if size > VARIABLE {
                let message =
                    format!("`{path}` has {size} bytes, and a variable of a container at most {VARIABLE}");
                found.add(
                    promise.span,
                    message,
                    "let each promise have an image: `{promise}` in `pipeline-image`",
                );
            }
        }
    }
    let size = json::write_compact(document).len();
    if size > PROMISE {
        let message = format!("this Promise has {size} bytes, more than the {PROMISE} that can be applied");
        found.add(promise.span, message, "let each promise have an image: `{promise}` in `pipeline-image`");
    }
    found.out
}

struct Found {
    out: Vec<Diagnostic>,
}

impl Found {
    fn add(&mut self, span: Span, message: String, help: &str) {
        self.out.push(Diagnostic::error("kratix-limit", span, message).help(help));
    }

    fn names(&mut self, promise: &Promise) {
        if !Class::DnsLabel.contains(&promise.name) {
            let message =
                format!("objects of Kratix are named by the promise, and `{}` is no DNS label", promise.name);
            self.add(promise.span, message, Class::DnsLabel.describe());
        }
        if let Some(version) = promise.version.as_deref().filter(|v| !label::is_value(v)) {
            let message = format!("the version `{version}` is no value of a label");
            self.add(promise.span, message, label::HELP);
        }
        for pipeline in promise.pipelines.iter().filter(|_| promise.api.is_some()) {
            self.length(promise, "resource-configure", &pipeline.name, pipeline.span);
            if !Class::DnsLabel.contains(&pipeline.name) {
                let message = format!("`{}` is no name of a pipeline", pipeline.name);
                self.add(pipeline.span, message, Class::DnsLabel.describe());
            }
            for step in &pipeline.steps {
                let PipelineStep::Container(c) = step else { continue };
                if !Class::DnsLabel.contains(&c.name) {
                    self.add(
                        c.span,
                        format!("`{}` is no name of a container", c.name),
                        Class::DnsLabel.describe(),
                    );
                }
                if c.name == RENDER && pipeline.renders() {
                    let message = format!("the container of vow is named `{RENDER}`");
                    self.add(c.span, message, "give this one another name");
                }
            }
        }
        if let Some(deletion) = &*promise.deletion {
            self.length(promise, "resource-delete", DEFAULT_PIPELINE, deletion.span);
        }
        if !promise.dependencies.is_empty() {
            self.length(promise, "promise-configure", DEFAULT_PIPELINE, promise.span);
        }
    }

    /// What Kubernetes asks of volumes and their mounts, and what Kratix has taken for itself.
    fn volumes(&mut self, promise: &Promise, document: &Value) {
        let workflow =
            document.get("spec").and_then(|s| s.get("workflows")?.get("resource")?.get("configure"));
        let built = workflow.and_then(Value::as_list).unwrap_or_default();
        for (pipeline, spec) in promise.pipelines.iter().zip(built.iter().filter_map(|p| p.get("spec"))) {
            let names = self.declared(pipeline, spec);
            let containers = spec.get("containers").and_then(Value::as_list).unwrap_or_default();
            for (step, built) in pipeline.steps.iter().zip(containers) {
                if let PipelineStep::Container(c) = step {
                    self.mounted(c, built, &names, &pipeline.name);
                }
            }
            let limit = spec.get("jobOptions").and_then(|o| o.get("backoffLimit"));
            if limit.is_some_and(|n| !matches!(n, Value::Int(0..=MOST_TRIES))) {
                let message = format!("`backoffLimit` is not between 0 and {MOST_TRIES}");
                self.add(place(pipeline, "jobOptions"), message, "say how often a pod is tried again");
            }
        }
    }

    /// The names of the volumes of a pipeline.
    fn declared<'v>(&mut self, pipeline: &Pipeline, spec: &'v Value) -> BTreeSet<&'v str> {
        let span = place(pipeline, "volumes");
        let mut names = BTreeSet::new();
        for volume in spec.get("volumes").and_then(Value::as_list).unwrap_or_default() {
            let name = volume.get("name").and_then(Value::as_str).unwrap_or_default();
            if !Class::DnsLabel.contains(name) {
                self.add(span, format!("`{name}` is no name of a volume"), Class::DnsLabel.describe());
            }
            if KRATIX_VOLUMES.contains(&name) {
                let message = format!("a volume of Kratix itself is named `{name}`");
                self.add(span, message, "give this one another name");
            }
            if !names.insert(name) {
                let message = format!("two volumes of `{}` are named `{name}`", pipeline.name);
                self.add(span, message, "give one of them another name");
            }
            if volume.as_map().is_some_and(|map| map.len() > 2) {
                let message = format!("the volume `{name}` comes from more than one place");
                self.add(span, message, "keep one of its sources");
            }
        }
        names
    }

    /// Where a container mounts volumes.
    fn mounted(&mut self, container: &Container, built: &Value, names: &BTreeSet<&str>, pipeline: &str) {
        let mut paths = BTreeSet::new();
        for mount in built.get("volumeMounts").and_then(Value::as_list).unwrap_or_default() {
            let text = |key: &str| mount.get(key).and_then(Value::as_str).unwrap_or_default();
            let (name, path) = (text("name"), text("mountPath"));
            if !names.contains(name) {
                let message = format!("the pipeline `{pipeline}` declares no volume `{name}`");
                let help = "declare it in the pipeline: `volumes: [{ name: \"…\", emptyDir: {} }]`";
                self.add(container.span, message, help);
            }
            let normal: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
            let normal = format!("/{}", normal.join("/"));
            if path.contains(':') || normal.split('/').any(|part| part == "..") {
                let message = format!("nothing can be mounted at `{path}`");
                self.add(container.span, message, "write a path without `:` and `..`");
            }
            if KRATIX_MOUNTS.contains(&normal.as_str()) {
                let message = format!("`{path}` is where Kratix itself mounts something");
                self.add(container.span, message, "mount this one elsewhere");
            }
            if !paths.insert(normal) {
                let message = format!("`{path}` is mounted twice in one container");
                self.add(container.span, message, "mount one of them elsewhere");
            }
        }
    }

    fn length(&mut self, promise: &Promise, action: &str, pipeline: &str, span: Span) {
        let rest = action.len() + 2;
        if promise.name.len() + pipeline.len() + rest > NAME {
            let most = NAME - rest;
            let message = format!(
                "the names of the promise `{}` and its pipeline `{pipeline}` have {} characters together, at most {most} fit",
                promise.name,
                promise.name.len() + pipeline.len(),
            );
            self.add(span, message, "shorten one of them before anybody uses the promise");
        }
    }

    fn api(&mut self, promise: &Promise) {
        let Some(api) = &promise.api else { return };
        let subdomain = Class::DnsSubdomain;
        if !subdomain.contains(&api.group) {
            self.add(api.span, format!("`{}` is no group of an api", api.group), subdomain.describe());
        }
        for word in [&api.plural, &api.singular].into_iter().chain(&api.short) {
            if !Class::DnsLabel.contains(word) {
                let message = format!("`{word}` is no name by which an api can be asked");
                self.add(api.span, message, Class::DnsLabel.describe());
            }
        }
        if api.kind.len() > 63 || !Class::DnsLabel.contains(&api.kind.to_lowercase()) {
            self.add(
                api.span,
                format!("`{}` is no name of a kind", api.kind),
                "a kind is letters and digits",
            );
        }
        if api.plural.len() + 1 + api.group.len() > 253 {
            let message = format!("the name `{}.{}` is longer than 253 characters", api.plural, api.group);
            self.add(api.span, message, "shorten the plural or the group");
        }
    }
}

/// Where a pipeline has a key; its name, if it has none.
fn place(pipeline: &Pipeline, key: &str) -> Span {
    let is = |e: &Entry| matches!(e, Entry::Field { path, .. } if path.first().is_some_and(|k| &**k == key));
    pipeline.settings.iter().find(|s| s.body.iter().any(is)).map_or(pipeline.span, |s| s.span)
}
