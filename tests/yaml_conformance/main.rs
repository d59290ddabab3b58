//! Reading and writing documents, held against public suites and against other readers.
//!
//! The suites are data beside the project, found through `VOW_SHARED` or in `../shared`; without them their tests pass
//! and say so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod messages;
mod properties;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use vow::diag::Diagnostic;
use vow::source::Sources;
use vow::value::{Value, json, yaml};

/// The folder of a suite, if it is here.
fn corpus(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("VOW_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("corpora").join(name);
    if !folder.is_dir() {
        println!("skipped: no shared folder");
        return None;
    }
    Some(folder)
}

/// All files beneath `folder` in a fixed order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name();
    all.into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()).map(|e| e.into_path()).collect()
}

fn read_yaml(text: &str) -> Result<Vec<Value>, Box<Diagnostic>> {
    let file = Sources::default().add("in.yaml", text);
    yaml::read(file, text).map(|nodes| nodes.iter().map(yaml::Node::to_value).collect())
}

fn read_json(text: &str) -> Result<Value, Box<Diagnostic>> {
    let file = Sources::default().add("in.json", text);
    json::read(file, text).map(|node| node.to_value())
}

/// What serde_json, an independent reader, read; integral floats as integers.
fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => n.as_i64().map_or_else(|| whole(n.as_f64().unwrap()), Value::Int),
        serde_json::Value::String(s) => Value::str(s.as_str()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(value_of).collect()),
        serde_json::Value::Object(map) => {
            Value::map(map.iter().map(|(k, v)| (k.as_str().into(), value_of(v))).collect())
        }
    }
}

fn whole(float: f64) -> Value {
    match float.fract() == 0.0 && float.abs() < 9e15 {
        true => Value::Int(float as i64),
        false => Value::Float(float),
    }
}

#[test]
fn yaml_test_suite_is_read_as_its_json_or_refused_with_a_reason() {
    let Some(folder) = corpus("yaml-test-suite-data") else { return };
    let mut refused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut invalid, mut equal, mut compared) = (0, 0, 0);
    for file in files(&folder).into_iter().filter(|f| f.ends_with("in.yaml")) {
        let case = file.parent().unwrap().strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        let read = read_yaml(&text);
        if file.with_file_name("error").exists() {
            invalid += 1;
            assert!(read.is_err(), "{case} is invalid and was read as {read:?}");
            continue;
        }
        let Ok(json) = fs::read_to_string(file.with_file_name("in.json")) else { continue };
        compared += 1;
        // A document without a value is none to us and null to the suite.
        let wanted = serde_json::Deserializer::from_str(&json).into_iter::<serde_json::Value>();
        let wanted: Vec<Value> =
            wanted.map(|v| value_of(&v.unwrap())).filter(|v| *v != Value::Null).collect();
        match read {
            Ok(found) => {
                let found: Vec<Value> = found.into_iter().filter(|v| *v != Value::Null).collect();
                assert_eq!(found, wanted, "{case} was read differently");
                equal += 1;
            }
            Err(problem) => {
                refused.entry(problem.code).or_default().push(format!("{case}: {}", problem.message))
            }
        }
    }
    println!("invalid refused {invalid}, equal {equal} of {compared}, refused by reason: {refused:#?}");
    assert_eq!(invalid, 94);
    assert!(equal >= 220, "only {equal}");
}

#[test]
fn go_yaml_decodes_the_same_or_the_text_is_refused() {
    let Some(folder) = corpus("go-yaml-testdata") else { return };
    let table = fs::read_to_string(folder.join("testdata/decode.yaml")).unwrap();
    let table: Vec<serde_json::Value> = serde_yaml::from_str(&table).unwrap();
    let (mut equal, mut refused) = (0, 0);
    for case in table.iter().map(|case| &case["decode"]).filter(|case| case["type"] == "map[string]any") {
        // The table writes floats that JSON lacks, and the negative zero, as names.
        let mut wanted = value_of(&case["want"]);
        if wanted.get("v") == Some(&Value::from("-0")) {
            wanted = Value::map([("v".into(), Value::Int(0))].into_iter().collect());
        }
        match read_yaml(case["yaml"].as_str().unwrap()) {
            Ok(found) => {
                assert_eq!(found, [wanted], "{}", case["yaml"]);
                equal += 1;
            }
            Err(_) => refused += 1,
        }
    }
    println!("equal {equal}, refused {refused}");
    assert!(equal >= 43, "only {equal}");
}

#[test]
fn json_test_suite_is_accepted_and_refused_as_it_should_be() {
    let Some(folder) = corpus("JSONTestSuite") else { return };
    let (mut accepted, mut duplicates, mut refused) = (0, 0, 0);
    for file in files(&folder.join("test_parsing")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8(fs::read(&file).unwrap());
        let read = text.as_ref().ok().map(|text| read_json(text));
        match name.as_bytes()[0] {
            b'y' => match read.unwrap() {
                Ok(value) => {
                    let wanted: serde_json::Value = serde_json::from_str(text.as_ref().unwrap()).unwrap();
                    assert_eq!(value, value_of(&wanted), "{name}");
                    accepted += 1;
                }
                Err(problem) => {
                    assert!(problem.message.ends_with("is given twice"), "{name}: {}", problem.message);
                    duplicates += 1;
                }
            },
            b'n' => {
                assert!(!matches!(read, Some(Ok(_))), "{name} was read as {read:?}");
                refused += 1;
            }
            _ => {}
        }
    }
    assert_eq!((accepted, duplicates, refused), (93, 2, 188));
}

#[test]
fn naughty_strings_survive_both_formats_as_values_and_as_keys() {
    let Some(folder) = corpus("blns") else { return };
    let text = fs::read_to_string(folder.join("blns.json")).unwrap();
    let strings = read_json(&text).unwrap();
    let strings = strings.as_list().unwrap();
    assert!(strings.len() > 500);
    for value in strings {
        let text = value.as_str().unwrap();
        let entry = Value::map(
            [(text.into(), value.clone()), ("\u{10ffff}".into(), value.clone())].into_iter().collect(),
        );
        for value in [value, &entry, &Value::list(vec![value.clone()])] {
            assert_eq!(read_yaml(&yaml::write(value)).unwrap(), std::slice::from_ref(value));
            assert_eq!(read_json(&json::write_pretty(value)).unwrap(), *value);
            assert_eq!(read_json(&json::write_compact(value)).unwrap(), *value);
        }
    }
}
