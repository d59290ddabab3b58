//! Every object that is rendered, held against the schemas that its kind's owners publish.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value as Json, json};
use vow::check::openapi::crd;
use vow::eval::Document;

use crate::platform::{Platform, entries, requests, root, shared, shipped, text, to_json, yaml_file};

/// Kinds for which no schema is at hand but the one that the example itself brings.
const OF_EXAMPLES: [&str; 2] = ["databases.spotahome.com/v1/RedisFailover", "jenkins.io/v1alpha2/Jenkins"];

#[test]
fn every_object_is_one_that_its_owner_would_take() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut schemas = Schemas::load(&shared.join("corpora"));
    let mut platform = shipped();
    let (mut objects, mut problems) = (0, Vec::new());
    for (name, text) in requests() {
        for document in platform.flow(&name, &text).documents() {
            objects += 1;
            problems
                .extend(schemas.problems(&platform, document).into_iter().map(|p| format!("{name}: {p}")));
        }
    }
    for example in ["redis", "jenkins"] {
        let mut platform = Platform::at(&format!("examples/{example}"));
        let request = root().join("examples").join(example).join("request.yaml");
        for document in platform.flow(example, &text(&request)).documents() {
            objects += 1;
            problems.extend(schemas.problems(&platform, document));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(objects >= (3 + 5) * 19 + 2, "{objects}");
    assert_eq!(schemas.without, OF_EXAMPLES.map(str::to_owned).into(), "kinds without a published schema");
}

/// Validators by `apiVersion/kind`, made when the first object of a kind comes.
struct Schemas {
    corpora: std::path::PathBuf,
    kubernetes: Json,
    made: BTreeMap<String, Option<Validator>>,
    without: BTreeSet<String>,
}

impl Schemas {
    fn load(corpora: &Path) -> Self {
        let definitions = text(&corpora.join("kubernetes-json-schema-1.37-strict/_definitions.json"));
        Schemas {
            corpora: corpora.to_owned(),
            kubernetes: serde_json::from_str(&definitions).unwrap(),
            made: BTreeMap::new(),
            without: BTreeSet::new(),
        }
    }

    fn problems(&mut self, platform: &Platform, document: &Document) -> Vec<String> {
        let object = to_json(&document.object);
        let api_version = object["apiVersion"].as_str().expect("an apiVersion");
        let kind = format!("{api_version}/{}", document.kind);
        if !self.made.contains_key(&kind) {
            let schema = self.schema(platform, document);
            let made = schema.map(|schema| jsonschema::validator_for(&schema).unwrap());
            self.made.insert(kind.clone(), made);
        }
        match &self.made[&kind] {
            Some(validator) => {
                let title = document.title();
                validator
                    .iter_errors(&object)
                    .map(|e| format!("{title}: {}: {e}", e.instance_path()))
                    .collect()
            }
            None => {
                self.without.insert(kind);
                vec![]
            }
        }
    }

    fn schema(&self, platform: &Platform, document: &Document) -> Option<Json> {
        if let Some(promise) = &document.serves {
            let promise = platform.engine.program().promise(promise).expect("a promise");
            return Some(of_definition(&to_json(&crd(promise.api.as_ref().expect("an api")))));
        }
        let Document { group, version, kind, .. } = document;
        let file = format!("{}_{version}.json", kind.to_lowercase());
        let file = self.corpora.join("crds").join(group).join(file);
        if file.is_file() {
            return Some(serde_json::from_str(&text(&file)).unwrap());
        }
        self.built_in(group, version, kind)
    }

    fn built_in(&self, group: &str, version: &str, kind: &str) -> Option<Json> {
        let wanted = json!({ "group": group, "version": version, "kind": kind });
        let is_it = |definition: &Json| {
            let kinds = definition["x-kubernetes-group-version-kind"].as_array();
            kinds.is_some_and(|kinds| kinds.contains(&wanted))
        };
        let definitions = self.kubernetes["$defs"].as_object().expect("definitions");
        let (name, _) = definitions.iter().find(|(_, definition)| is_it(definition))?;
        let mut schema = self.kubernetes.clone();
        schema["$ref"] = json!(format!("#/$defs/{name}"));
        Some(schema)
    }
}

#[test]
fn the_examples_render_what_the_schema_that_they_bring_takes() {
    for example in ["redis", "jenkins"] {
        let folder = root().join("examples").join(example);
        let definitions: Vec<Json> =
            entries(&folder.join("schemas")).iter().flat_map(|f| yaml_file(f)).collect();
        let mut platform = Platform::at(&format!("examples/{example}"));
        for document in platform.flow(example, &text(&folder.join("request.yaml"))).documents() {
            let of_kind = |crd: &&Json| crd["spec"]["names"]["kind"] == document.kind.as_str();
            let definition = definitions.iter().find(of_kind).expect("a definition");
            let validator = jsonschema::validator_for(&of_definition(definition)).unwrap();
            let object = to_json(&document.object);
            let problems: Vec<String> =
                validator.iter_errors(&object).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(problems.is_empty(), "{example}: {}", problems.join("\n"));
        }
    }
}

/// The schema of a definition, with unknown fields refused.
fn of_definition(crd: &Json) -> Json {
    closed(&crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]).map_or_else(
        || panic!("no schema of `spec`"),
        |spec| json!({ "type": "object", "required": ["spec"], "properties": { "spec": spec } }),
    )
}

/// The schema with every object closed that would lose its unknown fields.
fn closed(schema: &Json) -> Option<Json> {
    let entries = schema.as_object()?;
    let mut out = entries.clone();
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = entries.get(key).and_then(closed) {
            out.insert(key.into(), inner);
        }
    }
    if let Some(Json::Object(properties)) = entries.get("properties") {
        let all = properties.iter().filter_map(|(k, v)| Some((k.clone(), closed(v)?)));
        out.insert("properties".into(), all.collect::<serde_json::Map<_, _>>().into());
    }
    let open = ["additionalProperties", "x-kubernetes-preserve-unknown-fields"];
    if entries.get("type") == Some(&json!("object")) && !open.iter().any(|key| entries.contains_key(*key)) {
        out.insert("additionalProperties".into(), false.into());
    }
    Some(out.into())
}
