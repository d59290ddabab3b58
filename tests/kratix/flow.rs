//! Whole flows, from one request to everything that comes of it, one pipeline after the other.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};
use vow::compile;
use vow::eval::Engine;
use vow::source::FileId;
use vow::source::disk::Disk;
use vow::value::{json as writer, yaml};

use crate::pod::{Pod, root};

#[test]
fn a_flow_in_kratix_is_the_flow_that_is_rendered() {
    for case in ["dev-minimal", "prod-vip", "strict-overrides"] {
        same(".", &format!("platform/vclusters/{case}.yaml"));
    }
}

#[test]
fn an_example_in_kratix_is_what_is_rendered() {
    for example in ["jenkins", "kafka", "redis", "runtime"] {
        let platform = format!("examples/{example}");
        same(&platform, &format!("{platform}/request.yaml"));
    }
}

/// What lies in a state repository after `vow state apply`: the namespace, promise and name of each request, and the path below.
fn in_state(request: &Path) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("state.git");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(folder.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet", "--bare", "--initial-branch=main", "state.git"]);
    let apply = Command::new(env!("CARGO_BIN_EXE_vow"))
        .env("VOW_CACHE", "")
        .args(["state", "apply", "--platform"])
        .arg(root())
        .arg(request)
        .arg("--repo")
        .arg(&repository)
        .output()
        .unwrap();
    assert!(apply.status.success(), "{apply:?}");
    let list = git(&["-C", "state.git", "ls-tree", "-r", "--name-only", "main"]);
    let files = list.lines().filter_map(|path| {
        let (_, own) = path.split_once("resources/")?;
        let mut parts: Vec<&str> = own.split('/').collect();
        // Pipeline and group of destinations: Kratix knows them by the pod, not by the file.
        parts.drain(3..5);
        Some((parts.join("/"), git(&["-C", "state.git", "show", &format!("main:{path}")])))
    });
    files.collect()
}

#[test]
fn what_kratix_would_write_is_what_is_applied_to_the_state() {
    let cluster = Cluster::of(&root());
    for case in ["dev-minimal", "prod-vip", "strict-overrides"] {
        let request = root().join(format!("platform/vclusters/{case}.yaml"));
        let made = cluster.flow(&fs::read_to_string(&request).unwrap());
        let state = in_state(&request);
        assert_eq!(made, state, "{case}");
        assert_eq!(made.len(), 19, "{case}");
        // What Kratix writes on everything that it schedules is what is there already.
        for (path, text) in &made {
            let promise = path.split('/').nth(1).unwrap();
            let labels = &value(text)["metadata"]["labels"];
            let served = cluster.serving(&value(text));
            assert_eq!(
                labels["kratix.io/promise-name"],
                json!(served.as_deref().unwrap_or(promise)),
                "{path}"
            );
        }
    }
}

/// Whatever comes of a request in Kratix has the bytes that `vow render --flow` gives it.
fn same(platform: &str, request: &str) {
    let platform = root().join(platform);
    let cluster = Cluster::of(&platform);
    let made = cluster.flow(&fs::read_to_string(root().join(request)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let render = Command::new(env!("CARGO_BIN_EXE_vow"))
        .env("VOW_CACHE", "")
        .args(["render", "--flow", "--platform"])
        .arg(&platform)
        .arg("-d")
        .arg(folder.path())
        .arg(root().join(request))
        .output()
        .unwrap();
    assert!(render.status.success(), "{render:?}");
    let rendered: BTreeMap<String, String> = walkdir::WalkDir::new(folder.path())
        .into_iter()
        .map(|e| e.unwrap())
        .filter(|e| e.file_type().is_file())
        .map(|e| {
            let path = e.path().strip_prefix(folder.path()).unwrap();
            (path.display().to_string(), fs::read_to_string(e.path()).unwrap())
        })
        .collect();
    let below = |path: &String| path.splitn(4, '/').nth(3).unwrap().to_owned();
    let made: BTreeMap<String, String> = made.iter().map(|(p, t)| (below(p), t.clone())).collect();
    assert_eq!(made, rendered, "{request}");
    assert!(!made.is_empty());
}

/// What stands in for a cluster: its promises, and what its API server does with an object.
struct Cluster {
    platform: std::path::PathBuf,
    engine: Engine,
}

impl Cluster {
    fn of(platform: &Path) -> Cluster {
        let compilation = compile::platform(&Disk::open(platform).unwrap());
        let engine = compilation.engine.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
        Cluster { platform: platform.to_path_buf(), engine }
    }

    /// Every file that comes of a request, by the namespace, promise and name of its request and its own path.
    fn flow(&self, text: &str) -> BTreeMap<String, String> {
        let mut made = BTreeMap::new();
        let mut open = VecDeque::from([text.to_owned()]);
        while let Some(text) = open.pop_front() {
            let (promise, object) = self.applied(&text);
            let pod = Pod::new(&self.platform, &promise, &object);
            let ended = pod.run();
            assert_eq!(ended.code, Some(0), "{}", ended.log);
            assert_eq!(pod.last_words(), None, "{}", ended.log);
            let folders = folders(&pod);
            for (path, text) in pod.files("output") {
                let own =
                    path.split_once('/').is_some_and(|(folder, _)| folders.contains(&folder.to_owned()));
                if !own && self.serving(&value(&text)).is_some() {
                    open.push_back(text.clone());
                }
                let request = value(&object);
                let (space, name) = (&request["metadata"]["namespace"], &request["metadata"]["name"]);
                let (space, name) = (space.as_str().unwrap(), name.as_str().unwrap());
                let path = format!("{space}/{promise}/{name}/{path}");
                assert_eq!(made.insert(path.clone(), text), None, "{path}");
            }
        }
        made
    }

    fn serving(&self, object: &Json) -> Option<String> {
        let group = object["apiVersion"].as_str()?.split_once('/')?.0;
        let promise = self.engine.program().serving(group, object["kind"].as_str()?)?;
        (!promise.foreign).then(|| promise.name.clone())
    }

    /// An object as the API server hands it back after it was applied: with defaults, what the server writes and what
    /// Kratix writes on it, and its keys sorted.
    fn applied(&self, text: &str) -> (String, String) {
        let mut object = value(text);
        let promise = self.serving(&object).unwrap_or_else(|| panic!("nobody serves {object}"));
        let node = yaml::read(FileId::default(), text).unwrap().remove(0);
        let request = self.engine.admit(&promise, &node.to_value()).unwrap();
        object["spec"] = serde_json::from_str(&writer::write_pretty(&request.spec)).unwrap();
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.entry("namespace").or_insert(json!("default"));
        metadata.insert("creationTimestamp".into(), json!("2026-01-01T00:00:00Z"));
        metadata.insert("generation".into(), json!(1));
        metadata.insert("resourceVersion".into(), json!("4711"));
        metadata.insert("uid".into(), json!("0d7c2f1e-0000-4000-8000-000000000000"));
        metadata.insert("finalizers".into(), json!(["kratix.io/workflows-cleanup"]));
        metadata.insert(
            "managedFields".into(),
            json!([{ "manager": "kubectl", "operation": "Apply", "fieldsV1": { "f:spec": {} } }]),
        );
        let labels = metadata.entry("labels").or_insert(json!({}));
        labels["kratix.io/promise-name"] = json!(promise);
        labels["kratix.io/manual-reconciliation"] = json!("true");
        object["status"] = json!({
            "conditions": [{ "type": "Reconciled", "status": "Unknown" }],
            "kratix": { "workflows": { "pipelines": [{ "name": "main", "phase": "Running" }] } },
            "message": "Pending",
            "observedGeneration": 1,
        });
        let text = serde_yaml::to_string(&sorted(&object)).unwrap();
        // Whatever Go would read as a date, it writes in quotes.
        let date = regex::Regex::new(r"(?m): (\d{4}-\d\d-\d\dT\S+)$").unwrap();
        (promise, date.replace_all(&text, ": \"$1\"").into_owned())
    }
}

/// The folders that have a destination of their own. Kratix fails for one that is not there.
fn folders(pod: &Pod) -> Vec<String> {
    let Some(text) = pod.read("metadata/destination-selectors.yaml") else { return vec![] };
    let entries = value(&text);
    let mut folders = vec![];
    for entry in entries.as_array().unwrap() {
        assert!(!entry["matchLabels"].as_object().unwrap().is_empty(), "{text}");
        if let Some(folder) = entry["directory"].as_str() {
            assert!(pod.path("output").join(folder).is_dir(), "{text}");
            assert!(!folders.contains(&folder.to_owned()) && !folder.contains('/'), "{text}");
            folders.push(folder.to_owned());
        }
    }
    folders
}

fn value(text: &str) -> Json {
    serde_yaml::from_str(text).unwrap()
}

/// With all keys sorted, as the API server writes them.
fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let all: BTreeMap<&String, Json> = map.iter().map(|(k, v)| (k, sorted(v))).collect();
            json!(all)
        }
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}
