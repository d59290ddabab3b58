//! What holds for every value: it is read back equal, by other readers too, and its text can be embedded in another.
//!
//! `PROPTEST_CASES` raises the number of values from 2,000 a property.

use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestRunner};
use proptest::{collection, prop_assert, prop_assert_eq, sample};
use vow::value::{Value, json, yaml};

use crate::{read_json, read_yaml, value_of};

/// Words that some reader takes for more than text, signs, blanks, and characters that get lost.
const PIECES: &[&str] = &[
    "y",
    "Y",
    "n",
    "yes",
    "No",
    "on",
    "OFF",
    "true",
    "False",
    "null",
    "~",
    "nan",
    "inf",
    ".inf",
    "-.INF",
    ".NaN",
    "Infinity",
    "0",
    "-1",
    "+1",
    "0644",
    "0o17",
    "0x1F",
    "0b1",
    "1_000",
    "1_",
    "1e3",
    "1e+3",
    "e-8",
    "E5",
    ".5",
    "5.",
    "1.5",
    "-0",
    "12:30:45",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "9223372036854775808",
    "<<",
    "=",
    "---",
    "...",
    "- ",
    "-",
    ": ",
    ":",
    "? ",
    "?",
    "# ",
    " #",
    "#",
    "&a",
    "*a",
    "!",
    "!!str",
    "!!binary",
    "|",
    "|-",
    ">",
    "%",
    "@",
    "`",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "\\u0041",
    "{",
    "}",
    "{{ x }}",
    "[",
    "]",
    ",",
    ", ",
    "/",
    "\\/",
    "a",
    "b c",
    "kind",
    "Secret",
    "\n",
    "\n\n",
    "\n ",
    "\n  \n",
    "\n---\n",
    "\n...\n",
    "\n- a: b\n",
    "\r",
    "\r\n",
    "\t",
    "\n\t",
    " ",
    "  ",
    "\u{0}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200e}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "é",
    "日本",
    "\u{e000}",
    "\u{1f600}",
    "\u{10ffff}",
    "e\u{301}",
    "tag:yaml.org,2002:str",
    "key: value",
    "http://a/b?c=d#e",
    "100Mi",
    "1.2.3",
    "$(x)",
    "${y}",
];

fn text() -> impl Strategy<Value = String> {
    let piece = sample::select(PIECES).prop_map(str::to_owned);
    let pieces = collection::vec(piece, 0..7).prop_map(|p| p.concat());
    Union::new_weighted(vec![
        (6, pieces.boxed()),
        (2, collection::vec(any::<char>(), 0..12).prop_map(|c| c.into_iter().collect()).boxed()),
        (2, "[ -~\n]{0,60}".boxed()),
        (1, ("[a-z \"\n]{1,3}", 60..500_usize).prop_map(|(t, n)| t.repeat(n)).boxed()),
    ])
}

/// Finite floats that are no integers within 2^53, because those are integers when they are read.
fn float() -> impl Strategy<Value = Value> {
    let any_finite = any::<f64>().prop_filter("finite", |f| f.is_finite());
    let small = (-1000..1000_i32).prop_map(|n| f64::from(n) / 8.0);
    Union::new([any_finite.boxed(), small.boxed()]).prop_map(|f| match f.fract() == 0.0 && f.abs() < 9e15 {
        true => Value::Int(f as i64),
        false => Value::Float(f),
    })
}

/// Any value, its keys sorted.
fn value() -> impl Strategy<Value = Value> {
    let leaf = Union::new_weighted(vec![
        (8, text().prop_map(Value::from).boxed()),
        (1, any::<i64>().prop_map(Value::Int).boxed()),
        (2, float().boxed()),
        (1, sample::select(vec![Value::Null, Value::Bool(true), Value::Bool(false)]).boxed()),
        (1, sample::select(vec![Value::list(vec![]), Value::map(vow::value::Map::new())]).boxed()),
    ]);
    leaf.prop_recursive(5, 24, 5, |inner| {
        let list = collection::vec(inner.clone(), 0..5).prop_map(Value::list);
        let map = collection::btree_map(text(), inner, 0..5).prop_map(|m: BTreeMap<String, Value>| {
            Value::map(m.into_iter().map(|(k, v)| (k.into(), v)).collect())
        });
        Union::new([list.boxed(), map.boxed()])
    })
}

fn for_all(
    values: impl Strategy<Value = Value>,
    check: impl Fn(Value) -> proptest::test_runner::TestCaseResult,
) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&values, check).unwrap();
}

#[test]
fn every_value_is_read_back_and_written_again_as_it_was() {
    for_all(value(), |value| {
        let text = yaml::write(&value);
        let read = read_yaml(&text)
            .map_err(|p| proptest::test_runner::TestCaseError::fail(format!("{p:?}\n{text}")))?;
        prop_assert_eq!(&read, &[value], "{}", text);
        prop_assert_eq!(yaml::write(&read[0]), text);
        Ok(())
    });
}

#[test]
fn other_readers_read_the_same() {
    for_all(value(), |value| {
        let text = yaml::write(&value);
        let theirs: serde_json::Value = serde_yaml::from_str(&text).expect(&text);
        prop_assert_eq!(&value_of(&theirs), &value, "serde_yaml: {}", text);
        let theirs: serde_json::Value = serde_saphyr::from_str(&text).expect(&text);
        prop_assert_eq!(&value_of(&theirs), &value, "serde-saphyr: {}", text);
        Ok(())
    });
}

#[test]
fn streams_are_read_back_document_by_document() {
    let documents = collection::vec(value(), 0..4).prop_map(Value::list);
    for_all(documents, |documents| {
        let documents = documents.as_list().unwrap();
        let text = yaml::write_stream(documents);
        prop_assert_eq!(read_yaml(&text).unwrap(), documents, "{}", text);
        Ok(())
    });
}

#[test]
fn text_is_closed_under_embedding() {
    for_all(value(), |value| {
        let text = yaml::write(&value);
        prop_assert!(
            text.ends_with('\n') && !text.ends_with("\n\n") && !text.starts_with([' ', '\n']),
            "{text:?}"
        );
        prop_assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
        prop_assert!(text.lines().all(|l| l.is_empty() || !l.trim().is_empty()), "{text:?}");
        let embedded = Value::map([("k".into(), Value::from(text.clone()))].into_iter().collect());
        let mut laid_out = String::from("k: |\n");
        yaml::write_at(&mut laid_out, &value, 2);
        prop_assert_eq!(yaml::write(&embedded), laid_out);
        Ok(())
    });
}

#[test]
fn lines_at_a_column_are_the_document_with_spaces_before() {
    for_all(value(), |value| {
        let indented = |line: &str| if line == "\n" { "\n".to_owned() } else { format!("      {line}") };
        let wanted: String = yaml::write(&value).split_inclusive('\n').map(indented).collect();
        let mut found = String::new();
        yaml::write_at(&mut found, &value, 6);
        prop_assert_eq!(found, wanted);
        Ok(())
    });
}

#[test]
fn json_is_read_back_and_is_yaml_too() {
    for_all(value(), |value| {
        for text in [json::write_pretty(&value), json::write_compact(&value)] {
            prop_assert_eq!(&read_json(&text).unwrap(), &value, "{}", text);
            let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&value_of(&theirs), &value, "{}", text);
        }
        Ok(())
    });
}

#[test]
fn no_text_makes_a_reader_panic_or_gives_places_outside_of_it() {
    let documents = collection::vec(text(), 1..6).prop_map(|parts| Value::from(parts.join(": ")));
    let lines = collection::vec(sample::select(PIECES), 0..30).prop_map(|parts| Value::from(parts.concat()));
    for_all(Union::new([documents.boxed(), lines.boxed(), Just(Value::from("")).boxed()]), |text| {
        let text = text.as_str().unwrap();
        let mut sources = vow::source::Sources::default();
        let file = sources.add("in", text);
        let problems = [yaml::read(file, text).err(), json::read(file, text).err()];
        for problem in problems.into_iter().flatten() {
            let spans = problem.labels.iter().map(|l| l.span).chain([problem.primary.span]);
            for span in spans {
                prop_assert!(text.get(span.range()).is_some(), "{problem:?}");
            }
            prop_assert!(!problem.message.starts_with("this is no YAML"), "{problem:?}");
            let said = problem.help.iter().chain([&problem.message]);
            prop_assert!(
                said.into_iter().all(|s| !s.contains(char::is_control) && s.len() < 400),
                "{problem:?}"
            );
        }
        Ok(())
    });
}
