//! Holds what `vow build` writes: against Kratix' own definition of a Promise, against the files that are rendered from, and
//! what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that breaks is a test that fails"
)]

mod wording;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value as Json, json};
use vow::build::{BuildError, Places, Tool, WORKFLOW, build, gitops, workflow};
use vow::compile::{self, Compilation, requests};
use vow::source::disk::Disk;
use vow::source::{FileId, Loader, Memory};
use vow::value::yaml;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn built(folder: &str) -> BTreeMap<String, String> {
    let disk = Disk::open(&root().join(folder)).unwrap();
    let compilation = compile::platform(&disk);
    let engine = compilation.engine.as_ref().expect("a platform that compiles");
    build(&disk, &compilation, engine, &[]).unwrap().into_iter().collect()
}

fn promises(files: &BTreeMap<String, String>) -> BTreeMap<String, Json> {
    let all = files.iter().filter(|(path, _)| path.ends_with("/promise.yaml"));
    let name = |path: &str| path.split('/').next().unwrap().to_owned();
    all.map(|(path, text)| (name(path), serde_yaml::from_str(text).unwrap())).collect()
}

/// The files in the variables of a container, as Kubernetes hands them over.
fn sources(container: &Json) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for (n, variable) in container["env"].as_array().unwrap().iter().enumerate() {
        assert_eq!(variable["name"], json!(format!("VOW_SOURCE_{n}")));
        let text = expanded(variable["value"].as_str().unwrap());
        let (path, text) = text.strip_prefix("// ").unwrap().split_once('\n').unwrap();
        files.insert(path.to_owned(), text.to_owned());
    }
    files
}

/// What Kubernetes makes of a value: `$$` is `$`, and `$(NAME)` stays if nothing is called so.
fn expanded(value: &str) -> String {
    value.replace("$$", "$")
}

/// A platform that runs all its promises in one image, whatever it says.
struct OneImage(Disk);

impl Loader for OneImage {
    fn read(&self, path: &str) -> Result<String, String> {
        let text = Loader::read(&self.0, path)?;
        let other = |line: &str| match line.trim_start().starts_with("pipeline-image ") {
            true => "  pipeline-image \"ghcr.io/acme/vow:1\"\n".to_owned(),
            false => format!("{line}\n"),
        };
        Ok(text.lines().map(other).collect())
    }

    fn glob(&self, patterns: &[&str]) -> Result<Vec<String>, String> {
        Loader::glob(&self.0, patterns)
    }

    fn display(&self, path: &str) -> String {
        Loader::display(&self.0, path)
    }
}

#[test]
fn the_shipped_promises_are_built_and_render_the_same_from_what_travels() {
    let in_images = built(".");
    assert_eq!(in_images, built("."), "the same bytes again");
    let loader = OneImage(Disk::open(&root()).unwrap());
    let whole = compile::platform(&loader);
    let files = build(&loader, &whole, whole.engine.as_ref().unwrap(), &[]).unwrap();
    let files: BTreeMap<String, String> = files.into_iter().collect();
    let all = promises(&files);
    assert_eq!((all.len(), promises(&in_images).len()), (8, 8));
    for (name, promise) in &all {
        let container = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
        assert_eq!(container["args"], json!(["pipeline"]), "{name}");
        let travelled = sources(container);
        assert!(travelled.values().all(|text| !text.contains("\ntest ")), "{name}: no tests travel");
        let folder = format!("{name}/promise/");
        let in_image = in_images.iter().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)));
        let in_image: BTreeMap<String, String> = in_image.map(|(p, t)| (p.to_owned(), t.clone())).collect();
        assert!(in_image.keys().eq(travelled.keys()), "{name}: {in_image:?}");
        for alone in [travelled, in_image] {
            let alone = compile::platform(&Memory(alone));
            let example = &files[&format!("{name}/example-request.yaml")];
            assert_eq!(rendered(&whole, example), rendered(&alone, example), "{name}");
        }
    }
}

/// The documents of a request, as YAML.
fn rendered(compilation: &Compilation, request: &str) -> String {
    let engine = compilation.engine.as_ref().unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let mut sources = vow::source::Sources::default();
    let file = sources.add("request.yaml", request);
    let jobs = requests::read(engine, &sources, file).unwrap();
    let passed = requests::render_all(engine, &jobs, requests::Depth::One).unwrap();
    yaml::write_stream(passed.documents().map(|d| &d.object))
}

#[test]
fn kratix_takes_what_is_built() {
    let shared = std::env::var_os("VOW_SHARED").map_or(root().join("../shared"), PathBuf::from);
    let definition = shared.join("corpora/crds/kratix/platform.kratix.io_promises.yaml");
    if !definition.is_file() {
        return println!("skipped: no shared folder");
    }
    let crd: Json = serde_yaml::from_str(&std::fs::read_to_string(&definition).unwrap()).unwrap();
    let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
    let validator = jsonschema::validator_for(schema).unwrap();
    for folder in [".", "examples/kafka", "examples/runtime"] {
        for (name, promise) in promises(&built(folder)) {
            let found: Vec<String> =
                validator.iter_errors(&promise).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(found.is_empty(), "{name}: {found:#?}");
            known_keys(&promise, schema, &name);
        }
    }
}

/// Kubernetes drops what a schema does not name.
fn known_keys(value: &Json, schema: &Json, at: &str) {
    if schema["x-kubernetes-preserve-unknown-fields"] == json!(true) {
        return;
    }
    match value {
        Json::Object(map) => {
            for (key, inner) in map {
                let known = [&schema["properties"][key], &schema["additionalProperties"]];
                let known = known.into_iter().find(|s| s.is_object());
                match known {
                    Some(schema) => known_keys(inner, schema, &format!("{at}.{key}")),
                    None if schema["properties"].is_object() => panic!("{at} has no `{key}`"),
                    None => {}
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|i| known_keys(i, &schema["items"], at)),
        _ => {}
    }
}

#[test]
fn rights_are_what_a_deletion_does_and_nothing_more() {
    let all = promises(&built("."));
    let workflows = &all["vcluster-kubeconfig-sync"]["spec"]["workflows"]["resource"];
    assert!(workflows["configure"][0]["spec"]["rbac"].is_null());
    let rights = &workflows["delete"][0]["spec"]["rbac"]["permissions"];
    let apply = json!(["create", "delete", "get", "patch"]);
    let expected = json!([
        { "apiGroups": ["batch"], "resources": ["jobs"], "verbs": apply, "resourceNamespace": "*" },
    ]);
    assert_eq!(*rights, expected);
    let needed = &all["vcluster-orchestrator"]["spec"]["requiredPromises"];
    assert_eq!(needed.as_array().unwrap().len(), 7, "{needed}");
}

#[test]
fn each_way_to_run_has_its_files() {
    let files = built("examples/runtime");
    assert!(files.contains_key("runtime/Dockerfile") && files.contains_key("runtime/promise/promises.dsl"));
    let promise = &promises(&files)["runtime"];
    let container = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
    assert_eq!(container["image"], json!("ghcr.io/example/promises/runtime:v1.0.0"));
    assert!(container["env"].is_null());
    assert!(promise["spec"]["destinationSelectors"].is_null(), "each request chooses");
    let kafka = &promises(&built("examples/kafka"))["kafka"];
    assert_eq!(kafka["spec"]["destinationSelectors"], json!([{ "matchLabels": { "environment": "dev" } }]));
}

/// Promises that Kratix would not take: a part of what is said, and the members of the promise.
const LIMITS: [(&str, &str, &str); 16] = [
    ("together, at most 40 fit", "a-promise-whose-name-is-rather-long", "pipeline \"instance\" { render }"),
    (
        "together, at most 43 fit",
        "a-promise-whose-name-is-of-40-characters",
        "pipeline \"p\" { render }\n on delete {}",
    ),
    ("no DNS label", "A", ""),
    ("no value of a label", "a version \"1.0.0+build\"", ""),
    ("no name of a pipeline", "a", "pipeline \"Main One\" { render }"),
    ("no name of a container", "a", "pipeline \"p\" { render container Two { image: \"a\" } }"),
    ("the container of vow", "a", "pipeline \"p\" { render container render { image: \"a\" } }"),
    (
        "declares no volume `v`",
        "a",
        "pipeline \"p\" { render container c { image: \"a\", volumeMounts: [{ name: \"v\", mountPath: \"/v\" }] } }",
    ),
    (
        "`/kratix/output/` is where Kratix itself mounts",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"v\", emptyDir: {} }] render\n container c { image: \"a\", volumeMounts: [{ name: \"v\", mountPath: \"/kratix/output/\" }] } }",
    ),
    ("no name of a volume", "a", "pipeline \"p\" { volumes: [{ name: \"V_x\", emptyDir: {} }] render }"),
    (
        "more than one place",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"v\", emptyDir: {}, configMap: { name: \"c\" } }] render }",
    ),
    ("`backoffLimit` is not between", "a", "pipeline \"p\" { jobOptions: { backoffLimit: -3 } render }"),
    (
        "mounted twice",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"v\", emptyDir: {} }] render\n container c { image: \"a\", volumeMounts: [{ name: \"v\", mountPath: \"/v\" }, { name: \"v\", mountPath: \"/v/\" }] } }",
    ),
    (
        "nothing can be mounted at",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"v\", emptyDir: {} }] render\n container c { image: \"a\", volumeMounts: [{ name: \"v\", mountPath: \"/a:b\" }] } }",
    ),
    (
        "volume of Kratix itself",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"shared-input\", emptyDir: {} }] render }",
    ),
    (
        "two volumes of `p`",
        "a",
        "pipeline \"p\" { volumes: [{ name: \"v\", emptyDir: {} }, { name: \"v\", emptyDir: {} }] render }",
    ),
];

#[test]
fn what_kratix_would_not_take_is_refused_at_its_place() {
    for (said, name, members) in LIMITS {
        let text = format!("promise {name} {{\n  api A in example.org/v1 {{ n: Int }}\n{members}\n}}\n");
        let found = refused(&text);
        let hit = found.iter().find(|d| d.message.contains(said));
        let hit = hit.unwrap_or_else(|| panic!("{said}: {found:#?}"));
        assert_eq!(hit.code, "kratix-limit");
        assert!(!hit.primary.span.range().is_empty(), "{said}: no place");
        found.iter().for_each(wording::assert_worded);
    }
}

#[test]
fn what_containers_share_stands_in_their_pipeline() {
    let text = r#"promise a {
  api A in example.org/v1 { n: Int }
  pipeline "p" {
    volumes: [{ name: "cache", emptyDir: { sizeLimit: "64Mi" } }]
    imagePullSecrets: [{ name: "registry" }]
    nodeSelector: { disk: "fast" }
    jobOptions: { backoffLimit: 1 }
    render
    container c { image: "a", volumeMounts: [{ name: "cache", mountPath: "/cache" }] }
  }
}
"#;
    let (memory, compilation) = compiled(IN_ONE_IMAGE, text);
    let engine = compilation.engine.as_ref().unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let files = build(&memory, &compilation, engine, &[]).unwrap().into_iter().collect();
    let spec = &promises(&files)["a"]["spec"]["workflows"]["resource"]["configure"][0]["spec"];
    assert_eq!(spec["volumes"], json!([{ "name": "cache", "emptyDir": { "sizeLimit": "64Mi" } }]));
    assert_eq!(spec["imagePullSecrets"], json!([{ "name": "registry" }]));
    assert_eq!(spec["nodeSelector"], json!({ "disk": "fast" }));
    assert_eq!(spec["jobOptions"], json!({ "backoffLimit": 1 }));
    assert_eq!(spec["containers"].as_array().unwrap().len(), 2);
    let again = sources(&spec["containers"][0]);
    assert!(again["a.promise"].contains("backoffLimit"), "it travels with the promise");
}

#[test]
fn what_is_too_large_to_travel_is_refused() {
    let long = "x".repeat(200 << 10);
    let text = format!("promise a {{\n  api A in example.org/v1 {{ n: Int }}\n  let x = \"{long}\"\n}}\n");
    let found = refused(&text);
    assert!(found.iter().any(|d| d.message.contains("at most 131072")), "{found:#?}");
}

const IN_ONE_IMAGE: &str =
    "platform p {\n  promises \"*.promise\"\n  pipeline-image \"ghcr.io/acme/vow:1\"\n}\n";

/// A platform with one promise.
fn compiled(platform: &str, promise: &str) -> (Memory, compile::Compilation) {
    let files = [("promises.dsl", platform), ("a.promise", promise)];
    let memory = Memory(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let compilation = compile::platform(&memory);
    (memory, compilation)
}

fn refused(text: &str) -> Vec<vow::diag::Diagnostic> {
    let (memory, compilation) = compiled(IN_ONE_IMAGE, text);
    let engine = compilation.engine.as_ref().unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    match build(&memory, &compilation, engine, &[]) {
        Err(BuildError::Refused(found)) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_an_image_nothing_is_built() {
    let (memory, compilation) = compiled("platform p { promises \"*.promise\" }", "promise a {}");
    let engine = compilation.engine.as_ref().unwrap();
    assert!(matches!(build(&memory, &compilation, engine, &[]), Err(BuildError::NoImage)));
}

#[test]
fn the_workflow_of_this_repository_is_the_one_that_is_written() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let disk = Disk::open(&root).unwrap();
    let program = compile::platform(&disk).program;
    let kept = fs::read_to_string(root.join(WORKFLOW)).unwrap();
    assert_eq!(workflow(&program).unwrap(), kept, "write it with `vow build --github-workflow`");
    // An action without the commit that it is pinned to could be another tomorrow.
    let uses: Vec<&str> = kept.lines().filter_map(|l| l.trim().strip_prefix("- uses: ")).collect();
    assert!(uses.len() >= 5, "{uses:?}");
    for action in uses {
        let (_, pin) = action.split_once('@').unwrap();
        assert!(
            pin.bytes().take(40).all(|b| b.is_ascii_hexdigit())
                && pin.get(40..).is_some_and(|rest| rest.starts_with(" # v")),
            "{action}"
        );
    }
    let yaml: serde_yaml::Value = serde_yaml::from_str(&kept).unwrap();
    assert_eq!(yaml["jobs"]["changed"]["permissions"]["contents"].as_str(), Some("read"));
}

#[test]
fn what_applies_the_state_is_what_its_tools_take() {
    let disk = Disk::open(&root()).unwrap();
    let compilation = compile::platform(&disk);
    let engine = compilation.engine.as_ref().unwrap();
    let places = Places {
        state: "https://example.org/state.git".into(),
        platform: ("https://example.org/platform.git".into(), "main".into()),
        requests: vec!["platform/vclusters".into()],
        namespace: "platform-requests".into(),
    };
    let (file, text) = gitops(engine.program(), engine.graph(), Tool::ArgoCd, &places).unwrap();
    assert_eq!(file, "gitops/argocd.yaml");
    insta::assert_snapshot!("argocd", text);
    for node in yaml::read(FileId::default(), &text).unwrap() {
        let object = node.to_value();
        let kind = object.get("kind").and_then(|k| k.as_str()).unwrap().to_owned();
        let known = engine.program().kinds.lookup("argoproj.io", "v1alpha1", &kind).unwrap();
        assert_eq!(known.schema.validate(&object), [], "{kind}");
    }
    let (file, text) = gitops(engine.program(), engine.graph(), Tool::Flux, &places).unwrap();
    assert_eq!(file, "gitops/flux.yaml");
    insta::assert_snapshot!("flux", text);
    let promise = "promise a {\n  api A in example.org/v1 { b: Bool = false }\n}\n";
    let (_, none) = compiled("platform p {\n  promises \"*.promise\"\n}\n", promise);
    let engine = none.engine.as_ref().unwrap();
    let refused = gitops(engine.program(), engine.graph(), Tool::Flux, &places);
    assert!(matches!(refused, Err(BuildError::NoState)));
}

/// A platform with destinations, and what applies it.
fn applied(destinations: &str, tool: Tool, requests: &[&str]) -> Result<String, BuildError> {
    let platform = format!("platform p {{\n  promises \"*.promise\"\n  state {{ {destinations} }}\n}}\n");
    let promise = "promise a {\n  api A in example.org/v1 { b: Bool = false }\n}\n";
    let (_, compilation) = compiled(&platform, promise);
    let engine = compilation.engine.as_ref().unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let places = Places {
        state: "https://example.org/state.git".into(),
        platform: ("https://example.org/platform.git".into(), "trunk".into()),
        requests: requests.iter().map(|r| (*r).to_owned()).collect(),
        namespace: "platform-requests".into(),
    };
    gitops(engine.program(), engine.graph(), tool, &places).map(|(_, text)| text)
}

#[test]
fn each_destination_is_applied_to_its_cluster() {
    let three = r#"destination here { path: "clusters/here" }
      destination edge { path: "clusters/edge", cluster: "edge" }
      destination far { path: "clusters/far", cluster: "https://far.example.org:6443" }"#;
    let text = applied(three, Tool::ArgoCd, &["", "platform/vclusters"]).unwrap();
    let all: Vec<serde_yaml::Value> = serde_yaml::Deserializer::from_str(&text)
        .map(|d| serde::Deserialize::deserialize(d).unwrap())
        .collect();
    let set = |name: &str| {
        let one = all.iter().find(|o| o["metadata"]["name"].as_str() == Some(name)).unwrap();
        let template = &one["spec"]["template"];
        serde_json::to_value(template).unwrap()
    };
    let cluster = |name: &str| set(name)["spec"]["destination"].clone();
    assert_eq!(cluster("state-here"), json!({ "server": "https://kubernetes.default.svc" }));
    assert_eq!(cluster("state-edge"), json!({ "name": "edge" }));
    assert_eq!(cluster("state-far"), json!({ "server": "https://far.example.org:6443" }));
    assert_eq!(
        set("state-edge")["metadata"]["name"],
        "edge.{{ index .path.segments 3 }}.{{ .path.basename }}"
    );
    let requests: Vec<_> = all.iter().filter(|o| o["kind"].as_str() == Some("Application")).collect();
    assert_eq!(requests[0]["metadata"]["name"].as_str(), Some("requests"));
    assert_eq!(requests[0]["spec"]["source"]["path"].as_str(), Some("."));
    assert_eq!(requests[0]["spec"]["source"]["targetRevision"].as_str(), Some("trunk"));
    assert_eq!(requests[1]["metadata"]["name"].as_str(), Some("requests.platform.vclusters"));

    let refused = applied(three, Tool::Flux, &[]);
    assert!(matches!(refused, Err(BuildError::NoKubeconfig(name, _)) if name == "far"));
    let edge = r#"destination edge { path: "clusters/edge", cluster: "edge" }"#;
    let text = applied(edge, Tool::Flux, &[]).unwrap();
    assert!(text.contains("kubeConfig:\n    secretRef:\n      name: edge-kubeconfig\n"), "{text}");
}

#[test]
fn folders_of_requests_that_cannot_be_told_apart_are_refused() {
    let here = r#"destination here { path: "clusters/here" }"#;
    let same = applied(here, Tool::ArgoCd, &["a/b_c", "a/b-c"]);
    assert!(matches!(same, Err(BuildError::SameName(..))));
    let none = applied(here, Tool::ArgoCd, &["a b"]);
    assert!(matches!(none, Err(BuildError::NoName(..))));
}
