//! What applies the state repository, and the requests of a platform: objects of Argo CD or of Flux.
//!
//! Of Argo CD each folder of a promise becomes an Application, and those are synced in waves that follow the render graph:
//! promises that others request come after those that request them. A Kustomization of Flux has no such folder, so each
//! destination is one, after the requests.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::BuildError;
use crate::check::program::Program;
use crate::check::state::{Cluster, Destination, State};
use crate::check::types::Class;
use crate::graph::RenderGraph;
use crate::layout;
use crate::value::{Value, yaml};

/// Who applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Argo CD.
    ArgoCd,
    /// Flux.
    Flux,
}

/// Where things are that a platform does not say.
#[derive(Clone, Debug)]
pub struct Places {
    /// The URL of the state repository.
    pub state: String,
    /// The URL of the repository of the platform, and its branch.
    pub platform: (String, String),
    /// The folders of the platform that hold requests.
    pub requests: Vec<String>,
    /// The namespace of requests that name none; for Argo CD, as Flux would move those that name one.
    pub namespace: String,
}

/// The label by which Argo CD knows the wave of an Application.
const WAVE: &str = "kratix.io/wave";

/// The file to write, and its text.
///
/// # Errors
/// If the platform declares no state, or if something cannot be named.
pub fn gitops(
    program: &Program,
    graph: &RenderGraph,
    tool: Tool,
    places: &Places,
) -> Result<(String, String), BuildError> {
    let Some(state) = program.platform.state.as_ref().filter(|s| !s.destinations.is_empty()) else {
        return Err(BuildError::NoState);
    };
    let folders = applications(&places.requests)?;
    let (file, objects) = match tool {
        Tool::ArgoCd => ("gitops/argocd.yaml", argocd(program, graph, state, places, &folders)),
        Tool::Flux => ("gitops/flux.yaml", flux(state, places, &folders)?),
    };
    let objects: Vec<Value> = objects.iter().map(value_of).collect();
    Ok((file.to_owned(), yaml::write_stream(&objects)))
}

/// An object that was written here, with its keys sorted.
fn value_of(object: &Json) -> Value {
    match object {
        Json::Object(map) => {
            let sorted: BTreeMap<&String, &Json> = map.iter().collect();
            Value::map(
                sorted.into_iter().map(|(key, value)| (key.as_str().into(), value_of(value))).collect(),
            )
        }
        Json::Array(items) => Value::list(items.iter().map(value_of).collect()),
        Json::Bool(b) => Value::Bool(*b),
        Json::String(text) => Value::str(text.as_str()),
        Json::Number(n) => {
            n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap_or_default()), Value::Int)
        }
        Json::Null => Value::Null,
    }
}

/// The folders of requests, each with the name of what applies it.
///
/// # Errors
/// If two of them would be called the same, or one has no name.
fn applications(folders: &[String]) -> Result<BTreeMap<String, &str>, BuildError> {
    let mut all: BTreeMap<String, &str> = BTreeMap::new();
    for folder in folders {
        let named = format!("requests.{}", folder.replace('/', ".").replace('_', "-").to_lowercase());
        let name = if folder.is_empty() { "requests".to_owned() } else { named };
        if !Class::DnsSubdomain.contains(&name) {
            return Err(BuildError::NoName(folder.clone()));
        }
        if let Some(other) = all.insert(name, folder) {
            return Err(BuildError::SameName(other.to_owned(), folder.clone()));
        }
    }
    Ok(all)
}

/// Again and again: objects of one wave may need each other, a namespace for one.
fn retry() -> Json {
    json!({ "limit": -1, "backoff": { "duration": "10s", "factor": 2, "maxDuration": "5m" } })
}

/// The cluster of a destination, as Argo CD names it.
fn cluster(destination: &Destination) -> Json {
    match &destination.cluster {
        None => json!({ "server": "https://kubernetes.default.svc" }),
        Some(Cluster::Url(url)) => json!({ "server": url }),
        Some(Cluster::Name(name)) => json!({ "name": name }),
    }
}

fn argocd(
    program: &Program,
    graph: &RenderGraph,
    state: &State,
    places: &Places,
    folders: &BTreeMap<String, &str>,
) -> Vec<Json> {
    let requests = folders.iter().map(|(name, folder)| {
        json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": { "name": name, "namespace": "argocd" },
            "spec": {
                "project": "default",
                "source": {
                    "repoURL": places.platform.0,
                    "targetRevision": places.platform.1,
                    "path": path(folder),
                    "directory": { "recurse": true }
                },
                "destination": { "server": "https://kubernetes.default.svc", "namespace": places.namespace },
                "syncPolicy": {
                    "automated": { "prune": true, "selfHeal": true },
                    "retry": retry(),
                    "syncOptions": ["CreateNamespace=true", "ServerSideApply=true"]
                }
            }
        })
    });
    let waves = waves(program, graph);
    let last = waves.values().max().copied().unwrap_or_default();
    let sets = state.destinations.iter().map(|destination| {
        let top = layout::resources(state, destination);
        let generator = |(promise, wave): (&&str, &usize)| {
            json!({ "git": {
                "repoURL": places.state,
                "revision": state.branch,
                "directories": [{ "path": format!("{top}/*/{promise}") }],
                "values": { "wave": wave.to_string() }
            } })
        };
        // The namespace of the requests is the folder below the top.
        let namespace = top.split('/').count();
        let step = |wave: usize| {
            json!({ "matchExpressions": [{ "key": WAVE, "operator": "In", "values": [wave.to_string()] }] })
        };
        json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "ApplicationSet",
            "metadata": { "name": format!("state-{}", destination.name), "namespace": "argocd" },
            "spec": {
                "goTemplate": true,
                "goTemplateOptions": ["missingkey=error"],
                "generators": waves.iter().map(generator).collect::<Vec<_>>(),
                "strategy": {
                    "type": "RollingSync",
                    "rollingSync": { "steps": (0..=last).map(step).collect::<Vec<_>>() }
                },
                "template": {
                    "metadata": {
                        // No part holds a dot, so no two folders have one name.
                        "name": format!("{}.{{{{ index .path.segments {namespace} }}}}.{{{{ .path.basename }}}}", destination.name),
                        "labels": { (WAVE): "{{ .values.wave }}" }
                    },
                    "spec": {
                        "project": "default",
                        "source": {
                            "repoURL": places.state,
                            "targetRevision": state.branch,
                            "path": "{{ .path.path }}",
                            "directory": { "recurse": true }
                        },
                        "destination": cluster(destination),
                        "syncPolicy": {
                            "automated": { "prune": true, "selfHeal": true },
                            "retry": retry(),
                            "syncOptions": ["ServerSideApply=true"]
                        }
                    }
                }
            }
        })
    });
    requests.chain(sets).collect()
}

/// The wave of each promise: how many requests lead to it at most, from one that nobody requests.
fn waves<'p>(program: &'p Program, graph: &RenderGraph) -> BTreeMap<&'p str, usize> {
    let mut waves: BTreeMap<&str, usize> =
        program.promises.iter().filter(|p| !p.foreign).map(|p| (p.name.as_str(), 0)).collect();
    // A longer way than through every promise would be a circle, which the graph does not have.
    for _ in 0..waves.len() {
        for promise in program.promises.iter().filter(|p| !p.foreign) {
            let next = waves.get(promise.name.as_str()).map_or(0, |wave| wave + 1);
            for requested in graph.requests(&promise.name) {
                if let Some(wave) = waves.get_mut(requested) {
                    *wave = next.max(*wave);
                }
            }
        }
    }
    waves
}

/// # Errors
/// If a destination names its cluster by the URL of its API server: Flux reaches another cluster by a kubeconfig.
fn flux(state: &State, places: &Places, folders: &BTreeMap<String, &str>) -> Result<Vec<Json>, BuildError> {
    let source = |name: &str, url: &str, branch: &str| {
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": { "name": name, "namespace": "flux-system" },
            "spec": { "interval": "1m", "url": url, "ref": { "branch": branch } }
        })
    };
    let kustomization = |name: &str, source: &str, path: &str, more: Json| {
        let mut spec = json!({
            "interval": "10m",
            "prune": true,
            "wait": false,
            "path": format!("./{path}"),
            "sourceRef": { "kind": "GitRepository", "name": source }
        });
        if let (Some(spec), Some(more)) = (spec.as_object_mut(), more.as_object()) {
            spec.extend(more.clone());
        }
        json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": { "name": name, "namespace": "flux-system" },
            "spec": spec
        })
    };
    let mut out = vec![
        source("platform", &places.platform.0, &places.platform.1),
        source("state", &places.state, &state.branch),
    ];
    for (name, folder) in folders {
        // No `targetNamespace`: it would move requests that name a namespace, too.
        out.push(kustomization(name, "platform", folder, json!({})));
    }
    let after: Vec<_> = folders.keys().map(|name| json!({ "name": name })).collect();
    for destination in &state.destinations {
        let top = layout::resources(state, destination);
        let mut more = Map::from_iter([("dependsOn".to_owned(), json!(after))]);
        match &destination.cluster {
            None => {}
            Some(Cluster::Url(url)) => {
                return Err(BuildError::NoKubeconfig(destination.name.clone(), url.clone()));
            }
            // A reference: the kubeconfig lies where somebody put it for Flux.
            Some(Cluster::Name(name)) => {
                let reference = json!({ "secretRef": { "name": format!("{name}-kubeconfig") } });
                more.insert("kubeConfig".to_owned(), reference);
            }
        }
        out.push(kustomization(&format!("state-{}", destination.name), "state", &top, Json::Object(more)));
    }
    Ok(out)
}

/// A folder as Argo CD takes it.
fn path(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
