//! The definitions of the shipped promises accept, refuse and default what those of the existing platform do.
//!
//! Only schemas are compared: what a promise checks beyond its schema is in play on neither side.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use vow::check::openapi::{api_from_crd, crd};
use vow::compile::requests::Job;
use vow::request::{Patterns, Problem, admit_with};

use crate::mutations::mutations;
use crate::platform::{Platform, from_json, requests, shared, shipped, to_json, yaml_file};
use crate::reference::assert_same;

const PROMISES: [&str; 8] = [
    "argocd-application",
    "argocd-project",
    "vcluster-argocd-cluster-registration",
    "vcluster-core",
    "vcluster-coredns",
    "vcluster-kubeconfig-external-secret",
    "vcluster-kubeconfig-sync",
    "vcluster-orchestrator",
];

#[test]
fn every_definition_says_the_same() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let platform = shipped();
    for promise in PROMISES {
        let (ours, theirs) = (ours(&platform, promise), theirs(&shared, promise));
        for pointer in ["/apiVersion", "/kind", "/metadata/name", "/spec/group", "/spec/scope", "/spec/names"]
        {
            assert_eq!(ours.pointer(pointer), theirs.pointer(pointer), "{promise}: {pointer}");
        }
        for pointer in ["name", "served", "storage"].map(|key| format!("/spec/versions/0/{key}")) {
            assert_eq!(ours.pointer(&pointer), theirs.pointer(&pointer), "{promise}: {pointer}");
        }
        assert_eq!(ours["spec"]["versions"].as_array().map(Vec::len), Some(1), "{promise}");
        assert_same(promise, &canonical(schema(&theirs)), &canonical(schema(&ours)));
    }
}

#[test]
fn requests_with_one_thing_wrong_are_taken_by_both_or_by_none() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut platform = shipped();
    let requests = by_promise(&mut platform);
    for promise in PROMISES {
        let (ours, theirs) = (ours(&platform, promise), theirs(&shared, promise));
        let api = |crd: &Json| api_from_crd(&from_json(crd)).unwrap_or_else(|e| panic!("{promise}: {e}"));
        let (our_api, their_api) = (api(&ours), api(&theirs));
        let (our_patterns, their_patterns) = (Patterns::of(&our_api), Patterns::of(&their_api));
        // Two requests of a promise have most of its places between them.
        let (mut taken, mut refused, mut mutated) = (0, 0, 0);
        for (of, request) in requests.iter().filter(|(of, _)| of == promise) {
            let mut all = vec![("as it is".to_owned(), request.clone())];
            if mutated < 2 {
                mutated += 1;
                all.extend(mutations(request, schema(&theirs)));
            }
            for (what, request) in all {
                let value = from_json(&request);
                let wanted = admit_with(&their_api, &their_patterns, &value).map_err(|p| places(&p));
                let found = admit_with(&our_api, &our_patterns, &value).map_err(|p| places(&p));
                assert_eq!(found, wanted, "{of}: {what}");
                *(if wanted.is_ok() { &mut taken } else { &mut refused }) += 1;
            }
        }
        assert!(taken >= 20 && refused >= 50, "{promise}: {taken} are taken, {refused} refused");
    }
}

/// The requests and sub-requests of the samples and the cases, each with the promise that serves it.
fn by_promise(platform: &mut Platform) -> Vec<(String, Json)> {
    let mut out = Vec::new();
    for (name, text) in requests() {
        let jobs: Vec<Job> = platform.jobs(&name, &text);
        out.extend(crate::platform::yaml(&text).into_iter().map(|r| ("vcluster-orchestrator".to_owned(), r)));
        let passed = platform.render(&jobs);
        let sub = passed.documents().filter_map(|d| Some((d.serves.clone()?, to_json(&d.object))));
        out.extend(sub);
    }
    // Requests of one promise that have the same fields have the same mutations; those that say most come first.
    let mut seen = BTreeSet::new();
    out.sort_by_key(|(_, request)| std::cmp::Reverse(fields(&request["spec"]).to_string().len()));
    out.retain(|(promise, request)| seen.insert((promise.clone(), fields(&request["spec"]).to_string())));
    out
}

/// A value with its scalars blanked.
fn fields(value: &Json) -> Json {
    match value {
        Json::Object(entries) => {
            entries.iter().map(|(k, v)| (k.clone(), fields(v))).collect::<Map<_, _>>().into()
        }
        Json::Array(items) => items.iter().map(fields).collect(),
        _ => Json::Null,
    }
}

fn places(problems: &[Problem]) -> Vec<(String, String)> {
    problems.iter().map(|p| (p.code.to_owned(), p.path.to_string())).collect()
}

fn ours(platform: &Platform, promise: &str) -> Json {
    let promise =
        platform.engine.program().promise(promise).unwrap_or_else(|| panic!("no promise {promise}"));
    to_json(&crd(promise.api.as_ref().expect("an api")))
}

fn theirs(shared: &Path, promise: &str) -> Json {
    yaml_file(&shared.join("reference/api").join(format!("{promise}.yaml"))).remove(0)
}

fn schema(crd: &Json) -> &Json {
    &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
}

/// A schema without its words, and with one way to say what may be said in two: what has a default is not required,
/// because the API server fills it in before it asks; order means nothing in `required` and `enum`.
fn canonical(schema: &Json) -> Json {
    let Json::Object(entries) = schema else { return schema.clone() };
    let mut out = entries.clone();
    out.remove("description");
    if let Some(Json::Object(properties)) = entries.get("properties") {
        let all: Map<String, Json> = properties.iter().map(|(k, v)| (k.clone(), canonical(v))).collect();
        out.insert("properties".into(), all.into());
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = entries.get(key) {
            out.insert(key.into(), canonical(inner));
        }
    }
    for key in ["required", "enum"] {
        let Some(Json::Array(values)) = entries.get(key) else { continue };
        let defaulted =
            |v: &Json| v.as_str().is_some_and(|f| entries["properties"][f].get("default").is_some());
        let left = values.iter().filter(|v| key != "required" || !defaulted(v));
        let sorted: BTreeSet<String> = left.map(|v| v.to_string()).collect();
        match sorted.is_empty() {
            true => drop(out.remove(key)),
            false => drop(out.insert(key.into(), json!(sorted))),
        }
    }
    out.into()
}
