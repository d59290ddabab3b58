//! What holds for every difference, and what people see of some.

mod apply;

use proptest::prelude::*;

use super::render::{json, markdown, text};
use super::{Change, Comparison, Identity, Object, Status, What, compare, fields, read};
use crate::check::kinds::Kinds;
use crate::check::program::Program;
use crate::source::FileId;
use crate::value::{Map, Value, json as values, yaml};
use apply::apply;

fn program() -> Program {
    Program { kinds: Kinds::builtin(), ..Program::default() }
}

fn value(text: &str) -> Value {
    yaml::read(FileId::default(), text).unwrap()[0].to_value()
}

fn shown(comparison: &Comparison) -> String {
    let rows = text(&comparison.shown(&program()));
    rows.iter().map(|row| format!("{} {}\n", row.tone.sign(), row.text)).collect()
}

fn compared(old: &str, new: &str) -> Comparison {
    compare(read("", "a.yaml", old.as_bytes()), read("", "a.yaml", new.as_bytes()))
}

/// Values as Kubernetes has them: few keys, so that two of them share some; lists with and without names.
fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (0..4i64).prop_map(Value::Int),
        Just(Value::Float(0.5)),
        "[ab]{0,2}".prop_map(Value::str),
        "(a: [12]\n|b: \\[[12], 3\\]\n|- x\n|free text\n){0,3}".prop_map(Value::str),
    ];
    scalar.prop_recursive(4, 48, 5, |inner| {
        let key = prop::sample::select(vec!["name", "key", "containerPort", "spec", "data", "ports", "a/b"]);
        let item =
            (prop::sample::select(vec!["x", "y", "z", "w"]), inner.clone()).prop_map(|(name, rest)| {
                Value::map(Map::from_iter([("name".into(), Value::str(name)), ("v".into(), rest)]))
            });
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::list),
            prop::collection::vec(item, 0..5).prop_map(Value::list),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|all| Value::map(all.into_iter().map(|(k, v)| (k.into(), v)).collect())),
        ]
    })
}

fn paths(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|c| format!("{}", c.path)).collect()
}

fn leaves(changes: &[Change]) -> usize {
    let of = |c: &Change| match &c.what {
        What::Text { inside, .. } if !inside.is_empty() => leaves(inside),
        _ => 1,
    };
    changes.iter().map(of).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_differs_from_itself(a in any_value()) {
        prop_assert!(fields(&a, &a).is_empty());
    }

    #[test]
    fn the_old_value_with_what_differs_is_the_new_one(a in any_value(), b in any_value()) {
        let changes = fields(&a, &b);
        prop_assert_eq!(&apply(&a, &changes), &b, "{:?}", changes);
        prop_assert_eq!(changes.is_empty(), a == b);
    }

    #[test]
    fn every_change_names_its_path_and_is_counted(a in any_value(), b in any_value()) {
        let (a, b) = (wrapped(a), wrapped(b));
        let comparison = compare(vec![Object::of("", a)], vec![Object::of("", b)]);
        let changes = comparison.deltas.iter().flat_map(|d| d.changes.clone()).collect::<Vec<_>>();
        prop_assert_eq!(comparison.counts.fields, leaves(&changes));
        for change in &changes {
            prop_assert!(change.path.to_string().starts_with("spec"), "{}", change.path);
        }
        let json = json(&comparison.shown(&program()));
        let told = json.get("summary").and_then(|s| s.get("fields")).cloned();
        prop_assert_eq!(told, Some(Value::Int(leaves(&changes) as i64)));
    }

    #[test]
    fn rows_and_comments_are_the_same_each_time_and_hold_no_controls(a in any_value(), b in any_value()) {
        let make = || {
            let both = compare(vec![Object::of("p", wrapped(a.clone()))], vec![Object::of("p", wrapped(b.clone()))]);
            (shown(&both), markdown("vow", &both.shown(&program())))
        };
        let (rows, comment) = make();
        prop_assert_eq!(&make(), &(rows.clone(), comment));
        prop_assert!(!rows.contains(|c: char| c.is_control() && c != '\n'));
    }
}

fn wrapped(spec: Value) -> Value {
    let metadata = Value::map(Map::from_iter([("name".into(), Value::str("o"))]));
    Value::map(Map::from_iter([
        ("apiVersion".into(), Value::str("example.org/v1")),
        ("kind".into(), Value::str("Web")),
        ("metadata".into(), metadata),
        ("spec".into(), spec),
    ]))
}

#[test]
fn an_object_is_the_same_one_wherever_it_lies_and_in_whatever_version() {
    let object = |version: &str| {
        format!("apiVersion: apps/{version}\nkind: Deployment\nmetadata: {{name: a, namespace: team}}\n")
    };
    let old = read("", "old/a.yaml", object("v1beta1").as_bytes());
    let new = read("", "new/b.yaml", object("v1").as_bytes());
    let both = compare(old, new);
    assert_eq!(paths(&both.deltas[0].changes), ["apiVersion"]);
    let moved =
        compare(read("", "a.yaml", object("v1").as_bytes()), read("", "b.yaml", object("v1").as_bytes()));
    assert_eq!(moved.deltas[0].status, Status::Moved);
    let other =
        compare(read("x", "a.yaml", object("v1").as_bytes()), read("y", "a.yaml", object("v1").as_bytes()));
    assert_eq!((other.counts.added, other.counts.removed), (1, 1), "two places, two objects");
    let words = compared(&object("v1"), &format!("# a remark\n{}", object("v1")));
    assert_eq!(words.deltas[0].status, Status::Rewritten);
    assert!(matches!(both.deltas[0].identity, Identity::Object { ref group, .. } if group == "apps"));
}

#[test]
fn items_are_matched_by_the_keys_that_name_them() {
    let old = value(
        "ports: [{containerPort: 80, protocol: TCP}, {containerPort: 53, protocol: UDP}, {containerPort: 53, protocol: TCP}]\ncontainers: [{name: a, image: x}, {name: b, image: z}]\nargs: [--one, --two, --three]\n",
    );
    let new = value(
        "ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP, name: dns}, {containerPort: 80, protocol: TCP}]\ncontainers: [{name: c, image: z}, {name: a, image: x2}, {name: b, image: z}]\nargs: [--zero, --one, --two, --trois]\n",
    );
    assert_eq!(
        paths(&fields(&old, &new)),
        [
            "args[0]",
            "args[3]",
            "containers[name=c]",
            "containers[name=a].image",
            "ports[containerPort=53,protocol=UDP].name",
            "ports"
        ]
    );
}

#[test]
fn yaml_in_a_text_shows_its_fields_and_other_texts_their_lines() {
    let object = |values: &str, script: &str| {
        let data = Map::from_iter([
            ("values.yaml".into(), Value::str(values)),
            ("run.sh".into(), Value::str(script)),
        ]);
        let mut object = wrapped(Value::Int(1)).as_map().unwrap().clone();
        object.insert("data".into(), Value::map(data));
        yaml::write(&Value::map(object))
    };
    let old = object("image:\n  tag: v1\nreplicas: 1\n", "set -e\necho a\n");
    let new = object("# new\nimage:\n  tag: v2\nreplicas: 1\nextra: [1]\n", "set -e\necho b\n");
    let both = compared(&old, &new);
    insta::assert_snapshot!(shown(&both), @r#"
    ~ changed Web.example.org/o (3 fields)
    ~   data["run.sh"]: 1 line removed, 1 added
          set -e
    -     echo a
    +     echo b
    ~   data["values.yaml"]: 2 fields in its text
    +     extra:
    +       - 1
    ~     image.tag: v1 → v2
      1 changed (3 fields)
    "#);
}

/// A shape that a detector knows, put together here so that no scanner of this repository stumbles over it.
fn token() -> String {
    format!("ghp_{}", "0123456789abcdefghijABCDEFGHIJklmnop")
}

#[test]
fn a_credential_of_old_is_never_shown() {
    let token = token();
    let config = |data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c, namespace: team}}\n{data}")
    };
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: team}\nstringData: {a: plain-words-here}\n".to_owned();
    let cases = [
        (config(&format!("data: {{a: '{token}', b: x}}\n")), config("data: {a: gone, b: y}\n")),
        (
            config(&format!("data:\n  values.yaml: |\n    password: hunter2-{0}\n    b: 1\n", "long")),
            config("data:\n  values.yaml: |\n    b: 2\n"),
        ),
        (config(&format!("data: {{'{token}': x}}\n")), config("data: {b: y}\n")),
        (config("data: {adminPassword: plain-words-here}\n"), config("data: {adminPassword: $PASSWORD}\n")),
        (secret.clone(), secret.replace("plain-words-here", "other")),
        (secret, String::new()),
        (String::new(), config(&format!("data: {{a: [1, '{token}']}}\n"))),
        (format!("just {token}\n"), "just text\n".into()),
    ];
    for (old, new) in cases {
        let both = compared(&old, &new).shown(&program());
        let rows: String = text(&both).iter().map(|r| format!("{}\n", r.text)).collect();
        for said in [rows, markdown("vow", &both), values::write_pretty(&json(&both))] {
            for secret in [token.as_str(), "hunter2", "plain-words-here"] {
                assert!(!said.contains(secret), "{said}");
            }
            assert!(said.contains("hidden"), "{said}");
        }
    }
}

#[test]
fn a_comment_stays_within_what_github_takes_and_counts_the_rest() {
    let objects = |n: usize, word: &str| {
        (0..n)
            .map(|i| {
                let mut object =
                    wrapped(Value::str(format!("{word} ``` </details> @everyone {}", "x".repeat(300))))
                        .as_map()
                        .unwrap()
                        .clone();
                object.insert(
                    "metadata".into(),
                    Value::map(Map::from_iter([("name".into(), Value::str(format!("o{i:04}</summary>")))])),
                );
                Object::of("", Value::map(object))
            })
            .collect::<Vec<_>>()
    };
    let both = compare(objects(2_000, "a"), objects(2_000, "b"));
    let comment = markdown("vow state diff", &both.shown(&program()));
    assert!(comment.len() <= 65_536, "{}", comment.len());
    let told = comment.matches("<details>").count();
    assert!(comment.trim_end().ends_with(&format!("… and {} more objects", 2_000 - told)), "{told}");
    assert_eq!(comment.matches("</summary>").count(), told);
    // The fence is longer than any in it.
    assert!(comment.contains("````diff\n"));
}

#[test]
fn huge_inputs_end_soon() {
    let list =
        |seed: i64| Value::list((0..50_000).map(|i| Value::Int((i * 7_919 + seed) % 100_003)).collect());
    let text = |seed: usize| {
        Value::str((0..60_000).map(|i| format!("{}\n", (i * 31 + seed) % 65_521)).collect::<String>())
    };
    let of = |seed: usize| wrapped(Value::list(vec![text(seed), list(seed as i64)]));
    let both = compare(vec![Object::of("", of(1))], vec![Object::of("", of(2))]);
    let rows = shown(&both);
    assert!(rows.len() < 100_000, "{}", rows.len());
    assert!(rows.contains("more fields") && rows.contains("more lines"), "{rows}");
}
