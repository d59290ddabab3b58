//! Apis as definitions: their text, and what a cluster thinks of it.

use serde_json::{Value as Json, json};
use vow::check::api::{Api, Column};
use vow::check::openapi::{api_from_crd, crd};
use vow::source::Span;

use super::arbitrary::{Tape, after};
use super::support::{api, definition, documents, json, named_type, refine, shared, text, value};

fn redis() -> Api {
    let mut api = api(value(&json!({
        "type": "object",
        "required": ["owner"],
        "properties": {
            "size": { "type": "string", "description": "How big.\n", "default": "small", "enum": ["small", "large"] },
            "owner": { "type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 9 },
            "host": { "type": "string" },
            "port": { "type": "integer", "minimum": 1, "maximum": 65535, "default": 6379 },
            "target": { "x-kubernetes-int-or-string": true },
            "extra": { "type": "array", "items": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
            "labels": { "type": "object", "additionalProperties": { "type": "string" }, "default": { "a": "b" } }
        }
    })));
    api.docs = Some("A database.".into());
    api.short = vec!["rd".into()];
    let span = Span::default();
    api.columns =
        vec![Column { title: "Size".into(), json_path: ".spec.size".into(), ty: "string".into(), span }];
    refine(&mut api, "host", named_type("Hostname"));
    api
}

#[test]
fn a_definition_is_written_in_the_order_that_people_expect() {
    let expected = &documents(include_str!("redis.yaml"))[0];
    assert_eq!(text(&crd(&redis())), text(expected));
}

#[test]
fn a_cluster_accepts_the_definition() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let folder = shared.join("corpora/kubernetes-json-schema-1.37-strict");
    let read = |name: &str| -> Json {
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let registry = jsonschema::Registry::new()
        .add("https://kubernetes.io/api/_definitions.json", read("_definitions.json"))
        .and_then(jsonschema::RegistryBuilder::prepare)
        .unwrap();
    let schema = read("customresourcedefinition-apiextensions-v1.json");
    let validator = jsonschema::options().with_registry(&registry).build(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json(&crd(&redis()))).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn what_an_api_cannot_say_is_left_to_the_cluster() {
    let schema = json!({
        "type": "object",
        "properties": {
            "a": { "type": "string", "pattern": "^(?!x)", "format": "date-time", "nullable": true },
            "b": { "type": "integer", "format": "int32", "minimum": 0.5, "exclusiveMaximum": true, "maximum": 9 },
            "c": { "type": "number", "multipleOf": 2, "enum": [1.5, 2.5] },
            "d": { "type": "object", "properties": { "e": { "type": "string" } }, "x-kubernetes-preserve-unknown-fields": true },
            "f": { "x-kubernetes-preserve-unknown-fields": true },
            "g": { "type": "object", "additionalProperties": true },
            "h": { "type": "string", "enum": ["x", "yyy"], "maxLength": 2 }
        }
    });
    let api = api(value(&schema));
    let types: Vec<String> = api.spec.fields.iter().map(|f| f.ty.program_type().to_string()).collect();
    assert_eq!(types, ["String", "Int(1..8)", "Number", "Object", "Any", "Object", "\"x\""]);
}

#[test]
fn a_definition_that_is_no_api_says_why() {
    let base = || json(&definition(value(&json!({ "type": "object" }))));
    let free = json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true });
    let edits: [(&str, Json, &str); 7] = [
        ("/kind", json!("Secret"), "this is no CustomResourceDefinition"),
        (
            "/spec/scope",
            json!("Cluster"),
            "its `spec.scope` is not `Namespaced`, and a request lives in a namespace",
        ),
        ("/spec/versions/0/storage", json!(false), "none of its versions is stored"),
        ("/spec/versions/0/schema", json!({}), "its stored version has no schema"),
        ("/spec/group", json!(""), "its `spec.group` is missing"),
        (
            "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
            free,
            "its `spec` is free-form, so nothing in it could be checked",
        ),
        (
            "/spec/versions/0/schema/openAPIV3Schema/properties/spec",
            (0..70).fold(json!({ "type": "string" }), |s, _| json!({ "type": "array", "items": s })),
            "its schema is nested deeper than 64",
        ),
    ];
    for (pointer, edit, expected) in edits {
        let mut crd = base();
        *crd.pointer_mut(pointer).unwrap() = edit;
        assert_eq!(api_from_crd(&value(&crd)).err().as_deref(), Some(expected));
    }
}

#[test]
fn broken_definitions_are_refused_quietly() {
    for seed in 0..200u8 {
        let tape: Vec<u8> =
            (0..60u8).map(|i| seed.wrapping_mul(37).wrapping_add(i.wrapping_mul(i))).collect();
        let schema = after(
            &json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true }),
            &mut Tape::new(&tape),
        );
        let _ = api_from_crd(&definition(value(&schema)));
    }
}
