//! Kinds and their schemas, held against manifests of ours and against the schemas that others publish.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value as Json, json};
use serde_yaml::Value as Yaml;
use vow::check::kinds::{DefId, Kinds, Object, Origin, Schema};
use vow::check::types::Type;
use vow::value::Value;

#[test]
fn good_manifests_have_no_problems() {
    let strict = Strict::load();
    for (path, documents) in manifests("good") {
        for document in documents {
            let problems = problems(&Kinds::builtin(), &document);
            assert!(problems.is_empty(), "{}: {problems:#?}", path.display());
            if let Some(strict) = &strict {
                assert_ne!(strict.accepts(&document), Some(false), "{}: {document:?}", path.display());
            }
        }
    }
}

/// The comments at the head of a bad manifest are its problems; `# only here` says that the published schema has
/// nothing against it.
#[test]
fn bad_manifests_have_exactly_the_problems_that_they_name() {
    let strict = Strict::load();
    for (path, documents) in manifests("bad") {
        let text = fs::read_to_string(&path).unwrap();
        let comments: Vec<&str> = text.lines().map_while(|l| l.strip_prefix("# ")).collect();
        let (marks, expected): (Vec<&str>, Vec<&str>) = comments.iter().partition(|c| **c == "only here");
        assert_eq!(documents.len(), 1, "{}", path.display());
        assert_eq!(problems(&Kinds::builtin(), &documents[0]), expected, "{}", path.display());
        if let Some(verdict) = strict.as_ref().and_then(|s| s.accepts(&documents[0])) {
            assert_eq!(verdict, !marks.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn every_builtin_kind_has_a_schema_that_becomes_a_type() {
    for kind in Kinds::builtin().iter() {
        let object = kind.schema.object().unwrap();
        assert!(["apiVersion", "kind", "metadata"].iter().all(|f| object.fields.contains_key(*f)), "{kind}");
        assert!(matches!(kind.schema.to_type(), Type::Record(_)), "{kind}");
    }
}

#[test]
fn every_builtin_definition_has_the_fields_of_the_published_one() {
    let Some(strict) = Strict::load() else { return };
    let mut differences = vec![];
    for name in DefId::names() {
        let Some(published) = strict.by_short_name.get(name).map(|n| &strict.definitions[n]) else {
            continue;
        };
        let object = DefId::named(name).unwrap().object();
        let theirs: BTreeSet<&str> =
            published["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let ours: BTreeSet<&str> = object.fields.keys().map(|k| &**k).collect();
        assert_eq!(ours, theirs, "{name}");
        let required = published["required"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let theirs: BTreeSet<&str> = required.filter(|f| *f != "metadata").collect();
        let ours: BTreeSet<&str> =
            object.fields.iter().filter(|(_, f)| f.required).map(|(k, _)| &**k).collect();
        differences.extend(ours.symmetric_difference(&theirs).map(|field| format!("{name}.{field}")));
    }
    // The crate asks for a name wherever one is meant; the time of an event is set by who reports it.
    let expected = [
        "core/v1.ConfigMapEnvSource.name",
        "core/v1.ConfigMapKeySelector.name",
        "core/v1.ConfigMapProjection.name",
        "core/v1.ConfigMapVolumeSource.name",
        "core/v1.LocalObjectReference.name",
        "core/v1.SecretEnvSource.name",
        "core/v1.SecretKeySelector.name",
        "core/v1.SecretProjection.name",
        "events/v1.Event.eventTime",
    ];
    assert_eq!(differences, expected);
}

#[test]
fn every_kind_of_the_published_schemas_is_known() {
    let Some(strict) = Strict::load() else { return };
    let kinds = Kinds::builtin();
    let parts = [
        "DeleteOptions",
        "WatchEvent",
        "Status",
        "Scale",
        "Eviction",
        "TokenRequest",
        "APIGroup",
        "APIVersions",
    ];
    for (group, version, kind) in strict.by_kind.keys() {
        let known = kinds.lookup(group, version, kind).is_some();
        assert!(
            known || kind.ends_with("List") || parts.contains(&kind.as_str()),
            "{group}/{version}/{kind}"
        );
    }
}

#[test]
fn what_the_standard_library_declares_is_what_the_published_schemas_say() {
    let Some(folder) = shared("crds") else { return };
    let kinds = Kinds::builtin();
    let mut seen = 0;
    for path in
        files(&folder.join("argoproj.io")).into_iter().chain(files(&folder.join("external-secrets.io")))
    {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let (name, version) = stem.split_once('_').unwrap();
        let group = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let kind = kinds
            .iter()
            .find(|k| (&*k.group, &*k.version, &*k.kind.to_lowercase()) == (group, version, name));
        let kind = kind.unwrap_or_else(|| panic!("no {stem}"));
        assert_eq!(kind.origin, Origin::Standard);
        let published = yaml(&path)[0].clone();
        let differences = differences(&kind.schema, &Schema::from_openapi(&published), "");
        // The release before has fewer fields; the kinds share their definitions.
        let expected: &[&str] = match version {
            "v1beta1" => V1BETA1,
            _ => &[],
        };
        assert_eq!(differences, expected, "{stem}");
        seen += 1;
    }
    assert_eq!(seen, 9);
}

const V1BETA1: &[&str] = &[
    ".spec.data[].remoteRef.nullBytePolicy: not published",
    ".spec.data[].sourceRef.generatorRef.kind: another scalar",
    ".spec.dataFrom[].extract.nullBytePolicy: not published",
    ".spec.dataFrom[].find.nullBytePolicy: not published",
    ".spec.dataFrom[].rewrite[].merge: not published",
    ".spec.dataFrom[].sourceRef.generatorRef.kind: another scalar",
    ".spec.target.manifest: not published",
    ".spec.target.template.metadata.finalizers: not published",
    ".spec.target.template.templateFrom[].target: another scalar",
];

#[test]
fn kratix_is_what_its_crds_say() {
    let Some(folder) = shared("crds") else { return };
    let standard = Kinds::builtin();
    for path in files(&folder.join("kratix")) {
        let mut kinds = Kinds::builtin();
        for added in kinds.add_crd(&yaml(&path)[0].clone()).unwrap() {
            let ours = standard.lookup(&added.group, &added.version, &added.kind).unwrap();
            assert_eq!((ours.namespaced, &ours.plural), (added.namespaced, &added.plural), "{ours}");
            assert_eq!((ours.origin, added.origin), (Origin::Standard, Origin::Platform));
            assert_eq!(differences(&ours.schema, &added.schema, ""), Vec::<String>::new(), "{ours}");
        }
    }
}

#[test]
fn a_crd_declares_a_kind_for_every_version_that_it_serves() {
    let mut kinds = Kinds::builtin();
    let crd = yaml(&here("crd.yaml"))[0].clone();
    let added = kinds.add_crd(&crd).unwrap();
    let names: Vec<String> = added.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["example.org/v1/Database", "example.org/v1beta1/Database"]);
    assert_eq!(added[1].deprecated.as_deref(), Some("use v1"));
    assert_eq!(kinds.add_crd(&crd).unwrap_err(), "declares `example.org/v1/Database` once more");
    assert_eq!(kinds.suggest("example.org", "v2", "Database").unwrap(), "example.org/v1/Database");
    let ty = kinds.lookup("example.org", "v1", "Database").unwrap().schema.field("spec").unwrap().to_type();
    let Type::Record(spec) = &ty else { panic!("{ty}") };
    let shown: Vec<String> = spec
        .fields
        .iter()
        .map(|(k, f)| format!("{k}{}: {}", if f.optional { "?" } else { "" }, f.ty))
        .collect();
    assert_eq!(
        shown,
        [
            "size: \"large\" | \"small\"",
            "port?: Port",
            "quota?: Int | String",
            "name?: String(r\"^[a-z]+$\", 1..8)",
            "seen?: String",
            "extra?: Object",
            "object?: Object",
            "backup?: Bool"
        ]
    );
    let bad = yaml(&here("crd-object.yaml"))[0].clone();
    let problems = problems(&kinds, &bad);
    assert_eq!(
        problems,
        [
            "spec.size: is \"big\", not one of \"large\" | \"small\"",
            "spec.port: is 0, less than 1",
            "spec.name: is 9 characters long, more than 8: \"abcdefghi\"",
            "spec.object: lacks the field `kind`",
            "spec: has no field `prot`; did you mean `port`?",
        ]
    );
}

#[test]
fn what_is_no_crd_is_refused() {
    let refused =
        |json: Json| Kinds::builtin().add_crd(&value(&serde_yaml::to_value(json).unwrap())).unwrap_err();
    assert_eq!(refused(json!({})), "is no CustomResourceDefinition");
    assert_eq!(refused(json!(null)), "is no CustomResourceDefinition");
    assert_eq!(refused(json!({"kind": "Pod"})), "is a `Pod`, not a CustomResourceDefinition");
    let crd = |scope: &str, versions: Json| {
        json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {
            "group": "apps", "scope": scope, "versions": versions,
            "names": {"kind": "Deployment", "plural": "deployments"}}})
    };
    assert_eq!(
        refused(crd("Everywhere", json!([]))),
        "has the scope `Everywhere`, not `Namespaced` or `Cluster`"
    );
    assert_eq!(refused(crd("Cluster", json!([]))), "serves no version");
    assert_eq!(refused(crd("Cluster", json!([{}]))), "has a version without a `name`");
    assert_eq!(
        refused(crd("Cluster", json!([{"name": "v1"}]))),
        "declares `apps/v1/Deployment`, a kind of Kubernetes itself"
    );
}

/// The problems of one document, as text.
fn problems(kinds: &Kinds, document: &Value) -> Vec<String> {
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap();
    let (group, version) = text("apiVersion").rsplit_once('/').unwrap_or(("", text("apiVersion")));
    let kind = kinds.lookup(group, version, text("kind")).unwrap_or_else(|| panic!("no {group}/{version}"));
    let show = |p: vow::check::kinds::Problem| {
        let help = p.help.map(|h| format!("; {h}")).unwrap_or_default();
        format!("{}: {}{help}", p.path, p.what)
    };
    kind.schema.validate(document).into_iter().map(show).collect()
}

/// Where two schemas differ; what either leaves free is no difference.
fn differences(ours: &Schema, theirs: &Schema, at: &str) -> Vec<String> {
    let free = |s: &Schema| *s == Schema::Any || *s == Schema::free_form();
    match (ours, theirs) {
        _ if free(ours) || *theirs == Schema::Any || at == ".metadata" => vec![],
        (_, Schema::Nullable(theirs)) => differences(ours, theirs, at),
        (Schema::Scalar(a), Schema::Scalar(b)) if a == b => vec![],
        // The operator of a selector is one of a few words, whoever wrote the schema around it.
        (Schema::Scalar(Type::Literals(_)), Schema::Scalar(Type::Str(_))) if at.ends_with(".operator") => {
            vec![]
        }
        // Refinements are left to the API server.
        (Schema::Scalar(Type::Str(_)), Schema::Scalar(Type::Str(_))) => vec![],
        (Schema::Scalar(Type::Int(_)), Schema::Scalar(Type::Int(_))) => vec![],
        (Schema::Time, Schema::Time) => vec![],
        (Schema::List(a), Schema::List(b)) => differences(a, b, &format!("{at}[]")),
        (Schema::Map(a), Schema::Map(b)) => differences(a, b, &format!("{at}{{}}")),
        // A store's providers: one object for each.
        (Schema::Map(a), Schema::Object(b)) if free(a) => {
            b.fields.iter().flat_map(|(k, f)| differences(a, &f.schema, &format!("{at}.{k}"))).collect()
        }
        _ => match (ours.object(), theirs.object()) {
            (Some(a), Some(b)) => fields(&a, &b, at),
            _ => vec![format!("{at}: another scalar")],
        },
    }
}

fn fields(ours: &Object, theirs: &Object, at: &str) -> Vec<String> {
    let names: BTreeSet<_> = ours.fields.keys().chain(theirs.fields.keys()).collect();
    let compare = |name: &std::sync::Arc<str>| match (ours.fields.get(name), theirs.fields.get(name)) {
        (Some(a), Some(b)) if a.required != b.required && &**name != "metadata" => {
            vec![format!("{at}.{name}: required or not")]
        }
        (Some(a), Some(b)) => differences(&a.schema, &b.schema, &format!("{at}.{name}")),
        (Some(_), None) if &**name == "status" => vec![],
        (Some(_), None) => vec![format!("{at}.{name}: not published")],
        (None, _) => vec![format!("{at}.{name}: unknown here")],
    };
    names.into_iter().flat_map(compare).collect()
}

/// The published JSON schemas of Kubernetes.
struct Strict {
    file: Json,
    definitions: BTreeMap<String, Json>,
    by_short_name: BTreeMap<String, String>,
    by_kind: BTreeMap<(String, String, String), String>,
}

impl Strict {
    fn load() -> Option<Strict> {
        let path = shared("kubernetes-json-schema-1.37-strict")?.join("_definitions.json");
        let file: Json = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let definitions: BTreeMap<String, Json> = serde_json::from_value(file["$defs"].clone()).unwrap();
        let short = |name: &String| {
            let parts: Vec<&str> = name.rsplitn(4, '.').collect();
            (format!("{}/{}.{}", parts[2], parts[1], parts[0]), name.clone())
        };
        let by_short_name = definitions.keys().map(short).collect();
        let mut by_kind = BTreeMap::new();
        for (name, definition) in &definitions {
            for kind in definition["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
                let text = |key: &str| kind[key].as_str().unwrap().to_owned();
                by_kind.insert((text("group"), text("version"), text("kind")), name.clone());
            }
        }
        Some(Strict { file, definitions, by_short_name, by_kind })
    }

    /// What the published schema says; nothing if there is none.
    fn accepts(&self, document: &Value) -> Option<bool> {
        let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap().to_owned();
        let api_version = text("apiVersion");
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", &api_version));
        let name = self.by_kind.get(&(group.into(), version.into(), text("kind")))?;
        let mut schema = self.file.clone();
        schema["$ref"] = json!(format!("#/$defs/{name}"));
        Some(jsonschema::validator_for(&schema).unwrap().is_valid(&json(document)))
    }
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kinds").join(name)
}

fn shared(corpus: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder =
        std::env::var_os("VOW_SHARED").map_or_else(beside, PathBuf::from).join("corpora").join(corpus);
    let found = folder.is_dir();
    if !found {
        println!("skipped: no shared folder");
    }
    found.then_some(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn manifests(folder: &str) -> Vec<(PathBuf, Vec<Value>)> {
    files(&here(folder)).into_iter().map(|path| (path.clone(), yaml(&path))).collect()
}

fn yaml(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    serde_yaml::Deserializer::from_str(&text).map(|d| value(&Yaml::deserialize(d).unwrap())).collect()
}

fn value(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(b) => Value::Bool(*b),
        Yaml::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap()), Value::Int),
        Yaml::String(s) => Value::str(s.as_str()),
        Yaml::Sequence(items) => Value::list(items.iter().map(value).collect()),
        Yaml::Mapping(map) => {
            Value::map(map.iter().map(|(k, v)| (k.as_str().unwrap().into(), value(v))).collect())
        }
        Yaml::Tagged(tagged) => panic!("{tagged:?}"),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(i) => json!(i),
        Value::Float(f) => json!(f),
        Value::Str(s) => json!(**s),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(k, v)| (k.to_string(), json(v))).collect(),
    }
}
