//! The examples, held against promises of the public marketplace.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::platform::{Platform, entries, shared, text, to_json, yaml_file};
use crate::reference::assert_same;

#[test]
fn redis_renders_what_its_promise_renders() {
    holds("redis", 2);
}

#[test]
fn jenkins_renders_what_its_promise_renders() {
    holds("jenkins", 2);
}

/// Every request beside an output folder renders what lies in it, with our labels.
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
        let mut wanted = BTreeMap::new();
        let outputs = entries(&case.join("output"));
        for mut document in outputs.iter().flat_map(|f| yaml_file(f)) {
            let request = &passed.flows()[0].renderings[0].request;
            let labels = &mut document["metadata"]["labels"];
            let given = labels.as_object().cloned().unwrap_or_default();
            *labels = Json::Object(given);
            labels["app.kubernetes.io/managed-by"] = json!("kratix");
            labels["kratix.io/promise-name"] = json!(promise);
            labels["kratix.io/resource-name"] = json!(request.name);
            let part = |key: &str| document["metadata"][key].as_str().expect("a text").to_owned();
            let kind = document["kind"].as_str().expect("a kind");
            let title = format!("{kind}/{} in {}", part("name"), part("namespace"));
            wanted.insert(title, document);
        }
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
