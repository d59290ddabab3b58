//! A definition that the API server would take: structural, with nothing forbidden, its defaults valid and whole.
//!
//! The rules are those of "Specifying a structural schema" and "Validation" in Kubernetes' documentation of custom resources.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vow::check::openapi::crd;
use vow::request::Patterns;

use super::arbitrary::api;
use super::oracle::stored;
use super::samples::shipped;
use super::support;

const FORBIDDEN: [&str; 10] = [
    "$ref",
    "definitions",
    "dependencies",
    "deprecated",
    "discriminator",
    "id",
    "patternProperties",
    "readOnly",
    "writeOnly",
    "xml",
];
const KNOWN: [&str; 29] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "x-kubernetes-int-or-string",
    "x-kubernetes-preserve-unknown-fields",
];
const LOGIC: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const OUTSIDE_LOGIC: [&str; 5] = ["additionalProperties", "default", "description", "nullable", "type"];

/// Why the API server would refuse a definition.
fn problems(crd: &Json) -> Vec<String> {
    let mut out = vec![];
    let spec = &crd["spec"];
    let word = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    if word(&crd["metadata"]["name"])
        != format!("{}.{}", word(&spec["names"]["plural"]), word(&spec["group"]))
    {
        out.push("its name is not that of its plural and group".into());
    }
    let label = regex::Regex::new("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$").unwrap();
    let short = spec["names"]["shortNames"].as_array().into_iter().flatten();
    for name in [&spec["names"]["plural"], &spec["names"]["singular"]].into_iter().chain(short) {
        if !label.is_match(name.as_str().unwrap_or_default()) {
            out.push(format!("{name} is no name"));
        }
    }
    if !label.is_match(&word(&spec["names"]["kind"]).to_lowercase()) {
        out.push("its kind is no name".into());
    }
    let versions = spec["versions"].as_array().cloned().unwrap_or_default();
    if versions.iter().filter(|v| v["storage"] == true).count() != 1 {
        out.push("not exactly one version is stored".into());
    }
    for version in &versions {
        let root = &version["schema"]["openAPIV3Schema"];
        if root["type"] != "object" {
            out.push("the root is no object".into());
        }
        node(root, "", &mut out);
        for column in version["additionalPrinterColumns"].as_array().into_iter().flatten() {
            let ty = column["type"].as_str().unwrap_or_default();
            if !["integer", "number", "string", "boolean", "date"].contains(&ty)
                || !word(&column["jsonPath"]).starts_with('.')
            {
                out.push(format!("the column {} is none", column["name"]));
            }
        }
    }
    out
}

fn node(schema: &Json, path: &str, out: &mut Vec<String>) {
    let Some(entries) = schema.as_object() else { return out.push(format!("{path}: is no schema")) };
    let mut say = |what: &str| out.push(format!("{path}: {what}"));
    for key in entries.keys() {
        if FORBIDDEN.contains(&key.as_str()) {
            say(&format!("`{key}` is forbidden"));
        } else if !KNOWN.contains(&key.as_str()) && !key.starts_with("x-kubernetes-") {
            say(&format!("`{key}` is unknown"));
        }
    }
    let (either, keeps) = (
        schema["x-kubernetes-int-or-string"] == true,
        schema["x-kubernetes-preserve-unknown-fields"] == true,
    );
    if schema["type"].as_str().is_none_or(str::is_empty) && !either && !keeps {
        say("has no type");
    }
    if either && schema.get("type").is_some() {
        say("has a type beside x-kubernetes-int-or-string");
    }
    if schema.get("x-kubernetes-preserve-unknown-fields").is_some_and(|v| *v != true) {
        say("x-kubernetes-preserve-unknown-fields is not true");
    }
    if schema["uniqueItems"] == true {
        say("has unique items");
    }
    if schema["additionalProperties"] == false {
        say("has no additional properties");
    }
    if schema.get("additionalProperties").is_some() && schema.get("properties").is_some() {
        say("has both properties and additionalProperties");
    }
    if schema["type"] == "array" && !schema["items"].is_object() {
        say("is a list without items");
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    if let Some(name) =
        required.iter().find(|name| schema["properties"].get(name.as_str().unwrap_or_default()).is_none())
    {
        say(&format!("requires {name}, which has no schema"));
    }
    for part in
        LOGIC.iter().flat_map(|key| schema[key].as_array().into_iter().flatten()).chain(schema.get("not"))
    {
        let is_form = either && schema["anyOf"] == json!([{ "type": "integer" }, { "type": "string" }]);
        if !is_form && OUTSIDE_LOGIC.iter().any(|key| part.get(key).is_some()) {
            say("says in its logic what belongs outside");
        }
    }
    for rule in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
        let message = text("message");
        if text("rule").trim().is_empty() || message.contains(['\n', '\r']) || message.len() > 2048 {
            say("has a rule that is none");
        }
        if rule.get("message").is_some() && message.trim().is_empty() {
            say("has an empty message");
        }
        if let Err(error) = kube_cel::cel::Program::compile(&text("rule")) {
            say(&format!("{error}"));
        }
        if schema["type"] != "object" {
            say("has rules, and is no object");
        }
    }
    if let Some(default) = schema.get("default") {
        // Whole: nothing is dropped from it, and nothing is added that would be refused.
        let holder = json!({ "type": "object", "properties": { "it": schema }, "required": ["it"] });
        if default.is_null() || stored(&holder, &json!({ "it": default })).is_none() {
            say("has a default that it refuses");
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        node(field, &format!("{path}.{name}"), out);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner @ Json::Object(_)) = schema.get(key) {
            node(inner, &format!("{path}.{key}"), out);
        }
    }
}

#[test]
fn every_shipped_definition_is_structural() {
    for (name, api) in shipped() {
        assert_eq!(problems(&support::json(&crd(&api))), Vec::<String>::new(), "{name}");
        // Every pattern is one that is compiled when it is asked.
        let _ = Patterns::of(&api);
    }
}

#[test]
fn pieces_of_kubernetes_schemas_are_structural() {
    let pieces = [
        "core/v1.EnvVar",
        "core/v1.ResourceRequirements",
        "core/v1.Volume",
        "core/v1.Probe",
        "core/v1.Affinity",
        "networking.k8s.io/v1.NetworkPolicySpec",
        "networking.k8s.io/v1.IngressSpec",
        "core/v1.PodSpec",
    ];
    for piece in pieces {
        let text = format!("promise p {{ api P in example.org/v1 {{ a: [{piece}] = [], b?: {piece} }} }}");
        let files = vow::source::Memory([("p.promise".to_owned(), text)].into());
        let compiled = vow::compile::promise(&files, "p.promise");
        assert!(compiled.engine.is_some(), "{piece}: {:?}", compiled.diagnostics);
        let api = compiled.program.promises[0].api.clone().unwrap();
        let crd = support::json(&crd(&api));
        assert_eq!(problems(&crd), Vec::<String>::new(), "{piece}");
        // A cluster keeps what it knows, and every field of the piece is known.
        let schema = super::properties::spec_schema(&api);
        for object in vow::sample::Samples::new(&api, 3).take(10) {
            let spec = support::json(&object)["spec"].clone();
            let ours =
                vow::request::admit(&api, &object).unwrap_or_else(|e| panic!("{piece}: {spec}\n{e:#?}"));
            assert_eq!(Some(support::json(&ours.spec)), stored(&schema, &spec), "{piece}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_definition_is_structural(api in api()) {
        prop_assert_eq!(problems(&support::json(&crd(&api))), Vec::<String>::new());
    }
}

#[test]
fn what_is_not_structural_is_told() {
    let cases = [
        (json!({}), "has no type"),
        (
            json!({ "type": "string", "x-kubernetes-int-or-string": true }),
            "has a type beside x-kubernetes-int-or-string",
        ),
        (json!({ "type": "object", "additionalProperties": false }), "has no additional properties"),
        (
            json!({ "type": "object", "properties": {}, "additionalProperties": { "type": "string" } }),
            "has both properties and additionalProperties",
        ),
        (json!({ "type": "array" }), "is a list without items"),
        (
            json!({ "type": "string", "allOf": [{ "type": "string" }] }),
            "says in its logic what belongs outside",
        ),
        (json!({ "type": "integer", "default": "x" }), "has a default that it refuses"),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "default": { "b": 1 } }),
            "has a default that it refuses",
        ),
        (json!({ "type": "object", "required": ["a"] }), "requires \"a\", which has no schema"),
        (
            json!({ "type": "object", "x-kubernetes-validations": [{ "rule": "self.a >", "message": "x" }] }),
            "",
        ),
        (
            json!({ "type": "object", "x-kubernetes-validations": [{ "rule": "true", "message": "a\nb" }] }),
            "has a rule that is none",
        ),
        (json!({ "type": "string", "xml": {} }), "`xml` is forbidden"),
        (json!({ "type": "string", "colour": 1 }), "`colour` is unknown"),
    ];
    for (schema, expected) in cases {
        let mut out = vec![];
        node(&schema, "x", &mut out);
        assert!(out.len() == 1 && out[0].starts_with(&format!("x: {expected}")), "{schema}: {out:?}");
    }
}
