//! Values held against the schemas that a platform attaches: what the promise says is an error, what a request says is a
//! warning that names its field.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vow::compile::requests::{Depth, read, render_all};
use vow::compile::{Compilation, platform};
use vow::diag::{Diagnostic, Severity};
use vow::source::Memory;

const SCHEMA: &str = r##"{
  "type": "object", "additionalProperties": false, "required": ["name"],
  "properties": {
    "image": { "$ref": "#/definitions/image" }, "name": { "type": "string" }, "replicas": { "type": "integer", "maximum": 3 },
    "one": { "oneOf": [{ "type": "string" }, { "type": "object", "required": ["of"] }] }
  },
  "definitions": { "image": {
    "type": "object", "additionalProperties": false, "properties": { "tag": { "type": "string" } }
  } }
}"##;

fn small(values: &str) -> Compilation {
    let promise = format!(
        "promise a {{\n  api A in example.org/v1 {{ name: DnsLabel, count: Int = 1, extra?: Object }}\n  let text = yaml({values})\n  \
         resource v1/ConfigMap spec.name in \"n\" {{ data: {{ \"values.yaml\": text }} }}\n}}\n"
    );
    let platform_file = "platform p {\n  promises \"*.promise\"\n  values-schema \"chart.json\" for v1/ConfigMap data[\"values.yaml\"]\n}\n";
    let files = [("promises.dsl", platform_file), ("a.promise", &promise), ("chart.json", SCHEMA)];
    platform(&Memory(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()))
}

/// What is said when a request is rendered: its severity, message and help.
fn said(compilation: &mut Compilation, request: &str) -> Vec<String> {
    assert!(compilation.engine.is_some(), "{:#?}", compilation.diagnostics);
    let file = compilation.sources.add("request.yaml", request);
    let engine = compilation.engine.as_ref().unwrap();
    let jobs = read(engine, &compilation.sources, file).expect("a request");
    let show = |d: &Diagnostic| {
        assert_eq!(d.code, "valid-object", "{d:?}");
        let severity = if d.severity == Severity::Error { "error" } else { "warning" };
        format!("{severity}: {}\n{}", d.message, d.help.join("\n"))
    };
    match render_all(engine, &jobs, Depth::Flow) {
        Ok(passed) => passed.warnings().iter().map(show).collect(),
        Err(found) => found.iter().map(show).collect(),
    }
}

fn request(spec: &str) -> String {
    format!(
        "apiVersion: example.org/v1\nkind: A\nmetadata: {{ name: a, namespace: team }}\nspec: {{ name: a, {spec} }}\n"
    )
}

#[test]
fn what_a_request_brings_is_a_warning_that_names_its_field() {
    let mut c = small("merge({ image: { tag: \"1\" } }, spec.extra ?? {})");
    assert_eq!(said(&mut c, &request("")), [""; 0]);
    // What lies below the values may have what is missing in them, and `null` takes away what lies below.
    assert_eq!(said(&mut c, &request("extra: { one: {}, replicas: null }")), [""; 0]);
    let found = said(&mut c, &request("extra: { image: { tog: x }, replicas: 4, one: 1 }"));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().all(|f| f.starts_with("warning: ")), "{found:#?}");
    let has = |part: &str| assert!(found.iter().any(|f| f.contains(part)), "{part}: {found:#?}");
    has("`data[\"values.yaml\"].image.tog` is no field of these values");
    has("there is `tag`");
    has("the value comes from `spec.extra.image.tog` of the request `a`");
    has("the value comes from `spec.extra.replicas` of the request `a`");
}

#[test]
fn a_part_of_an_api_is_judged_where_the_request_stands() {
    let files = [
        (
            "promises.dsl",
            "platform p {\n  promises \"*.promise\"\n  values-schema \"chart.json\" for example.org/v1/A spec.extra\n}\n",
        ),
        ("a.promise", "promise a { api A in example.org/v1 { name: DnsLabel, extra?: Object } }\n"),
        ("chart.json", SCHEMA),
    ];
    let mut c = platform(&Memory(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()));
    let found = said(&mut c, &request("extra: { image: { tog: x } }"));
    assert_eq!(found, ["warning: `spec.extra.image.tog` is no field of these values\nthere is `tag`"]);
}

#[test]
fn what_the_promise_makes_is_an_error() {
    let mut c = small("{ replicas: spec.count * 4 }");
    let found = said(&mut c, &request(""));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("error: ") && found[0].contains("`data[\"values.yaml\"].replicas`"),
        "{found:#?}"
    );
}

/// The shipped platform, with the schema of the chart attached to the values that are made for it.
fn vclusters(change: impl Fn(&str) -> String) -> Option<Compilation> {
    let shared = PathBuf::from(std::env::var_os("VOW_SHARED").unwrap_or_else(|| "../shared".into()));
    let schema = fs::read_to_string(shared.join("corpora/vcluster/chart/values.schema.json")).ok()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = BTreeMap::from([("schemas/vcluster.json".to_owned(), schema)]);
    for folder in ["promises", "lib"] {
        let all = walkdir::WalkDir::new(root.join(folder)).into_iter().map(|f| f.unwrap());
        for file in all.filter(|f| f.file_type().is_file()) {
            let name = file.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, change(&fs::read_to_string(file.path()).unwrap()));
        }
    }
    let attach = "promises \"promises/*.promise\"\n  values-schema \"schemas/vcluster.json\" for platform.integratn.tech/v1alpha1/VClusterCore spec.valuesYaml\n";
    let text = fs::read_to_string(root.join("promises.dsl")).unwrap();
    files.insert("promises.dsl".into(), text.replace("promises \"promises/*.promise\"\n", attach));
    Some(platform(&Memory(files)))
}

#[test]
fn the_values_of_the_vcluster_chart_are_those_that_its_schema_knows() {
    let Some(mut c) = vclusters(str::to_owned) else { return println!("skipped: no schema of the chart") };
    assert!(c.diagnostics.iter().all(|d| d.severity != Severity::Error), "{:#?}", c.diagnostics);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("platform/vclusters");
    let mut requests = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert_eq!(said(&mut c, &text), [""; 0], "{text}");
        requests += 1;
    }
    assert!(requests >= 3);
    let request =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("platform/vclusters/dev-minimal.yaml"))
            .unwrap();
    let typo = request
        .replace("  vcluster:\n", "  vcluster:\n    helmOverrides: { controlPlane: { statefulSets: {} } }\n");
    assert_ne!(typo, request, "{request}");
    let found = said(&mut c, &typo);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("warning: "), "{found:#?}");
    assert!(found[0].contains("did you mean `statefulSet`?"), "{found:#?}");
    assert!(
        found[0].contains("`spec.vcluster.helmOverrides.controlPlane.statefulSets` of the request"),
        "{found:#?}"
    );
}

#[test]
fn a_typo_in_the_values_of_the_promise_is_an_error_where_it_stands() {
    let typo =
        |text: &str| text.replace("podManagementPolicy: \"Parallel\"", "podManagmentPolicy: \"Parallel\"");
    let Some(c) = vclusters(typo) else { return println!("skipped: no schema of the chart") };
    let errors: Vec<&Diagnostic> = c.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_eq!(c.sources.slice(errors[0].primary.span), "podManagmentPolicy");
    assert_eq!(errors[0].help, ["did you mean `podManagementPolicy`?"]);
}
