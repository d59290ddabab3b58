//! Requests by seed are requests: of every api, vow and a cluster take each of them, and both store the same.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use vow::check::api::Api;
use vow::check::types::Class;
use vow::compile;
use vow::request::{Patterns, admit_with};
use vow::sample::Samples;
use vow::source::Memory;
use vow::source::disk::Disk;

use super::arbitrary::api;
use super::oracle::{stored_by, validator};
use super::properties::spec_schema;
use super::support::{json as to_json, text, value};

/// The apis of the platforms in this repository, with the names of their promises.
pub(crate) fn shipped() -> Vec<(String, Api)> {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut all = vec![];
    for folder in [".", "examples/jenkins", "examples/redis"] {
        let compiled = compile::platform(&Disk::open(&root.join(folder)).unwrap());
        assert!(compiled.engine.is_some(), "{folder}: {:?}", compiled.diagnostics);
        all.extend(compiled.program.promises.iter().filter_map(|p| Some((p.name.clone(), p.api.clone()?))));
    }
    assert!(all.len() >= 10, "{}", all.len());
    all
}

fn hold(name: &str, api: &Api, seed: u64, requests: usize) {
    let schema = spec_schema(api);
    let (validator, patterns) = (validator(&schema), Patterns::of(api));
    let mut count = 0;
    for object in Samples::new(api, seed).take(requests) {
        count += 1;
        let given = to_json(&object)["spec"].clone();
        let request =
            admit_with(api, &patterns, &object).unwrap_or_else(|e| panic!("{name}: {given}\n{e:#?}"));
        let theirs = stored_by(&validator, &schema, &given)
            .unwrap_or_else(|| panic!("{name}: a cluster refuses {given}"));
        assert_eq!(to_json(&request.spec), theirs, "{name}");
    }
    assert_eq!(count, requests, "{name}: no request was found");
}

#[test]
fn every_sample_of_every_shipped_promise_is_taken() {
    for (name, api) in shipped() {
        hold(&name, &api, 1, 100);
    }
}

/// The place `at`, counted through the whole of a value, becomes another value, or goes.
fn mutate(value: &mut Json, at: &mut usize, to: &Option<Json>) {
    match value {
        Json::Object(entries) => {
            for key in entries.keys().cloned().collect::<Vec<_>>() {
                if *at == 0 {
                    *at = usize::MAX;
                    match to {
                        Some(to) => drop(entries.insert(key, to.clone())),
                        None => drop(entries.remove(&key)),
                    }
                    return;
                }
                *at -= 1;
                mutate(&mut entries[&key], at, to);
                if *at == usize::MAX {
                    return;
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| mutate(item, at, to)),
        _ => {}
    }
}

/// What a value is replaced by: other types, numbers at the edge of integers, texts at the edge of lengths and patterns.
fn replacements() -> Vec<Option<Json>> {
    let scalars = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.0),
        json!(1.5),
        json!(65536),
        json!(i64::MAX),
        json!(2.5e-7),
        json!(""),
        json!("a"),
        json!("A"),
        json!("a\n"),
        json!("1"),
        json!("true"),
        json!("é".repeat(63)),
        json!("x".repeat(64)),
        json!("a".repeat(254)),
        json!("10.0.0.0/33"),
        json!("999.1.1.1"),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "unknown": 1 }),
    ];
    std::iter::once(None).chain(scalars.into_iter().map(Some)).collect()
}

/// A request with one thing changed is taken by both or by none, but for what a schema does not say: the numbers in an
/// address, and the `T` of `T via S`.
#[test]
fn every_sample_with_one_thing_changed_is_taken_by_both_or_none() {
    let (mut taken, mut refused, mut more) = (0, 0, 0);
    for (name, api) in shipped() {
        let schema = spec_schema(&api);
        let (validator, patterns) = (validator(&schema), Patterns::of(&api));
        for (i, object) in Samples::new(&api, 2).take(24).enumerate() {
            for (j, to) in replacements().iter().enumerate() {
                let mut changed = to_json(&object);
                mutate(&mut changed["spec"], &mut ((i * 7 + j * 3) % 23), to);
                let given = changed["spec"].clone();
                let theirs = stored_by(&validator, &schema, &given);
                match (admit_with(&api, &patterns, &value(&changed)), theirs) {
                    (Ok(request), Some(theirs)) => {
                        taken += 1;
                        assert_eq!(to_json(&request.spec), theirs, "{name}");
                    }
                    (Err(_), None) => refused += 1,
                    (Err(problems), Some(_)) if problems.iter().all(|p| p.code == "wrong-value") => more += 1,
                    (ours, theirs) => panic!("{name}: {given}\n{ours:?}\n{theirs:?}"),
                }
            }
        }
    }
    assert!(
        taken > 700 && refused > 700 && more < refused,
        "{taken} taken, {refused} refused, {more} by vow alone"
    );
}

#[test]
fn a_seed_gives_the_same_requests_and_another_gives_others() {
    for (name, api) in shipped() {
        let of = |seed| Samples::new(&api, seed).take(20).map(|v| text(&v)).collect::<Vec<_>>();
        assert_eq!(of(7), of(7), "{name}");
        assert_ne!(of(7), of(8), "{name}");
    }
}

/// The api with one field of a type.
fn with(ty: &str) -> Api {
    let text = format!("promise p {{ api P in example.org/v1 {{ it: {ty} }} }}");
    let compiled = compile::promise(&Memory([("p.promise".to_owned(), text)].into()), "p.promise");
    assert!(compiled.engine.is_some(), "{ty}: {:?}", compiled.diagnostics);
    compiled.program.promises[0].api.clone().unwrap()
}

#[test]
fn texts_of_every_class_and_pattern_are_found_short_and_long() {
    let patterns = [
        r#"String(r"^\d{3}-\w+$", ..40)"#,
        r#"String(r"(?i)^abc$")"#,
        r#"String(r"^[^a]$")"#,
        r#"String(r"x|yy")"#,
        r#"String(r"^(foo|ba[rz]){2,}$", 6..30)"#,
        r#"String(r"[wW]ord", ..9)"#,
        r#"DnsLabel(r"^[a-m]", 2..5)"#,
        "String(3..3)",
        "String(500..)",
        "String(..0)",
    ];
    let classes =
        Class::ALL.map(|class| (class.name().to_owned(), class.max_len().filter(|_| class != Class::Ipv4)));
    for (ty, most) in patterns.map(|ty| (ty.to_owned(), None)).into_iter().chain(classes) {
        let api = with(&ty);
        hold(&ty, &api, 5, 60);
        let texts: Vec<String> = Samples::new(&api, 5)
            .take(60)
            .map(|v| to_json(&v)["spec"]["it"].as_str().unwrap().to_owned())
            .collect();
        let longest = texts.iter().map(|text| text.chars().count()).max().unwrap();
        // An address has no room for more; every other class is tried at its end.
        if let Some(most) = most.filter(|_| ty != "Cidr") {
            assert_eq!(longest, most as usize, "{ty}: {texts:#?}");
        }
    }
}

#[test]
fn integers_are_tried_at_both_ends() {
    let of = |ty: &str| -> BTreeSet<String> {
        Samples::new(&with(ty), 5).take(60).map(|v| to_json(&v)["spec"]["it"].to_string()).collect()
    };
    assert!(["1", "65535"].iter().all(|end| of("Port").contains(*end)));
    assert!([i64::MIN, i64::MAX].iter().all(|end| of("Int").contains(&end.to_string())));
    assert_eq!(of("Int(3..3)").len(), 2, "3 and 3.0");
}

#[test]
fn an_api_that_nothing_fits_has_no_requests() {
    assert_eq!(Samples::new(&with(r#"DnsLabel(r"^A")"#), 5).next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_of_any_api_are_taken(api in api(), seed in any::<u64>()) {
        hold("an api", &api, seed, 8);
    }
}
