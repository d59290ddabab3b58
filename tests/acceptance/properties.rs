//! What holds for every request: the same bytes however it is written, output that reads back, and a place for every
//! value.

use serde_json::{Map as JsonMap, Value as Json, json};
use vow::compile::requests::Job;
use vow::request::Request;
use vow::source::FileId;
use vow::value::path::{Path, Step};
use vow::value::{Map, Value, yaml};

use crate::platform::{Platform, requests, root, shipped, text, to_json};

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let mut platform = shipped();
    for (name, text) in requests() {
        let first = bytes(&mut platform, &name, &text);
        assert_eq!(first, bytes(&mut platform, &name, &text), "{name}");
        assert_eq!(first, bytes(&mut shipped(), &name, &text), "{name}, of another engine");
    }
}

#[test]
fn the_order_of_keys_in_a_request_does_not_matter() {
    let mut platform = shipped();
    for (name, text) in requests() {
        let first = bytes(&mut platform, &name, &text);
        let object = value(&text);
        for seed in 1..=8 {
            let shuffled = yaml::write(&shuffled(&object, seed));
            assert_eq!(first, bytes(&mut platform, &name, &shuffled), "{name}\n{shuffled}");
        }
    }
}

/// The object with the keys of every map in another order.
fn shuffled(value: &Value, seed: u64) -> Value {
    match value {
        Value::Map(entries) => {
            let mut all: Vec<_> = entries.iter().map(|(k, v)| (k.clone(), shuffled(v, seed))).collect();
            all.sort_by_cached_key(|(key, _)| {
                key.bytes().fold(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(29)
                })
            });
            Value::map(all.into_iter().collect::<Map>())
        }
        Value::List(items) => Value::list(items.iter().map(|item| shuffled(item, seed)).collect()),
        scalar => scalar.clone(),
    }
}

#[test]
fn a_request_as_the_api_server_returns_it_renders_the_same_bytes() {
    let mut platform = shipped();
    for (name, text) in requests() {
        let first = bytes(&mut platform, &name, &text);
        let job = platform.jobs(&name, &text).remove(0);
        let stored = serde_json::to_string(&stored(&platform, &job)).unwrap();
        assert_eq!(first, bytes(&mut platform, &name, &stored), "{name}\n{stored}");
    }
}

/// The object of a request as `kubectl get -o json` shows it: defaults filled in, keys sorted, managed metadata.
fn stored(platform: &Platform, job: &Job) -> Json {
    let Request { name, namespace, labels, annotations, spec } = &job.request;
    let api = platform.engine.program().promise(&job.promise).and_then(|p| p.api.as_ref()).expect("an api");
    let mut labels = to_json(labels);
    labels["kratix.io/promise-name"] = json!(job.promise);
    let mut annotations = to_json(annotations);
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = json!("{\"apiVersion\":\"…\"}\n");
    json!({
        "apiVersion": format!("{}/{}", api.group, api.version),
        "kind": api.kind,
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels,
            "annotations": annotations,
            "creationTimestamp": "2026-02-10T01:30:10Z",
            "finalizers": ["kratix.io/workflows-cleanup"],
            "generation": 3,
            "managedFields": [{ "manager": "kubectl", "operation": "Apply", "fieldsV1": { "f:spec": {} } }],
            "resourceVersion": "4711",
            "uid": "8a4f0f4c-7a52-4d0b-9d3a-1f5f7c6f2b11",
        },
        "spec": to_json(spec),
        "status": { "message": "Resource requested", "conditions": [{ "status": "True", "type": "Ready" }] },
    })
}

#[test]
fn what_is_written_reads_back_as_it_was() {
    let mut platform = shipped();
    for (name, text) in requests() {
        let passed = platform.flow(&name, &text);
        let objects: Vec<&Value> = passed.documents().map(|d| &d.object).collect();
        let written = yaml::write_stream(objects.iter().copied());
        let ours = yaml::read(FileId::default(), &written).expect("YAML");
        assert_eq!(ours.iter().map(|n| n.to_value()).collect::<Vec<_>>(), values(&objects), "{name}");
        let theirs = crate::platform::yaml(&written);
        assert_eq!(theirs, objects.iter().map(|o| to_json(o)).collect::<Vec<_>>(), "{name}");
    }
}

fn values(objects: &[&Value]) -> Vec<Value> {
    objects.iter().map(|o| (*o).clone()).collect()
}

#[test]
fn every_value_has_a_place_in_the_program() {
    let mut platform = shipped();
    let mut leaves = 0;
    for file in ["dev-minimal", "prod-vip", "strict-overrides"] {
        let passed = platform.flow(file, &sample(file));
        for rendering in passed.flows().iter().flat_map(|f| &f.renderings) {
            for document in &rendering.documents {
                for path in scalars(&document.object) {
                    leaves += 1;
                    let place = platform.engine.place_of(&rendering.request, document, &path);
                    let what = format!("{file}: {}: {path}", document.title());
                    let name = platform.sources.name(place.span.file);
                    assert!(name.ends_with(".promise") || name.ends_with(".dsl"), "{what}: {name}");
                    assert!(!platform.sources.slice(place.span).trim().is_empty(), "{what}: {place:?}");
                    let Some(from) = place.request else { continue };
                    // What is said to be copied is there, and is the same.
                    let copied = at(&document.object, &path);
                    assert_eq!(copied, at(&whole(&rendering.request), &from), "{what}: {from}");
                }
            }
        }
    }
    assert!(leaves > 1000, "{leaves}");
}

#[test]
fn a_value_that_is_copied_from_the_request_names_its_field() {
    let mut platform = shipped();
    let passed = platform.flow("prod-vip", &sample("prod-vip"));
    for (promise, kind, path, field) in [
        ("vcluster-core", "ConfigMap", "metadata.namespace", "spec.targetNamespace"),
        ("vcluster-core", "Namespace", "metadata.name", "spec.targetNamespace"),
        ("vcluster-core", "ConfigMap", "metadata.labels.instance", "spec.name"),
        ("vcluster-core", "ConfigMap", "data.values.yaml", "spec.valuesYaml"),
        ("vcluster-orchestrator", "VClusterCore", "metadata.name", "spec.name"),
        ("vcluster-orchestrator", "VClusterCore", "spec.targetNamespace", "spec.targetNamespace"),
        ("vcluster-orchestrator", "VClusterKubeconfigSync", "spec.apiPort", "spec.exposure.apiPort"),
        ("vcluster-orchestrator", "VClusterKubeconfigSync", "spec.hostname", "spec.exposure.hostname"),
        ("argocd-project", "AppProject", "metadata.name", "spec.name"),
        ("argocd-application", "Application", "spec.source.targetRevision", "spec.source.targetRevision"),
    ] {
        let renderings = passed.flows().iter().flat_map(|f| &f.renderings);
        let rendering = renderings.into_iter().find(|r| r.promise == promise).expect(promise);
        let document = rendering.documents.iter().find(|d| d.kind == kind).expect(kind);
        let all = scalars(&document.object);
        let shown = |p: &&Path| p.to_string().replace("[\"", ".").replace("\"]", "") == path;
        let found = all.iter().find(shown).unwrap_or_else(|| panic!("{kind} has no {path}"));
        let place = platform.engine.place_of(&rendering.request, document, found);
        assert_eq!(place.request.map(|p| p.to_string()).as_deref(), Some(field), "{promise}: {kind}: {path}");
    }
}

/// The paths of all scalars in a value.
fn scalars(value: &Value) -> Vec<Path> {
    let mut out = Vec::new();
    let mut left = vec![(Path::default(), value)];
    while let Some((path, value)) = left.pop() {
        match value {
            Value::Map(entries) => left.extend(entries.iter().map(|(k, v)| (path.then_key(k), v))),
            Value::List(items) => left.extend(items.iter().enumerate().map(|(i, v)| (path.then_index(i), v))),
            _ => out.push(path),
        }
    }
    out
}

fn at<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    path.0.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(i) => value.as_list()?.get(*i),
    })
}

/// A request as the program sees it.
fn whole(request: &Request) -> Value {
    let mut metadata = JsonMap::new();
    metadata.insert("name".into(), request.name.clone().into());
    metadata.insert("namespace".into(), request.namespace.clone().into());
    metadata.insert("labels".into(), to_json(&request.labels));
    metadata.insert("annotations".into(), to_json(&request.annotations));
    crate::platform::from_json(&json!({ "metadata": metadata, "spec": to_json(&request.spec) }))
}

fn bytes(platform: &mut Platform, name: &str, text: &str) -> String {
    let passed = platform.flow(name, text);
    yaml::write_stream(passed.documents().map(|d| &d.object))
}

fn value(text: &str) -> Value {
    yaml::read(FileId::default(), text).expect("YAML").remove(0).to_value()
}

fn sample(name: &str) -> String {
    text(&root().join("platform/vclusters").join(format!("{name}.yaml")))
}
