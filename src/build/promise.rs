//! The `Promise` itself.

use super::bundle::{Bundle, escaped};
use super::{Build, object, rights, some, value};
use crate::check::openapi::crd;
use crate::check::program::Promise;
use crate::check::workflow::{Container, DEFAULT_PIPELINE, PipelineStep};
use crate::diag::Diagnostic;
use crate::value::{Map, Value};

/// The name of vow's container in a pipeline.
pub(super) const RENDER: &str = "render";

type Made<T> = Result<T, Box<Diagnostic>>;

impl Build<'_> {
    /// The Promise, as it is applied.
    pub(super) fn promise(&self, promise: &Promise, bundle: &Bundle, image: &str) -> Made<Value> {
        let version = promise.version.as_deref();
        let labels = version.map(|v| value([("kratix.io/promise-version", Some(v.into()))]));
        let metadata = value([("name", Some(promise.name.as_str().into())), ("labels", labels)]);
        let spec = value([
            ("api", promise.api.as_ref().map(crd)),
            ("destinationSelectors", self.selectors(promise)?),
            ("requiredPromises", self.required(promise)),
            ("workflows", self.workflows(promise, bundle, image)?),
        ]);
        Ok(value([
            ("apiVersion", Some("platform.kratix.io/v1alpha1".into())),
            ("kind", Some("Promise".into())),
            ("metadata", Some(metadata)),
            ("spec", Some(spec)),
        ]))
    }

    /// The labels of its destination that are the same for every request.
    fn selectors(&self, promise: &Promise) -> Made<Option<Value>> {
        let Some(d) = promise.destination.as_ref().filter(|d| !d.fixed.is_empty()) else { return Ok(None) };
        let mut labels = self.constant(&d.fixed, 0)?;
        labels.sort_unstable_keys();
        let selector = value([("matchLabels", Some(Value::map(labels)))]);
        Ok(Some(Value::list(vec![selector])))
    }

    /// The promises that it makes requests of.
    fn required(&self, promise: &Promise) -> Option<Value> {
        let mut names = self.graph.requests(&promise.name);
        names.sort_unstable();
        let one = |name: &&str| {
            let version = self.program.promise(name).and_then(|p| p.version.as_deref());
            value([("name", Some((*name).into())), ("version", version.map(Value::from))])
        };
        some(names.iter().map(one).collect())
    }

    fn workflows(&self, promise: &Promise, bundle: &Bundle, image: &str) -> Made<Option<Value>> {
        let vow = || self.vow(bundle, image);
        let mut configure = Vec::new();
        for p in promise.pipelines.iter().filter(|_| promise.api.is_some()) {
            let mut containers = Vec::new();
            for step in &p.steps {
                containers.push(match step {
                    PipelineStep::Render => vow(),
                    PipelineStep::Container(c) => self.container(c)?,
                });
            }
            let mut settings = Map::new();
            for setting in &p.settings {
                settings.extend(self.constant(&setting.body, setting.slots)?);
            }
            configure.push(pipeline(&p.name, settings, containers, None));
        }
        let delete = promise.deletion.as_ref().map(|_| {
            let rights = rights::of_deletion(self.program, self.engine, promise);
            Value::list(vec![pipeline(DEFAULT_PIPELINE, Map::new(), vec![vow()], some(rights))])
        });
        let install = (!promise.dependencies.is_empty())
            .then(|| Value::list(vec![pipeline(DEFAULT_PIPELINE, Map::new(), vec![vow()], None)]));
        let resource = object([("configure", some(configure)), ("delete", delete)]);
        let installed = object([("configure", install)]);
        let there = |part: Map| (!part.is_empty()).then(|| Value::map(part));
        let all = object([("promise", there(installed)), ("resource", there(resource))]);
        Ok(there(all))
    }

    /// The container that is vow.
    fn vow(&self, bundle: &Bundle, image: &str) -> Value {
        let variable = |(n, (path, text)): (usize, &(String, String))| {
            value([
                ("name", Some(format!("VOW_SOURCE_{n}").into())),
                ("value", Some(variable_of(path, text).into())),
            ])
        };
        let env = bundle.iter().enumerate().map(variable).collect();
        let drop = value([("drop", Some(Value::list(vec!["ALL".into()])))]);
        let profile = value([("type", Some("RuntimeDefault".into()))]);
        let security = value([
            ("allowPrivilegeEscalation", Some(false.into())),
            ("capabilities", Some(drop)),
            ("readOnlyRootFilesystem", Some(true.into())),
            ("runAsNonRoot", Some(true.into())),
            ("seccompProfile", Some(profile)),
        ]);
        value([
            ("name", Some(RENDER.into())),
            ("image", Some(image.into())),
            ("args", Some(Value::list(vec!["pipeline".into()]))),
            ("env", if self.travels() { some(env) } else { None }),
            ("securityContext", Some(security)),
        ])
    }

    /// Somebody else's container, with all its keys.
    fn container(&self, c: &Container) -> Made<Value> {
        let mut all = object([("name", Some(c.name.as_str().into()))]);
        all.extend(self.constant(&c.body, c.slots)?);
        Ok(Value::map(all))
    }

    fn constant(&self, entries: &[crate::check::program::Entry], slots: usize) -> Made<Map> {
        self.engine.constant_object(entries, slots).map_err(|r| Box::new(r.diagnostic()))
    }
}

/// A file as the value of a variable: its path, then its text.
pub(super) fn variable_of(path: &str, text: &str) -> String {
    escaped(&format!("// {path}\n{text}"))
}

fn pipeline(name: &str, settings: Map, containers: Vec<Value>, permissions: Option<Value>) -> Value {
    let rbac = permissions.map(|p| value([("permissions", Some(p))]));
    let mut spec = settings;
    spec.extend(object([("rbac", rbac), ("containers", Some(Value::list(containers)))]));
    value([
        ("apiVersion", Some("platform.kratix.io/v1alpha1".into())),
        ("kind", Some("Pipeline".into())),
        ("metadata", Some(value([("name", Some(name.into()))]))),
        ("spec", Some(Value::map(spec))),
    ])
}
