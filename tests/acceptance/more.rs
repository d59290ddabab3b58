//! The examples, held against promises of the public marketplace.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};
use vow::eval::Rendering;

use crate::platform::{Platform, entries, shared, text, to_json, yaml_file};
use crate::reference::assert_same;

#[test]
fn redis_renders_what_its_promise_renders() {
    holds("redis", 2);
}

#[test]
fn kafka_renders_what_its_promise_renders() {
    holds("kafka", 2);
}

#[test]
fn runtime_renders_what_its_promise_renders() {
    holds("runtime", 2);
}

#[test]
fn jenkins_renders_what_its_promise_renders() {
    holds("jenkins", 2);
}

/// Every request beside an output folder renders what lies in it, with our labels, and tells Kratix the same.
fn holds(promise: &str, at_least: usize) {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut platform = Platform::at(&format!("examples/{promise}"));
    let folder = shared.join("reference/more").join(promise);
    let cases: Vec<_> = entries(&folder).into_iter().filter(|path| path.is_dir()).collect();
    assert!(cases.len() >= at_least, "{cases:?}");
    for case in cases {
        let passed = platform.flow(&case.display().to_string(), &text(&case.join("request.yaml")));
        let rendered: BTreeMap<String, Json> =
            passed.documents().map(|d| (d.title(), to_json(&d.object))).collect();
        let rendering = &passed.flows()[0].renderings[0];
        let mut wanted = BTreeMap::new();
        for mut document in entries(&case.join("output")).iter().flat_map(|f| objects(f)) {
            let labels = &mut document["metadata"]["labels"];
            let given = labels.as_object().cloned().unwrap_or_default();
            *labels = Json::Object(given);
            labels["app.kubernetes.io/managed-by"] = json!("kratix");
            labels["kratix.io/promise-name"] = json!(promise);
            labels["kratix.io/resource-name"] = json!(rendering.request.name);
            without_what_the_server_writes(&mut document);
            let part = |key: &str| document["metadata"][key].as_str().expect("a text").to_owned();
            let kind = document["kind"].as_str().expect("a kind");
            let title = format!("{kind}/{} in {}", part("name"), part("namespace"));
            wanted.insert(title, document);
        }
        told(rendering, &case);
        assert_eq!(
            rendered.keys().collect::<Vec<_>>(),
            wanted.keys().collect::<Vec<_>>(),
            "{}",
            case.display()
        );
        for (title, wanted) in &wanted {
            assert_same(&format!("{}: {title}", case.display()), wanted, &rendered[title]);
        }
    }
}

/// The objects of an output folder: what lies in folders of it is none.
fn objects(file: &Path) -> Vec<Json> {
    if file.is_dir() { vec![] } else { yaml_file(file) }
}

/// Fields that a tool wrote down although only the API server fills them.
fn without_what_the_server_writes(document: &mut Json) {
    document.as_object_mut().expect("an object").remove("status");
    for pointer in ["/metadata", "/spec/template/metadata"] {
        if let Some(metadata) = document.pointer_mut(pointer).and_then(Json::as_object_mut) {
            metadata.remove("creationTimestamp");
        }
    }
}

/// The files in folders, the destinations and the status are those that the promise's own script left.
fn told(rendering: &Rendering, case: &Path) {
    let place = case.display();
    let output = case.join("output");
    let mut wanted = BTreeMap::new();
    for folder in entries(&output).iter().filter(|p| p.is_dir()) {
        for file in entries(folder) {
            let path = file.strip_prefix(&output).expect("below").display().to_string();
            wanted.insert(path, yaml_file(&file));
        }
    }
    let read = |text: &str| serde_yaml::from_str::<Json>(text).expect("one document");
    let files: BTreeMap<String, Vec<Json>> =
        rendering.files.iter().map(|f| (f.path.clone(), vec![read(&f.text)])).collect();
    assert_eq!(files, wanted, "{place}: files");

    let metadata = |name: &str| {
        let file = case.join("metadata").join(name);
        file.exists().then(|| yaml_file(&file).remove(0))
    };
    assert_eq!(rendering.status.as_ref().map(to_json), metadata("status.yaml"), "{place}: status");
    let mut selectors: Vec<Json> = rendering
        .files
        .iter()
        .filter_map(|f| Some(json!({ "directory": f.directory()?, "matchLabels": f.to })))
        .collect();
    if !rendering.destination.chosen.is_empty() {
        selectors.push(json!({ "matchLabels": rendering.destination.chosen }));
    }
    let selectors = (!selectors.is_empty()).then_some(Json::Array(selectors));
    assert_eq!(selectors, metadata("destination-selectors.yaml"), "{place}: selectors");
    let facts = yaml_file(&case.parent().expect("a folder").join("promise-facts.yaml")).remove(0);
    let pipelines = &facts["pipelines"]["resource.configure"];
    assert_eq!(*pipelines, json!([rendering.pipeline]), "{place}: pipelines");
    let fixed = facts["destinationSelectors"][0]["matchLabels"].clone();
    let chosen = rendering.destination.labels();
    assert!(
        fixed.as_object().expect("labels").keys().all(|k| chosen.contains_key(k)),
        "{place}: {fixed} is selected by nothing"
    );
}
